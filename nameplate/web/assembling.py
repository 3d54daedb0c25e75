"""Components replaced and taken out, from their pages, by scanning, or for all that a search finds."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import Serial
from nameplate.operations.assembling import Swap, remove_components, replace_components
from nameplate.operations.assembling.standing import standing
from nameplate.web import replacing_goods
from nameplate.web.acting import form_page, viewing
from nameplate.web.chosen import ChosenForm, first_choice, unit_named
from nameplate.web.expiring import expired_note
from nameplate.web.fates import FateForm, bench_of, in_words
from nameplate.web.forms import new_key, text_field, whole_number
from nameplate.web.lot_acts import told_place
from nameplate.web.options import proposals
from nameplate.web.unit_acts import unit_or_404


class ReplacementForm(FateForm):
    """The old one, the new one, and what becomes of the old."""

    field_order = ("old", "new", "item", "fate", "place", "write_off_reason", "reason", "happened_on", "note", "anyway")
    old = text_field("Component that comes out", "Scan or type its serial number.", spellcheck="false", required=True)
    new = text_field("Component that goes in", "Scan or type its serial number.", spellcheck="false", required=True)
    item = text_field("Only of item", "Where several items bear the number.", spellcheck="false")
    anyway = forms.BooleanField(label="Build it in anyway", help_text="Though it is not on the bill of materials.", required=False)


class RemovalForm(ChosenForm, FateForm):
    """Which come out, and what becomes of them."""


@require_http_methods(["GET", "HEAD", "POST"])
def replacement(request: HttpRequest) -> HttpResponse:
    """The old one out and the new one in; the old one is known where the form is opened from its product's page."""
    if "out_lot" in (request.POST or request.GET):
        return replacing_goods.replacement(request)
    actor = viewing(request, "stock", "edit")
    known = whole_number(str(request.POST.get("old_id") or request.GET.get("old") or ""))
    old = unit_or_404(known) if known else None
    units = list(standing([old.pk]).values()) if old else []
    first = {"idempotency_key": new_key(), "place": bench_of(units[0].root_id) if units else ""}
    form = ReplacementForm(request.POST or None, initial=first)
    form.offer(units)
    if old:
        del form.fields["old"]

    def act() -> tuple[str, str]:
        typed = {name: str(value or "") for name, value in form.typed().items()}
        out = old.pk if old else unit_named(typed["old"], field="old", item=typed["item"])
        new = unit_named(typed["new"], field="new", item=typed["item"])
        outcome = form.outcome()
        anyway = bool(form.typed("anyway")["anyway"])
        replace_components(actor=actor, swaps=[Swap(out, new)], outcome=outcome, anyway=anyway, **form.more())
        both = Serial.objects.in_bulk([out, new])
        where = f" at {both[new].place}" if both[new].place else ""
        said = f"{both[new].number} is in{where}; {both[out].number} is {in_words(outcome)}.{expired_note([new])}"
        return f"/serials/{both[new].parent_id}", said

    context = {
        "title": "Replace a component",
        "button": "Replace",
        "icon": "refresh",
        "intro": "The old one comes out and the new one takes its place, as one act.",
        "hidden": {"old_id": old.pk} if old else {},
        "about": units[0] if units else None,
        "unit": old,
        "back": f"/serials/{units[0].parent_id}" if units and units[0].parent_id else "/serials",
        "locations": proposals("locations"),
    }
    return form_page(request, form, "components/form.html", act, context, tell=told_place(form))


@require_http_methods(["GET", "HEAD", "POST"])
def removal(request: HttpRequest) -> HttpResponse:
    """Components out of the products that they are in."""
    actor = viewing(request, "stock", "edit")
    form = RemovalForm(request.POST or None, initial=first_choice(actor, request.GET))
    form.without()
    chosen = form.shown()
    one = chosen["unit"] if chosen and "unit" in chosen else None
    units = list(standing([one.pk]).values()) if one else []
    form.initial["place"] = bench_of(units[0].root_id) if units else ""
    form.offer(units)

    def act() -> tuple[str, str]:
        outcome = form.outcome()
        out = form.unit_ids(actor)
        entry = remove_components(actor=actor, unit_ids=out, outcome=outcome, **form.more())
        if one:
            return f"/serials/{units[0].parent_id or one.pk}", f"{one.number} is out: {in_words(outcome)}."
        return f"/entries/{entry.pk}", f"{len(out):,} component{'' if len(out) == 1 else 's'} taken out."

    context = {
        "title": "Take components out",
        "button": "Take out",
        "icon": "package-off",
        "intro": "Out of the products that they are in. What comes out of a product at a customer is no stock at once.",
        "about": units[0] if units else None,
        "unit": one,
        "chosen": chosen,
        "back": f"/serials/{(units[0].parent_id or one.pk)}" if one else f"/serials?{chosen['search']}" if chosen else "/serials",
        "locations": proposals("locations"),
    }
    return form_page(request, form, "components/form.html", act, context, tell=told_place(form))


paths = [
    path("replacements/new", replacement),
    path("removals/new", removal),
]
