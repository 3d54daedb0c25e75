"""Returns to vendors: units sent back, the page of a return with what came for each unit, its form, and its paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from nameplate import access
from nameplate.documents.sending import sent
from nameplate.documents.vendor_returns import return_document
from nameplate.models import Document, DocumentKind, DocumentStatus, Entry, FieldNoun
from nameplate.operations import sending_back
from nameplate.operations.sending_back import SentUnit
from nameplate.refusals import Refused
from nameplate.serial_text import canonical
from nameplate.web import own_fields
from nameplate.web.acting import form_page, viewing
from nameplate.web.chosen import ChosenForm, first_choice, ids_of_search
from nameplate.web.document_acts import what_was_done
from nameplate.web.forms import EditForm, TypedForm, choosing_field, day_field, long_text_field, new_key, text_field, whole_number
from nameplate.web.history import history_of
from nameplate.web.lot_acts import place_typed, told_place
from nameplate.web.options import item_named, proposals, vendor_named, vendor_text
from nameplate.web.receiving_form import usual_place

MOST_SHOWN = 500
MOST_ROWS = 200
ENTRIES = 50
REFERENCE = text_field("Vendor’s reference", "Under which number the vendor takes them back, if it gave one.")
ROW = "unit-"
"""Begins the name of the field of a unit that went; its id follows."""
KEEPABLE = "other-item"


class SendForm(ChosenForm):
    """Which units go back to whom, and why."""

    vendor = choosing_field("Vendor", "vendors", required=True)
    vendor_reference = REFERENCE
    sent_on = day_field("Sent on", "Empty for today.")
    reason = long_text_field("What is wrong with them", "Stands in the history of each, and on the paper.", required=True)
    notes = long_text_field("Notes", "For us; not on the paper.")


class ReturnForm(EditForm):
    """A return that stands."""

    vendor_reference = REFERENCE
    outcome = text_field("Outcome", "Of what nothing will come for: credited, refused, scrapped there. Empty while it is awaited.")
    notes = long_text_field("Notes", "For us; not on the paper.")


class ReplacementForm(TypedForm):
    """Where what came goes; the numbers stand in rows of their own."""

    place = choosing_field("Where to", "locations", required=True)
    item = choosing_field("Of another item", "items", "Only where the vendor sent another item than went.")
    received_on = day_field("Received on", "Empty for today.")
    note = text_field("Note")
    keep = forms.BooleanField(label="A unit of another item may bear the same number", required=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A unit that went, and the number that was typed for it."""

    unit: SentUnit
    typed: str
    problem: str

    @property
    def name(self) -> str:
        """What its field is called."""
        return f"{ROW}{self.unit.id}"


