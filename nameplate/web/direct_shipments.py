"""“Ship…”: an order and a shipment made and shipped in one screen, of units ticked in the list or scanned, and of goods."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import Lot
from nameplate.operations.sales.standing import EXPIRED
from nameplate.operations.shipping import GoodsShipped, ship_directly
from nameplate.refusals import Invalid
from nameplate.serial_text import canonical
from nameplate.web.acting import form_page, viewing
from nameplate.web.chosen import ChosenForm, first_choice
from nameplate.web.forms import choosing_field, day_field, long_text_field, text_field
from nameplate.web.lot_acts import place_typed, told_place
from nameplate.web.options import customer_named, proposals


class DirectForm(ChosenForm):
    """What goes, to whom, and how."""

    customer = choosing_field("Customer", "customers", required=True)
    customer_reference = text_field("Customer’s reference", "Their order number.")
    shipped_on = day_field("Shipped on", "Empty for today.")
    warranty_months = text_field("Warranty in months", "Empty: as long as each item has; 0 for none.", inputmode="numeric")
    carrier = text_field("Carrier")
    tracking_number = text_field("Tracking number", spellcheck="false")
    address = long_text_field("Address", "Empty: the customer’s own.")
    lot = text_field("Lot", "Of goods without serial numbers, like L00012.", spellcheck="false")
    quantity = text_field("Quantity", "How much of the lot.", inputmode="decimal")
    place = choosing_field("Where it lies", "locations", "Only where the lot lies at several places.")
    note = text_field("Note")
    expired_too = forms.BooleanField(label="What has expired too", required=False)

    def goods(self) -> list[GoodsShipped]:
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
        return [GoodsShipped(lot, str(typed["quantity"] or ""), place_typed(place) if place.strip() else None)]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent, the order and the shipment made and shipped."""
    actor = viewing(request, "sales", "create")
    viewing(request, "stock", "edit")
    form = DirectForm(request.POST or None, initial=first_choice(actor, request.GET))
    form.without("lot", "quantity", "place")

    def act() -> tuple[str, str]:
        names = ("customer_reference", "warranty_months", "carrier", "tracking_number", "address")
        given = {name: str(value or "") for name, value in form.typed(*names).items()}
        typed = form.typed("customer", "shipped_on", "note", "expired_too")
        if not given["address"].strip():
            del given["address"]
        entry = ship_directly(
            actor=actor,
            customer=customer_named(str(typed["customer"] or "")),
            unit_ids=form.unit_ids(actor),
            goods=form.goods(),
            shipped_on=str(typed["shipped_on"] or ""),
            keep=frozenset({EXPIRED} if typed["expired_too"] else ()),
            note=str(typed["note"] or ""),
            **given,  # type: ignore[arg-type]  # its keys are those of DirectFields
        )
        what = f"{entry.units:,} unit{'' if entry.units == 1 else 's'}" if entry.units else "The goods"
        return f"/shipments/{entry.document_id}", f"{what} shipped with {entry.document}."

    context = {"customers": proposals("customers"), "locations": proposals("locations"), "chosen": form.shown()}
    return form_page(request, form, "shipments/direct.html", act, context, tell=told_place(form))


paths = [path("new", new)]
