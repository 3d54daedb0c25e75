"""A list added up: the same search, its rows summed instead of shown one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nameplate import access
from nameplate.listings.engine import Listing
from nameplate.listings.query import parse
from nameplate.listings.sql import Sql, fetch


def summed(listing: Listing, *, actor: access.Actor, params: Mapping[str, str], by: str, sums: str) -> list[tuple[Any, ...]]:
    """Over all rows that `params` find: the columns `by`, then the `sums` for each of their values. Both are SQL of ours. One statement.

    Wrong filters are left out, as the list leaves them out. Refused: want of the right to the list.
    """
    meant = listing.meant(params, actor)
    columns = meant.readable(actor)
    found = meant.narrowed(parse(params, columns), columns).condition
    return list(fetch(Sql(f"SELECT {by}, {sums} FROM {meant.table} WHERE {found.text} GROUP BY {by}", found.params)))
