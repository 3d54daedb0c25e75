"""What a list of units must show, worked out in Python from the rows themselves: the measure for the engine's SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cmp_to_key
from typing import Any

from nameplate.ledger import Kind
from nameplate.listings import grammar
from nameplate.listings.columns import Column
from nameplate.listings.matching import matches
from nameplate.listings.narrowing import grammar_column
from nameplate.listings.serials import SERIALS
from nameplate.models import ReturnUnit, Serial, Status, WriteOff
from nameplate.quantities import from_micro
from nameplate.serial_text import fold
from tests.listings.units import day_of

COLUMNS = {column.name: column for column in SERIALS.columns}


def why_written_off(unit: Serial) -> str | None:
    """Why a unit that is written off, and not at its vendor, was: as the reason is called, or as it was typed."""
    if unit.status != Status.WRITTEN_OFF or unit.at_vendor_id is not None:
        return None
    acts = unit.movements.filter(status=Status.WRITTEN_OFF, kind__in=(Kind.WRITTEN_OFF, Kind.REMOVED))
    last = acts.order_by("seq").last()
    if last is None:
        return None  # brought from elsewhere as written off
    entry = last.entry
    reason = WriteOff.objects.filter(document=entry.document_id).values_list("reason__name", flat=True).first()
    return entry.reason if reason is None else reason


def why_returned(unit: Serial) -> str | None:
    """The reason on the unit's last return."""
    if unit.return_doc_id is None:
        return None
    return ReturnUnit.objects.filter(serial=unit, paper=unit.return_doc_id).values_list("reason__name", flat=True).first()


VALUES: dict[str, Callable[[Serial], Any]] = {
    "serial": lambda unit: unit.number,
    "item": lambda unit: unit.item.number,
    "description": lambda unit: unit.item.description,
    "group": lambda unit: unit.item.group,
    "lot": lambda unit: unit.lot.number,
    "vendor_batch": lambda unit: unit.lot.vendor_batch,
    "expiry": lambda unit: unit.lot.expires_on,
    "cost": lambda unit: None if unit.lot.cost is None else from_micro(unit.lot.cost),
    "shipped_on": lambda unit: unit.shipped_on,
    "warranty_until": lambda unit: unit.warranty_until,
    "customer_order": lambda unit: unit.customer_order and unit.customer_order.number,
    "site": lambda unit: unit.location and unit.location.site.name,
    "location": lambda unit: unit.location and f"{unit.location.site.name} · {unit.location.name}",
    "customer": lambda unit: unit.customer and unit.customer.name,
    "source": lambda unit: unit.source and unit.source.number,
    "vendor": lambda unit: unit.source and unit.source.party and unit.source.party.name,
    "received_on": lambda unit: unit.received_on,
    "last_change": lambda unit: day_of(unit.last_entry.recorded_at),
    "hold": lambda unit: unit.hold,
    "by_whom": lambda unit: unit.last_entry.actor.username,
    "shipment": lambda unit: unit.shipment and unit.shipment.number,
    "built_into": lambda unit: unit.parent and unit.parent.number,
    "product": lambda unit: None if unit.outermost_id == unit.pk else unit.outermost.number,
    "made_by": lambda unit: unit.made_by and unit.made_by.number,
    "used_by": lambda unit: unit.used_by and unit.used_by.number,
    "reserved_for": lambda unit: unit.reserved_line and unit.reserved_line.document.number,
    "write_off_reason": why_written_off,
    "return": lambda unit: unit.return_doc and unit.return_doc.number,
    "return_reason": why_returned,
    "returned_on": lambda unit: unit.returned_on,
}
"""The value in a unit's column, as filters see it."""

ORDERS: dict[str, Callable[[Serial], tuple[Any, ...]]] = {
    "serial": lambda unit: (unit.sort_key,),
    "item": lambda unit: (unit.item.number_key, unit.item_id),
    "description": lambda unit: (unit.item.description_key, unit.item_id),
    "status": lambda unit: (unit.status,),
    "availability": lambda unit: (unit.availability,),
    "received_on": lambda unit: (unit.received_on,),
    "lot": lambda unit: (unit.lot.sort_key, unit.lot_id),
    "lot_status": lambda unit: (unit.lot.status, unit.lot_id),
    "expiry": lambda unit: (unit.lot.expires_on, unit.lot_id),
    "location": lambda unit: (unit.location and unit.location.label_key, unit.location_id),
    "site": lambda unit: (unit.location and unit.location.site.name_key, unit.location_id),
    "customer": lambda unit: (unit.customer and unit.customer.name_key, unit.customer_id),
    "source": lambda unit: (unit.source and unit.source.sort_key, unit.source_id),
    "vendor": lambda unit: (unit.source and unit.source.party and unit.source.party.name_key, unit.source_id),
    "last_change": lambda unit: (unit.last_entry_id,),
    "cost": lambda unit: (unit.lot.cost, unit.lot_id),
    "shipped_on": lambda unit: (unit.shipped_on,),
    "warranty_until": lambda unit: (unit.warranty_until,),
    "customer_order": lambda unit: (unit.customer_order and unit.customer_order.sort_key, unit.customer_order_id),
    "shipment": lambda unit: (unit.shipment and unit.shipment.sort_key, unit.shipment_id),
    "made_by": lambda unit: (unit.made_by and unit.made_by.sort_key, unit.made_by_id),
    "used_by": lambda unit: (unit.used_by and unit.used_by.sort_key, unit.used_by_id),
    "vendor_batch": lambda unit: (unit.lot.vendor_batch, unit.lot_id),
    "built_into": lambda unit: (unit.parent and unit.parent.sort_key, unit.parent_id),
    "product": lambda unit: (None, None) if unit.outermost_id == unit.pk else (unit.outermost.sort_key, unit.outermost_id),
    "place": lambda unit: (unit.place,),
    "reserved_for": lambda unit: (unit.reserved_line and unit.reserved_line.document.sort_key, unit.reserved_line_id),
    "return": lambda unit: (unit.return_doc and unit.return_doc.sort_key, unit.return_doc_id),
    "returned_on": lambda unit: (unit.returned_on,),
    "group": lambda unit: (unit.item.group, unit.item_id),
    "hold": lambda unit: (unit.hold,),
    "by_whom": lambda unit: (unit.last_entry.actor.username, unit.last_entry_id),
    "notes": lambda unit: (unit.notes,),
    "write_off_reason": lambda unit: (why_written_off(unit),),
    "return_reason": lambda unit: (why_returned(unit),),
    "withdrawn": lambda unit: (unit.withdrawn,),
}
"""What a unit is sorted by in each column: the value, then the linked row, so that each linked row's units stay together."""


