"""Transfer orders: made, filled, made ready, shipped, received, and what did not come settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access, listings
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import (
    DECIMAL,
    HEADERS,
    ID,
    ID_OR_NULL,
    IF_MATCH,
    TEXT,
    Json,
    add_schema,
    no,
    ref,
    row_properties,
    yes,
)
from nameplate.api.fields import Body, Id, Prose, Quantity, Version
from nameplate.api.heads import head_of
from nameplate.api.lists import add_list, row_of
from nameplate.api.moves import Units
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.models import Document, Request, User
from nameplate.operations import transferring
from nameplate.operations.transferring import GoodsOnOrder, GoodsToSend, TransferFields, UnitOnOrder
from nameplate.quantities import from_micro

router = Router(tags=["Transfer orders"])
ROUTERS = (router,)
TRANSFER_ORDERS = listings.ALL["transfer-orders"]

add_list(router, "/transfer-orders", TRANSFER_ORDERS, "transfer_orders")
FATE: Json = {"enum": [str(fate) for fate in transferring.Fate]}
add_schema("TransferUnit", {"id": ID, "serial": TEXT, "item_id": ID, "item": TEXT, "lot_id": ID, "lot": TEXT, "fate": FATE})
add_schema(
    "TransferGoods",
    {
        "line": ID,
        "item": TEXT,
        "unit": TEXT,
        "lot_id": ID,
        "lot": TEXT,
        "from_location": ID,
        **dict.fromkeys(("quantity", "in_transit", "arrived", "elsewhere", "written_off"), DECIMAL),
    },
)
add_schema("TransferExtra", {"id": ID, "number": TEXT, "known": TEXT, "settled": {**TEXT, "description": "Empty while it is open."}})
ORDER = add_schema(
    "TransferOrder",
    {
        **row_properties(TRANSFER_ORDERS),
        "location": {**ID_OR_NULL, "description": "Where at the destination it goes, unless an arrival says otherwise."},
        "finished": {"type": "boolean", "description": "Nothing more is coming: what is still in transit is missing."},
        "unit_list": {"type": "array", "items": ref("TransferUnit")},
        "goods_list": {"type": "array", "items": ref("TransferGoods")},
        "extras": {"type": "array", "items": ref("TransferExtra"), "description": "Met at an arrival, not on the order, not taken along."},
        "version": {"type": "integer"},
        "href": TEXT,
    },
)
UNITS: Json = {"serials": ["WD-WCAWZ1881335"]}


class TransferSent(Body):
    """A quantity of a lot without serial numbers; `location` where it lies at several places of the origin."""

    lot: Id
    quantity: Quantity
    location: Id | None = None


class TransferContents(Units):
    """Units and goods that go."""

    model_config = ConfigDict(json_schema_extra={"examples": [UNITS]})

    goods: Annotated[list[TransferSent], Field(max_length=1_000)] = []

    def to_send(self) -> list[GoodsToSend]:
        """The goods as the operation takes them."""
        return [GoodsToSend(one.lot, one.quantity, one.location) for one in self.goods]


class NewTransferOrder(TransferContents):
    """From where to where, and what goes. Without an origin it is where the units lie."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"origin": "1", "destination": "2", **UNITS}]})

    origin: Id | None = None
    destination: Id | None = None
    location: Id | None = None
    notes: Prose = ""


class TransferEdit(Body):
    """What shall be different."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1, "notes": "Fragile."}]})

    version: Version | None = None
    origin: Id | None = None
    destination: Id | None = None
    location: Id | None = None
    notes: Prose = ""


class TransferRemoval(Units):
    """What does not go after all: units, and lines of goods."""

    model_config = ConfigDict(json_schema_extra={"examples": [UNITS]})

    lines: Annotated[list[Id], Field(max_length=1_000)] = []


def described(description: str, status: int = 200, *more: int) -> Json:
    """How an operation that changes an order is described."""
    refusals = no(400, 401, 403, 404, 409, 412, 413, 422, *more)
    return {"parameters": [*HEADERS, IF_MATCH], "responses": {status: yes(ORDER, description), **refusals}}


def act_on(request: HttpRequest, order: int, act: Callable[[User, Request | None], object]) -> HttpResponse:
    """Do it once, and answer how the order stands then."""

    def acted(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "edit")  # before numbers are looked up: nobody else learns which exist
        act(actor, claim)
        return order_of(order, actor=actor)

    return written(request, acted)


@router.post(
    "/transfer-orders",
    operation_id="create_transfer_order",
    summary="Make a transfer order",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(ORDER, "The order, New"), **no(400, 401, 403, 404, 409, 413, 422)}},
)
def create_transfer_order(request: HttpRequest, given: NewTransferOrder) -> HttpResponse:
    """A new order from one site to another; more can be put on it until it ships."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "stock", "create")
        head = head_of(given, TransferFields)
        order = transferring.create_transfer_order(actor=actor, unit_ids=given.unit_ids(), goods=given.to_send(), **head)
        return order_of(order.pk, actor=actor)

    return written(request, act, status=201)


