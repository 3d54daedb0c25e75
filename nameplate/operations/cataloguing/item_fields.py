"""What can be typed about an item: read into its columns and checked, each field at fault with a sentence of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypedDict

from django.utils import timezone

from nameplate import functions
from nameplate.models import Item, Location, Tracking
from nameplate.number_patterns import LONGEST_PATTERN, read_pattern
from nameplate.operations.cataloguing import gtin
from nameplate.operations.cataloguing.amounts import read_money, read_warranty, read_whole
from nameplate.operations.cataloguing.texts import Text, read_texts
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.entering.accepted import AcceptedFormat
from nameplate.refusals import Refused
from nameplate.serial_text import LONGEST, canonical

TEXTS = {
    "number": Text("Item number", 100, required=True, identifier=True),
    "description": Text("Description", 200),
    "group": Text("Group", 100),
    "unit": Text("Unit of measure", 20, required=True),
    "gtin": Text("GTIN", 40, identifier=True),
    "serial_format": Text("Accepted format", 120, identifier=True),
    "serial_characters": Text("Allowed characters", 200, identifier=True),
    "serial_prefix": Text("Prefix to take off", 40, identifier=True),
    "serial_pattern": Text("Numbering pattern", LONGEST_PATTERN, identifier=True),
    "notes": Text("Notes", 10_000, lines=True),
}
NUMBERS = {
    "serial_shortest": ("Fewest characters", LONGEST),
    "serial_longest": ("Most characters", LONGEST),
    "shelf_life_days": ("Shelf life", 36_500),
}
"""Whole numbers with their labels and the most that each can be."""
FORMAT = ("serial_format", "serial_shortest", "serial_longest", "serial_characters", "serial_prefix")
"""The fields of an item's accepted format."""
FUNCTIONS = {Tracking.SERIAL.value: functions.SERIAL_NUMBERS, Tracking.LOT.value: functions.LOTS}
"""What must be on for an item to be followed so."""

Places = Callable[[Location | int], Location | None]
"""Finds a location in which items can be kept."""


class ItemFields(TypedDict, total=False):
    """What can be typed about an item. What is left out keeps its value (or its default)."""

    number: str
    description: str
    group: str
    tracking: str
    unit: str
    gtin: str
    serial_format: str
    serial_shortest: int | str | None
    serial_longest: int | str | None
    serial_characters: str
    serial_prefix: str
    serial_pattern: str
    default_location: Location | int | None
    bought: bool
    made: bool
    requires_inspection: bool
    shelf_life_days: int | str | None
    warranty_months: int | str | None
    cost: Decimal | int | str | None
    notes: str
    custom: Mapping[str, object]
    """Values of custom fields by slug."""


def usable_place(given: Location | int) -> Location | None:
    """The location, if goods can lie there."""
    usable = Location.objects.exclude(purpose=Location.Purpose.TRANSIT).filter(archived=False, site__archived=False)
    return usable.filter(pk=id_of(given)).first()


def read_item(given: ItemFields, item: Item, wrong: dict[str, str], *, places: Places = usable_place) -> dict[str, object]:
    """The columns that `given` sets, checked against each other and against what `item` has already."""
    texts = read_texts(TEXTS, given, wrong)
    values: dict[str, object] = {**texts}
    if "number" in texts:
        values["number_key"] = canonical(texts["number"])
    if "description" in texts:
        values["description_key"] = canonical(texts["description"])
    if texts.get("gtin") and (problem := gtin.problem_of(texts["gtin"])):
        wrong["gtin"] = problem
    values.update({name: bool(given[name]) for name in ("bought", "made", "requires_inspection") if name in given})
    numbers: Mapping[str, object] = given
    for name, (label, most) in NUMBERS.items():
        if name in given:
            values[name] = read_whole(label, numbers[name], name, wrong, most=most)  # type: ignore[arg-type]  # as ItemFields says
    if "warranty_months" in given:
        values["warranty_months"] = read_warranty(given["warranty_months"], "warranty_months", wrong, least=1, before=item.warranty_months)
    if "cost" in given:
        values["cost"] = read_money("Cost", given["cost"], "cost", wrong)
    if "tracking" in given:
        if given["tracking"] in Tracking.values:
            values["tracking"] = str(given["tracking"])
        else:
            wrong["tracking"] = "Choose how its units are followed: " + ", ".join(Tracking.values) + "."
    if "default_location" in given:
        values["default_location"] = _default_location(given["default_location"], wrong, places)
    _check_format({name: values.get(name, getattr(item, name)) for name in FORMAT}, values.get("tracking", item.tracking), wrong)
    _check_pattern(values, item, wrong)
    return values


