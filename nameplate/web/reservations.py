"""Reserving for a customer order: any units of an item, these very units, goods; from its page, from the list, and free again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from nameplate import access
from nameplate.models import Document, Entry, Serial, Tracking, User
from nameplate.operations import sales
from nameplate.operations.choosing import units_in_box
from nameplate.quantities import from_micro
from nameplate.refusals import Invalid, Refused
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.chosen import ChosenForm, first_choice
from nameplate.web.customer_orders import order_or_404
from nameplate.web.forms import choosing_field, new_key, text_field, whole_number
from nameplate.web.options import orders_named, proposals
from nameplate.web.shown_numbers import shown_numbers


class ReserveForm(ChosenForm):
    """Which units, for which order."""

    order = choosing_field("For the order", "customer-orders", "Its number, like CO00001.", required=True)
    note = text_field("Note")


@require_http_methods(["GET", "HEAD", "POST"])
def chosen(request: HttpRequest) -> HttpResponse:
    """Units ticked in the list or typed, reserved for an order."""
    actor = viewing(request, "stock", "edit")
    form = ReserveForm(request.POST or None, initial=first_choice(actor, request.GET))
    form.without()

    def act() -> tuple[str, str]:
        typed = form.typed("order", "note")
        orders = orders_named(str(typed["order"] or ""))
        if len(orders) != 1 or not orders[0]:
            raise Invalid("no-orders", "Say for which order.", fields={"order": "There is no such order."})
        entry = sales.reserve_units(actor=actor, order=orders[0], unit_ids=form.unit_ids(actor), note=str(typed["note"] or ""))
        return f"/customer-orders/{orders[0]}", f"{_units(entry)} reserved for {entry.document}."

    context = {"orders": proposals("customer-orders"), "chosen": form.shown(), "may_sell": access.may(actor, "sales", "create")}
    return form_page(request, form, "customer_orders/reserve_chosen.html", act, context)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is reserved for an order, and more."""
    actor = viewing(request, "stock", "edit")
    order_or_404(pk)
    if request.method != "POST":
        return _page(request, pk)
    return button_page(request, lambda: _reserve(request, actor, pk), lambda again, refused: _page(again, pk, refused))


@require_POST
def free(request: HttpRequest, pk: int) -> HttpResponse:
    """Free again: all of a line that lies in no shipment, or the units that were typed."""
    actor = viewing(request, "stock", "edit")
    order_or_404(pk)

    def act() -> tuple[str, str]:
        line = whole_number(request.POST.get("line", ""))
        if line:
            sales.free_line(actor=actor, order=pk, line=line)
            return f"/customer-orders/{pk}/reservations", "It is free again."
        entry = sales.free_reserved(actor=actor, order=pk, unit_ids=units_in_box(request.POST.get("freed", "")))
        return f"/customer-orders/{pk}/reservations", f"{_units(entry)} free again."

    return button_page(request, act, lambda again, refused: _page(again, pk, refused))


def _reserve(request: HttpRequest, actor: User, pk: int) -> tuple[str, str]:
    back = f"/customer-orders/{pk}/reservations"
    if "these" in request.POST:
        entry = sales.reserve_units(actor=actor, order=pk, unit_ids=units_in_box(request.POST.get("units", "")))
        return back, f"{_units(entry)} reserved."
    if "all" in request.POST:
        entry = sales.reserve_any(actor=actor, order=pk)
    else:
        named = {
            name.removeprefix("quantity-"): request.POST.get(name, "").strip() for name in request.POST if name.startswith("quantity-")
        }
        wanted = {whole_number(line): text for line, text in named.items() if text}
        if not wanted:
            raise Invalid("no-quantity", "Say how much to reserve.", fields={"quantity": "Type how many of a line."})
        entry = sales.reserve_any(actor=actor, order=pk, quantities=wanted)
    return back, f"{_units(entry)} reserved: the first to expire, then the oldest." if entry.units else "Reserved."


def _page(request: HttpRequest, pk: int, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "stock", "edit")
    order = order_or_404(pk)
    lines = sales.progress(order)
    numbers = _numbers(order)
    rows = [
        {
            "progress": one,
            "typed": request.POST.get(f"quantity-{one.line.pk}", f"{from_micro(one.to_reserve):f}" if one.to_reserve else ""),
            "by_serials": one.item.tracking == Tracking.SERIAL,
            "numbers": shown_numbers(numbers.get(one.line.pk, [])),
            "free": one.reserved - one.picked,
        }
        for one in lines
    ]
    context: dict[str, Any] = {
        "order": order,
        "at": f"/customer-orders/{pk}",
        "rows": rows,
        "to_reserve": any(one.to_reserve for one in lines),
        "by_serials": any(row["by_serials"] for row in rows),
        "open": order.status in sales.OPEN,
        "units": request.POST.get("units", ""),
        "freed": request.POST.get("freed", ""),
        "may_view": access.may(actor, "sales", "view"),
        "key": new_key(),
        "refused": refused,
    }
    return render(request, "customer_orders/reservations.html", context)


def _numbers(order: Document) -> dict[int, list[str]]:
    """The numbers of the units that are reserved for the order, by line."""
    found: dict[int, list[str]] = {}
    reserved = Serial.objects.filter(reserved_line__document=order).order_by("reserved_line", "sort_key", "id")
    for line, number in reserved.values_list("reserved_line", "number"):
        found.setdefault(line or 0, []).append(number)
    return found


def _units(entry: Entry) -> str:
    return f"{entry.units:,} unit{'' if entry.units == 1 else 's'}"


paths = [
    path("reservations/new", chosen),
    path("customer-orders/<int:pk>/reservations", page),
    path("customer-orders/<int:pk>/reservations/removal", free),
]
