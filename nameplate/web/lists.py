"""One page for every list: search, filters in the column heads, sorting, keyset paging, CSV. What a list is, its `Listing` says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from nameplate import access, functions, listings
from nameplate.documents.lists import list_paper
from nameplate.documents.sending import sent
from nameplate.listings.columns import Column
from nameplate.listings.engine import Page
from nameplate.listings.export import file_name
from nameplate.listings.query import Query, parse
from nameplate.operations.rejecting import can_reject
from nameplate.web import clock, heads, navigation, pictures, table
from nameplate.web.acting import actor_of, viewing
from nameplate.web.list_words import WITH_THESE, WORDS, Action, ListWords

REJECTING = "/rejections/new"
SIZES = (25, 50, 100, 200, 500)


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponseBase:
    """A list, whole; or for htmx its region alone, which brings the page's new address along."""
    params, tidy = _params(request.GET)
    found = listings.ALL[name].read(params, actor=actor_of(request))
    address = _address(request.path, found, params)
    if not tidy and not request.headers.get("HX-Request"):
        return HttpResponseRedirect(address)
    region = table.render("lists/region.jinja", _context(request, found, WORDS[name]))
    if request.headers.get("HX-Request"):
        answer = HttpResponse(region)
        # Asked again from the same address (Enter after a pause, say), it does not become a second step back.
        same = request.headers.get("HX-Current-URL", "").partition(request.get_host())[2] == address
        answer["HX-Replace-Url" if same else "HX-Push-Url"] = address
    else:
        answer = render(request, "lists/page.html", {"region": mark_safe(region), "words": WORDS[name]})
    answer["Vary"] = "HX-Request"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def csv(request: HttpRequest, name: str) -> HttpResponseBase:
    """The list as CSV, all rows that match. A search with a mistake in it goes back to its page, which says what is wrong."""
    params, _ = _params(request.GET)
    listing = listings.ALL[name]
    actor = viewing(request, listing.section)
    columns = listing.visible(actor)
    query = parse(params, columns)
    listing.narrowed(query, columns)
    if query.errors:
        return HttpResponseRedirect(f"/{name}?{request.GET.urlencode()}")
    answer = StreamingHttpResponse(listing.csv(params, actor=actor), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(name)}.csv"'
    return answer


@require_safe
def paper(request: HttpRequest, name: str) -> HttpResponse:
    """The list as PDF, in the columns that its page shows. A search with a mistake in it is refused, as is one that finds too much."""
    params, _ = _params(request.GET)
    listing = listings.ALL[name]
    columns = listing.readable(actor_of(request))
    shown = [column.name for column in _columns(columns, parse(params, columns), WORDS[name])]
    return sent(list_paper(actor=actor_of(request), listing=listing, params=params, shown=shown))


def _params(given: QueryDict) -> tuple[dict[str, str], bool]:
    """One text per parameter (ticked boxes come as several), and whether that is how they came: no repeats, none empty."""
    params = {name: ",".join(value for value in given.getlist(name) if value.strip()) for name in given}
    tidy = all(len(given.getlist(name)) == 1 and params[name] for name in given)
    return {name: value for name, value in params.items() if value}, tidy


def _address(path: str, found: Page, params: dict[str, str]) -> str:
    """The address of this search without empty parameters. One with a mistake in it keeps the mistake."""
    if found.errors:
        query = QueryDict(mutable=True)
        query.update(params)
        text = query.urlencode()
    else:
        place = {name: params[name] for name in ("after", "before") if name in params}
        text = found.query.address(**place)
    return f"{path}?{text}" if text else path


def _acts(request: HttpRequest, found: Page) -> list[Action]:
    """What can be done to all that match, with the search in its address."""
    if found.listing.name != "serials":
        return []
    search = urlencode({"search": found.query.address()})
    off = functions.off()
    offered = [
        one
        for one in WITH_THESE
        if access.may(actor_of(request), one.section, one.right)
        and (one.href != REJECTING or can_reject())
        and functions.of_address(one.href) not in off
    ]
    return [replace(one, href=f"{one.href}?{search}") for one in offered]


def _shown(found: Page, words: ListWords) -> list[Column]:
    """The columns shown at first, then those that the address filters or sorts by."""
    return _columns(found.columns, found.query, words)


def _columns(columns: Sequence[Column], query: Query, words: ListWords) -> list[Column]:
    by_name = {column.name: column for column in columns}
    first = words.columns or [column.name for column in columns if column.default_shown]
    asked = [*query.texts, *(order.column.name for order in query.sorts)]
    return [by_name[name] for name in dict.fromkeys([*first, *asked]) if name in by_name]


def _context(request: HttpRequest, found: Page, words: ListWords) -> dict[str, Any]:
    query = found.query
    off = functions.off()
    offered = [one for one in words.actions if one.function not in off and access.may(actor_of(request), one.section, one.right)]
    columns = _shown(found, words)
    zone = clock.zone_of(request)
    return {
        "path": request.path,
        "words": words,
        "page": found,
        "query": query,
        "columns": columns,
        "heads": [heads.head_of(column, found) for column in columns],
        "chips": heads.chips_of(found),
        "stray_errors": heads.stray_errors(found, columns),
        "sorts": heads.sort_choices(found, columns),
        "rows": table.rows_of(columns, found.rows, zone),
        "shown": len(found.rows),
        "sizes": sorted({*SIZES, query.size}),
        "export": f"{request.path}.csv?{query.address()}" if query.address() else f"{request.path}.csv",
        "paper": f"{request.path}.pdf?{query.address()}" if query.address() else f"{request.path}.pdf",
        "labels": f"/labels?{urlencode({'search': query.address()})}" if found.listing.name == "serials" else "",
        "acts": _acts(request, found),
        "reports": navigation.reports() if found.listing.name == "serials" else [],
        "picture": pictures.picture_of(found, actor=actor_of(request)),
        "sheet": f"/exports/new?{query.address(list=found.listing.name)}",
        "actions": [action for action in offered if not action.in_menu],
        "menu": [action for action in offered if action.in_menu],
    }
