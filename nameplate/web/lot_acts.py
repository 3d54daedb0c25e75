"""What is done to a lot, or to units of it, from its page: moved, put on hold, freed, said to belong to another lot, numbered later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.models import Entry, Lot, LotStatus, Serial, Stock, Tracking
from nameplate.models.serials import NUMBER_MISSING
from nameplate.operations import holding, moving
from nameplate.operations.cataloguing import accepted_of
from nameplate.operations.choosing import units_in_box
from nameplate.operations.correcting import correct_lot, give_numbers, units_waiting
from nameplate.operations.entering.parsing import parse
from nameplate.quantities import from_micro
from nameplate.refusals import Invalid, NotFound, Offender
from nameplate.serial_text import canonical
from nameplate.web import lot_making
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import TypedForm, choosing_field, long_text_field, new_key, text_field, whole_number
from nameplate.web.options import label_of, place_label, places_named, proposals

MOST_SHOWN = 200


class UnitsForm(TypedForm):
    """Which of a lot: all of it, or only some; goods without serial numbers by quantity and place."""

    scope = forms.ChoiceField(label="Which", choices=[], widget=forms.RadioSelect, required=False)
    units = long_text_field("Serial numbers", "Scan, paste or type them; A1..A9 is a range. Only for “only these”.", rows=5)
    quantity = text_field("Quantity", inputmode="decimal")
    from_place = forms.ChoiceField(label="From where", choices=[], required=False)

    def shape(self, lot: Lot, *, whole: str) -> None:
        """Leave the fields that fit how the lot's item is followed. `whole` says what “all” is."""
        places = list(Stock.objects.filter(lot=lot, quantity__gt=0).select_related("location__site").order_by("location__label_key"))
        by_serials = lot.item.tracking == Tracking.SERIAL
        others = [("only", "only these serial numbers" if by_serials else "only a quantity")]
        self.set_choices("scope", [("all", whole), *others])
        self.initial.setdefault("scope", "all")
        for name in ("quantity", "from_place") if by_serials else ("units",):
            del self.fields[name]
        if not by_serials:
            options = [(str(row.location_id), f"{label_of(row.location)}: {from_micro(row.quantity):,} {lot.item.unit}") for row in places]
            self.set_choices("from_place", options)
            if len(options) < 2:
                del self.fields["from_place"]

    @property
    def whole(self) -> bool:
        """Whether all of it is meant."""
        return str(self.typed("scope").get("scope") or "all") != "only"

    def chosen_units(self, lot: Lot) -> list[int]:
        """The units whose numbers were typed. Refused: each that is none of the lot's."""
        return units_in_box(str(self.typed("units")["units"] or ""), lot=lot)

    def goods(self) -> dict[str, Any]:
        """Which quantity from where."""
        typed = self.typed("quantity", "from_place")
        return {"quantity": str(typed["quantity"] or ""), "place": whole_number(str(typed.get("from_place") or "")) or None}


class MoveForm(UnitsForm):
    """Where to."""

    place = choosing_field("To", "locations", "Another location of the same site.", required=True)
    note = text_field("Note")


class HoldForm(UnitsForm):
    """Why."""

    reason = text_field("Reason", "Whoever meets it reads this.", required=True)


class ReleaseForm(UnitsForm):
    """What was found."""

    reason = text_field("Reason", "What was found, for the history.")


class OtherLotForm(TypedForm):
    """Which units, and into which lot."""

    units = long_text_field("Serial numbers", "Of units that stand in this lot and belong to another one.", rows=5, required=True)
    lot = text_field("They belong to lot", "Its number, like L00012. It must be of the same item.", required=True, spellcheck="false")
    reason = text_field("Reason", "Stands in the history beside the correction.", required=True)


class NumbersForm(TypedForm):
    """The real numbers, in order."""

    numbers = long_text_field("Real numbers", "Scan or type them in the order of the units; A1..A9 is a range.", rows=8, required=True)
    reason = text_field("Reason", "Optional: how they were read.")


def _units(entry: Entry) -> str:
    return f"{entry.units:,} unit{'' if entry.units == 1 else 's'}" if entry.units else "It"


def place_typed(text: str, *, field: str = "place") -> int | None:
    """The location that was typed into the field. Refused: nothing is put there, in the words of the page."""
    found, problem = places_named({text})[text]
    if problem:
        raise Invalid("no-such-location", problem, fields={field: problem}, way_out="Choose a place from the list.")
    return found


