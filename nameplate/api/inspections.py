"""Inspections: opened, judged unit by unit, measured, called off; and the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access, listings
from nameplate.api.answers import answered, written
from nameplate.api.describing import HEADERS, SCHEMAS, add_schema, no, pdf_answer, row_properties, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Day, Id, Prose, Quantity, Word
from nameplate.api.lists import add_list, row_of
from nameplate.api.moves import Units
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.documents.inspections import inspection_report
from nameplate.documents.sending import sent
from nameplate.listings.inspections import INSPECTIONS
from nameplate.models import Request, User
from nameplate.operations.choosing import MOST_UNITS, units_named
from nameplate.operations.inspecting.canceling import cancel_rest
from nameplate.operations.inspecting.documents import require_quality_control
from nameplate.operations.inspecting.goods import GoodsSaid
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.inspecting.opening import GoodsAsked, open_inspection
from nameplate.operations.inspecting.results import Found, record_results
from nameplate.operations.inspecting.sampling import left_by_sample
from nameplate.refusals import Invalid

router = Router(tags=["Inspections"])
ROUTERS = (router,)
REFUSALS = no(400, 401, 403, 404, 409, 413, 422)

add_list(router, "/inspections", listings.ALL["inspections"], "inspections")
add_list(router, "/inspected-units", listings.ALL["inspected-units"], "inspected_units")
add_list(router, "/check-results", listings.ALL["check-results"], "check_results")
INSPECTION = add_schema("Inspection", {**row_properties(INSPECTIONS), "href": {"type": "string"}})
LEFT = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Serial numbers that pass by no sample, for they are rejected or have a result out of its limits: judge each of them.",
}
VERDICTS = add_schema("Verdicts", {**SCHEMAS["Entry"]["properties"], "left": LEFT})

Measured = str | int | bool | None


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


class UnitVerdict(Body):
    """What is said of one unit, by its id or its number; one that fails has a reason. `results` by the names of its plan's checks."""

    unit: Id | None = None
    serial: str | None = None
    verdict: Literal["passed", "failed"]
    reason: Id | None = None
    note: Prose = ""
    results: Annotated[dict[Word, Measured], Field(max_length=100)] = {}


class GoodsVerdict(GoodsToInspect):
    """What is said of a quantity; what fails goes `to`, where that is given."""

    verdict: Literal["passed", "sampled", "failed"]
    reason: Id | None = None
    note: Prose = ""
    to: Id | None = None


class InspectionVerdicts(Body):
    """The verdicts of one act; units that are not named wait on, unless the rest passes by the sample that was looked at."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "units": [
                        {"serial": "WD-WCAWZ1881335", "verdict": "passed", "results": {"Temperature": "31"}},
                        {"serial": "WD-WCAWZ1881336", "verdict": "failed", "reason": "4", "note": "Clicks"},
                    ],
                    "rest_by_sample": False,
                }
            ]
        }
    )

    units: Annotated[list[UnitVerdict], Field(max_length=MOST_UNITS)] = []
    goods: Annotated[list[GoodsVerdict], Field(max_length=1_000)] = []
    rest_by_sample: bool = False
    location: Annotated[Id | None, Field(description="Where units that fail go; null where they stay.")] = None
    happened_on: Day | None = None
    note: Prose = ""


class UnitResults(Body):
    """What the checks found of one unit; null takes a value away."""

    unit: Id | None = None
    serial: str | None = None
    results: Annotated[dict[Word, Measured], Field(max_length=100)]


class InspectionResults(Body):
    """What was found of units that wait."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"units": [{"serial": "WD-WCAWZ1881335", "results": {"Temperature": "31", "Label readable": True}}]}]
        }
    )

    units: Annotated[list[UnitResults], Field(max_length=MOST_UNITS)]


