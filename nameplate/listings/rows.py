"""From the ids of a page to its rows: one statement for the list's own columns, one for everything they point at.

A single joined query would have to plan eight joins for every page (24 ms on PostgreSQL); linked rows come packed as JSON in one UNION ALL.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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


def reader_of(column: Column) -> Reader | None:
    """What turns the database's value into the row's value; None when it is that already."""
    if column.bits:
        return lambda value: [choice.slug for choice in column.choices if value & int(choice.stored)]
    if column.kind == "choice":
        return {choice.stored: choice.slug for choice in column.choices}.get
    return {"date": _day, "time": _moment, "quantity": _quantity, "changes": _changes}.get(column.kind)


@dataclass(frozen=True, slots=True)
class _Source:
    """A linked FROM clause, what is read from it, and under which of the list's keys its rows are looked up."""

    source: str
    values: tuple[str, ...]


class RowReader:
    """Reads the rows of one list's columns; made once, since it only depends on the declaration."""

    def __init__(self, table: str, row_id: str, columns: Sequence[Column]) -> None:
        self.own = [column for column in columns if column.via is None]
        self.linked = [column for column in columns if column.via is not None]
        self.links: list[Link] = []
        for column in self.linked:
            if column.via is not None and column.via not in self.links:
                self.links.append(column.via)
        sources = dict.fromkeys(link.source for link in self.links)
        self.sources = [_Source(source, self._values_of(source)) for source in sources]
        selected = [row_id, *(column.value for column in self.own), *(link.key for link in self.links)]
        self.select = f"SELECT {', '.join(selected)} FROM {table} WHERE "
        self.row_id = row_id
        self.readers = {column.name: reader_of(column) for column in columns}

    def _values_of(self, source: str) -> tuple[str, ...]:
        """Everything that the columns want of the linked rows of `source`."""
        columns = [column for column in self.linked if column.via is not None and column.via.source == source]
        return tuple(dict.fromkeys(sql for column in columns for sql in (column.value, column.ref_value) if sql))

    def read(self, ids: Sequence[int], scope: Sql) -> list[Row]:
        """The rows of `ids`, in that order. Rows that vanished since are left out."""
        if not ids:
            return []
        which = among(self.row_id, list(ids))
        found = {row[0]: row for row in fetch(Sql(f"{self.select}{which.text} AND {scope.text}", which.params + scope.params))}
        raw = [found[row_id] for row_id in ids if row_id in found]
        first_key = 1 + len(self.own)
        keys = {link.name: [row[first_key + n] for row in raw] for n, link in enumerate(self.links)}
        linked = self._linked(keys)
        return [self._row(row, first_key, linked) for row in raw]

    def _linked(self, keys: Mapping[str, Sequence[int | None]]) -> dict[str, dict[int, dict[str, Any]]]:
        """By source and id: the linked rows' values by their SQL."""
        parts: list[str] = []
        params: list[Any] = []
        for number, source in enumerate(self.sources):
            wanted = {key for link in self.links if link.source == source.source for key in keys[link.name] if key is not None}
            if wanted:
                which = among("t.id", sorted(wanted))
                packed = f"{json_array()}({', '.join(source.values)})"
                parts.append(f"SELECT {number}, t.id, {packed}{'::text' if postgresql() else ''} FROM {source.source} WHERE {which.text}")
                params.extend(which.params)
        result: dict[str, dict[int, dict[str, Any]]] = {source.source: {} for source in self.sources}
        if parts:
            for number, row_id, packed in fetch(Sql(" UNION ALL ".join(parts), tuple(params))):
                source = self.sources[number]
                result[source.source][row_id] = dict(zip(source.values, json.loads(packed), strict=True))
        return result

    def _row(self, raw: tuple[Any, ...], first_key: int, linked: Mapping[str, Mapping[int, Mapping[str, Any]]]) -> Row:
        row: Row = {"id": str(raw[0])}
        for position, column in enumerate(self.own, 1):
            row[column.name] = self._value(column, raw[position])
        keys = {link.name: raw[first_key + n] for n, link in enumerate(self.links)}
        for name, key in keys.items():
            row[f"{name}_id"] = None if key is None else str(key)
        for column in self.linked:
            link = column.via
            values = linked[link.source].get(keys[link.name]) if link is not None else None
            row[column.name] = None if values is None else self._value(column, values[column.value])
            if column.ref_value:
                ref = None if values is None else values[column.ref_value]
                row[column.ref] = None if ref is None else str(ref)
        return row

    def _value(self, column: Column, value: Any) -> Any:
        reader = self.readers[column.name]
        return reader(value) if reader is not None and value is not None else value
