"""How far an order has come: read from the ledger, never typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import timezone

from nameplate.ledger import bulk
from nameplate.models import Document, Item, Line, LotStatus, Status
from nameplate.operations.cataloguing.things import id_of

_SQL = f"""
SELECT l.id,
  (SELECT COALESCE(SUM(m.change), 0) FROM nameplate_stockmovement m WHERE m.line_id = l.id),
  (SELECT COUNT(*) FROM nameplate_lot t JOIN nameplate_serial s ON s.lot_id = t.id
    WHERE t.line_id = l.id AND t.status = '{LotStatus.PLANNED.value}' AND s.status = {Status.PLANNED.value} AND NOT s.withdrawn),
  (SELECT COUNT(*) FROM nameplate_lot t WHERE t.line_id = l.id),
  (SELECT COUNT(*) FROM nameplate_lot t WHERE t.line_id = l.id AND t.status = '{LotStatus.PLANNED.value}')
FROM nameplate_line l WHERE l.document_id IN {{orders}}
"""


@dataclass(frozen=True, slots=True)
class LineProgress:
    """A line with what came of it, in millionths; `planned` counts numbers typed beforehand."""

    line: Line
    received: int
    planned: int
    lots: int
    open_lots: int

    @property
    def item(self) -> Item:
        """What the line orders."""
        return self.line.item

    @property
    def ordered(self) -> int:
        """How much was ordered."""
        return self.line.quantity

    @property
    def over(self) -> int:
        """How much more has come than was ordered."""
        return max(self.received - self.ordered, 0)

    @property
    def rest_canceled(self) -> bool:
        """Whether nothing more is expected though less came than was ordered: its last lot was canceled."""
        return self.lots > 0 and self.open_lots == 0 and self.received < self.ordered

    @property
    def to_come(self) -> int:
        """How much is still expected."""
        return 0 if self.rest_canceled else max(self.ordered - self.received, 0)

    @property
    def expected_on(self) -> dt.date | None:
        """When it should come: the line's own day, else its order's."""
        return self.line.expected_on or self.line.document.purchase_order.expected_on

    @property
    def is_late(self) -> bool:
        """Whether it was placed, should have come before today, and has not."""
        return self.to_come > 0 and self.open_lots > 0 and self.expected_on is not None and self.expected_on < timezone.localdate()


def progress(order: Document | int) -> list[LineProgress]:
    """Every line of the order in its order, with what came of it: two statements, however many lines."""
    order_id = id_of(order)
    return progress_of_all([order_id])[order_id]


def progress_of_all(orders: Collection[int]) -> dict[int, list[LineProgress]]:
    """The same of many orders, by order: two statements, however many orders."""
    found = _counted(orders)
    within = f"nameplate_line.document_id IN {bulk.id_set()}"
    lines = Line.objects.extra(where=[within], params=[bulk.ids(orders)])  # noqa: S610  # the SQL is ours, the ids a parameter
    gathered: dict[int, list[LineProgress]] = {order: [] for order in orders}
    for line in lines.select_related("item", "document__purchase_order").order_by("document_id", "position"):
        gathered[line.document_id].append(LineProgress(line, *map(int, found[line.pk])))
    return gathered


def counted_again(lines: Sequence[LineProgress]) -> list[LineProgress]:
    """The same lines with what came of them by now: one statement."""
    found = _counted({one.line.document_id for one in lines}) if lines else {}
    return [LineProgress(one.line, *map(int, found[one.line.pk])) for one in lines]


def _counted(orders: Collection[int]) -> dict[int, tuple[int, ...]]:
    return {row[0]: row[1:] for row in bulk.query(_SQL.format(orders=bulk.id_set()), [bulk.ids(orders)])}
