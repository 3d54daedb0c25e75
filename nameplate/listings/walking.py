"""The first step of a page: the ids of its rows and the values of the order there, by one lean statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nameplate.listings.narrowing import Narrowed
from nameplate.listings.paging import Place, Term, behind, ordering
from nameplate.listings.sql import Sql, fence, fetch

if TYPE_CHECKING:
    from nameplate.listings.engine import Listing

Found = tuple[Any, ...]
"""An id, then the values of the order's terms."""


def page(listing: Listing, narrowed: Narrowed, terms: Sequence[Term], place: Place | None, limit: int, capped: bool) -> list[Found]:
    """The first `limit` rows from `place` on, nearest first: in the list's order, or its mirror image when the place says backwards."""
    backwards = place is not None and place.backwards
    names = [Term(f"o{number}", term.descending, term.nullable) for number, term in enumerate(terms)]
    selected = ", ".join(f"{term.expression} AS o{number}" for number, term in enumerate(terms))
    condition, params = narrowed.condition.text, narrowed.condition.params
    inner = f"SELECT {listing.row_id} AS id, {selected} FROM {listing.table} WHERE {condition}"
    hedge = "" if capped and not narrowed.fenced else fence()
    text = f"SELECT * FROM ({inner} {hedge}) f"
    if place is not None:
        further = behind(names, place)
        text, params = f"{text} WHERE {further.text}", params + further.params
    return fetch(Sql(f"{text} ORDER BY {ordering(names, backwards)} LIMIT {limit}", params))
