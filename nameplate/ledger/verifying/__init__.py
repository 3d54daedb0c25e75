"""Is every row the fold of the ledger? Asked by SQL and Python of its own, which share nothing with posting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from django.db import connection, transaction

from nameplate.ledger import bulk
from nameplate.ledger.verifying import custom, links, stock, substrings, texts, units
from nameplate.ledger.verifying.findings import MOST, Finding

__all__ = ["CHECKS", "Finding", "verify"]

CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    units.placements,
    units.components,
    units.sequences,
    units.earlier_units,
    texts.keys,
    texts.edits,
    texts.names,
    custom.values,
    custom.used_fields,
    substrings.substring_index,
    stock.stock,
    stock.balances,
    stock.counted,
    stock.lots,
    stock.units_of_lots,
    links.open_edges,
    links.edges_in_time,
    links.goods_inside,
    links.dangling,
    links.entries,
    links.purchase_orders,
)


def verify() -> list[Finding]:
    """Every value that is not what the ledger says; empty when all is well.

    A constant number of statements, all of one moment, and memory that does not grow with the units. Each check names at most
    `findings.MOST` rows. Writers are not kept waiting.
    """
    with _one_moment():
        return [finding for check in CHECKS for finding in islice(check(), MOST)]


@contextmanager
def _one_moment() -> Iterator[None]:
    """All statements see the database as it was at the first; inside somebody's transaction they see what that sees."""
    if connection.in_atomic_block:
        yield
    elif bulk.is_postgresql():
        with transaction.atomic():
            bulk.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    else:
        # A plain BEGIN reads; Django's own would take the one place of the writer.
        bulk.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            bulk.execute("ROLLBACK")
