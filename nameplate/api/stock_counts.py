"""Stock counts: made, started, scanned, compared with the books, and posted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access, listings
from nameplate.api.answers import answered, written
from nameplate.api.count_answers import COUNT, DIFFERENCES, POSTED, SCAN, SCANS, count_of, document_of, goods_of, scan_of, twice_of, unit_of
from nameplate.api.describing import HEADERS, no, pdf_answer, yes
from nameplate.api.entries import entry_of
from nameplate.api.fields import Body, Id, Prose, Quantity, Text, Version
from nameplate.api.lists import add_list
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.documents.count_sheets import count_sheet
from nameplate.documents.sending import sent
from nameplate.models import DocumentStatus, Request, User
from nameplate.operations import counting
from nameplate.operations.counting import Scan
from nameplate.operations.counting.scanning import MOST_AT_ONCE
from nameplate.quantities import from_micro

router = Router(tags=["Stock counts"])
ROUTERS = (router,)
REFUSALS = no(400, 401, 403, 404, 409, 413, 422)

add_list(router, "/stock-counts", listings.ALL["stock-counts"], "stock_counts")


class NewStockCount(Body):
    """Of these places, of an item wherever it lies, or of an item at these places."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"locations": ["4"], "blind": False}]})

    locations: Annotated[list[Id], Field(max_length=500)] = []
    item: Id | None = None
    blind: Annotated[bool, Field(description="Those who count are not shown what should be there.")] = False
    notes: Prose = ""


class NewScan(Body):
    """What was read, where. `key` is the scanner's own: the same one again is the same scan. `quantity` for goods without numbers."""

    key: Annotated[Text, Field(min_length=1, max_length=64)]
    text: Annotated[Text, Field(min_length=1, max_length=10_000, description="A serial number; with a quantity, a lot or an item.")]
    location: Id | None = None
    quantity: Quantity | None = None
    scanned_at: Annotated[str | None, Field(max_length=40, description="With its zone; now, where it is left out.")] = None
    note: Annotated[Prose, Field(description="Kept with what nobody knows; the same scan sent again may bring it later.")] = ""


class NewScans(Body):
    """Any number of scans, in their order."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"scans": [{"key": "s-1", "text": "WD-WCAWZ1881335"}]}]})

    scans: Annotated[list[NewScan], Field(max_length=MOST_AT_ONCE)]


class CountStep(Body):
    """A step of a count; refused if it is not the `version` that was read, where one is sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    version: Version | None = None


class Mistake(Body):
    """Nothing needs to be said of a scan that was a mistake."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class NewPosting(Body):
    """What is done about the differences, and for which reason the missing ones are written off."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "1", "note": "Yearly count."}]})

    reason: Id | None = None
    move_found: bool = True
    write_off_missing: bool = True
    seal: Annotated[str | None, Field(max_length=200)] = None
    note: Prose = ""


@router.get(
    "/stock-counts/{id:count}",
    operation_id="get_stock_count",
    summary="Read one stock count",
    openapi_extra={"responses": {200: yes(COUNT, "The count"), **no(401, 403, 404)}},
)
def get_stock_count(request: HttpRequest, count: int) -> HttpResponse:
    """How far it is."""
    return answered(count_of(count, actor=actor_of(request)))


@router.post(
    "/stock-counts",
    operation_id="create_stock_count",
    summary="Make a stock count",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(COUNT, "The count, New"), **REFUSALS}},
)
def create_stock_count(request: HttpRequest, given: NewStockCount) -> HttpResponse:
    """Nothing is frozen until it is started."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        made = counting.create_count(actor=actor, location_ids=given.locations, item=given.item, blind=given.blind, notes=given.notes)
        return count_of(made.pk, actor=actor)

    return written(request, act, status=201)


@router.post(
    "/stock-counts/{id:count}/start",
    operation_id="start_stock_count",
    summary="Start a stock count",
    openapi_extra={"parameters": HEADERS, "responses": {200: yes(COUNT, "The count, In progress"), **REFUSALS}},
)
def start_stock_count(request: HttpRequest, count: int, given: CountStep = CountStep()) -> HttpResponse:  # noqa: B008 (never changed)
    """Freezes what should be there, with each unit's version."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        return count_of(counting.start(actor=actor, count=count, version=given.version).pk, actor=actor)

    return written(request, act)


