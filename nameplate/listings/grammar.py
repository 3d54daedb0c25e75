"""What may be typed into a column's filter, and what it means.

A filter is terms separated by commas. It finds a value when at least one of its plain terms does (or it has none) and none of its
terms with `!` is contradicted: `WD-*, ST-*, !*X` is (begins WD- or begins ST-) and does not end in X. A term is, in this order:

    !term           the opposite; an empty value fits every opposite but `!=`
    =               empty; with text behind it: exactly that, `*`, `?` and `..` included
    >x >=x <x <=x   by the column's order
    a..b            from a to b, both in; one end may be left open
    * and ?         any characters, or one, anywhere in text
    otherwise       text contains it; a number equals it; a date lies in the day, month, year or last days that it names

Quotation marks take what is between them literally, anywhere in a term; a quotation mark itself is written twice within them.
Comparing is by the column's own folding and order, so that serial numbers find what they are equal to, in natural order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from nameplate.listings.dates import span_of
from nameplate.listings.filters import (
    Column,
    Compare,
    Contains,
    Either,
    Empty,
    Every,
    Exact,
    Filter,
    GrammarError,
    Not,
    NumberColumn,
    Prefix,
    Range,
    Sign,
    Term,
    TextColumn,
    Value,
    Wildcard,
    compare,
)

LONGEST = 1_000
MOST_TERMS = 100
MOST_WILDCARDS = 10


@dataclass(frozen=True, slots=True)
class _Sign:
    """One character of the filter; `literal` when it stood in quotation marks."""

    character: str
    literal: bool
    position: int


_Signs = Sequence[_Sign]


def parse(text: str, column: Column) -> Filter | None:
    """The filter that `text` writes; None when it is blank. Raises `GrammarError`."""
    if len(text) > LONGEST:
        raise GrammarError(f"A filter has at most {LONGEST:,} characters.", LONGEST + 1)
    terms = [term for term in map(_trimmed, _split(_read(text), ",")) if term]
    if len(terms) > MOST_TERMS:
        raise GrammarError(f"A filter has at most {MOST_TERMS} parts.", terms[MOST_TERMS][0].position)
    positive: list[Filter] = []
    negative: list[Filter] = []
    for signs in terms:
        if _is(signs[0], "!"):
            negative.append(Not(_term(_trimmed(signs[1:]), column, signs[0])))
        else:
            positive.append(_term(signs, column, signs[0]))
    found = [Either(tuple(positive)) if len(positive) > 1 else positive[0]] if positive else []
    every = [*found, *negative]
    return (Every(tuple(every)) if len(every) > 1 else every[0]) if every else None


def _read(text: str) -> list[_Sign]:
    signs: list[_Sign] = []
    opened = 0
    index = 0
    while index < len(text):
        character = text[index]
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r":
            raise GrammarError(f"Character {index + 1} cannot be in any value.", index + 1)
        if character == '"' and opened and text[index + 1 : index + 2] == '"':
            index += 1
            signs.append(_Sign('"', True, index))
        elif character == '"':
            opened = 0 if opened else index + 1
            # An empty pair still says that there is a term: it keeps a place that holds no character.
            signs.append(_Sign("", True, index + 1))
        else:
            signs.append(_Sign(character, bool(opened), index + 1))
        index += 1
    if opened:
        raise GrammarError("This quotation mark is not closed.", opened)
    return signs


def _is(sign: _Sign, character: str) -> bool:
    return sign.character == character and not sign.literal


def _split(signs: _Signs, separator: str) -> list[_Signs]:
    parts: list[_Signs] = []
    start = 0
    for index, sign in enumerate(signs):
        if _is(sign, separator):
            parts.append(signs[start:index])
            start = index + 1
    return [*parts, signs[start:]]


def _trimmed(signs: _Signs) -> _Signs:
    start, stop = 0, len(signs)
    while start < stop and not signs[start].literal and signs[start].character.isspace():
        start += 1
    while start < stop and not signs[stop - 1].literal and signs[stop - 1].character.isspace():
        stop -= 1
    return signs[start:stop]


def _plain(signs: _Signs) -> str:
    return "".join(sign.character for sign in signs)


def _term(signs: _Signs, column: Column, first: _Sign) -> Term:
    if not signs:
        raise GrammarError("Something must follow “!”. To find what is not empty, write “!=”.", first.position)
    if _is(signs[0], "!"):
        raise GrammarError("One “!” is enough.", signs[0].position)
    if _is(signs[0], "="):
        rest = _trimmed(signs[1:])
        return _exactly(rest, column) if _plain(rest) else Empty()
    for comparison in (">=", "<=", ">", "<"):
        if _starts(signs, comparison):
            rest = _trimmed(signs[len(comparison) :])
            if not rest:
                raise GrammarError(f"Something must follow “{comparison}”.", signs[0].position)
            return _compared(comparison, rest, column)
    at = next((index for index in range(len(signs) - 1) if _starts(signs[index:], "..")), None)
    if at is not None:
        return _ranged(_trimmed(signs[:at]), _trimmed(signs[at + 2 :]), signs[at], column)
    if isinstance(column, TextColumn):
        return _matching(signs, column)
    wild = next((sign for sign in signs if _is(sign, "*") or _is(sign, "?")), None)
    if wild:
        raise GrammarError("“*” and “?” stand for characters of text; here use a..b, >x or <x.", wild.position)
    return _exactly(signs, column)


def _starts(signs: _Signs, text: str) -> bool:
    return len(signs) >= len(text) and all(_is(sign, character) for sign, character in zip(signs, text, strict=False))


def _exactly(signs: _Signs, column: Column) -> Term:
    low, high = _value(signs, column)
    return Exact(low) if low == high else Range(low, high)


def _value(signs: _Signs, column: Column) -> tuple[Value, Value]:
    """What an operand stands for, as its first and last value: a month is thirty days, all else is one value."""
    text = _plain(signs)
    if isinstance(column, TextColumn):
        folded = column.fold(text)
        return folded, folded
    if isinstance(column, NumberColumn):
        if not re.fullmatch(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?", text.strip()):
            raise GrammarError(f"“{text}” is not a number. Write 12 or 2.5.", signs[0].position)
        number = Decimal(text.strip())
        return number, number
    try:
        return span_of(text, column.today)
    except ValueError as error:
        raise GrammarError(str(error), signs[0].position) from None


def _compared(comparison: str, signs: _Signs, column: Column) -> Compare:
    low, high = _value(signs, column)
    # After March is after its last day; from March on is from its first.
    return Compare(comparison, high if comparison in (">", "<=") else low)


def _ranged(left: _Signs, right: _Signs, dots: _Sign, column: Column) -> Range:
    if not left and not right:
        raise GrammarError("A range needs at least one end, like 2..5 or 2.. or ..5.", dots.position)
    again = next((sign for sign, after in pairwise(right) if _is(sign, ".") and _is(after, ".")), None)
    if again:
        raise GrammarError("One “..” is enough.", again.position)
    low = _value(left, column)[0] if left else None
    high = _value(right, column)[1] if right else None
    if low is not None and high is not None and compare(low, high, column) > 0:
        raise GrammarError(f"The range runs backwards: {_plain(right)} comes before {_plain(left)}.", dots.position)
    return Range(low, high)


def _matching(signs: _Signs, column: TextColumn) -> Term:
    parts: list[str | Sign] = []
    text = ""
    for sign in signs:
        if _is(sign, "*") or _is(sign, "?"):
            if text:
                parts.append(column.fold(text))
                text = ""
            if not (_is(sign, "*") and parts and parts[-1] is Sign.ANY):
                parts.append(Sign(sign.character))
        else:
            text += sign.character
    if text:
        parts.append(column.fold(text))
    if sum(part is Sign.ANY for part in parts) > MOST_WILDCARDS:
        raise GrammarError(f"A term has at most {MOST_WILDCARDS} “*”.", signs[0].position)
    match parts:
        case [] | [str()]:
            return Contains(str(parts[0]) if parts else "")
        case [str(prefix), Sign.ANY]:
            return Prefix(prefix)
        case [Sign.ANY, str(inner), Sign.ANY]:
            return Contains(inner, anywhere=True)
    return Wildcard(tuple(parts))
