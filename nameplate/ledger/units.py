"""Units' rows as the ledger reads and writes them: fetched in key order, brought up to date by one guarded statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from nameplate.ledger import bulk
from nameplate.ledger.kinds import Kind
from nameplate.ledger.state import DAYS, LOCATION, PARENT, STATE, WITHDRAWN, State, Unit
from nameplate.models import Serial, Status
from nameplate.refusals import Conflict, NotFound, Offender

HEAD = ("id", "item_id", "number", "version", "outermost_id", "last_entry_id", "lot_id")
HEADS = ", ".join(HEAD)
_ENTRY, _LOT = HEAD.index("last_entry_id"), HEAD.index("lot_id")
STATES = ", ".join(f"CAST({name} AS text)" if name in DAYS else name for name in STATE)
"""Days as ISO text on both databases, made so by them: their drivers take a microsecond for each."""
MOVEMENT_COLUMNS = ("serial_id", "seq", "entry_id", "kind", "line_id", "placed", "edits", *STATE)


def fetch(wanted: Iterable[int]) -> dict[int, Unit]:
    """The units with these ids, in key order. Refused: ids that no unit has."""
    chosen = sorted(set(wanted))
    if not chosen:
        return {}
    rows = bulk.query(f"SELECT {HEADS} FROM nameplate_serial WHERE {bulk.among('id')} ORDER BY id", [bulk.ids(chosen)])
    if len(rows) != len(chosen):
        missing = sorted(set(chosen) - {row[0] for row in rows})
        raise NotFound(
            "no-such-unit",
            f"{len(missing)} of these units do not exist.",
            offenders=[Offender(str(unit), "there is no such unit") for unit in missing],
        )
    return _known(rows)


def bearing(keys: Iterable[str]) -> dict[str, list[Unit]]:
    """By key, the units of whatever item that bear these numbers, oldest first: what `post` takes as `known` in the same transaction."""
    wanted = sorted({key for key in keys if key and "\x00" not in key})
    if not wanted:
        return {}
    sql = f"SELECT {HEADS}, key FROM nameplate_serial WHERE NOT withdrawn AND key IN {bulk.text_set()}"
    rows = bulk.query(sql, [bulk.texts(wanted)])
    units = _known(rows)
    found: dict[str, list[Unit]] = {}
    for row in rows:
        found.setdefault(row[-1], []).append(units[row[0]])
    if len(found) < len(rows):
        for same in found.values():
            same.sort(key=attrgetter("id"))
    return found


def _known(heads: Sequence[tuple[Any, ...]]) -> dict[int, Unit]:
    """The units with these heads. Those of one lot with one last entry nearly always stand alike: then that is read once for all of them.

    It is read after their versions: where somebody changes a unit in between, the guard of its version says so when it is written.
    """
    if not heads:
        return {}
    ids = bulk.ids(row[0] for row in heads)
    alike: dict[tuple[int, int], State] = {}
    states = bulk.query(f"SELECT DISTINCT last_entry_id, lot_id, {STATES} FROM nameplate_serial WHERE {bulk.among('id')}", [ids])
    for entry, lot, *columns in states:
        alike[entry, lot] = _own_state(tuple(columns))
    if len(alike) < len(states) or any((row[_ENTRY], row[_LOT]) not in alike for row in heads):
        return _each(ids, [row[0] for row in heads])
    units: dict[int, Unit] = {}
    for unit, item, number, version, outermost, entry, lot, *_ in heads:
        state = alike[entry, lot]
        units[unit] = Unit(unit, item, number, version, outermost, entry, state, state)
    if any(state[PARENT] is not None for state in alike.values()):
        _own_customers(units)
    return units


def _each(ids: Any, order: Sequence[int]) -> dict[int, Unit]:
    """The same units, each read with how it stands."""
    first = len(HEAD)
    shared: dict[tuple[Any, ...], State] = {}
    units: dict[int, Unit] = {}
    for row in bulk.query(f"SELECT {HEADS}, {STATES} FROM nameplate_serial WHERE {bulk.among('id')}", [ids]):
        state = shared.get(columns := row[first:])
        if state is None:
            state = shared[columns] = _own_state(columns)
        units[row[0]] = Unit(row[0], row[1], row[2], row[3], row[4], row[5], state, state)
    _own_customers(units)
    return {unit: units[unit] for unit in order}


def reserve(count: int) -> Sequence[int]:
    """Ids for units that this transaction will post as new: `Newcomers.ids`."""
    return bulk.reserve_ids("nameplate_serial", count)


def rows_of(unit_ids: Iterable[int]) -> QuerySet[Serial]:
    """The rows of these units, however many: their ids travel as one parameter."""
    own = f"nameplate_serial.id IN {bulk.id_set()}"
    return Serial.objects.extra(where=[own], params=[bulk.ids(unit_ids)])  # noqa: S610  # the SQL is ours, the ids a parameter


def _own_customers(units: dict[int, Unit]) -> None:
    inside = [unit.id for unit in units.values() if unit.state[PARENT] is not None]
    if not inside:
        return
    rows = bulk.query(
        "SELECT m.serial_id, m.customer_id FROM nameplate_movement m JOIN nameplate_serial s ON s.id = m.serial_id AND s.version = m.seq "
        f"WHERE s.id IN {bulk.id_set()}",
        [bulk.ids(inside)],
    )
    for unit, customer in rows:
        units[unit].own_customer_id = customer


def hold_products(known: Iterable[Unit]) -> bool:
    """Keep the outermost products of components where they are until the end: a component's row repeats its product's place.

    Whether any of the units is a component.

    SQLite has one writer at a time. Refused: components that somebody took out of their product meanwhile.
    """
    inside = {unit.id: unit.outermost_id for unit in known if unit.before[PARENT] is not None}
    if not inside or not bulk.is_postgresql():
        return bool(inside)
    bulk.query(
        f"SELECT id FROM nameplate_serial WHERE id IN {bulk.id_set()} ORDER BY id FOR SHARE",
        [bulk.ids(sorted(set(inside.values()) - inside.keys()))],
    )
    now = dict(bulk.query(f"SELECT id, outermost_id FROM nameplate_serial WHERE id IN {bulk.id_set()}", [bulk.ids(sorted(inside))]))
    if now != inside:
        raise Conflict(
            "unit-changed",
            "The product around these units was changed by somebody else meanwhile.",
            way_out="Load the page again and look before you repeat it.",
        )
    return True


def _own_state(columns: tuple[Any, ...]) -> State:
    """A component's row repeats its product's location; its own placement has none."""
    plain = plain_state(columns)
    if plain[PARENT] is None:
        return plain
    return (*plain[:LOCATION], None, *plain[LOCATION + 1 :])


def plain_state(columns: tuple[Any, ...]) -> State:
    """Columns as both databases answer them, made alike: dates as ISO text, truth as bool."""
    return tuple(
        bool(value) if index == WITHDRAWN else value.isoformat() if isinstance(value, date) else value
        for index, value in enumerate(columns)
    )


def outermost_chain(start: Iterable[int]) -> dict[int, int | None]:
    """Each of these units and all its products, with the product directly around it. One statement a level, however many units."""
    found: dict[int, int | None] = {}
    level = set(start)
    while level:
        rows = bulk.query(f"SELECT id, parent_id FROM nameplate_serial WHERE id IN {bulk.id_set()}", [bulk.ids(sorted(level))])
        found.update(rows)
        level = {parent for _, parent in rows if parent is not None} - found.keys()
    return found


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
_LAST = "FROM nameplate_movement m WHERE m.entry_id = %s AND m.serial_id = nameplate_serial.id AND nameplate_serial.version = m.seq - %s"
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
    entry_id: int, by_steps: dict[int, list[int]], changed: Sequence[str], *, built_in: bool, shared: Mapping[str, Any] | None = None
) -> int:
    """Make the rows of units equal to their last movement in this entry, where nobody else wrote since; how many rows that were.

    `by_steps` groups units by how many movements the entry has for them, so that the guard compares with the version before it. Only
    columns that changed are set: SQLite writes anew every index of a column that an UPDATE names. `shared` are columns of no placement with
    the value that all of the units get.
    """
    same = shared or {}
    setting = [f"{name} = {_PLACED.get(name, f'm.{name}') if built_in else f'm.{name}'}" for name in changed]
    setting += [f"availability = {_AVAILABILITY}"] if _FACTS_IN.intersection(changed) else []
    setting += [f"outermost_id = {_OUTERMOST}"] if built_in else []
    setting += [f"{name} = %s" for name in same]
    sql = f"UPDATE nameplate_serial SET {', '.join([*setting, 'version = m.seq', 'last_entry_id = m.entry_id'])} {_LAST}"
    if len(by_steps) == 1:
        return bulk.execute(sql, [*same.values(), entry_id, next(iter(by_steps))])
    # Most units mostly have as many movements as the others: those that have not are named, which are few.
    most = max(by_steps, key=lambda steps: len(by_steps[steps]))
    others = [unit for steps, unit_ids in by_steps.items() if steps != most for unit in unit_ids]
    touched = bulk.execute(f"{sql} AND nameplate_serial.id NOT IN {bulk.id_set()}", [*same.values(), entry_id, most, bulk.ids(others)])
    for steps, unit_ids in by_steps.items():
        if steps != most:
            parameters = [*same.values(), entry_id, steps, bulk.ids(unit_ids)]
            touched += bulk.execute(f"{sql} AND nameplate_serial.id IN {bulk.id_set()}", parameters)
    return touched


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
