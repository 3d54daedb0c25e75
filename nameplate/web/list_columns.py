"""Which columns of a list are shown: as its reader has arranged them; and the page where they are chosen.

The table itself is dragged and resized by scripts, which send what came of it here; without them this page does the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate import listings
from nameplate.listings.arrangement import Arrangement, arrangement_of
from nameplate.listings.columns import Column
from nameplate.listings.query import NARROWEST, STEP, WIDEST, Query, Shown, columns_in, fitting
from nameplate.operations.arranging import arrange_list
from nameplate.refusals import Invalid, NotFound
from nameplate.web.acting import actor_of, see_other
from nameplate.web.list_words import WORDS, ListWords


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the chooser."""

    column: Column
    shown: bool
    width: int


def shown_columns(columns: Sequence[Column], words: ListWords, arrangement: Arrangement, query: Query) -> list[Shown]:
    """What the address asks for, else what the reader has, else the list's own; then what is filtered or sorted by."""
    by_name = {column.name: column for column in columns}
    asked = [*query.texts, *(order.column.name for order in query.sorts)]
    shown = query.columns or columns_in(arrangement.columns, by_name)[0] or own_columns(columns, words)
    names = {one.column.name for one in shown}
    return [*shown, *(Shown(by_name[name]) for name in dict.fromkeys(asked) if name not in names and name in by_name)]


def own_columns(columns: Sequence[Column], words: ListWords) -> tuple[Shown, ...]:
    """The columns that the list has while nobody has arranged it."""
    by_name = {column.name: column for column in columns}
    names = words.columns or [column.name for column in columns if column.default_shown]
    return tuple(Shown(by_name[name]) for name in names if name in by_name)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Choose and order columns. `?columns=` is how they stand now, `?back=` the search that one came from."""
    if name not in WORDS:
        raise NotFound("not-found", "There is no such list.")
    actor = actor_of(request)
    columns = listings.ALL[name].readable(actor)
    if request.method != "POST":
        now = _told(request.GET, columns) or columns_in(arrangement_of(name, actor.pk).columns, _by_name(columns))[0]
        return _page(request, name, _choices(columns, now or own_columns(columns, WORDS[name])))
    act, _, which = request.POST.get("act", "").partition(":")
    if act == "keep":
        # From the table: only what was changed there.
        arrange_list(actor=actor, listing=name, columns=request.POST.get("columns"), sort=request.POST.get("sort"))
        return HttpResponse(status=204)
    if act == "reset":
        arrange_list(actor=actor, listing=name, columns="", sort="")
        return see_other(_back(request, name, ""))
    choices = _sent(request.POST, columns)
    if act in {"up", "down"}:
        return _page(request, name, _moved(choices, which, -1 if act == "up" else 1))
    chosen = ",".join(str(Shown(one.column, one.width)) for one in choices if one.shown)
    if not chosen:
        sentence = "Tick at least one column."
        return _page(request, name, choices, Invalid("invalid-fields", sentence))
    if request.GET.get("columns"):
        # The address said which, and goes on doing so: a saved search or a link is tried out without changing what one usually has.
        return see_other(_back(request, name, chosen))
    arrange_list(actor=actor, listing=name, columns=chosen)
    return see_other(_back(request, name, ""))


def _by_name(columns: Sequence[Column]) -> dict[str, Column]:
    return {column.name: column for column in columns}


def _told(params: Mapping[str, str], columns: Sequence[Column]) -> tuple[Shown, ...]:
    return columns_in(params.get("columns", ""), _by_name(columns))[0]


def _choices(columns: Sequence[Column], shown: Sequence[Shown]) -> list[Choice]:
    """Those shown in their order, then the others in the list's own."""
    names = {one.column.name for one in shown}
    return [
        *(Choice(one.column, shown=True, width=one.width) for one in shown),
        *(Choice(column, shown=False, width=0) for column in columns if column.name not in names),
    ]


def _sent(sent: QueryDict, columns: Sequence[Column]) -> list[Choice]:
    """The form as it was sent; columns that came in the meantime stand at its end."""
    by_name = _by_name(columns)
    ticked = set(sent.getlist("show"))
    order = [name for name in dict.fromkeys(sent.getlist("order")) if name in by_name]
    order += [name for name in by_name if name not in set(order)]
    return [Choice(by_name[name], shown=name in ticked, width=_width(sent.get(f"width:{name}", ""))) for name in order]


def _width(text: str | None) -> int:
    digits = (text or "").strip()
    return fitting(int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 5 else 0


def _moved(choices: list[Choice], name: str, by: int) -> list[Choice]:
    at = next((index for index, one in enumerate(choices) if one.column.name == name), None)
    if at is not None and 0 <= at + by < len(choices):
        choices[at], choices[at + by] = choices[at + by], choices[at]
    return choices


def _back(request: HttpRequest, name: str, columns: str) -> str:
    """The search that one came from, with these columns; none: those that one usually has."""
    query = QueryDict(request.GET.get("back", ""), mutable=True)
    for gone in ("columns", "after", "before"):
        query.pop(gone, None)
    if columns:
        query["columns"] = columns
    return f"/{name}?{query.urlencode()}" if query else f"/{name}?search=all"


def _page(request: HttpRequest, name: str, choices: Sequence[Choice], refused: Invalid | None = None) -> HttpResponse:
    asked = request.GET.get("columns", "")
    context = {
        "words": WORDS[name],
        "name": name,
        "at": f"/lists/{name}/columns?{urlencode({'back': request.GET.get('back', ''), 'columns': asked})}",
        "back": _back(request, name, asked),
        "asked": asked,
        "choices": choices,
        "narrowest": NARROWEST,
        "widest": WIDEST,
        "step": STEP,
        "refused": refused,
    }
    return render(request, "lists/columns.html", context, status=refused.status if refused else 200)


paths = [path("lists/<path:name>/columns", page, name="list-columns")]