def _context(lot: Lot, **more: Any) -> dict[str, Any]:
    return {"lot": lot, "item": lot.item, "locations": proposals("locations"), **more}


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, lot_id: int) -> HttpResponse:
    """To another location of the site."""
    actor = viewing(request, "stock", "edit")
    lot = lot_making.lot_or_404(lot_id)
    form = MoveForm(request.POST or None, initial={"idempotency_key": new_key()})
    form.shape(lot, whole="all of it that is in stock")

    def act() -> tuple[str, str]:
        typed = form.typed("place", "note")
        to, note = place_typed(str(typed["place"] or "")), str(typed["note"] or "")
        if form.whole:
            entry = moving.move_lot(actor=actor, lot=lot, location_id=to, note=note)
        elif lot.item.tracking == Tracking.SERIAL:
            entry = moving.move_units(actor=actor, unit_ids=form.chosen_units(lot), location_id=to, note=note)
        else:
            goods = form.goods()
            entry = moving.move_goods(
                actor=actor, lot=lot, quantity=goods["quantity"], from_location_id=goods["place"], location_id=to, note=note
            )
        return f"/lots/{lot.pk}", f"{_units(entry)} moved to {place_label(to)}."

    words = {"title": "Move", "button": "Move", "intro": "At once, within the site. Between sites goods go by a transfer order."}
    return form_page(request, form, "lots/act.html", act, _context(lot, **words), tell=told_place(form))


