"""Rows of which many share most columns are written as they are given, however the database takes them."""

from __future__ import annotations

from django.db import connection

from nameplate.ledger import bulk


def test_rows_that_share_their_rest_but_differ_in_two_numbers(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE shared_rows (unit bigint, seq bigint, entry bigint, hold text)")
    rest, other = ("wet",), ("",)
    for parts in (1, 3, 600):
        rows = [(unit, unit % parts, rest if unit % 2 else other) for unit in range(1_200)]
        bulk.insert_sharing("shared_rows", ("unit", "seq", "entry", "hold"), rows, parts)
        found = bulk.query("SELECT unit, seq, hold FROM shared_rows WHERE entry = %s ORDER BY unit", [parts])
        assert found == [(unit, seq, *shared) for unit, seq, shared in rows]
