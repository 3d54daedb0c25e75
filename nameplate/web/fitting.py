"""One unit, or so much of a lot, built into one product; or a unit said to be in it; from the page of either."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import Entry, Serial, StockMovement
from nameplate.operations.assembling import Fitting, GoodsIn, goods_named, install_components, place_components
from nameplate.operations.assembling.bills import free_places
from nameplate.operations.assembling.standing import standing
from nameplate.quantities import from_micro
from nameplate.refusals import Invalid, Refused
from nameplate.web.acting import form_page, viewing
from nameplate.web.chosen import unit_named
from nameplate.web.expiring import expired_note
from nameplate.web.forms import TypedForm, choosing_field, day_field, new_key, text_field
from nameplate.web.lot_acts import place_typed
from nameplate.web.options import proposals
from nameplate.web.unit_acts import unit_or_404

HOW = (("install", "It is built in now, from stock"), ("place", "It is inside already; its order did not say where"))
VERBS = {"install": install_components, "place": place_components}


class GoodsForm(TypedForm):
    """So much of a lot that goes in, and from where."""

    lot = text_field(
        "Lot", "Of what has no serial number: the lot’s number, or the item’s where no lots are kept of it.", spellcheck="false"
    )
    quantity = text_field("Quantity", "How much of the lot goes in.", inputmode="decimal")
    source = choosing_field("Taken from", "locations", "Where the lot lies at several places of the product’s site.")

    def goods(self, product: int) -> GoodsIn:
        """As the operation takes it. Refused: no such lot or place."""
        typed = {name: str(value or "").strip() for name, value in self.typed("lot", "quantity", "source").items()}
        [named] = goods_named([typed["lot"]])
        return GoodsIn(product, typed["quantity"], *named, place_typed(typed["source"], field="source") if typed["source"] else None)

    def tell_goods(self, refusal: Refused) -> None:
        """Put what is said of the goods beside the fields in which they were typed."""
        fields = {"location": "source", "item": "lot"}
        for name, sentence in refusal.fields.items():
            first, _, rest = name.partition(".")
            if first == "goods" and (own := rest.partition(".")[2]):
                self.add_error(fields.get(own, own), sentence)


class FittingForm(GoodsForm):
    """Which unit, or so much of which lot, into which product, and where in it."""

    field_order = ("component", "product", "item", "place", "how", "lot", "quantity", "source", "reason", "happened_on", "note", "anyway")
    component = text_field(
        "Component", "Scan or type its serial number; or leave it and give a lot and a quantity.", spellcheck="false", required=True
    )
    product = text_field("Product", "Scan or type its serial number.", spellcheck="false", required=True)
    item = text_field("Only of item", "Where several items bear the number.", spellcheck="false")
    place = text_field("Place in the product", "Like “bay 3”. Places of the bill of materials that are free are proposed.", list="places")
    how = forms.ChoiceField(label="How", choices=HOW, widget=forms.RadioSelect, required=False)
    reason = text_field("Reason", "Needed where the product is at a customer.")
    happened_on = day_field("Happened on", "Empty for today.")
    note = text_field("Note")
    anyway = forms.BooleanField(label="Build it in anyway", help_text="Though it is not on the bill of materials.", required=False)

    def more(self) -> dict[str, Any]:
        """The rest, as the operations take it."""
        typed = self.typed("reason", "note", "anyway")
        return {
            "reason": str(typed["reason"] or ""),
            "note": str(typed["note"] or ""),
            "anyway": bool(typed["anyway"]),
            "happened_on": self.day("happened_on"),
        }


@require_http_methods(["GET", "HEAD", "POST"])
def into(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Something into the product: built in now, or said to be inside already."""
    actor = viewing(request, "stock", "edit")
    product = unit_or_404(unit_id)
    places = free_places(product.pk, product.item_id)
    first = {"idempotency_key": new_key(), "how": "install", "place": request.GET.get("place", "") or (places[0][0] if places else "")}
    form = FittingForm(request.POST or None, initial=first)
    del form.fields["product"]

    def act() -> tuple[str, str]:
        typed = {name: str(value or "") for name, value in form.typed("component", "item", "place", "how", "lot").items()}
        if typed["lot"].strip():
            _refuse_both(typed)
            entry = install_components(actor=actor, goods=[form.goods(product.pk)], **form.more())
            return f"/serials/{product.pk}", said_of_goods(entry, product)
        unit = unit_named(typed["component"], field="component", item=typed["item"])
        verb = VERBS.get(typed["how"], install_components)
        verb(actor=actor, fittings=[Fitting(unit, product.pk, typed["place"])], **form.more())
        return f"/serials/{product.pk}", _said(unit, product)

    context = {
        "title": "Put a component in",
        "button": "Put it in",
        "icon": "plus",
        "intro": "One component at a time: a unit, or so much of a lot. Many units go in from a pasted list.",
        "list_at": "/installations/new",
        "about": standing([product.pk])[product.pk],
        "unit": product,
        "back": f"/serials/{product.pk}",
        "places": places,
        "locations": proposals("locations"),
    }
    return form_page(request, form, "components/form.html", act, context, tell=form.tell_goods)


