"""Purchase orders: the page of one with its progress, its form with lines, and its steps from request to received or canceled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access
from nameplate.documents.purchase_orders import order_document
from nameplate.documents.sending import sent
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, Lot, Party, PartyRole, StockMovement, User
from nameplate.operations import purchasing
from nameplate.operations.purchasing.approving import rules
from nameplate.operations.purchasing.steps import SOURCES
from nameplate.quantities import from_micro
from nameplate.refusals import Refused
from nameplate.web import order_numbers
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.document_acts import Done, what_was_done
from nameplate.web.forms import new_key, whole_number
from nameplate.web.history import history_of
from nameplate.web.options import proposals, vendor_text
from nameplate.web.order_form import OrderForm, Row, first_values, order_lines, rows_of_order, rows_sent, tell_rows, with_blank

S = DocumentStatus
STEPS = (S.RFQ, S.NEW, S.APPROVED, S.ORDERED, S.SHIPPED, S.RECEIVED)
NEXT = {"confirm": S.NEW, "approve": S.APPROVED, "place": S.ORDERED, "dispatch": S.SHIPPED}
RECEIPTS = 20


def _order(pk: int) -> Document:
    orders = Document.objects.filter(kind=DocumentKind.PURCHASE_ORDER)
    return get_object_or_404(orders.select_related("purchase_order", "party", "created_by"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new order. `?vendor=V00001` fills the vendor in."""
    actor = viewing(request, "purchasing", "create")
    form = OrderForm(request.POST or None, initial=first_values(_vendor_asked(request.GET.get("vendor", ""))))
    rows = rows_sent(request.POST, without=request.GET.get("remove", ""))

    def act() -> tuple[str, str]:
        status = S.RFQ if "as_rfq" in request.POST else S.NEW
        order = purchasing.create_purchase_order(actor=actor, lines=order_lines(rows), status=status, **form.head())
        return f"/purchase-orders/{order.pk}", f"{order} was created."

    return _form_page(request, form, rows, act, {})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of an order that stands."""
    actor = viewing(request, "purchasing", "edit")
    order = _order(pk)
    form = OrderForm(request.POST or None, initial=_initial(order))
    rows = rows_of_order(order)
    if request.method == "POST":
        rows = rows_sent(request.POST, purchasing.progress(order), without=request.GET.get("remove", ""))

    def act() -> tuple[str, str]:
        version = form.seen_version()
        edited = purchasing.edit_purchase_order(actor=actor, order=pk, version=version, lines=order_lines(rows), **form.head())
        return f"/purchase-orders/{pk}", f"{edited} was saved."

    return _form_page(request, form, rows, act, {"order": order})


def _form_page(
    request: HttpRequest, form: OrderForm, rows: list[Row], act: Callable[[], tuple[str, str]], context: dict[str, Any]
) -> HttpResponse:
    """The form; adding or removing a row shows it again without judging anything."""
    context |= {"vendors": proposals("vendors"), "items": proposals("items"), "rows": rows}
    template = "purchase_orders/form.html"
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


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The order as it goes to its vendor. `?serials=1` adds the numbers that were announced."""
    actor = viewing(request, "purchasing")
    return sent(order_document(actor=actor, order=pk, with_serials=request.GET.get("serials") == "1"))


Step = Callable[[User, int], Document]


def _step(request: HttpRequest, pk: int, right: access.Right, step: Step, done: str) -> HttpResponse:
    actor = viewing(request, "purchasing", right)

    def act() -> tuple[str, str]:
        return f"/purchase-orders/{pk}", f"{step(actor, whole_number(request.POST.get('version', '')))} {done}."

    return button_page(request, act, lambda again, refused: _page(again, pk, refused))


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """A request for quotation becomes an order."""
    return _step(request, pk, "edit", lambda actor, version: purchasing.confirm(actor=actor, order=pk, version=version), "is a new order")


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """It may go to the vendor."""
    return _step(request, pk, "approve", lambda actor, version: purchasing.approve(actor=actor, order=pk, version=version), "is approved")


@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """It is ordered at the vendor."""
    return _step(request, pk, "edit", lambda actor, version: purchasing.order(actor=actor, order=pk, version=version), "is ordered")


