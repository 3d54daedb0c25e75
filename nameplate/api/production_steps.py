"""The steps of a manufacturing order: scheduled, started, paused, closed, opened again, canceled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict

from nameplate.api.answers import version_seen, written
from nameplate.api.fields import Body, Version, Word
from nameplate.api.manufacturing_orders import AT, described, order_of
from nameplate.models import Document, Request, User
from nameplate.operations import manufacturing

router = Router(tags=["Manufacturing orders"])
ROUTERS = (router,)


class ProductionStep(Body):
    """From one status to the next."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    version: Version | None = None


class ProductionCancellation(ProductionStep):
    """What is called off: the whole order, or what is still to be made of one that was made in part."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "No more are sold."}, {"of": "rest"}]})

    of: Literal["order", "rest"] = "order"
    reason: Word = ""


def _step(request: HttpRequest, order: int, given: ProductionStep, verb: Callable[..., Document], **more: Any) -> HttpResponse:
    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        asked = given.version is not None or "If-Match" in request.headers
        version = version_seen(request, given.version) if asked else None
        verb(actor=actor, order=order, version=version, **more)
        return order_of(order, actor=actor)

    return written(request, act)


def _add(noun: str, name: str, summary: str, answer: str, description: str, verb: Callable[..., Document]) -> None:
    """One step that needs nothing said but the version."""

    def step(request: HttpRequest, order: int, given: ProductionStep = ProductionStep()) -> HttpResponse:  # noqa: B008 (never changed)
        return _step(request, order, given, verb)

    router.post(f"{AT}/{noun}", operation_id=name, summary=summary, description=description, openapi_extra=described(answer))(step)


_add(
    "schedule",
    "schedule_manufacturing_order",
    "Schedule a manufacturing order",
    "The order, Scheduled",
    "New becomes Scheduled: its target lot is opened, and products can get their numbers beforehand.",
    manufacturing.schedule,
)
_add(
    "start",
    "start_manufacturing_order",
    "Start a manufacturing order, or go on with it",
    "The order, In progress",
    "New, Scheduled or Paused becomes In progress.",
    manufacturing.start,
)
_add(
    "pause",
    "pause_manufacturing_order",
    "Pause a manufacturing order",
    "The order, Paused",
    "Nothing can be finished on it until it is started again.",
    manufacturing.pause,
)
_add(
    "closure",
    "close_manufacturing_order",
    "Close a manufacturing order",
    "The order, Closed",
    "Done becomes Closed: nothing of it is edited or undone any more.",
    manufacturing.close,
)
_add(
    "reopening",
    "reopen_manufacturing_order",
    "Open a closed manufacturing order again",
    "The order, Done",
    "Closed becomes Done, which can be edited and undone.",
    manufacturing.reopen,
)


@router.post(
    f"{AT}/cancellation",
    operation_id="cancel_manufacturing_order",
    summary="Cancel a manufacturing order, or what is still to be made of it",
    openapi_extra=described("The order as it stands now"),
)
def cancel_manufacturing_order(
    request: HttpRequest,
    order: int,
    given: ProductionCancellation = ProductionCancellation(),  # noqa: B008 (never changed)
) -> HttpResponse:
    """Bookings are freed and numbers given beforehand withdrawn. An order that was made in part is canceled with `"of": "rest"`."""
    verb = manufacturing.cancel if given.of == "order" else manufacturing.cancel_rest
    return _step(request, order, given, verb, reason=given.reason)
