"""Triggers that hold the ledger append-only, and keep what it points at, as SQL for each database.

Django drops triggers when it rebuilds a SQLite table, so a system check asserts that they exist; a migration that rebuilds one of these
tables ends by creating them again.
"""

from __future__ import annotations

from django.db import connection

APPEND_ONLY = (
    "nameplate_entry",
    "nameplate_movement",
    "nameplate_stockmovement",
    "nameplate_lotmovement",
    "nameplate_name",
    "nameplate_change",
)

KEPT = ("nameplate_serial", "nameplate_document", "nameplate_party")
"""Changed by the ledger and by operations, but never removed: rows of units, and of movements, point at them without foreign keys."""


def guard_names() -> set[str]:
    """The triggers that must exist on the database in use."""
    removing = ("delete", "truncate") if connection.vendor == "postgresql" else ("delete",)
    return {f"{table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", *removing)} | {
        f"{table}_no_{verb}" for table in KEPT for verb in removing
    }


def sqlite_keeping() -> list[str]:
    """One trigger for each table whose rows are never removed."""
    return [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'never removed, only changed: {table}'); END"
        for table in KEPT
    ]


def postgresql_keeping() -> list[str]:
    """The same for PostgreSQL, where TRUNCATE is another way to remove."""
    function = (
        "CREATE FUNCTION nameplate_kept() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'never removed, only changed: %', TG_TABLE_NAME; END $$"
    )
    return [
        function,
        *[
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION nameplate_kept()"
            for table in KEPT
            for verb in ("delete", "truncate")
        ],
    ]


def sqlite_guards() -> list[str]:
    """One trigger per table and verb. INSERT OR REPLACE fires the delete trigger only with recursive_triggers=ON."""
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {table}'); END"
        for table in APPEND_ONLY
        for verb in ("update", "delete")
    ]


def postgresql_guards() -> list[str]:
    """Statement triggers, so that they cost nothing per row; TRUNCATE too."""
    function = (
        "CREATE FUNCTION nameplate_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'the ledger is append-only: %', TG_TABLE_NAME; END $$"
    )
    return [
        function,
        *[
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION nameplate_append_only()"
            for table in APPEND_ONLY
            for verb in ("update", "delete", "truncate")
        ],
    ]
