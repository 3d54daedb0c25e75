"""What an act on units left in the tables, and the same written again by the database alone, for other units that stood alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from bench.floor import ENTRY_TABLES, FIELD_VALUES, Ids, Table, mapping
from bench.store import Sqlite, Store
from nameplate.serial_text import sort_key

POINTING = {
    **dict.fromkeys(ENTRY_TABLES, "entry_id"),
    "nameplate_component": "since_id",
    "nameplate_missingpart": "entry_id",
    "nameplate_failedpart": "entry_id",
    "nameplate_earlieroutcome": "entry_id",
}
"""Tables whose rows an entry leaves, by the column that names it."""
NUMBERED = ("nameplate_document", "nameplate_lot", "nameplate_serial")
"""Tables of which an act may make new rows, each with a number of its own."""
GROWING = (*NUMBERED, "nameplate_stock", "nameplate_change")
"""Tables whose new rows are those with an id that nobody had before the act."""
CONCERNED = {
    "nameplate_lot": ("id", "lots"),
    "nameplate_stock": ("lot_id", "lots"),
    "nameplate_document": ("id", "documents"),
    "nameplate_shipment": ("document_id", "documents"),
    "nameplate_pick": ("shipment_id", "documents"),
    "nameplate_transferorder": ("document_id", "documents"),
    "nameplate_transferunit": ("order_id", "documents"),
    "nameplate_inspectedunit": ("inspection_id", "documents"),
    "nameplate_returnunit": ("paper_id", "documents"),
}
"""Tables of which an act may change rows, or take them away: by which column they belong to which things of a side."""
POINTERS = {
    "nameplate_serial": ("serial_id", "child_id", "parent_id", "outermost_id", "product_id"),
    "nameplate_lot": ("lot_id", "split_from_id"),
    "nameplate_document": (
        *("document_id", "order_id", "source_id", "used_by_id", "made_by_id"),
        *("customer_order_id", "shipment_id", "transfer_id", "inspection_id", "return_doc_id"),
    ),
    "nameplate_entry": ("entry_id", "since_id", "last_entry_id", "opened_id", "judged_id", "taken_by_id", "received_by_id"),
    "nameplate_line": ("line_id", "reserved_line_id"),
}
"""By table, the columns that point at its rows."""
SUBJECTS = {"nameplate_fieldvalue": "nameplate_serial", "nameplate_change": "nameplate_document"}
"""Tables that are of several things, with those that an act leaves rows of."""


@dataclass(frozen=True)
class Side:
    """What one turn acts on. Two sides stand alike: the same things in the same order."""

    units: Sequence[range] = ()
    """Runs of ids, each of one item in one lot."""
    numbers: Sequence[Sequence[str]] = ()
    lots: Sequence[int] = ()
    documents: Sequence[int] = ()
    lines: Sequence[int] = ()

    @property
    def ids(self) -> list[int]:
        """All units."""
        return [unit for run in self.units for unit in run]


@dataclass
class Before:
    """How things stood before an act."""

    side: Side
    serials: list[Table]
    concerned: list[Table]
    last: dict[str, int]


def before(store: Store, side: Side) -> Before:
    """Read what the act may change."""
    last = {name: int(store.query(f"SELECT coalesce(max(id), 0) FROM {name}")[0][0]) for name in GROWING}
    return Before(side, _runs(store, side), _concerned(store, side), last)


def _of(store: Store, name: str, condition: str, *parameters: Any) -> Table:
    return Table(name, *store.table(name, condition.replace("?", store.mark), parameters))


def _runs(store: Store, side: Side) -> list[Table]:
    return [_of(store, "nameplate_serial", "id BETWEEN ? AND ? ORDER BY id", run[0], run[-1]) for run in side.units]


def _concerned(store: Store, side: Side) -> list[Table]:
    found = []
    for name, (column, things) in CONCERNED.items():
        ids = getattr(side, things)
        found.append(_of(store, name, f"{column} IN ({', '.join('?' * len(ids)) or 'NULL'}) ORDER BY {_key(name)}", *ids))
    return found


def _key(name: str) -> str:
    """The column of a table's primary key: the document's, where a row is what is particular to one."""
    return "document_id" if CONCERNED[name][0] == "document_id" else "id"


Change = tuple[str, list[int], dict[str, Any]]
"""Of a table, rows (which ones, in the order of their keys, of those that concern a side) and their columns with the new values."""


@dataclass
class Left:
    """What an act left: new rows by table, which columns of which rows it changed to what, and rows that it took away."""

    side: Side
    entry: int
    new: list[Table]
    units: list[dict[str, Any]]
    """For each run the columns that changed: with the value that all units have now, or `FOLLOWS` where each has its movement's."""
    changed: list[Change] = field(default_factory=list)
    gone: list[tuple[str, list[int]]] = field(default_factory=list)


FOLLOWS = object()


def read_left(store: Store, was: Before, entry: int) -> Left:
    """Read what the entry wrote, before anything else touches its units."""
    side = was.side
    fresh = {name: _of(store, name, "id > ? ORDER BY id", last) for name, last in was.last.items()}
    new = [fresh.pop("nameplate_document"), _of(store, "nameplate_writeoff", "document_id > ?", was.last["nameplate_document"])]
    new += [_of(store, "nameplate_entry", "id = ?", entry), fresh.pop("nameplate_lot"), fresh.pop("nameplate_serial")]
    new += [_of(store, name, f"{column} = ?", entry) for name, column in POINTING.items()]
    new += [_of(store, "nameplate_fieldvalue", FIELD_VALUES, entry)]
    new += fresh.values()
    units = [_changes(old, now) for old, now in zip(was.serials, _runs(store, side), strict=True)]
    left = Left(side, entry, [table for table in new if table.rows], units)
    for old, now in zip(was.concerned, _concerned(store, side), strict=True):
        _compare(left, old, now)
    return left


