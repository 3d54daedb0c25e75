"""What stands below the sentence of a refusal on a page: the rule, who is in the way and since when, and the ways out as buttons."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest

from nameplate.explaining import Way, explain
from nameplate.models import User
from nameplate.refusals import Refused
from nameplate.web.refusal_rules import RULES

NAMED = 6
"""How many in the way are looked up and shown at once; the others are folded."""
FOLDED = 500
"""How many of the others can be unfolded; all of them are in the list."""
SELECTION = "/serials/selections"


def notes(request: HttpRequest, refused: Refused) -> dict[str, Any]:
    """All of it, for `forms/refusal.html` and the page of a refusal that has no page of its own."""
    user = getattr(request, "user", None)
    actor = user if isinstance(user, User) else None
    told = explain(refused, actor, path=request.path, named=NAMED)
    alone = len(refused.offenders) == 1
    return {
        "named": [
            (one, "" if alone and one.offender.why in refused.message else one.offender.why, () if alone else _buttons(one.ways, request))
            for one in told.named
        ],
        "others": told.others[:FOLDED],
        "count": len(told.others),
        "left": max(len(told.others) - FOLDED, 0),
        "entry": told.entry if not refused.offenders else None,
        "ways": _buttons(told.ways, request),
        "undo": [way for one in told.named for way in one.ways if way.rel == "undo"][:1] if alone else (),
        "way_out": refused.way_out or told.nowhere,
        "words": RULES.get(refused.rule, ""),
    }


def _buttons(found: Any, request: HttpRequest) -> list[dict[str, Any]]:
    return [_button(way, request) for way in found]


def _button(way: Way, request: HttpRequest) -> dict[str, Any]:
    """A link; or, for several units, a button that keeps them as a selection and goes on with that."""
    many = len(way.units) > 1
    return {
        "label": way.label,
        "icon": way.icon,
        "href": way.page or _came_from(request),
        "sent_to": f"{SELECTION}?to={way.page}" if many else "",
        "ids": ",".join(map(str, way.units)) if many else "",
    }


def _came_from(request: HttpRequest) -> str:
    """The page on which the button was pressed, which can be opened anew; an address that only takes what is sent can not."""
    if request.method != "POST":
        return request.get_full_path()
    said = urlsplit(request.headers.get("Referer", ""))
    ours = said.netloc == request.get_host() and said.path.startswith("/")
    return f"{said.path}{f'?{said.query}' if said.query else ''}" if ours else request.path
