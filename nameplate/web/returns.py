"""Returns: the page of one with what is on it and what is to be done, its papers; and shipments swapped."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nameplate import access
from nameplate.documents.returns import repair_report, rma_form
from nameplate.documents.sending import sent
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry
from nameplate.operations import returning
from nameplate.operations.returning import GoodsPart
from nameplate.refusals import Refused
from nameplate.web import return_acts, return_contents, return_pages
from nameplate.web.acting import button_page, form_page, viewing
from nameplate.web.chosen import unit_named
from nameplate.web.document_acts import what_was_done
from nameplate.web.forms import EditForm, TypedForm, long_text_field, new_key, text_field, whole_number
from nameplate.web.history import history_of
from nameplate.web.unit_acts import unit_or_404

S = DocumentStatus
STEPS = (S.NEW, S.WAITING_INSPECTION, S.WAITING_ACTION, S.RESOLVED)
MOST_SHOWN = 500
ENTRIES = 50


class HeadForm(EditForm):
    """What stands over a return."""

    customer_reference = text_field("Customer’s reference", "Their number of the complaint.")
    address = long_text_field("What goes back goes to", "As the units were shipped, unless you say otherwise.", rows=5)
    notes = long_text_field("Notes")


class SwapForm(TypedForm):
    """Two units, each of which is at the customer of the other."""

    unit = text_field("One unit", "Scan or type its serial number.", required=True, spellcheck="false")
    other = text_field("The other unit", required=True, spellcheck="false")
    item = text_field("Only of item", "Where several items bear a number.", spellcheck="false")
    reason = text_field("How it was found out", "Stands in the history of both.", required=True)


def return_or_404(pk: int) -> Document:
    """The return with its customer."""
    related = ("customer_return", "party", "created_by")
    return get_object_or_404(Document.objects.select_related(*related).filter(kind=DocumentKind.RETURN), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer's reference, the address and the notes."""
    actor = viewing(request, "stock", "edit")
    paper = return_or_404(pk)
    head = paper.customer_return
    first = {"idempotency_key": new_key(), "version": paper.version, "customer_reference": head.customer_reference}
    form = HeadForm(request.POST or None, initial={**first, "address": head.address, "notes": paper.notes})

    def act() -> tuple[str, str]:
        typed = {name: str(value or "") for name, value in form.typed().items()}
        edited = returning.edit_return(actor=actor, paper=pk, version=form.seen_version(), **typed)
        return f"/returns/{pk}", f"{edited} was saved."

    return form_page(request, form, "returns/edit.html", act, {"paper": paper})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a return."""
    return page_of(request, pk)


@require_safe
def form_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """What the customer puts into the box."""
    return sent(rma_form(actor=viewing(request, "stock"), paper=pk))


@require_safe
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """What was repaired, and how."""
    return sent(repair_report(actor=viewing(request, "stock"), paper=pk))


@require_POST
def restock(request: HttpRequest, pk: int) -> HttpResponse:
    """One click: what came back is stock again."""
    actor = viewing(request, "stock", "edit")
    units = [whole_number(unit) for unit in request.POST.getlist("unit")]
    goods = [GoodsPart(whole_number(one)) for one in request.POST.getlist("goods")]

    def act() -> tuple[str, str]:
        entry = returning.restock(actor=actor, paper=return_or_404(pk), unit_ids=units, goods=goods)
        what = f"{entry.units:,} unit{' is' if entry.units == 1 else 's are'}" if entry.units else "The goods are"
        return f"/returns/{pk}", f"{what} in stock again."

    return button_page(request, act, lambda again, refused: page_of(again, pk, refused))


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Called off before anything came."""
    actor = viewing(request, "stock", "delete")

    def act() -> tuple[str, str]:
        return f"/returns/{pk}", f"{returning.cancel_return(actor=actor, paper=return_or_404(pk))} is canceled."

    return button_page(request, act, lambda again, refused: page_of(again, pk, refused))


