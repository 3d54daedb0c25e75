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
from nameplate.operations.manufacturing import BookedGoods
from nameplate.operations.manufacturing.booking import First
from nameplate.refusals import NotFound, Refused
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.expiring import expired_note, usual_order
from nameplate.web.forms import TypedForm, choosing_field, long_text_field, new_key, text_field, whole_number
from nameplate.web.lot_acts import place_typed, told_place
from nameplate.web.options import proposals
from nameplate.web.shown_numbers import shown_numbers

MOST_SHOWN = 500
MOST_LINKED = 20


class BookingForm(TypedForm):
    """Numbers of units for one part."""

    line = forms.ChoiceField(label="Part", choices=[])
    numbers = long_text_field("Serial numbers", "Scan, paste or type them; A1..A9 is a range.", rows=6, required=True)


class LotForm(TypedForm):
    """So much of a lot for one part."""

    part = forms.ChoiceField(label="Part", choices=[])
    lot = text_field("Lot", "Scan or type its number.", spellcheck="false", required=True)
    quantity = text_field("Quantity", "In the item’s unit.", inputmode="decimal", required=True)
    place = choosing_field("From where", "locations", "Where it lies in several places.")


def _order(pk: int) -> Document:
    orders = Document.objects.select_related("manufacturing_order__site")
    found = orders.filter(pk=pk, kind=DocumentKind.MANUFACTURING_ORDER).first()
    if found is None:
        raise NotFound("not-found", "There is no such manufacturing order.")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is booked, and boxes to book by number and by lot. `?propose=<part>&first=received` shows what would be booked."""
    actor = viewing(request, "production", "edit")
    order = _order(pk)
    standing = manufacturing.progress(order)
    form = _form(standing, request.POST or None, request.GET.get("propose", ""))

    def act() -> tuple[str, str]:
        typed = form.typed()
        line = whole_number(str(typed["line"] or ""))
        numbers = [number for one in parse(typed["numbers"] or "").candidates for number in (one.numbers or [one.raw])]
        units = manufacturing.units_for(standing, line, numbers)
        entry = manufacturing.book_parts(actor=actor, order=order, units={line: units})
        return f"/manufacturing-orders/{pk}/bookings", f"{entry.units:,} unit{'' if entry.units == 1 else 's'} booked.{expired_note(units)}"

    context = _context(order, standing)
    if request.method != "POST" and (asked := whole_number(request.GET.get("propose", ""))):
        part = standing.part(asked)
        if part is not None and part.item.tracking != Tracking.SERIAL:
            context["proposed_lots"] = manufacturing.propose_goods(actor=actor, order=order, line=asked)
        else:
            first = cast(First, request.GET.get("first", usual_order([part.item] if part else [])))
            proposal = manufacturing.propose_units(actor=actor, order=order, line=asked, first=first)
            booked = {unit.pk for unit in context["booked"]}
            fresh = [one for one in proposal.units if one[0] not in booked]
            others = shown_numbers([number for _, number in fresh[MOST_LINKED:]], most=0)
            context |= {"proposal": proposal, "first": first, "fresh": fresh, "linked": fresh[:MOST_LINKED], "others": others}
    return form_page(request, form, "manufacturing/bookings.html", act, {**context, "box": form})


@require_POST
def by_lot(request: HttpRequest, pk: int) -> HttpResponse:
    """Book so much of a lot."""
    actor = viewing(request, "production", "edit")
    order = _order(pk)
    standing = manufacturing.progress(order)
    form = _lot_form(standing, request.POST)

    def act() -> tuple[str, str]:
        typed = {name: str(value or "") for name, value in form.typed().items()}
        place = place_typed(typed["place"]) if typed["place"].strip() else None
        goods = BookedGoods(whole_number(typed["part"]), typed["lot"], typed["quantity"], place)
        entry = manufacturing.book_parts(actor=actor, order=order, units={}, goods=[goods])
        lots = list(entry.stock_movements.values_list("lot", flat=True))
        return f"/manufacturing-orders/{pk}/bookings", f"{typed['quantity']} of lot {typed['lot']} booked.{expired_note([], lots)}"

    def tell(refusal: Refused) -> None:
        told_place(form)(refusal)
        for name, sentence in refusal.fields.items():
            if name.startswith("goods.") and (own := name.rpartition(".")[2]) in form.fields:
                form.add_error(own, sentence)

    context = {**_context(order, standing), "lot_form": form}
    return form_page(request, form, "manufacturing/bookings.html", act, context, tell=tell)


def _form(standing: manufacturing.Progress, sent: Any, line: str) -> BookingForm:
    form = BookingForm(sent, initial={"idempotency_key": new_key(), "line": line})
    parts = [part for part in standing.parts if part.item.tracking == Tracking.SERIAL]
    form.set_choices("line", [(str(part.line.pk), part.item.number) for part in parts])
    return form


def _lot_form(standing: manufacturing.Progress, sent: Any = None) -> LotForm:
    form = LotForm(sent, initial={"idempotency_key": new_key()})
    parts = _goods_parts(standing)
    form.set_choices("part", [(str(part.line.pk), part.item.number) for part in parts])
    return form


def _goods_parts(standing: manufacturing.Progress) -> list[manufacturing.PartProgress]:
    return [part for part in standing.parts if part.item.tracking != Tracking.SERIAL]


def _context(order: Document, standing: manufacturing.Progress) -> dict[str, Any]:
    lines = [part.line.pk for part in standing.parts]
    booked = Serial.objects.filter(reserved_line__in=lines, withdrawn=False).select_related("item", "location", "lot")
    count = booked.count()
    lots = manufacturing.booked_goods(standing)
    return {
        "order": order,
        "at": f"/manufacturing-orders/{order.pk}",
        "standing": standing,
        "box": _form(standing, None, ""),
        "lot_form": _lot_form(standing),
        "serial_parts": [part for part in standing.parts if part.item.tracking == Tracking.SERIAL],
        "goods_parts": _goods_parts(standing),
        "booked": list(booked.order_by("item__number_key", "sort_key", "pk")[:MOST_SHOWN]),
        "booked_lots": list(zip(manufacturing.spots_of(lots), lots, strict=True)),
        "count": count,
        "key": new_key(),
        "locations": proposals("locations"),
    }


@require_POST
def proposed(request: HttpRequest, pk: int) -> HttpResponse:
    """Book what was proposed."""
    actor = viewing(request, "production", "edit")
    line, first = whole_number(request.POST.get("line", "")), cast(First, request.POST.get("first", "received"))

    def act() -> tuple[str, str]:
        entry = manufacturing.book_proposed(actor=actor, order=pk, line=line, first=first)
        return f"/manufacturing-orders/{pk}", f"{_said(entry.units, entry.stock_movements.filter(reserved__isnull=False).count())} booked."

    return button_page(request, act, lambda again, refused: _again(again, pk, refused))


@require_POST
def freed(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the promise of the ticked units and lots, or of all."""
    actor = viewing(request, "production", "edit")
    units = [whole_number(text) for text in request.POST.getlist("unit")]
    standing = manufacturing.progress(_order(pk))
    spots = manufacturing.spots_of(manufacturing.booked_goods(standing))
    goods = [spots[key] for key in request.POST.getlist("lot") if key in spots]
    if "all" in request.POST:
        lines = [part.line.pk for part in standing.parts]
        units = list(Serial.objects.filter(reserved_line__in=lines, withdrawn=False).order_by("pk").values_list("pk", flat=True))
        goods = list(spots.values())

    def act() -> tuple[str, str]:
        entry = manufacturing.free_parts(actor=actor, order=pk, unit_ids=units, goods=goods)
        return f"/manufacturing-orders/{pk}/bookings", f"{_said(entry.units, len(goods))} freed."

    return button_page(request, act, lambda again, refused: _again(again, pk, refused))


def _said(units: int, lots: int) -> str:
    """ "3 units and 1 lot"."""
    parts = [f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in ((units, "unit"), (lots, "lot")) if count]
    return " and ".join(parts) or "Nothing"


def _again(request: HttpRequest, pk: int, refused: Refused) -> HttpResponse:
    order = _order(pk)
    return render(request, "manufacturing/bookings.html", {**_context(order, manufacturing.progress(order)), "refused": refused})


paths = [
    path("<int:pk>/bookings", page),
    path("<int:pk>/bookings/by-lot", by_lot),
    path("<int:pk>/bookings/proposed", proposed),
    path("<int:pk>/freed-bookings", freed),
]
