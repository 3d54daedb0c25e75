"""Report: consumed in what, with the place and since when. What was built in by mistake and undone is not in it."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Link
from nameplate.listings.engine import Listing
from nameplate.listings.sql import Sql
from nameplate.listings.unit_ids import number_in, of_unit
from nameplate.listings.yes_no import YES_NO, yes_no

_PART = Link("serial", links.SERIAL, "s.child_id")
_GOODS = Link("lot", links.LOT, f"COALESCE(s.lot_id, {of_unit('lot_id', 's.child_id')})", nullable=False)
_PART_ITEM = Link(
    "item",
    links.ITEM,
    f"COALESCE({of_unit('item_id', 's.child_id')}, (SELECT l.item_id FROM nameplate_lot l WHERE l.id = s.lot_id))",
    nullable=False,
)
_PRODUCT = Link("product", links.SERIAL, "s.parent_id")
_PRODUCT_ITEM = Link("product_item", links.ITEM, of_unit("item_id", "s.parent_id"))
_ORDER = Link("order", links.DOCUMENT, "COALESCE(s.order_id, (SELECT e.document_id FROM nameplate_entry e WHERE e.id = s.since_id))")
_SINCE = Link("since_entry", links.ENTRY, "s.since_id", nullable=False)
_UNTIL = Link("until_entry", links.ENTRY, "s.until_id")
_NEVER = "EXISTS (SELECT 1 FROM nameplate_entry u WHERE u.id = s.until_id AND u.reverses_id = s.since_id)"

CONSUMED = Listing(
    name="reports/consumed",
    label="Consumed in what",
    table="nameplate_component s",
    columns=(
        Column("serial", "Serial number", "t.number", "link", _PART, key="t.key", order="t.sort_key", noun="serials", ref="serial_id"),
        Column("item", "Item", "t.number", "link", _PART_ITEM, key="t.number_key", order="t.number_key", noun="items", ref="item_id"),
        Column("lot", "Lot", "t.number", "link", _GOODS, key="t.number_key", order="t.sort_key", noun="lots", ref="lot_id"),
        Column("quantity", "Quantity", "s.quantity", "quantity", order="s.quantity"),
        Column("product", "Built into", "t.number", "link", _PRODUCT, key="t.key", order="t.sort_key", noun="serials", ref="product_id"),
        Column(
            "product_item",
            "Product’s item",
            "t.number",
            "link",
            _PRODUCT_ITEM,
            key="t.number_key",
            order="t.number_key",
            noun="items",
            ref="product_item_id",
        ),
        Column("place", "Place", "s.place", filterable=False),
        Column("known", "Unit known", yes_no("s.parent_id IS NOT NULL"), "choice", choices=YES_NO),
        Column("order", "Order", "t.number", "link", _ORDER, key="t.number_key", order="t.sort_key", noun="documents", ref="order_id"),
        Column("since", "From", "t.happened_at", "time", _SINCE, order="s.id", noun="entries", ref="since_entry_id"),
        Column("until", "Until", "t.happened_at", "time", _UNTIL, order="t.happened_at", noun="entries", ref="until_entry_id"),
        Column("by_whom", "By whom", "u.username", via=_SINCE, default_shown=False),
    ),
    natural=(),
    walked=("s.id",),
    section="stock",
    scope=Sql(f"NOT {_NEVER}"),
    search=number_in("s.child_id", "s.parent_id"),
    search_tips="Number of a part or a product",
    sort="-since",
)