def _compare(left: Left, old: Table, now: Table) -> None:
    """Say which of the rows that were there changed, those that changed alike together, and which are gone."""
    at = now.at(_key(now.name))
    rows = {row[at]: row for row in now.rows}
    alike: dict[str, Change] = {}
    gone = []
    for position, row in enumerate(old.rows):
        if row[at] not in rows:
            gone.append(position)
            continue
        columns = {name: value for name, was, value in zip(old.columns, row, rows[row[at]], strict=True) if was != value}
        if columns:
            alike.setdefault(repr(columns), (now.name, [], columns))[1].append(position)
    left.changed += alike.values()
    left.gone += [(now.name, gone)] if gone else []


def _changes(old: Table, now: Table) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in old.columns:
        values = now.values(column)
        if values != old.values(column):
            found[column] = values[0] if len({str(value) for value in values}) == 1 else FOLLOWS
    return found


class ActFloor:
    """Writes what an act left for another side; everything that can be made ready beforehand is."""

    def __init__(self, store: Store, left: Left, side: Side, prefix: str) -> None:
        self.store = store
        made = {table.name: mapping(store, table.name, table.values("id")) for table in left.new if "id" in table.columns}
        theirs, ours = (
            {"nameplate_serial": one.ids, "nameplate_lot": one.lots, "nameplate_document": one.documents, "nameplate_line": one.lines}
            for one in (left.side, side)
        )
        ids: Ids = {}
        of: dict[str, dict[int, int]] = {}
        for name, columns in POINTERS.items():
            of[name] = {**dict(zip(theirs.get(name, ()), ours.get(name, ()), strict=True)), **made.get(name, {})}
            ids.update(dict.fromkeys(columns, of[name]))
        self.entry = made["nameplate_entry"][left.entry]

        def own(name: str) -> Ids:
            return {**ids, "id": made.get(name, {}), "subject": of.get(SUBJECTS.get(name, ""), {})}

        tables = [_renamed(table.shifted(own(table.name)), prefix) for table in left.new]
        self.loads = [table.loading(store) for table in tables]
        fresh = next((table for table in tables if table.name == "nameplate_serial"), None)
        if fresh is not None and isinstance(store, Sqlite):
            rows = list(zip(*map(fresh.values, ("id", "key")), strict=True))
            self.loads.append(Table("nameplate_serial_trigram", ["rowid", "key"], rows).loading(store))
        self.updates = [self._units(run, columns, ids) for run, columns in zip(side.units, left.units, strict=True)]
        keys = {table.name: table.values(_key(table.name)) for table in _concerned(store, side)}
        for name, positions, changes in left.changed:
            shifted = [ids.get(column, {}).get(value, value) for column, value in changes.items()]
            setting = ", ".join(f"{column} = {store.mark}" for column in changes)
            where, chosen = self._which(name, [keys[name][position] for position in positions])
            self.updates.append((f"UPDATE {name} SET {setting} WHERE {where}", [*shifted, *chosen]))
        for name, positions in left.gone:
            where, chosen = self._which(name, [keys[name][position] for position in positions])
            self.updates.append((f"DELETE FROM {name} WHERE {where}", chosen))

    def _units(self, run: range, columns: dict[str, Any], ids: Ids) -> tuple[str, list[Any]]:
        """One UPDATE for all units of a run. What differs from unit to unit is read from the movements, which are written already."""
        mark, setting, values = self.store.mark, [], []
        for name, value in columns.items():
            if value is not FOLLOWS:
                setting.append(f"{name} = {mark}")
                values.append(orjson.dumps(value).decode() if isinstance(value, dict) else ids.get(name, {}).get(value, value))
            else:
                setting.append(f"{name} = m.{'parent_id' if name == 'outermost_id' else name}")
        between = f"nameplate_serial.id BETWEEN {mark} AND {mark}"
        if FOLLOWS not in columns.values():
            return f"UPDATE nameplate_serial SET {', '.join(setting)} WHERE {between}", [*values, run[0], run[-1]]
        joined = f"FROM nameplate_movement m WHERE m.serial_id = nameplate_serial.id AND m.entry_id = {mark} AND {between}"
        return f"UPDATE nameplate_serial SET {', '.join(setting)} {joined}", [*values, self.entry, run[0], run[-1]]

    def _which(self, name: str, keys: list[int]) -> tuple[str, list[Any]]:
        """The rows with these keys, in ascending order: as a run where they are one."""
        key, mark = _key(name), self.store.mark
        if keys[-1] - keys[0] + 1 == len(keys):
            return f"{key} BETWEEN {mark} AND {mark}", [keys[0], keys[-1]]
        return f"{key} IN ({', '.join(mark for _ in keys)})", list(keys)

    def __call__(self) -> None:
        """What is measured."""
        with self.store.transaction():
            for load in self.loads:
                load()
            for sql, parameters in self.updates:
                self.store.execute(sql, parameters)


def _renamed(table: Table, prefix: str) -> Table:
    """Numbers exchanged where they have to be unique, others of the same length."""
    if table.name == "nameplate_entry":
        return table.replaced(request_id=[None] * len(table.rows))
    if table.name not in NUMBERED:
        return table
    if table.name == "nameplate_serial":
        numbers = [prefix + number[len(prefix) :] for number in table.values("number")]
        keys = [number.lower() for number in numbers]
        return table.replaced(number=numbers, key=keys, sort_key=[sort_key(key) for key in keys])
    numbers = [f"F{value}" for value in table.values("id")]
    keys = [number.lower() for number in numbers]
    return table.replaced(number=numbers, number_key=keys, sort_key=[sort_key(key) for key in keys])
