"""Inspections: opened by hand, the page of one, goods judged by quantity, the rest called off, the report."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from nameplate import access
from nameplate.documents.inspections import inspection_report
from nameplate.documents.sending import sent
from nameplate.listings.inspection import MOST_SHOWN, inspection_page
from nameplate.models import Document, Lot, ReasonKind, User, Verdict
from nameplate.operations.inspecting.canceling import cancel_rest
from nameplate.operations.inspecting.documents import OPEN
from nameplate.operations.inspecting.goods import GoodsSaid
from nameplate.operations.inspecting.judging import judge
from nameplate.operations.inspecting.opening import GoodsAsked, open_inspection
from nameplate.operations.rejecting_goods import release_rejected_goods
from nameplate.quantities import from_micro
from nameplate.refusals import Invalid
from nameplate.serial_text import canonical
from nameplate.web import inspection_results, inspection_units, inspection_verdicts
from nameplate.web.acting import form_page, viewing
from nameplate.web.chosen import ChosenForm, first_choice
from nameplate.web.forms import TypedForm, choosing_field, day_field, new_key, text_field, whole_number
from nameplate.web.history import history_of
from nameplate.web.lot_acts import place_typed, told_place
from nameplate.web.options import proposals
from nameplate.web.reasons import reason_choices


class NewForm(ChosenForm):
    """What is to be inspected."""

    lot = text_field("Lot", "Of goods without serial numbers, like L00012.", spellcheck="false")
    quantity = text_field("Quantity", "How much of the lot.", inputmode="decimal")
    place = choosing_field("Where it lies", "locations", "Only where the lot lies at several places.")
    note = text_field("Note", "What it is about; stands on the report.")

    def goods(self) -> list[GoodsAsked]:
        """The quantity of a lot that is meant, if one is."""
        typed = self.typed("lot", "quantity", "place")
        if not str(typed.get("lot") or "").strip():
            return []
        place = str(typed["place"] or "")
        return [GoodsAsked(_lot(str(typed["lot"])), str(typed["quantity"] or ""), place_typed(place) if place.strip() else None)]


class GoodsForm(TypedForm):
    """What is said of a quantity."""

    lot = forms.ChoiceField(label="Lot", choices=[])
    verdict = forms.ChoiceField(
        label="Verdict",
        choices=[("passed", "Passed"), ("sampled", Verdict.SAMPLED.label), ("failed", "Failed")],
        widget=forms.RadioSelect,
        required=False,
    )
    quantity = text_field("Quantity", required=True, inputmode="decimal")
    reason = forms.ChoiceField(label="Why it failed", choices=[], required=False)
    happened_on = day_field("Happened on", "Empty for today.")
    note = text_field("Note")
    place = choosing_field("Where it lies", "locations", "Only where the lot lies at several places.")


class RestForm(TypedForm):
    """Why what waits is not inspected."""

    reason = text_field("Reason", "Stands in the history of each unit.", required=True)


class ReleaseForm(TypedForm):
    """How much of a rejected lot is good after all."""

    lot = forms.CharField(widget=forms.HiddenInput)
    quantity = text_field("Quantity", "Empty for all that lies there.", inputmode="decimal")
    place = choosing_field("Where it lies", "locations", "Only where the lot lies at several places.")
    reason = text_field("Reason", "What was found.")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent, the inspection."""
    actor = viewing(request, "stock", "edit")
    form = NewForm(request.POST or None, initial={**first_choice(actor, request.GET), "lot": request.GET.get("lot", "")})
    form.without("lot", "quantity", "place")

    def act() -> tuple[str, str]:
        note = str(form.typed("note")["note"] or "")
        paper, _ = open_inspection(actor=actor, unit_ids=form.unit_ids(actor), goods=form.goods(), note=note)
        return f"/inspections/{paper.pk}", f"{paper} is open. What is in it is on hold until it is judged."

    context = {"locations": proposals("locations"), "chosen": form.shown()}
    return form_page(request, form, "inspections/new.html", act, context, tell=told_place(form))


