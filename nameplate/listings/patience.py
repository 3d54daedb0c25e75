"""How long one waits for a list of a past day: what no index answers goes through all units, and many millions would hold up the page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from nameplate.listings.sql import postgresql
from nameplate.refusals import Invalid

STEPS = 100_000
"""How many steps SQLite takes between two looks at the clock, a few milliseconds."""


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """Reading alone, each statement within so many seconds; None: as long as it takes. Refused: one that takes longer, which is stopped."""
    if seconds is None:
        yield
        return
    try:
        with _limited_postgresql(seconds) if postgresql() else _limited_sqlite(seconds):
            yield
    except OperationalError as error:
        if not any(word in str(error) for word in ("statement timeout", "interrupted")):
            raise
        raise Invalid(
            "takes-too-long",
            f"Finding this among all units of that day takes more than {seconds:g} seconds.",
            way_out="Leave out a filter or the order, choose an item, or take all units of that day as a file, in the background.",
        ) from error


@contextmanager
def _limited_postgresql(seconds: float) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(max(1, round(seconds * 1_000)))])
        yield
        cursor.execute("SET LOCAL statement_timeout = DEFAULT")


@contextmanager
def _limited_sqlite(seconds: float) -> Iterator[None]:
    connection.ensure_connection()
    end = time.monotonic() + seconds
    connection.connection.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)
