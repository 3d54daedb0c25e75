"""Undo: an entry's own fields go back to what they were, as a new entry, unless something later hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import orjson
from django.utils import timezone

from nameplate.ledger import bulk, components, units
from nameplate.ledger.kinds import Kind
from nameplate.ledger.lots import open_lot
from nameplate.ledger.moves import Goods, LotChange
from nameplate.ledger.posting import write, write_entry
from nameplate.ledger.state import AT, EMPTY, LOT, PLACEMENT, STATE, STATUS, State
from nameplate.ledger.stepping import Act
from nameplate.ledger.surroundings import load_editable
from nameplate.ledger.transacting import transacting
from nameplate.models import Entry, Line, Lot, LotMovement, LotStatus, Request, Status, StockMovement, User
from nameplate.refusals import Cause, Conflict, Invalid, Offender


def undo(*, actor: User, entry: Entry, unit_ids: Collection[int] | None = None, reason: str = "", request: Request | None = None) -> Entry:
    """Undo `entry`, wholly or for chosen units, as an entry of its own.

    Refused: a reversal; what is undone already; while a later entry, itself not undone, changed the same field of a unit, a lot, or
    used up stock that it added. The refusal names every such unit with the entry in the way; `extra["possible"]` lists the units that can.
    Units that the entry brought into being are withdrawn; units planned before become Planned again.
    """
    with transacting():
        _refuse_reversal(entry)
        remaining = remaining_units(entry)
        chosen = sorted(remaining if unit_ids is None else set(unit_ids))
        _refuse_strangers(entry, chosen, remaining)
        blocked = blockers(entry, chosen)
        if blocked:
            raise _blocked(blocked, chosen)
        whole = len(chosen) == len(remaining)
        if whole:
            _refuse_lots_changed_later(entry)
        work = Act(known=units.fetch(chosen))
        lot_changes = _lots_back(entry) if whole else []
        _restore(entry, work, chosen, lot_changes, whole=whole)
        reversal = write_entry(
            actor=actor,
            act="undone",
            document=entry.document,
            happened_at=(now := timezone.now()),
            recorded_at=now,
            reason=reason,
            request=request,
            reverses=entry,
            partial=not whole,
            units=len(chosen),
        )
        write(reversal, work, goods=_goods_back(entry) if whole else [], lot_changes=lot_changes)
        if whole:
            components.close_goods_edges(reversal, entry)
        return reversal


def _refuse_reversal(entry: Entry) -> None:
    if entry.reverses_id is not None:
        raise Conflict("reversal", "This entry is itself an undo; do the act again instead.", causes=[cause_of(entry)])
    done = Entry.objects.filter(reverses=entry, partial=False).first()
    if done is not None:
        raise Conflict("undone-already", "This entry is undone already.", causes=[cause_of(done)])


def cause_of(entry: Entry) -> Cause:
    """The entry as something a refusal can link to."""
    return Cause("entries", entry.pk, f"{entry.document.number}: {entry.act}" if entry.document else entry.act)


def remaining_units(entry: Entry) -> set[int]:
    """The entry's units for which it is not undone yet."""
    rows = bulk.query(
        "SELECT serial_id FROM nameplate_movement WHERE entry_id = %s EXCEPT SELECT r.serial_id FROM nameplate_movement r "
        "JOIN nameplate_entry e ON e.id = r.entry_id WHERE e.reverses_id = %s",
        [entry.pk, entry.pk],
    )
    return {row[0] for row in rows}


def _refuse_strangers(entry: Entry, chosen: Sequence[int], remaining: set[int]) -> None:
    strangers = [unit for unit in chosen if unit not in remaining]
    if strangers:
        raise Invalid(
            "not-in-entry",
            f"{len(strangers)} of these units are not in this entry, or are undone already.",
            offenders=[Offender(str(unit), "not in this entry, or undone already", unit) for unit in strangers],
        )
    if not chosen and remaining:
        raise Invalid("no-units", "No unit is chosen.", fields={"units": "Choose at least one unit."})


