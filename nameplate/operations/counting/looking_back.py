"""How units stood when they were scanned: a scan may be judged long after it was made, by when its unit went its way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from nameplate.ledger import bulk
from nameplate.ledger.verifying.units import AVAILABILITY
from nameplate.listings.standing import STANDS, moment_literal
from nameplate.models import ScanVerdict
from nameplate.models.serials import IN_STOCK
from nameplate.operations.counting.judging import Bearer, verdict_on, whereabouts
from nameplate.operations.counting.sightings import aware

_TOUCHED = "SELECT s.id FROM nameplate_serial s JOIN nameplate_entry y ON y.id = s.last_entry_id WHERE {units} AND y.recorded_at > {since}"
_STOOD = (
    f"SELECT m.serial_id, e.happened_at, m.seq, m.status, {AVAILABILITY}, m.location_id, t.name || ' · ' || l.name, p.name, o.number "
    "FROM nameplate_movement m JOIN nameplate_entry e ON e.id = m.entry_id LEFT JOIN nameplate_location l ON l.id = m.location_id "
    "LEFT JOIN nameplate_site t ON t.id = l.site_id LEFT JOIN nameplate_party p ON p.id = m.customer_id "
    f"LEFT JOIN nameplate_serial o ON o.id = m.parent_id WHERE m.serial_id IN ({_TOUCHED}) AND {STANDS} ORDER BY m.serial_id, m.seq"
)
_WELL = (ScanVerdict.OK, ScanVerdict.RESERVED)


class Past:
    """What was done to these units since a moment, and how they stood before it. One statement; what was undone never was."""

    def __init__(self, unit_ids: Collection[int], since: datetime) -> None:
        self._stood: dict[int, list[tuple[datetime, tuple[int, int, int, int | None, str | None, str | None, str | None]]]] = {}
        sql = _STOOD.format(units=bulk.among("s.id"), since=moment_literal(since)) if unit_ids else ""
        for unit, happened, *placed in bulk.query(sql, [bulk.ids(unit_ids)]) if sql else []:
            seq, status, availability, location, place, customer, parent = placed
            self._stood.setdefault(unit, []).append((aware(happened), (seq, status, availability, location, place, customer, parent)))

    def at(self, unit: Bearer, moment: datetime) -> Bearer:
        """The unit as it stood at the moment; as it stands where nothing was done to it since, or where it was not there yet."""
        known = self._stood.get(unit.id, [])
        before = [placed for happened, placed in known if happened <= moment]
        if not before or len(before) == len(known):
            return unit
        seq, status, availability, location, place, customer, parent = before[-1]
        return replace(
            unit,
            version=seq,
            status=status,
            availability=availability,
            location_id=location,
            place=place,
            customer=customer,
            parent=parent,
        )


def verdict_then(unit: Bearer, stood: Bearer, *, item_id: int | None, item: str, here: int | None) -> tuple[ScanVerdict, str]:
    """The verdict on a unit that `stood` so when it was scanned at `here`. What the books have put right since is not held against it."""
    verdict, said = verdict_on(unit, item_id=item_id, item=item, here=here)
    if stood is unit or verdict not in (ScanVerdict.GONE, ScanVerdict.ELSEWHERE):
        return verdict, said
    since = f"Since then {f'it came to {unit.place}' if unit.status in IN_STOCK else whereabouts(unit)}."
    verdict, said = verdict_on(stood, item_id=item_id, item=item, here=here)
    if verdict in _WELL:
        return verdict, f"{unit.item} {unit.number} was where it should be when it was scanned. {since}"
    return verdict, f"{said} {since}"
