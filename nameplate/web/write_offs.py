"""Write-offs: which units or goods, and why; and where the paper of an act is read."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from nameplate import access
from nameplate.models import NOUNS, Document, DocumentKind, Lot, ReasonKind
from nameplate.operations.writing_off import GoodsGone, write_off
from nameplate.refusals import Invalid, NotFound
from nameplate.serial_text import canonical
from nameplate.web.acting import form_page, see_other, viewing
from nameplate.web.chosen import ChosenForm, first_choice
from nameplate.web.forms import choosing_field, day_field, text_field, whole_number
from nameplate.web.lot_acts import place_typed, told_place
from nameplate.web.options import proposals
from nameplate.web.reasons import reason_choices


class WriteOffForm(ChosenForm):
    """What is gone and why."""

    reason = forms.ChoiceField(label="Reason", choices=[])
    note = text_field("Note", "What happened, for whoever reads it later.")
    happened_on = day_field("Happened on", "Empty for today.")
    lot = text_field("Lot", "Of goods without serial numbers, like L00012.", spellcheck="false")
    quantity = text_field("Quantity", "How much of the lot.", inputmode="decimal")
    place = choosing_field("Where it lay", "locations", "Only where the lot lies at several places.")
    at_customers = forms.BooleanField(
        label="Units at customers too", help_text="They were destroyed, or are kept there and will not come back.", required=False
    )

    def shape(self) -> None:
        """The reasons in use; only the fields that are needed where units were chosen elsewhere."""
        self.set_choices("reason", reason_choices(ReasonKind.WRITE_OFF))
        self.without("lot", "quantity", "place")

    def goods(self) -> list[GoodsGone]:
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
        return [GoodsGone(lot, str(typed["quantity"] or ""), place_typed(place) if place.strip() else None)]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent, the write-off."""
    actor = viewing(request, "stock", "edit")
    first = first_choice(actor, request.GET)
    form = WriteOffForm(request.POST or None, initial={**first, "lot": request.GET.get("lot", "")})
    form.shape()

    def act() -> tuple[str, str]:
        typed = form.typed("reason", "note", "at_customers")
        entry = write_off(
            actor=actor,
            reason=whole_number(str(typed["reason"] or "")),
            unit_ids=form.unit_ids(actor),
            goods=form.goods(),
            at_customers=bool(typed["at_customers"]),
            happened_on=form.day("happened_on"),
            note=str(typed["note"] or ""),
        )
        what = f"{entry.units:,} unit{'' if entry.units == 1 else 's'}" if entry.units else "It is"
        return f"/entries/{entry.pk}", f"{what} written off under {entry.document}."

    context = {
        "locations": proposals("locations"),
        "chosen": form.shown(),
        "expired": form.expired(actor),
        "reasons": len(form.choices_of("reason")) > 1,
        "may_set": access.may(actor, "settings", "edit"),
    }
    return form_page(request, form, "write_offs/new.html", act, context, tell=told_place(form))


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """A write-off is read as its entry: what went, why, by whom, and its undo."""
    viewing(request, "stock")
    paper = get_object_or_404(Document, pk=pk, kind=DocumentKind.WRITE_OFF)
    return see_other(f"/entries/{paper.entries.filter(reverses=None).values_list('pk', flat=True).get()}")


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """On to the page of a document, whatever its kind."""
    viewing(request, "stock")
    kind = Document.objects.filter(pk=pk).values_list("kind", flat=True).first()
    if kind is None or kind not in NOUNS:
        raise NotFound("not-found", "There is no such document.")
    return redirect(f"/{NOUNS[kind]}/{pk}")


paths = [path("new", new), path("<int:pk>", page)]
