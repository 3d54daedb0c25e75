"""Rework: units that go through production again, under an order of their own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict

from nameplate import listings
from nameplate.api.answers import answered
from nameplate.api.assembling import described, entry_answer
from nameplate.api.describing import TEXT, add_schema, no, row_properties, yes
from nameplate.api.fields import Prose
from nameplate.api.lists import add_list, row_of
from nameplate.api.moves import Units
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.listings.rework import REWORK
from nameplate.models import Document, Entry, Request, User
from nameplate.operations.assembling import begin_rework, end_rework
from nameplate.operations.assembling.reworking import units_in_rework

router = Router(tags=["Rework"])
ROUTERS = (router,)

add_list(router, "/rework", listings.ALL["rework"], "rework")
ORDER = add_schema(
    "RepairOrder",
    {
        **row_properties(REWORK),
        "in_work": {"type": "array", "items": {"type": "string"}, "description": "The ids of the units that it has in work now."},
        "href": TEXT,
    },
)


class NewRework(Units):
    """What is to be done to them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["SP-00217"], "reason": "New backplane"}]})

    reason: Prose
    note: Prose = ""


class ReworkEnd(Units):
    """Which of the units are done: all, when none is named."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"serials": ["SP-00217"], "note": "Tested."}]})

    note: Prose = ""


@router.get(
    "/rework/{id:order}",
    operation_id="get_rework",
    summary="Read one repair order",
    openapi_extra={"responses": {200: yes(ORDER, "The order with the units that are in work"), **no(401, 403, 404)}},
)
def get_rework(request: HttpRequest, order: int) -> HttpResponse:
    """Why, since when, and what is in work under it."""
    row: dict[str, Any] = row_of(REWORK, order, actor=actor_of(request), name="repair order")
    inside = [str(unit) for unit in units_in_rework(Document.objects.get(pk=order))]
    return answered({**row, "in_work": inside, "href": f"{ROOT}/rework/{order}"})


@router.post(
    "/rework",
    operation_id="create_rework",
    summary="Take units into rework",
    response={201: None},
    openapi_extra=described("The entry that begins it; its document is the repair order"),
)
def create_rework(request: HttpRequest, given: NewRework) -> HttpResponse:
    """They go through production again under an order of their own (RO00001), and are not available meanwhile."""

    def act(actor: User, claim: Request | None) -> Entry:
        return begin_rework(actor=actor, unit_ids=given.unit_ids(), reason=given.reason, note=given.note, request=claim)

    return entry_answer(request, act)


@router.post(
    "/rework/{id:order}/end",
    operation_id="end_rework",
    summary="End a rework",
    response={201: None},
    openapi_extra=described("The entry that ends it"),
)
def create_rework_end(request: HttpRequest, order: int, given: ReworkEnd = ReworkEnd()) -> HttpResponse:  # noqa: B008 (never changed)
    """Gives back all of its units, or these; with the last one the order is done."""

    def act(actor: User, claim: Request | None) -> Entry:
        named = given.units is not None or given.serials is not None
        return end_rework(actor=actor, order=order, unit_ids=given.unit_ids() if named else None, note=given.note, request=claim)

    return entry_answer(request, act)