def told_place(form: TypedForm) -> Any:
    """What puts a refusal's word on a location beside the field in which it was typed."""

    def tell(refusal: Any) -> None:
        if sentence := refusal.fields.get("location"):
            form.add_error("place", sentence)
        if (sentence := refusal.fields.get("from_location")) and "from_place" in form.fields:
            form.add_error("from_place", sentence)

    return tell


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, lot_id: int) -> HttpResponse:
    """On hold, wholly or in part."""
    actor = viewing(request, "stock", "edit")
    lot = lot_making.lot_or_404(lot_id)
    form = HoldForm(request.POST or None, initial={"idempotency_key": new_key()})
    form.shape(lot, whole="the whole lot, and what comes into it later")

    def act() -> tuple[str, str]:
        reason = str(form.typed("reason")["reason"] or "")
        if form.whole:
            entry = holding.hold_lot(actor=actor, lot=lot, reason=reason)
            with_units = f", with {_units(entry)}" if entry.units else ""
            return f"/lots/{lot.pk}", f"Lot {lot} is on hold{with_units}."
        if lot.item.tracking == Tracking.SERIAL:
            entry = holding.hold_units(actor=actor, unit_ids=form.chosen_units(lot), reason=reason)
        else:
            goods = form.goods()
            entry = holding.hold_goods(actor=actor, lot=lot, quantity=goods["quantity"], location_id=goods["place"], reason=reason)
        return f"/lots/{lot.pk}", f"{_units(entry)} on hold now." if entry.units else "That quantity is on hold."

    intro = holding.WHAT_IT_BLOCKS
    return form_page(request, form, "lots/act.html", act, _context(lot, title="Put on hold", button="Put on hold", intro=intro))


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Free from hold, wholly or in part."""
    actor = viewing(request, "stock", "edit")
    lot = lot_making.lot_or_404(lot_id)
    whole = lot.status == LotStatus.ON_HOLD
    form = ReleaseForm(request.POST or None, initial={"idempotency_key": new_key(), "scope": "all" if whole else "only"})
    form.shape(lot, whole=f"all that is on hold because of: {lot.hold}" if whole else "all of it")
    if not whole:
        form.set_choices("scope", form.choices_of("scope")[1:])

    def act() -> tuple[str, str]:
        reason = str(form.typed("reason")["reason"] or "")
        if form.whole and whole:
            holding.release_lot(actor=actor, lot=lot, reason=reason)
            return f"/lots/{lot.pk}", f"Lot {lot} is free."
        if lot.item.tracking == Tracking.SERIAL:
            entry = holding.release_units(actor=actor, unit_ids=form.chosen_units(lot), reason=reason)
            return f"/lots/{lot.pk}", f"{_units(entry)} free now."
        goods = form.goods()
        holding.release_goods(actor=actor, lot=lot, quantity=goods["quantity"], location_id=goods["place"], reason=reason)
        return f"/lots/{lot.pk}", "That quantity is free."

    intro = "Units whose number is missing are freed by giving them their numbers."
    return form_page(request, form, "lots/act.html", act, _context(lot, title="Free from hold", button="Free from hold", intro=intro))


@require_http_methods(["GET", "HEAD", "POST"])
def other_lot(request: HttpRequest, lot_id: int) -> HttpResponse:
    """Units that were recorded in this lot and belong to another."""
    actor = viewing(request, "stock", "edit")
    lot = lot_making.lot_or_404(lot_id)
    form = OtherLotForm(request.POST or None, initial={"idempotency_key": new_key()})

    def act() -> tuple[str, str]:
        typed = form.typed()
        number = str(typed["lot"] or "").strip()
        into = Lot.objects.filter(number_key=canonical(number)).first() if number and "\x00" not in number else None
        if into is None:
            sentence = f"There is no lot “{number[:40]}”."
            raise Invalid("no-such-lot", sentence, fields={"lot": sentence})
        units = units_in_box(str(typed["units"] or ""), lot=lot)
        entry = correct_lot(actor=actor, unit_ids=units, lot=into, reason=str(typed["reason"] or ""))
        return f"/lots/{into.pk}", f"{_units(entry)} of {lot} belong here now."

    intro = "Nothing happens to the units: only the record was wrong. Both quantities follow."
    words = {"title": "Correct the lot of units", "button": "Correct", "intro": intro}
    return form_page(request, form, "lots/act.html", act, _context(lot, **words))


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, lot_id: int) -> HttpResponse:
    """The real numbers of units that were received without; of one of them when `unit` names it."""
    actor = viewing(request, "stock", "edit")
    lot = lot_making.lot_or_404(lot_id)
    if lot.item.tracking != Tracking.SERIAL:
        raise NotFound("not-found", "Its item has no serial numbers.")
    unit = whole_number(request.GET.get("unit", ""))
    waiting = units_waiting(lot, unit_ids=[unit] if unit else ())
    form = NumbersForm(request.POST or None, initial={"idempotency_key": new_key()})

    def act() -> tuple[str, str]:
        typed = form.typed()
        entry = give_numbers(
            actor=actor,
            lot=lot,
            numbers=_read(str(typed["numbers"] or ""), lot),
            unit_ids=[unit] if unit else (),
            keep_format=True,  # the box judged it: what is in quotation marks is meant so
            reason=str(typed["reason"] or ""),
        )
        left = Serial.objects.filter(lot=lot, withdrawn=False, hold=NUMBER_MISSING).count()
        said = f"{_units(entry)} numbered" + (f"; {left:,} still wait." if left else " and free." if not lot.hold else ".")
        return (f"/serials/{unit}" if unit else f"/lots/{lot.pk}"), said

    context = _context(lot, waiting=waiting[:MOST_SHOWN], count=len(waiting), unit=unit)
    return form_page(request, form, "lots/numbers.html", act, context)


def _read(text: str, lot: Lot) -> Sequence[str]:
    """The numbers of the box in their order; refused with every piece that holds none or is in doubt."""
    candidates = parse(text, accepted_of(lot.item)).candidates
    offenders = [
        Offender(one.raw[:120], f"{one.problem.message} {one.problem.way_out}".strip(), line=one.line) for one in candidates if one.problem
    ]
    if offenders:
        sentence = f"{len(offenders):,} line{' needs' if len(offenders) == 1 else 's need'} another look."
        raise Invalid("bad-numbers", sentence, fields={"numbers": sentence}, offenders=offenders)
    return [number for one in candidates for number in one.numbers]


paths = [
    path("lots/new", lot_making.new),
    path("lots/new/preview", lot_making.preview),
    path("lots/<int:lot_id>/serials", lot_making.more),
    path("lots/<int:lot_id>/serials/preview", lot_making.preview),
    path("lots/<int:lot_id>/move", move),
    path("lots/<int:lot_id>/hold", hold),
    path("lots/<int:lot_id>/release", release),
    path("lots/<int:lot_id>/correction", other_lot),
    path("lots/<int:lot_id>/numbers", numbers),
]
