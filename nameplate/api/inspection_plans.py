"""Inspection plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import DECIMAL_OR_NULL, HEADERS, ID, IF_MATCH, TEXT, Json, add_schema, no, yes
from nameplate.api.fields import Body, Quantity, Version, Word
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.models import Item, Request, User
from nameplate.operations.inspecting.documents import require_quality_control
from nameplate.operations.inspecting.plans import MOST_CHECKS, Check, checks_of, plan_of, set_plan
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound

router = Router(tags=["Items"])
ROUTERS = (router,)

_CHECK: Json = {"name": TEXT, "kind": TEXT, "unit": TEXT, "lowest": DECIMAL_OR_NULL, "highest": DECIMAL_OR_NULL}
PLAN = add_schema(
    "InspectionPlan",
    {
        "item_id": ID,
        "item": TEXT,
        "checks": {"type": "array", "items": {"type": "object", "properties": _CHECK, "required": list(_CHECK)}},
        "version": {"type": "integer", "description": "The plan's; 0 while the item has none."},
        "href": TEXT,
    },
)


class NewPlanCheck(Body):
    """A named check; limits and their unit are for numbers."""

    name: Word
    kind: Literal["number", "yes-no", "text", "file"] = "number"
    unit: Word = ""
    lowest: Quantity | None = None
    highest: Quantity | None = None


class NewInspectionPlan(Body):
    """All checks, in their order, in place of those that it has."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"checks": [{"name": "Temperature", "unit": "°C", "highest": "45"}], "version": 0}]}
    )

    version: Version | None = None
    checks: Annotated[list[NewPlanCheck], Field(max_length=MOST_CHECKS + 1)]


@router.get(
    "/items/{id:pk}/inspection-plan",
    operation_id="get_inspection_plan",
    summary="Read an inspection plan",
    openapi_extra={"responses": {200: yes(PLAN, "The plan"), **no(401, 403, 404)}},
)
def get_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """What is checked of the item's units from now on."""
    return answered(_plan(pk, actor=actor_of(request)))


@router.put(
    "/items/{id:pk}/inspection-plan",
    operation_id="set_inspection_plan",
    summary="Set an inspection plan",
    openapi_extra={
        "parameters": [*HEADERS, IF_MATCH],
        "responses": {200: yes(PLAN, "The plan as it stands now"), **no(400, 401, 403, 404, 409, 412, 413, 422, 428)},
    },
)
def put_plan(request: HttpRequest, pk: int, given: NewInspectionPlan) -> HttpResponse:
    """Makes the next version of the plan. Inspections that were begun keep the version that they have."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        checks = [Check(one.name, one.kind, one.unit, one.lowest, one.highest) for one in given.checks]
        set_plan(actor=actor, item=pk, version=version_seen(request, given.version), checks=checks)
        return _plan(pk, actor=actor)

    return written(request, act)


def _plan(pk: int, *, actor: User) -> dict[str, Any]:
    access.require(actor, "catalogue", "view")
    require_quality_control("An inspection plan")
    item = Item.objects.filter(pk=pk).first()
    if item is None:
        raise NotFound("not-found", "There is no such item.")
    plan = plan_of(item)
    limits = [
        (check, [None if one is None else f"{from_micro(one):f}" for one in (check.lowest, check.highest)]) for check in checks_of(plan)
    ]
    return {
        "item_id": str(pk),
        "item": item.number,
        "checks": [{"name": one.name, "kind": one.kind, "unit": one.unit, "lowest": low, "highest": high} for one, (low, high) in limits],
        "version": plan.version if plan else 0,
        "href": f"{ROOT}/items/{pk}/inspection-plan",
    }
