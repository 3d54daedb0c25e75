"""Units chosen on another page, a unit's own or a search of the list, or typed into a box: what acts on many units share. Lots too."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import parse_qsl

from django import forms
from django.http import QueryDict

from nameplate import listings
from nameplate.listings.lot_ends import expired_lots
from nameplate.listings.selections import found_by
from nameplate.models import Item, User
from nameplate.operations.choosing import MOST_LOTS, MOST_UNITS, lots_in_box, units_in_box, units_named
from nameplate.refusals import Invalid
from nameplate.web.forms import TypedForm, long_text_field, new_key, text_field, whole_number
from nameplate.web.list_words import WORDS
from nameplate.web.options import item_named
from nameplate.web.unit_acts import unit_or_404

SOURCES = ("search", "unit")


class SearchedForm(TypedForm):
    """Rows of the list `noun`: `search` and `seen` say which were chosen there; else they are typed."""

    search = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    noun: ClassVar[str] = "serials"

    def began_with(self, *names: str) -> list[str]:
        """What these hidden fields hold, as sent or as the form was opened."""
        return [str(self.data.get(name) or self.initial.get(name) or "") for name in names]

    def searched(self, actor: User) -> list[int] | None:
        """The rows of the search; None where there is none. Refused: one that finds others than were shown."""
        typed = self.typed("search", "seen")
        search, seen = str(typed["search"] or ""), whole_number(str(typed["seen"] or ""))
        return ids_of_search(actor, search, seen=seen, noun=self.noun) if search else None

    def shown(self) -> dict[str, Any] | None:
        """The search that was made elsewhere, and how many it finds."""
        search, seen = self.began_with("search", "seen")
        if not search:
            return None
        count, words, asked = whole_number(seen), WORDS[self.noun], parse_qsl(search)
        ticked = [name for name, _ in asked] == ["chosen"] and not asked[0][1].startswith("!")
        counted = f"{count:,} {words.one if count == 1 else words.many}"
        return {"search": search, "count": count, "counted": counted, "noun": self.noun, "ticked": ticked}


class ChosenLotsForm(SearchedForm):
    """Which lots."""

    lots = long_text_field("Lots", "Scan, paste or type their numbers; L00001..L00009 is a range.", rows=5, required=True)
    noun = "lots"

    def without(self) -> None:
        """Leave out the box where the lots were chosen elsewhere."""
        if self.began_with("search") != [""]:
            del self.fields["lots"]

    def lot_ids(self, actor: User) -> list[int]:
        """The lots that are meant. Refused: what names none; a search that finds others than were shown."""
        found = self.searched(actor)
        if found is not None:
            return found
        text = str(self.typed("lots")["lots"] or "")
        return lots_in_box(text) if text.strip() else []


class ChosenForm(SearchedForm):
    """Which units. `unit` is the one whose page this was opened from."""

    unit = forms.CharField(widget=forms.HiddenInput, required=False)
    units = long_text_field("Serial numbers", "Scan, paste or type them; A1..A9 is a range.", rows=6)
    item = text_field("Only of item", "Where several items bear a number.", spellcheck="false")

    @property
    def chosen_elsewhere(self) -> bool:
        """Whether the units come from a search or a unit's page."""
        return any(self.began_with(*SOURCES))

    def without(self, *names: str) -> None:
        """Leave out the box, and these, where the units were chosen elsewhere."""
        if self.chosen_elsewhere:
            for name in ("units", "item", *names):
                del self.fields[name]

    def unit_ids(self, actor: User) -> list[int]:
        """The units that are meant. Refused: what names none; a search that finds others than were shown."""
        unit = str(self.typed("unit")["unit"] or "")
        if unit:
            return [whole_number(unit)]
        found = self.searched(actor)
        if found is not None:
            return found
        text, named = str(self.typed("units")["units"] or ""), str(self.typed("item")["item"] or "")
        item = Item.objects.filter(pk=item_named(named)).first() if named.strip() else None
        if named.strip() and item is None:
            raise Invalid("no-such-item", f"There is no item “{named[:80]}”.", fields={"item": "There is no such item."})
        return units_in_box(text, item=item) if text.strip() else []

    def expired(self, actor: User) -> list[tuple[int, str, str, int]]:
        """The lots past their expiry among what was chosen elsewhere: id, number, expiry, how many units."""
        unit, search = self.began_with("unit", "search")
        if not (unit or search):
            return []
        return expired_lots([whole_number(unit)] if unit else ids_of_search(actor, search))

    def shown(self) -> dict[str, Any] | None:
        """What was chosen elsewhere: the one unit, or the search with how many it finds."""
        [unit] = self.began_with("unit")
        return {"unit": unit_or_404(whole_number(unit))} if unit else super().shown()


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


def first_choice(actor: User, given: QueryDict, noun: str = "serials") -> dict[str, str]:
    """What a form begins with when it is opened from a unit's page or from the list."""
    first = {name: str(given[name]) for name in SOURCES if given.get(name)}
    if "search" in first:
        first["seen"] = str(len(ids_of_search(actor, first["search"], noun=noun)))
    return {**first, "idempotency_key": new_key()}


def ids_of_search(actor: User, search: str, seen: int | None = None, noun: str = "serials") -> list[int]:
    """What a search of the list finds; one more than an act takes where there are more. Refused: others than were `seen`."""
    return found_by(listings.ALL[noun], search, actor=actor, most=MOST_LOTS if noun == "lots" else MOST_UNITS, expected=seen)
