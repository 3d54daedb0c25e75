"""A whole list as CSV: chunk by chunk by keyset, so memory stays constant and a page's filters, order and formats hold.

A spreadsheet runs a cell that begins with = + - @ a tab or a carriage return as a formula. Such a cell gets an apostrophe in front
(and so does one that begins with an apostrophe, so that taking one off always gives back the text); genuine numbers stay as they are.
"""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from nameplate.listings import edited, walking
from nameplate.listings.cells import CellReader
from nameplate.listings.columns import Column
from nameplate.listings.narrowed import Narrowed
from nameplate.listings.paging import Place, values_of
from nameplate.listings.rows import Row
from nameplate.listings.sorting import Sorting

if TYPE_CHECKING:
    from nameplate.listings.engine import Listing
    from nameplate.listings.stretches import Found

CHUNK = 2000
"""Rows that are read at a time."""
SORTED_CHUNK = 50_000
"""Rows asked for at a time where the order has no index, so that each time all of them are sorted."""
PIECE = 64 * 1024
"""Characters that are sent at a time."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")


class _Line:
    """What csv.writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def file_name(name: str) -> str:
    """A list's name as the name of a file: that of a report has a slash in it."""
    return name.replace("/", "-")


def escaped(text: str) -> str:
    """`text` as a cell that no spreadsheet runs."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def unescaped(cell: str) -> str:
    """The text that `escaped` made `cell` of."""
    return cell.removeprefix("'")


def cell_of(column: Column, value: Any) -> str:
    """A row's value as its cell: what `text_of` says, and nothing that a spreadsheet runs."""
    text = text_of(column, value)
    plain = value is None or column.choices or isinstance(value, int | Decimal | datetime.date)
    return text if plain else escaped(text)


def text_of(column: Column, value: Any) -> str:
    """A row's value as text: choices by their label, days and times as ISO 8601 (times in the company's time zone)."""
    if value is None:
        return ""
    if column.choices:
        labels = {choice.slug: choice.label for choice in column.choices}
        slugs = value if isinstance(value, list) else [value]
        return ", ".join(labels[slug] for slug in slugs)
    if column.kind == "changes":
        return edited.PLAIN.told((one["name"], one["before"], one["after"]) for one in value)
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def lines(listing: Listing, columns: Sequence[Column], narrowed: Narrowed, sorting: Sorting, first: Sequence[Found]) -> Iterator[str]:
    """The header, then a line for each row."""
    writer = csv.writer(_Line())
    yield str(writer.writerow([column.label for column in columns]))
    every = _with_needed(listing, columns)
    reader = CellReader(listing.reader(every), columns, cell_of, every)
    for ids in _chunks(listing, narrowed, sorting, first):
        yield from map(writer.writerow, reader.read(ids, listing.scope))


def marked(whole: Iterable[str]) -> Iterator[str]:
    """Lines behind the mark by which a spreadsheet knows UTF-8: it takes a file for what its first bytes say."""
    yield "\ufeff"
    yield from whole


def pieces(whole: Iterable[str]) -> Iterator[str]:
    """Lines, many at a time: each piece of an answer costs a trip through the server."""
    gathered: list[str] = []
    size = 0
    for line in whole:
        gathered.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(gathered)
            gathered, size = [], 0
    yield "".join(gathered)


def rows(listing: Listing, columns: Sequence[Column], narrowed: Narrowed, sorting: Sorting, first: Sequence[Found]) -> Iterator[Row]:
    """All rows as people are told them: those of `first`, then what was asked for in its order."""
    reader = listing.reader(_with_needed(listing, columns))
    told = [(column.name, column.told) for column in columns if column.told is not None]
    for ids in _chunks(listing, narrowed, sorting, first):
        for row in reader.read(ids, listing.scope):
            yield {**row, **{name: how.text(row) for name, how in told}} if told else row


def _with_needed(listing: Listing, columns: Sequence[Column]) -> list[Column]:
    """The columns, and those by which some of them are told."""
    needed = {name for column in columns if column.told is not None for name in column.told.needs}
    there = {column.name for column in columns}
    return [*columns, *(column for column in listing.columns if column.name in needed - there)]


def _chunks(listing: Listing, narrowed: Narrowed, sorting: Sorting, first: Sequence[Found]) -> Iterator[list[int]]:
    """The ids of all rows, some at a time."""
    place: Place | None = None
    found: Sequence[Found] = first
    last = False
    most = SORTED_CHUNK if walking.sorts_everything(listing, narrowed, sorting) else CHUNK
    while True:
        for at in range(0, len(found), CHUNK):
            yield [row[0] for row in found[at : at + CHUNK]]
        if last:
            return
        found = walking.chunk(listing, narrowed, sorting, place, most)
        last = len(found) < most
        place = place if last else Place(values_of(found[-1]))
