"""What went with a shipment after two mixed-up units were put right: the unit that stands there now, in place of the one scanned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import NamedTuple

from nameplate.ledger import bulk
from nameplate.ledger.kinds import Kind
from nameplate.models import SHIPMENTS_SWAPPED

_LIVE = (
    "NOT EXISTS (SELECT 1 FROM nameplate_entry v JOIN nameplate_movement u ON u.entry_id = v.id AND u.serial_id = {0}.serial_id "
    "WHERE v.reverses_id = {0}.entry_id)"
)
"""Not undone since for this unit."""
_IS_SWAP = (
    f"{{0}}.kind = {Kind.CORRECTED.value} AND EXISTS (SELECT 1 FROM nameplate_entry w WHERE w.id = {{0}}.entry_id "
    f"AND w.act = '{SHIPMENTS_SWAPPED}')"
)
_ANY = f"SELECT DISTINCT c.serial_id FROM nameplate_movement c WHERE {{chosen}} AND {_IS_SWAP.format('c')} AND {_LIVE.format('c')}"
_NEXT = (
    "(SELECT min(n.seq) FROM nameplate_movement n WHERE n.serial_id = h.unit AND n.seq > h.seq "
    f"AND (n.kind = {Kind.SHIPPED.value} OR {_IS_SWAP.format('n')}) AND {_LIVE.format('n')})"
)
"""The unit's next swap; where it was shipped anew before that, the shipping, which ends the stretch."""
_STEP = (
    f"JOIN nameplate_movement c ON c.serial_id = h.unit AND c.seq = {_NEXT} AND c.kind = {Kind.CORRECTED.value} "
    f"JOIN nameplate_movement p ON p.entry_id = c.entry_id AND p.serial_id <> c.serial_id AND p.kind = {Kind.CORRECTED.value}"
)
"""From one unit on to the one that its next swap put in its place: the movement `p`."""
_FOLLOWED = (
    "WITH RECURSIVE h(went, since, unit, seq, steps, until) AS ("
    "SELECT m.serial_id, m.seq, m.serial_id, m.seq, 0, m.warranty_until FROM nameplate_movement m "
    f"WHERE m.kind = {Kind.SHIPPED.value} AND m.serial_id IN {{ids}} UNION ALL "
    "SELECT h.went, h.since, p.serial_id, p.seq, h.steps + 1, p.warranty_until FROM h "
    f"{_STEP}) "
    "SELECT h.went, h.since, s.id, s.number, s.sort_key, s.shipment_id, s.warranty_until, h.until "
    "FROM h JOIN nameplate_serial s ON s.id = h.unit ORDER BY h.went, h.since, h.steps"
)
"""From each shipping on, from swap to swap; the last row of a shipping names the unit that stands in its place."""

_IN_PLACE = (
    f"CASE WHEN EXISTS (SELECT 1 FROM nameplate_movement c WHERE c.serial_id = s.serial_id AND c.seq > s.seq AND {_IS_SWAP.format('c')}) "
    "THEN (WITH RECURSIVE h(unit, seq, steps) AS (SELECT s.serial_id, s.seq, 0 UNION ALL SELECT p.serial_id, p.seq, h.steps + 1 FROM h "
    f"{_STEP}) "
    "SELECT {swapped} FROM h JOIN nameplate_movement p ON p.serial_id = h.unit AND p.seq = h.seq ORDER BY h.steps DESC LIMIT 1) "
    "ELSE {plain} END"
)
_SHIPPED_BEFORE = (
    f"(SELECT max(b.seq) FROM nameplate_movement b WHERE b.serial_id = p.serial_id AND b.seq <= p.seq AND b.kind = {Kind.SHIPPED.value} "
    f"AND {_LIVE.format('b')})"
)
_AROUND = (
    "s.serial_id IN (WITH RECURSIVE r(unit) AS ({meant} UNION SELECT p.serial_id FROM r "
    f"JOIN nameplate_movement c ON c.serial_id = r.unit AND {_IS_SWAP.format('c')} JOIN nameplate_movement p ON p.entry_id = c.entry_id) "
    "SELECT unit FROM r)"
)


def in_place(column: str) -> str:
    """A column of the placement that stands for the shipping `s`: its own, or the one that its last swap gave to another unit."""
    return _IN_PLACE.format(swapped=f"p.{column}", plain=f"s.{column}")


def shipped_as() -> str:
    """With which of its own movements the unit that stands for the shipping `s` had left; 0 where it left inside a product."""
    return _IN_PLACE.format(swapped=f"COALESCE({_SHIPPED_BEFORE}, 0)", plain="s.seq")


def around(meant: str) -> str:
    """A condition on the shipping `s`, told by an index, that holds wherever one of the units of the statement `meant` may stand for it."""
    return _AROUND.format(meant=meant)


class Standing(NamedTuple):
    """The unit that went in truth."""

    unit: int
    number: str
    sort_key: str
    shipment: int | None
    """With which it stands on its row now: another one when it was shipped anew."""
    warranty_now: dt.date | str | None
    warranty_then: dt.date | str | None


def swapped_of(units: Collection[int]) -> Mapping[tuple[int, int], Standing]:
    """By (unit, seq of its shipping): what stands in its place since a swap. Two statements at most, one where nothing was swapped."""
    touched = [row[0] for row in bulk.query(_ANY.format(chosen=bulk.among("c.serial_id")), [bulk.ids(units)])]
    if not touched:
        return {}
    rows = bulk.query(_FOLLOWED.format(ids=bulk.id_set()), [bulk.ids(touched)])
    return {(row[0], row[1]): Standing._make(row[2:]) for row in rows}
