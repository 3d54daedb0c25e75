"""The floor: the rows that one receipt, and its undoing, left in the tables, written again by the database alone.

They are read from what the product itself wrote, given other ids and numbers, and written into the same tables with all their
indexes, constraints and the search index, in one transaction. So the floor follows every change of the schema, and never
writes less than the product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.store import Load, Row, Sqlite, Store
from nameplate.serial_text import sort_key

ENTRY_TABLES = ("nameplate_movement", "nameplate_lotmovement", "nameplate_stockmovement")
"""What an entry leaves beside the units' rows."""


FIELD_VALUES = (
    "subject IN (SELECT id FROM nameplate_serial WHERE last_entry_id = ?) "
    "AND field_id IN (SELECT id FROM nameplate_customfield WHERE noun = 'serials')"
)
"""The units' values of custom fields."""

Ids = dict[str, dict[int, int]]


@dataclass
class Table:
    """Rows of one table."""

    name: str
    columns: list[str]
    rows: list[Row]

    def at(self, column: str) -> int:
        """Where the column stands in a row."""
        return self.columns.index(column)

    def values(self, column: str) -> list[Any]:
        """The column, row by row."""
        place = self.at(column)
        return [row[place] for row in self.rows]

    def replaced(self, **columns: Sequence[Any]) -> Table:
        """The same rows with these columns' values exchanged, one value a row."""
        rows = [list(row) for row in self.rows]
        for name, values in columns.items():
            place = self.at(name)
            for row, value in zip(rows, values, strict=True):
                row[place] = value
        return Table(self.name, self.columns, [tuple(row) for row in rows])

    def shifted(self, ids: Ids) -> Table:
        """Ids exchanged: by column, the old and the new."""
        return self.replaced(**{c: [m.get(v, v) for v in self.values(c)] for c, m in ids.items() if c in self.columns})

    def loading(self, store: Store) -> Load:
        """Prepared to be written."""
        return store.loading(self.name, self.columns, self.rows)


@dataclass
class Receipt:
    """What one receipt left: the units' rows and everything around them."""

    entry_id: int
    serials: Table
    around: list[Table] = field(default_factory=list)
    ids: Ids = field(default_factory=dict)
    """Of one written by the floor: by column, the ids of the receipt that it repeats, with its own in their place."""


def read_receipt(store: Store, entry_id: int) -> Receipt:
    """Read what the receipt with this entry wrote, before anything else touches its units."""

    def of(name: str, condition: str, *parameters: Any) -> Table:
        return Table(name, *store.table(name, condition.replace("?", store.mark), parameters))

    serials = of("nameplate_serial", "last_entry_id = ? ORDER BY id", entry_id)
    lots = sorted(set(serials.values("lot_id")))
    marks = ", ".join("?" * len(lots))
    around = [of("nameplate_entry", "id = ?", entry_id)]
    around += [of(name, "entry_id = ?" + (" ORDER BY serial_id" if name.endswith("_movement") else ""), entry_id) for name in ENTRY_TABLES]
    around += [of("nameplate_lot", f"id IN ({marks}) ORDER BY id", *lots), of("nameplate_stock", f"lot_id IN ({marks}) ORDER BY id", *lots)]
    values = of("nameplate_fieldvalue", FIELD_VALUES, entry_id)
    around += [values] if values.rows else []
    return Receipt(entry_id, serials, around)


def mapping(store: Store, table: str, old: Sequence[int]) -> dict[int, int]:
    """To these ids others that nobody has."""
    first = store.reserve(table, len(old))
    return {value: first + position for position, value in enumerate(old)}


def another(store: Store, receipt: Receipt, prefix: str, twin: Ids) -> Receipt:
    """The same receipt of other units: new ids everywhere, other numbers of the same length; `twin` names its order and line."""
    serials = receipt.serials
    numbers = [prefix + number[len(prefix) :] for number in serials.values("number")]
    keys = [number.lower() for number in numbers]
    units = mapping(store, "nameplate_serial", serials.values("id"))
    entry = mapping(store, "nameplate_entry", [receipt.entry_id])
    lots = mapping(store, "nameplate_lot", sorted(set(serials.values("lot_id"))))
    ids = {"serial_id": units, "outermost_id": units, "subject": units, "entry_id": entry, "last_entry_id": entry, "lot_id": lots, **twin}
    fresh = serials.shifted({"id": units, **ids}).replaced(number=numbers, key=keys, sort_key=[sort_key(key) for key in keys])
    around = []
    for table in receipt.around:
        own = {"nameplate_entry": entry, "nameplate_lot": lots}.get(table.name)
        if own is None and "id" in table.columns:
            own = mapping(store, table.name, table.values("id"))
        moved = table.shifted({**ids, **({"id": own} if own else {})})
        if table.name == "nameplate_lot":
            names = [f"F{value}" for value in moved.values("id")]
            moved = moved.replaced(number=names, number_key=[n.lower() for n in names], sort_key=[sort_key(n.lower()) for n in names])
        if table.name == "nameplate_entry" and "request_id" in table.columns:
            moved = moved.replaced(request_id=[None] * len(moved.rows))
        around.append(moved)
    return Receipt(entry[receipt.entry_id], fresh, around, ids)


