"""Rows of a list as cells of a file, column by column: of a thousand rows most columns hold few values, and each is made a cell once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from nameplate.listings.columns import NUMERIC, Column
from nameplate.listings.in_words import InWords
from nameplate.listings.rows import Reader, Row, RowReader, reader_of
from nameplate.listings.sql import Sql

CellOf = Callable[[Column, Any], str]
"""What makes a row's value a cell."""


class CellReader:
    """Reads the rows that `reader` reads as cells of these columns, which are among the reader's."""

    def __init__(self, reader: RowReader, columns: Sequence[Column], cell_of: CellOf, beside: Sequence[Column] = ()) -> None:
        """`beside` are the other columns that the reader reads, by which some of these are told."""
        self.reader, self.cell_of = reader, cell_of
        self.columns = columns
        links = [link.key for link in reader.links]
        own = {name: position for position, name in enumerate(reader.names)}
        every = {column.name: column for column in (*beside, *columns)}
        self.by_name = every
        self.places = {
            name: own[name] if c.via is None else len(reader.names) + links.index(f"{c.via.name}_id") for name, c in every.items()
        }
        """Where in what is read a column's value stands, or the key of the linked row that has it."""
        self.readers = {name: reader_of(column) if column.via is None else None for name, column in every.items()}

    def read(self, ids: Sequence[int], scope: Sql) -> Iterable[tuple[str, ...]]:
        """The cells of the rows of `ids`, in that order, row by row. Rows that vanished since are left out."""
        raw, parts = self.reader.gathered(ids, scope)
        if not raw:
            return ()
        read = list(zip(*raw, strict=True))
        return zip(*[self._cells(column, read, parts) for column in self.columns], strict=True)

    def _cells(self, column: Column, read: Sequence[Sequence[Any]], parts: Sequence[Mapping[int, Row]]) -> Sequence[str]:
        if column.told is not None:
            return self._told(column, column.told, read, parts)
        place = self.places[column.name]
        if column.via is None:
            return self._own(column, self.readers[column.name], read[place])
        return self._linked(column, read[place], parts[place - len(self.reader.names)])

    def _told(self, column: Column, told: InWords, read: Sequence[Sequence[Any]], parts: Sequence[Mapping[int, Row]]) -> Sequence[str]:
        """Cells that several columns of the row tell: made once for each of the few ways in which these meet."""
        places = [self.places[name] for name in told.needs]

        def cell(stored: Sequence[Any]) -> str:
            values = (self._value(name, one, parts) for name, one in zip(told.needs, stored, strict=True))
            return self.cell_of(column, told.text(dict(zip(told.needs, values, strict=True))))

        met = list(zip(*(read[place] for place in places), strict=True))
        known = {stored: cell(stored) for stored in set(met)}
        return [known[stored] for stored in met]

    def _value(self, name: str, stored: Any, parts: Sequence[Mapping[int, Row]]) -> Any:
        reader = self.readers[name]
        if stored is None or self.by_name[name].via is None:
            return stored if stored is None or reader is None else reader(stored)
        return parts[self.places[name] - len(self.reader.names)][stored][name]

    def _own(self, column: Column, reader: Reader | None, values: Sequence[Any]) -> Sequence[str]:
        def cell(value: Any) -> str:
            return self.cell_of(column, value if value is None or reader is None else reader(value))

        if column.kind == "changes" or (column.kind in NUMERIC and Decimal in set(map(type, values))):
            # No keys of a table: documents; decimals, which are equal whatever their digits.
            return list(map(cell, values))
        known = {value: cell(value) for value in set(values)}
        return [known[value] for value in values]

    def _linked(self, column: Column, keys: Sequence[Any], part: Mapping[int, Row]) -> Sequence[str]:
        known = {key: self.cell_of(column, row[column.name]) for key, row in part.items()}
        nothing = self.cell_of(column, None)
        return [nothing if key is None else known[key] for key in keys]
