"""A unit's history as its page shows it: which way round, which kinds of acts, and the addresses of each choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from nameplate import access
from nameplate.ledger.kinds import RULE, Kind
from nameplate.listings.unit_history import history
from nameplate.models import User
from nameplate.web import timeline
from nameplate.web.forms import whole_number
from nameplate.web.timeline import QUIET


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of act, to look at it alone or with others."""

    label: str
    address: str
    chosen: bool


def past_of(request: HttpRequest, actor: User, unit_id: int, zone: ZoneInfo) -> dict[str, Any]:
    """The steps, newest first unless asked otherwise, and what else can be asked of the history."""
    oldest = request.GET.get("order") == "oldest"
    names = set(request.GET.get("kind", "").split(","))
    asked = {kind for kind in Kind if kind.name.lower() in names}
    beyond = whole_number(request.GET.get("beyond", "")) or None
    past = history(actor=actor, unit_id=unit_id, beyond=beyond, oldest=oldest, kinds=asked)
    steps = timeline.told(past, zone, may_undo=access.may(actor, "stock", "edit"))
    return {
        "steps": steps[::-1] if oldest else steps,
        "any_held": any(step.held for step in steps),
        "oldest": oldest,
        "turned": _address(request, order="" if oldest else "oldest", beyond=""),
        "choices": [_choice(request, kind, asked) for kind in past.kinds if kind not in QUIET],
        "all_kinds": _address(request, kind="", beyond="") if asked else "",
        "further": _address(request, beyond=str(past.further)) if past.further else "",
        "start": _address(request, beyond="") if beyond else "",
    }


def _choice(request: HttpRequest, kind: Kind, asked: set[Kind]) -> Choice:
    """The same history with this kind chosen as well, or not any more."""
    wanted = ",".join(one.name.lower() for one in sorted(asked ^ {kind}))
    label = RULE[kind].label if kind in RULE else "Undone"
    return Choice(label, _address(request, kind=wanted, beyond=""), kind in asked)


def _address(request: HttpRequest, **changed: str) -> str:
    """The page's address with something asked otherwise; empty: not asked."""
    query = request.GET.copy()
    for name, value in changed.items():
        query.pop(name, None)
        if value:
            query[name] = value
    text = query.urlencode()
    return f"{request.path}{'?' + text if text else ''}#history"
