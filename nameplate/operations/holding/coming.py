"""What comes back into a lot that is on hold as a whole is on hold with it: by an undo, or inside a product that comes back."""

from __future__ import annotations

from nameplate import ledger
from nameplate.ledger import Goods, Group, Kind, Step, bulk
from nameplate.models import Entry, Lot, LotStatus, Tracking, User
from nameplate.operations.holding.lots import FREE, WITH_US

WITH_LOT = "held with its lot"
"""The act. It is none of a person's own holds, so whoever frees the lot frees these too."""
_UNITS = (
    "SELECT s.id, l.hold FROM nameplate_movement m JOIN nameplate_serial s ON s.outermost_id = m.serial_id "
    f"JOIN nameplate_serial o ON o.id = s.outermost_id JOIN nameplate_lot l ON l.id = s.lot_id AND l.status = '{LotStatus.ON_HOLD.value}' "
    f"WHERE m.entry_id = %s AND {FREE} AND {WITH_US} ORDER BY s.id"
)
_GOODS = (
    "SELECT m.lot_id, m.location_id, SUM(m.change) - SUM(COALESCE(m.held, 0)), k.quantity - k.reserved - k.held, l.hold "
    "FROM nameplate_stockmovement m JOIN nameplate_stock k ON k.lot_id = m.lot_id AND k.location_id = m.location_id "
    f"JOIN nameplate_lot l ON l.id = m.lot_id AND l.status = '{LotStatus.ON_HOLD.value}' JOIN nameplate_item i ON i.id = l.item_id "
    f"AND i.tracking <> '{Tracking.SERIAL.value}' WHERE m.entry_id = %s "
    "GROUP BY m.lot_id, m.location_id, k.quantity, k.reserved, k.held, l.hold ORDER BY m.lot_id, m.location_id"
)


def hold_with_their_lots(*, actor: User, entry: Entry) -> Entry | None:
    """Put on hold what the entry brought back into lots that are on hold, as an act of its own; None where there is nothing such.

    Units inside products that the entry brought back count too. Call it in the entry's transaction. Two statements, and the act's.
    """
    if not Lot.objects.filter(status=LotStatus.ON_HOLD).exists():
        return None
    by_reason: dict[str, list[int]] = {}
    for unit, why in bulk.query(_UNITS, [entry.pk]):
        by_reason.setdefault(why, []).append(unit)
    came = [(lot, place, int(min(more, free)), why) for lot, place, more, free, why in bulk.query(_GOODS, [entry.pk])]
    goods = [Goods(lot, place, 0, held=amount) for lot, place, amount, _ in came if amount > 0]
    reasons = sorted({*by_reason, *(why for *_, amount, why in came if amount > 0)})
    if not reasons:
        return None
    groups = [Group([Step(Kind.HELD, {"hold": why})], units=units) for why, units in sorted(by_reason.items())]
    return ledger.post(actor=actor, act=WITH_LOT, groups=groups, goods=goods, reason="; ".join(reasons))
