"""Which lots an undo gives back the status before: those that nobody else needs as they are now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from nameplate.ledger import bulk
from nameplate.ledger.kinds import LOT_STATUSES
from nameplate.ledger.moves import Goods, LotChange
from nameplate.ledger.state import LOT, WITHDRAWN
from nameplate.ledger.stepping import Act
from nameplate.models import Entry, Lot, LotMovement, LotStatus, Status
from nameplate.refusals import Cause, Conflict

EDITED = "edited"
"""The act of an entry that changes nothing but what is written about a lot."""


NO_STOCK = (LotStatus.REQUESTED, LotStatus.PLANNED, LotStatus.CANCELED)
"""Lots of which nothing lies anywhere."""


def lots_back(entry: Entry, work: Act, goods: Sequence[Goods]) -> list[LotChange]:
    """Each lot that the entry changed back to the status before; one that it opened is canceled, as is one of which nothing is expected.

    A lot whose status a later entry changed, or that holds units or goods of other entries, keeps its status. Refused: one canceled since,
    and an entry that only edited a lot while a later one edited the same of it.
    """
    own = list(LotMovement.objects.filter(entry=entry).order_by("lot_id", "seq"))
    if not own:
        return []
    first = {row.lot_id: row.seq for row in reversed(own)}
    history = LotMovement.objects.filter(lot_id__in=first)
    before = {(row.lot_id, row.seq): row.status for row in history}
    later = _changed_later(entry)
    edits = _edits_back(entry, own)
    wanted = {lot: LotStatus(before.get((lot, seq - 1), LotStatus.CANCELED)) for lot, seq in first.items()}
    changed = {lot for lot, status in wanted.items() if own_status(own, lot) != status}
    wanted |= dict.fromkeys(_not_expected(entry, {lot: wanted[lot] for lot in changed - later}), LotStatus.CANCELED)
    held = _held_by_others({lot: wanted[lot] for lot in changed - later}, work, goods)
    back = [LotChange(lot, wanted[lot], edits.get(lot, {})) for lot in first if lot in changed and lot not in later | held]
    # The entry left these their status: only what it edited goes back.
    statuses = dict(Lot.objects.filter(pk__in=[lot for lot in edits if lot not in changed]).values_list("pk", "status"))
    return back + [LotChange(lot, LotStatus(status), edits[lot]) for lot, status in statuses.items() if edits[lot]]


def own_status(own: Sequence[LotMovement], lot: int) -> str:
    """The status in which the entry left the lot."""
    return next(row.status for row in reversed(own) if row.lot_id == lot)


def _edits_back(entry: Entry, own: Sequence[LotMovement]) -> dict[int, dict[str, Any]]:
    """By lot, what the entry edited as it was before; what a later entry edited since stays, and refuses the undo of a mere edit."""
    edited_later: dict[int, dict[str, int]] = {}
    for row in _edits_since(entry):
        for name in row.edits or {}:
            edited_later.setdefault(row.lot_id, {}).setdefault(name, row.entry_id)
    edits: dict[int, dict[str, Any]] = {}
    for row in own:
        for name, (old, _) in (row.edits or {}).items():
            blocking = edited_later.get(row.lot_id, {}).get(name)
            if blocking is not None and entry.act == EDITED:
                _refuse_edited_since(row.lot_id, blocking)
            if blocking is None:
                edits.setdefault(row.lot_id, {}).setdefault(name, date.fromisoformat(old) if name == "expires_on" and old else old)
    return edits


def _edits_since(entry: Entry) -> QuerySet[LotMovement]:
    """The edits of the entry's lots by later entries, those undone since left out."""
    undone = Entry.objects.filter(reverses_id=OuterRef("entry_id"), partial=False)
    later = LotMovement.objects.filter(lot__in=LotMovement.objects.filter(entry=entry).values("lot"), entry_id__gt=entry.pk)
    return later.filter(edits__isnull=False, entry__reverses=None).exclude(Exists(undone)).order_by("seq")


def _refuse_edited_since(lot_id: int, entry_id: int) -> None:
    blocking = Entry.objects.select_related("document").get(pk=entry_id)
    raise Conflict(
        "later-entries",
        f"The same of lot {Lot.objects.get(pk=lot_id)} was changed again by a later entry ({blocking.act}).",
        causes=[cause_of(blocking)],
        way_out="Undo that first, or edit the lot.",
    )


def _not_expected(entry: Entry, wanted: dict[int, LotStatus]) -> list[int]:
    """Lots that would be Planned again, but whose line has another Planned lot, or everything of it has come by other entries.

    The last kind stays Planned where announced units go back into it.
    """
    planned = [lot for lot, status in wanted.items() if status == LotStatus.PLANNED]
    if not planned:
        return []
    rows = bulk.query(
        "SELECT l.id FROM nameplate_lot l JOIN nameplate_line o ON o.id = l.line_id "
        f"WHERE l.id IN {bulk.id_set()} AND (EXISTS (SELECT 1 FROM nameplate_lot t WHERE t.line_id = o.id AND t.status = 'planned' "
        f"AND t.id NOT IN {bulk.id_set()}) OR (o.quantity <= (SELECT COALESCE(SUM(m.change), 0) FROM nameplate_stockmovement m "
        "JOIN nameplate_entry e ON e.id = m.entry_id WHERE m.line_id = o.id AND e.id <> %s AND COALESCE(e.reverses_id, 0) <> %s) "
        "AND NOT EXISTS (SELECT 1 FROM nameplate_movement m JOIN nameplate_movement prior ON prior.serial_id = m.serial_id "
        "AND prior.seq = m.seq - 1 AND prior.entry_id <> m.entry_id "
        f"WHERE m.entry_id = %s AND prior.lot_id = l.id AND prior.status = {Status.PLANNED.value} AND NOT prior.withdrawn)))",
        [bulk.ids(planned), bulk.ids(wanted), entry.pk, entry.pk, entry.pk],
    )
    return [row[0] for row in rows]


def takes_back(changes: Sequence[LotChange], *, withdrawn: bool) -> set[int]:
    """The lots into which a unit that is Planned again may go: any of these for one that is withdrawn, else one that is Planned too."""
    return {one.lot_id for one in changes if withdrawn or one.status in LOT_STATUSES[Status.PLANNED]}


def cause_of(entry: Entry) -> Cause:
    """The entry as something a refusal can link to."""
    return Cause("entries", entry.pk, f"{entry.document.number}: {entry.act}" if entry.document else entry.act)


def _changed_later(entry: Entry) -> set[int]:
    """Lots of the entry whose status a later entry, not undone, changed as well."""
    rows = bulk.query(
        "SELECT l.id, l.number, l.status, m.entry_id FROM nameplate_lotmovement own "
        "JOIN nameplate_lotmovement m ON m.lot_id = own.lot_id AND m.seq > own.seq AND m.entry_id <> own.entry_id "
        "JOIN nameplate_lotmovement p ON p.lot_id = m.lot_id AND p.seq = m.seq - 1 AND p.status <> m.status "
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
    return held | {lot for lot, quantity in left.items() if quantity > 0 and wanted.get(lot) in NO_STOCK}
