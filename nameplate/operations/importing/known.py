"""What the database knows of the items, vendors, locations and numbers that a file names: each kind asked for once, however many lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nameplate.ledger import bulk
from nameplate.models import Item, Location, Party, PartyRole, Tracking
from nameplate.operations.cataloguing.item_fields import TEXTS as ITEM_TEXTS
from nameplate.operations.cataloguing.parties import TEXTS as PARTY_TEXTS
from nameplate.operations.cataloguing.texts import read_texts
from nameplate.operations.entering.accepted import AcceptedFormat
from nameplate.serial_text import canonical


@dataclass(frozen=True, slots=True)
class Named:
    """What a text of the file means: the row with this id, one that is to be made (`id` None), or nothing, for `problem`."""

    text: str
    id: int | None = None
    problem: str = ""

    @property
    def key(self) -> str:
        """What two texts have in common that mean the same: the row, or what will be made."""
        return canonical(self.text) if self.id is None else f"#{self.id}"


@dataclass(slots=True)
class Known:
    """What was found, by the text as it stands in the file."""

    items: dict[str, Named] = field(default_factory=dict)
    rows: dict[int, Item] = field(default_factory=dict)
    vendors: dict[str, Named] = field(default_factory=dict)
    locations: dict[str, Named] = field(default_factory=dict)
    formats: dict[int, AcceptedFormat] = field(default_factory=dict)


def items_named(known: Known, texts: Iterable[str], *, create: bool) -> None:
    """The items with these numbers; those that there are not are to be made."""
    keys = {text: canonical(text) for text in texts}
    within = f"nameplate_item.number_key IN {bulk.text_set()}"
    found = Item.objects.extra(where=[within], params=[bulk.texts(set(keys.values()))])  # noqa: S610  # the SQL is ours
    by_key = {item.number_key: item for item in found}
    for text, key in keys.items():
        item = by_key.get(key)
        if item is None:
            known.items[text] = Named(text, problem=_cannot_make("number", text, ITEM_TEXTS, "item", create))
            continue
        known.rows[item.pk] = item
        known.items[text] = Named(text, item.pk, _against(item))
        if item.serial_format:
            known.formats[item.pk] = AcceptedFormat(item.serial_format)


def _against(item: Item) -> str:
    if item.archived:
        return f"{item} is archived; restore it first."
    return "" if item.tracking == Tracking.SERIAL else f"{item} is not followed by serial numbers."


def _cannot_make(name: str, text: str, rules: Mapping[str, Any], noun: str, create: bool) -> str:
    if not create:
        return f"There is no {noun} “{text[:80]}”."
    wrong: dict[str, str] = {}
    read_texts({name: rules[name]}, {name: text}, wrong)
    return wrong.get(name, "")


def vendors_named(known: Known, texts: Collection[str], *, create: bool) -> None:
    """The vendors with these numbers or names; those that there are not are to be made."""
    keys = {text: canonical(text) for text in texts}
    wanted = bulk.texts(set(keys.values()))
    within = f"(number_key IN {bulk.text_set()} OR name_key IN {bulk.text_set()})"
    found = Party.objects.extra(where=[within], params=[wanted, wanted])  # noqa: S610  # the SQL is ours
    by_number: dict[str, list[Party]] = {}
    by_name: dict[str, list[Party]] = {}
    for party in found.filter(role=PartyRole.VENDOR).order_by("pk"):
        by_number.setdefault(party.number_key, []).append(party)
        by_name.setdefault(party.name_key, []).append(party)
    for text, key in keys.items():
        hits = by_number.get(key) or by_name.get(key, [])
        if not hits:
            known.vendors[text] = Named(text, problem=_cannot_make("name", text, PARTY_TEXTS, "vendor", create))
        elif len(hits) > 1:
            numbers = ", ".join(party.number for party in hits[:5])
            known.vendors[text] = Named(text, problem=f"Several vendors are called “{text[:80]}”; say one’s number: {numbers}.")
        else:
            known.vendors[text] = Named(text, hits[0].pk, f"{hits[0]} is archived; restore it first." if hits[0].archived else "")


def locations_named(known: Known, texts: Collection[str]) -> None:
    """The locations with these labels (“site · name”), or with these names where only one has it."""
    keys = {text: canonical(text) for text in texts}
    wanted = bulk.texts(set(keys.values()))
    within = f"(nameplate_location.label_key IN {bulk.text_set()} OR nameplate_location.name_key IN {bulk.text_set()})"
    found = Location.objects.extra(where=[within], params=[wanted, wanted])  # noqa: S610  # the SQL is ours
    by_label: dict[str, list[Location]] = {}
    by_name: dict[str, list[Location]] = {}
    for place in found.select_related("site").order_by("pk"):
        by_label.setdefault(place.label_key, []).append(place)
        by_name.setdefault(place.name_key, []).append(place)
    for text, key in keys.items():
        hits = by_label.get(key) or by_name.get(key, [])
        if not hits:
            known.locations[text] = Named(text, problem=f"There is no location “{text[:80]}”.")
        elif len(hits) > 1:
            labels = ", ".join(f"{place.site} · {place}" for place in hits[:3])
            known.locations[text] = Named(text, problem=f"Several locations are called “{text[:80]}”; say which: {labels}.")
        else:
            known.locations[text] = Named(text, hits[0].pk, _unusable(hits[0]))


def _unusable(place: Location) -> str:
    if place.purpose == Location.Purpose.TRANSIT:
        return "Nothing is received into “in transit”."
    return f"{place} is archived; choose a location in use." if place.archived or place.site.archived else ""


_BEARERS = (
    "SELECT s.key, s.item_id, i.number, s.id, s.status, s.received_on, s.source_id, d.number, s.hold, root.number, e.happened_at "
    "FROM nameplate_serial s JOIN nameplate_item i ON i.id = s.item_id JOIN nameplate_entry e ON e.id = s.last_entry_id "
    "LEFT JOIN nameplate_document d ON d.id = s.source_id "
    "LEFT JOIN nameplate_serial root ON root.id = s.outermost_id AND root.id <> s.id "
    "WHERE NOT s.withdrawn AND s.key IN {keys} ORDER BY s.id"
)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A unit that bears a number of the file."""

    item_id: int
    item: str
    unit_id: int
    status: int
    received_on: str
    source_id: int | None
    source: str
    hold: str
    product: str
    last: dt.datetime
    """When the last thing happened to it."""


def bearers_of(keys: Collection[str]) -> dict[str, list[Bearer]]:
    """By key, the units that bear it, of whatever item. One statement."""
    found: dict[str, list[Bearer]] = {}
    for key, item, number, unit, status, day, source, document, hold, product, last in bulk.query(
        _BEARERS.format(keys=bulk.text_set()), [bulk.texts(keys)]
    ):
        bearer = Bearer(item, number, unit, status, str(day or "")[:10], source, document or "", hold, product or "", _moment(last))
        found.setdefault(key, []).append(bearer)
    return found


def _moment(value: dt.datetime | str) -> dt.datetime:
    """A moment as either database answers it."""
    found = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
