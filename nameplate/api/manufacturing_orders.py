"""Manufacturing orders: made and edited, with how far each has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import listings
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.bills import NewPart
from nameplate.api.describing import DECIMAL, HEADERS, ID, IF_MATCH, TEXT, Json, add_schema, no, ref, row_properties, yes
from nameplate.api.fields import Body, Day, Id, Prose, Quantity, Version, Word
from nameplate.api.heads import head_of
from nameplate.api.lists import add_list, row_of
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.models import Document, Request, User
from nameplate.operations import manufacturing
from nameplate.operations.cataloguing.bills import MOST_LINES, Part
from nameplate.operations.manufacturing import Column, OrderFields, PartProgress
from nameplate.quantities import from_micro

router = Router(tags=["Manufacturing orders"])
ROUTERS = (router,)
MANUFACTURING_ORDERS = listings.ALL["manufacturing-orders"]
AT = "/manufacturing-orders/{id:order}"

add_list(router, "/manufacturing-orders", MANUFACTURING_ORDERS, "manufacturing_orders")
add_schema(
    "OrderPart",
    {
        "id": ID,
        "position": {"type": "integer"},
        "item_id": ID,
        "item": TEXT,
        "tracking": {"enum": ["serial", "lot", "none"]},
        "unit": TEXT,
        "each": {**DECIMAL, "description": "In one product."},
        "places": {"type": "array", "items": TEXT},
        "needed": {**DECIMAL, "description": "For the whole order."},
        "used": DECIMAL,
        "booked": DECIMAL,
        "free": {**DECIMAL, "description": "What lies on the site’s shelves and is promised to nobody."},
        "short": {**DECIMAL, "description": "What is missing: neither booked nor free."},
    },
    description="A part of a manufacturing order, and what of it went in, is booked, is free and is missing.",
)
add_schema(
    "OrderColumn",
    {
        "column": {"type": "integer", "description": "From 1."},
        "place": {**TEXT, "description": "Its name; empty where the part’s places have none."},
        "label": TEXT,
        "part_id": ID,
        "item": TEXT,
        "quantity": {**DECIMAL, "description": "What one cell stands for."},
    },
    description="A place in each product: a column of the as-built grid. Its cells take serial numbers, or lot numbers of a part by lot.",
)
ORDER = add_schema(
    "ManufacturingOrder",
    {
        **row_properties(MANUFACTURING_ORDERS),
        "to_make": DECIMAL,
        "planned": {"type": "integer", "description": "Products that have their numbers already."},
        "parts": {"type": "array", "items": ref("OrderPart")},
        "columns": {"type": "array", "items": ref("OrderColumn")},
        "version": {"type": "integer"},
        "href": TEXT,
        "completions": {**TEXT, "description": "POST here to finish products."},
    },
)
_PART: Json = {"component": "5", "quantity": "45", "places": "bay 1..bay 45"}
Parts = Annotated[list[NewPart], Field(max_length=MOST_LINES + 1)]


class NewManufacturingOrder(Body):
    """So many of a product. Without `parts` it takes those of the product's bill."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"item": "9", "quantity": "50", "due_on": "2026-04-30"}]})

    item: Id
    quantity: Quantity
    parts: Parts | None = None
    number: Word = ""
    site: Id | None = None
    location: Annotated[Id | None, Field(description="Where the products go.")] = None
    starts_on: Day | None = None
    due_on: Day | None = None
    may_miss_parts: Annotated[bool, Field(description="Products may be finished without some of their parts.")] = False
    notes: Prose = ""