@router.post(
    "/stock-counts/{id:count}/cancellation",
    operation_id="cancel_stock_count",
    summary="Cancel a stock count",
    openapi_extra={"parameters": HEADERS, "responses": {200: yes(COUNT, "The count, Canceled"), **REFUSALS}},
)
def cancel_stock_count(request: HttpRequest, count: int, given: CountStep = CountStep()) -> HttpResponse:  # noqa: B008 (never changed)
    """Its scans stay to be read."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        return count_of(counting.cancel(actor=actor, count=count, version=given.version).pk, actor=actor)

    return written(request, act)


@router.post(
    "/stock-counts/{id:count}/scans",
    operation_id="create_count_scans",
    summary="Record scans",
    openapi_extra={"parameters": HEADERS, "responses": {200: yes(SCANS, "An answer to each, in their order"), **REFUSALS}},
)
def create_count_scans(request: HttpRequest, count: int, given: NewScans) -> HttpResponse:
    """Answers and keeps each. A scan whose key was sent before is answered as it was then, and counted once."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        scans = [Scan(one.key, one.text, one.location, one.quantity, _moment(one.scanned_at), one.note) for one in given.scans]
        found = counting.record_scans(actor=actor, count=count, scans=scans)
        return {"scans": [scan_of(one, actor.get_username()) for one in found], "href": f"{ROOT}/stock-counts/{count}"}

    return written(request, act)


@router.post(
    "/stock-counts/{id:count}/scans/{id:scan}/cancellation",
    operation_id="take_back_count_scan",
    summary="Take a scan back",
    openapi_extra={"parameters": HEADERS, "responses": {200: yes(SCAN, "The scan, which counts no more"), **REFUSALS}},
)
def take_back_count_scan(request: HttpRequest, count: int, scan: int, given: Mistake = Mistake()) -> HttpResponse:  # noqa: B008 (never changed)
    """A scan that was a mistake counts no more. The next scan of its unit that stands is then the first, and judged as such."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        found = counting.take_back(actor=actor, count=count, scan=scan)
        return scan_of(found, found.by.get_username())

    return written(request, act)


@router.get(
    "/stock-counts/{id:count}/differences",
    operation_id="get_count_differences",
    summary="Compare a stock count with the books",
    openapi_extra={
        "responses": {
            200: yes(DIFFERENCES, "The differences as they stand now; of a count that is done, what was posted and what was left"),
            **no(401, 403, 404),
        }
    },
)
def get_count_differences(request: HttpRequest, count: int) -> HttpResponse:
    """What is missing, found elsewhere, contradicted or unknown: once it is posted, as it was then.

    Of a blind count only those who may post it are told.
    """
    actor = actor_of(request)
    access.require(actor, "stock", "view")
    document = document_of(count)
    if document.stock_count.blind:
        access.require(actor, "stock", "count")
    told = counting.outcome if document.status == DocumentStatus.DONE else counting.differences
    found = told(actor=actor, count=document)
    return answered(
        {
            "missing": [unit_of(one) for one in found.missing],
            "elsewhere": [unit_of(one) for one in found.elsewhere],
            "goods": [goods_of(one) for one in found.goods],
            "contradictions": [scan_of(one, one.by.get_username()) for one in found.contradictions],
            "unknown": [scan_of(one, one.by.get_username()) for one in found.unknown],
            "two_places": [twice_of(one) for one in found.two_places],
            "value": f"{from_micro(found.value):f}",
            "seal": found.seal,
        }
    )


@router.post(
    "/stock-counts/{id:count}/posting",
    operation_id="post_stock_count",
    summary="Post the differences of a stock count",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(POSTED, "What was posted, and what was left as it is"), **REFUSALS}},
)
def post_stock_count(request: HttpRequest, count: int, given: NewPosting = NewPosting()) -> HttpResponse:  # noqa: B008 (never changed)
    """Moves what was found elsewhere and writes off what is missing, as one act. Undo it by its entry: the count is then open again."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        posted = counting.post_count(
            actor=actor,
            count=count,
            reason=given.reason,
            move_found=given.move_found,
            write_off_missing=given.write_off_missing,
            seal=given.seal,
            note=given.note,
            request=claim,
        )
        return {
            "entry": entry_of(posted.entry.pk, actor=actor),
            "write_off_entry": str(posted.write_off.pk) if posted.write_off else None,
            "value": f"{from_micro(posted.differences.value):f}",
            "left_out": [unit_of(one) for one in posted.differences.left_out],
            "href": f"{ROOT}/stock-counts/{count}",
        }

    return written(request, act, status=201)


@router.get(
    "/stock-counts/{id:count}/sheet.pdf",
    operation_id="get_count_sheet",
    summary="Read a count sheet as PDF",
    openapi_extra={"responses": {200: pdf_answer("The sheet"), **no(401, 403, 404)}},
)
def get_count_sheet(request: HttpRequest, count: int) -> HttpResponse:
    """Place by place what should be there, to be ticked off."""
    return sent(count_sheet(actor=actor_of(request), count=count))


def _moment(text: str | None) -> dt.datetime | None:
    """A moment with its zone; None, which is now, for anything else."""
    try:
        found = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
