"""Shipments: made, edited, led from new to shipped or canceled; printed; or all of it in one act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access, listings
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.customer_orders import Months
from nameplate.api.describing import DECIMAL, HEADERS, ID, IF_MATCH, TEXT, Json, add_schema, no, pdf_answer, row_properties, yes
from nameplate.api.fields import Body, Day, Id, Prose, Quantity, Version, Word
from nameplate.api.heads import head_of
from nameplate.api.lists import add_list, row_of
from nameplate.api.moves import Units
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.documents.sending import sent
from nameplate.documents.shipments import packing_list, waybill
from nameplate.listings.shipment import contents
from nameplate.models import Document, Request, Tracking, User
from nameplate.operations import shipping
from nameplate.operations.shipping import GoodsShipped, ShipmentFields
from nameplate.operations.shipping.shipments import MOST_ORDERS
from nameplate.quantities import MILLIONTHS, from_micro

router = Router(tags=["Shipments"])
ROUTERS = (router,)
SHIPMENTS = listings.ALL["shipments"]

add_list(router, "/shipments", SHIPMENTS, "shipments")
_TEXTS: Json = {"type": "array", "items": TEXT}
add_schema(
    "ShipmentLine",
    {
        "line": {**ID, "description": "The order's line."},
        "customer_order_id": ID,
        "customer_order": TEXT,
        "item_id": ID,
        "item": TEXT,
        "unit": TEXT,
        "quantity": DECIMAL,
        "serials": {**_TEXTS, "description": "Of the units that lie in it, or went with it."},
        "lots": {"type": "array", "items": {"type": "object", "properties": {"number": TEXT, "quantity": DECIMAL}}},
    },
)
SHIPMENT = add_schema(
    "Shipment",
    {
        **row_properties(SHIPMENTS),
        "customer_orders": {"type": "array", "items": {"type": "object", "properties": {"id": ID, "number": TEXT}}},
        "address": TEXT,
        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/ShipmentLine"}},
        "entry": {"type": ["string", "null"], "description": "The entry with which it left, to undo it by."},
        "version": {"type": "integer"},
        "href": TEXT,
        "picks": {**TEXT, "description": "POST here what goes into it."},
    },
)
Orders = Annotated[list[Id], Field(max_length=MOST_ORDERS)]


class NewShipment(Body):
    """For which orders, all of one customer; to its address unless another is said."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"orders": ["12"], "carrier": "Nordlicht"}]})

    orders: Orders
    site: Annotated[Id, Field(description="Where it leaves from; left out, where the first thing is picked.")] | None = None
    address: Prose = ""
    carrier: Word = ""
    tracking_number: Word = ""
    notes: Prose = ""


class ShipmentEdit(Body):
    """What shall be different. `orders` are all of them; left out, they stay as they are."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"tracking_number": "NL 4411"}]})

    version: Version | None = None
    orders: Orders | None = None
    site: Id | None = None
    address: Prose = ""
    carrier: Word = ""
    tracking_number: Word = ""
    notes: Prose = ""


class GoodsGone(Body):
    """A quantity of a lot without serial numbers; `location` where it lies at several places."""

    lot: Id
    quantity: Quantity
    location: Id | None = None


class DirectShipment(Units):
    """What goes to whom. An order and a shipment are made of it, and shipped, in one act."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"customer": "2", "customer_reference": "PO 4711", "serials": ["WD-WCAWZ1881335"]}]}
    )

    customer: Id
    goods: Annotated[list[GoodsGone], Field(max_length=1_000)] = []
    customer_reference: Word = ""
    address: Prose | None = None
    carrier: Word = ""
    tracking_number: Word = ""
    warranty_months: Months | None = None
    shipped_on: Day | None = None
    expired: Annotated[bool, Field(description="Units of lots that have expired too.")] = False
    note: Prose = ""


def described(description: str, *more: int) -> Json:
    """How an operation that changes a shipment is described."""
    refusals = no(400, 401, 403, 404, 409, 412, 413, 422, *more)
    return {"parameters": [*HEADERS, IF_MATCH], "responses": {200: yes(SHIPMENT, description), **refusals}}


_MADE: Json = {"parameters": HEADERS, "responses": {201: yes(SHIPMENT, "The shipment"), **no(400, 401, 403, 404, 409, 413, 422)}}


