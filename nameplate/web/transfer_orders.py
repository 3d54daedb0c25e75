"""Transfer orders: the page of one, its form, what is on it, and its steps from new to shipped or canceled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access
from nameplate.documents.sending import sent
from nameplate.documents.transfer_orders import picking_list, waybill
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, Lot, Site, User
from nameplate.operations import transferring
from nameplate.operations.transferring import GoodsToSend
from nameplate.refusals import Invalid, Refused
from nameplate.serial_text import canonical
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.chosen import ChosenForm, first_choice
from nameplate.web.document_acts import what_was_done
from nameplate.web.forms import EditForm, choosing_field, long_text_field, new_key, text_field, whole_number
from nameplate.web.history import history_of
from nameplate.web.lot_acts import place_typed
from nameplate.web.options import label_of, places_named, proposals

S = DocumentStatus
STEPS = (S.NEW, S.READY, S.SHIPPED, S.RECEIVED)
MOST_SHOWN = 500
ENTRIES = 50


class ContentsForm(ChosenForm):
    """What goes: units, and a quantity of a lot."""

    lot = text_field("Lot", "Of goods without serial numbers, like L00012.", spellcheck="false")
    quantity = text_field("Quantity", "How much of the lot.", inputmode="decimal")
    place = choosing_field("Where it lies", "locations", "Only where the lot lies at several places.")

    def goods(self) -> list[GoodsToSend]:
        """The quantity of a lot that is meant, if one is."""
        typed = self.typed("lot", "quantity", "place")
        number = str(typed.get("lot") or "").strip()
        if not number:
            return []
        lot = Lot.objects.filter(number_key=canonical(number).replace("\x00", "\ufffd")).first()
        if lot is None:
            sentence = f"There is no lot “{number[:40]}”."
            raise Invalid("no-such-lot", sentence, fields={"lot": sentence})
        place = str(typed["place"] or "")
        return [GoodsToSend(lot, str(typed["quantity"] or ""), place_typed(place) if place.strip() else None)]


def _sites() -> list[tuple[str, str]]:
    return [("", "Choose one"), *((str(site.pk), site.name) for site in Site.objects.filter(archived=False).order_by("name_key"))]


class NewForm(ContentsForm):
    """From where to where, and what goes."""

    origin = forms.ChoiceField(label="From", choices=[], required=False, help_text="Empty: where the units lie.")
    destination = forms.ChoiceField(label="To", choices=[])
    location = choosing_field("Where at the destination", "locations", "Can be said at the arrival.")
    notes = long_text_field("Notes")

    def shape(self) -> None:
        """The sites to choose among; only the fields that are needed where units were chosen elsewhere."""
        for name in ("origin", "destination"):
            self.set_choices(name, _sites())
        self.without("lot", "quantity", "place")


class OrderForm(EditForm):
    """An order that stands."""

    origin = forms.ChoiceField(label="From", choices=[], help_text="Fixed as soon as something is on it.")
    destination = forms.ChoiceField(label="To", choices=[])
    location = choosing_field("Where at the destination", "locations", "Can be said at the arrival.")
    notes = long_text_field("Notes")


def order_or_404(pk: int) -> Document:
    """The transfer order with its sites."""
    related = ("transfer_order__origin", "transfer_order__destination", "transfer_order__location__site", "created_by")
    return get_object_or_404(Document.objects.select_related(*related).filter(kind=DocumentKind.TRANSFER_ORDER), pk=pk)


def _head(typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed of the order, as the operation takes it. Refused: a text that names no place."""
    place = str(typed["location"] or "")
    sites = {name: whole_number(str(typed[name] or "")) or None for name in ("origin", "destination")}
    return {**sites, "location": _place(place), "notes": str(typed["notes"] or "")}


def _place(text: str) -> int | None:
    found, problem = places_named({text})[text]
    if problem:
        raise Invalid("no-such-location", problem, fields={"location": problem}, way_out="Choose a place from the list.")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new order, with the units of a search or a page on it."""
    actor = viewing(request, "stock", "create")
    form = NewForm(request.POST or None, initial=first_choice(actor, request.GET))
    form.shape()

    def act() -> tuple[str, str]:
        head = _head(form.typed("origin", "destination", "location", "notes"))
        order = transferring.create_transfer_order(actor=actor, unit_ids=form.unit_ids(actor), goods=form.goods(), **head)
        return f"/transfer-orders/{order.pk}", f"{order} was created."

    context = {"locations": proposals("locations"), "chosen": form.shown(), "expired": form.expired(actor)}
    return form_page(request, form, "transfer_orders/new.html", act, context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of an order that stands."""
    actor = viewing(request, "stock", "edit")
    order = order_or_404(pk)
    head = order.transfer_order
    first = {
        "idempotency_key": new_key(),
        "version": order.version,
        "origin": str(head.origin_id),
        "destination": str(head.destination_id),
        "location": label_of(head.location) if head.location else "",
        "notes": order.notes,
    }
    form = OrderForm(request.POST or None, initial=first)
    for name in ("origin", "destination"):
        form.set_choices(name, _sites()[1:])

    def act() -> tuple[str, str]:
        edited = transferring.edit_transfer_order(actor=actor, order=pk, version=form.seen_version(), **_head(form.typed()))
        return f"/transfer-orders/{pk}", f"{edited} was saved."

    return form_page(request, form, "transfer_orders/edit.html", act, {"order": order, "locations": proposals("locations")})


