"""The meaning of a filter, value by value: slow and plain, the measure for the SQL that lists use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from nameplate.listings.filters import (
    Column,
    Compare,
    Contains,
    Either,
    Empty,
    Every,
    Exact,
    Filter,
    Not,
    Prefix,
    Range,
    Sign,
    TextColumn,
    Wildcard,
    compare,
)


def matches(found_by: Filter | None, value: str | Decimal | date | None, column: Column) -> bool:
    """Whether the filter finds `value` as it is stored, before folding. No filter finds everything."""
    if isinstance(found_by, Either):
        return any(matches(term, value, column) for term in found_by.terms)
    if isinstance(found_by, Every):
        return all(matches(term, value, column) for term in found_by.terms)
    if isinstance(found_by, Not):
        return not matches(found_by.term, value, column)
    if found_by is None:
        return True
    if isinstance(found_by, Empty):
        return value is None or value == ""
    if isinstance(column, TextColumn):
        folded = column.fold(str(value or ""))
        if isinstance(found_by, Contains):
            return found_by.text in folded
        if isinstance(found_by, Prefix):
            return folded.startswith(found_by.text)
        if isinstance(found_by, Wildcard):
            return _fits(found_by.parts, folded)
        value = folded or None
    return value is not None and _compares(found_by, value, column)


def _compares(found_by: Filter, value: str | Decimal | date, column: Column) -> bool:
    if isinstance(found_by, Exact):
        return value == found_by.value
    if isinstance(found_by, Range):
        above = found_by.low is None or compare(found_by.low, value, column) <= 0
        return above and (found_by.high is None or compare(value, found_by.high, column) <= 0)
    if isinstance(found_by, Compare):
        difference = compare(value, found_by.value, column)
        if difference == 0:
            return found_by.sign.endswith("=")
        return (difference > 0) == found_by.sign.startswith(">")
    raise TypeError(f"{found_by!r} does not belong to this column")


def _fits(parts: tuple[str | Sign, ...], text: str) -> bool:
    """Every position that the parts so far can end at, all at once: no backtracking, whatever the pattern."""
    ends = {0}
    for part in parts:
        if part is Sign.ANY:
            ends = set(range(min(ends), len(text) + 1)) if ends else ends
        elif part is Sign.ONE:
            ends = {end + 1 for end in ends if end < len(text)}
        elif isinstance(part, str):
            ends = {end + len(part) for end in ends if text.startswith(part, end)}
    return len(text) in ends
