"""What is free of an item, first what expires first, then the oldest receipt: neither on hold nor expired, nor on its way between sites."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import F, Q

from nameplate import functions
from nameplate.ledger import Goods, bulk
from nameplate.models import Availability, Item, Location, LotStatus, Stock
from nameplate.operations.manufacturing.shelves import not_expired_before

_UNITS = (
    "SELECT s.id FROM nameplate_serial s JOIN nameplate_lot l ON l.id = s.lot_id WHERE s.item_id = %s AND NOT s.withdrawn "
    f"AND s.availability = {Availability.AVAILABLE.value} AND s.parent_id IS NULL AND (l.expires_on IS NULL OR l.expires_on >= %s) "
    "AND NOT EXISTS (SELECT 1 FROM nameplate_serial c WHERE c.outermost_id = s.id AND c.parent_id IS NOT NULL AND c.hold <> '') "
    "ORDER BY {by_expiry}s.received_on, s.lot_id, s.sort_key, s.id LIMIT %s"
)


def free_units(item: Item, count: int, *, but: Collection[int] = ()) -> list[int]:
    """Up to `count` free units of the item. One statement."""
    by_expiry = "l.expires_on IS NULL, l.expires_on, " if functions.is_on(functions.EXPIRY_DATES) else ""
    rows = bulk.query(_UNITS.format(by_expiry=by_expiry), [item.pk, not_expired_before(), count + len(but)])
    left = set(but)
    return [row[0] for row in rows if row[0] not in left][:count]


def free_goods(item: Item, amount: int, line: int, *, but: Sequence[Goods] = ()) -> list[Goods]:
    """Up to `amount` (millionths) of an item without serial numbers, as what reserves it for the order line. `but` is promised already."""
    promised: dict[tuple[int, int], int] = {}
    for change in but:
        spot = (change.lot_id, change.location_id)
        promised[spot] = promised.get(spot, 0) + change.reserved
    found: list[Goods] = []
    for row in free_stock(item):
        free = row.quantity - row.reserved - row.held - promised.get((row.lot_id, row.location_id), 0)
        if free > 0 and amount > 0:
            found.append(Goods(row.lot_id, row.location_id, 0, line, reserved=min(free, amount)))
            amount -= min(free, amount)
    return found


def free_stock(item: Item) -> list[Stock]:
    """Where goods of the item lie that can be promised, first what expires first, then the oldest lot."""
    used = Q(lot__expires_on__isnull=True) | Q(lot__expires_on__gte=not_expired_before())
    there = Stock.objects.filter(used, lot__item=item, lot__status=LotStatus.RECEIVED, quantity__gt=0)
    there = there.exclude(location__purpose=Location.Purpose.TRANSIT).select_related("lot", "location__site")
    by_expiry = [F("lot__expires_on").asc(nulls_last=True)] if functions.is_on(functions.EXPIRY_DATES) else []
    return list(there.order_by(*by_expiry, "lot_id", "id"))
