"""Write-offs: units and goods that are lost, broken or given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access, listings
from nameplate.api.answers import answered, written
from nameplate.api.describing import HEADERS, add_schema, no, row_properties, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Day, Id, Prose, Quantity
from nameplate.api.lists import add_list, row_of
from nameplate.api.moves import Units
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.listings.write_offs import WRITE_OFFS
from nameplate.models import Entry, Request, User
from nameplate.operations.writing_off import GoodsGone, write_off

router = Router(tags=["Write-offs"])
ROUTERS = (router,)

add_list(router, "/write-offs", listings.ALL["write-offs"], "write_offs")
WRITE_OFF = add_schema("WriteOff", {**row_properties(WRITE_OFFS), "entry": ENTRY, "href": {"type": "string"}})
REFUSALS = no(400, 401, 403, 404, 409, 413, 422)


class Gone(Body):
    """A quantity of a lot without serial numbers; `location` where it lies at several places."""

    lot: Id
    quantity: Quantity
    location: Id | None = None


class NewWriteOff(Units):
    """What is gone, and for which reason of the company's."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["WD-WCAWZ1881335"], "reason": "1", "note": "Dropped."}]})

    goods: Annotated[list[Gone], Field(max_length=1_000)] = []
    reason: Id
    at_customers: Annotated[bool, Field(description="Units at customers too: destroyed, or kept there for good.")] = False
    happened_on: Day | None = None
    note: Prose = ""


@router.get(
    "/write-offs/{id:paper}",
    operation_id="get_write_off",
    summary="Read one write-off",
    openapi_extra={"responses": {200: yes(WRITE_OFF, "The write-off with its entry"), **no(401, 403, 404)}},
)
def get_write_off(request: HttpRequest, paper: int) -> HttpResponse:
    """What was written off, why and by whom; its entry has the units."""
    return answered(_write_off(paper, actor=actor_of(request)))


@router.post(
    "/write-offs",
    operation_id="create_write_off",
    summary="Write off",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(WRITE_OFF, "The write-off"), **REFUSALS}},
)
def create_write_off(request: HttpRequest, given: NewWriteOff) -> HttpResponse:
    """Writes off units and goods as one act: all of it, or nothing. Undo it by its entry; what turns up later is a re-entry."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")
        entry = write_off(
            actor=actor,
            reason=given.reason,
            unit_ids=given.unit_ids(),
            goods=[GoodsGone(one.lot, one.quantity, one.location) for one in given.goods],
            at_customers=given.at_customers,
            happened_on=given.happened_on,
            note=given.note,
            request=claim,
        )
        assert entry.document is not None
        return _write_off(entry.document.pk, actor=actor)

    return written(request, act, status=201)


def _write_off(paper: int, *, actor: User) -> dict[str, Any]:
    row = row_of(WRITE_OFFS, paper, actor=actor, name="write-off")
    entry = Entry.objects.filter(document=paper, reverses=None).values_list("pk", flat=True).get()
    return {**row, "entry": entry_of(entry, actor=actor), "href": f"{ROOT}/write-offs/{paper}"}
