"""What undoing gives back: each unit's own fields as they were before the entry."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import orjson

from nameplate.ledger import bulk, units
from nameplate.ledger.kinds import Kind
from nameplate.ledger.lots import open_lot
from nameplate.ledger.lots_back import takes_back
from nameplate.ledger.moves import LotChange
from nameplate.ledger.state import AT, EMPTY, LOT, PARENT, PLACEMENT, STATE, STATUS, USED_BY, State, Unit, as_recorded, changed, edge_of
from nameplate.ledger.stepping import Act
from nameplate.models import Component, Entry, Line, Lot, LotStatus, Status


def restore(entry: Entry, work: Act, chosen: Collection[int], lot_changes: list[LotChange]) -> None:
    """Give every chosen unit the entry's own fields as they were before it. `lot_changes` are the lots that go back too; more may join."""
    own = _own_movements(entry, chosen)
    units.note(work.known[unit] for unit, found in own.items() if found.edits)
    before = _before(entry, own)
    planned: list[int] = []
    cases: dict[Any, _Case] = {}
    for unit_id, found in own.items():
        unit, prior = work.known[unit_id], before.get(unit_id)
        # Units of one entry share few placements and edits, as objects: what comes of them is found once.
        apart = (id(unit.before), unit.own_customer_id) if unit.before[PARENT] is not None else None
        key = (id(unit.state), id(prior), found, apart, (id(unit.edits), unit.number if found.renamed else "") if found.edits else None)
        case = cases.get(key)
        if case is None:
            case = cases[key] = _case(unit, prior, found)
        work.movements.append((unit_id, unit.version + 1, case.rest))
        work.edited = work.edited or bool(found.edits)
        if found.line_id is not None:
            work.line_of[unit_id] = found.line_id
        unit.state = case.state
        if case.state[STATUS] == Status.PLANNED and found.placed:
            planned.append(unit_id)
    work.movements_of = dict.fromkeys(own, 1)
    pairs = {(id(unit.before), id(unit.state)): unit for unit in work.known.values()}.values()
    work.edges_changed = any(edge_of(unit.before) != edge_of(unit.state) for unit in pairs)
    work.any_built_in = work.edges_changed or any(unit.before[PARENT] for unit in pairs)
    if work.edges_changed:
        work.used_up = _used_up_again(entry, work)
    back = {withdrawn: takes_back(lot_changes, withdrawn=withdrawn) for withdrawn in (False, True)}
    states = {unit: work.known[unit].state for unit in planned}
    planned = [unit for unit, state in states.items() if state[LOT] not in back[bool(state[AT["withdrawn"]])]]
    if planned:
        _into_planned_lot(work, planned, lot_changes)


def _used_up_again(entry: Entry, work: Act) -> set[int]:
    """Units that are used up again, as components of nothing: the entry ended no component row of theirs."""
    back = {unit.id for unit in work.known.values() if unit.state[PARENT] is None and unit.state[USED_BY] is not None}
    back = {unit for unit in back if edge_of(work.known[unit].before) != edge_of(work.known[unit].state)}
    return back - set(Component.objects.filter(until=entry, child_id__in=back).values_list("child_id", flat=True)) if back else set()


class _Case(NamedTuple):
    """What the units that stand alike, and to which the entry did the same, go back to."""

    kept: tuple[Any, ...]
    """What the case was found by, so that nothing else takes its place."""
    state: State
    rest: tuple[Any, ...]
    """The movement's columns behind the unit and its seq."""


def _case(unit: Unit, prior: State | None, found: _Own) -> _Case:
    state = placement_back(unit.state, prior) if found.placed else unit.state
    recorded = state if found.placed else as_recorded(unit, state)
    edits = _edits_back(unit, found.edits) if found.edits else None
    if edits and "warranty_until" in edits:
        state, recorded = (changed(known, warranty_until=edits["warranty_until"][1]) for known in (state, recorded))
    kept = (unit.state, unit.before, unit.edits, prior)
    return _Case(kept, state, (int(Kind.UNDONE), found.line_id, found.placed, edits, *recorded))


class _Own(NamedTuple):
    """What the entry did to one unit. `edits` as JSON, movement by movement."""

    placed: bool
    line_id: int | None
    edits: tuple[str, ...]

    @property
    def renamed(self) -> bool:
        """Whether a number may be among the edits."""
        return any('"number"' in edit for edit in self.edits)


def _own_movements(entry: Entry, chosen: Collection[int]) -> dict[int, _Own]:
    rows = bulk.query(
        "SELECT serial_id, placed, line_id, CAST(edits AS text) FROM nameplate_movement WHERE entry_id = %s ORDER BY serial_id, seq",
        [entry.pk],
    )
    wanted = set(chosen)
    found: dict[int, _Own] = {}
    for unit, placed, line, edits in rows:
        if unit not in wanted:
            continue
        own = found.get(unit)
        before = own.edits if own else ()
        found[unit] = _Own(bool(placed) or bool(own and own.placed), own.line_id if own else line, (*before, edits) if edits else before)
    return found


_COLUMNS = ", ".join(f"prior.{name}" for name in STATE)


def _before(entry: Entry, wanted: Collection[int]) -> dict[int, State]:
    """The placement before the entry of each unit that had one."""
    rows = bulk.query(
        f"SELECT prior.serial_id, {_COLUMNS} FROM nameplate_movement m "
        "JOIN nameplate_movement prior ON prior.serial_id = m.serial_id AND prior.seq = m.seq - 1 AND prior.entry_id <> m.entry_id "
        "WHERE m.entry_id = %s AND m.seq > 1",
        [entry.pk],
    )
    shared: dict[State, State] = {}
    found = {}
    for unit, *columns in rows:
        if unit in wanted:
            key = tuple(columns)
            state = shared.get(key)
            if state is None:
                state = shared[key] = units.plain_state(key)
            found[unit] = state
    return found


def placement_back(state: State, before: State | None) -> State:
    """The placement before; a unit that was new is withdrawn, expected where it was."""
    if before is not None:
        return (*before[: len(PLACEMENT)], state[AT["warranty_until"]])
    values = list(EMPTY)
    for name in ("lot_id", "source_id"):
        values[AT[name]] = state[AT[name]]
    values[STATUS], values[AT["withdrawn"]] = int(Status.PLANNED), True
    return tuple(values)


def _edits_back(unit: Unit, edits: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for edit in edits:
        for name, (old, new) in orjson.loads(edit).items():
            now = unit.number if name == "number" else (unit.edits or {}).get(name, new)
            found.setdefault(name, [now, old])
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
    for index, (unit_id, seq, rest) in enumerate(work.movements):
        unit = work.known[unit_id]
        if unit.id not in chosen:
            continue
        state = (*unit.state[:LOT], target[unit.state[LOT]], *unit.state[LOT + 1 :])
        work.movements[index] = (unit_id, seq, (*rest[:4], *state))
        unit.state = state
