"""Rows ticked in a list: handed over to what shall be done to them, by an address that names them."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from nameplate import listings
from nameplate.operations.choosing import MOST_UNITS
from nameplate.operations.selecting import keep_selection
from nameplate.refusals import NotFound
from nameplate.web.acting import see_other, viewing
from nameplate.web.forms import whole_number
from nameplate.web.list_words import WORDS

EXPORT = "/exports/new"


@require_POST
def create(request: HttpRequest, name: str) -> HttpResponse:
    """Keep what was ticked and go on to the act `to`. `search` is the search all of whose rows were chosen, but for those in `ids`."""
    listing = listings.ALL[name]
    actor = viewing(request, listing.section)
    to = request.POST.get("to", "") or request.GET.get("to", "")
    if to not in {f"/{name}", EXPORT, *(act.href for act in WORDS[name].with_these)}:
        raise NotFound("not-found", "Nothing of the kind is done to these rows.")
    ids = [whole_number(text) for text in request.POST.get("ids", "").split(",") if text]
    everything = "all" in request.POST
    asked = dict(parse_qsl(request.POST.get("search", ""))) if everything else {}
    if everything and ids and "chosen" in asked:
        # An address names one selection: what is left of two is kept as one of its own.
        taken = set(ids)
        ids, everything = [row for row in listing.ids(asked, actor=actor, most=MOST_UNITS) if row not in taken], False
    if ids or not everything:
        kept = keep_selection(actor=actor, listing=name, section=listing.section, ids=ids)
        asked = {**(asked if everything else {}), "chosen": f"{'!' if everything else ''}{kept.pk}"}
    return see_other(_address(to, name, asked))


def _address(to: str, name: str, asked: dict[str, str]) -> str:
    if to == EXPORT:
        return f"{to}?{urlencode({'list': name, **asked})}"
    if to == f"/{name}":
        return f"{to}?{urlencode(asked)}"
    # The whole list is a search as well; an empty one would be none.
    return f"{to}?{urlencode({'search': urlencode(asked or {'sort': listings.ALL[name].columns[0].name})})}"


paths = [path(f"{name}/selections", create, {"name": name}) for name, words in WORDS.items() if words.with_these]
