"""Shipments: the page of one with what lies in it, its form, its papers, and its way from new to shipped or canceled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access, functions
from nameplate.documents.sending import sent
from nameplate.documents.shipments import packing_list, waybill
from nameplate.listings.shipment import contents
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, Pick, Site, User
from nameplate.operations import shipping
from nameplate.operations.choosing import units_in_box
from nameplate.operations.sales.standing import standings
from nameplate.operations.shipping.departing import problem_of
from nameplate.operations.shipping.shipments import SOURCES
from nameplate.refusals import Refused
from nameplate.web import shipped
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.document_acts import what_was_done
from nameplate.web.forms import EditForm, choosing_field, long_text_field, new_key, text_field, whole_number
from nameplate.web.history import history_of
from nameplate.web.options import orders_named, proposals
from nameplate.web.shown_numbers import shown_numbers

S = DocumentStatus
STEPS = (S.NEW, S.READY, S.SHIPPED)
MOST_PROBLEMS = 60


class ShipmentForm(EditForm):
    """For which orders, from where, where to and how."""

    orders = choosing_field("For the orders", "customer-orders", "Their numbers, like CO00001, CO00002; of one customer.", required=True)
    site = forms.ChoiceField(label="Leaves from", choices=[], required=False)
    carrier = text_field("Carrier")
    tracking_number = text_field("Tracking number", spellcheck="false")
    address = long_text_field("Address", "As it stands on the papers; it stays so when the customer’s own changes.", rows=5)
    notes = long_text_field("Notes")

    def shape(self) -> None:
        """The sites in use."""
        sites = Site.objects.filter(archived=False).order_by("name_key").values_list("pk", "name")
        choices = [("", "where the first thing is picked"), *((str(pk), name) for pk, name in sites)]
        self.set_choices("site", choices)

    def given(self) -> dict[str, Any]:
        """The fields as the operation takes them."""
        typed = self.typed("carrier", "tracking_number", "address", "notes", "site")
        return {**typed, "site": whole_number(str(typed["site"] or "")) or None}

    def chosen_orders(self) -> list[int]:
        """The orders that were typed."""
        return orders_named(str(self.typed("orders")["orders"] or ""))


def shipment_or_404(pk: int) -> Document:
    """The shipment."""
    papers = Document.objects.filter(kind=DocumentKind.SHIPMENT)
    return get_object_or_404(papers.select_related("shipment__site", "party", "created_by"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new shipment. `?order=CO00001` fills the order in, and its customer's address."""
    actor = viewing(request, "stock", "create")
    form = ShipmentForm(request.POST or None, initial=_first(request.GET.get("order", "")))
    form.shape()

    def act() -> tuple[str, str]:
        given = form.given()
        if not str(given["address"] or "").strip():
            del given["address"]
        if given["site"] is None:
            del given["site"]
        paper = shipping.create_shipment(actor=actor, orders=form.chosen_orders(), **given)
        return f"/shipments/{paper.pk}/picks", f"{paper} was made. Scan what goes into it."

    return form_page(request, form, "shipments/form.html", act, {"orders": proposals("customer-orders")})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a shipment that stands."""
    actor = viewing(request, "stock", "edit")
    paper = shipment_or_404(pk)
    form = ShipmentForm(request.POST or None, initial=_initial(paper))
    form.shape()
    if paper.shipment.orders.filter(kind=DocumentKind.RETURN).exists():
        del form.fields["orders"]  # what goes back under a return has no order to choose

    def act() -> tuple[str, str]:
        version, orders = form.seen_version(), form.chosen_orders() if "orders" in form.fields else None
        edited = shipping.edit_shipment(actor=actor, shipment=pk, version=version, orders=orders, **form.given())
        return f"/shipments/{pk}", f"{edited} was saved."

    return form_page(request, form, "shipments/form.html", act, {"shipment": paper, "orders": proposals("customer-orders")})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a shipment."""
    return page_of(request, pk)


@require_safe
def packing_list_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """What lies in the box."""
    return sent(packing_list(actor=viewing(request, "stock"), shipment=pk))


@require_safe
def waybill_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """What the carrier signs."""
    return sent(waybill(actor=viewing(request, "stock"), shipment=pk))


Step = Callable[[User, int], object]


def _step(request: HttpRequest, pk: int, step: Step, done: str, to: str = "") -> HttpResponse:
    actor = viewing(request, "stock", "edit")
    paper = shipment_or_404(pk)

    def act() -> tuple[str, str]:
        step(actor, whole_number(request.POST.get("version", "")))
        return f"/shipments/{pk}{to}", f"{paper} {done}."

    return button_page(request, act, lambda again, refused: page_of(again, pk, refused))


@require_POST
def ready(request: HttpRequest, pk: int) -> HttpResponse:
    """All of it is picked and packed."""
    call = shipping.declare_ready
    return _step(request, pk, lambda actor, version: call(actor=actor, shipment=pk, version=version), "is ready for shipment")


