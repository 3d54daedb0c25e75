"""The same done to many lots at once, from a search of their list, ticked rows of it, or a box: put on hold, freed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import Entry, User
from nameplate.operations import holding
from nameplate.web.acting import form_page, viewing
from nameplate.web.chosen import ChosenLotsForm, first_choice
from nameplate.web.forms import text_field
from nameplate.web.list_words import WORDS


class LotsForm(ChosenLotsForm):
    """Which lots, and why."""

    reason = text_field("Reason", "Whoever meets them reads it; stands in the history of each.")


@dataclass(frozen=True, slots=True)
class LotsAct:
    """One thing that can be done to many lots."""

    title: str
    done: str
    """What is said of them afterwards."""
    icon: str
    intro: str
    act: Callable[[User, Sequence[int], str], Entry]
    needs_reason: bool = False


ACTS: Mapping[str, LotsAct] = {
    "holds": LotsAct(
        "Put on hold",
        "on hold",
        "hand-stop",
        f"All that is in stock of them, their units in products that are with us, and what comes into them later. {holding.WHAT_IT_BLOCKS}",
        lambda actor, lots, reason: holding.hold_lots(actor=actor, lot_ids=lots, reason=reason),
        needs_reason=True,
    ),
    "releases": LotsAct(
        "Free from hold",
        "free",
        "circle-check",
        "All that is on hold because its lot is. Units that are on hold for another reason, or wait for an inspection, stay so.",
        lambda actor, lots, reason: holding.release_lots(actor=actor, lot_ids=lots, reason=reason),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, name: str) -> HttpResponse:
    """The form; sent, the act on all of them or on none."""
    actor = viewing(request, "stock", "edit")
    wanted = ACTS[name]
    form = LotsForm(request.POST or None, initial=first_choice(actor, request.GET, "lots"))
    form.without()
    form.fields["reason"].required = wanted.needs_reason

    def act() -> tuple[str, str]:
        lots = form.lot_ids(actor)
        entry = wanted.act(actor, lots, str(form.typed("reason")["reason"] or ""))
        units = f", with {entry.units:,} unit{'' if entry.units == 1 else 's'}" if entry.units else ""
        return f"/entries/{entry.pk}", f"{len(set(lots)):,} lot{'' if len(set(lots)) == 1 else 's'} {wanted.done}{units}."

    context: dict[str, Any] = {
        "of": WORDS["lots"],
        "noun": "lots",
        "act": wanted,
        "at": f"/lots/{name}/new",
        "chosen": form.shown(),
    }
    return form_page(request, form, "lists/bulk.html", act, context)


paths = [path(f"lots/{name}/new", new, {"name": name}) for name in ACTS]
