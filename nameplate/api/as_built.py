"""What was built under a manufacturing order, as read back: each product with what went into which place."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from nameplate.api.answers import answered
from nameplate.api.describing import DECIMAL, ID, ID_OR_NULL, TEXT, Json, add_schema, no, ref, yes
from nameplate.api.fields import LARGEST_ID
from nameplate.api.manufacturing_orders import AT
from nameplate.api.signing_in import actor_of
from nameplate.models import Status
from nameplate.operations import manufacturing
from nameplate.operations.manufacturing import BuiltPart, BuiltProduct, MissingHere
from nameplate.quantities import from_micro

router = Router(tags=["Manufacturing orders"])
ROUTERS = (router,)
Chosen = Annotated[int | None, Field(ge=0, le=LARGEST_ID)]

add_schema(
    "BuiltPart",
    {
        "part_id": ID,
        "item": TEXT,
        "place": TEXT,
        "serial": TEXT,
        "unit_id": ID_OR_NULL,
        "lot": TEXT,
        "lot_id": ID_OR_NULL,
        "quantity": DECIMAL,
        "gone": {"type": "boolean", "description": "It was taken out later."},
    },
)
add_schema("PartMissing", {"part_id": ID, "item": TEXT, "place": TEXT, "quantity": DECIMAL})
_BUILT: Json = {"type": "array", "items": ref("BuiltPart")}
_MISSING: Json = {"type": "array", "items": ref("PartMissing")}
add_schema(
    "BuiltProduct",
    {"unit_id": ID, "serial": TEXT, "status": TEXT, "entry_id": ID, "parts": _BUILT, "missing": _MISSING},
)
AS_BUILT = add_schema(
    "AsBuilt",
    {
        "order_id": ID,
        "order": TEXT,
        "products": {"type": "array", "items": ref("BuiltProduct")},
        "unknown": {**_BUILT, "description": "Used by the order, not known in which product."},
        "missing": {**_MISSING, "description": "Missing, not known in which product."},
    },
)


@router.get(
    f"{AT}/as-built",
    operation_id="get_as_built",
    summary="Read what was built under a manufacturing order",
    openapi_extra={"responses": {200: yes(AS_BUILT, "Each product with what went into it"), **no(401, 403, 404, 422)}},
)
def get_as_built(request: HttpRequest, order: int, entry: Chosen = None) -> HttpResponse:
    """Each product as it left the bench, undone completions aside; with `entry` one completion alone."""
    found = manufacturing.as_built(actor=actor_of(request), order=order, entry=entry)
    return answered(
        {
            "order_id": str(found.order.pk),
            "order": found.order.number,
            "products": [_product(one) for one in found.products],
            "unknown": [_part(one) for one in found.unknown],
            "missing": [_missing(one) for one in found.missing],
        }
    )


def _product(one: BuiltProduct) -> dict[str, Any]:
    return {
        "unit_id": str(one.unit.pk),
        "serial": one.unit.number,
        "status": Status(one.unit.status).name.lower(),
        "entry_id": str(one.entry_id),
        "parts": [_part(part) for part in one.parts],
        "missing": [_missing(part) for part in one.missing],
    }


def _part(one: BuiltPart) -> dict[str, Any]:
    return {
        "part_id": str(one.part.line.pk),
        "item": one.part.item.number,
        "place": one.place,
        "serial": one.number if one.unit_id is not None else "",
        "unit_id": None if one.unit_id is None else str(one.unit_id),
        "lot": one.number if one.lot_id is not None else "",
        "lot_id": None if one.lot_id is None else str(one.lot_id),
        "quantity": from_micro(one.quantity),
        "gone": one.gone,
    }


def _missing(one: MissingHere) -> dict[str, Any]:
    return {"part_id": str(one.part.line.pk), "item": one.part.item.number, "place": one.place, "quantity": from_micro(one.quantity)}
