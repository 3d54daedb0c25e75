"""How far a manufacturing order has come, and what it still needs: read from the ledger and the shelves, never typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nameplate.ledger import bulk
from nameplate.models import Availability, Document, Item, Line, LotStatus, Serial, Status, Tracking
from nameplate.operations.cataloguing.bills import places_of
from nameplate.quantities import MILLIONTHS

PRODUCT = 0
"""The position of the line that stands for the product."""

_SQL = f"""
SELECT l.id,
  (SELECT COALESCE(SUM(m.change), 0) FROM nameplate_stockmovement m WHERE m.line_id = l.id),
  (SELECT COUNT(*) FROM nameplate_lot t JOIN nameplate_serial s ON s.lot_id = t.id
    WHERE t.line_id = l.id AND t.status = '{LotStatus.PLANNED.value}' AND s.status = {Status.PLANNED.value} AND NOT s.withdrawn),
  (SELECT COUNT(*) FROM nameplate_lot t WHERE t.line_id = l.id AND t.status = '{LotStatus.PLANNED.value}'),
  (SELECT COALESCE(SUM(m.reserved), 0) FROM nameplate_stockmovement m WHERE m.line_id = l.id)
FROM nameplate_line l WHERE l.document_id = %s AND l.position <= %s
"""
_LAST = 2**31 - 1
_BOOKED = (
    "SELECT s.reserved_line_id, COUNT(*) FROM nameplate_serial s WHERE s.status = {received} AND NOT s.withdrawn "
    "AND s.reserved_line_id IN {lines} GROUP BY s.reserved_line_id"
)
_FREE_UNITS = (
    "SELECT s.item_id, COUNT(*) FROM nameplate_serial s JOIN nameplate_location p ON p.id = s.location_id "
    f"WHERE NOT s.withdrawn AND s.availability = {Availability.AVAILABLE.value} AND p.site_id = %s AND s.item_id IN {{items}} "
    "GROUP BY s.item_id"
)
_FREE_GOODS = (
    "SELECT l.item_id, SUM(k.quantity - k.reserved - k.held) FROM nameplate_stock k JOIN nameplate_lot l ON l.id = k.lot_id "
    f"JOIN nameplate_location p ON p.id = k.location_id WHERE p.site_id = %s AND p.purpose <> 'transit' "
    f"AND l.status = '{LotStatus.RECEIVED.value}' AND l.item_id IN {{items}} GROUP BY l.item_id"
)


@dataclass(frozen=True, slots=True)
class ProductProgress:
    """The product of an order, in millionths; `planned` counts numbers given beforehand."""

    line: Line
    made: int
    planned: int
    open_lots: int

    @property
    def item(self) -> Item:
        """What is made."""
        return self.line.item

    @property
    def ordered(self) -> int:
        """How much is to be made."""
        return self.line.quantity

    @property
    def to_make(self) -> int:
        """How much is still to be made."""
        return max(self.ordered - self.made, 0)


@dataclass(frozen=True, slots=True)
class PartProgress:
    """A part of an order, in millionths: for all of it, what went in, what is booked, and what lies free on the site's shelves."""

    line: Line
    each: int
    places: tuple[str, ...]
    used: int
    booked: int
    free: int

    @property
    def item(self) -> Item:
        """What goes in."""
        return self.line.item

    @property
    def needed(self) -> int:
        """How much the whole order takes."""
        return self.line.quantity

    @property
    def to_use(self) -> int:
        """How much still goes in."""
        return max(self.needed - self.used, 0)

    @property
    def to_book(self) -> int:
        """How much of that is not booked yet."""
        return max(self.to_use - self.booked, 0)

    @property
    def short(self) -> int:
        """How much is missing: neither booked nor free at the order's site."""
        return max(self.to_book - self.free, 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """An order with what came of it."""

    product: ProductProgress
    parts: tuple[PartProgress, ...]

    def part(self, line_id: int) -> PartProgress | None:
        """The part that a line stands for."""
        return next((one for one in self.parts if one.line.pk == line_id), None)


def progress(order: Document, *, shelves: bool = True) -> Progress:
    """The product and every part, with what was made, used and booked: five statements, however many parts and units.

    Without `shelves` nobody asks what is free, which takes longer the more there is: it stays 0.
    """
    counted = {row[0]: tuple(map(int, row[1:])) for row in bulk.query(_SQL, [order.pk, _LAST])}
    lines = list(Line.objects.filter(document=order).select_related("item", "part").order_by("position"))
    parts = [line for line in lines if line.position != PRODUCT]
    site = order.manufacturing_order.site_id
    booked = _by_id(_BOOKED.format(received=Status.RECEIVED.value, lines=bulk.id_set()), [bulk.ids(line.pk for line in parts)])
    free = _free(site, [line.item for line in parts]) if shelves else {}
    first = next(line for line in lines if line.position == PRODUCT)
    return Progress(
        ProductProgress(first, *counted[first.pk][:3]),
        tuple(
            PartProgress(
                line,
                line.part.each,
                tuple(places_of(line.part.places)),
                -counted[line.pk][0],
                booked.get(line.pk, 0) * MILLIONTHS + counted[line.pk][3],
                free.get(line.item_id, 0),
            )
            for line in parts
        ),
    )


def made_and_open(order: Document) -> tuple[int, int]:
    """What was made of the product, in millionths, and how many Planned lots wait for more. One statement."""
    _, made, _, open_lots, _ = bulk.query(_SQL, [order.pk, PRODUCT])[0]
    return int(made), int(open_lots)


def _free(site: int, items: Sequence[Item]) -> dict[int, int]:
    """Item → how much of it lies free at the site."""
    serial = [item.pk for item in items if item.tracking == Tracking.SERIAL]
    goods = [item.pk for item in items if item.tracking != Tracking.SERIAL]
    units = _by_id(_FREE_UNITS.format(items=bulk.id_set()), [site, bulk.ids(serial)])
    return {item: count * MILLIONTHS for item, count in units.items()} | _by_id(
        _FREE_GOODS.format(items=bulk.id_set()), [site, bulk.ids(goods)]
    )


def booked_units(lines: Sequence[int]) -> dict[int, list[int]]:
    """Line → the units that are booked for it, oldest first."""
    rows = Serial.objects.filter(reserved_line__in=lines, withdrawn=False).order_by("received_on", "pk").values_list("reserved_line", "pk")
    found: dict[int, list[int]] = {}
    for line, unit in rows:
        if line is not None:
            found.setdefault(line, []).append(unit)
    return found


def ever_booked(order: Document, lines: Sequence[int]) -> bool:
    """Whether anything was ever booked for these lines of the order or used on them: the ledger names them then, so they stay."""
    sql = (
        f"SELECT 1 FROM nameplate_stockmovement WHERE line_id IN {bulk.id_set()} UNION ALL SELECT 1 FROM nameplate_entry e "
        f"JOIN nameplate_movement m ON m.entry_id = e.id WHERE e.document_id = %s AND m.line_id IN {bulk.id_set()} LIMIT 1"
    )
    return bool(bulk.query(sql, [bulk.ids(lines), order.pk, bulk.ids(lines)]))


def _by_id(sql: str, parameters: list[object]) -> dict[int, int]:
    return {int(row[0]): int(row[1]) for row in bulk.query(sql, parameters)}
