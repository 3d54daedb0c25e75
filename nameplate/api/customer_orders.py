"""Customer orders: made, edited, called off; what of each line is reserved, picked and shipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import listings
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import (
    DECIMAL,
    DECIMAL_OR_NULL,
    HEADERS,
    ID,
    IF_MATCH,
    TEXT,
    Json,
    add_schema,
    no,
    ref,
    row_properties,
    yes,
)
from nameplate.api.fields import Body, Day, Id, Prose, Quantity, Version, Word
from nameplate.api.heads import head_of
from nameplate.api.lists import add_list, row_of
from nameplate.api.problems import ROOT
from nameplate.api.purchase_orders import Currency
from nameplate.api.signing_in import actor_of
from nameplate.models import Document, Request, User
from nameplate.operations import sales
from nameplate.operations.cataloguing.amounts import LONGEST_WARRANTY, MOST_MONTHS
from nameplate.operations.sales import LineProgress, OrderFields, OrderLine
from nameplate.operations.sales.lines import MOST_LINES
from nameplate.quantities import from_micro

router = Router(tags=["Customer orders"])
ROUTERS = (router,)
CUSTOMER_ORDERS = listings.ALL["customer-orders"]

add_list(router, "/customer-orders", CUSTOMER_ORDERS, "customer_orders")
add_schema(
    "CustomerOrderLine",
    {
        "id": ID,
        "position": {"type": "integer"},
        "item_id": ID,
        "item": TEXT,
        "tracking": {"enum": ["serial", "lot", "none"]},
        "unit": TEXT,
        "quantity": DECIMAL,
        "reserved": {**DECIMAL, "description": "What is picked is reserved too."},
        "picked": {**DECIMAL, "description": "What lies in shipments that have not left."},
        "shipped": DECIMAL,
        "to_ship": DECIMAL,
        "price": {**DECIMAL_OR_NULL, "description": "Of one unit of the item, in the order's currency."},
        "amount": {**DECIMAL_OR_NULL, "description": "What the line comes to."},
        "expected_on": {"type": ["string", "null"], "format": "date"},
        "warranty_months": {"type": ["integer", "null"], "description": "Null: as long as the item has; 0: none."},
    },
)
ORDER = add_schema(
    "CustomerOrder",
    {
        **row_properties(CUSTOMER_ORDERS),
        "lines": {"type": "array", "items": ref("CustomerOrderLine")},
        "shipments": {"type": "array", "items": {"type": "object", "properties": {"id": ID, "number": TEXT, "status": TEXT}}},
        "version": {"type": "integer"},
        "href": TEXT,
        "reservations": {**TEXT, "description": "POST here to reserve."},
    },
)
Months = Annotated[
    int,
    Field(
        ge=0,
        le=MOST_MONTHS,
        description="Left out: as long as the item has; 0 for none.",
        json_schema_extra={"maximum": LONGEST_WARRANTY},
    ),
]
"""The operation refuses what is too long, in words."""
_LINE: Json = {"item": "5", "quantity": "45", "price": "92.40", "expected_on": "2026-04-15", "warranty_months": 24}


class NewSaleLine(Body):
    """So many of an item."""

    item: Id
    quantity: Quantity
    price: Quantity | None = None
    expected_on: Day | None = None
    warranty_months: Months | None = None


class EditedSaleLine(NewSaleLine):
    """A line as it shall be; with the id of the one that it replaces, or as a new one."""

    id: Id | None = None


class NewCustomerOrder(Body):
    """What a customer ordered."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"customer": "2", "customer_reference": "PO 4711", "lines": [_LINE]}]})

    customer: Id
    lines: Annotated[list[NewSaleLine], Field(max_length=MOST_LINES)] = []
    number: Word = ""
    customer_reference: Word = ""
    currency: Currency = ""
    expected_on: Day | None = None
    notes: Prose = ""


class CustomerOrderEdit(Body):
    """What shall be different. `lines` are all of them; left out, they stay as they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": [{"id": "12", **_LINE}, _LINE]}]})

    version: Version | None = None
    customer: Id | None = None
    lines: Annotated[list[EditedSaleLine], Field(max_length=MOST_LINES)] | None = None
    customer_reference: Word = ""
    currency: Currency = ""
    expected_on: Day | None = None
    notes: Prose = ""


class CalledOff(Body):
    """What is called off: the whole order, or what is not shipped yet of one of which part has gone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "They went elsewhere."}, {"of": "rest"}]})

    version: Version | None = None
    of: Literal["order", "rest"] = "order"
    reason: Word = ""


