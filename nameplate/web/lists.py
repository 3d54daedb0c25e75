"""One page for every list: search, filters in the column heads, sorting, keyset paging, CSV. What a list is, its `Listing` says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from nameplate import access, functions, listings
from nameplate.documents.lists import list_paper
from nameplate.documents.sending import sent
from nameplate.listings.arrangement import Arrangement, arrangement_of
from nameplate.listings.engine import Page
from nameplate.listings.export import file_name, marked, pieces
from nameplate.listings.query import parse
from nameplate.operations.company import company
from nameplate.operations.rejecting import can_reject
from nameplate.web import clock, heads, navigation, pictures, table
from nameplate.web.acting import actor_of, viewing
from nameplate.web.list_columns import shown_columns
from nameplate.web.list_words import SOON, WORDS, Action, ListWords

REJECTING = "/rejections/new"
WHOLE = "search=all"
"""The address of the whole list, where the reader has it open with a search."""
SIZES = (25, 50, 100, 200, 500)


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponseBase:
    """A list, whole; or for htmx its region alone, which brings the page's new address along."""
    actor = actor_of(request)
    kept = arrangement_of(name, actor.pk)
    if kept.opens is not None and not request.GET and kept.opens.query:
        return HttpResponseRedirect(f"{request.path}?{kept.opens.query}")
    params, tidy = _params(request.GET)
    whole = params.pop("search", "") == "all"
    found = listings.ALL[name].read(params, actor=actor, usual_sort=kept.sort)
    address = _address(request.path, found, params, kept)
    if not (tidy or (whole and request.get_full_path() == address)) and not request.headers.get("HX-Request"):
        return HttpResponseRedirect(address)
    region = table.render("lists/region.jinja", _context(request, found, WORDS[name], kept))
    if request.headers.get("HX-Request"):
        answer = HttpResponse(region)
        # Asked again from the same address (Enter after a pause, say), it does not become a second step back.
        same = request.headers.get("HX-Current-URL", "").partition(request.get_host())[2] == address
        answer["HX-Replace-Url" if same else "HX-Push-Url"] = address
    else:
        context = {
            "region": mark_safe(region),
            "words": WORDS[name],
            "name": name,
            "path": request.path,
            "acts": acts_of(request, found, WORDS[name]),
            "as_of": found.query.as_of,
            "tells_past": listings.ALL[name].then is not None,
        }
        answer = render(request, "lists/page.html", {**context, **heads.RANGES})
    answer["Vary"] = "HX-Request"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def csv(request: HttpRequest, name: str) -> HttpResponseBase:
    """The list as CSV, all rows that match. A search with a mistake in it goes back to its page, which says what is wrong."""
    params, _ = _params(request.GET)
    listing = listings.ALL[name]
    actor = viewing(request, listing.section)
    if listing.mistakes(params, actor=actor):
        return HttpResponseRedirect(f"/{name}?{request.GET.urlencode()}")
    answer = StreamingHttpResponse(pieces(marked(listing.csv(params, actor=actor))), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(name)}.csv"'
    return answer


@require_safe
def paper(request: HttpRequest, name: str) -> HttpResponse:
    """The list as PDF, in the columns that its page shows. A search with a mistake in it is refused, as is one that finds too much."""
    params, _ = _params(request.GET)
    listing = listings.ALL[name]
    actor = actor_of(request)
    columns = listing.readable(actor)
    shown = [one.column.name for one in shown_columns(columns, WORDS[name], arrangement_of(name, actor.pk), parse(params, columns))]
    return sent(list_paper(actor=actor, listing=listing, params=params, shown=shown))


def _params(given: QueryDict) -> tuple[dict[str, str], bool]:
    """One text per parameter (ticked boxes come as several), and whether that is how they came: no repeats, none empty."""
    params = {name: ",".join(value for value in given.getlist(name) if value.strip()) for name in given}
    tidy = all(len(given.getlist(name)) == 1 and params[name] for name in given) and "search" not in given
    return {name: value for name, value in params.items() if value}, tidy