def stored_of(unit: Serial, name: str) -> int | str:
    """The stored value of a unit's closed set."""
    stored: dict[str, int | str] = {"status": unit.status, "availability": unit.availability, "lot_status": unit.lot.status}
    return stored[name]


def _chosen(column: Column, text: str, stored: int | str) -> bool:
    slugs = {choice.stored: choice.slug for choice in column.choices}
    has = {slug for value, slug in slugs.items() if (int(stored) & int(value) if column.bits else stored == value)} or {"="}
    terms = [term.strip() for term in text.split(",")]
    wanted = {term for term in terms if not term.startswith("!")}
    refused = {term.removeprefix("!") for term in terms if term.startswith("!")}
    return bool(not wanted or wanted & has) and not refused & has


_SHORT = re.compile(r'\s*("[^"]{1,2}"|[^"!=<>*?.]{1,2})\s*')


def _at_the_start(text: str) -> str:
    """A filter of numbers with a star behind each term of one or two plain characters, which are looked for at the start."""
    return ",".join(f"{term.strip()}*" if _SHORT.fullmatch(term) and term.strip() else term for term in text.split(","))


def shows(unit: Serial, filters: Mapping[str, str]) -> bool:
    """Whether a list with these filters shows the unit."""
    for name, text in filters.items():
        column = COLUMNS[name]
        if column.choices:
            if not _chosen(column, text, stored_of(unit, name)):
                return False
            continue
        seen_as = grammar_column(column)
        wanted = grammar.parse(_at_the_start(text) if name == "serial" else text, seen_as)
        if not matches(wanted, VALUES[name](unit), seen_as):
            return False
    return not unit.withdrawn or names_numbers(filters.get("serial", ""))


def names_numbers(text: str) -> bool:
    """Whether a filter names numbers exactly, which finds withdrawn units too."""
    terms = [term.strip() for term in text.split(",")]
    return all(term.startswith("=") and len(term) > 1 for term in terms)


def in_order(units: Sequence[Serial], sort: str) -> list[Serial]:
    """The units as a list sorted by `sort` shows them: nothing last whichever way, ties in natural order, then by id."""
    sorts = [(part.removeprefix("-"), part.startswith("-")) for part in sort.split(",") if part]
    descending = bool(sorts) and sorts[-1][1]

    def terms(unit: Serial) -> list[tuple[Any, bool]]:
        found = [(value, down) for name, down in sorts for value in ORDERS[name](unit)]
        natural = [] if any(name == "serial" for name, _ in sorts) else [(unit.sort_key, descending)]
        return [*found, *natural, (unit.pk, descending)]

    def compared(one: Serial, other: Serial) -> int:
        for (left, down), (right, _) in zip(terms(one), terms(other), strict=True):
            if left == right:
                continue
            if left is None or right is None:
                return 1 if left is None else -1
            return (1 if left > right else -1) * (-1 if down else 1)
        return 0

    return sorted(units, key=cmp_to_key(compared))


def all_units() -> list[Serial]:
    """Every unit with all that lists show of it."""
    linked = (
        "item",
        "lot",
        "location__site",
        "customer",
        "source__party",
        "last_entry__actor",
        "customer_order",
        "shipment",
        "made_by",
        "used_by",
        "parent",
        "outermost",
        "reserved_line__document",
        "return_doc",
    )
    return list(Serial.objects.select_related(*linked))


def found_by_search(unit: Serial, text: str) -> bool:
    """Whether the search box finds the unit by `text`, of three characters or more."""
    key = fold(text)
    source, customer = unit.source, unit.customer
    searched = [unit.number, unit.item.number, unit.lot.number]
    searched += [source.number, source.party.name if source.party else ""] if source else []
    searched += [customer.name] if customer else []
    return any(key in fold(value) for value in searched)
