"""A file read by its mapping: lines with their numbers ready for the database and the texts of their other columns. Asks no database.

Held column by column, with equal texts once: a hundred thousand lines stay small.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nameplate.models import CustomField
from nameplate.operations.customizing import convert_column
from nameplate.operations.entering.files import without_force
from nameplate.operations.entering.parsing import ORDINARY, to_decide
from nameplate.operations.entering.sheets import text_of
from nameplate.operations.importing.columns import Sheet
from nameplate.operations.importing.days import STYLES, Reading, read_day, reading_of
from nameplate.operations.importing.mapping import FileMapping, left_out
from nameplate.operations.importing.targets import SERIAL, Target, targets
from nameplate.serial_cleaning import clean
from nameplate.serial_text import Prepared, Problem, prepare

Progress = Callable[[int, int], None]
STEP = 10_000
"""Lines after which progress is told."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one cell, or with a line as a whole (`column` 0), or with the whole file (`line` 0)."""

    line: int
    column: int
    text: str
    rule: str
    message: str
    way_out: str = ""
    unit_id: int | None = None


@dataclass(slots=True)
class Lines:
    """The lines of a file. The lists run in step; `at` is where each line stands in the file."""

    at: list[int]
    prepared: Prepared
    texts: dict[str, list[str]]
    """By target: its text on each line. A target given for the whole file has one text in it, and `every` names it."""
    every: frozenset[str]
    columns: Mapping[str, int]
    heads: Mapping[int, str]
    days: dict[str, dict[str, dt.date]] = field(default_factory=dict)
    """By target of dates: text → day."""
    custom: dict[str, list[Any]] = field(default_factory=dict)
    """By target of a custom field: its value on each line (or the one for all of them)."""
    asked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Date targets whose style a person has to choose, with the choices."""
    wrong: list[Wrong] = field(default_factory=list)
    kept: Counter[str] = field(default_factory=Counter)
    """How many numbers wait for a decision, or had it, by rule."""

    def __len__(self) -> int:
        return len(self.at)

    def has(self, target: str) -> bool:
        """Whether the file says anything about it."""
        return target in self.texts

    def text(self, target: str, index: int) -> str:
        """What it says of a line."""
        column = self.texts.get(target)
        return "" if column is None else column[0] if target in self.every else column[index]

    def value(self, target: str, index: int) -> Any:
        """The custom value that it gives a line."""
        column = self.custom[target]
        return column[0] if target in self.every else column[index]

    def distinct(self, target: str) -> dict[str, int]:
        """Its texts that are not empty, each with the first line that has it."""
        first: dict[str, int] = {}
        for index, text in enumerate(self.texts.get(target, ())):
            if text and text not in first:
                first[text] = index
        return first

    def note(self, index: int, target: str, rule: str, message: str, way_out: str = "", unit_id: int | None = None) -> None:
        """Note what is wrong with the cell of this target on this line."""
        number = self.columns.get(target, 0)
        self.wrong.append(Wrong(self.at[index], number, self.text(target, index)[:200], rule, message, way_out, unit_id))


def read_lines(sheet: Sheet, mapping: FileMapping, progress: Progress = lambda done, total: None) -> Lines:
    """Read every line by the mapping (which is `checked`). Whatever can be said without a database is noted in `wrong`."""
    known = targets()
    skipped = left_out(mapping)
    places = {target: column - 1 for target, column in mapping.targets.items() if target not in skipped}
    numbers: list[Any] = []
    texts: dict[str, list[str]] = {target: [] for target in places if target != SERIAL}
    at: list[int] = []
    shared: dict[str, str] = {}
    odd: list[tuple[int, str, Problem]] = []
    for index, row in enumerate(sheet.rows):
        if index % STEP == 0:
            progress(index, len(sheet.rows))
        at.append(row.line)
        for target, place in places.items():
            value = row.cells[place] if place < len(row.cells) else ""
            text = _text(value, known[target])
            if isinstance(text, Problem):
                odd.append((index, target, text))
                text = str(value)[:200]
            if target == SERIAL:
                numbers.append(text)
            else:
                texts[target].append(shared.setdefault(text, text))
    every = frozenset(target for target in mapping.constants if target not in skipped)
    texts |= {target: [mapping.constants[target]] for target in every}
    heads = {column.number: column.head or f"column {column.number}" for column in sheet.columns}
    texts[SERIAL] = _cleaned(numbers) if mapping.clean else numbers
    lines = Lines(at, prepare(texts[SERIAL]), texts, every, mapping.targets, heads)
    for index, target, problem in odd:
        lines.note(index, target, problem.rule, problem.message, problem.way_out)
    _judge_numbers(lines, mapping, {index for index, target, _ in odd if target == SERIAL})
    for target in texts:
        if known[target].kind == "date":
            _read_days(lines, target, mapping)
        elif known[target].field is not None:
            _read_custom(lines, target, known[target].field)
    return lines


def _text(value: Any, target: Target) -> str | Problem:
    """A cell's text. A sheet's own dates are dates whatever style the others are in; elsewhere they are not what somebody typed."""
    if isinstance(value, str):
        return without_force(value)
    if target.kind == "date" and isinstance(value, dt.date):
        return (value.date() if isinstance(value, dt.datetime) else value).isoformat()
    return _of_field(value) if target.kind == "custom" else text_of(value)


def _of_field(value: Any) -> str | Problem:
    """A cell for a custom field, whose kind decides what may stand there: a sheet's own dates and numbers are meant as such."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return (value.date() if isinstance(value, dt.datetime) else value).isoformat()
    return repr(value) if isinstance(value, float) and value % 1 else text_of(value)