@require_POST
def dispatch(request: HttpRequest, pk: int) -> HttpResponse:
    """The vendor has sent it off."""
    day = request.POST.get("shipped_on", "")

    def step(actor: User, version: int) -> Document:
        return purchasing.mark_shipped(actor=actor, order=pk, version=version, shipped_on=day)

    return _step(request, pk, "edit", step, "is on its way")


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Called off, wholly while nothing has come, else what is still to come."""
    reason = request.POST.get("reason", "")
    rest = "rest" in request.POST

    def step(actor: User, version: int) -> Document:
        call = purchasing.cancel_rest if rest else purchasing.cancel
        return call(actor=actor, order=pk, version=version, reason=reason)

    return _step(request, pk, "delete", step, "is received as far as it came" if rest else "is canceled")


def _page(request: HttpRequest, pk: int, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "purchasing")
    order = _order(pk)
    lines = purchasing.progress(order)
    begun = any(one.received for one in lines)
    may_edit, may_receive = access.may(actor, "purchasing", "edit"), access.may(actor, "stock", "create")
    context = {
        "order": order,
        "at": f"/purchase-orders/{pk}",
        "lines": _with_lots(order, lines),
        "currency": purchasing.currency_of(order),
        "total": sum(one.line.amount or 0 for one in lines) if any(one.line.amount is not None for one in lines) else None,
        "unpriced": sum(one.line.price is None for one in lines),
        "late": any(one.is_late for one in lines),
        "begun": begun,
        "to_come": any(one.to_come for one in lines),
        "steps": _steps(order, approval=rules().approval),
        "receipts": _receipts(order),
        "history": history_of("purchase-orders", pk),
        "next": _next(actor, order, rules().approval),
        "may_edit": may_edit,
        "may_receive": may_receive and order.status in (S.ORDERED, S.SHIPPED),
        "may_undo": access.may(actor, "stock", "edit"),
        "may_cancel": access.may(actor, "purchasing", "delete") and order.status in SOURCES[S.CANCELED],
        "key": new_key(),
        "refused": refused,
    }
    return render(request, "purchase_orders/detail.html", context)


def _next(actor: User, order: Document, approval: bool) -> set[str]:
    """The steps that this person can take now. Where approval is asked for, placing waits for it."""
    possible = {name for name, status in NEXT.items() if order.status in SOURCES[status]}
    possible = {name for name in possible if access.may(actor, "purchasing", "approve" if name == "approve" else "edit")}
    closed = ({"place"} if order.status != S.APPROVED else set()) if approval else {"approve"}
    return possible - closed


def _with_lots(order: Document, lines: list[purchasing.LineProgress]) -> list[dict[str, Any]]:
    """Each line with its lots, the newest last."""
    lots: dict[int | None, list[Lot]] = {}
    for lot in Lot.objects.filter(source=order).order_by("id"):
        lots.setdefault(lot.line_id, []).append(lot)
    return [
        {
            "progress": one,
            "line": one.line,
            "item": one.item,
            "lots": (own := lots.get(one.line.pk, [])),
            "planned_query": urlencode({"lot": ",".join(f'="{lot.number}"' for lot in own), "status": "planned"}),
        }
        for one in lines
    ]


def _steps(order: Document, *, approval: bool) -> list[dict[str, Any]]:
    """The way from request to received, with where the order stands on it. Shipped is done only if it was marked."""
    if order.status == S.CANCELED:
        return [{"label": S.CANCELED.label, "current": True, "done": False}]
    at = STEPS.index(S(order.status))
    first = 0 if order.status == S.RFQ else 1
    passed_over = {S.SHIPPED} if order.purchase_order.shipped_on is None else set()
    return [
        {"label": step.label, "current": place == at, "done": place < at and step not in passed_over}
        for place, step in enumerate(STEPS)
        if place >= first and (step != S.APPROVED or approval or order.status == step)
    ]


def _receipts(order: Document) -> list[Done]:
    """What was received on the order, newest first, each with what came."""
    # An act that received on several orders has none as its document: its goods stand on their lines.
    own = StockMovement.objects.filter(line__document=order, entry__act="received").values("entry")
    receipts = list(
        Entry.objects.filter(Q(document=order, act="received") | Q(pk__in=own)).select_related("actor").order_by("-id")[:RECEIPTS]
    )
    came: dict[int, list[str]] = {}
    moved = StockMovement.objects.filter(entry__in=receipts, change__gt=0).order_by("lot__item__number_key")
    for entry, number, unit, change in moved.values_list("entry", "lot__item__number", "lot__item__unit").annotate(Sum("change")):
        came.setdefault(entry, []).append(f"{from_micro(change):,} {unit} {number}")
    return what_was_done(receipts, {receipt: ", ".join(goods) for receipt, goods in came.items()})


def _vendor_asked(number: str) -> str:
    vendor = Party.objects.filter(role=PartyRole.VENDOR, number=number).first() if number else None
    return vendor_text(vendor)


def _initial(order: Document) -> dict[str, Any]:
    head = order.purchase_order
    return {
        "idempotency_key": new_key(),
        "version": order.version,
        "vendor": vendor_text(order.party),
        "vendor_reference": head.vendor_reference,
        "currency": purchasing.currency_of(order),
        "expected_on": head.expected_on.isoformat() if head.expected_on else "",
        "notes": order.notes,
    }


paths = [
    path("new", new),
    path("<int:pk>", detail),
    path("<int:pk>/edit", edit),
    path("<int:pk>/document.pdf", document),
    path("<int:pk>/confirmation", confirm),
    path("<int:pk>/approval", approve),
    path("<int:pk>/order", place),
    path("<int:pk>/shipment", dispatch),
    path("<int:pk>/cancellation", cancel),
    *order_numbers.paths,
]
