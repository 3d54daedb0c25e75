"""Keyset paging: a page begins behind (or before) a row, so the last page is as quick as the first and inserts shift nothing.

A cursor holds the order's values of the row at the page's edge. It is signed together with the list and the order it belongs to:
one that was made up, or taken from another list, is refused by name.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing

from nameplate.listings.sql import FALSE, Sql, all_of, any_of, postgresql

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an order. NULLs come last whichever way it runs: the two databases disagree, so that is always spelled out."""

    expression: str
    descending: bool = False
    nullable: bool = False

    def reversed(self) -> Term:
        """The same term for walking backwards; `ordering` and `behind` take care of where NULLs stand then."""
        return Term(self.expression, not self.descending, self.nullable)


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in the order, and which side of it is wanted."""

    values: Values
    backwards: bool = False


def ordering(terms: Sequence[Term], backwards: bool = False) -> str:
    """The ORDER BY list of `terms`, or of their mirror image."""
    parts = []
    for term in terms:
        direction = "DESC" if term.descending != backwards else "ASC"
        if term.nullable:
            parts.append(f"({term.expression} IS NULL) {'DESC' if backwards else 'ASC'}")
        parts.append(f"{term.expression} {direction}")
    return ", ".join(parts)


def behind(terms: Sequence[Term], place: Place) -> Sql:
    """The rows that come after `place` in the order of `terms` (before it, when it is to be walked backwards)."""
    branches: list[Sql] = []
    equal: list[Sql] = []
    for term, value in zip(terms, place.values, strict=True):
        further = _further(term, value, place.backwards)
        if further is not FALSE:
            branches.append(all_of([*equal, further]))
        equal.append(Sql(f"{term.expression} IS NULL") if value is None else Sql(f"{term.expression} = %s", (value,)))
    return any_of(branches)


def beyond(terms: Sequence[Term], values: Values, backwards: bool) -> Sql:
    """The same for terms that all run in one direction and are never NULL, worded so that an index answers it."""
    sign = "<" if terms[0].descending != backwards else ">"
    left, right = ", ".join(term.expression for term in terms), ", ".join(["%s"] * len(terms))
    return Sql(f"({left}) {sign} ({right})", values)


def _further(term: Term, value: Any, backwards: bool) -> Sql:
    """The rows beyond `value` in this term alone."""
    if value is None:
        return Sql(f"{term.expression} IS NOT NULL") if backwards else FALSE
    sign = "<" if term.descending != backwards else ">"
    beyond = Sql(f"{term.expression} {sign} %s", (value,))
    if term.nullable and not backwards:
        return any_of([beyond, Sql(f"{term.expression} IS NULL")])
    return beyond


def values_of(found: Sequence[Any]) -> Values:
    """The order's values of a row that `walking` found, as parameters and cursors take them."""
    return tuple(_as_stored(value) for value in found[1:])


def _as_stored(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.isoformat() if postgresql() else value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(" ")
    return value.isoformat() if isinstance(value, datetime.date) else value


def seal(belongs_to: str, values: Values) -> str:
    """The cursor for a row's place; `belongs_to` names list and order."""
    return signing.Signer(salt=belongs_to).sign_object(list(values))


def unseal(belongs_to: str, cursor: str, count: int) -> Values | None:
    """What `seal` put in, or None when the cursor is not one of this list and order."""
    try:
        plain = signing.Signer(salt=belongs_to).unsign_object(cursor)
    except (signing.BadSignature, ValueError, UnicodeError):
        return None
    return tuple(plain) if isinstance(plain, list) and len(plain) == count else None
