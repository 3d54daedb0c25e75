"""Customer orders: the page of one with its progress, its form with lines, called off, and its shipped serial numbers as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, Party, PartyRole
from nameplate.operations import sales, shipping
from nameplate.refusals import Refused
from nameplate.web import shipped
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.document_acts import Done, what_was_done
from nameplate.web.forms import new_key, whole_number
from nameplate.web.history import history_of
from nameplate.web.options import proposals, vendor_text
from nameplate.web.sales_form import Row, SalesForm, first_values, order_lines, rows_of_order, rows_sent, tell_rows, with_blank

S = DocumentStatus
STEPS = (S.NEW, S.PARTLY_SHIPPED, S.SHIPPED)
ENTRIES = 20


def order_or_404(pk: int) -> Document:
    """The customer order."""
    orders = Document.objects.filter(kind=DocumentKind.CUSTOMER_ORDER)
    return get_object_or_404(orders.select_related("customer_order", "party", "created_by"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new order. `?customer=C00001` fills the customer in."""
    actor = viewing(request, "sales", "create")
    form = SalesForm(request.POST or None, initial=first_values(_customer_asked(request.GET.get("customer", ""))))
    rows = rows_sent(request.POST, without=request.GET.get("remove", ""))

    def act() -> tuple[str, str]:
        order = sales.create_customer_order(actor=actor, lines=order_lines(rows), **form.head())
        return f"/customer-orders/{order.pk}", f"{order} was created."

    return _form_page(request, form, rows, act, {})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of an order that stands."""
    actor = viewing(request, "sales", "edit")
    order = order_or_404(pk)
    form = SalesForm(request.POST or None, initial=_initial(order))
    sent = request.method == "POST"
    rows = rows_sent(request.POST, order, without=request.GET.get("remove", "")) if sent else rows_of_order(order)

    def act() -> tuple[str, str]:
        version = form.seen_version()
        edited = sales.edit_customer_order(actor=actor, order=pk, version=version, lines=order_lines(rows), **form.head())
        return f"/customer-orders/{pk}", f"{edited} was saved."

    return _form_page(request, form, rows, act, {"order": order})


def _form_page(
    request: HttpRequest, form: SalesForm, rows: list[Row], act: Callable[[], tuple[str, str]], context: dict[str, Any]
) -> HttpResponse:
    """The form; adding or removing a row shows it again without judging anything."""
    context |= {"customers": proposals("customers"), "items": proposals("components"), "rows": rows}
    template = "customer_orders/form.html"
    if request.method != "POST":
        return render(request, template, {**context, "form": form, "rows": with_blank(rows)})
    # The address says that a row is added or removed: nothing that a button leaves out can turn that into saving.
    if "add" in request.GET or "remove" in request.GET:
        shown = with_blank(rows, fresh=True) if "add" in request.GET or not rows else rows
        return render(request, template, {**context, "form": form, "rows": shown})
    return form_page(request, form, template, act, context, lambda refusal: tell_rows(rows, refusal))


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an order."""
    return _page(request, pk)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Called off, wholly while nothing has gone, else what is not shipped yet."""
    actor = viewing(request, "sales", "delete")
    rest = "rest" in request.POST

    def act() -> tuple[str, str]:
        call = sales.cancel_rest if rest else sales.cancel
        version = whole_number(request.POST.get("version", ""))
        order = call(actor=actor, order=pk, version=version, reason=request.POST.get("reason", ""))
        return f"/customer-orders/{pk}", f"{order} is {'shipped as far as it went' if rest else 'canceled'}."

    return button_page(request, act, lambda again, refused: _page(again, pk, refused))


@require_POST
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """A shipment of the order, to be picked next."""
    actor = viewing(request, "stock", "create")

    def act() -> tuple[str, str]:
        paper = shipping.create_shipment(actor=actor, orders=[pk])
        return f"/shipments/{paper.pk}/picks", f"{paper} was made. Scan what goes into it."

    return button_page(request, act, lambda again, refused: _page(again, pk, refused))


def _page(request: HttpRequest, pk: int, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "sales")
    order = order_or_404(pk)
    lines = sales.progress(order)
    by_number = urlencode({"customer_order": f'="{order.number}"'})
    is_open = order.status in sales.OPEN
    amounts = [one.line.amount for one in lines if one.line.amount is not None]
    context = {
        "order": order,
        "at": f"/customer-orders/{pk}",
        "lines": lines,
        "currency": sales.currency_of(order),
        "total": sum(amounts) if amounts else None,
        "unpriced": len(lines) - len(amounts),
        "late": any(one.is_late for one in lines),
        "begun": any(one.shipped for one in lines),
        "reserved": any(one.reserved for one in lines),
        "units_query": by_number,
        "reserved_query": urlencode({"reserved_for": f'="{order.number}"'}),
        "shipments": list(Document.objects.filter(shipment__orders=order).select_related("shipment").order_by("-pk")[:ENTRIES]),
        "entries": _entries(order),
        "steps": _steps(order),
        "history": history_of("customer-orders", pk),
        "may_edit": access.may(actor, "sales", "edit"),
        "may_work": is_open and access.may(actor, "stock", "edit"),
        "may_cancel": is_open and access.may(actor, "sales", "delete"),
        "key": new_key(),
        "refused": refused,
    }
    return render(request, "customer_orders/detail.html", context)


def _steps(order: Document) -> list[dict[str, Any]]:
    """The way from new to shipped, with where the order stands on it."""
    if order.status == S.CANCELED:
        return [{"label": S.CANCELED.label, "current": True, "done": False}]
    at = STEPS.index(S(order.status))
    return [{"label": step.label, "current": place == at, "done": place < at} for place, step in enumerate(STEPS)]


def _entries(order: Document) -> list[Done]:
    """What was reserved and freed for the order, newest first."""
    return what_was_done(Entry.objects.filter(document=order).exclude(act="undone").select_related("actor").order_by("-id")[:ENTRIES])


def _customer_asked(number: str) -> str:
    customer = Party.objects.filter(role=PartyRole.CUSTOMER, number=number).first() if number else None
    return vendor_text(customer)


def _initial(order: Document) -> dict[str, Any]:
    head = order.customer_order
    return {
        "idempotency_key": new_key(),
        "version": order.version,
        "customer": vendor_text(order.party),
        "customer_reference": head.customer_reference,
        "currency": sales.currency_of(order),
        "expected_on": head.expected_on.isoformat() if head.expected_on else "",
        "notes": order.notes,
    }


paths = [
    path("new", new),
    path("<int:pk>", detail),
    path("<int:pk>/edit", edit),
    path("<int:pk>/cancellation", cancel),
    path("<int:pk>/shipments", prepare),
    *shipped.paths("customer-orders"),
]
