"""The bare database, without the product: one connection, rows prepared beforehand, nothing but SQL inside the measured time."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import psycopg

Row = tuple[Any, ...]
Load = Callable[[], None]
"""Writes rows that were prepared beforehand."""

SQLITE_SETTINGS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON; PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-65536; PRAGMA journal_size_limit=67108864; PRAGMA foreign_keys=ON;"
)
"""The product's own, so that neither has an easier database."""
BLOCK = 65_536


class Store:
    """A connection to one of the two databases, with what they do differently."""

    name: str
    """As the report names it."""
    mark: str
    """How a parameter is written in SQL."""

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Run one prepared statement and fetch its rows."""
        raise NotImplementedError

    def rows(self, sql: str) -> Iterable[Row]:
        """Run one statement; its rows from the cursor, one by one."""
        raise NotImplementedError

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run one statement; how many rows it touched."""
        raise NotImplementedError

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Begin, and commit at the end of the block."""
        raise NotImplementedError

    def loading(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> Load:
        """Prepare rows for the quickest way in that this database has."""
        raise NotImplementedError

    def reserve(self, table: str, count: int) -> int:
        """The first of `count` ids that the product will not give out any more."""
        raise NotImplementedError

    def settle(self) -> None:
        """Let statistics and logs come to rest, so that what is measured next does not pay for what was before."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the connection."""
        raise NotImplementedError

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Prepare and write at once, where nothing is measured."""
        self.loading(table, columns, rows)()

    def table(self, name: str, condition: str, parameters: Sequence[Any]) -> tuple[list[str], list[Row]]:
        """Column names, and the rows that meet the condition."""
        raise NotImplementedError


def _field(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dict | list):
        value = orjson.dumps(value).decode()
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


class Postgresql(Store):
    """PostgreSQL by psycopg: COPY of text made beforehand, statements prepared on the server."""

    name = "PostgreSQL"
    mark = "%s"

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.execute("SET jit = off")

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self.connection.execute(sql.encode(), parameters or None, prepare=True).fetchall()

    def rows(self, sql: str) -> Iterable[Row]:
        return self.connection.execute(sql.encode())

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return self.connection.execute(sql.encode(), parameters or None).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.connection.transaction():
            yield

    def loading(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> Load:
        text = "".join("\t".join(map(_field, row)) + "\n" for row in rows).encode()
        names = ", ".join(f'"{column}"' for column in columns)
        statement = f"COPY {table} ({names}) FROM STDIN".encode()

        def load() -> None:
            with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
                for start in range(0, len(text), BLOCK):
                    copy.write(text[start : start + BLOCK])

        return load

    def reserve(self, table: str, count: int) -> int:
        first = int(self.query("SELECT nextval(%s::regclass)", [f"{table}_id_seq"])[0][0])
        self.query("SELECT setval(%s::regclass, %s)", [f"{table}_id_seq", first + count])
        return first

    def settle(self) -> None:
        self.execute("VACUUM ANALYZE")
        self.execute("CHECKPOINT")

    def close(self) -> None:
        self.connection.close()

    def table(self, name: str, condition: str, parameters: Sequence[Any]) -> tuple[list[str], list[Row]]:
        cursor = self.connection.execute(f"SELECT * FROM {name} WHERE {condition}".encode(), parameters)
        return [column.name for column in cursor.description or ()], cursor.fetchall()


class Sqlite(Store):
    """SQLite by the standard library: executemany of tuples made beforehand."""

    name = "SQLite"
    mark = "?"

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, timeout=20, isolation_level=None, cached_statements=512)
        self.connection.executescript(SQLITE_SETTINGS)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self.connection.execute(sql, parameters).fetchall()

    def rows(self, sql: str) -> Iterable[Row]:
        return self.connection.execute(sql)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return self.connection.execute(sql, parameters).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def loading(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> Load:
        names = ", ".join(f'"{column}"' for column in columns)
        statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
        prepared = [tuple(map(_plain, row)) for row in rows]

        def load() -> None:
            self.connection.executemany(statement, prepared)

        return load

    def reserve(self, table: str, count: int) -> int:
        return int(self.query(f"SELECT coalesce(max(id), 0) FROM {table}")[0][0]) + 1

    def settle(self) -> None:
        self.execute("PRAGMA analysis_limit = 0")
        self.execute("ANALYZE")
        self.query("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.connection.close()

    def table(self, name: str, condition: str, parameters: Sequence[Any]) -> tuple[list[str], list[Row]]:
        cursor = self.connection.execute(f"SELECT * FROM {name} WHERE {condition}", parameters)
        return [column[0] for column in cursor.description], cursor.fetchall()


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value
