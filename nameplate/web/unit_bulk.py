"""The same done to many units at once, from a search of the list, a unit's page or a box: moved, held, rejected, taken in again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import Entry, User
from nameplate.operations import holding, moving, rejecting
from nameplate.operations.re_entering import Occasion, as_occasion, re_enter
from nameplate.web.acting import form_page, viewing
from nameplate.web.chosen import ChosenForm, first_choice
from nameplate.web.forms import choosing_field, text_field
from nameplate.web.list_words import WORDS
from nameplate.web.lot_acts import place_typed, told_place
from nameplate.web.options import proposals


class BulkForm(ChosenForm):
    """Which units, where to, and why; an act leaves out what it does not ask."""

    place = choosing_field("Where to", "locations")
    reason = text_field("Reason", "Stands in the history of each.")
    note = text_field("Note")


class ReEntryForm(BulkForm):
    """How units came to be here again, besides."""

    occasion = forms.ChoiceField(label="How it came here", choices=[(one.value, one.value.capitalize()) for one in Occasion])


@dataclass(frozen=True, slots=True)
class BulkAct:
    """One thing that can be done to many units."""

    title: str
    done: str
    """What is said of them afterwards."""
    icon: str
    intro: str
    act: Callable[[User, list[int], Mapping[str, str], int | None], Entry]
    without: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    form: type[BulkForm] = BulkForm


ACTS: Mapping[str, BulkAct] = {
    "moves": BulkAct(
        "Move",
        "moved",
        "arrow-right",
        "At once, within their site. Between sites goods go by a transfer order.",
        lambda actor, units, typed, place: moving.move_units(
            actor=actor, unit_ids=units, location_id=place, reason=typed["reason"], note=typed["note"]
        ),
        needs=("place",),
    ),
    "holds": BulkAct(
        "Put on hold",
        "on hold",
        "hand-stop",
        holding.WHAT_IT_BLOCKS,
        lambda actor, units, typed, _: holding.hold_units(actor=actor, unit_ids=units, reason=typed["reason"]),
        without=("place", "note"),
        needs=("reason",),
    ),
    "releases": BulkAct(
        "Free from hold",
        "free",
        "circle-check",
        "Units whose number is missing are freed by giving them their numbers.",
        lambda actor, units, typed, _: holding.release_units(actor=actor, unit_ids=units, reason=typed["reason"]),
        without=("place", "note"),
    ),
    "rejections": BulkAct(
        "Reject",
        "rejected",
        "ban",
        "They go into a lot of their own, status Rejected, and are no stock until they are released.",
        lambda actor, units, typed, place: rejecting.reject_units(
            actor=actor, unit_ids=units, reason=typed["reason"], location_id=place, note=typed["note"]
        ),
        needs=("reason",),
    ),
    "stock-releases": BulkAct(
        "Release to stock",
        "in stock again",
        "circle-check",
        "They turned out to be good: Received again, in the lot that they were in before.",
        lambda actor, units, typed, _: rejecting.release_rejected(actor=actor, unit_ids=units, reason=typed["reason"]),
        without=("place", "note"),
    ),
    "re-entries": BulkAct(
        "Take in again",
        "in stock again",
        "package-import",
        "What was shipped, written off or sent to its vendor is here again: in a lot of its own, with its earlier life. "
        "If that it left was a mistake, undo that instead.",
        lambda actor, units, typed, place: re_enter(
            actor=actor,
            unit_ids=units,
            location_id=place,
            reason=typed["reason"],
            occasion=as_occasion(typed["occasion"]),
            note=typed["note"],
        ),
        needs=("place", "reason"),
        form=ReEntryForm,
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, name: str) -> HttpResponse:
    """The form; sent, the act on all of them or on none."""
    actor = viewing(request, "stock", "edit")
    wanted = ACTS[name]
    form = wanted.form(request.POST or None, initial=first_choice(actor, request.GET))
    form.without()
    for left_out in wanted.without:
        del form.fields[left_out]
    for needed in wanted.needs:
        form.fields[needed].required = True

    def act() -> tuple[str, str]:
        typed = {field: str(value or "") for field, value in form.typed("reason", "note", "place", "occasion").items()}
        place = place_typed(typed["place"]) if typed.get("place", "").strip() else None
        entry = wanted.act(actor, form.unit_ids(actor), typed, place)
        return f"/entries/{entry.pk}", f"{entry.units:,} unit{'' if entry.units == 1 else 's'} {wanted.done}."

    context: dict[str, Any] = {
        "of": WORDS["serials"],
        "noun": "serials",
        "act": wanted,
        "at": f"/{name}/new",
        "locations": proposals("locations"),
        "chosen": form.shown(),
        "expired": form.expired(actor),
    }
    return form_page(request, form, "lists/bulk.html", act, context, tell=told_place(form))


paths = [path(f"{name}/new", new, {"name": name}) for name in ACTS]
