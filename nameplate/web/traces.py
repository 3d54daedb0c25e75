"""The trace of a unit, a lot or a completion: a tree that opens level by level, and all of it as CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from nameplate.documents.purchase_orders import file_name
from nameplate.listings.export import marked
from nameplate.listings.trace import BACKWARD, FORWARD, Direction, Node, Row, Way, children, root_of, trace
from nameplate.listings.trace.graph import Noun
from nameplate.listings.trace.telling import PAGE, lines
from nameplate.models import User
from nameplate.web.acting import viewing
from nameplate.web.forms import whole_number

NOUNS: tuple[Noun, ...] = ("serials", "lots", "entries")
LABELS: Mapping[Noun, str] = {"serials": "Serial numbers", "lots": "Stock lots", "entries": "Journal"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a trace is asked for. `problem` says what is wrong with the day that was typed."""

    root: Node
    direction: Direction
    day: dt.date | None
    typed: str
    problem: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of an address."""
        found: dict[str, str] = {"direction": self.direction}
        return found | {"day": self.day.isoformat()} if self.day else found


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with the addresses that it opens: its own level here, and itself as the root of a trace."""

    row: Row
    level: str
    alone: str
    kind: str


def _asked(request: HttpRequest, noun: Noun, pk: int) -> Asked:
    direction = FORWARD if request.GET.get("direction", FORWARD) != BACKWARD else BACKWARD
    typed = request.GET.get("day", "").strip()
    day, problem = None, ""
    if typed:
        try:
            day = dt.date.fromisoformat(typed)
        except ValueError:
            problem = "Write the day like 2026-03-31."
        else:
            # The calendar's own last days have no end that could be asked for.
            day = min(day, timezone.localdate())
    return Asked(Node(noun, pk), direction, day, typed, problem)


@require_safe
def page(request: HttpRequest, pk: int, noun: Noun) -> HttpResponse:
    """The first level, each row of which opens the next; the way round and the day are chosen above it.

    Where no way is asked for it is forward, or backward where nothing lies forward.
    """
    actor = viewing(request, "stock")
    asked = _asked(request, noun, pk)
    after = whole_number(request.GET.get("after", ""))
    first = _level(actor, asked, asked.root, None, after)
    if "direction" not in request.GET and not first["rows"]:
        # A finished product went into nothing, and what it is made of is what one asks of it.
        inside = replace(asked, direction=BACKWARD)
        below = _level(actor, inside, inside.root, None, after)
        asked, first = (inside, below) if below["rows"] else (asked, first)
    context = {
        "noun": noun,
        "label": LABELS[noun],
        "facts": root_of(actor=actor, node=asked.root),
        "asked": asked,
        "at": f"/{noun}/{pk}",
        "forward": asked.direction == FORWARD,
        "ways": [
            (way, label, f"/{noun}/{pk}/trace?{urlencode({**asked.query, 'direction': way})}")
            for way, label in ((FORWARD, "Where it went"), (BACKWARD, "What is in it"))
        ],
        "csv": f"/{noun}/{pk}/trace.csv?{urlencode(asked.query)}",
        "today": timezone.localdate(),
        **first,
    }
    return render(request, "traces/page.html", context, status=422 if asked.problem else 200)


@require_safe
def level(request: HttpRequest, pk: int, noun: Noun) -> HttpResponse:
    """The rows below one row of the tree, to be put behind it."""
    actor = viewing(request, "stock")
    asked = _asked(request, noun, pk)
    given = request.GET
    named, _, of = given.get("node", "").partition("-")
    node = Node(named, whole_number(of)) if named in NOUNS else asked.root
    depth = max(whole_number(given.get("level", "")), 0)
    way = Way(depth, given.get("sure") == "yes", given.get("now") == "yes") if depth else None
    found = _level(actor, asked, node, way, whole_number(given.get("after", "")))
    return render(request, "traces/rows.html", {"asked": asked, **found})


def _level(actor: User, asked: Asked, node: Node, way: Way | None, after: int) -> dict[str, Any]:
    found = children(actor=actor, node=node, direction=asked.direction, day=asked.day, way=way, after=max(after, 0))
    here = f"/{asked.root.noun}/{asked.root.id}/trace"
    own = {**asked.query, "node": f"{node.noun}-{node.id}", "level": "0", "sure": "yes", "now": "yes"}
    if way is not None:
        own |= {"level": str(way.level), "sure": _yes(way.sure), "now": _yes(way.now)}
    more = f"{urlencode({**own, 'after': found.next})}" if found.next is not None else ""
    alone = f"/{node.noun}/{node.id}/trace?{urlencode({**asked.query, 'after': found.next or 0})}"
    return {
        "rows": [_shown(here, asked, row) for row in found.rows],
        "count": found.count,
        "below": way.level + 1 if way else 1,
        "more": f"{here}/level?{more}" if more else "",
        "more_alone": alone,
        "left": min(PAGE, found.count - found.next) if found.next is not None else 0,
    }


def _shown(here: str, asked: Asked, row: Row) -> Shown:
    named = {"node": f"{row.node.noun}-{row.node.id}", "level": row.level, "sure": _yes(row.sure), "now": _yes(row.now)}
    alone = f"/{row.node.noun}/{row.node.id}/trace?{urlencode(asked.query)}"
    return Shown(row, f"{here}/level?{urlencode({**asked.query, **named})}", alone, row.node.noun)


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"


@require_safe
def whole(request: HttpRequest, pk: int, noun: Noun) -> HttpResponseBase:
    """All levels as CSV. A day that cannot be read goes back to the page, which says so."""
    actor = viewing(request, "stock")
    asked = _asked(request, noun, pk)
    if asked.problem:
        return page(request, pk, noun)
    found = trace(actor=actor, node=asked.root, direction=asked.direction, day=asked.day)
    answer = StreamingHttpResponse(marked(lines(found)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="trace-{file_name(found.facts.number)}-{asked.direction}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


paths = [
    one
    for noun in NOUNS
    for one in (
        path(f"{noun}/<int:pk>/trace", page, {"noun": noun}),
        path(f"{noun}/<int:pk>/trace/level", level, {"noun": noun}),
        path(f"{noun}/<int:pk>/trace.csv", whole, {"noun": noun}),
    )
]