class ManufacturingOrderEdit(Body):
    """What shall be different. `parts` are all of them; left out, they stay as they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": "60", "parts": [_PART]}]})

    version: Version | None = None
    quantity: Quantity | None = None
    parts: Parts | None = None
    site: Id | None = None
    location: Id | None = None
    starts_on: Day | None = None
    due_on: Day | None = None
    may_miss_parts: bool = False
    notes: Prose = ""


def described(description: str, *more: int) -> Json:
    """How an operation that changes an order is described."""
    refusals = no(400, 401, 403, 404, 409, 412, 413, 422, *more)
    return {"parameters": [*HEADERS, IF_MATCH], "responses": {200: yes(ORDER, description), **refusals}}


@router.post(
    "/manufacturing-orders",
    operation_id="create_manufacturing_order",
    summary="Make a manufacturing order",
    response={201: None},
    openapi_extra={"parameters": HEADERS, "responses": {201: yes(ORDER, "The order"), **no(400, 401, 403, 409, 413, 422)}},
)
def create_manufacturing_order(request: HttpRequest, given: NewManufacturingOrder) -> HttpResponse:
    """A new order; without a number it gets the next one, without a site the only one."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        made = manufacturing.create_manufacturing_order(
            actor=actor, item=given.item, number=given.number, parts=_parts(given.parts), **_head(given)
        )
        return order_of(made.pk, actor=actor)

    return written(request, act, status=201)


@router.get(
    AT,
    operation_id="get_manufacturing_order",
    summary="Read a manufacturing order",
    openapi_extra={"responses": {200: yes(ORDER, "The order with its parts"), **no(401, 403, 404)}},
)
def get_manufacturing_order(request: HttpRequest, order: int) -> HttpResponse:
    """The order, what is made of it, and of each part what went in, is booked, is free and is missing."""
    return answered(order_of(order, actor=actor_of(request)))


@router.patch(
    AT,
    operation_id="update_manufacturing_order",
    summary="Edit a manufacturing order",
    openapi_extra=described("The order as it stands now", 428),
)
def update_manufacturing_order(request: HttpRequest, order: int, given: ManufacturingOrderEdit) -> HttpResponse:
    """Sets what is given and leaves the rest. What is made, booked or used already limits what can be edited."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        version = version_seen(request, given.version)
        manufacturing.edit_manufacturing_order(actor=actor, order=order, version=version, parts=_parts(given.parts), **_head(given))
        return order_of(order, actor=actor)

    return written(request, act)


def _head(given: Body) -> OrderFields:
    fields = head_of(given, OrderFields)
    if fields.get("quantity", 0) is None:
        del fields["quantity"]
    return fields


def _parts(given: list[NewPart] | None) -> list[Part] | None:
    return None if given is None else [Part(one.component, one.quantity, one.places) for one in given]


def order_of(order: int, *, actor: User) -> dict[str, Any]:
    """The order as the API shows it."""
    row = row_of(MANUFACTURING_ORDERS, order, actor=actor, name="manufacturing order")
    found = Document.objects.select_related("manufacturing_order").get(pk=order)
    standing = manufacturing.progress(found)
    address = f"{ROOT}/manufacturing-orders/{order}"
    return {
        **row,
        "to_make": from_micro(standing.product.to_make),
        "planned": standing.product.planned,
        "parts": [_part(one) for one in standing.parts],
        "columns": [_column(number, one) for number, one in enumerate(manufacturing.columns_of(standing), 1)],
        "version": found.version,
        "href": address,
        "completions": f"{address}/completions",
    }


def _part(one: PartProgress) -> dict[str, Any]:
    figures = ("each", "needed", "used", "booked", "free", "short")
    return {
        "id": str(one.line.pk),
        "position": one.line.position,
        "item_id": str(one.item.pk),
        "item": one.item.number,
        "tracking": one.item.tracking,
        "unit": one.item.unit,
        "places": one.places,
        **{name: from_micro(getattr(one, name)) for name in figures},
    }


def _column(number: int, one: Column) -> dict[str, Any]:
    return {
        "column": number,
        "place": one.place,
        "label": one.label,
        "part_id": str(one.part.line.pk),
        "item": one.item.number,
        "quantity": from_micro(one.quantity),
    }
