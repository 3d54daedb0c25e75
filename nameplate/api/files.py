"""Files on items, vendors, customers, lots, units and orders: the same four operations under each."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, StringConstraints

from nameplate import access
from nameplate.api.answers import answered, written
from nameplate.api.describing import HEADERS, ID, MOMENT, TEXT, add_schema, no, yes
from nameplate.api.fields import Body, Word
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.documents.sending import downloaded
from nameplate.models import Attachment, Request, User
from nameplate.operations import filing
from nameplate.refusals import Invalid

NAMES = {
    "items": "item",
    "vendors": "vendor",
    "customers": "customer",
    "lots": "lot",
    "serials": "serial",
    "purchase-orders": "purchase_order",
    "manufacturing-orders": "manufacturing_order",
    "inspections": "inspection",
    "customer-orders": "customer_order",
    "shipments": "shipment",
    "returns": "return",
    "transfer-orders": "transfer_order",
}
"""What has files, by its path, as operation ids call it."""

FILE = add_schema(
    "File",
    {
        "id": ID,
        "name": TEXT,
        "media_type": {**TEXT, "description": "What its bytes say it is."},
        "size": {"type": "integer", "description": "In bytes."},
        "sha256": TEXT,
        "added_at": MOMENT,
        "added_by": TEXT,
        "href": {**TEXT, "description": "Where it is downloaded."},
    },
)
_MANY = {"type": "array", "items": FILE}
FILES = {
    "type": "object",
    "properties": {"items": _MANY, "inherited": {**_MANY, "description": "Of a lot: the files of the lots that it was split from."}},
    "required": ["items", "inherited"],
}


class NewFile(Body):
    """A file in Base64, 10 MB at most, with the name that it shall have."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "certificate.txt", "base64": "VGVzdGVkLg=="}]})

    name: Word
    base64: Annotated[str, StringConstraints(max_length=filing.LARGEST * 4 // 3 + 4)]


class Removal(Body):
    """Nothing is to be said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


def _router(noun: str, name: str) -> Router:
    """The operations under one noun."""
    router = Router(tags=["Files"])
    _add_reading(router, noun, name)
    _add_writing(router, noun, name)
    return router


def _add_reading(router: Router, noun: str, name: str) -> None:
    word = name.replace("_", " ")

    @router.get(
        f"/{noun}/{{id:subject}}/files",
        operation_id=f"list_{name}_files",
        summary=f"List the files on one {word}",
        openapi_extra={"responses": {200: yes(FILES, "The newest first, 200 at most"), **no(401, 403, 404, 409)}},
    )
    def list_files(request: HttpRequest, subject: int) -> HttpResponse:
        """The files that are on it now."""
        actor = actor_of(request)
        filing.find_thing(actor=actor, noun=noun, subject=subject)
        origin = filing.inherited(actor=actor, lot=subject) if noun == "lots" else []
        own = filing.attached(actor=actor, noun=noun, subject=subject)
        return answered({"items": [_shown(one) for one in own], "inherited": [_shown(one) for one in origin]})

    @router.get(
        f"/{noun}/{{id:subject}}/files/{{id:file}}",
        operation_id=f"get_{name}_file",
        summary=f"Download a file of one {word}",
        openapi_extra={
            "responses": {
                200: {"description": "The file", "content": {"application/octet-stream": {"schema": TEXT, "example": "…"}}},
                **no(401, 403, 404, 409),
            }
        },
    )
    def get_file(request: HttpRequest, subject: int, file: int) -> HttpResponse:
        """Its bytes, as a download whatever they are."""
        return downloaded(filing.opened(actor=actor_of(request), noun=noun, subject=subject, attachment=file))


def _add_writing(router: Router, noun: str, name: str) -> None:
    word = name.replace("_", " ")
    refusals = no(400, 401, 403, 404, 409, 413, 422)

    @router.post(
        f"/{noun}/{{id:subject}}/files",
        operation_id=f"create_{name}_file",
        summary=f"Attach a file to one {word}",
        response={201: None},
        openapi_extra={"parameters": HEADERS, "responses": {201: yes(FILE, "The file"), **refusals}},
    )
    def create_file(request: HttpRequest, subject: int, given: NewFile) -> HttpResponse:
        """Keeps it in the database; its change log says so."""

        def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
            access.require(actor, filing.SECTIONS[noun], "edit")
            filing.find_thing(actor=actor, noun=noun, subject=subject)
            return _shown(filing.attach(actor=actor, noun=noun, subject=subject, name=given.name, data=bytes_of(given.base64)))

        return written(request, act, status=201)

    @router.post(
        f"/{noun}/{{id:subject}}/files/{{id:file}}/removal",
        operation_id=f"remove_{name}_file",
        summary=f"Take a file off one {word}",
        openapi_extra={"parameters": HEADERS, "responses": {200: yes(FILE, "The file that was taken off"), **refusals}},
    )
    def remove_file(request: HttpRequest, subject: int, file: int, given: Removal) -> HttpResponse:
        """It is not listed or downloaded any more; the change log keeps that it was there."""
        return written(request, lambda actor, _: _shown(filing.detach(actor=actor, noun=noun, subject=subject, attachment=file)))


def bytes_of(text: str, field: str = "base64") -> bytes:
    """The bytes of a file. Refused: no Base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("invalid-request", "This is not Base64.", fields={field: "Send the file’s bytes in Base64."}) from None


def _shown(found: Attachment) -> dict[str, Any]:
    return {
        "id": str(found.pk),
        "name": found.name,
        "media_type": found.media_type,
        "size": found.content.size,
        "sha256": found.content_id,
        "added_at": found.added_at,
        "added_by": found.added_by.get_username(),
        "href": f"{ROOT}/{found.noun}/{found.subject}/files/{found.pk}",
    }


ROUTERS = tuple(_router(noun, name) for noun, name in NAMES.items())
