"""How much work an act makes the database do, whatever the machine."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from nameplate.ledger import bulk


def read_by(act: Callable[[], object]) -> int:
    """How much of the database an act reads: rows of movements on PostgreSQL, hundreds of steps of its machine on SQLite.

    PostgreSQL is told the size of the tables first, as its own vacuum does: of tables that it has not met it may read all.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE nameplate_movement, nameplate_serial, nameplate_entry")
        # In one transaction: after it the server may put away what it counted, if the last time was more than a second ago.
        with transaction.atomic():
            before = _rows_read()
            act()
            return _rows_read() - before
    steps = itertools.count()
    connection.connection.set_progress_handler(lambda: next(steps) and 0, 100)
    try:
        act()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return next(steps)


def rows_read_by(table: str) -> int:
    """How much the database goes through to make a listing's table: rows of every step on PostgreSQL, hundreds of steps on SQLite.

    Of the sizes of its tables the database knows what it knows.
    """
    sql = f"SELECT * FROM {table}"
    if connection.vendor == "sqlite":
        return read_by(lambda: bulk.query(sql))
    [[[plan]]] = bulk.query(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
    return _rows_of(plan["Plan"])


def _rows_of(step: dict[str, Any]) -> int:
    gone_through = step["Actual Rows"] + step.get("Rows Removed by Filter", 0) + step.get("Rows Removed by Join Filter", 0)
    return int(gone_through * step["Actual Loops"]) + sum(map(_rows_of, step.get("Plans", ())))


def _rows_read() -> int:
    """Through indexes too: the server counts those rows at each index, and the view adds them up."""
    sql = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_all_tables WHERE relid = 'nameplate_movement'::regclass"
    return int(bulk.query(sql)[0][0])
