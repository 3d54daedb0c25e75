"""A dropped file becomes text for the box: its column of serial numbers, each on the line that it has in the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nameplate.operations.entering.pieces import as_entry
from nameplate.operations.entering.runs import LIMIT
from nameplate.operations.entering.sheets import is_archive, read_sheet, text_of
from nameplate.operations.entering.tables import LARGEST, Row, Table, names_serials, read_text_table
from nameplate.refusals import Invalid, TooLarge
from nameplate.serial_text import Problem, problem_of, trim

_FORCED_TEXT = re.compile(r'="([^"]*)"\Z')
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "an old .xls workbook, or one with a password", "Save it as .xlsx without a password, or as CSV UTF-8."),
    (b"%PDF", "a PDF", "Open it, copy the lines that hold the numbers and paste them."),
    (b"\x89PNG", "a picture", "Type or scan the numbers."),
    (b"\xff\xd8\xff", "a picture", "Type or scan the numbers."),
    (b"{\\rtf", "a text document", "Copy the lines that hold the numbers and paste them."),
    (b"\x1f\x8b", "a packed file", "Unpack it and drop what is inside."),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column to choose: `number` counts from 1; `header` is empty where the file has none."""

    number: int
    header: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row whose number cannot be put into text; it has an empty line in the box's text."""

    line: int
    raw: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """What a file holds for the box.

    `column` is None when a person has to choose among `columns`; `text` is empty then. Otherwise line n of `text` is row n of the
    file, so that verdicts name the file's own lines. `numeric` counts the cells that a sheet stores as numbers: leading zeros that
    it may have shown are not in the file.
    """

    form: str
    column: Column | None
    columns: tuple[Column, ...]
    text: str = ""
    problems: tuple[RowProblem, ...] = ()
    numeric: int = 0


def read_file(content: bytes, column: int | None = None) -> DroppedFile:
    """The numbers of a CSV, text or XLSX file, told apart by content, never by name. `column` is a person's choice, from 1.

    Raises `Invalid` and `TooLarge`, each saying what to do instead.
    """
    table = read_table(content)
    if not table.rows:
        raise Invalid("file-empty", "There is nothing in this file.", fields={"file": "It is empty."}, way_out="Choose another file.")
    columns, has_header = _columns(table.rows)
    chosen = _chosen(columns, column)
    if chosen is None:
        return DroppedFile(table.form, None, columns)
    rows = table.rows[1:] if has_header or _stands_over(table.rows, chosen.number - 1) else table.rows
    text, problems, numeric = _text(rows, chosen.number - 1)
    return DroppedFile(table.form, chosen, columns, text, problems, numeric)


def read_table(content: bytes, most: int = LIMIT) -> Table:
    """The rows of a CSV, text or XLSX file, told apart by content, never by name. Raises `Invalid` and `TooLarge` with what to do."""
    if len(content) > LARGEST:
        message = f"The file has {len(content) / 1e6:,.0f} MB; {LARGEST // 1_000_000} MB is the most."
        raise TooLarge("file-too-large", message, fields={"file": message}, way_out="Keep only the column of serial numbers in it.")
    for mark, what, way_out in _FOREIGN:
        if content.startswith(mark):
            raise Invalid("file-foreign", f"This is {what}, not a table.", fields={"file": f"This is {what}."}, way_out=way_out)
    return read_sheet(content, most) if is_archive(content) else read_text_table(content, most)


def without_force(text: str) -> str:
    """The text of a cell, trimmed: `="0012"`, as programs write what a spreadsheet must not take for a number, is 0012."""
    forced = _FORCED_TEXT.match(text)
    return trim(forced[1] if forced else text)


def _shown(value: object) -> str:
    text = text_of(value)
    return trim(text)[:120] if isinstance(text, str) else str(value)


def _columns(rows: Sequence[Row]) -> tuple[tuple[Column, ...], bool]:
    """The columns that hold anything, and whether the first row is a row of heads: one of them names serial numbers."""
    head = [_shown(cell) for cell in rows[0].cells]
    has_header = any(names_serials(cell) for cell in head)
    below = rows[1:] if has_header else rows
    columns = []
    for index in range(max(len(row.cells) for row in rows)):
        values = [row.cells[index] for row in below if index < len(row.cells) and str(row.cells[index]).strip()]
        header = head[index] if has_header and index < len(head) else ""
        if values or header:
            columns.append(Column(index + 1, header, tuple(_shown(value) for value in values[:3])))
    return tuple(columns), has_header


def _chosen(columns: tuple[Column, ...], column: int | None) -> Column | None:
    if column is not None:
        for candidate in columns:
            if candidate.number == column:
                return candidate
        raise Invalid("column-unknown", f"There is nothing in column {column}.", fields={"column": "Choose one of the columns."})
    named = [candidate for candidate in columns if names_serials(candidate.header)]
    if len(named) == 1:
        return named[0]
    return columns[0] if len(columns) == 1 else None


def _stands_over(rows: Sequence[Row], index: int) -> bool:
    """Whether the first cell is a head nobody foresaw: it has no digit, and every one of at least three below it has."""
    values = [_shown(row.cells[index]) for row in rows if index < len(row.cells)]
    below = [value for value in values[1:] if value]
    return len(below) >= 3 and not _has_digit(values[0]) and all(map(_has_digit, below))


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _text(rows: Sequence[Row], index: int) -> tuple[str, tuple[RowProblem, ...], int]:
    lines: list[str] = []
    problems: list[RowProblem] = []
    numeric = 0
    for row in rows:
        value = row.cells[index] if index < len(row.cells) else ""
        numeric += isinstance(value, int | float) and not isinstance(value, bool)
        number = text_of(value)
        if isinstance(number, str):
            number = without_force(number)
            # A break within a cell would become two lines of the box.
            problem = problem_of(number) if "\n" in number or "\r" in number else None
        else:
            problem = number
        if problem:
            problems.append(RowProblem(row.line, _shown(value), problem))
        elif isinstance(number, str) and number:
            lines.extend("" for _ in range(row.line - 1 - len(lines)))
            lines.append(as_entry(number))
    return "\n".join(lines), tuple(problems), numeric
