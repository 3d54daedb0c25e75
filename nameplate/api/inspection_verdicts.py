"""Units and goods of an inspection judged; what its checks found of them, in words, numbers and photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import written
from nameplate.api.describing import HEADERS, SCHEMAS, add_schema, yes
from nameplate.api.entries import entry_of
from nameplate.api.fields import Body, Day, Id, Prose, Word
from nameplate.api.files import NewFile, bytes_of
from nameplate.api.inspections import INSPECTION, REFUSALS, GoodsToInspect, described, inspection_of
from nameplate.models import Request, User
from nameplate.operations.choosing import MOST_UNITS, units_named
from nameplate.operations.inspecting.documents import require_quality_control
from nameplate.operations.inspecting.goods import GoodsSaid
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.inspecting.photos import MOST_OF_A_UNIT, Photo
from nameplate.operations.inspecting.results import Found, record_results
from nameplate.operations.inspecting.sampling import left_by_sample
from nameplate.refusals import Invalid

router = Router(tags=["Inspections"])
ROUTERS = (router,)

LEFT = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Serial numbers that pass by no sample, for they are rejected or have a result out of its limits: judge each of them.",
}
VERDICTS = add_schema("Verdicts", {**SCHEMAS["Entry"]["properties"], "left": LEFT})

Measured = str | int | bool | None


class UnitFile(NewFile):
    """A photo or another file of the unit, kept with it; `check` is the check of its plan that it answers, if any."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "label.jpg", "base64": "/9j/2Q==", "check": "Label"}]})

    check: Word = ""


Results = Annotated[
    dict[Word, Measured],
    Field(max_length=100, description="By the names of its plan’s checks; one that asks for a file takes the id of a file on the unit."),
]
Files = Annotated[list[UnitFile], Field(max_length=MOST_OF_A_UNIT)]


class UnitVerdict(Body):
    """What is said of one unit, by its id or its number; one that fails has a reason."""

    unit: Id | None = None
    serial: str | None = None
    verdict: Literal["passed", "failed"]
    reason: Id | None = None
    note: Prose = ""
    results: Results = {}
    files: Files = []


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
    results: Results = {}
    files: Files = []


class InspectionResults(Body):
    """What was found of units that wait."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"units": [{"serial": "WD-WCAWZ1881335", "results": {"Temperature": "31", "Label readable": True}}]}]
        }
    )

    units: Annotated[list[UnitResults], Field(max_length=MOST_UNITS)]


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


def _photos(units: Sequence[int], named: Sequence[UnitVerdict | UnitResults]) -> list[Photo]:
    """The files of each, beside the unit that they are of. Refused: no Base64."""
    found = []
    for row, (unit, one) in enumerate(zip(units, named, strict=True)):
        for position, file in enumerate(one.files):
            at = f"units.{row}.files.{position}"
            found.append(Photo(unit, file.name, bytes_of(file.base64, f"{at}.base64"), file.check, at))
    return found


@router.post(
    "/inspections/{id:paper}/verdicts",
    operation_id="create_inspection_verdicts",
    summary="Judge units of an inspection",
    response={201: None},
    openapi_extra=described(VERDICTS, "The entry of the verdicts, and what a sample left"),
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
            photos=_photos(units, given.units),
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
        units = _ids(given.units)
        found = [Found(unit, one.results) for unit, one in zip(units, given.units, strict=True)]
        record_results(actor=actor, inspection=paper, found=found, photos=_photos(units, given.units), request=claim)
        return inspection_of(paper, actor=actor)

    return written(request, act)
