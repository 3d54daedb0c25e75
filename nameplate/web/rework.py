"""Rework: units taken in, the page of its order with what was done to them meanwhile, and its end; and the paper of a disassembly."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from nameplate import access
from nameplate.ledger.units import rows_of
from nameplate.listings.rework import STATUSES
from nameplate.models import Document, DocumentKind
from nameplate.operations.assembling import begin_rework, end_rework
from nameplate.operations.assembling.reworking import units_in_rework
from nameplate.operations.choosing import units_in_box
from nameplate.web.acting import form_page, see_other, viewing
from nameplate.web.chosen import ChosenForm, first_choice
from nameplate.web.forms import TypedForm, long_text_field, new_key, text_field

MOST_SHOWN = 200


class ReworkForm(ChosenForm):
    """Which units, and what is to be done."""

    reason = text_field("What is to be done", "Stands in the history of each, and on the order.", required=True)
    note = text_field("Note")


class EndForm(TypedForm):
    """Which are done: all, or those whose numbers are given."""

    units = long_text_field("Only these serial numbers", "Leave it empty when all are done.", rows=3)
    note = text_field("Note", "What was done.")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Units into rework, under an order of its own."""
    actor = viewing(request, "stock", "edit")
    form = ReworkForm(request.POST or None, initial=first_choice(actor, request.GET))
    form.without()
    chosen = form.shown()
    one = chosen["unit"] if chosen and "unit" in chosen else None

    def act() -> tuple[str, str]:
        typed = form.typed("reason", "note")
        entry = begin_rework(actor=actor, unit_ids=form.unit_ids(actor), reason=str(typed["reason"] or ""), note=str(typed["note"] or ""))
        said = f"{entry.units:,} unit{' is' if entry.units == 1 else 's are'} in rework under {entry.document}."
        return f"/rework/{entry.document_id}", said

    context = {
        "title": "Take into rework",
        "button": "Begin the rework",
        "icon": "settings",
        "intro": "They go through production again and are not available meanwhile. Changes of their components belong to the order.",
        "unit": one,
        "chosen": chosen,
        "back": f"/serials/{one.pk}" if one else f"/serials?{chosen['search']}" if chosen else "/rework",
    }
    return form_page(request, form, "components/form.html", act, context)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The order: what is in work, what was done under it; and the form that ends it."""
    actor = viewing(request, "stock")
    order = get_object_or_404(Document.objects.select_related("created_by"), pk=pk, kind=DocumentKind.REPAIR)
    inside = units_in_rework(order)
    form = EndForm(request.POST or None, initial={"idempotency_key": new_key()})

    def act() -> tuple[str, str]:
        access.require(actor, "stock", "edit")
        text = str(form.typed("units")["units"] or "")
        done = units_in_box(text) if text.strip() else None
        entry = end_rework(actor=actor, order=order, unit_ids=done, note=str(form.typed("note")["note"] or ""))
        return f"/rework/{order.pk}", f"{entry.units:,} unit{' is' if entry.units == 1 else 's are'} done."

    status = next((choice.label for choice in STATUSES if choice.slug == order.status), "")
    context: dict[str, Any] = {
        "order": order,
        "status": status,
        "count": len(inside),
        "units": rows_of(inside[:MOST_SHOWN]).select_related("item").order_by("sort_key", "id"),
        "entries": order.entries.select_related("actor").order_by("-pk")[:MOST_SHOWN],
        "may_end": bool(inside) and access.may(actor, "stock", "edit"),
    }
    return form_page(request, form, "components/rework.html", act, context)


@require_safe
def disassembly(request: HttpRequest, pk: int) -> HttpResponse:
    """A disassembly is read as its entry: what was taken apart, by whom, and its undo."""
    viewing(request, "stock")
    paper = get_object_or_404(Document, pk=pk, kind=DocumentKind.DISASSEMBLY)
    return see_other(f"/entries/{paper.entries.filter(reverses=None).values_list('pk', flat=True).get()}")


paths = [path("rework/new", new), path("rework/<int:pk>", page), path("disassemblies/<int:pk>", disassembly)]
