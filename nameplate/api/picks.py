"""Picked for a shipment: judged first, or picked at once; taken out again; and what went, as a file for the customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import answered, written
from nameplate.api.describing import DECIMAL, HEADERS, TEXT, Json, add_schema, no, ref, yes
from nameplate.api.fields import Body, Id, Quantity, Text, Version
from nameplate.api.moves import Units
from nameplate.api.receipts import DUPLICATES, judged_box
from nameplate.api.shipments import SHIPMENT, shipment_of
from nameplate.api.signing_in import actor_of
from nameplate.jobs.sheets import shipped_file
from nameplate.models import Request, User
from nameplate.operations import shipping
from nameplate.refusals import Invalid

router = Router(tags=["Shipments"])
ROUTERS = (router,)
Keep = Annotated[list[Literal["expired"]], Field(description="Verdicts to let stand: the unit's lot has expired.")]
_REFUSALS = no(400, 401, 403, 404, 409, 413, 422)


class PickedGoods(Body):
    """A quantity of an order line's goods without serial numbers: of a lot, else what is reserved, else the oldest lot."""

    line: Id
    quantity: Quantity
    lot: Id | None = None
    location: Id | None = None


class NewPicks(Units):
    """Units by id or number, or goods."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"serials": ["WD-WCAWZ1881335"]}, {"goods": {"line": "13", "quantity": "4"}}]}
    )

    goods: PickedGoods | None = None
    keep: Keep = []
    version: Version | None = None


class PickPreview(Body):
    """What was scanned: numbers, ranges, counts."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "A0098..A0105\nB7"}]})

    text: Text
    keep: Keep = []


class TakenOut(Units):
    """Units by id or number, or the goods of these order lines."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"serials": ["WD-WCAWZ1881335"]}]})

    lines: Annotated[list[Id], Field(max_length=500)] = []


JUDGED = add_schema(
    "JudgedPicks",
    {
        "good": {"type": "integer"},
        "decide": {"type": "integer", "description": "How many wait for a decision."},
        "duplicates": DUPLICATES,
        "bad": {"type": "integer"},
        "serials": {"type": "array", "items": TEXT, "description": "The good ones: what picking takes."},
        "verdicts": {"type": "array", "items": ref("Verdict")},
        "missing": {**DECIMAL, "description": "What would still be to pick."},
    },
)


def _made(description: str) -> Json:
    return {"parameters": HEADERS, "responses": {200: yes(SHIPMENT, description), **_REFUSALS}}


@router.post(
    "/shipments/{id:shipment}/picks",
    operation_id="create_picks",
    summary="Pick",
    openapi_extra=_made("The shipment with what lies in it now"),
)
def create_picks(request: HttpRequest, shipment: int, given: NewPicks) -> HttpResponse:
    """Puts all of it into the shipment, or refuses with every unit in the way. A picked unit takes the place of a reserved one."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")  # before the numbers are looked up: nobody else learns which exist
        goods = given.goods
        if goods is not None and (given.units is not None or given.serials is not None):
            raise Invalid("units-or-serials", "Pick units or goods.", fields={"goods": "Leave this out, or the units."})
        if goods is not None:
            shipping.pick_goods(
                actor=actor,
                shipment=shipment,
                line=goods.line,
                quantity=goods.quantity,
                lot=goods.lot,
                location_id=goods.location,
                request=claim,
            )
        else:
            keep = frozenset[str](given.keep)
            shipping.pick(actor=actor, shipment=shipment, unit_ids=given.unit_ids(), keep=keep, version=given.version, request=claim)
        return shipment_of(shipment, actor=actor)

    return written(request, act)


@router.post(
    "/shipments/{id:shipment}/picks/preview",
    operation_id="preview_picks",
    summary="Judge what was scanned",
    openapi_extra={"responses": {200: yes(JUDGED, "A verdict on every number"), **no(400, 401, 403, 404, 413, 422)}},
)
def preview_picks(request: HttpRequest, shipment: int, given: PickPreview) -> HttpResponse:
    """Reads the text as the page's box does (ranges, counts, quoted text) and judges every number. Writes nothing."""
    found = shipping.preview(actor=actor_of(request), shipment=shipment, text=given.text, keep=frozenset[str](given.keep))
    return answered({**judged_box(found), "missing": found.missing})


@router.post(
    "/shipments/{id:shipment}/picks/removal",
    operation_id="remove_picks",
    summary="Take out of a shipment",
    openapi_extra=_made("The shipment with what lies in it now"),
)
def remove_picks(request: HttpRequest, shipment: int, given: TakenOut) -> HttpResponse:
    """What is taken out stays reserved for its order."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")
        shipping.take_out(actor=actor, shipment=shipment, unit_ids=given.unit_ids(), lines=given.lines)
        return shipment_of(shipment, actor=actor)

    return written(request, act)


def _add_files(noun: str, keyword: str) -> None:
    for form in ("csv", "xlsx"):
        _add_file(noun, keyword, form)


def _add_file(noun: str, keyword: str, form: str) -> None:
    def read(request: HttpRequest, subject: int) -> HttpResponse:
        return shipped_file(actor=actor_of(request), of=noun, subject=subject, form=form)  # type: ignore[arg-type]  # one of the three below

    kind = "text/csv" if form == "csv" else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    schema = TEXT if form == "csv" else {"type": "string", "contentMediaType": kind}
    router.get(
        f"/{noun}/{{id:subject}}/serials.{form}",
        operation_id=f"export_{keyword}_shipped_serials_{form}",
        summary=f"Export the shipped serial numbers of a {keyword.replace('_', ' ')} as {form.upper()}",
        description="What went, as the ledger says, wherever each unit is by now: a file for the customer.",
        openapi_extra={
            "responses": {
                200: {
                    "description": "The file",
                    "content": {kind: {"schema": schema, "example": "Serial number,Item\r\n" if form == "csv" else "PK…"}},
                },
                **no(401, 403, 404),
            }
        },
    )(read)


_add_files("shipments", "shipment")
_add_files("customer-orders", "customer_order")
_add_files("customers", "customer")
