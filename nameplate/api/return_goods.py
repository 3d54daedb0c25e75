"""Goods without serial numbers on a return, and units that the records never had, as the API takes and shows them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from nameplate.api.describing import ID, ID_OR_NULL, TEXT, Json, add_schema
from nameplate.api.fields import Body, Custom, Id, Quantity
from nameplate.api.moves import Units
from nameplate.models import ReturnOutcome
from nameplate.operations.choosing import MOST_UNITS
from nameplate.operations.returned_goods import GoodsBack
from nameplate.operations.returning import GoodsPart, GoodsSaid, Unknown
from nameplate.quantities import from_micro

MOST_GOODS = 1_000
RETURN_GOODS: Json = add_schema(
    "ReturnGoods",
    {
        "id": {**ID, "description": "On this return."},
        "item_id": ID,
        "item": TEXT,
        "lot_id": {**ID_OR_NULL, "description": "From which it was shipped."},
        "quantity": TEXT,
        "left": {**TEXT, "description": "Of what came, what lies here and is not decided."},
        "reason": {"type": ["string", "null"]},
        "complaint": TEXT,
        "coming": {"type": "boolean", "description": "False where they stay with the customer."},
        "received_entry_id": ID_OR_NULL,
        "came_into_id": {**ID_OR_NULL, "description": "The lot into which they came."},
        "outcome": {"enum": ["", *ReturnOutcome.values], "description": "Empty until it is decided."},
        "finding": TEXT,
        "next": {**TEXT, "description": "What is to be done next, and what became of them."},
        "done": {"type": "boolean"},
        "shipment_id": ID_OR_NULL,
        "customer_order_id": ID_OR_NULL,
        "shipped_on": {"type": ["string", "null"], "format": "date"},
        "days": {"type": ["integer", "null"], "description": "Between shipping and coming back."},
        "contradiction": {**TEXT, "description": "Why they were taken although the records do not have them with this customer."},
        "known": {**TEXT, "description": "What the records said."},
        "settled": TEXT,
    },
)


class GoodsOfReturn(Body):
    """Goods by their id on the return; without a quantity all that can be meant."""

    id: Id
    quantity: Quantity | None = None


class GoodsSentBack(Body):
    """So much of an item without serial numbers, or of a lot of it; `shipment` where it is known with which it went."""

    quantity: Quantity
    item: Id | None = None
    lot: Id | None = None
    shipment: Id | None = None

    def said(self) -> GoodsSaid:
        """As the operation takes it."""
        return GoodsSaid(self.quantity, self.item, self.lot, self.shipment)


class UnknownUnits(Body):
    """Numbers that no record has, and of which item they are. `keep` lets a number stand that another item has too."""

    item: Id
    serials: Annotated[list[str], Field(max_length=MOST_UNITS)]
    keep: list[Literal["other-item"]] = []
    custom: Custom = {}

    def unknown(self) -> Unknown:
        """As the operation takes it."""
        return Unknown(self.item, self.serials, frozenset(self.keep), self.custom)


class PartsOfReturn(Units):
    """Units, and goods of the return wholly or in part."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"goods": [{"id": "7", "quantity": "40"}]}]})

    goods: Annotated[list[GoodsOfReturn], Field(max_length=MOST_GOODS)] = []

    def parts(self) -> list[GoodsPart]:
        """The goods, as operations take them."""
        return [GoodsPart(one.id, one.quantity) for one in self.goods]

    def both(self) -> dict[str, Any]:
        """All of it, as operations take it."""
        return {"unit_ids": self.unit_ids(), "goods": self.parts()}


class RowsOfReturn(Units):
    """Units, and goods of the return by their ids on it."""

    goods: Annotated[list[Id], Field(max_length=MOST_GOODS)] = []

    def both(self) -> dict[str, Any]:
        """As operations take them."""
        return {"unit_ids": self.unit_ids(), "goods": self.goods}


def goods_shown(one: GoodsBack) -> dict[str, Any]:
    """Goods of a return as the API shows them."""
    row = one.row
    ids = {
        "lot_id": row.lot_id,
        "received_entry_id": row.received_by_id,
        "came_into_id": row.back_id,
        "shipment_id": row.shipment_id,
        "customer_order_id": row.customer_order_id,
    }
    return {
        "id": str(row.pk),
        "item_id": str(row.line.item_id),
        "item": row.line.item.number,
        "quantity": f"{from_micro(row.quantity):f}",
        "left": f"{from_micro(one.left):f}",
        "reason": row.reason.name if row.reason else None,
        **{name: getattr(row, name) for name in ("complaint", "coming", "outcome", "finding", "contradiction", "known", "settled")},
        **{name: getattr(one, name) for name in ("next", "done", "days")},
        **{name: None if value is None else str(value) for name, value in ids.items()},
        "shipped_on": row.shipped_on.isoformat() if row.shipped_on else None,
    }
