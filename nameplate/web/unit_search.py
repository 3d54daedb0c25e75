"""The search in which a unit was opened: back to it, and the units before and after in it. The unit's address carries it as `in`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from nameplate.listings.serials import SERIALS
from nameplate.web.acting import actor_of

CARRIED = "in"


@dataclass(frozen=True, slots=True)
class UnitSearch:
    """Empty addresses: there is none in that direction."""

    back: str
    previous: str
    next: str


def search_of(request: HttpRequest, unit_id: int) -> UnitSearch | None:
    """None when the unit was not opened from a search. What is wrong in the search is left out, as the list does."""
    text = request.GET.get(CARRIED, "")
    if not text:
        return None
    sent = QueryDict(text)
    params = {name: sent[name] for name in sent if name not in {"after", "before"} and sent[name].strip()}
    search = urlencode(params)
    before, after = SERIALS.beside(params, actor=actor_of(request), row_id=unit_id)
    carried = urlencode({CARRIED: search})
    previous, following = (f"/serials/{one}?{carried}" if one is not None else "" for one in (before, after))
    return UnitSearch(f"/serials?{search}", previous, following)
