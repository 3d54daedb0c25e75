"""The steps of a transfer order: made ready, shipped, received, settled, canceled; and its papers."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate.api.answers import version_seen
from nameplate.api.describing import no, pdf_answer
from nameplate.api.fields import Body, Day, Id, Prose, Quantity, Version, Word
from nameplate.api.moves import Units
from nameplate.api.signing_in import actor_of
from nameplate.api.transfer_orders import UNITS, act_on, described
from nameplate.documents.sending import sent
from nameplate.documents.transfer_orders import picking_list, waybill
from nameplate.models import Request, User
from nameplate.operations import transferring
from nameplate.operations.transferring import GoodsArrived, Outcome

router = Router(tags=["Transfer orders"])
ROUTERS = (router,)


class TransferArrived(Body):
    """How much of a line of goods."""

    line: Id
    quantity: Quantity


class TransferStep(Body):
    """From one status to the next."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    version: Version | None = None


class TransferDeparture(TransferStep):
    """The lorry leaves: today, unless another day is said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "With our own van."}]})

    shipped_on: Day | None = None
    note: Prose = ""


class TransferCancellation(TransferStep):
    """Why nothing of it goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Not needed there."}]})

    reason: Word = ""


class TransferArrival(Units):
    """What has come. Units that are not on the order are taken along with a `reason`, or only `noted`, by number."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**UNITS, "location": "4"}]})

    goods: Annotated[list[TransferArrived], Field(max_length=1_000)] = []
    location: Id | None = None
    noted: Annotated[list[Annotated[str, Field(min_length=1, max_length=120)]], Field(max_length=1_000)] = []
    finished: Annotated[bool, Field(description="Nothing more is coming: the rest is missing.")] = False
    reason: Prose = ""
    arrived_on: Day | None = None
    note: Prose = ""


class TransferSettlement(Units):
    """What became of what is missing, or of numbers that were extra (`extras`, by id)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**UNITS, "outcome": "found", "location": "4"}]})

    outcome: Outcome
    goods: Annotated[list[TransferArrived], Field(max_length=1_000)] = []
    extras: Annotated[list[Id], Field(max_length=1_000)] = []
    location: Id | None = None
    reason: Prose = ""
    write_off_reason: Id | None = None
    note: Prose = ""


def _version(request: HttpRequest, given: TransferStep) -> int | None:
    return version_seen(request, given.version) if given.version is not None or "If-Match" in request.headers else None


@router.post(
    "/transfer-orders/{id:order}/readiness",
    operation_id="make_transfer_order_ready",
    summary="Note that all of a transfer order is picked",
    openapi_extra=described("The order, Ready for shipment"),
)
def make_transfer_order_ready(request: HttpRequest, order: int, given: TransferStep = TransferStep()) -> HttpResponse:  # noqa: B008 (never changed)
    """New becomes Ready for shipment."""
    version = _version(request, given)
    return act_on(request, order, lambda actor, _: transferring.make_ready(actor=actor, order=order, version=version))


@router.post(
    "/transfer-orders/{id:order}/shipment",
    operation_id="ship_transfer_order",
    summary="Ship a transfer order",
    openapi_extra=described("The order, Shipped"),
)
def ship_transfer_order(request: HttpRequest, order: int, given: TransferDeparture = TransferDeparture()) -> HttpResponse:  # noqa: B008 (never changed)
    """Everything on it leaves and is in transit, as one entry; what is part of a lot goes as a lot of its own."""
    more: dict[str, Any] = {"version": _version(request, given), "shipped_on": given.shipped_on, "note": given.note}
    return act_on(request, order, lambda actor, claim: transferring.ship(actor=actor, order=order, request=claim, **more))


@router.post(
    "/transfer-orders/{id:order}/cancellation",
    operation_id="cancel_transfer_order",
    summary="Cancel a transfer order",
    openapi_extra=described("The order, Canceled"),
)
def cancel_transfer_order(request: HttpRequest, order: int, given: TransferCancellation = TransferCancellation()) -> HttpResponse:  # noqa: B008 (never changed)
    """Before it has left; a dispatch is undone by its entry."""
    version = _version(request, given)
    return act_on(request, order, lambda actor, _: transferring.cancel(actor=actor, order=order, version=version, reason=given.reason))


@router.post(
    "/transfer-orders/{id:order}/arrivals",
    operation_id="receive_transfer_order",
    summary="Receive what has come of a transfer order",
    openapi_extra=described("The order as it stands now"),
)
def receive_transfer_order(request: HttpRequest, order: int, given: TransferArrival) -> HttpResponse:
    """Wholly, in part, unit by unit, in one act: all of it, or nothing. Undo it by its entry."""

    def act(actor: User, claim: Request | None) -> None:
        units, known = given.known()
        transferring.receive_transfer(
            actor=actor,
            order=order,
            unit_ids=units,
            known=known,
            goods=[GoodsArrived(one.line, one.quantity) for one in given.goods],
            location_id=given.location,
            noted=transferring.known_of(actor=actor, order=order, numbers=given.noted),
            finished=given.finished,
            reason=given.reason,
            arrived_on=given.arrived_on,
            note=given.note,
            request=claim,
        )

    return act_on(request, order, act)


@router.post(
    "/transfer-orders/{id:order}/settlements",
    operation_id="settle_transfer_order",
    summary="Settle what is missing of a transfer order, or was extra",
    openapi_extra=described("The order as it stands now"),
)
def settle_transfer_order(request: HttpRequest, order: int, given: TransferSettlement) -> HttpResponse:
    """Found, still at origin, arrived elsewhere, or written off for a reason of the company's."""

    def act(actor: User, claim: Request | None) -> None:
        for extra in given.extras:
            transferring.settle_extra(actor=actor, order=order, extra=extra, outcome=given.outcome, note=given.note)
        if given.extras and not (given.goods or given.units or given.serials):
            return
        transferring.settle_missing(
            actor=actor,
            order=order,
            outcome=given.outcome,
            unit_ids=given.unit_ids(),
            goods=[GoodsArrived(one.line, one.quantity) for one in given.goods],
            location_id=given.location,
            reason=given.reason,
            write_off_reason=given.write_off_reason,
            note=given.note,
            request=claim,
        )

    return act_on(request, order, act)


@router.get(
    "/transfer-orders/{id:order}/waybill.pdf",
    operation_id="get_transfer_order_waybill",
    summary="Read the waybill of a transfer order as PDF",
    openapi_extra={"responses": {200: pdf_answer("What goes with the lorry"), **no(401, 403, 404)}},
)
def get_transfer_order_waybill(request: HttpRequest, order: int) -> HttpResponse:
    """From where to where, and every serial number; numbers that follow each other are folded."""
    return sent(waybill(actor=actor_of(request), order=order))


@router.get(
    "/transfer-orders/{id:order}/picking-list.pdf",
    operation_id="get_transfer_order_picking_list",
    summary="Read the picking list of a transfer order as PDF",
    openapi_extra={"responses": {200: pdf_answer("What is to be fetched from where"), **no(401, 403, 404)}},
)
def get_transfer_order_picking_list(request: HttpRequest, order: int) -> HttpResponse:
    """Place by place, with a box to tick for each unit."""
    return sent(picking_list(actor=actor_of(request), order=order))
