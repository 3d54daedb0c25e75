"""Counts for people, exact as far as anybody reads on."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

CAP = 10_000


def counted(rows: QuerySet[Any]) -> str:
    """How many rows, as text: exact to the cap, then “10,000+”, so that no page waits for a million; empty for none."""
    found = rows.order_by()[: CAP + 1].count()
    if not found:
        return ""
    return f"{CAP:,}+" if found > CAP else f"{found:,}"
