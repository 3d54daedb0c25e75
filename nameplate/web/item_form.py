"""The form of an item: what can be typed, what it begins with, and the box in which its accepted format is tried."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundWidget

from nameplate import functions
from nameplate.models import Item, Tracking
from nameplate.operations import cataloguing
from nameplate.operations.cataloguing.item_fields import FORMAT, FUNCTIONS, format_from
from nameplate.operations.company import company
from nameplate.operations.entering.trying import Trial, try_numbers
from nameplate.operations.numbering import upcoming_serials
from nameplate.quantities import from_micro
from nameplate.refusals import Refused
from nameplate.web import own_fields
from nameplate.web.forms import EditForm, choosing_field, long_text_field, new_key, text_field, whole_number
from nameplate.web.options import label_of, location_named, proposals

TRACKING_HELP = {
    Tracking.SERIAL: "Every unit has its own number.",
    Tracking.LOT: "Units are followed by the lot they came in.",
    Tracking.NONE: "Only how many there are.",
}
AS_THEY_ARE = ("number", "description", "group", "unit", "tracking", "gtin", "bought", "made", "requires_inspection", "notes", "version")
OR_EMPTY = (
    "serial_format",
    "serial_shortest",
    "serial_longest",
    "serial_characters",
    "serial_prefix",
    "serial_pattern",
    "shelf_life_days",
    "warranty_months",
)


BY_FUNCTION = {
    **dict.fromkeys(("serial_pattern", *FORMAT), functions.SERIAL_NUMBERS),
    "shelf_life_days": functions.EXPIRY_DATES,
    "requires_inspection": functions.QUALITY_CONTROL,
}
"""The fields that belong to a function."""


def _exact(label: str, help_text: str = "", *, required: bool = False, inputmode: str = "text") -> forms.CharField:
    """A line of text that no keyboard should mend."""
    return text_field(label, help_text, required=required, spellcheck="false", autocapitalize="off", inputmode=inputmode)


class ItemForm(EditForm):
    """What can be typed about an item."""

    number = _exact("Item number", "What your drawings and labels call it.", required=True)
    group = choosing_field("Group", "groups", "Drives, screws, finished goods…")
    description = text_field("Description")
    unit = text_field("Unit of measure", "pcs, kg, m…", required=True)
    gtin = _exact("GTIN", "The 8 to 14 digits under its barcode.", inputmode="numeric")
    tracking = forms.ChoiceField(label="Followed by", choices=Tracking.choices, widget=forms.RadioSelect)
    serial_format = _exact(
        "Accepted format", "What its serial numbers look like: # a digit, @ a letter, ? any character, a final * the rest. WD-@@@@########"
    )
    serial_shortest = text_field("Fewest characters", inputmode="numeric")
    serial_longest = text_field("Most characters", inputmode="numeric")
    serial_characters = _exact("Allowed characters", "Each one written out; empty allows all.")
    serial_prefix = _exact("Prefix to take off", "Scanned in front of the number, and no part of it: SN:")
    serial_pattern = _exact(
        "Numbering pattern",
        "Proposes the next numbers, for units that you number yourself: {0000} counts, {YYYY}, {YY}, {MM} and {DD} are the day. SP-{00000}",
    )
    bought = forms.BooleanField(label="Bought", help_text="It can be put on purchase orders.", required=False)
    made = forms.BooleanField(label="Made", help_text="It is produced here.", required=False)
    requires_inspection = forms.BooleanField(
        label="Requires inspection", help_text="What comes in is on hold until an inspector passes it.", required=False
    )
    default_location = choosing_field("Default location", "locations", "Proposed when it is received.")
    cost = text_field("Cost of one unit", "Proposed where an order has no price.", inputmode="decimal")
    shelf_life_days = text_field("Shelf life in days", "Proposes when a new lot expires.", inputmode="numeric")
    warranty_months = text_field("Warranty in months", "Counted from the day it is shipped; at most 360.", inputmode="numeric")
    notes = long_text_field("Notes")
    try_numbers = long_text_field("Try some numbers", "As they would be scanned or typed. Nothing of this is kept.", rows=4)


def first_values() -> dict[str, Any]:
    """What a new item's form begins with."""
    usual = next(way for way in Tracking if way not in FUNCTIONS or functions.is_on(FUNCTIONS[way]))
    return {"idempotency_key": new_key(), "unit": "pcs", "tracking": usual.value, "bought": True, "version": 1}


def initial(item: Item) -> dict[str, Any]:
    """What the form of an item that stands begins with."""
    return {
        **{name: getattr(item, name) for name in AS_THEY_ARE},
        **{name: getattr(item, name) or "" for name in OR_EMPTY},
        "cost": "" if item.cost is None else f"{from_micro(item.cost):f}",
        "default_location": label_of(item.default_location) if item.default_location else "",
        "idempotency_key": new_key(),
    }


def given(form: ItemForm) -> cataloguing.ItemFields:
    """What was typed, as the operation takes it."""
    typed = own_fields.gathered(form)
    del typed["try_numbers"]
    for name in _hidden():
        del typed[name]  # it was not on the page: its value stays
    typed["default_location"] = location_named(typed["default_location"] or "")
    return cast(cataloguing.ItemFields, typed)  # the form’s fields are those


def _hidden() -> list[str]:
    """Fields that the page leaves out while their function is off."""
    return [name for name, function in BY_FUNCTION.items() if not functions.is_on(function)]


def _ways(form: ItemForm) -> list[tuple[BoundWidget, str]]:
    """The ways in which units can be followed now, each with what it means; the item's own always."""
    ways = zip(Tracking, form["tracking"], TRACKING_HELP.values(), strict=True)
    own = str(form["tracking"].value() or "")
    return [(way, help_text) for one, way, help_text in ways if one == own or one not in FUNCTIONS or functions.is_on(FUNCTIONS[one])]


def context(form: ItemForm, item: Item | None = None) -> dict[str, Any]:
    """What the page of the form shows beside it."""
    trials, trouble = _tried(form) if form.is_bound else ([], "")
    return {
        "locations": proposals("locations"),
        "groups": proposals("groups"),
        "ways": _ways(form),
        "currency": company().currency,
        "own": own_fields.controls(form),
        "trials": trials,
        "trouble": trouble,
        "upcoming": _upcoming(form, item),
    }


def _upcoming(form: ItemForm, item: Item | None) -> list[str]:
    """The next numbers that the pattern would propose; none while it cannot be read, which the form says when it is sent."""
    text = str(form["serial_pattern"].value() or "").strip()
    try:
        return upcoming_serials(item.pk if item else None, text) if text else []
    except Refused:
        return []


def _tried(form: ItemForm) -> tuple[list[Trial], str]:
    """A verdict on each number to be tried, or what is wrong with the format as typed."""
    typed = {name: value or "" for name, value in form.typed().items()}
    if not typed["try_numbers"].strip():
        return [], ""
    lengths = {name: whole_number(typed[name].strip()) or None for name in ("serial_shortest", "serial_longest")}
    texts = {name: typed[name].strip() for name in ("serial_format", "serial_characters", "serial_prefix")}
    try:
        return try_numbers(typed["try_numbers"], format_from({**texts, **lengths})), ""
    except Refused as refusal:
        return [], refusal.message
