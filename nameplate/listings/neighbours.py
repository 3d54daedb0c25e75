"""What stands before and after a row in a search, by its place in the order: no ids are kept, and it may have left the search meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nameplate.listings.narrowed import Narrowed
from nameplate.listings.paging import Place, Values, values_of
from nameplate.listings.sorting import Sorting
from nameplate.listings.sql import among
from nameplate.listings.stretches import Found, Walk
from nameplate.listings.walking import chunk

if TYPE_CHECKING:
    from nameplate.listings.engine import Listing


def beside(listing: Listing, narrowed: Narrowed, sorting: Sorting, first: Sequence[Found], row_id: int) -> tuple[int | None, int | None]:
    """The ids before and after `row_id`. `first`: rows that the search names exactly, which stand above all others."""
    above = [int(row[0]) for row in first]
    if row_id in above:
        at = above.index(row_id)
        after = above[at + 1] if at + 1 < len(above) else _next(listing, narrowed, sorting, None)
        return (above[at - 1] if at else None), after
    itself = Narrowed(narrowed.table, among(listing.row_id, [row_id]))
    found = Walk(listing, itself, sorting, 1, backwards=False, patient=True).fenced(None)
    if not found:
        return None, None
    values: Values = values_of(found[0])
    before = _next(listing, narrowed, sorting, Place(values, backwards=True))
    return (above[-1] if before is None and above else before), _next(listing, narrowed, sorting, Place(values))


def _next(listing: Listing, narrowed: Narrowed, sorting: Sorting, place: Place | None) -> int | None:
    found = chunk(listing, narrowed, sorting, place, 1)
    return int(found[0][0]) if found else None
