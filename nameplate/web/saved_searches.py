"""Saved searches of a list: kept, shared, renamed, opened with. A search is no more than an address, so the list shows it as a link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from nameplate import access, listings
from nameplate.listings.arrangement import Arrangement, arrangement_of
from nameplate.listings.columns import Column
from nameplate.models import SavedSearch
from nameplate.operations.arranging import delete_search, edit_search, save_search
from nameplate.refusals import NotFound, Refused
from nameplate.web.acting import actor_of, button_page, form_page
from nameplate.web.forms import TypedForm, new_key, text_field, whole_number
from nameplate.web.list_columns import own_columns
from nameplate.web.list_words import WORDS, ListWords


class SearchForm(TypedForm):
    """A search under a name."""

    name = text_field("Name", "Such as “Drives in stock”.", required=True, maxlength="80")
    query = forms.CharField(widget=forms.HiddenInput, required=False)
    shared = forms.BooleanField(label="Share it with everyone", help_text="Whoever sees this list finds it above it.", required=False)
    opens = forms.BooleanField(label="Open the list with it", help_text="For you alone; “All” shows the whole list.", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, name: str) -> HttpResponse:
    """The searches of a list; sent, the one in `?query=` under a name."""
    return _page(request, name)


def _page(request: HttpRequest, name: str, refused: Refused | None = None) -> HttpResponse:
    if name not in WORDS:
        raise NotFound("not-found", "There is no such list.")
    actor = actor_of(request)
    columns = listings.ALL[name].readable(actor)
    kept = arrangement_of(name, actor.pk)
    query = _as_shown(request.GET.get("query", ""), columns, kept, WORDS[name])
    sent = request.POST if request.method == "POST" and refused is None else None
    form = SearchForm(sent, initial={"query": query, "idempotency_key": new_key()})

    def act() -> tuple[str, str]:
        typed = form.typed("name", "query", "shared", "opens")
        search = save_search(
            actor=actor,
            listing=name,
            name=str(typed["name"] or ""),
            query=str(typed["query"] or ""),
            shared=bool(typed["shared"]),
            opens=bool(typed["opens"]),
        )
        return address_of(name, search.query), f"“{search}” was saved."

    context = {
        "words": WORDS[name],
        "list": name,
        "at": f"/lists/{name}/searches?{urlencode({'query': query})}",
        "back": address_of(name, query),
        "searches": [(address_of(name, one.query), one) for one in kept.searches],
        "may_delete": access.may(actor, "settings", "edit"),
        "key": new_key(),
        "asked": bool(query) or sent is not None,
    }
    if refused is not None:
        return render(request, "lists/searches.html", {**context, "form": form, "refused": refused}, status=refused.status)
    return form_page(request, form, "lists/searches.html", act, context)


def _as_shown(query: str, columns: Sequence[Column], kept: Arrangement, words: ListWords) -> str:
    """The search with the order and columns in which its reader sees it, as far as these are not the list's own."""
    if not query:
        return ""
    asked = QueryDict(query, mutable=True)
    asked.setdefault("sort", kept.sort)
    if "columns" not in asked and kept.columns:
        own = ",".join(map(str, own_columns(columns, words)))
        asked["columns"] = "" if kept.columns == own else kept.columns
    return urlencode({name: value for name, value in asked.items() if value})


@require_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: `act` says which."""
    actor = actor_of(request)
    act = request.POST.get("act", "")
    version = whole_number(request.POST.get("version", ""))

    def changed() -> str:
        if act == "rename":
            return f"It is called “{edit_search(actor=actor, search=pk, version=version, name=request.POST.get('name', ''))}” now."
        if act in {"share", "keep"}:
            search = edit_search(actor=actor, search=pk, version=version, shared=act == "share")
            return f"“{search}” is {'shared with everyone' if act == 'share' else 'yours alone'} now."
        search = edit_search(actor=actor, search=pk, version=version, opens=act == "open")
        return f"The list opens {f'with “{search}”' if act == 'open' else 'whole'} now."

    return _acted(request, pk, changed)


@require_POST
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Gone for good: it is only an address."""

    def removed() -> str:
        delete_search(actor=actor_of(request), search=pk, version=whole_number(request.POST.get("version", "")))
        return "The search was deleted."

    return _acted(request, pk, removed)


def _acted(request: HttpRequest, pk: int, act: Callable[[], str]) -> HttpResponse:
    actor_of(request)
    name = SavedSearch.objects.filter(pk=pk).values_list("listing", flat=True).first()
    if name is None:
        raise NotFound("not-found", "There is no such search.", way_out="It may have been deleted.")
    return button_page(request, lambda: (f"/lists/{name}/searches", act()), lambda request, refused: _page(request, name, refused))


def address_of(name: str, query: str) -> str:
    """The list with this search."""
    return f"/{name}?{query}" if query else f"/{name}?search=all"


paths = [
    path("lists/<path:name>/searches", page, name="list-searches"),
    path("saved-searches/<int:pk>", edit),
    path("saved-searches/<int:pk>/removal", removal),
]
