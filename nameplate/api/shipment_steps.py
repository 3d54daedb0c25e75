"""The steps of a shipment: ready, opened again, shipped, canceled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict

from nameplate.api.answers import version_seen, written
from nameplate.api.fields import Body, Day, Prose, Version
from nameplate.api.shipments import described, shipment_of
from nameplate.models import Request, User
from nameplate.operations import shipping

router = Router(tags=["Shipments"])
ROUTERS = (router,)


class ShipmentStep(Body):
    """From one status to the next."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    version: Version | None = None


class ShipmentLeaving(ShipmentStep):
    """It leaves: today, unless another day is said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"shipped_on": "2026-03-30"}]})

    shipped_on: Day | None = None
    note: Prose = ""


def _step(request: HttpRequest, shipment: int, given: ShipmentStep, verb: Callable[..., object], **more: Any) -> HttpResponse:
    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        asked = given.version is not None or "If-Match" in request.headers
        version = version_seen(request, given.version) if asked else None
        verb(actor=actor, shipment=shipment, version=version, **({**more, "request": claim} if more else {}))
        return shipment_of(shipment, actor=actor)

    return written(request, act)


@router.post(
    "/shipments/{id:shipment}/readiness",
    operation_id="ready_shipment",
    summary="Say that all of it is picked and packed",
    openapi_extra=described("The shipment, Ready for shipment"),
)
def ready_shipment(request: HttpRequest, shipment: int, given: ShipmentStep = ShipmentStep()) -> HttpResponse:  # noqa: B008 (never changed)
    """New becomes Ready for shipment; nothing is picked for it or taken out until it is opened again."""
    return _step(request, shipment, given, shipping.declare_ready)


@router.post(
    "/shipments/{id:shipment}/reopening",
    operation_id="reopen_shipment",
    summary="Go on picking",
    openapi_extra=described("The shipment, New"),
)
def reopen_shipment(request: HttpRequest, shipment: int, given: ShipmentStep = ShipmentStep()) -> HttpResponse:  # noqa: B008 (never changed)
    """Ready for shipment becomes New."""
    return _step(request, shipment, given, shipping.open_again)


@router.post(
    "/shipments/{id:shipment}/departure",
    operation_id="ship_shipment",
    summary="Ship",
    openapi_extra=described("The shipment, Shipped"),
)
def ship_shipment(request: HttpRequest, shipment: int, given: ShipmentLeaving = ShipmentLeaving()) -> HttpResponse:  # noqa: B008 (never changed)
    """Everything picked leaves in one entry, or nothing. Undo it by its `entry`. Refused with every unit that cannot go."""
    return _step(request, shipment, given, shipping.ship, shipped_on=given.shipped_on, note=given.note)


@router.post(
    "/shipments/{id:shipment}/cancellation",
    operation_id="cancel_shipment",
    summary="Cancel a shipment",
    openapi_extra=described("The shipment, Canceled"),
)
def cancel_shipment(request: HttpRequest, shipment: int, given: ShipmentStep = ShipmentStep()) -> HttpResponse:  # noqa: B008 (never changed)
    """Before it has left. What was picked stays reserved for its orders."""
    return _step(request, shipment, given, shipping.cancel_shipment)
