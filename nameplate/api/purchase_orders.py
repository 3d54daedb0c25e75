"""Purchase orders: made, edited, and led from one status to the next."""

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
    pdf_answer,
    ref,
    row_properties,
    yes,
)
from nameplate.api.fields import Body, Day, Id, Prose, Quantity, Version, Word
from nameplate.api.heads import head_of
from nameplate.api.lists import add_list, row_of
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.documents.purchase_orders import order_document
from nameplate.documents.sending import sent
from nameplate.models import Document, DocumentStatus, Lot, Request, User
from nameplate.operations import purchasing
from nameplate.operations.purchasing import LineProgress, OrderFields, OrderLine
from nameplate.operations.purchasing.lines import MOST_LINES
from nameplate.quantities import from_micro

router = Router(tags=["Purchase orders"])
ROUTERS = (router,)
PURCHASE_ORDERS = listings.ALL["purchase-orders"]

add_list(router, "/purchase-orders", PURCHASE_ORDERS, "purchase_orders")
add_schema(
    "PurchaseOrderLine",
    {
        "id": ID,
        "position": {"type": "integer"},
        "item_id": ID,
        "item": TEXT,
        "tracking": {"enum": ["serial", "lot", "none"]},
        "unit": TEXT,
        "quantity": DECIMAL,
        "received": DECIMAL,
        "to_come": DECIMAL,
        "over": {**DECIMAL, "description": "How much more has come than was ordered."},
        "planned": {"type": "integer", "description": "Numbers announced beforehand."},
        "price": {**DECIMAL_OR_NULL, "description": "Of one unit of the item, in the order's currency."},
        "amount": {**DECIMAL_OR_NULL, "description": "What the line comes to."},
        "expected_on": {"type": ["string", "null"], "format": "date"},
        "lots": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": ID, "number": TEXT, "status": TEXT},
                "required": ["id", "number", "status"],
            },
        },
    },
)
ORDER = add_schema(
    "PurchaseOrder",
    {
        **row_properties(PURCHASE_ORDERS),
        "lines": {"type": "array", "items": ref("PurchaseOrderLine")},
        "version": {"type": "integer"},
        "href": TEXT,
        "receipts": {**TEXT, "description": "POST here to receive."},
    },
)
Currency = Annotated[Word, Field(description="Of the prices, by its three letters (ISO 4217); empty is the company's.", examples=["EUR"])]
_LINE: Json = {"item": "5", "quantity": "116", "price": "92.40", "expected_on": "2026-04-15"}


class NewOrderLine(Body):
    """So many of an item."""

    item: Id
    quantity: Quantity
    price: Quantity | None = None
    expected_on: Day | None = None


class EditedOrderLine(NewOrderLine):
    """A line as it shall be; with the id of the one that it replaces, or as a new one."""

    id: Id | None = None


class NewOrder(Body):
    """An order, as a request for quotation or as a new one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"vendor": "2", "lines": [_LINE]}]})

    vendor: Id
    lines: Annotated[list[NewOrderLine], Field(max_length=MOST_LINES)] = []
    status: Literal["rfq", "new"] = "new"
    number: Word = ""
    vendor_reference: Word = ""
    currency: Currency = ""
    expected_on: Day | None = None
    notes: Prose = ""


class OrderEdit(Body):
    """What shall be different. `lines` are all of them; left out, they stay as they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": [{"id": "12", **_LINE}, _LINE]}]})

    version: Version | None = None
    vendor: Id | None = None
    lines: Annotated[list[EditedOrderLine], Field(max_length=MOST_LINES)] | None = None
    vendor_reference: Word = ""
    currency: Currency = ""
    expected_on: Day | None = None
    notes: Prose = ""


def described(description: str, *more: int) -> Json:
    """How an operation that changes an order is described."""
    refusals = no(400, 401, 403, 404, 409, 412, 413, 422, *more)
    return {"parameters": [*HEADERS, IF_MATCH], "responses": {200: yes(ORDER, description), **refusals}}


