"""Pieces of SQL with their parameters, and the few words in which the two databases differ.

Only declarations and constants become text; whatever a person typed travels as a parameter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL and the parameters of its placeholders, in order."""

    text: str
    params: tuple[Any, ...] = ()


TRUE = Sql("1 = 1")
FALSE = Sql("1 = 0")


FEW = 50
"""As many values are written out."""


def all_of(pieces: Iterable[Sql]) -> Sql:
    """The pieces joined by AND; true when there are none."""
    return _joined(" AND ", [piece for piece in pieces if piece != TRUE], TRUE)


def any_of(pieces: Iterable[Sql]) -> Sql:
    """The pieces joined by OR; false when there are none."""
    return _joined(" OR ", pieces, FALSE)


def _joined(word: str, pieces: Iterable[Sql], empty: Sql) -> Sql:
    found = list(pieces)
    if not found:
        return empty
    if len(found) == 1:
        return found[0]
    return Sql("(" + word.join(piece.text for piece in found) + ")", tuple(param for piece in found for param in piece.params))


def union(selects: Sequence[Sql]) -> Sql:
    """The rows of all `selects`, each once."""
    return Sql(" UNION ".join(select.text for select in selects), tuple(param for select in selects for param in select.params))


def negated(piece: Sql) -> Sql:
    """True exactly where `piece` is false; `piece` must never be NULL."""
    return Sql(f"NOT ({piece.text})", piece.params)


def postgresql() -> bool:
    """Whether the database in use is PostgreSQL; it is SQLite otherwise."""
    return connection.vendor == "postgresql"


def among(expression: str, values: Sequence[int] | Sequence[str]) -> Sql:
    """`expression` is one of `values`, which travel as one parameter however many they are."""
    if not values:
        return FALSE
    if len(values) == 1:
        return Sql(f"{expression} = %s", (values[0],))
    if len(values) <= FEW and not postgresql():
        # A list that it can count makes SQLite use the column's index.
        return Sql(f"{expression} IN ({', '.join(['%s'] * len(values))})", tuple(values))
    if postgresql():
        array = "text[]" if isinstance(values[0], str) else "bigint[]"
        return Sql(f"{expression} = ANY(%s::{array})", (list(values),))
    return Sql(f"{expression} IN (SELECT value FROM json_each(%s))", (json.dumps(list(values)),))


def fence() -> str:
    """What keeps the planner from pulling a subquery apart and walking the sort's index in hope of early hits."""
    return "OFFSET 0" if postgresql() else "LIMIT -1 OFFSET 0"


def json_array() -> str:
    """The function that packs a linked row's values into one text."""
    return "json_build_array" if postgresql() else "json_array"


def fetch(statement: Sql) -> list[tuple[Any, ...]]:
    """Run a SELECT and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
