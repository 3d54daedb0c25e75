"""Shipped serial numbers, of a customer, an order or a shipment: what went, as the ledger says, wherever each unit is by now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nameplate import access
from nameplate.ledger import bulk
from nameplate.ledger.kinds import Kind
from nameplate.listings.columns import Column
from nameplate.listings.swapped import Standing, swapped_of

Of = Literal["shipments", "customer-orders", "customers"]

COLUMNS = (
    Column("serial", "Serial number", ""),
    Column("item", "Item", ""),
    Column("description", "Description", ""),
    Column("customer_order", "Order", ""),
    Column("customer_reference", "Your reference", ""),
    Column("shipment", "Shipment", ""),
    Column("shipped_on", "Shipped on", "", "date"),
    Column("warranty_until", "Warranty until", "", "date"),
)
"""As the customer reads them."""

_SCOPES: dict[str, tuple[str, int]] = {
    "shipments": ("e.document_id = %s", 1),
    "customer-orders": (
        "e.document_id IN (SELECT o.shipment_id FROM nameplate_shipment_orders o WHERE o.document_id = %s) AND m.customer_order_id = %s",
        2,
    ),
    "customers": ("e.document_id IN (SELECT d.id FROM nameplate_document d WHERE d.kind = 'S' AND d.party_id = %s)", 1),
}
_ROWS = (
    "SELECT s.number, i.number, i.description, co.number, o.customer_reference, sh.number, m.shipped_on, "
    "CASE WHEN s.shipment_id = m.shipment_id THEN s.warranty_until ELSE m.warranty_until END, m.line_id, s.id, "
    "m.seq, m.shipment_id, sh.sort_key, s.sort_key "
    f"FROM nameplate_entry e JOIN nameplate_movement m ON m.entry_id = e.id AND m.kind = {Kind.SHIPPED.value} "
    "JOIN nameplate_serial s ON s.id = m.serial_id JOIN nameplate_item i ON i.id = s.item_id "
    "LEFT JOIN nameplate_document co ON co.id = m.customer_order_id LEFT JOIN nameplate_customerorder o ON o.document_id = co.id "
    "LEFT JOIN nameplate_document sh ON sh.id = m.shipment_id "
    "WHERE {scope} AND NOT EXISTS (SELECT 1 FROM nameplate_entry v JOIN nameplate_movement w ON w.entry_id = v.id "
    "AND w.serial_id = m.serial_id WHERE v.reverses_id = e.id) ORDER BY m.shipped_on, sh.sort_key, m.line_id, s.sort_key, s.id"
)

_UNIT = 9


@dataclass(frozen=True, slots=True)
class ShippedUnit:
    """One unit as it went."""

    number: str
    item: str
    description: str
    order: str | None
    customer_reference: str | None
    shipment: str | None
    shipped_on: dt.date | None
    warranty_until: dt.date | None
    line: int | None
    unit: int

    @property
    def cells(self) -> list[Any]:
        """Its values in the order of `COLUMNS`."""
        return [
            self.number,
            self.item,
            self.description,
            self.order,
            self.customer_reference,
            self.shipment,
            self.shipped_on,
            self.warranty_until,
        ]


def shipped_units(*, actor: access.Actor, of: Of, subject: int) -> list[ShippedUnit]:
    """What went with the shipment, for the order or to the customer, and was not undone; units that were mixed up as they were put right.

    Three statements at most, one more than where nothing was swapped.
    """
    access.require(actor, "stock", "view")
    scope, count = _SCOPES[of]
    rows = bulk.query(_ROWS.format(scope=scope), [subject] * count)
    swapped = swapped_of([row[_UNIT] for row in rows])
    if swapped:
        rows = sorted((_put_right(row, swapped) for row in rows), key=lambda row: (str(row[6]), row[12], row[8] or 0, row[13], row[_UNIT]))
    return [_unit(row) for row in rows]


def cells(*, actor: access.Actor, of: Of, subject: int) -> tuple[Sequence[Column], Iterator[list[Any]]]:
    """The same as a table."""
    return COLUMNS, (unit.cells for unit in shipped_units(actor=actor, of=of, subject=subject))


def _put_right(row: tuple[Any, ...], swapped: Mapping[tuple[int, int], Standing]) -> tuple[Any, ...]:
    """The row with the unit that went in truth; everything else is the shipment's."""
    found = swapped.get((row[_UNIT], row[10]))
    if found is None:
        return row
    until = found.warranty_now if found.shipment == row[11] else found.warranty_then
    return (found.number, *row[1:7], until, row[8], found.unit, *row[10:13], found.sort_key)


def _unit(row: Sequence[Any]) -> ShippedUnit:
    number, item, description, order, reference, shipment, shipped_on, until, line, unit = row[:10]
    return ShippedUnit(number, item, description, order, reference, shipment, _day(shipped_on), _day(until), line, unit)


def _day(value: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
