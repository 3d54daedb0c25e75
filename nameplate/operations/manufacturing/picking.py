"""What is to be fetched for an order, and where it lies: booked units, units that would serve, goods by lot. Nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nameplate import access
from nameplate.ledger import bulk
from nameplate.models import Availability, Document, LotStatus, Status, Tracking, User
from nameplate.operations.manufacturing.booking import ORDERS, First, read_first
from nameplate.operations.manufacturing.booking_goods import booked_goods
from nameplate.operations.manufacturing.orders import find_order
from nameplate.operations.manufacturing.progress import PartProgress, Progress, progress
from nameplate.operations.manufacturing.shelves import not_expired_before
from nameplate.quantities import MILLIONTHS

_UNIT = "s.id, s.number, l.id, l.number, p.name"
_FROM = "FROM nameplate_serial s JOIN nameplate_lot l ON l.id = s.lot_id LEFT JOIN nameplate_location p ON p.id = s.location_id"
_BOOKED = (
    f"SELECT s.reserved_line_id, {_UNIT} {_FROM} WHERE s.status = {Status.RECEIVED.value} AND NOT s.withdrawn "
    "AND s.reserved_line_id IN {lines} ORDER BY p.name, s.sort_key, s.id"
)
_FREE = (
    f"SELECT * FROM (SELECT s.item_id, {_UNIT}, ROW_NUMBER() OVER (PARTITION BY s.item_id ORDER BY {{order}}) AS place {_FROM} "
    f"WHERE s.availability = {Availability.AVAILABLE.value} AND NOT s.withdrawn AND p.site_id = %s "
    "AND (l.expires_on IS NULL OR l.expires_on >= %s) AND s.item_id IN {items}) f "
    "WHERE f.place <= %s ORDER BY f.place"
)
_GOODS = (
    "SELECT l.item_id, l.id, l.number, p.name, k.quantity - k.reserved - k.held FROM nameplate_stock k "
    "JOIN nameplate_lot l ON l.id = k.lot_id JOIN nameplate_location p ON p.id = k.location_id "
    f"WHERE p.site_id = %s AND l.status = '{LotStatus.RECEIVED.value}' AND l.hold = '' AND k.quantity - k.reserved - k.held > 0 "
    "AND (l.expires_on IS NULL OR l.expires_on >= %s) AND l.item_id IN {items} "
    "ORDER BY l.expires_on IS NULL, l.expires_on, l.id, k.quantity DESC, k.location_id"
)


@dataclass(frozen=True, slots=True)
class UnitPick:
    """A unit and where it lies; `location` is that within the order's site."""

    unit_id: int
    number: str
    lot_id: int
    lot: str
    location: str
    booked: bool


@dataclass(frozen=True, slots=True)
class GoodsPick:
    """So much of a lot at a location, in millionths."""

    lot_id: int
    lot: str
    location: str
    quantity: int
    booked: bool = False


@dataclass(slots=True)
class PartPick:
    """What is to be fetched of one part."""

    part: PartProgress
    units: list[UnitPick] = field(default_factory=list)
    """Booked ones first."""
    goods: list[GoodsPick] = field(default_factory=list)
    """Booked ones first."""

    @property
    def found(self) -> int:
        """How much that is, in millionths."""
        return len(self.units) * MILLIONTHS + sum(one.quantity for one in self.goods)

    @property
    def missing(self) -> int:
        """How much of what still goes in is neither booked nor free at the site."""
        return max(self.part.to_use - self.found, 0)


def picks(*, actor: User, order: Document | int, first: First = "received") -> list[PartPick]:
    """For each part of the order what still goes in, in the order's own order: as many statements however many parts and units.

    Free units and lots are proposed as `propose_units` does; nobody has them until they are booked or used. Refused: no such order.
    """
    access.require(actor, "production", "view")
    by = ORDERS[read_first(first)]
    document = find_order(order)
    standing = progress(document)
    found = [PartPick(part) for part in standing.parts]
    _add_units([one for one in found if one.part.item.tracking == Tracking.SERIAL], document, by)
    _add_goods([one for one in found if one.part.item.tracking != Tracking.SERIAL], document, standing)
    return found


def _add_units(parts: Sequence[PartPick], document: Document, by: str) -> None:
    if not parts:
        return
    by_line = {one.part.line.pk: one for one in parts}
    for line, *unit in bulk.query(_BOOKED.format(lines=bulk.id_set()), [bulk.ids(by_line)]):
        by_line[line].units.append(_unit(unit, booked=True))
    by_item = {one.part.item.pk: one for one in parts}
    most = max(one.part.to_book for one in parts) // MILLIONTHS
    sql = _FREE.format(order=by, items=bulk.id_set())
    parameters = [document.manufacturing_order.site_id, not_expired_before(), bulk.ids(by_item), most]
    for item, *unit, _ in bulk.query(sql, parameters) if most else ():
        one = by_item[item]
        if one.missing >= MILLIONTHS:
            one.units.append(_unit(unit, booked=False))


def _unit(row: Sequence[object], *, booked: bool) -> UnitPick:
    unit, number, lot, lot_number, location = row
    return UnitPick(int(str(unit)), str(number), int(str(lot)), str(lot_number), str(location or ""), booked)


def _add_goods(parts: Sequence[PartPick], document: Document, standing: Progress) -> None:
    if not parts:
        return
    by_item = {one.part.item.pk: one for one in parts}
    for row in booked_goods(standing):
        by_item[row.part.item.pk].goods.append(GoodsPick(row.lot.pk, row.lot.number, row.location.name, row.quantity, booked=True))
    parameters = [document.manufacturing_order.site_id, not_expired_before(), bulk.ids(by_item)]
    for item, lot, number, location, left in bulk.query(_GOODS.format(items=bulk.id_set()), parameters):
        one = by_item[item]
        if taken := min(one.missing, int(left)):
            one.goods.append(GoodsPick(lot, number, location, taken))