def return_or_404(pk: int) -> Document:
    """The return with its vendor."""
    found = Document.objects.select_related("vendor_return", "party", "created_by").filter(kind=DocumentKind.VENDOR_RETURN)
    return get_object_or_404(found, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent, the units are on their way back."""
    actor = viewing(request, "stock", "edit")
    form = SendForm(request.POST or None, initial=first_choice(actor, request.GET))
    form.without()
    chosen = form.shown()
    if chosen is not None and request.method != "POST":
        ids = [chosen["unit"].pk] if "unit" in chosen else ids_of_search(actor, chosen["search"])
        form.initial["vendor"] = vendor_text(sending_back.vendor_of(ids))

    def act() -> tuple[str, str]:
        typed: Any = {name: str(value or "") for name, value in form.typed("vendor", "vendor_reference", "reason", "notes").items()}
        entry = sending_back.send_to_vendor(
            actor=actor,
            vendor=vendor_named(typed.pop("vendor")),
            unit_ids=form.unit_ids(actor),
            sent_on=form.day("sent_on"),
            **typed,
        )
        said = f"{entry.units:,} unit{' is' if entry.units == 1 else 's are'} on the way back under {entry.document}."
        return f"/vendor-returns/{entry.document_id}", said

    one = chosen["unit"] if chosen and "unit" in chosen else None
    context = {
        "title": "Return to vendor",
        "button": "Send back",
        "icon": "truck",
        "intro": "They leave the stock, Written off, and the vendor is kept as where they are. Reservations of them end.",
        "trail": [("/vendor-returns", "Returns to vendors")],
        "unit": one,
        "chosen": chosen,
        "vendors": proposals("vendors"),
        "back": f"/serials/{one.pk}" if one else f"/serials?{chosen['search']}" if chosen else "/vendor-returns",
    }
    return form_page(request, form, "components/form.html", act, context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a return that stands: the vendor's reference, how it ended, notes."""
    actor = viewing(request, "stock", "edit")
    paper = return_or_404(pk)
    head = paper.vendor_return
    first = {"version": paper.version, "vendor_reference": head.vendor_reference, "outcome": head.outcome, "notes": paper.notes}
    form = ReturnForm(request.POST or None, initial={**first, "idempotency_key": new_key()})

    def act() -> tuple[str, str]:
        typed: Any = {name: str(value or "") for name, value in form.typed().items()}
        edited = sending_back.edit_vendor_return(actor=actor, vendor_return=pk, version=form.seen_version(), **typed)
        return f"/vendor-returns/{pk}", f"{edited} was saved."

    at = f"/vendor-returns/{pk}"
    context = {
        "title": f"Edit {paper.number}",
        "sub": f"to {paper.party}",
        "button": "Save",
        "icon": "check",
        "intro": "An outcome ends the waiting for what has not come.",
        "trail": [("/vendor-returns", "Returns to vendors"), (at, paper.number)],
        "back": at,
    }
    return form_page(request, form, "components/form.html", act, context)


@require_http_methods(["GET", "HEAD", "POST"])
def replacements(request: HttpRequest, pk: int) -> HttpResponse:
    """What came for units that went: a number beside each, received in one act. `?unit=` shows one of them alone."""
    actor = viewing(request, "stock", "create")
    paper = return_or_404(pk)
    only = whole_number(request.POST.get("only", request.GET.get("unit", "")))
    waiting = [one for one in sending_back.sent_units(paper) if one.received_id is None and (not only or one.id == only)]
    form = ReplacementForm(request.POST or None, initial={"idempotency_key": new_key(), "place": usual_place(actor)})
    typed = {whole_number(name.removeprefix(ROW)): text for name, text in request.POST.items() if name.startswith(ROW)}
    custom = own_fields.sent(request.POST)
    context: dict[str, Any] = {
        "paper": paper,
        "at": f"/vendor-returns/{pk}",
        "only": only,
        "more": max(len(waiting) - MOST_ROWS, 0),
        "rows": _rows(waiting[:MOST_ROWS], {unit: str(text) for unit, text in typed.items()}, None),
        "own": own_fields.needed(FieldNoun.SERIALS, custom, None),
        "locations": proposals("locations"),
        "items": proposals("items"),
    }

    def act() -> tuple[str, str]:
        place, item, note = (str(value or "") for value in form.typed("place", "item", "note").values())
        entry = sending_back.receive_replacements(
            actor=actor,
            vendor_return=pk,
            numbers={unit: str(text) for unit, text in typed.items()},
            location_id=place_typed(place) if place.strip() else None,
            item=_item(item),
            received_on=form.day("received_on"),
            keep=frozenset({KEEPABLE}) if form.typed("keep")["keep"] else frozenset(),
            custom=custom,
            note=note,
        )
        return f"/vendor-returns/{pk}", f"{entry.units:,} unit{'' if entry.units == 1 else 's'} came for what went under {paper}."

    def tell(refused: Refused) -> None:
        told_place(form)(refused)
        context["rows"] = _rows(waiting[:MOST_ROWS], {unit: str(text) for unit, text in typed.items()}, refused)
        context["own"] = own_fields.needed(FieldNoun.SERIALS, custom, refused)
        context["keepable"] = refused.rule == "serials-not-receivable"

    return form_page(request, form, "vendor_returns/replacements.html", act, context, tell=tell)


def _item(text: str) -> int | None:
    return item_named(text) if text.strip() else None


def _rows(units: list[SentUnit], typed: Mapping[int, str], refused: Refused | None) -> list[Row]:
    """The rows with what was typed, and beside each what the refusal says of its number."""
    wrong = {canonical(one.text): one.why for one in refused.offenders} if refused else {}
    return [Row(unit, typed.get(unit.id, ""), wrong.get(canonical(typed.get(unit.id, "")), "")) for unit in units]


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a return: to whom, why, which units, and what came for each."""
    actor = viewing(request, "stock")
    paper = return_or_404(pk)
    units = sending_back.sent_units(paper)
    came = sum(one.received_id is not None for one in units)
    acts = Entry.objects.filter(document=paper, reverses=None).select_related("actor").order_by("-id")[:ENTRIES]
    live = paper.status != DocumentStatus.CANCELED
    context = {
        "paper": paper,
        "at": f"/vendor-returns/{pk}",
        "units": units[:MOST_SHOWN],
        "count": len(units),
        "more": max(len(units) - MOST_SHOWN, 0),
        "came": came,
        "waiting": len(units) - came,
        "acts": what_was_done(acts),
        "history": history_of("vendor-returns", pk),
        "may_edit": access.may(actor, "stock", "edit"),
        "may_receive": live and came < len(units) and access.may(actor, "stock", "create"),
    }
    return render(request, "vendor_returns/detail.html", context)


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """What goes with the units."""
    return sent(return_document(actor=viewing(request, "stock"), vendor_return=pk))


paths = [
    path("new", new),
    path("<int:pk>", detail),
    path("<int:pk>/edit", edit),
    path("<int:pk>/replacements", replacements),
    path("<int:pk>/document.pdf", document),
]
