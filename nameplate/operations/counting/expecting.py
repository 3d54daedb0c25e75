"""What a count expects, for a page that gives its verdicts by itself while there is no network."""

from __future__ import annotations

from dataclasses import dataclass

from nameplate import access
from nameplate.ledger import bulk
from nameplate.models import Availability, Document, StockCount, User

_UNITS = (
    "SELECT s.id, s.key, s.number, i.number, x.location_id, s.availability FROM nameplate_expectedunit x "
    "JOIN nameplate_serial s ON s.id = x.serial_id JOIN nameplate_item i ON i.id = s.item_id WHERE x.count_id = %s "
    "ORDER BY s.sort_key, s.id"
)
_GOODS = (
    "SELECT i.number, i.tracking, l.number, x.location_id, x.quantity, i.unit FROM nameplate_expectedgoods x "
    "JOIN nameplate_lot l ON l.id = x.lot_id JOIN nameplate_item i ON i.id = l.item_id WHERE x.count_id = %s "
    "ORDER BY i.number_key, l.sort_key"
)
_SEEN = (
    "SELECT CASE WHEN x.id IS NOT NULL THEN s.id END, s.key, u.username, c.scanned_at FROM nameplate_countscan c "
    "JOIN nameplate_serial s ON s.id = c.serial_id LEFT JOIN nameplate_expectedunit x ON x.count_id = c.count_id AND x.serial_id = s.id "
    "JOIN nameplate_user u ON u.id = c.by_id WHERE c.count_id = %s AND NOT c.taken_back AND c.verdict <> 'seen' ORDER BY c.id"
)
_PLACES = (
    "SELECT l.id, t.name || ' · ' || l.name FROM nameplate_location l JOIN nameplate_site t ON t.id = l.site_id WHERE l.id IN "
    "(SELECT location_id FROM nameplate_countplace WHERE count_id = %s UNION SELECT location_id FROM nameplate_expectedunit "
    "WHERE count_id = %s UNION SELECT location_id FROM nameplate_expectedgoods WHERE count_id = %s) ORDER BY l.label_key, l.id"
)


@dataclass(frozen=True, slots=True)
class ExpectedOne:
    """A unit: its key as numbers are compared, which those of other items may share; number, item, place, whether it is reserved."""

    id: int
    key: str
    number: str
    item: str
    location_id: int
    reserved: bool


@dataclass(frozen=True, slots=True)
class ExpectedLot:
    """Goods without serial numbers. `quantity` is in millionths; None where the count is blind. `lot` is empty where goods have none."""

    item: str
    lot: str
    location_id: int
    quantity: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class Expected:
    """All that a count expects, with what was seen already, by whom and when: expected units by their id, others by their key."""

    units: list[ExpectedOne]
    goods: list[ExpectedLot]
    places: dict[int, str]
    seen: dict[int, tuple[str, object]]
    strays: dict[str, tuple[str, object]]


def expected(*, actor: User, count: Document) -> Expected:
    """What the count expects. Of a blind count no quantities are told."""
    access.require(actor, "stock", "view")
    blind = StockCount.objects.values_list("blind", flat=True).get(pk=count.pk)
    units = [
        ExpectedOne(unit, key, number, item, place, bool(facts & Availability.RESERVED))
        for unit, key, number, item, place, facts in bulk.query(_UNITS, [count.pk])
    ]
    goods: dict[tuple[str, str, int], ExpectedLot] = {}
    for item, tracking, number, place, quantity, unit in bulk.query(_GOODS, [count.pk]):
        lot = "" if tracking == "none" else number
        known = goods.get((item, lot, place))
        total = None if blind else quantity + ((known.quantity or 0) if known else 0)
        goods[item, lot, place] = ExpectedLot(item, lot, place, total, unit)
    scanned = bulk.query(_SEEN, [count.pk])
    seen = {unit: (who, when) for unit, _, who, when in scanned if unit is not None}
    strays = {key: (who, when) for unit, key, who, when in scanned if unit is None}
    return Expected(units, list(goods.values()), dict(bulk.query(_PLACES, [count.pk] * 3)), seen, strays)