@require_http_methods(["GET", "HEAD", "POST"])
def contents(request: HttpRequest, pk: int) -> HttpResponse:
    """What is on the order: a box to put units on it, and all of them to take off again."""
    actor = viewing(request, "stock", "edit")
    order = order_or_404(pk)
    form = ContentsForm(request.POST or None, initial={"idempotency_key": new_key()})

    def act() -> tuple[str, str]:
        goods = form.goods()
        _, added = transferring.add_to_transfer(actor=actor, order=pk, unit_ids=form.unit_ids(actor), goods=goods)
        said = f"{added:,} unit{'' if added == 1 else 's'}" + (" and a lot" if goods else "")
        return f"/transfer-orders/{pk}/contents", f"{said} put on {order}."

    return form_page(request, form, "transfer_orders/contents.html", act, _contents(order))


def _contents(order: Document) -> dict[str, Any]:
    stands = transferring.standing(order)
    return {
        "order": order,
        "at": f"/transfer-orders/{order.pk}",
        "stands": stands,
        "shown": stands.units[:MOST_SHOWN],
        "more": max(len(stands.units) - MOST_SHOWN, 0),
        "open": order.status in transferring.OPEN,
        "key": new_key(),
        "locations": proposals("locations"),
    }


@require_POST
def removals(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the ticked units and lines off the order."""
    actor = viewing(request, "stock", "edit")

    def act() -> tuple[str, str]:
        units, lines = ([whole_number(text) for text in request.POST.getlist(name)] for name in ("unit", "line"))
        order = transferring.take_off_transfer(actor=actor, order=pk, unit_ids=units, line_ids=lines)
        return f"/transfer-orders/{pk}/contents", f"Taken off {order}."

    def again(request: HttpRequest, refused: Refused) -> HttpResponse:
        form = ContentsForm(initial={"idempotency_key": new_key()})
        return render(request, "transfer_orders/contents.html", {**_contents(order_or_404(pk)), "form": form, "refused": refused})

    return button_page(request, act, again)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an order."""
    return _page(request, pk)


CALLS: dict[str, tuple[access.Right, Callable[[User, int, str], object], str]] = {
    "readiness": ("edit", lambda actor, order, _: transferring.make_ready(actor=actor, order=order), "is ready for shipment"),
    "shipment": ("edit", lambda actor, order, note: transferring.ship(actor=actor, order=order, note=note), "is on its way"),
    "cancellation": ("delete", lambda actor, order, why: transferring.cancel(actor=actor, order=order, reason=why), "is canceled"),
}
"""The steps by their address: the right, what is called, what is said then."""


def _step(name: str) -> Callable[[HttpRequest, int], HttpResponse]:
    right, call, done = CALLS[name]

    @require_POST
    def step(request: HttpRequest, pk: int) -> HttpResponse:
        actor = viewing(request, "stock", right)

        def act() -> tuple[str, str]:
            call(actor, pk, request.POST.get("reason", ""))
            return f"/transfer-orders/{pk}", f"{order_or_404(pk)} {done}."

        return button_page(request, act, lambda again, refused: _page(again, pk, refused))

    step.__name__, step.__doc__ = name, f"The order {done}."
    return step


def _page(request: HttpRequest, pk: int, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "stock")
    order = order_or_404(pk)
    context = _contents(order)
    acts = Entry.objects.filter(document=order, reverses=None).select_related("actor").order_by("-id")[:ENTRIES]
    context |= {
        "steps": _steps(order),
        "counts": [(str(fate), count) for fate, count in sorted(context["stands"].counts.items())],
        "acts": what_was_done(acts),
        "history": history_of("transfer-orders", pk),
        "may_edit": access.may(actor, "stock", "edit"),
        "may_cancel": access.may(actor, "stock", "delete") and order.status in transferring.OPEN,
        "may_receive": access.may(actor, "stock", "edit") and order.status == S.SHIPPED,
        "to_settle": context["stands"].to_settle,
        "under_way": order.status in (S.SHIPPED, S.RECEIVED),
        "refused": refused,
    }
    return render(request, "transfer_orders/detail.html", context)


def _steps(order: Document) -> list[dict[str, Any]]:
    """The way from new to received, with where the order stands on it."""
    if order.status == S.CANCELED:
        return [{"label": S.CANCELED.label, "current": True, "done": False}]
    at = STEPS.index(S(order.status))
    return [{"label": step.label, "current": place == at, "done": place < at} for place, step in enumerate(STEPS)]


@require_safe
def waybill_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """What goes with the lorry."""
    return sent(waybill(actor=viewing(request, "stock"), order=pk))


@require_safe
def picking_list_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to be fetched from where."""
    return sent(picking_list(actor=viewing(request, "stock"), order=pk))


paths = [
    path("new", new),
    path("<int:pk>", detail),
    path("<int:pk>/edit", edit),
    path("<int:pk>/contents", contents),
    path("<int:pk>/removals", removals),
    path("<int:pk>/waybill.pdf", waybill_pdf),
    path("<int:pk>/picking-list.pdf", picking_list_pdf),
    *(path(f"<int:pk>/{name}", _step(name)) for name in CALLS),
]
