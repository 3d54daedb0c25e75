"""From filters to SQL: one function for each kind of value, and none that lets typed text become SQL.

Each condition means exactly what `matching.matches` says of the value, empty cells included, and is never NULL.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from nameplate.listings.filters import (
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
    Term,
    Wildcard,
)
from nameplate.listings.sql import FALSE, TRUE, Sql, all_of, any_of, negated, postgresql
from nameplate.quantities import MILLIONTHS
from nameplate.serial_text import upper_bound

TermCondition = Callable[[Term], Sql]


def condition_of(found_by: Filter, of_term: TermCondition) -> Sql:
    """The condition of a whole filter, given that of one term."""
    match found_by:
        case Either(terms):
            return any_of([condition_of(term, of_term) for term in terms])
        case Every(terms):
            return all_of([condition_of(term, of_term) for term in terms])
        case Not(term):
            return negated(of_term(term))
        case _:
            return of_term(found_by)


def text_term(expression: str, ordered: str, order: Callable[[str], str]) -> TermCondition:
    """Conditions on folded text that is never NULL; ranges compare `ordered`, which holds `order` of it."""

    def of_term(term: Term) -> Sql:
        match term:
            case Empty():
                return Sql(f"{expression} = ''")
            case Exact(value):
                return Sql(f"{expression} = %s", (str(value),)) if value else FALSE
            case Contains(text):
                return contains(expression, text)
            case Prefix(text):
                return between(expression, text, upper_bound(text))
            case Wildcard(parts):
                return Sql(f"{expression} LIKE %s ESCAPE '\\'", (like_pattern(parts),))
            case Range() | Compare():
                found = _compared(term, ordered, lambda value: order(str(value)))
                return all_of([found, Sql(f"{expression} <> ''")])
        raise TypeError(f"{term!r} is not a condition on text")

    return of_term


def contains(expression: str, text: str) -> Sql:
    """`expression` has `text` in it."""
    if not text:
        return TRUE
    if postgresql():
        return Sql(f"{expression} LIKE %s ESCAPE '\\'", (like_pattern((Sign.ANY, text, Sign.ANY)),))
    return Sql(f"instr({expression}, %s) > 0", (text,))


def between(expression: str, low: str, below: str | None) -> Sql:
    """`expression` is at or above `low` and below `below`."""
    bounds = [Sql(f"{expression} >= %s", (low,))] if low else []
    return all_of([*bounds, *([Sql(f"{expression} < %s", (below,))] if below is not None else [])])


def like_pattern(parts: tuple[str | Sign, ...]) -> str:
    """The parts as a LIKE pattern, with a backslash before characters that are no signs."""
    signs = {Sign.ANY: "%", Sign.ONE: "_"}
    return "".join(
        signs[part] if isinstance(part, Sign) else part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for part in parts
    )


def _compared(term: Term, expression: str, key: Callable[[object], object], operand: str = "%s") -> Sql:
    """A range or comparison of `expression` with values as `key` makes them, each written `operand`; false for no value."""
    match term:
        case Exact(value):
            return Sql(f"{expression} = {operand}", (key(value),))
        case Compare(sign, value) if sign in (">", ">=", "<", "<="):
            return Sql(f"{expression} {sign} {operand}", (key(value),))
        case Range(low, high):
            ends = [] if low is None else [Sql(f"{expression} >= {operand}", (key(low),))]
            return all_of([*ends, *([] if high is None else [Sql(f"{expression} <= {operand}", (key(high),))])])
    raise TypeError(f"{term!r} compares nothing")


def _or_false(found: Sql, expression: str) -> Sql:
    """`found`, false instead of NULL where `expression` is NULL, so that it can be negated."""
    return Sql(f"({found.text} AND {expression} IS NOT NULL)", found.params)


def plain_term(expression: str, *, micro: bool = False) -> TermCondition:
    """Conditions on days or numbers; `micro`: the column counts millionths."""

    def key(value: object) -> object:
        return value * MILLIONTHS if micro else value  # type: ignore[operator]  # numbers alone are counted so

    def of_term(term: Term) -> Sql:
        if isinstance(term, Empty):
            return Sql(f"{expression} IS NULL")
        return _or_false(_compared(term, expression, key, _operand_of(term)), expression)

    return of_term


def _operand_of(term: Term) -> str:
    """A number reaches SQLite as text, which only a column makes a number again: beside a sum it would stand above every number."""
    values = (term.low, term.high) if isinstance(term, Range) else (getattr(term, "value", None),)
    number = any(isinstance(value, Decimal) for value in values)
    return "CAST(%s AS numeric)" if number and not postgresql() else "%s"


def moment_term(expression: str) -> TermCondition:
    """Conditions on moments by their day in the company's time zone."""
    zone = ZoneInfo(settings.TIME_ZONE)

    def start_of(day: object, days: int = 0) -> str | None:
        try:
            local = datetime.datetime.combine(day, datetime.time(), zone) + datetime.timedelta(days=days)  # type: ignore[arg-type]  # a day
            moment = local.astimezone(datetime.UTC)
        except OverflowError:
            return None
        return moment.strftime("%Y-%m-%d %H:%M:%S") + ("+00" if postgresql() else "")

    def at(sign: str, moment: str | None, otherwise: Sql) -> Sql:
        return otherwise if moment is None else Sql(f"{expression} {sign} %s", (moment,))

    def of_term(term: Term) -> Sql:
        match term:
            case Empty():
                return Sql(f"{expression} IS NULL")
            case Exact(value):
                found = all_of([at(">=", start_of(value), TRUE), at("<", start_of(value, 1), TRUE)])
            case Range(low, high):
                after = TRUE if low is None else at(">=", start_of(low), TRUE)
                found = all_of([after, TRUE if high is None else at("<", start_of(high, 1), TRUE)])
            case Compare(">=" | "<" as sign, value):
                found = at(sign, start_of(value), TRUE if sign == ">=" else FALSE)
            case Compare(sign, value):
                found = at(">=" if sign == ">" else "<", start_of(value, 1), FALSE if sign == ">" else TRUE)
            case _:
                raise TypeError(f"{term!r} is not a condition on time")
        return _or_false(found, expression)

    return of_term
