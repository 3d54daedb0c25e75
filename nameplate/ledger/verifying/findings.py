"""What a check finds, and the one way in which checks ask: a comparison of expected and found columns, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nameplate.ledger import bulk

MOST = 1_000
"""Rows that one check names. A database in which more is wrong needs its backup, not a longer list."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One value that is not what the ledger says: where it stands, what was expected, what is there."""

    table: str
    id: str
    """The row's key; where that is several columns, joined by `/`."""
    column: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.table} {self.id}: {self.column} is {self.found}, the ledger says {self.expected}"


Column = tuple[str, str, str]
"""A column's name, and SQL for the value expected and the value found."""


def shown(value: Any) -> str:
    """A value as a finding shows it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(int(value))
    return f"“{value}”" if isinstance(value, str) else str(value)


def same(left: str, right: str) -> str:
    """SQL: two expressions are equal, nothing counting as a value. Both databases, and SQLite of any age, understand it."""
    return f"COALESCE({left} = {right}, {left} IS NULL AND {right} IS NULL)"


def compared(table: str, key: str, columns: Sequence[Column], source: str, *, where: str = "", before: str = "") -> Iterator[Finding]:
    """Ask one statement which rows of `source` (what follows FROM) have a column that differs. `before` is its WITH clause."""
    picks = ", ".join(f"{expected}, {found}" for _, expected, found in columns)
    wrong = " OR ".join(f"NOT {same(expected, found)}" for _, expected, found in columns)
    condition = f"({where}) AND ({wrong})" if where else wrong
    for row in bulk.query(f"{before} SELECT {key}, {picks} FROM {source} WHERE {condition} ORDER BY 1 LIMIT {MOST}"):
        for index, (name, _, _) in enumerate(columns):
            expected, found = row[1 + 2 * index], row[2 + 2 * index]
            if expected != found:
                yield Finding(table, str(row[0]), name, shown(expected), shown(found))


def unwanted(table: str, column: str, expected: str, sql: str) -> Iterator[Finding]:
    """A finding for each (key, found) that the query answers."""
    for key, found in bulk.query(f"{sql} LIMIT {MOST}"):
        yield Finding(table, str(key), column, expected, shown(found))