def _cleaned(numbers: Sequence[str]) -> list[str]:
    return [number if ORDINARY.match(number) else clean(number) for number in numbers]


def _judge_numbers(lines: Lines, mapping: FileMapping, odd: set[int]) -> None:
    """Numbers that cannot stand, and those that a person has to look at."""
    prepared = lines.prepared
    for index, problem in prepared.problems.items():
        if index not in odd:
            lines.note(index, SERIAL, problem.rule, problem.message, problem.way_out)
    for index, number in enumerate(prepared.numbers):
        if ORDINARY.match(number) or index in prepared.problems or index in odd:
            continue
        doubt = to_decide(number, None)
        if doubt is None or doubt.rule == "several-words":  # a cell is one number, whatever blanks are in it
            continue
        lines.kept["to-clean"] += 1
        if "to-clean" not in mapping.keep:
            way_out = f"Probably {doubt.suggestion}." if doubt.suggestion else "Check it on the unit."
            lines.note(index, SERIAL, "to-clean", doubt.message, way_out)


def _read_days(lines: Lines, target: str, mapping: FileMapping) -> None:
    """Read the column's texts in the style that was chosen, else in the only one that they can be in."""
    texts = lines.distinct(target)
    chosen = mapping.dates.get(target, "")
    # A date that a sheet kept as one stands by year here, and says nothing of how the others are written.
    undecided = [text for text in texts if read_day(text, "year") is None]
    reading = Reading(chosen) if chosen else reading_of(undecided) if undecided else Reading("year")
    if not reading.style:
        lines.asked[target] = reading.choices
        return
    found = {text: day for text in texts if (day := read_day(text, "year") or read_day(text, reading.style)) is not None}
    lines.days[target] = found
    if len(found) < len(texts):
        column = lines.texts[target]
        for index in range(1 if target in lines.every else len(lines)):
            if column[index] and column[index] not in found:
                message = f"“{column[index][:60]}” is not a date"
                lines.note(index, target, "not-a-date", f"{message}; the others are {STYLES[reading.style]}.")


def _read_custom(lines: Lines, target: str, field: CustomField | None) -> None:
    """Read the column's texts as values of the field; each that is none is told on its line."""
    if field is None:
        return
    converted = convert_column(field, lines.texts[target])
    lines.custom[target] = converted.values
    for index, sentence in converted.problems.items():
        lines.note(index, target, "wrong-value", sentence)
