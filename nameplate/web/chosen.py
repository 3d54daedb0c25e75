"""Units chosen on another page, a unit's own or a search of the list, or typed into a box: what acts on many units share."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.http import QueryDict
from django.utils import timezone

from nameplate import functions, listings
from nameplate.listings.lot_ends import expired_lots
from nameplate.listings.selections import found_by
from nameplate.models import Item, User
from nameplate.operations.choosing import MOST_UNITS, units_in_box, units_named
from nameplate.refusals import Invalid
from nameplate.web.forms import TypedForm, long_text_field, new_key, text_field, whole_number
from nameplate.web.options import item_named
from nameplate.web.unit_acts import unit_or_404

SOURCES = ("search", "unit")


class ChosenForm(TypedForm):
    """Which units. `search`, `seen` and `unit` say which were chosen on another page; else they are typed."""

    search = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    unit = forms.CharField(widget=forms.HiddenInput, required=False)
    units = long_text_field("Serial numbers", "Scan, paste or type them; A1..A9 is a range.", rows=6)
    item = text_field("Only of item", "Where several items bear a number.", spellcheck="false")

    @property
    def chosen_elsewhere(self) -> bool:
        """Whether the units come from a search or a unit's page."""
        return any(self.data.get(name) or self.initial.get(name) for name in SOURCES)

    def without(self, *names: str) -> None:
        """Leave out the box, and these, where the units were chosen elsewhere."""
        if self.chosen_elsewhere:
            for name in ("units", "item", *names):
                del self.fields[name]

    def unit_ids(self, actor: User) -> list[int]:
        """The units that are meant. Refused: what names none; a search that finds others than were shown."""
        typed = self.typed("search", "seen", "unit")
        if typed["unit"]:
            return [whole_number(str(typed["unit"]))]
        if typed["search"]:
            return ids_of_search(actor, str(typed["search"]), seen=whole_number(str(typed["seen"] or "")))
        text, named = str(self.typed("units")["units"] or ""), str(self.typed("item")["item"] or "")
        item = Item.objects.filter(pk=item_named(named)).first() if named.strip() else None
        if named.strip() and item is None:
            raise Invalid("no-such-item", f"There is no item “{named[:80]}”.", fields={"item": "There is no such item."})
        return units_in_box(text, item=item) if text.strip() else []

    def expired(self, actor: User) -> list[tuple[int, str, str, int]]:
        """The lots past their expiry among what was chosen elsewhere: id, number, expiry, how many units."""
        unit, search = (str(self.data.get(name) or self.initial.get(name) or "") for name in ("unit", "search"))
        if not functions.is_on(functions.EXPIRY_DATES) or not (unit or search):
            return []
        units = [whole_number(unit)] if unit else ids_of_search(actor, search)
        return expired_lots(units, timezone.localdate().isoformat())

    def shown(self) -> dict[str, Any] | None:
        """What was chosen elsewhere: the one unit, or the search with how many it finds."""
        value = {name: str(self.data.get(name) or self.initial.get(name) or "") for name in (*SOURCES, "seen")}
        if value["unit"]:
            return {"unit": unit_or_404(whole_number(value["unit"]))}
        if not value["search"]:
            return None
        asked = parse_qsl(value["search"])
        ticked = [name for name, _ in asked] == ["chosen"] and not asked[0][1].startswith("!")
        return {"search": value["search"], "count": whole_number(value["seen"]), "ticked": ticked}


def unit_named(text: str, *, field: str, item: str = "") -> int:
    """The one unit whose number was scanned or typed into a field. Refused, naming `field`: none, or several that bear it."""
    if not text.strip():
        raise Invalid("no-units", "A serial number is missing.", fields={field: "Scan or type a serial number."})
    found = Item.objects.filter(pk=item_named(item)).first() if item.strip() else None
    if item.strip() and found is None:
        raise Invalid("no-such-item", f"There is no item “{item[:80]}”.", fields={"item": "There is no such item."})
    try:
        return units_named([text.strip()], item=found)[0]
    except Invalid as refusal:
        raise Invalid(refusal.rule, refusal.message, fields={field: refusal.message}, offenders=refusal.offenders) from refusal


def first_choice(actor: User, given: QueryDict) -> dict[str, str]:
    """What a form begins with when it is opened from a unit's page or from the list."""
    first = {name: str(given[name]) for name in SOURCES if given.get(name)}
    if "search" in first:
        first["seen"] = str(len(ids_of_search(actor, first["search"])))
    return {**first, "idempotency_key": new_key()}


def ids_of_search(actor: User, search: str, seen: int | None = None) -> list[int]:
    """The units that a search of the list finds; one more than an act takes where there are more. Refused: others than were `seen`."""
    return found_by(listings.ALL["serials"], search, actor=actor, most=MOST_UNITS, expected=seen)
