"""Units' rows made equal to their last movements, by one guarded statement; components follow their products."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nameplate.ledger import bulk
from nameplate.ledger.kinds import Kind
from nameplate.ledger.state import PARENT, STATE, State
from nameplate.models import Status

_FACTS = (
    "(CASE WHEN m.reserved_line_id IS NULL THEN 0 ELSE 2 END + CASE WHEN m.hold = '' THEN 0 ELSE 4 END"
    " + CASE WHEN m.transfer_id IS NULL THEN 0 ELSE 8 END + CASE WHEN m.work_id IS NULL THEN 0 ELSE 16 END)"
)
_AVAILABILITY = f"CASE WHEN {_FACTS} = 0 AND m.status = {Status.RECEIVED.value} THEN 1 ELSE {_FACTS} END"
_OUTERMOST = (
    "CASE WHEN m.parent_id IS NULL THEN nameplate_serial.id ELSE "
    "(SELECT p.outermost_id FROM nameplate_serial p WHERE p.id = m.parent_id) END"
)
_ROOT = "nameplate_serial p JOIN nameplate_serial o ON o.id = p.outermost_id WHERE p.id = m.parent_id"
_PLACED = {"location_id": f"CASE WHEN m.parent_id IS NULL THEN m.location_id ELSE (SELECT o.location_id FROM {_ROOT}) END"}
"""Of a component at once where its product stands, as far as that is written already: `follow_product` then finds little left to do."""
_LAST = "FROM nameplate_movement m {} WHERE m.entry_id = %s AND m.serial_id = nameplate_serial.id AND nameplate_serial.version = m.seq - %s"
_FACTS_IN = frozenset({"status", "reserved_line_id", "hold", "transfer_id", "work_id"})


def columns_changed(cases: Iterable[tuple[State, State]]) -> list[str]:
    """The columns of which any unit has another value in its row than before, by how they stood and stand now.

    A component's row repeats its product's place and customer, whatever its own placement says. Whoever leaves one gets their own; those
    who enter one mostly lie there already, and `follow_product` sets the others.
    """
    different = {(id(before), id(state)): (before, state) for before, state in cases}.values()
    found = {name for name, old, new in _columns(different) if old != new}
    on_their_own = [(before, state) for before, state in different if state[PARENT] is None]
    if any(before[PARENT] is not None for before, _ in on_their_own):
        return [name for name in STATE if name in found | FOLLOWING]
    found -= FOLLOWING - {name for name, old, new in _columns(on_their_own) if old != new}
    return [name for name in STATE if name in found]


def _columns(cases: Iterable[tuple[State, State]]) -> Iterator[tuple[str, tuple[Any, ...], tuple[Any, ...]]]:
    """Each column with what it was in each of the cases and what it is now."""
    before, now = (zip(*states, strict=True) for states in ((before for before, _ in cases), (state for _, state in cases)))
    yield from zip(STATE, before, now, strict=False)


FOLLOWING = frozenset({"location_id", "customer_id"})


def bring_up_to_date(
    entry_id: int,
    by_steps: dict[int, list[int]],
    changed: Sequence[str],
    *,
    built_in: bool,
    shared: Mapping[str, Any] | None = None,
    own: Mapping[str, Mapping[int, str | None]] | None = None,
) -> int:
    """Make the rows of units equal to their last movement in this entry, where nobody else wrote since; how many rows that were.

    `by_steps` groups units by how many movements the entry has for them, so that the guard compares with the version before it. Only
    columns that changed are set: SQLite writes anew every index of a column that an UPDATE names. `shared` are columns of no placement with
    the value that all of the units get, `own` those with a value for each.
    """
    same, own = shared or {}, own or {}
    setting = [f"{name} = {_PLACED.get(name, f'm.{name}') if built_in else f'm.{name}'}" for name in changed]
    setting += [f"availability = {_AVAILABILITY}"] if _FACTS_IN.intersection(changed) else []
    setting += [f"outermost_id = {_OUTERMOST}"] if built_in else []
    setting += [*(f"{name} = %s" for name in same), *(f"{name} = given.{name}" for name in own)]
    given = f"JOIN {bulk.by_id({name: NOTED[name] for name in own})} ON given.id = m.serial_id" if own else ""
    sql = f"UPDATE nameplate_serial SET {', '.join([*setting, 'version = m.seq', 'last_entry_id = m.entry_id'])} {_LAST.format(given)}"
    values = [*same.values(), *([bulk.by_id_value(own.values())] if own else []), entry_id]
    if len(by_steps) == 1:
        return bulk.execute(sql, [*values, next(iter(by_steps))])
    # Most units mostly have as many movements as the others: those that have not are named, which are few.
    most = max(by_steps, key=lambda steps: len(by_steps[steps]))
    others = [unit for steps, unit_ids in by_steps.items() if steps != most for unit in unit_ids]
    touched = bulk.execute(f"{sql} AND nameplate_serial.id NOT IN {bulk.id_set()}", [*values, most, bulk.ids(others)])
    for steps, unit_ids in by_steps.items():
        if steps != most:
            touched += bulk.execute(f"{sql} AND nameplate_serial.id IN {bulk.id_set()}", [*values, steps, bulk.ids(unit_ids)])
    return touched


NOTED = {"notes": "text", "custom": "jsonb"}
"""Columns of a unit's row that say what is noted of it, with what they hold."""