@require_POST
def open_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to picking."""
    call = shipping.open_again
    return _step(request, pk, lambda actor, version: call(actor=actor, shipment=pk, version=version), "is open again", "/picks")


@require_POST
def depart(request: HttpRequest, pk: int) -> HttpResponse:
    """It leaves."""
    day, note = request.POST.get("shipped_on", ""), request.POST.get("note", "")

    def step(actor: User, version: int) -> object:
        return shipping.ship(actor=actor, shipment=pk, version=version, shipped_on=day, note=note)

    return _step(request, pk, step, "is shipped")


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Called off before it left."""
    call = shipping.cancel_shipment
    return _step(request, pk, lambda actor, version: call(actor=actor, shipment=pk, version=version), "is canceled")


@require_POST
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Units, or the goods of a line, out of it again."""
    actor = viewing(request, "stock", "edit")
    shipment_or_404(pk)
    units = [whole_number(unit) for unit in request.POST.getlist("unit")]
    lines = [whole_number(line) for line in request.POST.getlist("line")]

    def act() -> tuple[str, str]:
        text = request.POST.get("out", "")
        chosen = units_in_box(text) if text.strip() else units
        shipping.take_out(actor=actor, shipment=pk, unit_ids=chosen, lines=lines)
        return f"/shipments/{pk}", "Taken out. It stays reserved for its order."

    return button_page(request, act, lambda again, refused: page_of(again, pk, refused))


def page_of(request: HttpRequest, pk: int, refused: Refused | None = None) -> HttpResponse:
    """The page, with a refusal of what was pressed on it."""
    actor = viewing(request, "stock")
    paper = shipment_or_404(pk)
    held = contents(actor=actor, shipment=paper)
    may = access.may(actor, "stock", "edit")
    status = S(paper.status)
    gone = Entry.objects.filter(document=paper).exclude(act="undone").select_related("actor").order_by("-id")[:20]
    context = {
        "shipment": paper,
        "head": paper.shipment,
        "at": f"/shipments/{pk}",
        "orders": list(paper.shipment.orders.select_related("customer_order").order_by("pk")),
        "lines": [_shown(one.numbers, one) for one in held],
        "units": sum(len(one.numbers) for one in held),
        "problems": _problems(paper) if status in SOURCES[S.SHIPPED] else [],
        "units_query": urlencode({"shipment": f'="{paper.number}"'}),
        "entries": what_was_done(gone),
        "steps": _steps(paper),
        "history": history_of("shipments", pk),
        "may_edit": may and status != S.CANCELED,
        "may_take_back": status == S.SHIPPED and functions.is_on(functions.RMA) and access.may(actor, "stock", "create"),
        "may_pick": may and status == S.NEW,
        "may_ready": may and status == S.NEW and bool(held),
        "may_open": may and status == S.READY,
        "may_ship": may and status in SOURCES[S.SHIPPED] and bool(held),
        "may_cancel": may and status in SOURCES[S.CANCELED],
        "out": request.POST.get("out", ""),
        "key": new_key(),
        "refused": refused,
    }
    return render(request, "shipments/detail.html", context)


def _shown(numbers: list[str], one: Any) -> dict[str, Any]:
    return {"content": one, "count": len(numbers), "numbers": shown_numbers(numbers)}


def _problems(paper: Document) -> list[tuple[int, str, str]]:
    """The picked units that cannot go as they stand now: id, number, why."""
    line_of = dict(Pick.objects.filter(shipment=paper, serial__isnull=False).values_list("serial_id", "line_id"))
    found = []
    for unit in standings(line_of.keys()) if line_of else ():
        objected = problem_of(unit, line_of[unit.id], paper.pk)
        if objected is not None:
            found.append((unit.id, unit.number, objected.message))
    return found[:MOST_PROBLEMS]


def _steps(paper: Document) -> list[dict[str, Any]]:
    if paper.status == S.CANCELED:
        return [{"label": S.CANCELED.label, "current": True, "done": False}]
    at = STEPS.index(S(paper.status))
    return [{"label": step.label, "current": place == at, "done": place < at} for place, step in enumerate(STEPS)]


def _first(order: str) -> dict[str, Any]:
    found = Document.objects.filter(pk__in=orders_named(order)).select_related("party").first() if order else None
    address = found.party.address if found is not None and found.party is not None else ""
    return {"idempotency_key": new_key(), "version": 1, "orders": found.number if found else "", "address": address}


def _initial(paper: Document) -> dict[str, Any]:
    head = paper.shipment
    return {
        "idempotency_key": new_key(),
        "version": paper.version,
        "orders": ", ".join(head.orders.order_by("pk").values_list("number", flat=True)),
        "site": str(head.site_id or ""),
        "carrier": head.carrier,
        "tracking_number": head.tracking_number,
        "address": head.address,
        "notes": paper.notes,
    }


paths = [
    path("new", new),
    path("<int:pk>", detail),
    path("<int:pk>/edit", edit),
    path("<int:pk>/packing-list.pdf", packing_list_pdf),
    path("<int:pk>/waybill.pdf", waybill_pdf),
    path("<int:pk>/readiness", ready),
    path("<int:pk>/reopening", open_again),
    path("<int:pk>/departure", depart),
    path("<int:pk>/cancellation", cancel),
    path("<int:pk>/picks/removal", take_out),
    *shipped.paths("shipments"),
]
