"""Units that were seen at two places while the books left them alone: one of the scans is wrong, and which one is settled by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from nameplate.ledger import bulk

SEEN_AT_TWO = "it was seen at two places"
_EVER = 2**62
# What was moved in the books between two scans may well have been seen at two places: only the scans since then are compared.
_SCANS = (
    "SELECT s.id, s.number, i.number, c.id, l.id, t.name || ' · ' || l.name, u.username, c.scanned_at FROM nameplate_countscan c "
    "JOIN nameplate_serial s ON s.id = c.serial_id JOIN nameplate_item i ON i.id = s.item_id JOIN nameplate_user u ON u.id = c.by_id "
    "JOIN nameplate_location l ON l.id = c.location_id JOIN nameplate_site t ON t.id = l.site_id "
    "WHERE c.count_id = %s AND NOT c.taken_back AND c.serial_id IN ("
    "SELECT k.serial_id FROM nameplate_countscan k WHERE k.count_id = %s AND NOT k.taken_back AND k.verdict <> 'other' "
    "GROUP BY k.serial_id HAVING min(k.location_id) <> max(k.location_id)) "
    "AND NOT EXISTS (SELECT 1 FROM nameplate_movement m WHERE m.serial_id = s.id AND m.seq > c.version AND m.placed AND m.entry_id <= %s) "
    "ORDER BY i.number_key, s.sort_key, s.id, c.id"
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A scan that stands, and where it was made."""

    scan_id: int
    location_id: int
    place: str
    who: str
    when: datetime


@dataclass(frozen=True, slots=True)
class SeenTwice:
    """A unit with its sightings, in their order: they are at two places, or more."""

    id: int
    number: str
    item: str
    sightings: list[Sighting] = field(default_factory=list)


def seen_at_two_places(count: int, *, until: int | None = None) -> list[SeenTwice]:
    """Such units; of a count that is done, as they were up to the entry `until`. One statement."""
    found: dict[int, SeenTwice] = {}
    for unit, number, item, *sighting in bulk.query(_SCANS, [count, count, until or _EVER]):
        scan, location, place, who, when = sighting
        found.setdefault(unit, SeenTwice(unit, number, item)).sightings.append(Sighting(scan, location, place, who, aware(when)))
    return [one for one in found.values() if len({sighting.location_id for sighting in one.sightings}) > 1]


def aware(when: Any) -> datetime:
    """A moment as raw SQL reads it: aware on PostgreSQL, a text in UTC on SQLite."""
    found = datetime.fromisoformat(when) if isinstance(when, str) else when
    return found if timezone.is_aware(found) else found.replace(tzinfo=UTC)