def page_of(request: HttpRequest, pk: int, refused: Refused | None = None) -> HttpResponse:
    """The page, with a refusal of what was pressed on it."""
    actor = viewing(request, "stock")
    paper = return_or_404(pk)
    stands = returning.standing(paper)
    may = access.may(actor, "stock", "edit") and paper.status != S.CANCELED
    fits = {name: bool(return_pages.fitting(name, stands) or return_pages.fitting_goods(name, stands)) for name in return_acts.ACTS}
    acts = [(name, one) for name, one in return_acts.ACTS.items() if may and fits[name]]
    waiting = [unit for unit in stands.units if not unit.state.done]
    context = {
        "paper": paper,
        "head": paper.customer_return,
        "at": f"/returns/{pk}",
        "stands": stands,
        "shown": stands.units[:MOST_SHOWN],
        "more": max(len(stands.units) - MOST_SHOWN, 0),
        "ticked": {waiting[0].serial_id} if len(waiting) == 1 and not stands.goods else set(),
        "restockable": {unit.serial_id for unit in return_pages.fitting("rejections", stands)} if may else set(),
        "may_add": access.may(actor, "stock", "create") and paper.status != S.CANCELED,
        "acts": acts,
        "steps": _steps(paper),
        "repairs": list(paper.repairs.select_related("document").order_by("pk")),
        "entries": what_was_done(_entries(paper)),
        "history": history_of("returns", pk),
        "may_edit": may,
        "may_cancel": access.may(actor, "stock", "delete") and paper.status == S.NEW,
        "key": new_key(),
        "refused": refused,
    }
    return render(request, "returns/detail.html", context)


def _entries(paper: Document) -> QuerySet[Entry]:
    """What was done under the return, its repair orders and the shipments by which something went back."""
    papers = Document.objects.filter(pk=paper.pk) | Document.objects.filter(repair__paper=paper)
    shipments = Document.objects.filter(shipment__orders=paper.pk)
    wanted = [*papers.values_list("pk", flat=True), *shipments.values_list("pk", flat=True)]
    return Entry.objects.filter(document__in=wanted, reverses=None).select_related("actor", "document").order_by("-pk")[:ENTRIES]


def _steps(paper: Document) -> list[dict[str, Any]]:
    """The way from new to resolved, with where the return stands on it."""
    if paper.status == S.CANCELED:
        return [{"label": S.CANCELED.label, "current": True, "done": False}]
    at = STEPS.index(S(paper.status))
    return [{"label": step.label, "current": place == at, "done": place < at} for place, step in enumerate(STEPS)]


@require_http_methods(["GET", "HEAD", "POST"])
def swap(request: HttpRequest) -> HttpResponse:
    """Two units that went to each other's customers, put right in one act."""
    actor = viewing(request, "stock", "edit")
    first = {"idempotency_key": new_key()}
    if request.GET.get("unit"):
        first["unit"] = unit_or_404(whole_number(request.GET["unit"])).number
    form = SwapForm(request.POST or None, initial=first)

    def act() -> tuple[str, str]:
        typed = {name: str(value or "") for name, value in form.typed().items()}
        one, other = (unit_named(typed[name], field=name, item=typed["item"]) for name in ("unit", "other"))
        entry = returning.swap_shipments(actor=actor, unit_id=one, other_id=other, reason=typed["reason"])
        return f"/entries/{entry.pk}", "Each has the other’s customer, order, shipment and warranty now."

    return form_page(request, form, "returns/swap.html", act, {})


paths = [
    path("returns/<int:pk>", detail),
    path("returns/<int:pk>/edit", edit),
    path("returns/<int:pk>/form.pdf", form_pdf),
    path("returns/<int:pk>/repair-report.pdf", report_pdf),
    path("returns/<int:pk>/restocks", restock),
    path("returns/<int:pk>/cancellation", cancel),
    path("shipment-swaps/new", swap),
    *return_contents.paths,
    *return_pages.paths,
]
