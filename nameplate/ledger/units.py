"""Units' rows as the ledger reads them, in key order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

import orjson
from django.db.models import QuerySet

from nameplate.ledger import bulk
from nameplate.ledger.state import DAYS, LOCATION, PARENT, STATE, WITHDRAWN, State, Unit
from nameplate.models import Serial
from nameplate.refusals import Conflict, NotFound, Offender

HEAD = ("id", "item_id", "number", "version", "outermost_id", "last_entry_id", "lot_id")
HEADS = ", ".join(HEAD)
_HEADS_OF_S = ", ".join(f"s.{name}" for name in HEAD)
_ENTRY_AND_LOT = itemgetter(HEAD.index("last_entry_id"), HEAD.index("lot_id"))
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


def found_in(source: str, beside: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The units `s` of the SQL `source` (`FROM … WHERE … ORDER BY …`), in its order, each with the columns `beside` that stand there."""
    rows = bulk.query(f"SELECT {_HEADS_OF_S}, {beside} {source}", parameters)
    units, first = _known(rows), len(HEAD)
    return [(units[row[0]], *row[first:]) for row in rows]


def bearing(keys: Iterable[str]) -> dict[str, list[Unit]]:
    """By key, the units of whatever item that bear these numbers, oldest first: what `post` takes as `known` in the same transaction."""
    wanted = sorted({key for key in keys if key and "\x00" not in key})
    if not wanted:
        return {}
    sql = f"SELECT {HEADS}, key FROM nameplate_serial WHERE NOT withdrawn AND {bulk.among_texts('key')}"
    rows = bulk.query(sql, [bulk.texts(wanted)])
    units = _known(rows)
    found = {row[-1]: [units[row[0]]] for row in rows}
    if len(found) < len(rows):
        found = {key: [] for key in found}
        for row in sorted(rows, key=itemgetter(0)):
            found[row[-1]].append(units[row[0]])
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
    if len(alike) < len(states) or not alike.keys() >= set(map(_ENTRY_AND_LOT, heads)):
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


def noted(wanted: Iterable[int]) -> dict[int, Unit]:
    """Those of these units that there are, in key order, each with what can be edited of it."""
    sql = f"SELECT {HEADS}, {_NOTED} FROM nameplate_serial WHERE {bulk.among('id')} ORDER BY id"
    rows = bulk.query(sql, [bulk.ids(sorted(set(wanted)))])
    found = _known(rows)
    _note(found, ((row[0], row[-2], row[-1]) for row in rows))
    return found


def note(units: Iterable[Unit]) -> None:
    """Read what can be edited of those of these units of which it is not read yet."""
    unread = {unit.id: unit for unit in units if unit.edits is None}
    if unread:
        _note(unread, bulk.query(f"SELECT id, {_NOTED} FROM nameplate_serial WHERE {bulk.among('id')}", [bulk.ids(unread)]))


_NOTED = "notes, CAST(custom AS text)"


def _note(units: Mapping[int, Unit], rows: Iterable[tuple[Any, ...]]) -> None:
    """Give units what their rows (id, notes, custom values) say. Those of which the same is noted share it, as one object."""
    shared: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for unit, *columns in rows:
        edits = shared.get(key := tuple(columns))
        if edits is None:
            notes, custom = columns
            values = {f"custom.{slug}": value for slug, value in (orjson.loads(custom or "null") or {}).items()}
            edits = shared[key] = {"notes": notes, **values}
        units[unit].edits = edits


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
