"""Manufacturing orders: the page of one with its parts and completions, its form, and its steps from new to closed or canceled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, Lot, Site, User
from nameplate.operations import manufacturing
from nameplate.operations.manufacturing.completing import OPEN
from nameplate.operations.manufacturing.steps import RIGHTS, SOURCES
from nameplate.quantities import from_micro
from nameplate.refusals import Invalid, Refused
from nameplate.web import manufacturing_bookings, manufacturing_numbers, manufacturing_papers
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.document_acts import Done, what_was_done
from nameplate.web.forms import EditForm, choosing_field, day_field, long_text_field, new_key, text_field, whole_number
from nameplate.web.history import history_of
from nameplate.web.options import item_named, label_of, places_named, proposals

S = DocumentStatus
STEPS = (S.NEW, S.SCHEDULED, S.IN_PROGRESS, S.DONE, S.CLOSED)
COMPLETIONS = 20
LACKING = 100
"""How many lines the page shows."""


class OrderForm(EditForm):
    """What an order says beside its parts."""

    item = choosing_field("Product", "products", "What is made here; its bill says of what.", required=True)
    quantity = text_field("Quantity", required=True, inputmode="decimal")
    site = forms.ChoiceField(label="Site", required=False, help_text="Parts are taken from its shelves.")
    location = choosing_field("Finished goods go to", "locations", "Else where the product is kept.")
    starts_on = day_field("Starts on")
    due_on = day_field("Due on")
    may_miss_parts = forms.BooleanField(
        label="May be finished with parts missing", required=False, help_text="What is missing is then recorded with each product."
    )
    notes = long_text_field("Notes")

    def shape(self, order: Document | None) -> None:
        """Leave the fields that can be typed: the product of an order that stands is not, and a single site needs no choosing."""
        sites = list(Site.objects.filter(archived=False).order_by("name_key"))
        if order is not None:
            del self.fields["item"]
        if len(sites) < 2:
            del self.fields["site"]
        else:
            choices = [("", "—"), *((str(site.pk), site.name) for site in sites)]
            self.set_choices("site", choices)

    def given(self) -> dict[str, Any]:
        """As the operation takes it. Refused: a text that names no place."""
        typed = self.typed()
        location, problem = places_named([typed["location"] or ""])[typed["location"] or ""]
        if problem:
            raise Invalid("no-such-location", problem, fields={"location": problem})
        typed["location"] = location
        typed["may_miss_parts"] = bool(typed["may_miss_parts"])
        if "site" in typed:
            typed["site"] = whole_number(str(typed["site"] or "")) or None
        if "item" in typed:
            typed["item"] = item_named(typed["item"] or "")
        return typed


def _order(pk: int) -> Document:
    orders = Document.objects.filter(kind=DocumentKind.MANUFACTURING_ORDER)
    related = ("manufacturing_order__site", "manufacturing_order__location__site", "created_by")
    return get_object_or_404(orders.select_related(*related), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new order. `?item=POD-45` fills the product in."""
    actor = viewing(request, "production", "create")
    form = OrderForm(request.POST or None, initial={"item": request.GET.get("item", ""), "idempotency_key": new_key(), "version": "0"})
    form.shape(None)

    def act() -> tuple[str, str]:
        order = manufacturing.create_manufacturing_order(actor=actor, **form.given())
        return f"/manufacturing-orders/{order.pk}", f"{order} was created."

    context = {"products": proposals("products"), "locations": proposals("locations")}
    return form_page(request, form, "manufacturing/form.html", act, context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of an order that stands."""
    actor = viewing(request, "production", "edit")
    order = _order(pk)
    form = OrderForm(request.POST or None, initial=_initial(order))
    form.shape(order)

    def act() -> tuple[str, str]:
        edited = manufacturing.edit_manufacturing_order(actor=actor, order=pk, version=form.seen_version(), **form.given())
        return f"/manufacturing-orders/{pk}", f"{edited} was saved."

    context = {"order": order, "product": manufacturing.progress(order).product.item, "locations": proposals("locations")}
    return form_page(request, form, "manufacturing/form.html", act, context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an order."""
    return _page(request, pk)


Step = Callable[[User, int, str], Document]
CALLS: dict[str, tuple[S, Step, str]] = {
    "schedule": (S.SCHEDULED, lambda actor, order, _: manufacturing.schedule(actor=actor, order=order), "is scheduled"),
    "start": (S.IN_PROGRESS, lambda actor, order, _: manufacturing.start(actor=actor, order=order), "is in progress"),
    "pause": (S.PAUSED, lambda actor, order, _: manufacturing.pause(actor=actor, order=order), "is paused"),
    "closure": (S.CLOSED, lambda actor, order, _: manufacturing.close(actor=actor, order=order), "is closed"),
    "reopening": (S.DONE, lambda actor, order, _: manufacturing.reopen(actor=actor, order=order), "is open again"),
    "cancellation": (S.CANCELED, lambda actor, order, why: manufacturing.cancel(actor=actor, order=order, reason=why), "is canceled"),
    "rest": (
        S.DONE,
        lambda actor, order, why: manufacturing.cancel_rest(actor=actor, order=order, reason=why),
        "is done as far as it came",
    ),
}
"""The steps by their address: where each leads, what it calls, what is said then."""


def _step(name: str) -> Callable[[HttpRequest, int], HttpResponse]:
    status, call, done = CALLS[name]

    @require_POST
    def step(request: HttpRequest, pk: int) -> HttpResponse:
        actor = viewing(request, "production", "delete" if name == "reopening" else RIGHTS.get(status, "edit"))

        def act() -> tuple[str, str]:
            return f"/manufacturing-orders/{pk}", f"{call(actor, pk, request.POST.get('reason', ''))} {done}."

        return button_page(request, act, lambda again, refused: _page(again, pk, refused))

    step.__name__, step.__doc__ = name, f"The order {done}."
    return step


def _page(request: HttpRequest, pk: int, refused: Refused | None = None) -> HttpResponse:
    actor = viewing(request, "production")
    order = _order(pk)
    standing = manufacturing.progress(order)
    may = {right: access.may(actor, "production", right) for right in ("edit", "delete")}
    lacking, more_lacking = manufacturing.finished_without(actor=actor, order=order, most=LACKING)
    context = {
        "order": order,
        "at": f"/manufacturing-orders/{pk}",
        "standing": standing,
        "product": standing.product,
        "short": [part for part in standing.parts if part.short and order.status in (*OPEN, S.PAUSED)],
        "begun": standing.product.made > 0,
        "steps": _steps(order),
        "lots": Lot.objects.filter(source=order).order_by("pk"),
        "completions": _completions(order),
        "lacking": lacking,
        "more_lacking": more_lacking,
        "history": history_of("manufacturing-orders", pk),
        "next": _next(order, may),
        "open": order.status in OPEN,
        "may_edit": may["edit"] and order.status not in (S.CLOSED, S.CANCELED),
        "may_undo": access.may(actor, "stock", "edit"),
        "may_cancel": may["delete"] and order.status in SOURCES[S.CANCELED],
        "key": new_key(),
        "refused": refused,
    }
    return render(request, "manufacturing/detail.html", context)


def _next(order: Document, may: dict[str, bool]) -> set[str]:
    """The steps that this person can take now."""
    possible = {name for name, (status, _, _) in CALLS.items() if name not in {"reopening", "rest"} and order.status in SOURCES[status]} | (
        {"reopening"} if order.status == S.CLOSED else set()
    )
    return {name for name in possible if may["delete" if name in {"reopening", "closure", "cancellation"} else "edit"]}


def _steps(order: Document) -> list[dict[str, Any]]:
    """The way from new to closed, with where the order stands on it; a pause stands in the place of the work."""
    if order.status == S.CANCELED:
        return [{"label": S.CANCELED.label, "current": True, "done": False}]
    paused = order.status == S.PAUSED
    at = STEPS.index(S.IN_PROGRESS if paused else S(order.status))
    return [
        {"label": S.PAUSED.label if paused and place == at else step.label, "current": place == at, "done": place < at}
        for place, step in enumerate(STEPS)
    ]


def _completions(order: Document) -> list[Done]:
    """What was finished on the order, newest first, each with how many were made."""
    built = list(Entry.objects.filter(document=order, act="built").select_related("actor").order_by("-id")[:COMPLETIONS])
    made: dict[int, str] = {}
    line = order.lines.get(position=0)
    for entry_id, change in line.stock_movements.filter(entry__in=built).values_list("entry", "change"):
        made[entry_id] = f"{from_micro(change):,f} {line.item.unit}"
    return what_was_done(built, made)


def _initial(order: Document) -> dict[str, Any]:
    head = order.manufacturing_order
    return {
        "idempotency_key": new_key(),
        "version": order.version,
        "quantity": f"{from_micro(manufacturing.progress(order).product.ordered):f}",
        "site": str(head.site_id),
        "location": label_of(head.location) if head.location else "",
        "starts_on": head.starts_on.isoformat() if head.starts_on else "",
        "due_on": head.due_on.isoformat() if head.due_on else "",
        "may_miss_parts": head.may_miss_parts,
        "notes": order.notes,
    }


paths = [
    path("new", new),
    path("<int:pk>", detail),
    path("<int:pk>/edit", edit),
    *(path(f"<int:pk>/{name}", _step(name)) for name in CALLS),
    *manufacturing_bookings.paths,
    *manufacturing_numbers.paths,
    *manufacturing_papers.paths,
]
