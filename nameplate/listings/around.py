"""What was done to the products that a unit was inside, at every level: it went where they went, and reads their entries as its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from nameplate.ledger.kinds import Kind
from nameplate.models import Component, Entry, Movement

MOST = 300
"""Movements on one page of a history; a product has hardly more while one unit is inside."""
ITS_OWN = (Kind.REFITTED, Kind.EDITED, Kind.PRODUCED, Kind.RECEIVED, Kind.PLANNED)
"""What concerns the product alone."""
FOREVER = 2**62
_LATER = "CASE WHEN c.since_id > h.low THEN c.since_id ELSE h.low END"
_EARLIER = f"CASE WHEN COALESCE(c.until_id, {FOREVER}) < h.high THEN c.until_id ELSE h.high END"
_STAYS = (
    f"WITH RECURSIVE h(unit, low, high) AS (SELECT CAST({{unit}} AS bigint), CAST(0 AS bigint), CAST({FOREVER} AS bigint) "
    f"UNION ALL SELECT c.parent_id, {_LATER}, {_EARLIER} FROM h JOIN nameplate_component c ON c.child_id = h.unit "
    f"AND c.parent_id IS NOT NULL AND {_LATER} < {_EARLIER})"
)
Stay = tuple[int, int, int]
"""(product, entry by which the unit came to be inside it, entry by which it came out), at whatever level."""


def around(unit_id: int, stretch: tuple[int, int], columns: Sequence[str]) -> list[dict[str, Any]]:
    """The movements of products by the entries within `stretch` (ends excluded) while the unit was inside them, newest first.

    Each with these columns, the movement before it (`earlier`), and the entry that took it back (`undone_by`). As many statements as the
    unit was deep, and a few.
    """
    stays = [(product, max(since, stretch[0]), min(until, stretch[1])) for product, since, until in _stays(unit_id)]
    within = [Q(serial=product, entry__gt=since, entry__lt=until) for product, since, until in stays if since < until - 1]
    if not within:
        return []
    found = Movement.objects.filter(reduce(or_, within)).exclude(kind__in=ITS_OWN)
    rows: list[dict[str, Any]] = list(found.order_by("-entry", "-seq").values(*columns)[:MOST])
    earlier = _earlier(rows, columns)
    undone = {
        (entry, serial): by
        for entry, serial, by in Entry.objects.filter(
            reverses__in=[row["entry_id"] for row in rows], movements__serial__in={row["serial_id"] for row in rows}
        ).values_list("reverses_id", "movements__serial_id", "id")
    }
    for row in rows:
        row["earlier"] = earlier.get((row["serial_id"], row["seq"] - 1))
        row["undone_by"] = undone.get((row["entry_id"], row["serial_id"]))
    return rows


def among_its_products(unit_id: int) -> str:
    """The condition that a movement `s` is the unit's own, or was done to a product by another entry while the unit was inside it."""
    stays = _STAYS.format(unit=int(unit_id))
    others = ", ".join(str(int(kind)) for kind in ITS_OWN)
    return (
        f"s.serial_id IN ({stays} SELECT h.unit FROM h) AND (s.serial_id = {int(unit_id)} OR (s.kind NOT IN ({others}) "
        f"AND EXISTS ({stays} SELECT 1 FROM h WHERE h.unit = s.serial_id AND s.entry_id > h.low AND s.entry_id < h.high) "
        f"AND NOT EXISTS (SELECT 1 FROM nameplate_movement o WHERE o.serial_id = {int(unit_id)} AND o.entry_id = s.entry_id)))"
    )


def _stays(unit_id: int) -> list[Stay]:
    """Where the unit was, level by level: a product of its product counts while both were inside."""
    found: list[Stay] = []
    level: list[Stay] = [(unit_id, 0, FOREVER)]
    while level:
        edges = Component.objects.filter(child__in={unit for unit, _, _ in level}, parent__isnull=False)
        above: list[Stay] = []
        for child, parent, since, until in edges.values_list("child_id", "parent_id", "since_id", "until_id"):
            for unit, low, high in level:
                stay = (parent, max(low, since), min(high, until or FOREVER))
                if unit == child and stay[1] < stay[2]:
                    above.append(stay)
        found += above
        level = above
    return found


def _earlier(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> dict[tuple[int, int], dict[str, Any]]:
    """The movement before each of these, by unit and seq."""
    wanted = [Q(serial=row["serial_id"], seq=row["seq"] - 1) for row in rows if row["seq"] > 1]
    if not wanted:
        return {}
    before = Movement.objects.filter(reduce(or_, wanted)).values(*columns)
    return {(row["serial_id"], row["seq"]): row for row in before}
