"""Which lots an undo gives back the status before: those that nobody else needs as they are now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from nameplate.ledger import bulk
from nameplate.ledger.kinds import LOT_STATUSES
from nameplate.ledger.moves import Goods, LotChange
from nameplate.ledger.state import LOT, WITHDRAWN
from nameplate.ledger.stepping import Act
from nameplate.models import Entry, LotMovement, LotStatus, Status
from nameplate.refusals import Cause, Conflict


def lots_back(entry: Entry, work: Act, goods: Sequence[Goods]) -> list[LotChange]:
    """Each lot that the entry changed back to the status before; one that it opened is canceled.

    A lot that a later entry changed, or that holds units or goods of other entries, stays as it is. Refused: one canceled since.
    """
    own = list(LotMovement.objects.filter(entry=entry).order_by("lot_id", "seq"))
    if not own:
        return []
    first = {row.lot_id: row.seq for row in reversed(own)}
    history = LotMovement.objects.filter(lot_id__in=first)
    before = {(row.lot_id, row.seq): row.status for row in history}
    edits: dict[int, dict[str, Any]] = {}
    for row in own:
        for name, (old, _) in (row.edits or {}).items():
            edits.setdefault(row.lot_id, {}).setdefault(name, date.fromisoformat(old) if name == "expires_on" and old else old)
    later = _changed_later(entry)
    wanted = {lot: LotStatus(before.get((lot, seq - 1), LotStatus.CANCELED)) for lot, seq in first.items() if lot not in later}
    held = _held_by_others(wanted, work, goods)
    return [LotChange(lot, status, edits.get(lot, {})) for lot, status in wanted.items() if lot not in held]


def cause_of(entry: Entry) -> Cause:
    """The entry as something a refusal can link to."""
    return Cause("entries", entry.pk, f"{entry.document.number}: {entry.act}" if entry.document else entry.act)


def _changed_later(entry: Entry) -> set[int]:
    """Lots of the entry that a later entry, not undone, changed as well."""
    rows = bulk.query(
        "SELECT l.id, l.number, l.status, m.entry_id FROM nameplate_lotmovement own "
        "JOIN nameplate_lotmovement m ON m.lot_id = own.lot_id AND m.seq > own.seq AND m.entry_id <> own.entry_id "
        "JOIN nameplate_entry e ON e.id = m.entry_id AND e.reverses_id IS NULL JOIN nameplate_lot l ON l.id = m.lot_id "
        "WHERE own.entry_id = %s AND NOT EXISTS "
        "(SELECT 1 FROM nameplate_entry r WHERE r.reverses_id = m.entry_id AND NOT r.partial) ORDER BY m.entry_id",
        [entry.pk],
    )
    for _, number, status, in_the_way in rows:
        if status == LotStatus.CANCELED:
            blocking = Entry.objects.select_related("document").get(pk=in_the_way)
            raise Conflict(
                "later-entries",
                f"Lot {number} was canceled by a later entry ({blocking.act}).",
                causes=[cause_of(blocking)],
                way_out="Undo that first.",
            )
    return {row[0] for row in rows}


def _held_by_others(wanted: dict[int, LotStatus], work: Act, goods: Sequence[Goods]) -> set[int]:
    """Lots in which units or goods that the undo does not concern would not fit the status before."""
    counts: dict[tuple[int, int], int] = defaultdict(int)
    rows = bulk.query(
        f"SELECT lot_id, status, count(*) FROM nameplate_serial WHERE NOT withdrawn AND lot_id IN {bulk.id_set()} GROUP BY lot_id, status",
        [bulk.ids(wanted)],
    )
    for lot, status, count in rows:
        counts[lot, status] = count
    for unit in work.known.values():
        if not unit.before[WITHDRAWN]:
            counts[unit.before[LOT], unit.before[0]] -= unit.count
    held = {
        lot
        for (lot, status), count in counts.items()
        if count > 0 and lot in wanted and wanted[lot] not in LOT_STATUSES.get(Status(status), tuple(LotStatus))
    }
    left: dict[int, int] = defaultdict(int)
    left.update(
        bulk.query(
            "SELECT s.lot_id, sum(s.quantity) FROM nameplate_stock s JOIN nameplate_lot l ON l.id = s.lot_id "
            "JOIN nameplate_item i ON i.id = l.item_id AND i.tracking <> 'serial' "
            f"WHERE s.lot_id IN {bulk.id_set()} GROUP BY s.lot_id",
            [bulk.ids(wanted)],
        )
    )
    for change in goods:
        left[change.lot_id] += change.change
    return held | {lot for lot, quantity in left.items() if quantity > 0}
