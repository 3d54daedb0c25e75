"""Undo of an entry whose units nobody touched since, by the database alone: no unit is carried to the program and back.

It is the usual undo, a receipt of thousands taken back at once, and says the same as `restoring` does unit by unit: tests hold the two
against each other. Whatever is not simple here is left to `restoring`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from nameplate.ledger import bulk, lots, projecting, stocking, units
from nameplate.ledger.kinds import Kind
from nameplate.ledger.lots_back import takes_back
from nameplate.ledger.moves import Goods, LotChange
from nameplate.ledger.restoring import placement_back
from nameplate.ledger.state import LOT, PLACEMENT, STATE, STATUS, WITHDRAWN, State, Unit
from nameplate.ledger.stepping import Act
from nameplate.models import Entry, Status
from nameplate.refusals import Conflict

_BEFORE_IT = "LEFT JOIN nameplate_movement prior ON prior.serial_id = m.serial_id AND prior.seq = m.seq - 1 "
_FROM = f"FROM nameplate_movement m JOIN nameplate_serial s ON s.id = m.serial_id {_BEFORE_IT}WHERE m.entry_id = %s"
_SIMPLE = (
    "s.version = m.seq AND m.placed AND m.edits IS NULL AND m.parent_id IS NULL AND m.used_by_id IS NULL AND NOT m.withdrawn "
    f"AND m.kind <> {Kind.REFITTED.value} AND (prior.serial_id IS NULL OR "
    "(prior.parent_id IS NULL AND prior.used_by_id IS NULL AND prior.entry_id <> m.entry_id))"
)
_AFTER = ", ".join(f"m.{name}" for name in STATE)
_BEFORE = ", ".join(f"prior.{name}" for name in STATE)
_OF_BEFORE = re.compile(r"\bprior\.\w+")
_CASES = (
    f"SELECT {_SIMPLE}, prior.serial_id IS NULL, s.item_id, m.line_id, {_AFTER}, {_BEFORE}, min(m.serial_id), count(*) {_FROM} "
    f"GROUP BY 1, 2, s.item_id, m.line_id, {_AFTER}, {_BEFORE}"
)


def _restored(name: str) -> str:
    """The column as it was before the entry; for a unit that was new, as `placement_back` says."""
    if name == "status":
        return f"CASE WHEN prior.serial_id IS NULL THEN {Status.PLANNED.value} ELSE prior.status END"
    if name == "withdrawn":
        return "CASE WHEN prior.serial_id IS NULL THEN true ELSE prior.withdrawn END"
    if name in {"lot_id", "source_id"}:
        return f"CASE WHEN prior.serial_id IS NULL THEN m.{name} ELSE prior.{name} END"
    if name in {"place", "hold"}:
        return f"COALESCE(prior.{name}, '')"
    return f"prior.{name}" if name in PLACEMENT else f"CASE WHEN prior.serial_id IS NULL THEN NULL ELSE m.{name} END"


_WRITE = (
    f"INSERT INTO nameplate_movement ({', '.join(units.MOVEMENT_COLUMNS)}) "
    f"SELECT m.serial_id, m.seq + 1, %s, {Kind.UNDONE.value}, m.line_id, true, NULL, {', '.join(_restored(name) for name in STATE)} "
    f"{_FROM} ORDER BY +m.serial_id"
)
"""In the order of the units, but not found by it (`+`): for the order’s sake alone SQLite would read all movements that there are."""


def _all_new(sql: str) -> str:
    """The statement for units that were all new: without what was before them, a tenth of the whole, and without looking for it."""
    head, _, grouped = sql.replace(_BEFORE_IT, "").partition("GROUP BY")
    grouped = grouped.removesuffix(f", {_BEFORE}")
    return _OF_BEFORE.sub("NULL", f"{head}GROUP BY{grouped}" if grouped else head)


def untouched(entry: Entry) -> Act | None:
    """What undoing the entry would do, a unit standing for all that stand alike; None where that is not simple."""
    width = len(STATE)
    work = Act(known={})
    known = bulk.query("SELECT 1 FROM nameplate_movement WHERE entry_id = %s AND seq > 1 LIMIT 1", [entry.pk])
    for simple, new, item, line, *rest in bulk.query(_CASES if known else _all_new(_CASES), [entry.pk]):
        if not simple:
            return None
        after = units.plain_state(tuple(rest[:width]))
        before = None if new else units.plain_state(tuple(rest[width : 2 * width]))
        if before is not None and before[WITHDRAWN]:
            return None
        unit, count = rest[2 * width :]
        state: State = placement_back(after, before)
        work.known[unit] = Unit(unit, item, "", 0, unit, entry.pk, after, state, count=count)
        if line is not None:
            work.line_of[unit] = line
    return work if work.known else None


def stays_simple(work: Act, lot_changes: Sequence[LotChange]) -> bool:
    """Whether every unit that is expected again is so in a lot that goes back as well."""
    back = {withdrawn: takes_back(lot_changes, withdrawn=withdrawn) for withdrawn in (False, True)}
    return all(unit.state[LOT] in back[bool(unit.state[WITHDRAWN])] for unit in work.known.values() if unit.state[STATUS] == Status.PLANNED)


def write_back(reversal: Entry, entry: Entry, work: Act, *, goods: Sequence[Goods], lot_changes: Sequence[LotChange]) -> None:
    """Write the reversal: movements, rows, lots, stock. Refused: units that somebody changed meanwhile."""
    lot_rows = lots.fetch(work, lot_changes, goods)
    lots.judge(work, lot_rows, lot_changes)
    parameters: list[Any] = [reversal.pk, entry.pk]
    every_one_new = all(unit.state[WITHDRAWN] for unit in work.known.values())
    written = bulk.execute(_all_new(_WRITE) if every_one_new else _WRITE, parameters)
    changed = projecting.columns_changed((case.before, case.state) for case in work.cases)
    touched = projecting.bring_up_to_date(reversal.pk, {1: []}, changed, built_in=False)
    if not written == touched == reversal.units:
        raise Conflict(
            "unit-changed",
            "Some of these units were changed by somebody else meanwhile.",
            way_out="Load the page again and look before you repeat it.",
        )
    if not every_one_new:
        projecting.follow_product(reversal.pk)
    lots.write(reversal, lot_rows, lot_changes)
    stocking.write(reversal, work, goods)
