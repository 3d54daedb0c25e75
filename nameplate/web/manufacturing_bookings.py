"""What is booked for a manufacturing order: proposed, chosen by number, freed again."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from nameplate.models import Document, DocumentKind, Serial, Tracking
from nameplate.operations import manufacturing
from nameplate.operations.entering.parsing import parse
from nameplate.operations.manufacturing.booking import First
from nameplate.refusals import NotFound, Refused
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.forms import TypedForm, long_text_field, new_key, whole_number

MOST_SHOWN = 500


class BookingForm(TypedForm):
    """Numbers of units for one part."""

    line = forms.ChoiceField(label="Part", choices=[])
    numbers = long_text_field("Serial numbers", "Scan, paste or type them; A1..A9 is a range.", rows=6, required=True)


def _order(pk: int) -> Document:
    orders = Document.objects.select_related("manufacturing_order__site")
    found = orders.filter(pk=pk, kind=DocumentKind.MANUFACTURING_ORDER).first()
    if found is None:
        raise NotFound("not-found", "There is no such manufacturing order.")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is booked, and a box to book by number. `?propose=<part>&first=received` shows what would be booked."""
    actor = viewing(request, "production", "edit")
    order = _order(pk)
    standing = manufacturing.progress(order)
    form = BookingForm(request.POST or None, initial={"idempotency_key": new_key(), "line": request.GET.get("propose", "")})
    parts = [part for part in standing.parts if part.item.tracking == Tracking.SERIAL]
    form.fields["line"].choices = [(str(part.line.pk), part.item.number) for part in parts]  # type: ignore[attr-defined]  # a ChoiceField

    def act() -> tuple[str, str]:
        typed = form.typed()
        line = whole_number(str(typed["line"] or ""))
        numbers = [number for one in parse(typed["numbers"] or "").candidates for number in (one.numbers or [one.raw])]
        units = manufacturing.units_for(standing, line, numbers)
        entry = manufacturing.book_units(actor=actor, order=order, units={line: units})
        return f"/manufacturing-orders/{pk}/bookings", f"{entry.units:,} unit{'' if entry.units == 1 else 's'} booked."

    context = _context(order, standing)
    if request.method != "POST" and (asked := whole_number(request.GET.get("propose", ""))):
        first = cast(First, request.GET.get("first", "received"))
        proposal = manufacturing.propose_units(actor=actor, order=order, line=asked, first=first)
        booked = {unit.pk for unit in context["booked"]}
        context |= {"proposal": proposal, "first": first, "fresh": [one for one in proposal.units if one[0] not in booked]}
    return form_page(request, form, "manufacturing/bookings.html", act, context)


def _context(order: Document, standing: manufacturing.Progress) -> dict[str, Any]:
    lines = [part.line.pk for part in standing.parts]
    booked = Serial.objects.filter(reserved_line__in=lines, withdrawn=False).select_related("item", "location", "lot")
    count = booked.count()
    return {
        "order": order,
        "at": f"/manufacturing-orders/{order.pk}",
        "standing": standing,
        "serial_parts": [part for part in standing.parts if part.item.tracking == Tracking.SERIAL],
        "booked": list(booked.order_by("item__number_key", "sort_key", "pk")[:MOST_SHOWN]),
        "count": count,
        "key": new_key(),
    }


@require_POST
def proposed(request: HttpRequest, pk: int) -> HttpResponse:
    """Book what was proposed."""
    actor = viewing(request, "production", "edit")
    line, first = whole_number(request.POST.get("line", "")), cast(First, request.POST.get("first", "received"))

    def act() -> tuple[str, str]:
        entry = manufacturing.book_proposed(actor=actor, order=pk, line=line, first=first)
        return f"/manufacturing-orders/{pk}", f"{entry.units:,} unit{'' if entry.units == 1 else 's'} booked."

    return button_page(request, act, lambda again, refused: _again(again, pk, refused))


@require_POST
def freed(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the promise of the ticked units, or of all."""
    actor = viewing(request, "production", "edit")
    units = [whole_number(text) for text in request.POST.getlist("unit")]
    if "all" in request.POST:
        lines = [part.line.pk for part in manufacturing.progress(_order(pk)).parts]
        units = list(Serial.objects.filter(reserved_line__in=lines, withdrawn=False).order_by("pk").values_list("pk", flat=True))

    def act() -> tuple[str, str]:
        entry = manufacturing.free_units(actor=actor, order=pk, unit_ids=units)
        return f"/manufacturing-orders/{pk}/bookings", f"{entry.units:,} unit{'' if entry.units == 1 else 's'} freed."

    return button_page(request, act, lambda again, refused: _again(again, pk, refused))


def _again(request: HttpRequest, pk: int, refused: Refused) -> HttpResponse:
    order = _order(pk)
    standing = manufacturing.progress(order)
    form = BookingForm(initial={"idempotency_key": new_key()})
    parts = [part for part in standing.parts if part.item.tracking == Tracking.SERIAL]
    form.fields["line"].choices = [(str(part.line.pk), part.item.number) for part in parts]  # type: ignore[attr-defined]  # a ChoiceField
    return render(request, "manufacturing/bookings.html", {**_context(order, standing), "form": form, "refused": refused})


paths = [path("<int:pk>/bookings", page), path("<int:pk>/bookings/proposed", proposed), path("<int:pk>/freed-bookings", freed)]
