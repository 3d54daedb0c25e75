"""How far a customer order has come: what of each line is reserved, picked and shipped. Read from the ledger, never typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from nameplate.ledger import bulk
from nameplate.models import Document, Item, Line
from nameplate.operations.cataloguing.things import id_of
from nameplate.quantities import MILLIONTHS

_SQL = f"""
SELECT l.id,
  (SELECT COALESCE(-SUM(m.change), 0) FROM nameplate_stockmovement m WHERE m.line_id = l.id),
  (SELECT COUNT(*) * {MILLIONTHS} FROM nameplate_serial s WHERE s.reserved_line_id = l.id)
    + (SELECT COALESCE(SUM(m.reserved), 0) FROM nameplate_stockmovement m WHERE m.line_id = l.id),
  (SELECT COALESCE(SUM(p.quantity), 0) FROM nameplate_pick p LEFT JOIN nameplate_serial s ON s.id = p.serial_id
    WHERE p.line_id = l.id AND (p.serial_id IS NULL OR s.reserved_line_id = l.id))
FROM nameplate_line l WHERE l.document_id IN {{orders}}
"""
_TOUCHED = """
SELECT line_id FROM nameplate_stockmovement WHERE line_id IN (SELECT id FROM nameplate_line WHERE document_id = %s)
UNION SELECT m.line_id FROM nameplate_movement m WHERE m.line_id IS NOT NULL AND m.entry_id IN (SELECT e.id FROM nameplate_entry e
  WHERE e.document_id = %s OR e.document_id IN (SELECT o.shipment_id FROM nameplate_shipment_orders o WHERE o.document_id = %s))
"""


@dataclass(frozen=True, slots=True)
class LineProgress:
    """A line with what came of it, in millionths. What is picked is reserved too."""

    line: Line
    shipped: int
    reserved: int
    picked: int

    @property
    def item(self) -> Item:
        """What the line orders."""
        return self.line.item

    @property
    def ordered(self) -> int:
        """How much was ordered."""
        return self.line.quantity

    @property
    def rest_canceled(self) -> bool:
        """Whether less was shipped than ordered, and nothing more will be."""
        return self.line.document.customer_order.rest_canceled and self.shipped < self.ordered

    @property
    def to_ship(self) -> int:
        """How much is still to be shipped."""
        return 0 if self.rest_canceled else max(self.ordered - self.shipped, 0)

    @property
    def to_reserve(self) -> int:
        """How much of that is not reserved yet."""
        return max(self.to_ship - self.reserved, 0)

    @property
    def to_pick(self) -> int:
        """How much of that lies in no shipment yet."""
        return max(self.to_ship - self.picked, 0)

    @property
    def expected_on(self) -> dt.date | None:
        """When the customer expects it: the line's own day, else its order's."""
        return self.line.expected_on or self.line.document.customer_order.expected_on

    @property
    def is_late(self) -> bool:
        """Whether the customer should have had it before today."""
        return self.to_ship > 0 and self.expected_on is not None and self.expected_on < timezone.localdate()

    @property
    def warranty_months(self) -> int:
        """How long its warranty is: the line's own, else the item's; 0 for none."""
        return (self.item.warranty_months or 0) if self.line.warranty_months is None else self.line.warranty_months


def progress(order: Document | int) -> list[LineProgress]:
    """Every line of the order in its order, with what came of it: two statements, however many lines."""
    return progress_of_all([id_of(order)])[id_of(order)]


def progress_of_all(orders: Collection[int]) -> dict[int, list[LineProgress]]:
    """The same of many orders, by order: two statements, however many orders."""
    found = {row[0]: row[1:] for row in bulk.query(_SQL.format(orders=bulk.id_set()), [bulk.ids(orders)])}
    within = f"nameplate_line.document_id IN {bulk.id_set()}"
    lines = Line.objects.extra(where=[within], params=[bulk.ids(orders)])  # noqa: S610  # the SQL is ours, the ids a parameter
    gathered: dict[int, list[LineProgress]] = {order: [] for order in orders}
    for line in lines.select_related("item", "document__customer_order", "document__party").order_by("document_id", "position"):
        gathered[line.document_id].append(LineProgress(line, *map(int, found[line.pk])))
    return gathered


def touched_lines(order: Document) -> set[int]:
    """The lines of which anything was ever reserved or shipped: the ledger names them, so they stay."""
    return {row[0] for row in bulk.query(_TOUCHED, [order.pk] * 3)}
