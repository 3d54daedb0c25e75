"""A product taken apart from its page, wholly or in part, with what becomes of everything inside."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.operations.assembling import Fate, GoodsOut, Outcome, remove_components, take_apart
from nameplate.operations.assembling.goods import GoodsInside, goods_inside
from nameplate.operations.assembling.removing import as_fate, components_of
from nameplate.operations.assembling.standing import standing
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Invalid, Refused
from nameplate.serial_text import canonical, sort_key
from nameplate.web.acting import form_page, viewing
from nameplate.web.fates import FateForm, bench_of
from nameplate.web.forms import new_key
from nameplate.web.lot_acts import place_typed, told_place
from nameplate.web.options import proposals
from nameplate.web.unit_acts import unit_or_404

MOST_ROWS = 500
"""Components that a form shows one by one; larger products are taken apart with one fate for all, or over the API."""


class DisassemblyForm(FateForm):
    """Which components come out of one product, and whether it is used up."""

    field_order = ("scope", "fate", "place", "write_off_reason", "reason", "happened_on", "note")
    scope = forms.ChoiceField(
        label="The product",
        choices=[("whole", "is taken apart for good: everything comes out, it is used up"), ("part", "stays, without what comes out")],
        widget=forms.RadioSelect,
        required=False,
        initial="whole",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def disassembly(request: HttpRequest, unit_id: int) -> HttpResponse:
    """A product taken apart, wholly or in part, each component with what becomes of it."""
    actor = viewing(request, "stock", "edit")
    product = unit_or_404(unit_id)
    inside = components_of([product.pk])
    units = standing([product.pk, *inside])
    parts = sorted((units[unit] for unit in inside), key=lambda part: (sort_key(canonical(part.place)), sort_key(canonical(part.number))))
    form = DisassemblyForm(request.POST or None, initial={"idempotency_key": new_key(), "place": bench_of(units[product.pk].root_id)})
    form.offer(parts)
    loose = goods_inside([product.pk])
    wrong: list[str] = []

    def tell(refusal: Refused) -> None:
        told_place(form)(refusal)
        wrong.extend(sentence for name, sentence in refusal.fields.items() if name.partition(".")[0] == "goods")

    def act() -> tuple[str, str]:
        outcome, own = form.outcome(), _own(request.POST, inside, form)
        goods = _goods(request.POST, loose, form)
        staying = {unit for unit in inside if request.POST.get(f"fate-{unit}") == "stays"}
        if str(form.typed("scope")["scope"] or "whole") == "whole":
            if staying or _some_stay(goods, loose):
                raise _nothing_stays()
            entry = take_apart(actor=actor, product_ids=[product.pk], outcome=outcome, outcomes=own, goods=goods, **form.more())
            return f"/entries/{entry.pk}", f"{product.number} is taken apart under {entry.document}."
        out = [unit for unit in inside if unit not in staying]
        remove_components(actor=actor, unit_ids=out, outcome=outcome, outcomes=own, goods=goods, **form.more())
        return f"/serials/{product.pk}", f"{_told(len(out), len({one.lot_id for one in goods}))} out of {product.number}."

    context = {
        "product": product,
        "rows": [(part, str(request.POST.get(f"fate-{part.id}", ""))) for part in parts[:MOST_ROWS]],
        "hidden_rows": max(len(parts) - MOST_ROWS, 0),
        "goods_wrong": wrong,
        "goods": [(one, from_micro(one.quantity), *_typed(request.POST, one)) for one in loose],
        "fates": form.choices_of("fate"),
        "locations": proposals("locations"),
    }
    return form_page(request, form, "components/disassembly.html", act, context, tell=tell)


def _own(sent: QueryDict, inside: list[int], form: FateForm) -> Mapping[int, Outcome]:
    """What becomes of single ones instead. They go to the same place as the others."""
    place = str(form.typed("place")["place"] or "")
    location = place_typed(place) if place.strip() else None
    chosen = {unit: sent.get(f"fate-{unit}", "") for unit in inside}
    return {unit: Outcome(as_fate(text), location) for unit, text in chosen.items() if text not in {"", "stays"}}


def _typed(sent: QueryDict, one: GoodsInside) -> tuple[str, str]:
    """How much goes back to stock and how much is written off, as typed; all of it goes back where nothing is typed yet."""
    first = "" if sent else f"{from_micro(one.quantity):f}"
    return str(sent.get(f"back-{one.lot_id}", first)).strip(), str(sent.get(f"gone-{one.lot_id}", "")).strip()


def _goods(sent: QueryDict, loose: list[GoodsInside], form: FateForm) -> list[GoodsOut]:
    """What comes out of goods without serial numbers, back to stock at the place of the others, or written off."""
    place = str(form.typed("place")["place"] or "")
    location = place_typed(place) if place.strip() else None
    found = []
    for one in loose:
        for fate, typed in zip((Fate.RECEIVED, Fate.WRITTEN_OFF), _typed(sent, one), strict=True):
            if typed and to_micro(typed, field="goods"):
                found.append(GoodsOut(one.product_id, one.lot_id, Outcome(fate, location if fate is Fate.RECEIVED else None), typed))
    return found


def _told(components: int, lots: int) -> str:
    """ "3 components and goods of 1 lot"."""
    parts = f"{components:,} component{'' if components == 1 else 's'}" if components else ""
    goods = f"goods of {lots:,} lot{'' if lots == 1 else 's'}" if lots else ""
    return " and ".join(filter(None, (parts, goods)))


def _nothing_stays() -> Invalid:
    sentence = "Nothing stays in a product that is taken apart for good."
    way_out = "Say that the product stays, or what becomes of everything inside."
    return Invalid("stays-in-nothing", sentence, fields={"scope": sentence}, way_out=way_out)


def _some_stay(goods: list[GoodsOut], loose: list[GoodsInside]) -> bool:
    out = sum(to_micro(one.quantity or 0) for one in goods)
    return out < sum(one.quantity for one in loose)


paths = [path("serials/<int:unit_id>/disassembly", disassembly)]