def carry_components(entry_id: int, *, astray: bool) -> None:
    """Let components at any depth follow the products that this entry placed: outermost level by level, then location and customer.

    Nobody is `astray` where those that went in lay where their products stand.
    """
    # New units hold nothing but what this entry put into them, and a product that only lost or gained a part stays where it is.
    moved = f"(SELECT serial_id FROM nameplate_movement WHERE entry_id = %s AND placed AND seq > 1 AND kind <> {Kind.REFITTED.value})"
    level = _carried(moved, entry_id)
    while level:
        astray = True
        level = _carried(bulk.id_set(), bulk.ids(sorted(level)))
    if astray:
        follow_product(entry_id)


def _carried(products: str, parameter: Any) -> list[int]:
    """Give components of these products their outermost one; those for which it is another than before."""
    rows = bulk.query(
        "UPDATE nameplate_serial SET outermost_id = p.outermost_id FROM nameplate_serial p "
        "WHERE nameplate_serial.parent_id = p.id AND nameplate_serial.parent_id IS NOT NULL "
        f"AND nameplate_serial.outermost_id <> p.outermost_id AND p.id IN {products} RETURNING nameplate_serial.id",
        [parameter],
    )
    return [row[0] for row in rows]


def follow_product(entry_id: int, *, own: bool = True) -> None:
    """Repeat the outermost product's location and customer on the rows of components: those inside the entry's products, and its `own`."""
    entrys = "SELECT e.serial_id FROM nameplate_movement e WHERE e.entry_id = %s UNION " if own else ""
    bulk.execute(
        "UPDATE nameplate_serial SET location_id = o.location_id, customer_id = COALESCE(o.customer_id, m.customer_id) "
        "FROM nameplate_serial o, nameplate_movement m "
        "WHERE nameplate_serial.parent_id IS NOT NULL AND o.id = nameplate_serial.outermost_id "
        "AND m.serial_id = nameplate_serial.id AND m.seq = nameplate_serial.version "
        "AND (COALESCE(nameplate_serial.location_id, 0) <> COALESCE(o.location_id, 0) "
        "OR COALESCE(nameplate_serial.customer_id, 0) <> COALESCE(o.customer_id, m.customer_id, 0)) "
        f"AND nameplate_serial.id IN ({entrys}"
        "SELECT c.id FROM nameplate_serial c JOIN nameplate_movement e ON e.serial_id = c.outermost_id "
        "WHERE c.parent_id IS NOT NULL AND e.entry_id = %s)",
        [entry_id] * (2 if own else 1),
    )