def blockers(entry: Entry, chosen: Collection[int]) -> list[Offender]:
    """The units for which a later entry stands in the way, with the first such entry."""
    rows = bulk.query(
        "SELECT m.serial_id, s.number, m.entry_id, d.number, b.act, own.placed AND m.placed, own.edits, m.edits "
        "FROM nameplate_movement own "
        "JOIN nameplate_movement m ON m.serial_id = own.serial_id AND m.seq > own.seq AND m.entry_id <> own.entry_id "
        "JOIN nameplate_entry b ON b.id = m.entry_id AND b.reverses_id IS NULL "
        "JOIN nameplate_serial s ON s.id = own.serial_id LEFT JOIN nameplate_document d ON d.id = b.document_id "
        "WHERE own.entry_id = %s AND ((own.placed AND m.placed) OR (own.edits IS NOT NULL AND m.edits IS NOT NULL)) "
        "AND NOT EXISTS (SELECT 1 FROM nameplate_entry r JOIN nameplate_movement rm ON rm.entry_id = r.id "
        "WHERE r.reverses_id = m.entry_id AND rm.serial_id = m.serial_id) ORDER BY m.serial_id, m.seq",
        [entry.pk],
    )
    wanted = set(chosen)
    found: dict[int, Offender] = {}
    for unit, number, later, document, act, placed, own, other in rows:
        if unit in wanted and unit not in found and (placed or _overlap(own, other)):
            found[unit] = Offender(number, f"{act} later{f' ({document})' if document else ''}", unit, None, later, document or "")
    return list(found.values())


def _overlap(own: Any, other: Any) -> bool:
    first, second = (orjson.loads(v) if isinstance(v, str) else (v or {}) for v in (own, other))
    return bool(first.keys() & second.keys())


def _blocked(offenders: list[Offender], chosen: Sequence[int]) -> Conflict:
    stuck = {offender.unit_id for offender in offenders}
    possible = [unit for unit in chosen if unit not in stuck]
    causes = {
        offender.entry_id: Cause("entries", offender.entry_id, offender.why) for offender in offenders if offender.entry_id is not None
    }
    return Conflict(
        "later-entries",
        f"{len(offenders):,} of {len(chosen):,} units were changed by later entries.",
        offenders=offenders,
        causes=list(causes.values()),
        way_out=f"Undo the later entries first, or undo it for the other {len(possible):,} units." if possible else "Undo them first.",
        extra={"possible": possible},
    )


def _refuse_lots_changed_later(entry: Entry) -> None:
    later = bulk.query(
        "SELECT l.number, m.entry_id FROM nameplate_lotmovement own "
        "JOIN nameplate_lotmovement m ON m.lot_id = own.lot_id AND m.seq > own.seq AND m.entry_id <> own.entry_id "
        "JOIN nameplate_entry e ON e.id = m.entry_id AND e.reverses_id IS NULL JOIN nameplate_lot l ON l.id = m.lot_id "
        "WHERE own.entry_id = %s AND NOT EXISTS "
        "(SELECT 1 FROM nameplate_entry r WHERE r.reverses_id = m.entry_id AND NOT r.partial) ORDER BY m.entry_id LIMIT 1",
        [entry.pk],
    )
    if later:
        number, in_the_way = later[0]
        blocking = Entry.objects.select_related("document").get(pk=in_the_way)
        raise Conflict(
            "later-entries",
            f"Lot {number} was changed by a later entry ({blocking.act}).",
            causes=[cause_of(blocking)],
            way_out="Undo the newest first, or undo this one for chosen units.",
        )


def _lots_back(entry: Entry) -> list[LotChange]:
    """Each lot that the entry changed back to the status before; one that it opened is canceled."""
    changes = []
    own = list(LotMovement.objects.filter(entry=entry).order_by("lot_id", "seq"))
    before = (
        {(row.lot_id, row.seq): row.status for row in LotMovement.objects.filter(lot_id__in={row.lot_id for row in own})} if own else {}
    )
    first: dict[int, int] = {}
    for row in own:
        first.setdefault(row.lot_id, row.seq)
    for lot, seq in first.items():
        changes.append(LotChange(lot, LotStatus(before.get((lot, seq - 1), LotStatus.CANCELED))))
    return changes


def _goods_back(entry: Entry) -> list[Goods]:
    """The entry's changes of goods without numbers, the other way round."""
    rows = StockMovement.objects.filter(entry=entry).exclude(lot__item__tracking="serial")
    return [Goods(row.lot_id, row.location_id, -row.change, row.line_id, row.parent_id) for row in rows]


