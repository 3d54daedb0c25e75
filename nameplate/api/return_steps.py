"""What is done to units of a return: received, decided, restocked, rejected, repaired, sent back, replaced, settled; and its papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import written
from nameplate.api.assembling import PartsReplaced
from nameplate.api.describing import HEADERS, no, pdf_answer, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Day, Id, Prose, Word
from nameplate.api.moves import Units
from nameplate.api.return_goods import PartsOfReturn, RowsOfReturn
from nameplate.api.returns import UNITS, act_on, described
from nameplate.api.signing_in import actor_of
from nameplate.documents.returns import repair_report, rma_form
from nameplate.documents.sending import sent
from nameplate.models import Request, User
from nameplate.operations import returning

router = Router(tags=["Returns"])
ROUTERS = (router,)


class ReturnReceipt(PartsOfReturn):
    """What came, and where it lies; without units and goods, all that is expected."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**UNITS, "location": "4"}]})

    location: Id
    returned_on: Day | None = None
    note: Prose = ""


class ReturnDecision(RowsOfReturn):
    """What the customer gets for them. `coming` false: they stay with the customer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**UNITS, "outcome": "repair_and_ship_back"}]})

    outcome: Literal["credit", "receipt_and_credit", "repair", "repair_and_ship_back", "replacement", "reject_and_ship_back"]
    finding: Prose = ""
    coming: bool | None = None


class ReturnRestock(PartsOfReturn):
    """What is good."""

    model_config = ConfigDict(json_schema_extra={"examples": [UNITS]})

    finding: Prose = ""
    note: Prose = ""


class ReturnRejection(PartsOfReturn):
    """What failed, and why; `ship_back` where the customer gets it back as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**UNITS, "reason": "Dropped"}]})

    reason: Prose
    ship_back: bool = False
    note: Prose = ""


class ReturnRepair(Units):
    """What is wrong; `ship_back` false where the repaired unit stays here."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**UNITS, "fault": "Bearing"}]})

    fault: Prose
    ship_back: bool = True
    note: Prose = ""


class ReturnRepairEnd(Units):
    """What was done, which components were `replaced`, and what the test said.

    With a `fault`, units in no repair yet are repaired in this one step, to be shipped back or kept here.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{**UNITS, "work": "New bearing", "test": "8 h, no errors"}]})

    fault: Prose = ""
    ship_back: bool = True
    replaced: PartsReplaced | None = None
    work: Prose = ""
    test: Prose = ""
    passed: bool = True


class UnitInstead(Body):
    """A unit of the return, and the one that the customer gets for it."""

    unit: Id
    replacement: Id


class ReturnShipment(Units):
    """What goes to the customer: units of theirs, and others in their place. A repair that is under way ends by it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**UNITS, "work": "New bearing", "carrier": "DHL"}]})

    replacements: Annotated[list[UnitInstead], Field(max_length=10_000)] = []
    shipped_on: Day | None = None
    carrier: Word = ""
    tracking_number: Word = ""
    work: Prose = ""
    test: Prose = ""
    note: Prose = ""


class ReturnSettlement(RowsOfReturn):
    """How units or goods came to this customer that the records have elsewhere."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**UNITS, "how": "Lent by another customer."}]})

    how: Prose


