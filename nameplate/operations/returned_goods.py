"""Goods without serial numbers on a return: how much of each lies with us, undecided, and what became of the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from nameplate.ledger import bulk
from nameplate.ledger.kinds import LOT_STATUSES
from nameplate.models import ReturnGoods, Status
from nameplate.quantities import from_micro

APART = LOT_STATUSES[Status.RETURNED]
"""The statuses of lots in which lies what came back: all of it is on hold until somebody decides."""
RESTOCKED, REJECTED = "restocked", "rejected"
_FAMILY = (
    "WITH RECURSIVE own(root, lot) AS (SELECT l.id, l.id FROM nameplate_lot l WHERE l.id IN {ids} UNION ALL "
    "SELECT o.root, l.id FROM own o JOIN nameplate_lot l ON l.split_from_id = o.lot "
    f"WHERE l.status IN ({', '.join(repr(str(status)) for status in APART)})) "
)
"""The lots in which what came back lies, by the one into which it came: a part of it that was transferred is in a lot of its own."""
_LEFT = _FAMILY + "SELECT o.root, SUM(k.quantity) FROM own o JOIN nameplate_stock k ON k.lot_id = o.lot GROUP BY o.root"
_LOTS = _FAMILY + "SELECT o.lot FROM own o ORDER BY o.lot"
_GONE = _FAMILY + (
    "SELECT o.root, COALESCE(r.act, e.act), SUM(-m.change) FROM own o JOIN nameplate_stockmovement m ON m.lot_id = o.lot "
    "JOIN nameplate_entry e ON e.id = m.entry_id LEFT JOIN nameplate_entry r ON r.id = e.reverses_id "
    "GROUP BY o.root, COALESCE(r.act, e.act) HAVING SUM(-m.change) > 0 ORDER BY 1, 2"
)
_BACK = (
    "WITH RECURSIVE up(lot) AS ({lots} UNION SELECT l.split_from_id FROM up u JOIN nameplate_lot l ON l.id = u.lot "
    "WHERE l.split_from_id IS NOT NULL) "
    "SELECT DISTINCT g.paper_id FROM nameplate_returngoods g WHERE g.back_id IN (SELECT u.lot FROM up u) ORDER BY 1"
)
_WORDS = {RESTOCKED: "in stock again"}
"""Acts of which the result is called otherwise than the act."""


@dataclass(frozen=True, slots=True)
class GoodsBack:
    """Goods of a return as they stand. Quantities are in millionths of the item's unit."""

    row: ReturnGoods
    left: int
    """Of what came, what lies with us and is not decided."""
    gone: Mapping[str, int]
    """What became of the rest, by the act that did it. An act that was undone counts no more."""

    @property
    def day(self) -> dt.date:
        """On which it came, or was announced."""
        row = self.row
        return timezone.localdate(row.received_by.happened_at if row.received_by is not None else row.paper.created_at)

    @property
    def days(self) -> int | None:
        """Days between shipping and coming back."""
        return None if self.row.shipped_on is None else (self.day - self.row.shipped_on).days

    @property
    def expected(self) -> bool:
        """Whether it is still to come."""
        return self.row.coming and self.row.received_by_id is None

    @property
    def done(self) -> bool:
        """Whether nothing is left to do for it."""
        if self.row.received_by_id is None:
            return not self.row.coming and bool(self.row.outcome)
        return not self.left

    @property
    def waits(self) -> bool:
        """Whether it lies here and nobody has looked at it."""
        return bool(self.left) and not self.row.outcome

    @property
    def next(self) -> str:
        """What is to be done next, and what became of it."""
        if self.row.received_by_id is None:
            return "expected" if self.row.coming else "stays with the customer"
        became = [f"{from_micro(amount):,f} {_WORDS.get(act, act)}" for act, amount in self.gone.items()]
        asked = f"{from_micro(self.left):,f} to be {'restocked or rejected' if self.row.outcome else 'inspected'}"
        return ", ".join([asked, *became] if self.left else became)


def goods_of(*papers: int) -> list[GoodsBack]:
    """The goods of these returns as they stand, in the order in which they were put on. Three statements."""
    related = ("paper", "line__item", "lot", "back", "reason", "shipment", "customer_order", "received_by")
    rows = list(ReturnGoods.objects.filter(paper__in=papers).select_related(*related).order_by("pk"))
    lots = bulk.ids(row.back_id for row in rows if row.back_id is not None)
    left: dict[int, int] = {}
    gone: dict[int, dict[str, int]] = {}
    if any(row.back_id is not None for row in rows):
        left = {lot: int(amount) for lot, amount in bulk.query(_LEFT.format(ids=bulk.id_set()), [lots])}
        for lot, act, amount in bulk.query(_GONE.format(ids=bulk.id_set()), [lots]):
            gone.setdefault(lot, {})[act] = int(amount)
    return [GoodsBack(row, left.get(row.back_id or 0, 0), gone.get(row.back_id or 0, {})) for row in rows]


def lots_of(back: int) -> list[int]:
    """The lots in which what came into this one lies and waits: itself, and what was split off on a transfer. In key order."""
    return [row[0] for row in bulk.query(_LOTS.format(ids=bulk.id_set()), [bulk.ids([back])])]


def returns_of_lots(lot_ids: Sequence[int]) -> list[int]:
    """The returns with which what lies in these lots came."""
    given = f"SELECT l.id FROM nameplate_lot l WHERE l.id IN {bulk.id_set()}"
    return [row[0] for row in bulk.query(_BACK.format(lots=given), [bulk.ids(lot_ids)])]


def returns_touched(entry: int) -> list[int]:
    """The returns with which goods came whose lots the entry changed."""
    given = "SELECT m.lot_id FROM nameplate_stockmovement m WHERE m.entry_id = %s"
    return [row[0] for row in bulk.query(_BACK.format(lots=given), [entry])]
