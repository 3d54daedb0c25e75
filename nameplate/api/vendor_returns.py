"""Returns to vendors: units sent back, what came for them, and how a return ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access, listings
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.assembling import ids_of
from nameplate.api.describing import HEADERS, ID, ID_OR_NULL, IF_MATCH, TEXT, add_schema, no, pdf_answer, ref, row_properties, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Custom, Day, Id, Prose, Version, Word
from nameplate.api.heads import head_of
from nameplate.api.lists import add_list, row_of
from nameplate.api.moves import Units
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.documents.sending import sent
from nameplate.documents.vendor_returns import return_document
from nameplate.listings.vendor_returns import VENDOR_RETURNS
from nameplate.models import Document, Request, User
from nameplate.operations import sending_back
from nameplate.operations.choosing import MOST_UNITS
from nameplate.operations.sending_back import ReturnFields, SentUnit
from nameplate.refusals import Invalid

router = Router(tags=["Returns to vendors"])
ROUTERS = (router,)

add_list(router, "/vendor-returns", listings.ALL["vendor-returns"], "vendor_returns")
add_schema(
    "SentUnit",
    {
        "id": ID,
        "serial": TEXT,
        "item_id": ID,
        "item": TEXT,
        "received_id": {**ID_OR_NULL, "description": "What came for it: itself where it came back, null while nothing has come."},
        "received": {"type": ["string", "null"]},
        "entry_id": ID_OR_NULL,
    },
)
RETURN = add_schema(
    "VendorReturn",
    {
        **row_properties(VENDOR_RETURNS),
        "unit_list": {"type": "array", "items": ref("SentUnit")},
        "version": {"type": "integer"},
        "href": TEXT,
    },
)


class NewVendorReturn(Units):
    """Which units go back to whom, under which reference of the vendor, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"vendor": "3", "serials": ["WD-WCAWZ1881335"], "vendor_reference": "RA-4711", "reason": "Clicks after a week."}]
        }
    )

    vendor: Id
    reason: Prose
    vendor_reference: Word = ""
    sent_on: Day | None = None
    notes: Prose = ""


class VendorReturnEdit(Body):
    """What shall be different. An outcome ends the waiting for what has not come."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1, "outcome": "Credited."}]})

    version: Version | None = None
    vendor_reference: Word = ""
    outcome: Word = ""
    notes: Prose = ""


class Replacement(Body):
    """For the unit that went, by its id or its number, the number of what came. Its own number: it is back itself."""

    unit: Id | None = None
    serial: str | None = None
    received: str


class NewReplacements(Body):
    """What came, and where it goes. `item` where the vendor sent another item than went."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"replacements": [{"serial": "WD-WCAWZ1881335", "received": "WD-WCC4N2112233"}], "location": "4"}]}
    )

    replacements: Annotated[list[Replacement], Field(max_length=MOST_UNITS)]
    location: Id
    item: Id | None = None
    received_on: Day | None = None
    keep: Annotated[list[str], Field(max_length=10, description="Verdicts that are let stand: other-item.")] = []
    custom: Custom = {}
    note: Prose = ""

    def numbers(self) -> dict[int, str]:
        """By the id of the unit that went. Refused: neither an id nor a number, or both; numbers that name no unit; a unit twice."""
        went = ids_of([(one.unit, one.serial) for one in self.replacements], "replacements")
        if len(set(went)) != len(went):
            raise Invalid("twice", "A unit that went is named twice.", fields={"replacements": "Name each unit once."})
        return {unit: one.received for unit, one in zip(went, self.replacements, strict=True)}


@router.get(
    "/vendor-returns/{id:vendor_return}",
    operation_id="get_vendor_return",
    summary="Read a return to a vendor",
    openapi_extra={"responses": {200: yes(RETURN, "The return with its units and what came for each"), **no(401, 403, 404)}},
)
def get_vendor_return(request: HttpRequest, vendor_return: int) -> HttpResponse:
    """To whom, why, which units, and what came for each."""
    return answered(_return(vendor_return, actor=actor_of(request)))


@router.post(
    "/vendor-returns",
    operation_id="create_vendor_return",
    summary="Send units back to a vendor",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(RETURN, "The return; undo it by its entry"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def create_vendor_return(request: HttpRequest, given: NewVendorReturn) -> HttpResponse:
    """Sends them back as one act, all or nothing: Written off, with the vendor kept as where they are."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")
        entry = sending_back.send_to_vendor(
            actor=actor,
            vendor=given.vendor,
            unit_ids=given.unit_ids(),
            reason=given.reason,
            vendor_reference=given.vendor_reference,
            sent_on=given.sent_on,
            notes=given.notes,
            request=claim,
        )
        assert entry.document is not None
        return _return(entry.document.pk, actor=actor)

    return written(request, act, status=201)


@router.patch(
    "/vendor-returns/{id:vendor_return}",
    operation_id="update_vendor_return",
    summary="Edit a return to a vendor",
    openapi_extra={
        "parameters": [*HEADERS, IF_MATCH],
        "responses": {200: yes(RETURN, "The return as it stands now"), **no(400, 401, 403, 404, 409, 412, 422, 428)},
    },
)
def update_vendor_return(request: HttpRequest, vendor_return: int, given: VendorReturnEdit) -> HttpResponse:
    """Sets what is given and leaves the rest."""
    head = head_of(given, ReturnFields)

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        version = version_seen(request, given.version)
        sending_back.edit_vendor_return(actor=actor, vendor_return=vendor_return, version=version, **head)
        return _return(vendor_return, actor=actor)

    return written(request, act)


@router.post(
    "/vendor-returns/{id:vendor_return}/replacements",
    operation_id="receive_replacements",
    summary="Receive what a vendor sent for what went",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(ENTRY, "The entry of the receipt"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def receive_replacements(request: HttpRequest, vendor_return: int, given: NewReplacements) -> HttpResponse:
    """Other units in a lot of their own, each linked with the one that it came for; or the same units back. All or nothing."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "create")
        entry = sending_back.receive_replacements(
            actor=actor,
            vendor_return=vendor_return,
            numbers=given.numbers(),
            location_id=given.location,
            item=given.item,
            received_on=given.received_on,
            keep=frozenset(given.keep),
            custom=given.custom,
            note=given.note,
            request=claim,
        )
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


@router.get(
    "/vendor-returns/{id:vendor_return}/document.pdf",
    operation_id="get_vendor_return_pdf",
    summary="Read a return to a vendor as PDF",
    openapi_extra={"responses": {200: pdf_answer("What goes with the units"), **no(401, 403, 404)}},
)
def get_vendor_return_pdf(request: HttpRequest, vendor_return: int) -> HttpResponse:
    """To whom, under which reference, why, and every serial number."""
    return sent(return_document(actor=actor_of(request), vendor_return=vendor_return))


def _return(vendor_return: int, *, actor: User) -> dict[str, Any]:
    row = row_of(VENDOR_RETURNS, vendor_return, actor=actor, name="return to a vendor")
    return {
        **row,
        "unit_list": [_unit(unit) for unit in sending_back.sent_units(vendor_return)],
        "version": Document.objects.values_list("version", flat=True).get(pk=vendor_return),
        "href": f"{ROOT}/vendor-returns/{vendor_return}",
    }


def _unit(unit: SentUnit) -> dict[str, Any]:
    return {
        "id": str(unit.id),
        "serial": unit.number,
        "item_id": str(unit.item_id),
        "item": unit.item,
        "received_id": None if unit.received_id is None else str(unit.received_id),
        "received": unit.received,
        "entry_id": None if unit.entry_id is None else str(unit.entry_id),
    }
