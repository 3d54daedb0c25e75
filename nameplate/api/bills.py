"""Bills of materials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field

from nameplate import access
from nameplate.api.answers import answered, version_seen, written
from nameplate.api.describing import DECIMAL, HEADERS, ID, IF_MATCH, TEXT, Json, add_schema, no, yes
from nameplate.api.fields import Body, Id, Quantity, Version, Word
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.models import BillLine, Item, Request, User
from nameplate.operations.cataloguing.bills import MOST_LINES, Part, bill_of, places_of, set_bill, where_used
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound

router = Router(tags=["Items"])
ROUTERS = (router,)

_PART: Json = {"component_id": ID, "component": TEXT, "quantity": DECIMAL, "places": {"type": "array", "items": TEXT}}
_PRODUCT: Json = {"product_id": ID, "product": TEXT, "quantity": DECIMAL}


def _rows(properties: Json) -> Json:
    return {"type": "array", "items": {"type": "object", "properties": properties, "required": list(properties)}}


BILL = add_schema(
    "Bill",
    {
        "item_id": ID,
        "item": TEXT,
        "parts": {**_rows(_PART), "description": "What one unit is made of."},
        "used_in": {**_rows(_PRODUCT), "description": "The products on whose bills the item itself stands."},
        "version": {"type": "integer", "description": "The item's."},
        "href": TEXT,
    },
)


class NewPart(Body):
    """So much of a component in one unit of the product; `places` like `bay 1..bay 45`, as many as the quantity, or none."""

    component: Id
    quantity: Quantity
    places: Word = ""


class NewBill(Body):
    """All lines of the bill, in their order, in place of those that it has."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"parts": [{"component": "5", "quantity": "45", "places": "bay 1..bay 45"}], "version": 3}]}
    )

    version: Version | None = None
    parts: Annotated[list[NewPart], Field(max_length=MOST_LINES + 1)]


@router.get(
    "/items/{id:pk}/bill",
    operation_id="get_bill",
    summary="Read a bill of materials",
    openapi_extra={"responses": {200: yes(BILL, "The bill"), **no(401, 403, 404)}},
)
def get_bill(request: HttpRequest, pk: int) -> HttpResponse:
    """What one unit of the item is made of, and which products it is used in."""
    return answered(_bill(pk, actor=actor_of(request)))


@router.put(
    "/items/{id:pk}/bill",
    operation_id="set_bill",
    summary="Set a bill of materials",
    openapi_extra={
        "parameters": [*HEADERS, IF_MATCH],
        "responses": {200: yes(BILL, "The bill as it stands now"), **no(400, 401, 403, 404, 409, 412, 413, 422, 428)},
    },
)
def put_bill(request: HttpRequest, pk: int, given: NewBill) -> HttpResponse:
    """Replaces the whole bill. Orders under way keep the lines that they have."""

    def act(actor: User, claim: Request | None) -> Mapping[str, Any]:
        parts = [Part(one.component, one.quantity, one.places) for one in given.parts]
        set_bill(actor=actor, item=pk, version=version_seen(request, given.version), parts=parts)
        return _bill(pk, actor=actor)

    return written(request, act)


def _bill(pk: int, *, actor: User) -> dict[str, Any]:
    access.require(actor, "catalogue", "view")
    item = Item.objects.filter(pk=pk).first()
    if item is None:
        raise NotFound("not-found", "There is no such item.")
    return {
        "item_id": str(pk),
        "item": item.number,
        "parts": [{**_line(line, "component", line.component), "places": places_of(line.places)} for line in bill_of(pk)],
        "used_in": [_line(line, "product", line.product) for line in where_used(pk)],
        "version": item.version,
        "href": f"{ROOT}/items/{pk}/bill",
    }


def _line(line: BillLine, name: str, item: Item) -> dict[str, Any]:
    return {f"{name}_id": str(item.pk), name: item.number, "quantity": f"{from_micro(line.quantity):f}"}
