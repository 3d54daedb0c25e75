"""Whether the database answers at all, and is as this version has it: asked once before a command begins."""

from __future__ import annotations

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

PATIENCE = 10
"""Seconds for a server that does not answer."""


def reach_database() -> None:
    """Refused with one sentence: there is no such server, it does not let us in, or the file cannot be opened."""
    if connection.vendor == "postgresql":
        _reach_server()
        return
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        name = connection.settings_dict["NAME"]
        raise ImproperlyConfigured(f"The SQLite file {name} cannot be opened ({error}); see DATABASE_URL and NAMEPLATE_DATA.") from None


def refuse_unmigrated() -> None:
    """Refused with one sentence: the database is not at this version's migrations."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise ImproperlyConfigured("The database is not up to date. Run “nameplate migrate” first.")


def _reach_server() -> None:
    """Past the pool, which would try for long and write down each failure."""
    try:
        psycopg.connect(**{**connection.get_connection_params(), "connect_timeout": PATIENCE}).close()
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[0].strip().rstrip(".")
        raise ImproperlyConfigured(f"PostgreSQL cannot be reached at DATABASE_URL: {said}.") from None
