"""Numbers that a vendor announces before the goods come, and those that will not come after all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate.api.answers import written
from nameplate.api.describing import HEADERS, no, yes
from nameplate.api.entries import ENTRY, entry_of
from nameplate.api.fields import Body, Id, Prose
from nameplate.models import Line, Request, User
from nameplate.operations.purchasing import plan_numbers, withdraw_numbers
from nameplate.operations.purchasing.planning import MOST_NUMBERS
from nameplate.refusals import NotFound, Refused

router = Router(tags=["Receiving"])
ROUTERS = (router,)


Keep = Annotated[list[Literal["other-item"]], Field(description="Verdicts to let stand: the number is known on another item too.")]


class Announcement(Body):
    """Numbers as the vendor announces them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["WD-WCAWZ1881335", "WD-WCAWZ1881336"]}]})

    serials: Annotated[list[str], Field(max_length=MOST_NUMBERS)]
    keep: Keep = []
    note: Prose = ""


class Withdrawal(Body):
    """Announced units that will not come."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"units": ["101", "102"], "reason": "Sent to somebody else."}]})

    units: Annotated[list[Id], Field(max_length=MOST_NUMBERS)]
    reason: Prose = ""


@router.post(
    "/purchase-orders/{id:order}/lines/{id:line}/serials",
    operation_id="plan_serials",
    summary="Announce numbers",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(ENTRY, "The entry"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def plan_serials(request: HttpRequest, order: int, line: int, given: Announcement) -> HttpResponse:
    """Notes beforehand the numbers that will come on a line; they are Planned until they are received.

    What is announced or known already is refused with each number; what another item has too, unless `keep` says so.
    """

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        if not Line.objects.filter(pk=line, document=order).exists():
            raise NotFound("not-found", "The order has no such line.")
        with _named_as_sent():
            entry = plan_numbers(actor=actor, line=line, numbers=given.serials, note=given.note, keep=given.keep)
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)


@contextmanager
def _named_as_sent() -> Iterator[None]:
    """What the page calls its numbers is called `serials` here."""
    try:
        yield
    except Refused as refusal:
        refusal.fields = {"serials" if name == "numbers" else name: said for name, said in refusal.fields.items()}
        raise


@router.post(
    "/purchase-orders/{id:order}/withdrawals",
    operation_id="withdraw_serials",
    summary="Take announced numbers back",
    response={201: None},
    openapi_extra={
        "parameters": HEADERS,
        "responses": {201: yes(ENTRY, "The entry"), **no(400, 401, 403, 404, 409, 413, 422)},
    },
)
def withdraw_serials(request: HttpRequest, order: int, given: Withdrawal) -> HttpResponse:
    """Units that are Planned on the order leave every list; their numbers may come again."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        entry = withdraw_numbers(actor=actor, order=order, units=given.units, reason=given.reason)
        return entry_of(entry.pk, actor=actor)

    return written(request, act, status=201)
