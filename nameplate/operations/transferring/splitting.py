"""Of a lot that is sent in part, what goes becomes a lot of its own, split from it; a lot that goes whole stays what it is."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate.ledger import LotChange, bulk
from nameplate.ledger.lots import LotToOpen, open_lots
from nameplate.models import Lot, LotStatus
from nameplate.models.serials import IN_STOCK

_PARTS = (
    "SELECT s.lot_id FROM nameplate_serial s WHERE NOT s.withdrawn AND s.lot_id IN "
    "(SELECT g.lot_id FROM nameplate_serial g WHERE g.id IN {ids}) "
    f"AND s.status IN ({', '.join(str(int(status)) for status in IN_STOCK)}) AND s.id NOT IN {{ids}} GROUP BY s.lot_id"
)


def split_units(unit_ids: Sequence[int]) -> tuple[dict[int, int], list[LotChange]]:
    """(unit → the lot that it goes in, the lots opened for that); neither where every lot goes whole.

    The number of statements grows with neither units nor lots.
    """
    chosen = bulk.ids(unit_ids)
    partly = [row[0] for row in bulk.query(_PARTS.format(ids=bulk.id_set()), [chosen, chosen])]
    if not partly:
        return {}, []
    lots = bulk.query(f"SELECT id, lot_id FROM nameplate_serial WHERE id IN {bulk.id_set()}", [chosen])
    fresh, changes = split_lots(partly)
    return {unit: fresh.get(lot, lot) for unit, lot in lots}, changes


def split_lots(lot_ids: Sequence[int]) -> tuple[dict[int, int], list[LotChange]]:
    """(lot → the new lot split from it, what the entry says of the new ones)."""
    lots = list(Lot.objects.filter(pk__in=lot_ids).select_related("item", "source").order_by("pk"))
    fresh = open_lots(
        [
            LotToOpen(
                lot.item,
                LotStatus(lot.status),
                source=lot.source,
                split_from=lot,
                vendor_batch=lot.vendor_batch,
                expires_on=lot.expires_on,
                cost=lot.cost,
            )
            for lot in lots
        ]
    )
    changes = [
        LotChange(new.pk, LotStatus(lot.status), {"hold": lot.hold} if lot.hold else {}) for lot, new in zip(lots, fresh, strict=True)
    ]
    return {lot.pk: new.pk for lot, new in zip(lots, fresh, strict=True)}, changes
