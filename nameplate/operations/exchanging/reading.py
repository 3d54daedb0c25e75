"""A file of things, read: its heads recognised, each cell as text, and every mistake under its line and column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nameplate.listings.export import escaped
from nameplate.operations.cataloguing.changes import in_words
from nameplate.operations.entering.files import read_table, without_force
from nameplate.operations.entering.sheets import text_of
from nameplate.operations.entering.tables import Row
from nameplate.refusals import Invalid, TooLarge
from nameplate.serial_text import Problem, fold

MOST_LINES = 10_000
LARGEST = 8_000_000
"""Bytes of one file."""
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column that a file may have. An `exact` one takes what a sheet stores as a number only where no digit can be lost."""

    name: str
    label: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell. An empty `column` means the line as a whole."""

    line: int
    column: str
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class GivenLine:
    """One line: the text of each column that the file has, by the column's name."""

    line: int
    texts: dict[str, str]


@dataclass(slots=True)
class GivenSheet:
    """All lines of a file, and what is found wrong with them on the way."""

    form: str
    columns: dict[str, FileColumn]
    """Those that the file has."""
    unknown: list[str]
    """Heads that are not known here; what is below them is left out."""
    lines: list[GivenLine]
    heads: Row
    rows: list[Row]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: GivenLine, name: str, message: str) -> None:
        """Note what is wrong with the cell of this column."""
        column = self.columns.get(name)
        self.faults.append(Fault(line.line, column.label if column else "", line.texts.get(name, "")[:200], message))

    def take(self, line: GivenLine, wrong: dict[str, str]) -> None:
        """Note what an operation's checks say, by field."""
        for name, message in wrong.items():
            self.fault(line, name, message)

    @property
    def bad_lines(self) -> set[int]:
        """The lines with anything wrong."""
        return {fault.line for fault in self.faults}


def folded_head(text: str) -> str:
    """A head as it is compared: letters and digits alone, whatever their case."""
    return _BETWEEN_WORDS.sub("", fold(text))


def read_lines(content: bytes, columns: Sequence[FileColumn], needed: Sequence[str]) -> GivenSheet:
    """The lines of a CSV or XLSX file whose first row is the heads. `needed`: the file must have one of these columns.

    Refused: what is no table, too much of it, heads that are not there or stand there twice.
    """
    if len(content) > LARGEST:
        message = f"The file has {len(content) / 1e6:,.1f} MB; {LARGEST // 1_000_000} MB are the most."
        raise TooLarge("file-too-large", message, fields={"file": message}, way_out="Split it and bring in the parts one after the other.")
    table = read_table(content, MOST_LINES)
    if not table.rows:
        raise _refused("file-empty", "There is nothing in this file.", "Choose another file.")
    heads, rows = table.rows[0], table.rows[1:]
    places, unknown = _recognised(heads, columns)
    if not places.keys() & set(needed):
        wanted = " or ".join(f"“{column.label}”" for column in columns if column.name in needed)
        found = ", ".join(unknown[:8]) or "nothing"
        raise _refused(
            "file-foreign-heads", f"The first row has no column {wanted}; it says: {found}.", "Is this the file of another list?"
        )
    by_name = {column.name: column for column in columns}
    sheet = GivenSheet(table.form, {name: by_name[name] for name in places}, unknown, [], heads, rows)
    for row in rows:
        _read_line(sheet, row, places)
    return sheet


def _recognised(heads: Row, columns: Sequence[FileColumn]) -> tuple[dict[str, int], list[str]]:
    """Where each column stands, and the heads that are none."""
    known = {folded_head(text): column for column in columns for text in (column.name, column.label)}
    places: dict[str, int] = {}
    unknown: list[str] = []
    for place, cell in enumerate(heads.cells):
        text = str(cell).strip()
        column = known.get(folded_head(text))
        if column is None:
            unknown += [text[:80]] if text else []
        elif column.name in places:
            raise _refused("head-twice", f"The column “{column.label}” stands there twice.", "Remove one of the two.")
        else:
            places[column.name] = place
    return places, unknown


def _read_line(sheet: GivenSheet, row: Row, places: dict[str, int]) -> None:
    line = GivenLine(row.line, {})
    for name, place in places.items():
        text = _text(row.cells[place] if place < len(row.cells) else "", exact=sheet.columns[name].exact)
        if isinstance(text, Problem):
            line.texts[name] = str(row.cells[place])
            sheet.fault(line, name, f"{text.message} {text.way_out}")
            text = ""
        line.texts[name] = text
    if any(line.texts.values()) or row.line in sheet.bad_lines:
        sheet.lines.append(line)


def _text(value: Any, *, exact: bool) -> str | Problem:
    """What somebody wrote into a cell: without what keeps a spreadsheet from running it, and without what keeps a number text."""
    if isinstance(value, str):
        inside = value[1:]
        return inside if value.startswith("'") and escaped(inside) == value else without_force(value)
    if exact:
        return text_of(value)
    if isinstance(value, bool):
        return in_words(value)
    if isinstance(value, dt.date):
        return (value.date() if isinstance(value, dt.datetime) else value).isoformat()
    return repr(value) if isinstance(value, float) and value % 1 else text_of(value)


def _refused(rule: str, message: str, way_out: str) -> Invalid:
    return Invalid(rule, message, fields={"file": message}, way_out=way_out)