BEFORE = ("nameplate_entry", "nameplate_lot")
"""Tables that must have their rows before the units do."""


class ReceiptFloor:
    """Writes a receipt's rows; everything that can be made ready beforehand is."""

    def __init__(self, store: Store, receipt: Receipt) -> None:
        self.store = store
        first = [table.loading(store) for table in receipt.around if table.name in BEFORE]
        rest = [table.loading(store) for table in receipt.around if table.name not in BEFORE]
        self.loads = [*first, receipt.serials.loading(store), *rest]
        self.search = Table(
            "nameplate_serial_trigram", ["rowid", "key"], list(zip(*map(receipt.serials.values, ("id", "key")), strict=True))
        )
        if isinstance(store, Sqlite):
            self.loads.append(self.search.loading(store))

    def __call__(self) -> None:
        """What is measured."""
        with self.store.transaction():
            for load in self.loads:
                load()


@dataclass
class Reversal:
    """What undoing a receipt left: new ledger rows, and which columns of which rows it changed to what."""

    entry: Table
    ledger: list[Table]
    serials: dict[str, Any]
    """Columns of the units' rows with the value that all of them got."""
    lots: dict[str, Any]
    stock: dict[str, Any]


def read_reversal(store: Store, receipt: Receipt, entry_id: int) -> Reversal:
    """Read what the reversal with this entry wrote over `receipt`."""

    def of(name: str, condition: str, *parameters: Any) -> Table:
        return Table(name, *store.table(name, condition.replace("?", store.mark), parameters))

    units = receipt.serials.values("id")
    serials = of("nameplate_serial", "id BETWEEN ? AND ? ORDER BY id", units[0], units[-1])
    found = {table.name: table for table in receipt.around}
    lot = found["nameplate_lot"].values("id")[0]
    ledger = [of(name, "entry_id = ?" + (" ORDER BY serial_id" if name.endswith("_movement") else ""), entry_id) for name in ENTRY_TABLES]
    return Reversal(
        of("nameplate_entry", "id = ?", entry_id),
        ledger,
        _changed(receipt.serials, serials),
        _changed(found["nameplate_lot"], of("nameplate_lot", "id = ?", lot)),
        _changed(found["nameplate_stock"], of("nameplate_stock", "lot_id = ?", lot)),
    )


def _changed(before: Table, after: Table) -> dict[str, Any]:
    """Columns that differ, with the one value that all rows have now."""
    changes = {}
    for column in before.columns:
        values = after.values(column)
        if values != before.values(column):
            if len({str(value) for value in values}) != 1:
                raise ValueError(f"{before.name}.{column} did not get one value in all rows")
            changes[column] = values[0]
    return changes


class ReversalFloor:
    """Undoes a receipt that the floor wrote: ledger rows in, one plain UPDATE per table."""

    def __init__(self, store: Store, reversal: Reversal, written: Receipt, theirs: Receipt) -> None:
        self.store = store
        old = reversal.entry.values("id")[0]
        entry = mapping(store, "nameplate_entry", [old])
        ids = {**written.ids, "entry_id": entry, "reverses_id": {theirs.entry_id: written.entry_id}}
        head = reversal.entry.shifted({**ids, "id": entry}).replaced(request_id=[None])
        tables = [head]
        for table in reversal.ledger:
            own = {"id": mapping(store, table.name, table.values("id"))} if "id" in table.columns else {}
            tables.append(table.shifted({**ids, **own}))
        self.loads = [table.loading(store) for table in tables]
        chosen = written.serials.values("id")
        changed = {**reversal.serials, "last_entry_id": entry[old]}
        lot = next(iter(written.ids["lot_id"].values()))
        self.updates = [
            _update(store, "nameplate_serial", changed, "id BETWEEN ? AND ?", chosen[0], chosen[-1]),
            _update(store, "nameplate_lot", reversal.lots, "id = ?", lot),
            _update(store, "nameplate_stock", reversal.stock, "lot_id = ?", lot),
        ]

    def __call__(self) -> None:
        """What is measured."""
        with self.store.transaction():
            for load in self.loads:
                load()
            for sql, parameters in self.updates:
                self.store.execute(sql, parameters)


def _update(store: Store, table: str, columns: dict[str, Any], condition: str, *parameters: Any) -> tuple[str, list[Any]]:
    setting = ", ".join(f"{name} = {store.mark}" for name in columns)
    return f"UPDATE {table} SET {setting} WHERE {condition.replace('?', store.mark)}", [*columns.values(), *parameters]