def _lot(number: str) -> Lot:
    lot = Lot.objects.filter(number_key=canonical(number.strip()).replace("\x00", "\ufffd")).first()
    if lot is None:
        sentence = f"There is no lot “{number.strip()[:40]}”."
        raise Invalid("no-such-lot", sentence, fields={"lot": sentence})
    return lot


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an inspection."""
    actor = viewing(request, "stock")
    found = inspection_page(actor=actor, inspection=pk)
    return render(request, "inspections/detail.html", _context(found, actor))


def _context(found: Any, actor: User) -> dict[str, Any]:
    paper: Document = found.paper
    exactly = {"inspection": f'="{paper.number.replace(chr(34), chr(34) * 2)}"'}
    is_open = paper.status in OPEN
    may_judge = is_open and access.may(actor, "stock", "inspect")
    return {
        "page": found,
        "paper": paper,
        "at": f"/inspections/{paper.pk}",
        "exactly": urlencode(exactly),
        "tallies": [(verdict.label, found.count(verdict), urlencode({**exactly, "verdict": verdict.value})) for verdict in Verdict],
        "more": max(found.total - MOST_SHOWN, 0),
        "may_judge": may_judge and found.waiting > 0,
        "may_judge_goods": may_judge and bool(found.goods_waiting),
        "may_cancel": may_judge,
        "waits": is_open and not access.may(actor, "stock", "inspect"),
        "history": history_of("inspections", paper.pk),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def goods(request: HttpRequest, pk: int) -> HttpResponse:
    """A verdict on a quantity."""
    actor = viewing(request, "stock", "inspect")
    found = inspection_page(actor=actor, inspection=pk)
    form = GoodsForm(request.POST or None, initial={"idempotency_key": new_key(), "verdict": "passed"})
    lots = [(str(row.lot_id), f"{row.lot.number}: {from_micro(row.quantity):,f} {row.lot.item.unit} wait") for row in found.goods_waiting]
    form.set_choices("lot", lots)
    form.set_choices("reason", reason_choices(ReasonKind.REJECTION))

    def act() -> tuple[str, str]:
        typed = {name: str(value or "") for name, value in form.typed().items()}
        said = GoodsSaid(
            whole_number(typed["lot"]),
            typed["quantity"],
            typed["verdict"] != "failed",
            whole_number(typed["reason"]) or None,
            typed["note"],
            location_id=place_typed(typed["place"]) if typed["place"].strip() else None,
            sampled=typed["verdict"] == "sampled",
        )
        judge(actor=actor, inspection=pk, goods=[said], happened_on=form.day("happened_on"))
        return f"/inspections/{pk}", "The verdict is recorded."

    context = {"paper": found.paper, "at": f"/inspections/{pk}", "locations": proposals("locations"), "title": "Judge goods"}
    return form_page(request, form, "inspections/goods.html", act, context, tell=told_place(form))


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits is taken out, unjudged."""
    actor = viewing(request, "stock", "inspect")
    found = inspection_page(actor=actor, inspection=pk)
    form = RestForm(request.POST or None, initial={"idempotency_key": new_key()})

    def act() -> tuple[str, str]:
        entry = cancel_rest(actor=actor, inspection=pk, reason=str(form.typed("reason")["reason"] or ""))
        return f"/inspections/{pk}", f"Called off; {entry.units:,} unit{' is' if entry.units == 1 else 's are'} free."

    intro = "What still waits is free again without being inspected. Verdicts that were given stay. It can be undone."
    context = {"paper": found.paper, "at": f"/inspections/{pk}", "title": "Call off the rest", "intro": intro, "button": "Call it off"}
    return form_page(request, form, "inspections/act.html", act, context)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The inspection as PDF."""
    return sent(inspection_report(actor=viewing(request, "stock"), inspection=pk))


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest) -> HttpResponse:
    """Rejected goods without serial numbers are good after all."""
    actor = viewing(request, "stock", "edit")
    form = ReleaseForm(request.POST or None, initial={"idempotency_key": new_key(), "lot": request.GET.get("lot", "")})
    lot = Lot.objects.select_related("item").filter(pk=whole_number(str(form["lot"].value() or ""))).first()
    if lot is None:
        raise Invalid("no-such-lot", "Open this from the page of a rejected lot.", fields={"lot": "There is no such lot."})

    def act() -> tuple[str, str]:
        typed = {name: str(value or "") for name, value in form.typed().items()}
        release_rejected_goods(
            actor=actor,
            lot=lot,
            quantity=typed["quantity"].strip() or None,
            location_id=place_typed(typed["place"]) if typed["place"].strip() else None,
            reason=typed["reason"],
        )
        return f"/lots/{lot.pk}", "It is in stock again, in the lot it was split from."

    intro = "What turned out to be good goes back into the lot it was split from."
    words = {"title": "Release to stock", "button": "Release", "intro": intro}
    context = {"lot": lot, "item": lot.item, "locations": proposals("locations"), **words}
    return form_page(request, form, "lots/act.html", act, context, tell=told_place(form))


paths = [
    path("inspections/new", new),
    path("inspections/<int:pk>", detail),
    path("inspections/<int:pk>/goods", goods),
    path("inspections/<int:pk>/cancellation", cancel),
    path("inspections/<int:pk>/report.pdf", report),
    path("goods-releases/new", release),
    *inspection_verdicts.paths,
    *inspection_units.paths,
    *inspection_results.paths,
]
