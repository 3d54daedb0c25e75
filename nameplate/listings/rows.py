"""From the ids of a page to its rows: one statement for the list's own columns, one for everything they point at.

A single joined query would have to plan eight joins for every page (24 ms on PostgreSQL); linked rows come packed as JSON in one UNION ALL.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from nameplate.listings.columns import Column, Link
from nameplate.listings.sql import Sql, among, fetch, json_array, postgresql
from nameplate.quantities import from_micro

Row = dict[str, Any]
Reader = Callable[[Any], Any]


def _day(value: Any) -> datetime.date | None:
    return datetime.date.fromisoformat(value[:10]) if isinstance(value, str) else value


def _moment(value: Any) -> datetime.datetime | None:
    moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=datetime.UTC) if moment is not None and moment.tzinfo is None else moment


def _quantity(value: Any) -> Any:
    return None if value is None else from_micro(int(value))


def _changes(value: Any) -> list[dict[str, Any]]:
    found = json.loads(value) if isinstance(value, str) else value
    return [{"name": name, "before": before, "after": after} for name, (before, after) in found.items()]


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))


_TRUTH: dict[Any, str] = {1: "yes", 0: "no", "true": "yes", "false": "no"}
"""What the two databases make of a truth value in JSON."""
_KEPT: dict[str, Reader] = {"number": int, "quantity": _decimal, "date": _day}
"""Values of custom fields, as they stand in JSON."""


def reader_of(column: Column) -> Reader | None:
    """What turns the database's value into the row's value; None when it is that already."""
    if column.bits:
        # Few sums occur, so each is taken apart once.
        return cache(lambda value: [choice.slug for choice in column.choices if value & int(choice.stored)])
    if column.kept is not None:
        # An option's slug may be “true” too, so truth is told by where it is kept.
        return _TRUTH.get if column.kind == "choice" and column.kept.column == "number" else _KEPT.get(column.kind)
    if column.kind == "choice":
        return {choice.stored: choice.slug for choice in column.choices}.get
    return {"date": _day, "time": _moment, "quantity": _quantity, "money": _quantity, "changes": _changes}.get(column.kind)


@dataclass(frozen=True, slots=True)
class _Source:
    """A linked FROM clause, what is read from it, and under which of the list's keys its rows are looked up."""

    source: str
    values: tuple[str, ...]


class _LinkReader:
    """What a link's columns take from a linked row: worked out once for each linked row of a page, not for each row of the list."""

    def __init__(self, link: Link, columns: Sequence[Column], values: Sequence[str]) -> None:
        self.key = f"{link.name}_id"
        self.source = link.source
        self.taken: list[tuple[str, int, Reader | None]] = []
        for column in columns:
            self.taken.append((column.name, values.index(column.value), reader_of(column)))
            if column.ref_value:
                self.taken.append((column.ref, values.index(column.ref_value), str))
        self.nothing: Row = {self.key: None, **{name: None for name, _, _ in self.taken}}

    def part_of(self, key: int, packed: Sequence[Any] | None) -> Row:
        """The part of a list's row that comes through this link."""
        part = {**self.nothing, self.key: str(key)}
        for name, index, reader in self.taken if packed is not None else ():
            value = packed[index] if packed is not None else None
            part[name] = reader(value) if reader is not None and value is not None else value
        return part


class RowReader:
    """Reads the rows of one list's columns; made once, since it only depends on the declaration."""

    def __init__(self, table: str, row_id: str, columns: Sequence[Column]) -> None:
        own = [column for column in columns if column.via is None]
        by_link: dict[Link, list[Column]] = {}
        for column in columns:
            if column.via is not None:
                by_link.setdefault(column.via, []).append(column)
        self.sources = [_Source(source, _values_of(source, by_link)) for source in dict.fromkeys(link.source for link in by_link)]
        values = {source.source: source.values for source in self.sources}
        self.links = [_LinkReader(link, found, values[link.source]) for link, found in by_link.items()]
        selected = [row_id, *(column.value for column in own), *(link.key for link in by_link)]
        self.select = f"SELECT {', '.join(selected)} FROM {table} WHERE "
        self.row_id = row_id
        self.names = ["id", *(column.name for column in own)]
        self.readers = [(column.name, reader) for column in own if (reader := reader_of(column)) is not None]

    def read(self, ids: Sequence[int], scope: Sql) -> list[Row]:
        """The rows of `ids`, in that order. Rows that vanished since are left out."""
        raw, parts = self.gathered(ids, scope)
        return [self._row(row, parts) for row in raw]

    def gathered(self, ids: Sequence[int], scope: Sql) -> tuple[list[tuple[Any, ...]], list[dict[int, Row]]]:
        """The same as it is read: the list's own columns and the keys of links; and by link, for each key, what comes through it."""
        if not ids:
            return [], [{} for _ in self.links]
        which = among(self.row_id, list(ids))
        found = {row[0]: row for row in fetch(Sql(f"{self.select}{which.text} AND {scope.text}", which.params + scope.params))}
        raw = [found[row_id] for row_id in ids if row_id in found]
        keys = [{row[position] for row in raw} - {None} for position in self._key_positions()]
        linked = self._linked(keys)
        parts = [
            {key: link.part_of(key, linked[link.source].get(key)) for key in wanted} for link, wanted in zip(self.links, keys, strict=True)
        ]
        return raw, parts

    def _key_positions(self) -> range:
        return range(len(self.names), len(self.names) + len(self.links))

    def _linked(self, keys: Sequence[set[int]]) -> dict[str, dict[int, Sequence[Any]]]:
        """By source and id: the linked rows' values, in the order of the source's."""
        parts: list[str] = []
        params: list[Any] = []
        for number, source in enumerate(self.sources):
            wanted = {key for link, found in zip(self.links, keys, strict=True) if link.source == source.source for key in found}
            if wanted:
                which = among("t.id", sorted(wanted))
                packed = f"{json_array()}({', '.join(source.values)})"
                parts.append(f"SELECT {number}, t.id, {packed}{'::text' if postgresql() else ''} FROM {source.source} WHERE {which.text}")
                params.extend(which.params)
        result: dict[str, dict[int, Sequence[Any]]] = {source.source: {} for source in self.sources}
        if parts:
            for number, row_id, packed in fetch(Sql(" UNION ALL ".join(parts), tuple(params))):
                result[self.sources[number].source][row_id] = json.loads(packed)
        return result

    def _row(self, raw: tuple[Any, ...], parts: Sequence[Mapping[int, Row]]) -> Row:
        row: Row = dict(zip(self.names, raw, strict=False))
        row["id"] = str(row["id"])
        for name, reader in self.readers:
            if row[name] is not None:
                row[name] = reader(row[name])
        for position, link, part in zip(self._key_positions(), self.links, parts, strict=True):
            key = raw[position]
            row.update(link.nothing if key is None else part[key])
        return row


def _values_of(source: str, by_link: Mapping[Link, Sequence[Column]]) -> tuple[str, ...]:
    """Everything that the columns want of the linked rows of `source`."""
    columns = [column for link, found in by_link.items() if link.source == source for column in found]
    return tuple(dict.fromkeys(sql for column in columns for sql in (column.value, column.ref_value) if sql))
