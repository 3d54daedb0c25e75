"""Filters as data: what `grammar.parse` makes, `matching` explains and the engine turns into SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from nameplate import serial_text
from nameplate.refusals import Invalid

Value = str | Decimal | date


class GrammarError(Invalid):
    """A filter that cannot be read. `position` counts the characters of the filter from 1."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__("filter-unreadable", message, way_out="See the usage tips.", extra={"position": position})
        self.position = position


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Text, compared as `fold` makes it and ordered as `order` of that. A serial number's order is `serial_text.sort_key`."""

    fold: Callable[[str], str] = serial_text.fold
    order: Callable[[str], str] = serial_text.sort_key


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Decimal numbers."""


@dataclass(frozen=True, slots=True)
class DateColumn:
    """Days; `today` is the user's."""

    today: date


Column = TextColumn | NumberColumn | DateColumn


class Sign(Enum):
    """What stands for other characters in a `Wildcard`."""

    ANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Exact:
    """Equal to `value` (folded, for text)."""

    value: Value


@dataclass(frozen=True, slots=True)
class Contains:
    """Has the folded `text` in it. `anywhere`: that was asked for outright, as `*text*`, and holds however short it is."""

    text: str
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Begins with the folded `text`."""

    text: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """The whole value, in folded pieces and signs. One `Sign.ONE` is one character of the folded value; `(Sign.ANY,)` fits all."""

    parts: tuple[str | Sign, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both in; None leaves an end open. Text is folded and compared by the column's order."""

    low: Value | None
    high: Value | None


@dataclass(frozen=True, slots=True)
class Compare:
    """`sign` is one of > >= < <=. Text is folded and compared by the column's order."""

    sign: str
    value: Value


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing there: no value, or empty text."""


@dataclass(frozen=True, slots=True)
class Not:
    """Everything that `term` does not find, empty values included (unless it finds those)."""

    term: Term


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of two or more."""

    terms: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All of two or more: at most one is positive, the others are `Not`."""

    terms: tuple[Filter, ...]


Term = Exact | Contains | Prefix | Wildcard | Range | Compare | Empty
Filter = Term | Not | Either | Every


def compare(one: Value, other: Value, column: Column) -> int:
    """Below, at or above zero as `one` comes before, with or after `other` (folded, for text) in the column's order."""
    if isinstance(one, str) and isinstance(other, str) and isinstance(column, TextColumn):
        left, right = column.order(one), column.order(other)
        return (left > right) - (left < right)
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return (one > other) - (one < other)
    if isinstance(one, date) and isinstance(other, date):
        return (one > other) - (one < other)
    raise TypeError(f"{one!r} and {other!r} are not of this column")
