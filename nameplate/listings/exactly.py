"""What the text of a search box names exactly: shown above everything else that it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nameplate.listings.columns import Column
from nameplate.listings.narrowed import Check, Narrowed
from nameplate.listings.narrowing import narrow
from nameplate.listings.query import Query
from nameplate.listings.sorting import Sorting
from nameplate.listings.sql import all_of, among, negated
from nameplate.listings.stretches import Found, Walk

if TYPE_CHECKING:
    from nameplate.listings.engine import Listing

MOST = 20
"""As many are shown above a search's first page."""


def exact_hits(listing: Listing, query: Query, columns: Sequence[Column], sorting: Sorting) -> list[Found]:
    """The rows that the search box's text names exactly, within the filters; none when another order is asked for."""
    if not query.q or listing.exact is None or query.sorts:
        return []
    narrowed = narrow(listing, replace(query, errors={}, notes={}), columns)
    hits: dict[int, Found] = {}
    for named in listing.exact(query.q):
        meant = replace(narrowed, scope=all_of([listing.scope, named]))
        found = Walk(listing, meant, listing.hidden_last(sorting), MOST, backwards=False, patient=True).fenced(None)
        hits.update((row[0], row) for row in found if row[0] not in hits)
    return list(hits.values())[:MOST]


def without(listing: Listing, first: Sequence[Found], narrowed: Narrowed) -> Narrowed:
    """The rest of a search whose exact hits are shown first."""
    return narrowed.also(Check(negated(among(listing.row_id, [row[0] for row in first])))) if first else narrowed
