"""What is inside a unit, at every level and on any day; and the products that a unit was built into."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from nameplate.api.answers import answered
from nameplate.api.describing import DECIMAL, ID, ID_OR_NULL, TEXT, Json, add_schema, no, ref, yes
from nameplate.api.problems import ROOT
from nameplate.api.signing_in import actor_of
from nameplate.listings.inside import Home, Part, built_into, inside
from nameplate.refusals import Invalid

router = Router(tags=["Components"])
ROUTERS = (router,)

MOMENT: Json = {"type": "string", "format": "date-time"}
MOMENT_OR_NULL: Json = {"type": ["string", "null"], "format": "date-time"}
_STRETCH: Json = {"place": TEXT, "since": MOMENT, "since_entry": ID, "until": MOMENT_OR_NULL, "until_entry": ID_OR_NULL}
add_schema(
    "Component",
    {
        "id": ID,
        "serial": TEXT,
        "item_id": ID,
        "item": TEXT,
        "level": {"type": "integer", "description": "1 directly in the unit that was asked about."},
        "product_id": ID,
        "product": {**TEXT, "description": "The unit directly around it."},
        **_STRETCH,
    },
)
add_schema(
    "GoodsInside",
    {"product_id": ID, "lot_id": ID, "lot": TEXT, "item_id": ID, "item": TEXT, "quantity": DECIMAL, "unit": TEXT, "since": MOMENT},
)
INSIDE = add_schema(
    "Inside",
    {
        "on": {"type": ["string", "null"], "format": "date", "description": "The day at whose end it was so; null for now."},
        "components": {"type": "array", "items": ref("Component"), "description": "At every level; each product before what is in it."},
        "goods": {"type": "array", "items": ref("GoodsInside")},
        "more": {"type": "boolean", "description": "There are more than are answered."},
        "href": TEXT,
    },
)
add_schema(
    "Home",
    {
        "product_id": ID_OR_NULL,
        "product": {"type": ["string", "null"], "description": "Null: its order did not say which unit, or it was taken apart."},
        "order": TEXT,
        **_STRETCH,
    },
)
HOMES = add_schema("Homes", {"products": {"type": "array", "items": ref("Home")}, "href": TEXT})


@router.get(
    "/serials/{id:unit}/components",
    operation_id="list_components",
    summary="List what is inside a unit",
    openapi_extra={
        "parameters": [
            {
                "in": "query",
                "name": "on",
                "required": False,
                "schema": {"type": "string", "format": "date"},
                "description": "The day at whose end it is asked for; now when left out.",
            }
        ],
        "responses": {200: yes(INSIDE, "What is inside"), **no(401, 403, 404, 422)},
    },
)
def list_components(request: HttpRequest, unit: int) -> HttpResponse:
    """Everything inside at every level, now or as it was at the end of a day in the company's time zone."""
    found = inside(actor=actor_of(request), unit_id=unit, on=_day(request.GET.get("on")))
    goods = [
        {
            "product_id": str(one.product_id),
            "lot_id": str(one.lot_id),
            "lot": one.lot,
            "item_id": str(one.item_id),
            "item": one.item,
            "quantity": f"{one.quantity:f}",
            "unit": one.unit,
            "since": one.since,
        }
        for one in found.goods
    ]
    day = found.on.isoformat() if found.on else None
    address = f"{ROOT}/serials/{unit}/components" + (f"?on={day}" if day else "")
    return answered({"on": day, "components": [_part(part) for part in found.parts], "goods": goods, "more": found.more, "href": address})


@router.get(
    "/serials/{id:unit}/products",
    operation_id="list_products_of_serial",
    summary="List the products that a unit was built into",
    openapi_extra={"responses": {200: yes(HOMES, "The products, newest first"), **no(401, 403, 404)}},
)
def list_products_of_serial(request: HttpRequest, unit: int) -> HttpResponse:
    """Each product, its place there, since when and until when. Entries that were undone are left out."""
    homes = built_into(actor=actor_of(request), unit_id=unit)
    return answered({"products": [_home(home) for home in homes], "href": f"{ROOT}/serials/{unit}/products"})


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Invalid("bad-date", "Write the day like 2026-03-31.", fields={"on": "Write the day like 2026-03-31."}) from None


def _part(part: Part) -> dict[str, Any]:
    serial = part.serial
    return {
        "id": str(serial.pk),
        "serial": serial.number,
        "item_id": str(serial.item_id),
        "item": serial.item.number,
        "level": part.level,
        "product_id": str(part.product.pk),
        "product": part.product.number,
        **_stretch(part),
    }


def _home(home: Home) -> dict[str, Any]:
    product = home.product
    return {
        "product_id": str(product.pk) if product else None,
        "product": product.number if product else None,
        "order": home.order,
        **_stretch(home),
    }


def _stretch(found: Part | Home) -> dict[str, Any]:
    stretch = found.stretch
    return {
        "place": stretch.place,
        "since": stretch.since,
        "since_entry": str(stretch.since_id),
        "until": stretch.until,
        "until_entry": None if stretch.until_id is None else str(stretch.until_id),
    }
