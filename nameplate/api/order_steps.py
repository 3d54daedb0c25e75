"""The steps of a purchase order: confirmed, placed, shipped, canceled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict

from nameplate.api.answers import version_seen, written
from nameplate.api.fields import Body, Day, Version, Word
from nameplate.api.purchase_orders import described, order_of
from nameplate.models import Document, Request, User
from nameplate.operations import purchasing

router = Router(tags=["Purchase orders"])
ROUTERS = (router,)


class Step(Body):
    """From one status to the next."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    version: Version | None = None


class Departure(Step):
    """The vendor has sent it off: today, unless another day is said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"shipped_on": "2026-03-30"}]})

    shipped_on: Day | None = None


class Cancellation(Step):
    """What is called off: the whole order, or what is still to come of one that came in part."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Too late."}, {"of": "rest"}]})

    of: Literal["order", "rest"] = "order"
    reason: Word = ""


def _step(request: HttpRequest, order: int, given: Step, verb: Callable[..., Document], **more: Any) -> HttpResponse:
    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        asked = given.version is not None or "If-Match" in request.headers
        version = version_seen(request, given.version) if asked else None
        verb(actor=actor, order=order, version=version, **more)
        return order_of(order, actor=actor)

    return written(request, act)


@router.post(
    "/purchase-orders/{id:order}/confirmation",
    operation_id="confirm_purchase_order",
    summary="Make an order of a request for quotation",
    openapi_extra=described("The order, New"),
)
def confirm_purchase_order(request: HttpRequest, order: int, given: Step = Step()) -> HttpResponse:  # noqa: B008 (never changed)
    """RFQ becomes New."""
    return _step(request, order, given, purchasing.confirm)


@router.post(
    "/purchase-orders/{id:order}/approval",
    operation_id="approve_purchase_order",
    summary="Approve a purchase order",
    openapi_extra=described("The order, Approved"),
)
def approve_purchase_order(request: HttpRequest, order: int, given: Step = Step()) -> HttpResponse:  # noqa: B008 (never changed)
    """New becomes Approved, where the company asks for that before an order is placed."""
    return _step(request, order, given, purchasing.approve)


@router.post(
    "/purchase-orders/{id:order}/order",
    operation_id="order_purchase_order",
    summary="Place a purchase order",
    openapi_extra=described("The order, Ordered"),
)
def order_purchase_order(request: HttpRequest, order: int, given: Step = Step()) -> HttpResponse:  # noqa: B008 (never changed)
    """Each line gets its target lot; from now on it can be received."""
    return _step(request, order, given, purchasing.order)


@router.post(
    "/purchase-orders/{id:order}/shipment",
    operation_id="ship_purchase_order",
    summary="Note that the vendor has sent it off",
    openapi_extra=described("The order, Shipped"),
)
def ship_purchase_order(request: HttpRequest, order: int, given: Departure = Departure()) -> HttpResponse:  # noqa: B008 (never changed)
    """Ordered becomes Shipped."""
    return _step(request, order, given, purchasing.mark_shipped, shipped_on=given.shipped_on)


@router.post(
    "/purchase-orders/{id:order}/cancellation",
    operation_id="cancel_purchase_order",
    summary="Cancel a purchase order, or what is still to come of it",
    openapi_extra=described("The order as it stands now"),
)
def cancel_purchase_order(request: HttpRequest, order: int, given: Cancellation = Cancellation()) -> HttpResponse:  # noqa: B008 (never changed)
    """Numbers announced beforehand are withdrawn. An order of which part has come is canceled with `"of": "rest"`; it is then Received."""
    verb = purchasing.cancel if given.of == "order" else purchasing.cancel_rest
    return _step(request, order, given, verb, reason=given.reason)
