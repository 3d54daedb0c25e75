"""Inspections: opened, called off; and the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access, listings
from nameplate.api.answers import answered, written
from nameplate.api.describing import HEADERS, add_schema, no, pdf_answer, row_properties, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Id, Prose, Quantity
from nameplate.api.lists import add_list, row_of
from nameplate.api.moves import Units
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.documents.inspections import inspection_report
from nameplate.documents.sending import sent
from nameplate.listings.inspections import INSPECTIONS
from nameplate.models import Request, User
from nameplate.operations.inspecting.canceling import cancel_rest
from nameplate.operations.inspecting.documents import require_quality_control
from nameplate.operations.inspecting.opening import GoodsAsked, open_inspection

router = Router(tags=["Inspections"])
ROUTERS = (router,)
REFUSALS = no(400, 401, 403, 404, 409, 413, 422)

add_list(router, "/inspections", listings.ALL["inspections"], "inspections")
add_list(router, "/inspected-units", listings.ALL["inspected-units"], "inspected_units")
add_list(router, "/check-results", listings.ALL["check-results"], "check_results")
INSPECTION = add_schema("Inspection", {**row_properties(INSPECTIONS), "href": {"type": "string"}})


class GoodsToInspect(Body):
    """A quantity of a lot without serial numbers; `location` where it lies at several places."""

    lot: Id
    quantity: Quantity
    location: Id | None = None


class NewInspection(Units):
    """What is to be inspected: units by id or number, quantities of lots."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["WD-WCAWZ1881335"], "note": "Second run."}]})

    goods: Annotated[list[GoodsToInspect], Field(max_length=1_000)] = []
    note: Prose = ""


class InspectionCancellation(Body):
    """Why the rest is not inspected."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The vendor’s certificate will do."}]})

    reason: Prose


def described(schema: Any, description: str) -> dict[str, Any]:
    """What an act says of itself: its keys, its answer, its refusals."""
    return {"parameters": HEADERS, "responses": {201: yes(schema, description), **REFUSALS}}


@router.get(
    "/inspections/{id:paper}",
    operation_id="get_inspection",
    summary="Read one inspection",
    openapi_extra={"responses": {200: yes(INSPECTION, "The inspection"), **no(401, 403, 404)}},
)
def getinspection_of(request: HttpRequest, paper: int) -> HttpResponse:
    """How it stands; its units and their verdicts are in `/inspected-units`, what was measured in `/check-results`."""
    return answered(inspection_of(paper, actor=actor_of(request)))


@router.get(
    "/inspections/{id:paper}/report.pdf",
    operation_id="get_inspection_pdf",
    summary="Print an inspection",
    openapi_extra={"responses": {200: pdf_answer("The inspection’s report"), **no(401, 403, 404)}},
)
def get_inspection_pdf(request: HttpRequest, paper: int) -> HttpResponse:
    """The report of what was looked at, what passed, what failed and why."""
    return sent(inspection_report(actor=actor_of(request), inspection=paper))


@router.post(
    "/inspections",
    operation_id="create_inspection",
    summary="Open an inspection",
    response={201: None},
    openapi_extra=described(INSPECTION, "The inspection"),
)
def createinspection_of(request: HttpRequest, given: NewInspection) -> HttpResponse:
    """Puts units and goods in stock on hold for an inspection; rejected ones are looked at again. Receipts open theirs by themselves."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")
        require_quality_control()
        goods = [GoodsAsked(one.lot, one.quantity, one.location) for one in given.goods]
        paper, _ = open_inspection(actor=actor, unit_ids=given.unit_ids(), goods=goods, note=given.note, request=claim)
        return inspection_of(paper.pk, actor=actor)

    return written(request, act, status=201)


@router.post(
    "/inspections/{id:paper}/cancellation",
    operation_id="create_inspection_cancellation",
    summary="Call off the rest of an inspection",
    response={201: None},
    openapi_extra=described(ENTRY, "The entry that frees what waited"),
)
def create_cancellation(request: HttpRequest, paper: int, given: InspectionCancellation) -> HttpResponse:
    """What still waits is free again, unjudged; verdicts that were given stay."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        entry = cancel_rest(actor=actor, inspection=paper, reason=given.reason, request=claim)
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


def inspection_of(paper: int, *, actor: User) -> dict[str, Any]:
    """How it stands."""
    return {**row_of(INSPECTIONS, paper, actor=actor, name="inspection"), "href": f"{ROOT}/inspections/{paper}"}