@router.post(
    "/purchase-orders",
    operation_id="create_purchase_order",
    summary="Make a purchase order",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(ORDER, "The order"), **no(400, 401, 403, 409, 413, 422)}},
)
def create_purchase_order(request: HttpRequest, given: NewOrder) -> HttpResponse:
    """A new order; without a number it gets the next one."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        lines = [OrderLine(line.item, line.quantity, line.expected_on, price=line.price) for line in given.lines]
        head = head_of(given, OrderFields)
        order = purchasing.create_purchase_order(actor=actor, lines=lines, status=DocumentStatus(given.status), number=given.number, **head)
        return order_of(order.pk, actor=actor)

    return written(request, act, status=201)


@router.get(
    "/purchase-orders/{id:order}",
    operation_id="get_purchase_order",
    summary="Read a purchase order",
    openapi_extra={"responses": {200: yes(ORDER, "The order with its lines"), **no(401, 403, 404)}},
)
def get_purchase_order(request: HttpRequest, order: int) -> HttpResponse:
    """The order, and what has come of each of its lines."""
    return answered(order_of(order, actor=actor_of(request)))


@router.get(
    "/purchase-orders/{id:order}/document.pdf",
    operation_id="get_purchase_order_pdf",
    summary="Read a purchase order as PDF",
    openapi_extra={"responses": {200: pdf_answer("The order as it goes to its vendor"), **no(401, 403, 404, 422)}},
)
def get_purchase_order_pdf(request: HttpRequest, order: int, serials: bool = False) -> HttpResponse:
    """Company, vendor, lines, prices and total on A4. `serials=true` adds the numbers that the vendor announced."""
    return sent(order_document(actor=actor_of(request), order=order, with_serials=serials))


@router.patch(
    "/purchase-orders/{id:order}",
    operation_id="update_purchase_order",
    summary="Edit a purchase order",
    openapi_extra=described("The order as it stands now", 428),
)
def update_purchase_order(request: HttpRequest, order: int, given: OrderEdit) -> HttpResponse:
    """Sets what is given and leaves the rest. What has come of a line limits what can be edited."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        lines = None if given.lines is None else [_typed(line) for line in given.lines]
        head = head_of(given, OrderFields)
        version = version_seen(request, given.version)
        purchasing.edit_purchase_order(actor=actor, order=order, version=version, lines=lines, **head)
        return order_of(order, actor=actor)

    return written(request, act)


def _typed(line: EditedOrderLine) -> OrderLine:
    return OrderLine(line.item, line.quantity, line.expected_on, line.id, line.price)


def order_of(order: int, *, actor: User) -> dict[str, Any]:
    """The order as the API shows it."""
    row = row_of(PURCHASE_ORDERS, order, actor=actor, name="purchase order")
    lots: dict[int, list[dict[str, str]]] = {}
    for pk, number, status, line in Lot.objects.filter(line__document=order).order_by("id").values_list("id", "number", "status", "line"):
        lots.setdefault(int(line or 0), []).append({"id": str(pk), "number": number, "status": status})
    address = f"{ROOT}/purchase-orders/{order}"
    return {
        **row,
        "lines": [{**_line(one), "lots": lots.get(one.line.pk, [])} for one in purchasing.progress(order)],
        "version": Document.objects.values_list("version", flat=True).get(pk=order),
        "href": address,
        "receipts": f"{address}/receipts",
    }


def _line(one: LineProgress) -> dict[str, Any]:
    return {
        "id": str(one.line.pk),
        "position": one.line.position,
        "item_id": str(one.item.pk),
        "item": one.item.number,
        "tracking": one.item.tracking,
        "unit": one.item.unit,
        "quantity": from_micro(one.ordered),
        "received": from_micro(one.received),
        "to_come": from_micro(one.to_come),
        "over": from_micro(one.over),
        "planned": one.planned,
        "price": None if one.line.price is None else from_micro(one.line.price),
        "amount": None if one.line.amount is None else from_micro(one.line.amount),
        "expected_on": one.line.expected_on,
    }
