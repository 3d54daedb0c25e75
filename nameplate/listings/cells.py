"""Rows of a list as cells of a file, column by column: of a thousand rows most columns hold few values, and each is made a cell once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from nameplate.listings.columns import NUMERIC, Column
from nameplate.listings.rows import Reader, Row, RowReader, reader_of
from nameplate.listings.sql import Sql

CellOf = Callable[[Column, Any], str]
"""What makes a row's value a cell."""


class CellReader:
    """Reads the rows that `reader` reads as cells of these columns, which are among the reader's."""

    def __init__(self, reader: RowReader, columns: Sequence[Column], cell_of: CellOf) -> None:
        self.reader, self.cell_of = reader, cell_of
        self.columns = columns
        links = [link.key for link in reader.links]
        own = {name: position for position, name in enumerate(reader.names)}
        self.places = [own[c.name] if c.via is None else len(reader.names) + links.index(f"{c.via.name}_id") for c in columns]
        """Where in what is read a column's value stands, or the key of the linked row that has it."""
        self.readers = [reader_of(column) if column.via is None else None for column in columns]

    def read(self, ids: Sequence[int], scope: Sql) -> Iterable[tuple[str, ...]]:
        """The cells of the rows of `ids`, in that order, row by row. Rows that vanished since are left out."""
        raw, parts = self.reader.gathered(ids, scope)
        if not raw:
            return ()
        read = list(zip(*raw, strict=True))
        first = len(self.reader.names)
        cells = [
            self._own(column, reader, read[place]) if column.via is None else self._linked(column, read[place], parts[place - first])
            for column, place, reader in zip(self.columns, self.places, self.readers, strict=True)
        ]
        return zip(*cells, strict=True)

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