@router.get(
    "/transfer-orders/{id:order}",
    operation_id="get_transfer_order",
    summary="Read a transfer order",
    openapi_extra={"responses": {200: yes(ORDER, "The order with what is on it"), **no(401, 403, 404)}},
)
def get_transfer_order(request: HttpRequest, order: int) -> HttpResponse:
    """The order, where each of its units is by now, and what was extra."""
    return answered(order_of(order, actor=actor_of(request)))


@router.patch(
    "/transfer-orders/{id:order}",
    operation_id="update_transfer_order",
    summary="Edit a transfer order",
    openapi_extra=described("The order as it stands now", 200, 428),
)
def update_transfer_order(request: HttpRequest, order: int, given: TransferEdit) -> HttpResponse:
    """Sets what is given and leaves the rest."""
    head = head_of(given, TransferFields)
    edit = transferring.edit_transfer_order
    return act_on(request, order, lambda actor, _: edit(actor=actor, order=order, version=version_seen(request, given.version), **head))


@router.post(
    "/transfer-orders/{id:order}/contents",
    operation_id="add_to_transfer_order",
    summary="Put units and goods on a transfer order",
    openapi_extra=described("The order as it stands now"),
)
def add_to_transfer_order(request: HttpRequest, order: int, given: TransferContents) -> HttpResponse:
    """Units that are on it already stay."""
    add = transferring.add_to_transfer
    return act_on(request, order, lambda actor, _: add(actor=actor, order=order, unit_ids=given.unit_ids(), goods=given.to_send()))


@router.post(
    "/transfer-orders/{id:order}/removals",
    operation_id="take_off_transfer_order",
    summary="Take units and goods off a transfer order",
    openapi_extra=described("The order as it stands now"),
)
def take_off_transfer_order(request: HttpRequest, order: int, given: TransferRemoval) -> HttpResponse:
    """As long as nothing has left."""
    take = transferring.take_off_transfer
    return act_on(request, order, lambda actor, _: take(actor=actor, order=order, unit_ids=given.unit_ids(), line_ids=given.lines))


def order_of(order: int, *, actor: User) -> dict[str, Any]:
    """The order as the API shows it."""
    row = row_of(TRANSFER_ORDERS, order, actor=actor, name="transfer order")
    found = Document.objects.select_related("transfer_order").get(pk=order)
    stands = transferring.standing(found)
    place = found.transfer_order.location_id
    return {
        **row,
        "location": None if place is None else str(place),
        "finished": found.transfer_order.finished,
        "unit_list": _units(stands.units),
        "goods_list": [_goods(line) for line in stands.goods],
        "extras": [{"id": str(one.pk), "number": one.number, "known": one.known, "settled": one.settled} for one in stands.extras],
        "version": found.version,
        "href": f"{ROOT}/transfer-orders/{order}",
    }


def _units(units: Sequence[UnitOnOrder]) -> list[dict[str, Any]]:
    """Each unit; of those that stand alike all but the number is said once."""
    alike = {unit[2:]: unit for unit in units}
    told = {
        case: {"item_id": str(one.item_id), "item": one.item, "lot_id": str(one.lot_id), "lot": one.lot, "fate": str(one.fate)}
        for case, one in alike.items()
    }
    return [{"id": str(unit.id), "serial": unit.number, **told[unit[2:]]} for unit in units]


def _goods(line: GoodsOnOrder) -> dict[str, Any]:
    return {
        "line": str(line.line.pk),
        "item": line.line.item.number,
        "unit": line.line.item.unit,
        "lot_id": str(line.detail.lot_id),
        "lot": line.detail.lot.number,
        "from_location": str(line.detail.location_id),
        **{name: from_micro(getattr(line, name)) for name in ("quantity", "in_transit", "arrived", "elsewhere", "written_off")},
    }