@require_http_methods(["GET", "HEAD", "POST"])
def where(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The component into some product: said to be in it where an order used it without saying so, else built in now."""
    actor = viewing(request, "stock", "edit")
    unit = unit_or_404(unit_id)
    about = standing([unit.pk])[unit.pk]
    form = FittingForm(request.POST or None, initial={"idempotency_key": new_key()})
    for name in ("component", "how", "lot", "quantity", "source"):
        del form.fields[name]

    def act() -> tuple[str, str]:
        typed = {name: str(value or "") for name, value in form.typed("product", "item", "place").items()}
        product = unit_named(typed["product"], field="product", item=typed["item"])
        verb = place_components if about.unit_unknown else install_components
        verb(actor=actor, fittings=[Fitting(unit.pk, product, typed["place"])], **form.more())
        return f"/serials/{unit.pk}", _said(unit.pk, Serial.objects.get(pk=product))

    used = about.unit_unknown
    context = {
        "title": "Say which product it is in" if used else "Build it into a product",
        "button": "Say so" if used else "Build it in",
        "icon": "pencil" if used else "plus",
        "intro": "Its order used it without saying in which unit." if used else "From stock into a product that exists.",
        "list_at": "/placements/new" if used else "/installations/new",
        "about": about,
        "unit": unit,
        "back": f"/serials/{unit.pk}",
    }
    return form_page(request, form, "components/form.html", act, context)


def _refuse_both(typed: Mapping[str, str]) -> None:
    """Refuse a unit and a lot at once, and a lot of which it is said that it is inside already."""
    if typed["component"].strip():
        sentence = "Give a serial number, or a lot and a quantity; not both at once."
        raise Invalid("unit-or-lot", sentence, fields={"lot": sentence})
    if typed["how"] == "place":
        sentence = "Only of a unit with a serial number it can be said later where it is."
        raise Invalid("unit-or-lot", sentence, fields={"how": sentence})


def said_of_goods(entry: Entry, product: Serial) -> str:
    """What is said when goods went into the product."""
    rows = StockMovement.objects.filter(entry=entry, parent=product, change__lt=0).select_related("lot__item").order_by("lot", "pk")
    went = ", ".join(f"{from_micro(-row.change):,f} {row.lot.item.unit} {row.lot.item} of lot {row.lot}" for row in rows)
    return f"Into {product.number} went {went}.{expired_note((), [row.lot_id for row in rows])}"


def _said(unit_id: int, product: Serial) -> str:
    unit = Serial.objects.get(pk=unit_id)
    return f"{unit.number} is in {product.number}{f' at {unit.place}' if unit.place else ''}.{expired_note([unit_id])}"


paths = [
    path("serials/<int:unit_id>/installation", into),
    path("serials/<int:unit_id>/placement", where),
]
