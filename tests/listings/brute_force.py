"""What a list of units must show, worked out in Python from the rows themselves: the measure for the engine's SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cmp_to_key
from typing import Any

from nameplate.listings import grammar
from nameplate.listings.columns import Column
from nameplate.listings.matching import matches
from nameplate.listings.narrowing import grammar_column
from nameplate.listings.search import from_the_start
from nameplate.listings.serials import SERIALS
from nameplate.models import Serial
from nameplate.serial_text import fold
from tests.listings.units import day_of

COLUMNS = {column.name: column for column in SERIALS.columns}


def value_of(unit: Serial, name: str) -> Any:
    """The value in a unit's column, as filters see it."""
    match name:
        case "serial":
            return unit.number
        case "item":
            return unit.item.number
        case "description":
            return unit.item.description
        case "group":
            return unit.item.group
        case "lot":
            return unit.lot.number
        case "vendor_batch":
            return unit.lot.vendor_batch
        case "expiry":
            return unit.lot.expires_on
        case "site":
            return unit.location and unit.location.site.name
        case "location":
            return unit.location and f"{unit.location.site.name} · {unit.location.name}"
        case "customer":
            return unit.customer and unit.customer.name
        case "source":
            return unit.source and unit.source.number
        case "vendor":
            return unit.source and unit.source.party and unit.source.party.name
        case "received_on":
            return unit.received_on
        case "last_change":
            return day_of(unit.last_entry.recorded_at)
        case "by_whom":
            return unit.last_entry.actor.username
    raise KeyError(name)


def stored_of(unit: Serial, name: str) -> int | str:
    """The stored value of a unit's closed set."""
    return {"status": unit.status, "availability": unit.availability, "lot_status": unit.lot.status}[name]


def _chosen(column: Column, text: str, stored: int | str) -> bool:
    slugs = {choice.stored: choice.slug for choice in column.choices}
    has = {slug for value, slug in slugs.items() if (int(stored) & int(value) if column.bits else stored == value)} or {"="}
    terms = [term.strip() for term in text.split(",")]
    wanted = {term for term in terms if not term.startswith("!")}
    refused = {term.removeprefix("!") for term in terms if term.startswith("!")}
    return bool(not wanted or wanted & has) and not refused & has


def shows(unit: Serial, filters: Mapping[str, str]) -> bool:
    """Whether a list with these filters shows the unit."""
    for name, text in filters.items():
        column = COLUMNS[name]
        if column.choices:
            if not _chosen(column, text, stored_of(unit, name)):
                return False
            continue
        seen_as = grammar_column(column)
        wanted = grammar.parse(text, seen_as)
        if wanted is not None and name == "serial":
            wanted = from_the_start(wanted)
        if not matches(wanted, value_of(unit, name), seen_as):
            return False
    return not unit.withdrawn


def _order(unit: Serial, name: str) -> tuple[Any, ...]:
    lot, place, source, customer = unit.lot, unit.location, unit.source, unit.customer
    match name:
        case "serial":
            return (unit.sort_key,)
        case "item":
            return (unit.item.number_key, unit.item_id)
        case "description":
            return (unit.item.description_key, unit.item_id)
        case "status" | "availability" | "received_on":
            return (getattr(unit, name),)
        case "lot":
            return (lot.sort_key, lot.pk)
        case "lot_status":
            return (lot.status, lot.pk)
        case "expiry":
            return (lot.expires_on, lot.pk)
        case "location":
            return (place and place.label_key, unit.location_id)
        case "site":
            return (place and place.site.name_key, unit.location_id)
        case "customer":
            return (customer and customer.name_key, unit.customer_id)
        case "source":
            return (source and source.sort_key, unit.source_id)
        case "vendor":
            return (source and source.party and source.party.name_key, unit.source_id)
        case "last_change":
            return (unit.last_entry_id,)
    raise KeyError(name)


def in_order(units: Sequence[Serial], sort: str) -> list[Serial]:
    """The units as a list sorted by `sort` shows them: nothing last whichever way, ties in natural order, then by id."""
    sorts = [(part.removeprefix("-"), part.startswith("-")) for part in sort.split(",") if part]
    descending = bool(sorts) and sorts[-1][1]

    def terms(unit: Serial) -> list[tuple[Any, bool]]:
        found = [(value, down) for name, down in sorts for value in _order(unit, name)]
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
    linked = ("item", "lot", "location__site", "customer", "source__party", "last_entry__actor")
    return list(Serial.objects.select_related(*linked))


def found_by_search(unit: Serial, text: str) -> bool:
    """Whether the search box finds the unit by `text`, of three characters or more."""
    key = fold(text)
    source, customer = unit.source, unit.customer
    searched = [unit.number, unit.item.number, unit.lot.number]
    searched += [source.number, source.party.name if source.party else ""] if source else []
    searched += [customer.name] if customer else []
    return any(key in fold(value) for value in searched)
