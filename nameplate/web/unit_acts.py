"""What is done to one unit from its page: moved, put on hold, freed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from nameplate.ledger.kinds import RULE, Kind
from nameplate.models import Serial, Status
from nameplate.models.serials import IN_STOCK, NUMBER_MISSING
from nameplate.operations import holding, moving
from nameplate.operations.rejecting import can_reject
from nameplate.refusals import NotFound
from nameplate.web.acting import form_page, viewing
from nameplate.web.forms import TypedForm, choosing_field, new_key, text_field
from nameplate.web.lot_acts import place_typed, told_place
from nameplate.web.options import place_label, proposals


class UnitMoveForm(TypedForm):
    """Where one unit goes."""

    place = choosing_field("To", "locations", "Another location of the same site.", required=True)
    note = text_field("Note")


class UnitHoldForm(TypedForm):
    """Why one unit is held, or freed."""

    reason = text_field("Reason", "Whoever meets it reads this.")


def unit_or_404(unit_id: int) -> Serial:
    """The unit; one that was withdrawn is none."""
    found = Serial.objects.select_related("item", "lot").filter(pk=unit_id, withdrawn=False).first()
    if found is None:
        raise NotFound("no-such-serial", "There is no such unit.", way_out="Look for it in the list of serial numbers.")
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def move_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit to another location of its site."""
    actor = viewing(request, "stock", "edit")
    unit = unit_or_404(unit_id)
    form = UnitMoveForm(request.POST or None, initial={"idempotency_key": new_key()})

    def act() -> tuple[str, str]:
        typed = form.typed()
        to = place_typed(str(typed["place"] or ""))
        moving.move_units(actor=actor, unit_ids=[unit.pk], location_id=to, note=str(typed["note"] or ""))
        return f"/serials/{unit.pk}", f"Moved to {place_label(to)}."

    words = {"title": "Move", "button": "Move", "intro": "At once, within the site. Between sites goods go by a transfer order."}
    context = {"unit": unit, "item": unit.item, "locations": proposals("locations"), **words}
    return form_page(request, form, "lots/act.html", act, context, tell=told_place(form))


@require_http_methods(["GET", "HEAD", "POST"])
def hold_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit on hold; or free, when it is on hold."""
    actor = viewing(request, "stock", "edit")
    unit = unit_or_404(unit_id)
    freeing = bool(unit.hold)
    form = UnitHoldForm(request.POST or None, initial={"idempotency_key": new_key()})

    def act() -> tuple[str, str]:
        verb = holding.release_units if freeing else holding.hold_units
        verb(actor=actor, unit_ids=[unit.pk], reason=str(form.typed("reason")["reason"] or ""))
        return f"/serials/{unit.pk}", f"{unit.number} is {'free' if freeing else 'on hold'}."

    title = "Free from hold" if freeing else "Put on hold"
    intro = f"It is on hold: {unit.hold}." if freeing else "It can still be moved, written off and corrected, but not built in or shipped."
    context = {"unit": unit, "item": unit.item, "title": title, "button": title, "intro": intro}
    return form_page(request, form, "lots/act.html", act, context)


def may_be_held(unit: Serial) -> bool:
    """Whether a hold on it, or its end, can be offered. One whose number is missing is freed by its number."""
    return unit.status in RULE[Kind.HELD].sources and not unit.withdrawn and unit.hold != NUMBER_MISSING


def may_be_rejected(unit: Serial) -> bool:
    """Whether rejecting it can be offered: it lies here and is not rejected, and one of the functions that reject is on."""
    return can_reject() and unit.status in {Status.RECEIVED, Status.RETURNED} and not unit.withdrawn


def may_re_enter(unit: Serial) -> bool:
    """Whether it has left, and is inside nothing, so that it can be here again."""
    return unit.status in RULE[Kind.RE_ENTERED].sources and unit.parent_id is None and not unit.hold


def may_be_moved(unit: Serial) -> bool:
    """Whether it lies at a location, so that moving it can be offered."""
    return unit.status in IN_STOCK and not unit.withdrawn


paths = [
    path("serials/<int:unit_id>/move", move_unit),
    path("serials/<int:unit_id>/hold", hold_unit),
]
