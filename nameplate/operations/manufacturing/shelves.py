"""Goods without serial numbers on the shelves of an order's site: looked up once, then taken cell by cell as long as they last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from nameplate import functions
from nameplate.ledger import bulk
from nameplate.models import Document, Item, Location, LotStatus, Tracking
from nameplate.operations.manufacturing.progress import Progress
from nameplate.quantities import from_micro
from nameplate.serial_text import canonical

_SQL = (
    "SELECT l.id, l.number, l.number_key, l.item_id, i.number, l.status, l.hold, k.location_id, p.site_id, p.purpose, "
    "k.quantity - k.reserved - k.held, l.expires_on, COALESCE(b.booked, 0) FROM nameplate_lot l "
    "JOIN nameplate_item i ON i.id = l.item_id LEFT JOIN nameplate_stock k ON k.lot_id = l.id "
    "LEFT JOIN nameplate_location p ON p.id = k.location_id LEFT JOIN (SELECT m.lot_id, m.location_id, SUM(m.reserved) AS booked "
    "FROM nameplate_stockmovement m WHERE m.reserved IS NOT NULL AND m.line_id IN {lines} GROUP BY m.lot_id, m.location_id) b "
    "ON b.lot_id = k.lot_id AND b.location_id = k.location_id WHERE {which} "
    "ORDER BY l.expires_on IS NULL, l.expires_on, l.id, k.quantity DESC, k.location_id"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """So much of a lot at a location, in millionths."""

    lot_id: int
    lot: str
    location_id: int
    quantity: int
    booked: int = 0
    """How much of it was booked for the order."""


@dataclass(slots=True)
class _Spot:
    lot_id: int
    lot: str
    item_id: int
    location_id: int
    left: int
    expires_on: str
    booked: int
    """How much of that is booked for the order."""

    def take(self, quantity: int) -> Taken:
        """So much of it, booked goods first."""
        booked = min(self.booked, quantity)
        self.left -= quantity
        self.booked -= booked
        return Taken(self.lot_id, self.lot, self.location_id, quantity, booked)


def not_expired_before() -> str:
    """The first day (ISO) on which what expires is still good: today in the company's time zone; all days while Expiry dates is off."""
    return timezone.localdate().isoformat() if functions.is_on(functions.EXPIRY_DATES) else "0001-01-01"


class Shelves:
    """What lies free at the order's site, or is booked for it. Nothing is written: what was taken here is only not given out twice.

    Without `booked` what is booked for the order is left alone too: whoever books more asks so.
    """

    def __init__(self, order: Document, standing: Progress, *, booked: bool = True) -> None:
        self._lines = bulk.ids(part.line.pk for part in standing.parts) if booked else bulk.ids(())
        self.site_id = order.manufacturing_order.site_id
        self._order = order
        self._lots: dict[str, tuple[int, str, str, str]] = {}
        """Lot key → its item, the item's number, its status, why it is on hold."""
        self._spots: dict[tuple[int, int], _Spot] = {}
        goods = [part.item.pk for part in standing.parts if part.item.tracking != Tracking.SERIAL]
        if goods:
            self._load(f"l.item_id IN {bulk.id_set()} AND l.status = '{LotStatus.RECEIVED.value}' AND k.quantity > 0", bulk.ids(goods))

    def look_up(self, numbers: Iterable[str]) -> None:
        """Get to know lots by their numbers, of whatever item: to say what they are where they do not fit. One statement."""
        keys = sorted({canonical(number) for number in numbers} - self._lots.keys())
        if keys:
            self._load(f"l.number_key IN {bulk.text_set()}", bulk.texts(key for key in keys if "\x00" not in key))

    def _load(self, which: str, parameter: object) -> None:
        for lot, number, key, item, item_number, status, hold, location, site, purpose, left, expires, booked in bulk.query(
            _SQL.format(which=which, lines=bulk.id_set()), [self._lines, parameter]
        ):
            self._lots[key] = (item, item_number, status, hold)
            if site == self.site_id and purpose != Location.Purpose.TRANSIT:
                spot = _Spot(lot, number, item, location, int(left) + int(booked), str(expires or "9999"), int(booked))
                self._spots.setdefault((lot, location), spot)

    def take(self, number: str, item: Item, quantity: int, location_id: int | None = None) -> Taken | tuple[str, str]:
        """So much of the lot, or (rule, why not). Where it lies in several places: where it is booked, else where most of it lies."""
        lot = self._lots.get(canonical(number))
        if lot is None:
            return "unknown", f"there is no lot {number}"
        if lot[0] != item.pk:
            return "other-item", f"lot {number} is of {lot[1]}, not of {item}"
        if lot[2] != LotStatus.RECEIVED or lot[3]:
            return "lot-status", f"lot {number} is {LotStatus(lot[2]).label if not lot[3] else f'on hold ({lot[3]})'}"
        spots = [one for one in self._spots.values() if canonical(one.lot) == canonical(number)]
        spots = [one for one in spots if location_id is None or one.location_id == location_id]
        fitting = next((one for one in sorted(spots, key=lambda one: (-one.booked, -one.left)) if one.left >= quantity), None)
        if fitting is None:
            most = max((one.left for one in spots), default=0)
            return (
                "not-enough",
                f"only {from_micro(most):,f} of lot {number} are left in one place at {self._order.manufacturing_order.site}",
            )
        return fitting.take(quantity)

    def take_any(self, item: Item, quantity: int) -> list[Taken]:
        """As much of the item as there is, up to `quantity`: booked goods, then by expiry and by age. Nothing that has expired."""
        found: list[Taken] = []
        today = not_expired_before()
        for spot in sorted(self._spots.values(), key=lambda one: not one.booked):
            amount = min(spot.left, quantity)
            if spot.item_id == item.pk and amount > 0 and spot.expires_on >= today:
                quantity -= amount
                found.append(spot.take(amount))
        return found

    def take_whole(self, item: Item, quantity: int) -> Taken | None:
        """So much of the item from one lot in one place, in the order of `take_any`; None, with nothing taken, where none has so much."""
        today = not_expired_before()
        fitting = (one for one in self._spots.values() if one.item_id == item.pk and one.left >= quantity and one.expires_on >= today)
        best = min(fitting, key=lambda one: not one.booked, default=None)
        return best.take(quantity) if best else None

    def holds(self, number: str, item: Item) -> bool:
        """Whether a lot of the item with this number lies here."""
        lot = self._lots.get(canonical(number))
        return lot is not None and lot[0] == item.pk