@router.post("/shipments", operation_id="create_shipment", summary="Make a shipment", response={201: None}, openapi_extra=_MADE)
def create_shipment(request: HttpRequest, given: NewShipment) -> HttpResponse:
    """A new shipment for open orders of one customer; what goes into it is picked next."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        head = head_of(given, ShipmentFields)
        return shipment_of(shipping.create_shipment(actor=actor, orders=given.orders, **head).pk, actor=actor)

    return written(request, act, status=201)


@router.post(
    "/direct-shipments",
    operation_id="create_direct_shipment",
    summary="Ship at once",
    response={201: None},
    openapi_extra=_MADE,
)
def create_direct_shipment(request: HttpRequest, given: DirectShipment) -> HttpResponse:
    """Makes an order of these units and goods and a shipment of it, and ships it: all of it, or nothing. Up to 50,000 units."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        access.require(actor, "sales", "create")  # before the numbers are looked up: nobody else learns which exist
        access.require(actor, "stock", "edit")
        entry = shipping.ship_directly(
            actor=actor,
            customer=given.customer,
            unit_ids=given.unit_ids(),
            goods=[GoodsShipped(one.lot, one.quantity, one.location) for one in given.goods],
            shipped_on=given.shipped_on,
            keep=frozenset({"expired"} if given.expired else ()),
            note=given.note,
            request=claim,
            customer_reference=given.customer_reference,
            carrier=given.carrier,
            tracking_number=given.tracking_number,
            warranty_months=given.warranty_months,
            **({} if given.address is None else {"address": given.address}),
        )
        return shipment_of(entry.document_id or 0, actor=actor)

    return written(request, act, status=201)


@router.get(
    "/shipments/{id:shipment}",
    operation_id="get_shipment",
    summary="Read a shipment",
    openapi_extra={"responses": {200: yes(SHIPMENT, "The shipment with what is in it"), **no(401, 403, 404)}},
)
def get_shipment(request: HttpRequest, shipment: int) -> HttpResponse:
    """The shipment, and every unit that lies in it or went with it."""
    return answered(shipment_of(shipment, actor=actor_of(request)))


@router.patch(
    "/shipments/{id:shipment}",
    operation_id="update_shipment",
    summary="Edit a shipment",
    openapi_extra=described("The shipment as it stands now", 428),
)
def update_shipment(request: HttpRequest, shipment: int, given: ShipmentEdit) -> HttpResponse:
    """Sets what is given and leaves the rest. One that has left keeps its site and orders."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        head = head_of(given, ShipmentFields)
        version = version_seen(request, given.version)
        shipping.edit_shipment(actor=actor, shipment=shipment, version=version, orders=given.orders, **head)
        return shipment_of(shipment, actor=actor)

    return written(request, act)


@router.get(
    "/shipments/{id:shipment}/packing-list.pdf",
    operation_id="get_packing_list_pdf",
    summary="Read a packing list as PDF",
    openapi_extra={"responses": {200: pdf_answer("What is in the box, with every serial number"), **no(401, 403, 404)}},
)
def get_packing_list_pdf(request: HttpRequest, shipment: int) -> HttpResponse:
    """By order and item; runs of serial numbers are folded."""
    return sent(packing_list(actor=actor_of(request), shipment=shipment))


@router.get(
    "/shipments/{id:shipment}/waybill.pdf",
    operation_id="get_waybill_pdf",
    summary="Read a waybill as PDF",
    openapi_extra={"responses": {200: pdf_answer("From where to where, by whom, with what"), **no(401, 403, 404)}},
)
def get_waybill_pdf(request: HttpRequest, shipment: int) -> HttpResponse:
    """With lines for those who hand it over, take it over and receive it to sign."""
    return sent(waybill(actor=actor_of(request), shipment=shipment))


def shipment_of(shipment: int, *, actor: User) -> dict[str, Any]:
    """The shipment as the API shows it."""
    row = row_of(SHIPMENTS, shipment, actor=actor, name="shipment")
    found = Document.objects.select_related("shipment").get(pk=shipment)
    orders = found.shipment.orders.order_by("pk").values_list("pk", "number")
    gone = found.entries.filter(act="shipped", reverses=None).order_by("-pk").values_list("pk", flat=True).first()
    address = f"{ROOT}/shipments/{shipment}"
    return {
        **row,
        "customer_orders": [{"id": str(pk), "number": number} for pk, number in orders],
        "address": found.shipment.address,
        "lines": [_line(one) for one in contents(actor=actor, shipment=found)],
        "entry": str(gone) if gone is not None and found.status == "shipped" else None,
        "version": found.version,
        "href": address,
        "picks": f"{address}/picks",
    }


def _line(one: Any) -> dict[str, Any]:
    item = one.line.item
    amount = len(one.numbers) * MILLIONTHS if item.tracking == Tracking.SERIAL else one.goods
    return {
        "line": str(one.line.pk),
        "customer_order_id": str(one.line.document_id),
        "customer_order": one.line.document.number,
        "item_id": str(item.pk),
        "item": item.number,
        "unit": item.unit,
        "quantity": from_micro(amount),
        "serials": one.numbers,
        "lots": [{"number": number, "quantity": from_micro(part)} for number, part in one.lots],
    }
