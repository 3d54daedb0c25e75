"""Reserving for a customer order: given units, any units, goods; and free again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import written
from nameplate.api.describing import HEADERS, Json, no, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Id, Prose, Quantity
from nameplate.api.moves import Units
from nameplate.models import Entry, Request, User
from nameplate.operations import sales
from nameplate.operations.sales.lines import MOST_LINES
from nameplate.refusals import Invalid

router = Router(tags=["Customer orders"])
ROUTERS = (router,)


class ReservedLine(Body):
    """So much of a line: whichever units or lots are free, or of a `lot` of goods, when one is named.

    What expires first goes first, then the oldest receipt.
    """

    line: Id
    quantity: Quantity
    lot: Id | None = None
    location: Id | None = None


class NewReservation(Units):
    """Units by id or number; or quantities of lines. Nothing at all: as much of every line as there is."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"lines": [{"line": "12", "quantity": "45"}]}, {"serials": ["WD-WCAWZ1881335"]}, {}]}
    )

    lines: Annotated[list[ReservedLine], Field(max_length=MOST_LINES)] | None = None
    note: Prose = ""


class NewRelease(Units):
    """Units by id or number; or a line, of which everything is freed that lies in no shipment."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"line": "12"}, {"serials": ["WD-WCAWZ1881335"]}]})

    line: Id | None = None
    note: Prose = ""


def _described(description: str) -> Json:
    refusals = no(400, 401, 403, 404, 409, 413, 422)
    return {"parameters": HEADERS, "responses": {201: yes(ENTRY, description), **refusals}}


@router.post(
    "/customer-orders/{id:order}/reservations",
    operation_id="create_reservation",
    summary="Reserve",
    response={201: None},
    openapi_extra=_described("The entry that reserves it"),
)
def create_reservation(request: HttpRequest, order: int, given: NewReservation = NewReservation()) -> HttpResponse:  # noqa: B008 (never changed)
    """Reserves all of it, or refuses with every unit in the way: not in stock, on hold, reserved for another order (which)."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")  # before the numbers are looked up: nobody else learns which exist
        return entry_of(_reserved(actor, order, given, claim).pk, actor=actor)

    return written(request, act, status=201)


def _reserved(actor: User, order: int, given: NewReservation, claim: Request | None) -> Entry:
    if given.units is not None or given.serials is not None:
        if given.lines is not None:
            raise Invalid("units-or-serials", "Choose units or quantities of lines.", fields={"lines": "Leave this out, or the units."})
        return sales.reserve_units(actor=actor, order=order, unit_ids=given.unit_ids(), note=given.note, request=claim)
    lines = given.lines
    if lines and any(line.lot is not None for line in lines):
        if len(lines) > 1:
            raise Invalid("line-twice", "One lot at a time.", fields={"lines": "Reserve of one lot, or leave the lots out."})
        [one] = lines
        return sales.reserve_goods(
            actor=actor,
            order=order,
            line=one.line,
            lot=one.lot or 0,
            quantity=one.quantity,
            location_id=one.location,
            note=given.note,
            request=claim,
        )
    if lines is not None and len({line.line for line in lines}) < len(lines):
        raise Invalid("line-twice", "A line stands in it twice.", fields={"lines": "Name each line once."})
    wanted = None if lines is None else {line.line: line.quantity for line in lines}
    return sales.reserve_any(actor=actor, order=order, quantities=wanted, note=given.note, request=claim)


@router.post(
    "/customer-orders/{id:order}/reservation-releases",
    operation_id="create_reservation_release",
    summary="Free what is reserved",
    response={201: None},
    openapi_extra=_described("The entry that frees it"),
)
def create_reservation_release(request: HttpRequest, order: int, given: NewRelease) -> HttpResponse:
    """Units that lie in a shipment that is not ready yet are taken out of it."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")
        if given.line is not None:
            entry = sales.free_line(actor=actor, order=order, line=given.line, note=given.note, request=claim)
        else:
            entry = sales.free_reserved(actor=actor, order=order, unit_ids=given.unit_ids(), note=given.note, request=claim)
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)