class ShipmentSwap(Body):
    """Two units that went to each other's customers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"unit": "7", "other": "8", "reason": "Mixed up when packing"}]})

    unit: Id
    other: Id
    reason: Prose


@router.post(
    "/returns/{id:paper}/receipts",
    operation_id="receive_return",
    summary="Receive what came back",
    openapi_extra=described("The return as it stands now"),
)
def receive_return(request: HttpRequest, paper: int, given: ReturnReceipt) -> HttpResponse:
    """Into a lot of their own, status RMA returned. Undo it by its entry."""
    more: dict[str, Any] = {"location_id": given.location, "returned_on": given.returned_on, "note": given.note}

    def act(actor: User, claim: Request | None) -> None:
        units, known = given.known()
        goods = given.parts()
        chosen: dict[str, Any] = {"unit_ids": units, "goods": goods} if units or goods else {}
        returning.receive_return(actor=actor, paper=paper, known=known, request=claim, **chosen, **more)

    return act_on(request, paper, act, "create")


@router.post(
    "/returns/{id:paper}/decisions",
    operation_id="decide_return",
    summary="Say what a customer gets for what came back",
    openapi_extra=described("The return as it stands now"),
)
def decide_return(request: HttpRequest, paper: int, given: ReturnDecision) -> HttpResponse:
    """Nothing moves by it."""
    more: dict[str, Any] = {"outcome": given.outcome, "finding": given.finding, "coming": given.coming}
    return act_on(request, paper, lambda actor, _: returning.decide(actor=actor, paper=paper, **given.both(), **more))


@router.post(
    "/returns/{id:paper}/restocks",
    operation_id="restock_return",
    summary="Restock what came back",
    openapi_extra=described("The return as it stands now"),
)
def restock_return(request: HttpRequest, paper: int, given: ReturnRestock) -> HttpResponse:
    """Stock again, in the lot that they were in before."""

    def act(actor: User, claim: Request | None) -> None:
        units, known = given.known()
        more: dict[str, Any] = {"finding": given.finding, "note": given.note, "request": claim}
        returning.restock(actor=actor, paper=paper, unit_ids=units, goods=given.parts(), known=known, **more)

    return act_on(request, paper, act)


@router.post(
    "/returns/{id:paper}/rejections",
    operation_id="reject_return",
    summary="Reject what came back",
    openapi_extra=described("The return as it stands now"),
)
def reject_return(request: HttpRequest, paper: int, given: ReturnRejection) -> HttpResponse:
    """Into a lot of their own, status Rejected."""
    more: dict[str, Any] = {"reason": given.reason, "ship_back": given.ship_back, "note": given.note}
    return act_on(request, paper, lambda actor, claim: returning.reject(actor=actor, paper=paper, request=claim, **given.both(), **more))


@router.post(
    "/returns/{id:paper}/repairs",
    operation_id="begin_repair",
    summary="Begin a repair of what came back",
    openapi_extra=described("The return as it stands now"),
)
def begin_repair(request: HttpRequest, paper: int, given: ReturnRepair) -> HttpResponse:
    """Under a repair order of its own, to which replaced components belong."""
    more: dict[str, Any] = {"fault": given.fault, "ship_back": given.ship_back, "note": given.note}
    return act_on(
        request,
        paper,
        lambda actor, claim: returning.begin_repair(actor=actor, paper=paper, unit_ids=given.unit_ids(), request=claim, **more),
    )


@router.post(
    "/returns/{id:paper}/repair-ends",
    operation_id="end_repair",
    summary="End a repair",
    openapi_extra=described("The return as it stands now"),
)
def end_repair(request: HttpRequest, paper: int, given: ReturnRepairEnd) -> HttpResponse:
    """What is kept is in stock again; what goes back waits to be shipped."""
    more: dict[str, Any] = {name: getattr(given, name) for name in ("fault", "ship_back", "work", "test", "passed")}

    def act(actor: User, claim: Request | None) -> None:
        parts = given.replaced.replacing() if given.replaced else None
        returning.end_repair(actor=actor, paper=paper, unit_ids=given.unit_ids(), replaced=parts, request=claim, **more)

    return act_on(request, paper, act)


@router.post(
    "/returns/{id:paper}/shipments",
    operation_id="ship_return",
    summary="Ship units back, or others in their place",
    openapi_extra=described("The return as it stands now"),
)
def ship_return(request: HttpRequest, paper: int, given: ReturnShipment) -> HttpResponse:
    """In one shipment, made and shipped by this."""
    names = ("shipped_on", "carrier", "tracking_number", "work", "test", "note")
    more: dict[str, Any] = {name: getattr(given, name) for name in names}
    instead = {one.unit: one.replacement for one in given.replacements}

    def act(actor: User, claim: Request | None) -> None:
        units = given.unit_ids()
        returning.ship_back(actor=actor, paper=paper, unit_ids=units, replacements=instead, request=claim, **more)

    return act_on(request, paper, act)


@router.post(
    "/returns/{id:paper}/settlements",
    operation_id="settle_return",
    summary="Settle a contradiction",
    openapi_extra=described("The return as it stands now"),
)
def settle_return(request: HttpRequest, paper: int, given: ReturnSettlement) -> HttpResponse:
    """Where two customers' units were mixed up, swap their shipments instead."""
    settle = returning.settle_contradiction
    return act_on(request, paper, lambda actor, _: settle(actor=actor, paper=paper, how=given.how, **given.both()))


@router.post(
    "/shipment-swaps",
    operation_id="swap_shipments",
    summary="Swap the shipments of two units",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(ENTRY, "The entry of the swap"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def swap_shipments(request: HttpRequest, given: ShipmentSwap) -> HttpResponse:
    """Each gets the other's customer, order, shipment, date and warranty."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")
        entry = returning.swap_shipments(actor=actor, unit_id=given.unit, other_id=given.other, reason=given.reason, request=claim)
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


@router.get(
    "/returns/{id:paper}/form.pdf",
    operation_id="get_return_form",
    summary="Read the form of a return as PDF",
    openapi_extra={"responses": {200: pdf_answer("What the customer puts into the box"), **no(401, 403, 404)}},
)
def get_return_form(request: HttpRequest, paper: int) -> HttpResponse:
    """Whose, which units, why, and the warranty of each."""
    return sent(rma_form(actor=actor_of(request), paper=paper))


@router.get(
    "/returns/{id:paper}/repair-report.pdf",
    operation_id="get_repair_report",
    summary="Read the repair report of a return as PDF",
    openapi_extra={"responses": {200: pdf_answer("What was repaired, and how"), **no(401, 403, 404)}},
)
def get_repair_report(request: HttpRequest, paper: int) -> HttpResponse:
    """What was wrong, what was done, which parts were replaced, and what the test said."""
    return sent(repair_report(actor=actor_of(request), paper=paper))
