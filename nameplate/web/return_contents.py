"""What is on a return: opened or taken back at once, more put on it, and units taken in that the records never had."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate import access
from nameplate.models import Document, DocumentKind, FieldNoun
from nameplate.operations import returning
from nameplate.web import own_fields, return_form
from nameplate.web.acting import form_page, viewing
from nameplate.web.chosen import first_choice
from nameplate.web.forms import choosing_field, new_key, text_field
from nameplate.web.lot_acts import place_typed, told_place
from nameplate.web.options import customer_named, proposals


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent, the return, received at once where it was said where its units lie."""
    actor = viewing(request, "stock", "create")
    form = return_form.ReturnForm(request.POST or None, initial=return_form.first(actor, request.GET))
    form.shape()
    form.without("goods", "quantity")

    def act() -> tuple[str, str]:
        typed = {name: str(value or "") for name, value in form.typed("customer", "customer_reference", "place").items()}
        customer, reference = customer_named(typed["customer"]), typed["customer_reference"]
        units, goods, said = form.all_units(actor), form.all_goods(), form.said()
        if not typed["place"].strip() or not said.coming:
            paper = returning.create_return(
                actor=actor, customer=customer, unit_ids=units, goods=goods, said=said, customer_reference=reference
            )
            return f"/returns/{paper.pk}", f"{paper} was opened."
        entry = returning.take_back(
            actor=actor,
            customer=customer,
            unit_ids=units,
            goods=goods,
            location_id=place_typed(typed["place"]),
            said=said,
            returned_on=form.day("returned_on"),
            customer_reference=reference,
        )
        what = f"{entry.units:,} unit{'' if entry.units == 1 else 's'}" if entry.units else "The goods were"
        return f"/returns/{entry.document_id}", f"{what} taken back with {entry.document}."

    context = {
        "customers": proposals("customers"),
        "locations": proposals("locations"),
        "chosen": form.shown(),
        "reasons": form.any_reasons,
        "may_set": access.may(actor, "settings", "edit"),
        "customer": str(form.data.get("customer") or form.initial.get("customer") or ""),
        **return_form.offers(form, request.POST or request.GET),
    }
    if "offer" in request.POST:
        return render(request, "returns/new.html", {**context, "form": form})
    return form_page(request, form, "returns/new.html", act, context, tell=told_place(form))


@require_http_methods(["GET", "HEAD", "POST"])
def contents(request: HttpRequest, pk: int) -> HttpResponse:
    """More of its customer's on a return that stands: announced, and received from there."""
    actor = viewing(request, "stock", "create")
    paper = _return_or_404(pk)
    form = return_form.ContentsForm(request.POST or None, initial=first_choice(actor, request.GET))
    form.shape()

    def act() -> tuple[str, str]:
        goods = form.all_goods()
        _, count = returning.add_to_return(actor=actor, paper=pk, unit_ids=form.all_units(actor), goods=goods, said=form.said())
        told = [f"{count:,} unit{'' if count == 1 else 's'}"] if count or not goods else []
        return f"/returns/{pk}", f"{' and '.join([*told, *(['goods'] if goods else [])])} put on {paper}.".capitalize()

    offered = return_form.offers(form, request.POST or request.GET, paper.party_id)
    return form_page(request, form, "returns/contents.html", act, {"paper": paper, "at": f"/returns/{pk}", **offered})


@require_http_methods(["GET", "HEAD", "POST"])
def unknown(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Units that the records never had, made known as they come: with a return that stands, or with one that is opened by it."""
    actor = viewing(request, "stock", "create")
    paper = _return_or_404(pk) if pk is not None else None
    first = {"idempotency_key": new_key(), "customer": request.GET.get("customer", "")}
    form = return_form.UnknownForm(request.POST or None, initial=first)
    form.shape()
    if paper is None:
        form.fields["customer"] = choosing_field("Customer", "customers", required=True)
        form.fields["customer_reference"] = text_field("Customer’s reference", "Their number of the complaint.")
    own_fields.add_controls(form, FieldNoun.SERIALS, None, new=True)

    def act() -> tuple[str, str]:
        place = place_typed(str(form.typed("place")["place"] or ""))
        given: dict[str, Any] = {"unknown": form.unknown(), "said": form.said(), "returned_on": form.day("returned_on")}
        if paper is not None:
            entry = returning.take_in_unknown(actor=actor, paper=paper, location_id=place, **given)
        else:
            typed = {name: str(value or "") for name, value in form.typed("customer", "customer_reference").items()}
            given["customer_reference"] = typed["customer_reference"]
            entry = returning.take_back(actor=actor, customer=customer_named(typed["customer"]), location_id=place, **given)
        what = f"{entry.units:,} unit{' is' if entry.units == 1 else 's are'}"
        return f"/returns/{entry.document_id}", f"{what} known now, and taken back with {entry.document}."

    context = {
        "paper": paper,
        "at": f"/returns/{pk}" if paper else "/returns/new",
        "own": own_fields.controls(form),
        "lists": [(name, proposals(name)) for name in ("customers", "components", "locations")],
    }
    return form_page(request, form, "returns/unknown.html", act, context, tell=told_place(form))


def _return_or_404(pk: int) -> Document:
    return get_object_or_404(Document.objects.select_related("party").filter(kind=DocumentKind.RETURN), pk=pk)


paths = [
    path("returns/new", new),
    path("returns/unknown-units/new", unknown),
    path("returns/<int:pk>/contents", contents),
    path("returns/<int:pk>/unknown-units", unknown),
]