def described(description: str, *more: int) -> Json:
    """How an operation that changes an order is described."""
    refusals = no(400, 401, 403, 404, 409, 412, 413, 422, *more)
    return {"parameters": [*HEADERS, IF_MATCH], "responses": {200: yes(ORDER, description), **refusals}}


@router.post(
    "/customer-orders",
    operation_id="create_customer_order",
    summary="Make a customer order",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(ORDER, "The order"), **no(400, 401, 403, 409, 413, 422)}},
)
def create_customer_order(request: HttpRequest, given: NewCustomerOrder) -> HttpResponse:
    """A new order; without a number it gets the next one."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        head = head_of(given, OrderFields)
        lines = [_typed(line) for line in given.lines]
        order = sales.create_customer_order(actor=actor, lines=lines, number=given.number, **head)
        return order_of(order.pk, actor=actor)

    return written(request, act, status=201)


@router.get(
    "/customer-orders/{id:order}",
    operation_id="get_customer_order",
    summary="Read a customer order",
    openapi_extra={"responses": {200: yes(ORDER, "The order with its lines"), **no(401, 403, 404)}},
)
def get_customer_order(request: HttpRequest, order: int) -> HttpResponse:
    """The order, and what of each of its lines is reserved, picked and shipped."""
    return answered(order_of(order, actor=actor_of(request)))


@router.patch(
    "/customer-orders/{id:order}",
    operation_id="update_customer_order",
    summary="Edit a customer order",
    openapi_extra=described("The order as it stands now", 428),
)
def update_customer_order(request: HttpRequest, order: int, given: CustomerOrderEdit) -> HttpResponse:
    """Sets what is given and leaves the rest. What is reserved or shipped of a line limits what can be edited."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        lines = None if given.lines is None else [_typed(line) for line in given.lines]
        head = head_of(given, OrderFields)
        version = version_seen(request, given.version)
        sales.edit_customer_order(actor=actor, order=order, version=version, lines=lines, **head)
        return order_of(order, actor=actor)

    return written(request, act)


@router.post(
    "/customer-orders/{id:order}/cancellation",
    operation_id="cancel_customer_order",
    summary="Cancel a customer order, or what is not shipped yet of it",
    openapi_extra=described("The order as it stands now"),
)
def cancel_customer_order(request: HttpRequest, order: int, given: CalledOff = CalledOff()) -> HttpResponse:  # noqa: B008 (never changed)
    """What is reserved is free again. An order of which part has gone is canceled with `"of": "rest"`; it is then Shipped."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        asked = given.version is not None or "If-Match" in request.headers
        version = version_seen(request, given.version) if asked else None
        verb = sales.cancel if given.of == "order" else sales.cancel_rest
        verb(actor=actor, order=order, version=version, reason=given.reason)
        return order_of(order, actor=actor)

    return written(request, act)


def _typed(line: NewSaleLine) -> OrderLine:
    before = line.id if isinstance(line, EditedSaleLine) else None
    return OrderLine(line.item, line.quantity, line.expected_on, before, line.price, line.warranty_months)


def order_of(order: int, *, actor: User) -> dict[str, Any]:
    """The order as the API shows it."""
    row = row_of(CUSTOMER_ORDERS, order, actor=actor, name="customer order")
    address = f"{ROOT}/customer-orders/{order}"
    shipments = Document.objects.filter(shipment__orders=order).order_by("pk").values_list("pk", "number", "status")
    return {
        **row,
        "lines": [_line(one) for one in sales.progress(order)],
        "shipments": [{"id": str(pk), "number": number, "status": status} for pk, number, status in shipments],
        "version": Document.objects.values_list("version", flat=True).get(pk=order),
        "href": address,
        "reservations": f"{address}/reservations",
    }


def _line(one: LineProgress) -> dict[str, Any]:
    line = one.line
    return {
        "id": str(line.pk),
        "position": line.position,
        "item_id": str(one.item.pk),
        "item": one.item.number,
        "tracking": one.item.tracking,
        "unit": one.item.unit,
        "quantity": from_micro(one.ordered),
        "reserved": from_micro(one.reserved),
        "picked": from_micro(one.picked),
        "shipped": from_micro(one.shipped),
        "to_ship": from_micro(one.to_ship),
        "price": None if line.price is None else from_micro(line.price),
        "amount": None if line.amount is None else from_micro(line.amount),
        "expected_on": line.expected_on,
        "warranty_months": line.warranty_months,
    }
