"""What lies in a shipment, or went with it: by order line, units by number and goods by quantity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nameplate import access
from nameplate.ledger import bulk
from nameplate.ledger.kinds import Kind
from nameplate.listings.swapped import swapped_of
from nameplate.models import Document, DocumentStatus, Line

_PICKED = (
    "SELECT p.line_id, s.number FROM nameplate_pick p JOIN nameplate_serial s ON s.id = p.serial_id "
    "WHERE p.shipment_id = %s ORDER BY p.line_id, s.sort_key, s.id"
)
_WENT = (
    "SELECT m.line_id, s.number, s.sort_key, s.id, m.seq FROM nameplate_entry e "
    f"JOIN nameplate_movement m ON m.entry_id = e.id AND m.kind = {Kind.SHIPPED.value} "
    "JOIN nameplate_serial s ON s.id = m.serial_id WHERE e.document_id = %s AND m.line_id IS NOT NULL {but} "
    "ORDER BY m.line_id, m.shipped_on, s.sort_key, s.id"
)
_BACK = "SELECT 1 FROM nameplate_entry e JOIN nameplate_entry v ON v.reverses_id = e.id WHERE e.document_id = %s LIMIT 1"
_BUT_BACK = (
    "AND NOT EXISTS (SELECT 1 FROM nameplate_entry v JOIN nameplate_movement w ON w.entry_id = v.id AND w.serial_id = m.serial_id "
    "WHERE v.reverses_id = e.id)"
)
"""What was taken back: asked of each unit, and only where anything was."""
_GOODS = (
    "SELECT p.line_id, l.number, SUM(p.quantity) FROM nameplate_pick p JOIN nameplate_lot l ON l.id = p.lot_id "
    "WHERE p.shipment_id = %s GROUP BY p.line_id, l.number ORDER BY p.line_id, l.number"
)
_GONE = (
    "SELECT m.line_id, l.number, -SUM(m.change) FROM nameplate_entry e JOIN nameplate_stockmovement m ON m.entry_id = e.id "
    "JOIN nameplate_lot l ON l.id = m.lot_id JOIN nameplate_item i ON i.id = l.item_id AND i.tracking <> 'serial' "
    "WHERE e.document_id = %s AND m.line_id IS NOT NULL GROUP BY m.line_id, l.number HAVING SUM(m.change) <> 0 ORDER BY m.line_id, l.number"
)


@dataclass(slots=True)
class Content:
    """What there is of one order line."""

    line: Line
    numbers: list[str] = field(default_factory=list)
    lots: list[tuple[str, int]] = field(default_factory=list)
    """Lots of goods without serial numbers, with how much of each in millionths."""

    @property
    def goods(self) -> int:
        """How much of goods without serial numbers, in millionths."""
        return sum(amount for _, amount in self.lots)


def contents(*, actor: access.Actor, shipment: Document) -> list[Content]:
    """By order line, in the orders' order. A constant number of statements."""
    access.require(actor, "stock", "view")
    if shipment.status == DocumentStatus.SHIPPED:
        but = _BUT_BACK if bulk.query(_BACK, [shipment.pk]) else ""
        units, goods = _put_right(bulk.query(_WENT.format(but=but), [shipment.pk])), bulk.query(_GONE, [shipment.pk])
    else:
        units, goods = bulk.query(_PICKED, [shipment.pk]), bulk.query(_GOODS, [shipment.pk])
    return _gathered([(row[0], row[1]) for row in units], [(row[0], row[1], int(row[2])) for row in goods])


def _put_right(rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
    """The units that went, by line and number; those that were mixed up and put right by a swap as they went in truth."""
    swapped = swapped_of([row[3] for row in rows])
    if not swapped:
        return rows
    found = [swapped.get((row[3], row[4])) for row in rows]
    right = [(row[0], one.number, one.sort_key) if one else row[:3] for row, one in zip(rows, found, strict=True)]
    return sorted(right, key=lambda row: (row[0], row[2]))


def _gathered(units: Iterable[tuple[int, str]], goods: Sequence[tuple[int, str, int]]) -> list[Content]:
    numbers: dict[int, list[str]] = {}
    lots: dict[int, list[tuple[str, int]]] = {}
    for line, number in units:
        numbers.setdefault(line, []).append(number)
    for line, lot, amount in goods:
        lots.setdefault(line, []).append((lot, amount))
    wanted = numbers.keys() | lots.keys()
    found: Mapping[int, Line] = Line.objects.select_related("item", "document__customer_order").in_bulk(wanted)
    ordered = sorted(found.values(), key=lambda line: (line.document_id, line.position))
    return [Content(line, numbers.get(line.pk, []), lots.get(line.pk, [])) for line in ordered]
