"""What a filter proposes while somebody types. Without scripts a filter is typed whole."""

from __future__ import annotations

import re

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from nameplate import listings
from nameplate.listings import lookup
from nameplate.refusals import NotFound
from nameplate.web.acting import actor_of

_PLAIN = re.compile(r'[^,"]+')
LONGEST = 200


@require_safe
def page(request: HttpRequest, name: str) -> JsonResponse:
    """The proposals of `?column=` for `?text=`: what to put into the filter, how it reads, and what explains it."""
    if name not in listings.ALL:
        raise NotFound("not-found", "There is no such list.")
    columns = listings.ALL[name].readable(actor_of(request))
    wanted = request.GET.get("column", "")
    column = next((one for one in columns if one.name == wanted and lookup.proposes(one)), None)
    found = [] if column is None else lookup.proposals(column, request.GET.get("text", "")[:LONGEST])
    return JsonResponse({"proposals": [{"term": term_of(value), "name": value, "detail": detail} for value, detail in found]})


def term_of(value: str) -> str:
    """The filter that finds exactly this value."""
    plain = _PLAIN.fullmatch(value) and value == value.strip()
    return f"={value}" if plain else '="' + value.replace('"', '""') + '"'


paths = [path("lists/<path:name>/lookup", page)]
