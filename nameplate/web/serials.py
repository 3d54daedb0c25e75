"""The page of one unit."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from nameplate import access, functions, listings
from nameplate.documents.lists import unit_history_paper
from nameplate.documents.sending import sent
from nameplate.listings.inspection import inspections_of
from nameplate.listings.unit import unit
from nameplate.listings.vendor_life import vendor_life
from nameplate.models import FieldNoun, Serial
from nameplate.web import clock, inside, navigation, own_fields, unit_facts
from nameplate.web.acting import actor_of
from nameplate.web.unit_actions import actions_of
from nameplate.web.unit_past import past_of
from nameplate.web.unit_returns import returns_shown
from nameplate.web.unit_search import search_of

GOODS_REPORT = "/reports/goods"
"""Of what has no serial numbers, so that it has nothing to say of a unit."""


@require_safe
def page(request: HttpRequest, unit_id: int) -> HttpResponse:
    """A unit: how things stand, and its history, newest first."""
    actor = actor_of(request)
    found = unit(actor=actor, unit_id=unit_id)
    zone = clock.zone_of(request)
    parts = inside.shown(request, actor, found.serial)
    context = {
        "unit": found,
        "serial": found.serial,
        "today": timezone.localdate(),
        "facts": unit_facts.facts_of(found, zone),
        "ours_again": unit_facts.ours_again(found.serial),
        "actions": actions_of(actor, found, parts["acts"]),
        "search": search_of(request, unit_id),
        "reports": _reports(found.serial),
        "may_correct": access.may(actor, "stock", "edit") and not found.serial.withdrawn,
        "vendor_life": vendor_life(unit_id),
        "own": own_fields.shown(FieldNoun.SERIALS, found.serial.custom),
        "inspections": inspections_of(unit_id) if functions.is_on(functions.QUALITY_CONTROL) else [],
        **returns_shown(found.serial),
        **past_of(request, actor, unit_id, zone),
        **parts,
    }
    return render(request, "serials/page.html", context)


@require_safe
def history_paper(request: HttpRequest, unit_id: int) -> HttpResponse:
    """All that happened to the unit, as PDF."""
    return sent(unit_history_paper(actor=actor_of(request), unit_id=unit_id))


def _reports(serial: Serial) -> list[tuple[str, str, str]]:
    """Every report of units, narrowed to this one where its rows are units, to its item where it counts them."""
    exactly = {name: f'="{text.replace(chr(34), chr(34) * 2)}"' for name, text in (("serial", serial.number), ("item", serial.item.number))}
    found = []
    for href, label, icon in navigation.reports():
        if href == GOODS_REPORT:
            continue
        known = {column.name for column in listings.ALL[href.removeprefix("/")].columns if column.filterable}
        found.append((f"{href}?{urlencode({name: text for name, text in exactly.items() if name in known})}", label, icon))
    return found
