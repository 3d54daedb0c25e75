"""The columns of a file as a person chooses among them: number, head, first values; and which row the heads are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nameplate.operations.entering.files import read_table, without_force
from nameplate.operations.entering.sheets import text_of
from nameplate.operations.entering.tables import Row, Table
from nameplate.operations.importing.targets import folded
from nameplate.refusals import Invalid
from nameplate.serial_text import trim

MOST_LINES = 100_000
"""Lines of one file."""
MOST_COLUMNS = 200
EXAMPLES = 3
LOOKED_AT = 200
"""Lines in which examples and the kind of a column are looked for."""
LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `number` counts from 1 as in the file; `head` is what its first row says."""

    number: int
    head: str
    examples: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """As it is kept with the file."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file, read: its columns, its lines of data, and in what form it came."""

    form: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]


def read_columns(content: bytes) -> Sheet:
    """The columns and lines of a CSV or XLSX file. The first row that holds anything is the heads.

    Refused: what is no table; an empty file; heads with nothing below them; more lines or columns than are taken.
    """
    table = read_table(content, MOST_LINES)
    if not table.rows:
        raise _refused("file-empty", "There is nothing in this file.", "Choose another file.")
    head, rows = table.rows[0], table.rows[1:]
    if not rows:
        raise _refused("file-only-heads", "There is nothing below the first row of this file.", "Put the heads first, and the units below.")
    if max(len(row.cells) for row in table.rows) > MOST_COLUMNS:
        raise _refused("too-many-columns", f"The file has more than {MOST_COLUMNS} columns.", "Keep only the columns that are needed.")
    columns = _columns(table, head)
    if all(column.head == "" for column in columns) or _is_data(head, rows):
        message = "The first row of this file does not say what its columns are."
        raise _refused("file-no-heads", message, "Write a head over each column, as “serial number” and “model”, and choose it again.")
    return Sheet(table.form, columns, rows)


def _columns(table: Table, head: Row) -> tuple[Column, ...]:
    found = []
    for index in range(max(len(row.cells) for row in table.rows[: LOOKED_AT + 1])):
        values = [shown(row.cells[index]) for row in table.rows[1 : LOOKED_AT + 1] if index < len(row.cells)]
        examples = tuple(dict.fromkeys(value for value in values if value))[:EXAMPLES]
        title = shown(head.cells[index]) if index < len(head.cells) else ""
        if title or examples:
            found.append(Column(index + 1, title, examples))
    return tuple(found)


def _is_data(head: Row, rows: Sequence[Row]) -> bool:
    """Whether the first row looks like those below: it has digits wherever all of the first lines have them."""
    below = rows[:LOOKED_AT]
    numeric = [
        index
        for index in range(len(head.cells))
        if len(below) > 1 and all(index < len(row.cells) and _has_digit(row.cells[index]) for row in below)
    ]
    return bool(numeric) and all(_has_digit(head.cells[index]) for index in numeric)


def _has_digit(value: Any) -> bool:
    return any(sign.isdigit() for sign in str(value))


def shown(value: Any) -> str:
    """A cell as it is shown: its text without what a spreadsheet needs around it, not too long."""
    text = text_of(value)
    text = without_force(text) if isinstance(text, str) else trim(str(value))
    printable = "".join(sign if sign.isprintable() else "\ufffd" for sign in text[: LONGEST_SHOWN + 1])
    return printable if len(printable) <= LONGEST_SHOWN else printable[: LONGEST_SHOWN - 1] + "…"


def fingerprint(heads: Sequence[str]) -> str:
    """What files with the same heads in the same order have in common."""
    return hashlib.sha256("\n".join(map(folded, heads)).encode(errors="replace")).hexdigest()


def _refused(rule: str, message: str, way_out: str) -> Invalid:
    return Invalid(rule, message, fields={"file": message}, way_out=way_out)
