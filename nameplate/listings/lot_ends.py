"""Where went what was in a lot: its units, those of its splits too, and goods without serial numbers, counted by what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from nameplate import functions
from nameplate.ledger import bulk
from nameplate.listings.standing import ACTS, IS_ITS_ACT, WHOLLY
from nameplate.models import Lot, Status, Tracking

MOST = 40
"""As many kinds of ends are told apart on a page."""


@dataclass(frozen=True, slots=True)
class End:
    """One kind of end. `count` are units or, of goods, millionths; `at_id` and `order_id` are the page's ids where there is one."""

    count: int
    status: int | None = None
    """Of units."""
    act: str = ""
    """Of goods: what was done with them."""
    item_id: int | None = None
    item: str = ""
    """The product that they are in, by its item."""
    order_id: int | None = None
    order: str = ""
    """The order, shipment or write-off."""
    customer_id: int | None = None
    customer: str = ""
    place: str = ""


_UNITS = (
    "SELECT count(*), s.status, i.id, i.number, d.id, d.number, c.id, c.name, "
    "CASE WHEN p.id IS NULL THEN '' ELSE h.name || ' · ' || p.name END "
    "FROM nameplate_serial s JOIN nameplate_serial o ON o.id = s.outermost_id "
    "LEFT JOIN nameplate_item i ON i.id = o.item_id AND o.id <> s.id "
    f"LEFT JOIN nameplate_document d ON d.id = CASE s.status WHEN {Status.CONSUMED.value} THEN s.used_by_id "
    f"WHEN {Status.SHIPPED.value} THEN s.shipment_id WHEN {Status.RETURNED.value} THEN s.return_doc_id END "
    f"LEFT JOIN nameplate_party c ON c.id = o.customer_id AND o.status = {Status.SHIPPED.value} "
    "LEFT JOIN nameplate_location p ON p.id = o.location_id "
    "LEFT JOIN nameplate_site h ON h.id = p.site_id WHERE NOT s.withdrawn AND s.id IN {which} "
    "GROUP BY s.status, i.id, i.number, d.id, d.number, c.id, c.name, p.id, p.name, h.name "
    "ORDER BY count(*) DESC, s.status, i.id, d.id, c.id"
)
_GOODS = (
    "SELECT SUM(m.change), e.act, d.id, d.number, c.id, c.name FROM (SELECT change, entry_id FROM nameplate_stockmovement "
    "WHERE parent_id IS NULL AND lot_id IN {which} UNION ALL SELECT -quantity, since_id FROM nameplate_component "
    "WHERE child_id IS NULL AND parent_id IS NOT NULL AND until_id IS NULL AND lot_id IN {which}) m "
    f"CROSS JOIN {ACTS} "
    "LEFT JOIN nameplate_document d ON d.id = e.document_id LEFT JOIN nameplate_party c ON c.id = d.party_id AND c.role = 'customer' "
    f"WHERE {IS_ITS_ACT} AND {WHOLLY} "
    "GROUP BY e.act, d.id, d.number, c.id, c.name HAVING SUM(m.change) < 0 ORDER BY 1, d.id"
)
"""What is inside a product counts while it is there: what came out again is in stock, or was written off."""


def ends_of(lot: Lot, family: Sequence[int], units: Sequence[int], most: int = MOST) -> list[End]:
    """The ends of the lot `family` (the lot and its splits) with the `units` ever in them, the most frequent first. One statement."""
    if lot.item.tracking == Tracking.SERIAL:
        rows = bulk.query(f"{_UNITS.format(which=bulk.id_set())} LIMIT {most}", [bulk.ids(units)])
        return [
            End(count, status, "", item_id, item or "", order_id, order or "", customer_id, customer or "", place)
            for count, status, item_id, item, order_id, order, customer_id, customer, place in rows
        ]
    rows = bulk.query(f"{_GOODS.format(which=bulk.id_set())} LIMIT {most}", [bulk.ids(family)] * 2)
    return [
        End(-int(count), None, act, None, "", order_id, order or "", customer_id, customer or "")
        for count, act, order_id, order, customer_id, customer in rows
    ]


def expired_lots(units: Sequence[int], lots: Sequence[int] = ()) -> list[tuple[int, str, str, int]]:
    """The lots of these units, and of these `lots` of goods, that are past their expiry today: id, number, expiry, how many units.

    None while Expiry dates is off. One statement.
    """
    if not (units or lots) or not functions.is_on(functions.EXPIRY_DATES):
        return []
    rows = bulk.query(
        "SELECT l.id, l.number, l.expires_on, f.count FROM (SELECT s.lot_id, count(*) AS count FROM nameplate_serial s "
        f"WHERE s.id IN {bulk.id_set()} GROUP BY s.lot_id UNION SELECT g.id, 0 FROM nameplate_lot g WHERE g.id IN {bulk.id_set()}) f "
        "JOIN nameplate_lot l ON l.id = f.lot_id WHERE l.expires_on < %s ORDER BY l.expires_on, l.id",
        [bulk.ids(units), bulk.ids(lots), timezone.localdate().isoformat()],
    )
    return [(lot, number, str(expires)[:10], count) for lot, number, expires, count in rows]


def status_words(status: int | None, act: str) -> str:
    """What became of them, in words."""
    return str(Status(status).label) if status is not None else act
