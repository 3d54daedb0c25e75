"""The page of one unit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from nameplate import access, functions
from nameplate.documents.lists import unit_history_paper
from nameplate.documents.sending import sent
from nameplate.listings.inspection import inspections_of
from nameplate.listings.unit import unit
from nameplate.listings.unit_history import history
from nameplate.listings.vendor_life import vendor_life
from nameplate.models import Availability, FieldNoun, Serial, Status
from nameplate.models.serials import NUMBER_MISSING
from nameplate.operations.inspecting.opening import INSPECTED
from nameplate.web import clock, inside, own_fields, timeline, unit_facts
from nameplate.web.acting import actor_of
from nameplate.web.forms import whole_number
from nameplate.web.unit_acts import may_be_held, may_be_moved, may_be_rejected, may_re_enter


@require_safe
def page(request: HttpRequest, unit_id: int) -> HttpResponse:
    """A unit: how things stand, and its history, newest first."""
    actor = actor_of(request)
    found = unit(actor=actor, unit_id=unit_id)
    before = whole_number(request.GET.get("before", "")) or None
    past = history(actor=actor, unit_id=unit_id, before=before)
    may_undo = access.may(actor, "stock", "edit")
    context = {
        "unit": found,
        "serial": found.serial,
        "today": timezone.localdate(),
        "facts": unit_facts.facts_of(found, clock.zone_of(request)),
        "steps": timeline.told(past, clock.zone_of(request), may_undo=may_undo, whole=before is None),
        "may_correct": may_undo and not found.serial.withdrawn,
        "may_move": may_undo and may_be_moved(found.serial),
        "may_reject": may_undo and may_be_rejected(found.serial),
        "may_release": may_undo and found.serial.status == Status.REJECTED,
        "may_reserve": (free := _is_free(found.serial)) and may_undo,
        "may_ship": free and may_undo and access.may(actor, "sales", "create"),
        "may_re_enter": may_undo and may_re_enter(found.serial),
        "vendor_life": vendor_life(unit_id),
        "may_hold": may_undo and may_be_held(found.serial),
        "may_number": may_undo and found.serial.hold == NUMBER_MISSING,
        "own": own_fields.shown(FieldNoun.SERIALS, found.serial.custom),
        "inspections": inspections_of(unit_id) if functions.is_on(functions.QUALITY_CONTROL) else [],
        "may_inspect": may_undo and found.serial.status in INSPECTED and functions.is_on(functions.QUALITY_CONTROL),
        "older": past.older,
        "newer": before is not None,
        **inside.shown(request, actor, found.serial),
    }
    return render(request, "serials/page.html", context)


@require_safe
def history_paper(request: HttpRequest, unit_id: int) -> HttpResponse:
    """All that happened to the unit, as PDF."""
    return sent(unit_history_paper(actor=actor_of(request), unit_id=unit_id))


def _is_free(unit: Serial) -> bool:
    """Whether nothing speaks against reserving or shipping it."""
    return unit.availability == Availability.AVAILABLE and unit.parent_id is None
