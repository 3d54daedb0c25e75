"""Counts that stay quick at any size: exact up to the cap, and “more than that” beyond it."""

from __future__ import annotations

from nameplate.listings.sql import Sql, fetch

CAP = 10_000


def capped_count(source: Sql, condition: Sql, cap: int = CAP) -> tuple[int, bool]:
    """How many rows of `source` fulfil `condition`, at most `cap`; and whether there are more."""
    text = f"SELECT count(*) FROM (SELECT 1 FROM {source.text} WHERE {condition.text} LIMIT {cap + 1}) counted"
    found: int = fetch(Sql(text, source.params + condition.params))[0][0]
    return min(found, cap), found > cap


def in_words(count: int, capped: bool) -> str:
    """`count` as people read it: “3,912”, “10,000+”."""
    return f"{count:,}+" if capped else f"{count:,}"
