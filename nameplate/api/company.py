"""The company's own data."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field, StringConstraints

from nameplate import access
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import HEADERS, IF_MATCH, TEXT, add_schema, no, yes
from nameplate.api.fields import Body, Prose, Version, Word
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.models import Request, User
from nameplate.operations import company as operation
from nameplate.operations.pictures import LARGEST
from nameplate.refusals import Invalid

router = Router(tags=["Settings"])
ROUTERS = (router,)
COMPANY = add_schema(
    "Company",
    {
        "name": TEXT,
        "address": TEXT,
        "email": TEXT,
        "phone": TEXT,
        "currency": {"type": "string", "description": "ISO 4217.", "examples": ["EUR"]},
        "logo": {"type": "string", "description": "The SHA-256 of its PNG, the last part of `/settings/company/logo/…`; empty for none."},
        "expiry_warning": {"type": "integer", "description": "Days before a lot expires in which it is said to expire soon."},
        "version": {"type": "integer"},
        "href": TEXT,
    },
)


class CompanyEdit(Body):
    """What shall be different. `logo` is a PNG or JPEG file in Base64; empty takes it off."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Tallow Pods", "currency": "EUR", "version": 0}]})

    version: Version | None = None
    name: Word = ""
    address: Prose = ""
    email: Word = ""
    phone: Word = ""
    currency: Word = ""
    logo: Annotated[str, StringConstraints(max_length=LARGEST * 4 // 3 + 4)] = ""
    expiry_warning: Annotated[int, Field(ge=0, le=operation.MOST_WARNING)] = 30


@router.get(
    "/settings/company",
    operation_id="get_company",
    summary="Read the company’s data",
    openapi_extra={"responses": {200: yes(COMPANY, "What stands on its papers"), **no(401, 403)}},
)
def get_company(request: HttpRequest) -> HttpResponse:
    """As it is set now."""
    access.require(actor_of(request), "settings", "view")
    return answered(_shown(operation.company()))


@router.patch(
    "/settings/company",
    operation_id="update_company",
    summary="Edit the company’s data",
    description="Sets what is given and leaves the rest.",
    openapi_extra={
        "parameters": [*HEADERS, IF_MATCH],
        "responses": {200: yes(COMPANY, "As it stands now"), **no(400, 401, 403, 409, 412, 413, 422, 428)},
    },
)
def update_company(request: HttpRequest, given: CompanyEdit) -> HttpResponse:
    """What is given."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        fields = given.model_dump(exclude_unset=True)
        version = version_seen(request, fields.pop("version", None))
        if "logo" in fields:
            fields["logo"] = _bytes(fields["logo"])
        return _shown(operation.edit_company(actor=actor, version=version, **fields))

    return written(request, act)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("invalid-request", "The logo is not Base64.", fields={"logo": "Send the file’s bytes in Base64."}) from None


def _shown(found: operation.Company) -> dict[str, Any]:
    return {**asdict(found), "href": f"{ROOT}/settings/company"}
