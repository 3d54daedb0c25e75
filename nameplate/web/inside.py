"""What a unit's page says of assemblies: what is inside it, now or on a past day; what it was built into; what can be done about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from nameplate import access
from nameplate.ledger.kinds import RULE, Kind
from nameplate.listings.inside import built_into, inside
from nameplate.models import Component, Serial, Status, User
from nameplate.models.serials import IN_STOCK

MOST_ROWS = 300
"""Components on the page; the list of serial numbers has all of them."""


def shown(request: HttpRequest, actor: User, unit: Serial) -> dict[str, Any]:
    """The sections and the menu of the page. A unit that never had to do with another takes two statements."""
    ever_product = Component.objects.filter(parent=unit).exists()
    ever_part = Component.objects.filter(child=unit).exists()
    text = request.GET.get("on", "").strip()
    on, wrong = _day(text)
    found = inside(actor=actor, unit_id=unit.pk, on=on) if ever_product else None
    may = access.may(actor, "stock", "edit") and not unit.withdrawn
    return {
        "is_product": ever_product or unit.item.made,
        "inside": found,
        "components": found.parts[:MOST_ROWS] if found else (),
        "hidden_components": max(len(found.parts) - MOST_ROWS, 0) if found else 0,
        "more_inside": bool(found and found.more),
        "on": text,
        "on_wrong": wrong,
        "today": timezone.localdate(),
        "past": on is not None,
        "homes": built_into(actor=actor, unit_id=unit.pk) if ever_part else (),
        "may_change": may,
        "may_install": may and unit.status != Status.WRITTEN_OFF and not (unit.status == Status.CONSUMED and unit.parent_id is None),
        "acts": _acts(unit, bool(found and (found.parts or found.goods) and on is None)) if may else {},
    }


def _acts(unit: Serial, has_parts: bool) -> dict[str, bool]:
    """What the menu offers, by how the unit stands."""
    unknown = unit.status == Status.CONSUMED and unit.parent_id is None and unit.used_by_id is not None
    return {
        "replace": unit.parent_id is not None,
        "remove": unit.parent_id is not None or unknown,
        "place": unknown,
        "install": unit.status == Status.RECEIVED,
        "take_apart": has_parts and unit.parent_id is None,
        "rework": unit.status in RULE[Kind.WORK_BEGUN].sources and unit.status in IN_STOCK and unit.work_id is None,
    }


def _day(text: str) -> tuple[date | None, str]:
    if not text:
        return None, ""
    try:
        return date.fromisoformat(text), ""
    except ValueError:
        return None, "Write the day like 2026-03-31."