def _address(path: str, found: Page, params: dict[str, str], kept: Arrangement) -> str:
    """The address of this search without empty parameters. One with a mistake in it keeps the mistake."""
    if found.errors:
        query = QueryDict(mutable=True)
        query.update(params)
        text = query.urlencode()
    else:
        place = {name: params[name] for name in ("after", "before") if name in params}
        text = found.query.address(**place)
    return f"{path}?{text}" if text else _whole(path, kept)


def _whole(path: str, kept: Arrangement) -> str:
    """The address of all of the list."""
    return path if kept.opens is None else f"{path}?{WHOLE}"


def acts_of(request: HttpRequest, found: Page, words: ListWords) -> list[Action]:
    """What this person can do to many rows of the list; nothing to those of a past day, which stand otherwise by now."""
    if found.query.as_of:
        return []
    off = functions.off()
    return [
        one
        for one in words.with_these
        if access.may(actor_of(request), one.section, one.right)
        and (one.href != REJECTING or can_reject())
        and functions.of_address(one.href) not in off
    ]


def ticked_by(found: Page, words: ListWords) -> str:
    """The column that names a row where rows can be ticked; empty where they cannot, as on a past day."""
    return found.listing.columns[0].name if words.with_these and not found.query.as_of else ""


def _context(request: HttpRequest, found: Page, words: ListWords, kept: Arrangement) -> dict[str, Any]:
    query = found.query
    off = functions.off()
    offered = [_timely(one) for one in words.actions if one.function not in off and access.may(actor_of(request), one.section, one.right)]
    shown = shown_columns(found.columns, words, kept, query)
    usual = len(shown_columns(found.columns, words, kept, replace(query, texts={}, sorts=())))
    columns = [one.column for one in shown]
    sort, asked = ",".join(map(str, query.sorts or query.usual)), ",".join(map(str, query.columns))
    search = query.address(size="", columns="", sort=sort)
    exported = query.address(sort=sort, columns=",".join(column.name for column in columns))
    return {
        "path": request.path,
        "whole": _whole(request.path, kept),
        "words": words,
        "page": found,
        "query": query,
        "heads": [heads.head_of(one, found, guest=number >= usual) for number, one in enumerate(shown)],
        "order": ",".join(map(str, heads.orders_of(found))),
        "chips": heads.chips_of(found),
        "as_filter": heads.as_filter(found),
        "stray_errors": heads.stray_errors(found, columns),
        "sorts": heads.sort_choices(found, columns),
        "rows": table.rows_of(shown, found.rows, clock.zone_of(request), ticked_by=ticked_by(found, words), search=search),
        "shown": len(found.rows),
        "sizes": sorted({*SIZES, query.size}),
        "export": f"{request.path}.csv?{exported}",
        "export_all": f"{request.path}.csv?{query.address(sort=sort, columns='')}".removesuffix("?"),
        "paper": f"{request.path}.pdf?{exported}",
        "acts": [replace(one, href=f"{one.href}?{urlencode({'search': query.address()})}") for one in acts_of(request, found, words)],
        "tells_past": listings.ALL[found.listing.name].then is not None,
        "elsewhen": parse_qsl(query.address(as_of="")),
        "reports": navigation.reports() if found.listing.name == "serials" else [],
        "picture": pictures.picture_of(found, actor=actor_of(request)),
        "sheet": f"/exports/new?{exported}&{urlencode({'list': found.listing.name})}",
        "actions": [action for action in offered if not action.in_menu],
        "menu": [action for action in offered if action.in_menu],
        "choosing": f"/lists/{found.listing.name}/columns?{urlencode({'back': query.address(), 'columns': asked})}",
        **_searches(found, kept),
    }


def _timely(action: Action) -> Action:
    """The action with an address that a filter understands."""
    if f"expiry={SOON}&" not in action.href:
        return action
    within = urlencode({"expiry": f"+{company().expiry_warning}d"})
    return replace(action, href=action.href.replace(f"expiry={SOON}", within))


def _searches(found: Page, kept: Arrangement) -> dict[str, Any]:
    """The saved searches over the list, and where the one that stands there now is saved."""
    now, at = found.query.address(), f"/lists/{found.listing.name}/searches"
    return {
        "searches": [(one, one.query == now) for one in kept.searches],
        "saving": f"{at}?{urlencode({'query': now})}" if now else "",
        "managing": at,
    }
