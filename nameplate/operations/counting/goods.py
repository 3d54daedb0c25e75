"""Goods without serial numbers: what was counted of each against what should be there, and what follows for its lots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nameplate.ledger import Goods, bulk
from nameplate.models import StockCount

_EXPECTED = (
    "SELECT i.id, i.number, i.unit, i.tracking, l.id, l.number, l.cost, x.location_id, t.name || ' · ' || p.name, p.site_id, x.quantity, "
    "COALESCE(k.quantity, 0), COALESCE(k.reserved, 0), COALESCE(k.held, 0), COALESCE(k.version, 0) <> x.version "
    "FROM nameplate_expectedgoods x JOIN nameplate_lot l ON l.id = x.lot_id JOIN nameplate_item i ON i.id = l.item_id "
    "JOIN nameplate_location p ON p.id = x.location_id JOIN nameplate_site t ON t.id = p.site_id "
    "LEFT JOIN nameplate_stock k ON k.lot_id = x.lot_id AND k.location_id = x.location_id "
    "WHERE x.count_id = %s ORDER BY i.number_key, p.label_key, l.sort_key, l.id"
)
_COUNTED = (
    "SELECT c.item_id, i.number, i.unit, c.lot_id, l.number, c.location_id, t.name || ' · ' || p.name, p.site_id, sum(c.quantity), "
    "min(l.cost), (SELECT max(y.id) FROM nameplate_lot y JOIN nameplate_stock z ON z.lot_id = y.id AND z.quantity > 0 "
    "WHERE y.item_id = c.item_id), (SELECT COALESCE(sum(z.quantity), 0) FROM nameplate_stock z JOIN nameplate_lot y ON y.id = z.lot_id "
    "WHERE y.item_id = c.item_id AND z.location_id = c.location_id AND (c.lot_id IS NULL OR y.id = c.lot_id)) "
    "FROM nameplate_countscan c JOIN nameplate_item i ON i.id = c.item_id LEFT JOIN nameplate_lot l ON l.id = c.lot_id "
    "JOIN nameplate_location p ON p.id = c.location_id JOIN nameplate_site t ON t.id = p.site_id "
    "WHERE c.count_id = %s AND NOT c.taken_back AND c.verdict = 'counted' "
    "GROUP BY c.item_id, i.number, i.unit, c.lot_id, l.number, c.location_id, t.name, p.name, p.site_id"
)


@dataclass(slots=True)
class _Share:
    """Of a lot at the place: what lies there that is promised to nobody, and what of it is on hold."""

    lot_id: int
    loose: int
    held: int
    free: int
    cost: int | None


@dataclass(slots=True)
class GoodsDifference:
    """Goods of a lot, or of an item without lots, at a place. Quantities are in millionths of the item's unit."""

    item_id: int
    item: str
    unit: str
    lot: str
    location_id: int
    place: str
    site_id: int
    expected: int = 0
    counted: int | None = None
    """None where nobody counted it: then nothing is said of it, and nothing posted."""
    changed: bool = False
    newest_lot: int | None = None
    """Into which a surplus goes."""
    shares: list[_Share] = field(default_factory=list)
    posted: int | None = None
    """Of a count that is done, where something was posted: what of it was written off cost, in millionths of the company's currency."""

    @property
    def change(self) -> int:
        """More (above zero) or less than expected."""
        return 0 if self.counted is None else self.counted - self.expected

    @property
    def left_out(self) -> str:
        """Why no difference is posted; empty when one is, or when there is none."""
        if not self.change or self.posted is not None:
            return ""
        if self.changed:
            return "some of it came, went or was moved since"
        if self.change > 0 and self.newest_lot is None:
            return "nothing of it is in stock: make a lot by hand"
        return "it is promised to orders" if -self.change > sum(one.loose for one in self.shares) else ""

    @property
    def value(self) -> int:
        """What the missing quantity cost, in millionths of the company's currency."""
        if self.posted is not None:
            return self.posted
        taken = self.taken(-self.change) if self.change < 0 and not self.left_out else []
        return sum(amount * (share.cost or 0) // 1_000_000 for share, amount in taken)

    def taken(self, amount: int) -> list[tuple[_Share, int]]:
        """From which lots so much is taken: the oldest first."""
        found = []
        for share in self.shares:
            part = min(share.loose, amount)
            if part > 0:
                found.append((share, part))
                amount -= part
        return found


def goods_differences(count: StockCount) -> list[GoodsDifference]:
    """Every kind of goods that is expected or was counted, place by place. Two statements."""
    found: dict[tuple[int, int | None, int], GoodsDifference] = {}
    for row in bulk.query(_EXPECTED, [count.pk]):
        item_id, item, unit, tracking, lot_id, lot, cost, place_id, place, site, quantity, now, reserved, held, changed = row
        key = (item_id, lot_id if tracking == "lot" else None, place_id)
        one = found.setdefault(key, GoodsDifference(item_id, item, unit, lot if tracking == "lot" else "", place_id, place, site))
        one.expected += quantity
        one.changed = one.changed or bool(changed)
        one.newest_lot = lot_id
        one.shares.append(_Share(lot_id, now - reserved, held, now - reserved - held, cost))
    for item_id, item, unit, lot_id, lot, place_id, place, site, quantity, _, newest, now in bulk.query(_COUNTED, [count.pk]):
        key = (item_id, lot_id, place_id)
        one = found.setdefault(key, GoodsDifference(item_id, item, unit, lot or "", place_id, place, site))
        one.counted = int(quantity)
        if not one.shares:  # not expected there: what came since the count was started is none of its business
            one.newest_lot = lot_id or newest
            one.changed = int(now) > 0
    return list(found.values())


def settled(rows: Sequence[GoodsDifference], *, writing_off: bool) -> tuple[list[Goods], list[tuple[int, int, int]]]:
    """What is posted of the goods: changes of the count's own entry, and (lot, place, millionths) that are written off.

    What is short at one place and over at another of its site was moved: only the rest of it is missing, or found.
    """
    changes: dict[tuple[int, int], list[int]] = {}
    gone: list[tuple[int, int, int]] = []
    posted = [row for row in rows if row.change and not row.left_out]
    over = {id(row): row.change for row in posted if row.change > 0}

    def change(lot: int, place: int, amount: int, held: int = 0) -> None:
        total = changes.setdefault((lot, place), [0, 0])
        total[0] += amount
        total[1] += held

    for row in (one for one in posted if one.change < 0):
        for share, amount in row.taken(-row.change):
            free, left = share.free, amount
            for other in posted:
                same = other.item_id == row.item_id and other.lot == row.lot and other.site_id == row.site_id
                part = min(over.get(id(other), 0), left) if same else 0
                if part:
                    held = max(part - max(free, 0), 0)
                    change(share.lot_id, row.location_id, -part, -held)
                    change(share.lot_id, other.location_id, part, held)
                    free, left = free - part, left - part
                    over[id(other)] -= part
            if left and writing_off:
                gone.append((share.lot_id, row.location_id, left))
    for row in posted:
        if over.get(id(row)) and row.newest_lot is not None:
            change(row.newest_lot, row.location_id, over[id(row)])
    return [Goods(lot, place, amount, held=held) for (lot, place), (amount, held) in sorted(changes.items()) if amount or held], gone