def function_off(tracking: str) -> str:
    """The name of the function without which items that are followed so stand still, while it is off; empty for none."""
    name = FUNCTIONS.get(tracking, "")
    return name if name and not functions.is_on(name) else ""


def require_tracking(tracking: object) -> None:
    """Refuse to have units followed in a way that is switched off."""
    if tracking in FUNCTIONS:
        functions.require_on(FUNCTIONS[str(tracking)], f"An item followed by {Tracking(tracking).label.lower()}", field="tracking")


def format_from(fields: Mapping[str, object]) -> AcceptedFormat:
    """The accepted format that an item's own columns describe. Raises `Invalid` on one that no number could fit."""
    shortest, longest = fields.get("serial_shortest"), fields.get("serial_longest")
    return AcceptedFormat(
        pattern=str(fields.get("serial_format") or ""),
        shortest=shortest if isinstance(shortest, int) else 1,
        longest=longest if isinstance(longest, int) else LONGEST,
        characters=str(fields.get("serial_characters") or ""),
        prefix=str(fields.get("serial_prefix") or ""),
    )


def accepted_of(item: Item) -> AcceptedFormat | None:
    """What the numbers of this item look like; None when any will do. Asked wherever numbers of an item are entered."""
    fields = {name: getattr(item, name) for name in FORMAT}
    return format_from(fields) if any(fields.values()) else None


def _check_format(fields: Mapping[str, object], tracking: object, wrong: dict[str, str]) -> None:
    given = [name for name in FORMAT if fields[name]]
    if not given or wrong.keys() & set(FORMAT):
        return
    if tracking != Tracking.SERIAL:
        wrong.setdefault(given[0], "Only an item followed by serial numbers has an accepted format; empty this field.")
        return
    try:
        format_from(fields)
    except Refused as refusal:
        field = {"pattern": "serial_format", "longest": "serial_longest"}[next(iter(refusal.fields))]
        wrong.setdefault(field, refusal.message)


def _check_pattern(values: Mapping[str, object], item: Item, wrong: dict[str, str]) -> None:
    """Refuse a numbering pattern that cannot be read, or whose numbers the item would not accept."""
    text = str(values.get("serial_pattern", item.serial_pattern))
    if not text or wrong.keys() & {"serial_pattern", *FORMAT}:
        return
    if values.get("tracking", item.tracking) != Tracking.SERIAL:
        wrong["serial_pattern"] = "Only an item followed by serial numbers has a numbering pattern; empty this field."
        return
    try:
        first = read_pattern(text, longest=LONGEST).number(1, timezone.localdate())
    except Refused as refusal:
        wrong["serial_pattern"] = refusal.message
        return
    problem = format_from({name: values.get(name, getattr(item, name)) for name in FORMAT}).problem_of(first)
    if problem is not None:
        wrong["serial_pattern"] = f"It would make {first}, which the item does not accept. {problem.message}"


def _default_location(given: Location | int | None, wrong: dict[str, str], places: Places) -> Location | None:
    if given is None:
        return None
    location = places(given)
    if location is None:
        wrong["default_location"] = "There is no such location, or it is archived; choose another."
    return location
