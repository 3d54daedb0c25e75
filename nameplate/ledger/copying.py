"""PostgreSQL's COPY: rows as its text format, fed in chunks."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

import orjson
from django.db import connection

CHUNK = 5_000
"""Rows per write to a COPY stream: enough to be quick, few enough to keep memory flat."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def field(value: Any) -> str:
    """A value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, dict):
        return orjson.dumps(value).decode().translate(_ESCAPES)
    return str(value)


def copy(sql: str, rows: Iterable[Any], text_of: Callable[[list[Any]], str]) -> None:
    """COPY, passed through Django's execute wrappers like every other statement, so that counting and fault injection see it."""

    def run(statement: str, params: Any, many: bool, context: dict[str, Any]) -> None:
        with context["cursor"].copy(statement) as stream:
            feed = iter(rows)
            while chunk := list(islice(feed, CHUNK)):
                stream.write(text_of(chunk))

    with connection.cursor() as cursor:
        context = {"connection": connection, "cursor": cursor}
        call: Callable[..., None] = run
        for wrapper in reversed(connection.execute_wrappers):
            call = functools.partial(wrapper, call)
        with connection.wrap_database_errors:
            call(sql, None, True, context)


_ESCAPED = re.compile(r"[\\\t\n\r]")


def lines(chunk: list[Sequence[Any]]) -> str:
    """COPY's text format. Columns that are the same in all rows (most of them) are written once into a template."""
    fields: list[str] = []
    varying: list[Sequence[str]] = []
    for column in zip(*chunk, strict=True):
        first = column[0]
        if type(first) is not dict and column.count(first) == len(column):
            fields.append(field(first).replace("%", "%%"))
        else:
            fields.append("%s")
            varying.append(_cells(column))
    template = "\t".join(fields) + "\n"
    if not varying:
        return template.replace("%%", "%") * len(chunk)
    return "".join([template % cells for cells in zip(*varying, strict=True)])


def _cells(column: Sequence[Any]) -> Sequence[str]:
    """A column's fields; numbers, and texts in which nothing needs escaping, without a call for each."""
    types = set(map(type, column))
    if types == {int}:
        return list(map(str, column))
    if types == {int, type(None)}:
        return ["\\N" if value is None else str(value) for value in column]
    if types == {str} and not _ESCAPED.search("".join(column)):
        return column
    return [field(value) for value in column]
