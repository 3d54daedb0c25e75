"""The journal: what was done, to which units; and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import listings
from nameplate.api.answers import answered, written
from nameplate.api.describing import HEADERS, TEXT, add_schema, list_answer, list_parameters, no, row_properties, row_schema, yes
from nameplate.api.fields import Body, Id, Prose
from nameplate.api.lists import add_list, answer_list, row_of
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.listings.sql import Sql
from nameplate.models import Request, Serial, User
from nameplate.operations.undoing import find_entry, undo_entry
from nameplate.refusals import Invalid, Offender
from nameplate.serial_text import canonical

router = Router(tags=["Journal"])
ROUTERS = (router,)
ENTRIES = listings.ALL["entries"]
SERIALS = listings.ALL["serials"]
MOST_UNITS = 50_000

add_list(router, "/entries", ENTRIES, "entries")
ENTRY = add_schema(
    "Entry",
    {
        **row_properties(ENTRIES),
        "href": TEXT,
        "serials": {**TEXT, "description": "The address of the units it touched."},
        "reversal": {"type": ["string", "null"], "description": "POST here to undo it; null for what is itself an undo."},
    },
)


class Reversal(Body):
    """What is to be undone: everything, or the units chosen by their ids or by their numbers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"serials": ["WD-WCAWZ1881335"], "reason": "Not in the box."}]})

    units: Annotated[list[Id], Field(max_length=MOST_UNITS)] | None = None
    serials: Annotated[list[str], Field(max_length=MOST_UNITS)] | None = None
    reason: Prose = ""


@router.get(
    "/entries/{id:entry}",
    operation_id="get_entry",
    summary="Read one entry",
    openapi_extra={"responses": {200: yes(ENTRY, "The entry"), **no(401, 403, 404)}},
)
def get_entry(request: HttpRequest, entry: int) -> HttpResponse:
    """One act of the ledger."""
    return answered(entry_of(entry, actor=actor_of(request)))


@router.get(
    "/entries/{id:entry}/serials",
    operation_id="list_entry_units",
    summary="List the units of an entry",
    openapi_extra={"parameters": list_parameters(SERIALS), "responses": {200: list_answer(row_schema(SERIALS)), **no(401, 403, 404, 422)}},
)
def list_entry_units(request: HttpRequest, entry: int) -> HttpResponse:
    """The units that the entry touched as they stand now, those withdrawn since among them."""
    row_of(ENTRIES, entry, actor=actor_of(request), name="entry")
    touched = Sql("s.id IN (SELECT m.serial_id FROM nameplate_movement m WHERE m.entry_id = %s)", (entry,))
    return answer_list(request, replace(SERIALS.within(touched), hidden=None))


@router.post(
    "/entries/{id:entry}/reversal",
    operation_id="create_reversal",
    summary="Undo an entry",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(ENTRY, "The entry that undoes it"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def create_reversal(request: HttpRequest, entry: int, given: Reversal = Reversal()) -> HttpResponse:  # noqa: B008 (never changed)
    """Undoes it, or chosen units of it. Refused while a later entry hangs on it; `possible` lists the units for which it can be."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        chosen = _chosen(entry, given)
        reversal = undo_entry(actor=actor, entry_id=entry, unit_ids=chosen, reason=given.reason.strip(), request=claim)
        return entry_of(reversal.pk, actor=actor)

    return written(request, act, status=201)


def entry_of(entry: int, *, actor: User) -> dict[str, Any]:
    """The entry as the API shows it."""
    row = row_of(ENTRIES, entry, actor=actor, name="entry")
    address = f"{ROOT}/entries/{entry}"
    reversal = f"{address}/reversal" if row["reverses"] is None else None
    return {**row, "href": address, "serials": f"{address}/serials", "reversal": reversal}


def _chosen(entry: int, given: Reversal) -> list[int] | None:
    """The ids of the units that were chosen; None when nothing was said, which means all."""
    if given.units is not None and given.serials is not None:
        raise Invalid("units-or-serials", "Choose the units by id or by number.", fields={"serials": "Leave this out, or units."})
    if given.serials is None:
        return None if given.units is None else list(dict.fromkeys(given.units))
    find_entry(entry)
    bearers: dict[str, list[int]] = {}
    for key, unit in Serial.objects.filter(movements__entry=entry).values_list("key", "pk"):
        bearers.setdefault(key, []).append(unit)
    found = [bearers.get(canonical(number), []) for number in given.serials]
    offenders = [
        Offender(number, "two units in this entry bear it; choose by id" if units else "not in this entry", line=index)
        for index, (number, units) in enumerate(zip(given.serials, found, strict=True), 1)
        if len(units) != 1
    ]
    if offenders:
        message = f"{len(offenders):,} of these numbers do not name one unit of this entry."
        raise Invalid("not-in-entry", message, fields={"serials": message}, offenders=offenders)
    return list(dict.fromkeys(units[0] for units in found))
