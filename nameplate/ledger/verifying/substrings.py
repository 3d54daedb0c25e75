"""The substring index of SQLite, which the ledger keeps by hand; PostgreSQL keeps its own."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import lru_cache
from zlib import crc32

from django.db import connection

from nameplate.ledger import bulk
from nameplate.ledger.verifying.findings import Finding, shown, unwanted

BATCH = 10_000


def substring_index() -> Iterator[Finding]:
    """Every unit is in the index once, under exactly the three-letter pieces of its key.

    The index does not keep the keys. What it keeps, pieces and the units under each, is summed up per unit and compared with the sum that
    the key makes: eight bytes a unit, whatever the number of units.
    """
    if bulk.is_postgresql():
        return
    yield from unwanted(
        "nameplate_serial_trigram",
        "rowid",
        "a unit of that id",
        "SELECT id, id FROM nameplate_serial_trigram_docsize t WHERE NOT EXISTS (SELECT 1 FROM nameplate_serial s WHERE s.id = t.id)",
    )
    yield from unwanted(
        "nameplate_serial_trigram",
        "rowid",
        "a row for every unit",
        "SELECT s.id, NULL FROM nameplate_serial s WHERE NOT EXISTS (SELECT 1 FROM nameplate_serial_trigram_docsize t WHERE t.id = s.id)",
    )
    yield from _contents()


def _contents() -> Iterator[Finding]:
    sums = _sums_of_index()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, key FROM nameplate_serial WHERE id IN (SELECT id FROM nameplate_serial_trigram_docsize)")
        while rows := cursor.fetchmany(BATCH):
            for unit, key in rows:
                expected = sum(_weight(piece) for piece in {key[at : at + 3] for at in range(len(key) - 2)})
                if sums[unit] != expected:
                    yield Finding("nameplate_serial_trigram", str(unit), "key", shown(key), "another text")


def _sums_of_index() -> array[int]:
    """For each unit's id, the sum of the weights of the pieces under which the index has it."""
    last = bulk.query("SELECT COALESCE(max(id), 0) FROM nameplate_serial_trigram_docsize")
    sums = array("Q", bytes(8 * (last[0][0] + 1)))
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIRTUAL TABLE temp.nameplate_pieces USING fts5vocab('main', 'nameplate_serial_trigram', 'instance')")
        try:
            cursor.execute("SELECT term, doc FROM temp.nameplate_pieces")
            while rows := cursor.fetchmany(BATCH):
                for piece, unit in rows:
                    if unit < len(sums):
                        sums[unit] += _weight(piece)
        finally:
            cursor.execute("DROP TABLE temp.nameplate_pieces")
    return sums


@lru_cache(maxsize=100_000)
def _weight(piece: str) -> int:
    return crc32(piece.encode())
