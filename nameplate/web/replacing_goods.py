"""So much of a lot in a product replaced from the product's page: what comes out, what becomes of it, and what goes in for it."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse

from nameplate.models import Serial
from nameplate.operations.assembling import GoodsOut, GoodsSwap, replace_components
from nameplate.operations.assembling.goods import FATES, GoodsInside, goods_inside
from nameplate.operations.assembling.standing import standing
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound, Refused
from nameplate.web.acting import form_page, viewing
from nameplate.web.fates import LABELS, FateForm, bench_of, in_words
from nameplate.web.fitting import GoodsForm, said_of_goods
from nameplate.web.forms import new_key, text_field, whole_number
from nameplate.web.lot_acts import told_place
from nameplate.web.options import proposals


class GoodsSwapForm(FateForm, GoodsForm):
    """How much comes out, what becomes of it, and what goes in."""

    field_order = ("out", "fate", "place", "write_off_reason", "lot", "quantity", "source", "reason", "happened_on", "note", "anyway")
    out = text_field("How much comes out", inputmode="decimal", required=True)
    anyway = forms.BooleanField(label="Build it in anyway", help_text="Though it is not on the bill of materials.", required=False)

    def tell_goods(self, refusal: Refused) -> None:
        """Put what is said of the goods beside the fields in which they were typed."""
        names = {"quantity": "out", "new_lot": "lot", "new_item": "lot", "new_quantity": "quantity", "new_location": "source"}
        for name, sentence in refusal.fields.items():
            if (own := name.rpartition(".")[2]) in {*names, "fate"} and name.startswith("goods."):
                self.add_error(names.get(own, own), sentence)


def replacement(request: HttpRequest) -> HttpResponse:
    """Goods of a lot out of a product, and others in for them, as one act."""
    actor = viewing(request, "stock", "edit")
    product, inside = _inside(request)
    around = standing([product.pk])[product.pk]
    much = f"{from_micro(inside.quantity):f}"
    first = {"idempotency_key": new_key(), "place": bench_of(around.root_id), "out": much, "quantity": much}
    form = GoodsSwapForm(request.POST or None, initial=first)
    form.offer([around])
    form.set_choices("fate", [(fate.value, LABELS[fate]) for fate in FATES])
    form.fields["lot"].label, form.fields["lot"].required, form.fields["quantity"].required = "Lot that goes in", True, True

    def act() -> tuple[str, str]:
        outcome, out = form.outcome(), str(form.typed("out")["out"] or "").strip()
        swap = GoodsSwap(GoodsOut(product.pk, inside.lot_id, outcome, out), form.goods(product.pk))
        anyway = bool(form.typed("anyway")["anyway"])
        entry = replace_components(actor=actor, outcome=outcome, goods=[swap], anyway=anyway, **form.more())
        what = f"{out} {inside.unit} of lot {inside.lot} {'are' if out != '1' else 'is'} {in_words(outcome).lower()}"
        return f"/serials/{product.pk}", f"{what}. {said_of_goods(entry, product)}"

    def tell(refusal: Refused) -> None:
        told_place(form)(refusal)
        form.tell_goods(refusal)

    context = {
        "title": f"Replace {inside.item}",
        "button": "Replace",
        "icon": "refresh",
        "intro": f"{from_micro(inside.quantity):,f} {inside.unit} of lot {inside.lot} are inside. Both ways are one act.",
        "hidden": {"product": product.pk, "out_lot": inside.lot_id},
        "about": around,
        "unit": product,
        "back": f"/serials/{product.pk}",
        "locations": proposals("locations"),
    }
    return form_page(request, form, "components/form.html", act, context, tell=tell)


def _inside(request: HttpRequest) -> tuple[Serial, GoodsInside]:
    """The product and what is inside it of the lot. Refused: nothing is."""
    sent = request.POST or request.GET
    product = Serial.objects.filter(pk=whole_number(str(sent.get("product", ""))) or 0).first()
    lot = whole_number(str(sent.get("out_lot", "")))
    found = next((one for one in goods_inside([product.pk]) if one.lot_id == lot), None) if product is not None else None
    if product is None or found is None:
        raise NotFound("not-found", "Nothing of that lot is directly inside that product.", way_out="Look at what is inside.")
    return product, found