class InspectionCancellation(Body):
    """Why the rest is not inspected."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The vendor’s certificate will do."}]})

    reason: Prose


def _described(schema: Any, description: str) -> dict[str, Any]:
    return {"parameters": HEADERS, "responses": {201: yes(schema, description), **REFUSALS}}


def _ids(named: Sequence[UnitVerdict | UnitResults]) -> list[int]:
    """The unit that each means. Refused: one that is named in both ways or in none; numbers that name no unit, or several."""
    wrong = next((index for index, one in enumerate(named) if (one.unit is None) == (one.serial is None)), None)
    if wrong is not None:
        sentence = "Name the unit by its id or by its number."
        raise Invalid("units-or-serials", sentence, fields={f"units.{wrong}": sentence})
    numbers = [one.serial for one in named if one.serial is not None]
    if len(set(numbers)) != len(numbers):
        raise Invalid("twice", "A serial number stands in it twice.", fields={"units": "Name each unit once."})
    found = iter(units_named(numbers) if numbers else ())
    return [one.unit if one.unit is not None else next(found) for one in named]


@router.get(
    "/inspections/{id:paper}",
    operation_id="get_inspection",
    summary="Read one inspection",
    openapi_extra={"responses": {200: yes(INSPECTION, "The inspection"), **no(401, 403, 404)}},
)
def get_inspection(request: HttpRequest, paper: int) -> HttpResponse:
    """How it stands; its units and their verdicts are in `/inspected-units`, what was measured in `/check-results`."""
    return answered(_inspection(paper, actor=actor_of(request)))


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
    openapi_extra=_described(INSPECTION, "The inspection"),
)
def create_inspection(request: HttpRequest, given: NewInspection) -> HttpResponse:
    """Puts units and goods in stock on hold for an inspection; rejected ones are looked at again. Receipts open theirs by themselves."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")
        require_quality_control()
        goods = [GoodsAsked(one.lot, one.quantity, one.location) for one in given.goods]
        paper, _ = open_inspection(actor=actor, unit_ids=given.unit_ids(), goods=goods, note=given.note, request=claim)
        return _inspection(paper.pk, actor=actor)

    return written(request, act, status=201)


@router.post(
    "/inspections/{id:paper}/verdicts",
    operation_id="create_inspection_verdicts",
    summary="Judge units of an inspection",
    response={201: None},
    openapi_extra=_described(VERDICTS, "The entry of the verdicts, and what a sample left"),
)
def create_verdicts(request: HttpRequest, paper: int, given: InspectionVerdicts) -> HttpResponse:
    """Judges units and goods as one act: all of it, or nothing. Undo it by its entry. A unit out of its limits fails only if you say so."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "inspect")
        require_quality_control()
        units = _ids(given.units)
        entry = judge(
            actor=actor,
            inspection=paper,
            verdicts=[
                Said(unit, one.verdict == "passed", None if one.verdict == "passed" else one.reason, one.note)
                for unit, one in zip(units, given.units, strict=True)
            ],
            goods=[_goods_said(one) for one in given.goods],
            results=[Found(unit, one.results) for unit, one in zip(units, given.units, strict=True) if one.results],
            rest_by_sample=given.rest_by_sample,
            location_id=given.location,
            happened_on=given.happened_on,
            note=given.note,
            request=claim,
        )
        return {**entry_of(entry.pk, actor=actor), "left": left_by_sample(paper) if given.rest_by_sample else []}

    return written(request, act, status=201)


def _goods_said(one: GoodsVerdict) -> GoodsSaid:
    return GoodsSaid(
        one.lot,
        one.quantity,
        one.verdict != "failed",
        one.reason if one.verdict == "failed" else None,
        one.note,
        location_id=one.location,
        to_location_id=one.to,
        sampled=one.verdict == "sampled",
    )


@router.post(
    "/inspections/{id:paper}/results",
    operation_id="create_inspection_results",
    summary="Keep results of checks",
    response={200: None},
    openapi_extra={"parameters": HEADERS, "responses": {200: yes(INSPECTION, "The inspection"), **REFUSALS}},
)
def create_results(request: HttpRequest, paper: int, given: InspectionResults) -> HttpResponse:
    """Keeps what the checks found of units that wait, in place of what was kept before; nobody is judged by it."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "inspect")
        require_quality_control()
        found = [Found(unit, one.results) for unit, one in zip(_ids(given.units), given.units, strict=True)]
        record_results(actor=actor, inspection=paper, found=found, request=claim)
        return _inspection(paper, actor=actor)

    return written(request, act)


@router.post(
    "/inspections/{id:paper}/cancellation",
    operation_id="create_inspection_cancellation",
    summary="Call off the rest of an inspection",
    response={201: None},
    openapi_extra=_described(ENTRY, "The entry that frees what waited"),
)
def create_cancellation(request: HttpRequest, paper: int, given: InspectionCancellation) -> HttpResponse:
    """What still waits is free again, unjudged; verdicts that were given stay."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        entry = cancel_rest(actor=actor, inspection=paper, reason=given.reason, request=claim)
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


def _inspection(paper: int, *, actor: User) -> dict[str, Any]:
    return {**row_of(INSPECTIONS, paper, actor=actor, name="inspection"), "href": f"{ROOT}/inspections/{paper}"}
