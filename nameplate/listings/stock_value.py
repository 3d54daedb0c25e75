"""Units and value: what lies in stock of each item at each site, from which vendor, and what it cost, today or at the end of any past day.

Units are counted as they stood; goods without serial numbers are the sum of their movements that stand. The value is what the lots cost, as
it is known today. The vendor is that of the paper with which the unit, or the lot of such goods, came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from nameplate import access
from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_items_of
from nameplate.listings.serials_past import rows
from nameplate.listings.standing import ACTS, IS_ITS_ACT, WHOLLY, by_end_of
from nameplate.listings.summing import summed
from nameplate.models import Location, LotStatus, Status, Tracking
from nameplate.models.serials import IN_STOCK
from nameplate.quantities import MILLIONTHS

_ITEM = Link("item", links.ITEM, "s.item_id", nullable=False)
_SITE = Link("site", links.SITE, "s.site_id", nullable=False)
_VENDOR = Link("vendor", links.PARTY, "s.vendor_id")
_STATUSES = choices_of([(status.value, str(status.label)) for status in IN_STOCK])
_COLUMNS = (
    Column("item", "Item", "t.number", "link", _ITEM, key="t.number_key", order="t.number_key", noun="items", ref="item_id"),
    Column("description", "Description", "t.description", via=_ITEM, key="t.description_key"),
    Column("group", "Item group", 't."group"', via=_ITEM, default_shown=False),
    Column("site", "Site", "t.name", "link", _SITE, key="t.name_key", order="t.name_key", noun="sites", ref="site_id"),
    Column("status", "Status", "s.status", "choice", order="s.status", choices=_STATUSES),
    Column("vendor", "Vendor", "t.name", "link", _VENDOR, key="t.name_key", order="t.name_key", noun="vendors", ref="vendor_id"),
    Column("quantity", "Quantity", "s.quantity", "quantity", order="s.quantity"),
    Column("unit", "Unit", "t.unit", via=_ITEM),
    Column("in_transit", "In transit", "s.in_transit", "quantity", order="s.in_transit"),
    Column("value", "Value", "s.value", "money", order="s.value"),
    Column("unpriced", "Without a cost", "s.unpriced", "quantity", order="s.unpriced"),
    Column("tracking", "Tracked by", "t.tracking", "choice", _ITEM, choices=choices_of(Tracking.choices), default_shown=False),
)

_STATUS_OF_LOT = (
    f"CASE WHEN l.status = '{LotStatus.REJECTED.value}' THEN {Status.REJECTED.value} "
    f"WHEN l.status IN ('rma_returned', 'rma_inspection', 'rma_repair', 'rma_ready') THEN {Status.RETURNED.value} "
    f"ELSE {Status.RECEIVED.value} END"
)
"""Of goods without serial numbers, whose lot alone says it."""
# CROSS JOIN, here and below: SQLite looks into the tables in the order written, whatever it knows or does not know of their sizes.
_UNITS = (
    f"SELECT s.item_id, p.site_id, s.status, s.source_id, {MILLIONTHS} AS quantity, "
    f"CASE WHEN s.transfer_id IS NULL THEN 0 ELSE {MILLIONTHS} END AS in_transit, l.cost AS value, "
    f"CASE WHEN l.cost IS NULL THEN {MILLIONTHS} ELSE 0 END AS unpriced FROM ({{rows}}) s CROSS JOIN nameplate_lot l "
    "CROSS JOIN nameplate_location p WHERE l.id = s.lot_id AND p.id = s.location_id "
    f"AND s.status IN ({', '.join(str(one.value) for one in IN_STOCK)}) AND NOT s.withdrawn"
)
_BALANCE = (
    "SELECT m.lot_id, m.location_id, CAST(SUM(m.change) AS bigint) AS quantity FROM nameplate_stockmovement m "
    f"CROSS JOIN {ACTS} WHERE {IS_ITS_ACT} AND {{by_then}} AND {WHOLLY} GROUP BY m.lot_id, m.location_id"
)
_WHOLE = f"g.quantity / {MILLIONTHS}"
# Whole ones and the rest apart: quantity and cost both count millionths, and their product is too large for a number of either database.
_COST = f"{_WHOLE} * l.cost + (g.quantity - {_WHOLE} * {MILLIONTHS}) * l.cost / {MILLIONTHS}"
_GOODS = (
    f"SELECT l.item_id, p.site_id, {_STATUS_OF_LOT} AS status, l.source_id, g.quantity, "
    f"CASE WHEN p.purpose = '{Location.Purpose.TRANSIT.value}' THEN g.quantity ELSE 0 END AS in_transit, {_COST} AS value, "
    f"CASE WHEN l.cost IS NULL THEN g.quantity ELSE 0 END AS unpriced FROM ({_BALANCE}) g CROSS JOIN nameplate_lot l "
    "CROSS JOIN nameplate_item i CROSS JOIN nameplate_location p WHERE l.id = g.lot_id AND p.id = g.location_id "
    f"AND i.id = l.item_id AND i.tracking <> '{Tracking.SERIAL.value}' AND g.quantity <> 0"
)
_SUMMED = ", ".join(f"CAST(COALESCE(SUM(q.{name}), 0) AS bigint) AS {name}" for name in ("quantity", "in_transit", "value", "unpriced"))
MOST_SITES, MOST_PARTIES = 2**14, 2**22
"""No id of a site or a party is above them, so that the ids of item, vendor, site and status make one number."""


def _at(day: date) -> str:
    """The rows at the end of the day."""
    by_then = by_end_of(day)
    lying = f"{_UNITS.format(rows=rows(by_then))} UNION ALL {_GOODS.format(by_then=by_then)}"
    # Of the many units that came with one paper its vendor is looked up once.
    key = "q.item_id, q.site_id, q.status, q.source_id"
    by_paper = f"SELECT {key}, {_SUMMED} FROM ({lying}) q GROUP BY {key}"
    row_id = f"((q.item_id * {MOST_PARTIES} + COALESCE(d.party_id, 0)) * {MOST_SITES} + q.site_id) * 8 + q.status"
    return (
        f"(SELECT {row_id} AS id, q.item_id, q.site_id, q.status, d.party_id AS vendor_id, {_SUMMED} FROM ({by_paper}) q "
        "LEFT JOIN nameplate_document d ON d.id = q.source_id GROUP BY q.item_id, q.site_id, q.status, d.party_id) s"
    )


def _today(_: Mapping[str, str]) -> str:
    return _at(timezone.localdate())


def _then(listing: Listing, day: date, _: Mapping[str, str]) -> Listing:
    return replace(listing, table=_at(day))


STOCK_VALUE = Listing(
    name="reports/stock-value",
    label="Units and value",
    table="",
    made=_today,
    then=_then,
    columns=_COLUMNS,
    natural=(),
    section="stock",
    search=search_items_of("s.item_id"),
    search_tips="Item or its description",
    sort="item,site,status",
)


class Worth(NamedTuple):
    """So much, in millionths; `value` without what no lot says the cost of."""

    quantity: int
    value: int
    unpriced: int


@dataclass(frozen=True, slots=True)
class ItemTotal:
    """All of one item that a search finds."""

    item_id: int
    stock: Worth
    """What is Received: that alone is in stock."""
    rejected: Worth
    returned: Worth


def totals(*, actor: access.Actor, params: Mapping[str, str]) -> Sequence[ItemTotal]:
    """The same search added up over sites and vendors, what is in stock apart from what is not; the most valuable item first."""
    asked = [(status, name) for status in (Status.RECEIVED, Status.REJECTED, Status.RETURNED) for name in Worth._fields]
    sums = ", ".join(f"SUM(CASE WHEN s.status = {status.value} THEN s.{name} ELSE 0 END)" for status, name in asked)
    found = []
    for row in summed(STOCK_VALUE, actor=actor, params=params, by="s.item_id", sums=sums):
        item, *amounts = map(int, row)
        found.append(ItemTotal(item, *(Worth(*amounts[at : at + 3]) for at in (0, 3, 6))))
    return sorted(found, key=lambda one: (-one.stock.value, -one.stock.quantity, one.item_id))
