"""Of a lot that is sent in part, what goes becomes a lot of its own, split from it; a lot that goes whole stays what it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from nameplate.ledger import LotChange, bulk
from nameplate.ledger.lots import LotToOpen, open_lots, rows_of
from nameplate.ledger.state import LOT, Unit
from nameplate.models import LotStatus
from nameplate.models.serials import IN_STOCK
from nameplate.quantities import MILLIONTHS

_IN_STOCK = "SELECT lot_id, SUM(quantity) FROM nameplate_stock WHERE lot_id IN {ids} GROUP BY lot_id"
_PARTS = (
    "SELECT s.lot_id FROM nameplate_serial s WHERE NOT s.withdrawn AND s.lot_id IN {ids} "
    f"AND s.status IN ({', '.join(str(int(status)) for status in IN_STOCK)}) AND s.id NOT IN {{ids}} GROUP BY s.lot_id"
)


def split_units(units: Mapping[int, Unit]) -> tuple[dict[int, int], list[LotChange]]:
    """(unit → the lot that it goes in, the lots opened for that); neither where every lot goes whole. All the units are in stock.

    The number of statements grows with neither units nor lots.
    """
    partly = _left_in_part(units)
    if not partly:
        return {}, []
    fresh, changes = split_lots(partly)
    return {unit.id: fresh.get(lot := int(unit.state[LOT]), lot) for unit in units.values()}, changes


def _left_in_part(units: Mapping[int, Unit]) -> list[int]:
    """The lots of which other units are in stock too. What a lot has in stock says at once of most that they go whole."""
    going = Counter(unit.state[LOT] for unit in units.values())
    stock = dict(bulk.query(_IN_STOCK.format(ids=bulk.id_set()), [bulk.ids(going)])) if going else {}
    more = [lot for lot, count in going.items() if stock.get(lot) != count * MILLIONTHS]
    if not more:
        return []
    return [row[0] for row in bulk.query(_PARTS.format(ids=bulk.id_set()), [bulk.ids(more), bulk.ids(units)])]


def split_lots(lot_ids: Sequence[int]) -> tuple[dict[int, int], list[LotChange]]:
    """(lot → the new lot split from it, what the entry says of the new ones)."""
    lots = list(rows_of(lot_ids).select_related("item", "source").order_by("pk"))
    fresh = open_lots([LotToOpen.split_off(lot, LotStatus(lot.status)) for lot in lots])
    changes = [
        LotChange(new.pk, LotStatus(lot.status), {"hold": lot.hold} if lot.hold else {}) for lot, new in zip(lots, fresh, strict=True)
    ]
    return {lot.pk: new.pk for lot, new in zip(lots, fresh, strict=True)}, changes