def _restore(entry: Entry, work: Act, chosen: Sequence[int], lot_changes: list[LotChange], *, whole: bool) -> None:
    """Give every chosen unit the entry's own fields as they were before it."""
    load_editable(work, _edited(entry, chosen))
    planned: list[int] = []
    for unit_id, seq, placed, line_id, edits, before in _before(entry, chosen):
        unit = work.known[unit_id]
        state = _placement_back(unit.state, before) if placed else unit.state
        reversal = _edits_back(unit.edits, edits)
        if "warranty_until" in reversal:
            state = (*state[: AT["warranty_until"]], reversal["warranty_until"][1])
        work.movements.append((unit_id, unit.version + 1, int(Kind.UNDONE), line_id, placed, reversal or None, *state))
        work.movements_of[unit_id] = 1
        work.edited = work.edited or bool(reversal)
        work.edges_changed = work.edges_changed or any(state[AT[n]] != unit.state[AT[n]] for n in ("parent_id", "used_by_id", "place"))
        if line_id is not None:
            work.line_of[unit_id] = line_id
        unit.state = state
        if state[STATUS] == Status.PLANNED and placed and not whole:
            planned.append(unit_id)
    work.any_built_in = work.edges_changed or any(unit.before[AT["parent_id"]] for unit in work.known.values())
    if planned:
        _into_planned_lot(work, planned, lot_changes)


_COLUMNS = ", ".join(f"prior.{name}" for name in STATE)


def _before(entry: Entry, chosen: Sequence[int]) -> list[tuple[int, int, bool, int | None, list[Any], State | None]]:
    """For each unit: its first seq in the entry, whether it was placed, its line, its edits, its placement before (None: it was new)."""
    rows = bulk.query(
        f"SELECT m.serial_id, m.seq, m.placed, m.line_id, m.edits, prior.seq, {_COLUMNS} FROM nameplate_movement m "
        "LEFT JOIN nameplate_movement prior ON prior.serial_id = m.serial_id AND prior.seq = m.seq - 1 "
        "WHERE m.entry_id = %s ORDER BY m.serial_id, m.seq",
        [entry.pk],
    )
    wanted = set(chosen)
    found: dict[int, list[Any]] = {}
    for unit, seq, placed, line, edits, prior_seq, *columns in rows:
        if unit not in wanted:
            continue
        state = units.plain_state(tuple(columns)) if prior_seq is not None else None
        if unit not in found:
            found[unit] = [unit, seq, bool(placed), line, [edits] if edits else [], state]
        else:
            found[unit][2] = found[unit][2] or bool(placed)
            found[unit][4] += [edits] if edits else []
    return [tuple(row) for row in found.values()]


def _placement_back(state: State, before: State | None) -> State:
    """The placement before; a unit that was new is withdrawn, expected where it was."""
    if before is not None:
        return (*before[: len(PLACEMENT)], state[AT["warranty_until"]])
    values = list(EMPTY)
    for name in ("lot_id", "source_id"):
        values[AT[name]] = state[AT[name]]
    values[STATUS], values[AT["withdrawn"]] = int(Status.PLANNED), True
    return tuple(values)


def _edited(entry: Entry, chosen: Sequence[int]) -> list[int]:
    rows = bulk.query("SELECT serial_id FROM nameplate_movement WHERE entry_id = %s AND edits IS NOT NULL", [entry.pk])
    wanted = set(chosen)
    return [row[0] for row in rows if row[0] in wanted]


def _edits_back(current: dict[str, Any], edits: list[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for edit in edits:
        for name, (old, new) in (orjson.loads(edit) if isinstance(edit, str) else edit).items():
            found.setdefault(name, [current.get(name, new), old])
    return found


def _into_planned_lot(work: Act, planned: Sequence[int], lot_changes: list[LotChange]) -> None:
    """Units expected again while others of their lot stay received: the line gets a Planned lot if it has none."""
    live = [unit for unit in planned if not work.known[unit].state[AT["withdrawn"]]]
    lots = Lot.objects.select_related("item", "line", "source").in_bulk({work.known[unit].state[LOT] for unit in planned})
    numbered = {work.known[unit].state[LOT] for unit in live}
    target: dict[int, int] = {}
    for lot in lots.values():
        if lot.status in {LotStatus.PLANNED, LotStatus.REQUESTED}:
            target[lot.pk] = lot.pk
            continue
        line: Line | None = lot.line
        there = Lot.objects.filter(line=line, status=LotStatus.PLANNED).order_by("-pk").first() if line else None
        if there is None and line is None and lot.pk not in numbered:
            continue
        if there is None:
            there = open_lot(item=lot.item, status=LotStatus.PLANNED, source=lot.source, line=line, split_from=lot)
            lot_changes.append(LotChange(there.pk, LotStatus.PLANNED))
        target[lot.pk] = there.pk
    chosen = set(live)
    for index, movement in enumerate(work.movements):
        unit = work.known[movement[0]]
        if unit.id not in chosen:
            continue
        state = (*unit.state[:LOT], target[unit.state[LOT]], *unit.state[LOT + 1 :])
        work.movements[index] = (*movement[:6], *state)
        unit.state = state
