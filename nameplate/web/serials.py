"""The page of one unit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nameplate import access
from nameplate.listings.unit import MOST_PARTS, unit
from nameplate.listings.unit_history import history
from nameplate.web import clock, timeline, unit_facts


@require_safe
def page(request: HttpRequest, unit_id: int) -> HttpResponse:
    """A unit: how things stand, and its history, newest first."""
    found = unit(actor=request.user, unit_id=unit_id)
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    past = history(actor=request.user, unit_id=unit_id, before=before)
    may_undo = access.may(request.user, "stock", "edit")
    context = {
        "unit": found,
        "serial": found.serial,
        "facts": unit_facts.facts_of(found, clock.zone_of(request)),
        "steps": timeline.told(past, clock.zone_of(request), may_undo=may_undo, whole=before is None),
        "older": past.older,
        "newer": before is not None,
        "parts": found.parts[:MOST_PARTS],
        "more_parts": len(found.parts) > MOST_PARTS,
    }
    return render(request, "serials/page.html", context)
