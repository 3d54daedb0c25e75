"""A shelf to be counted: ten drives and two lots of goods on it, another shelf beside it."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass

from nameplate.models import CountScan, Document, Item, Location, Lot, Reason, Serial, Stock, Tracking, User
from nameplate.operations import counting, reasons
from nameplate.operations.counting import Scan
from nameplate.operations.lots import Contents, create_lot
from tests import world

_keys = itertools.count(1)


@dataclass(frozen=True)
class CountShop:
    """What lies where, and why it is written off."""

    actor: User
    drive: Item
    fan: Item
    screw: Item
    shelf: Location
    beside: Location
    drives: Lot
    fans: Lot
    lost: Reason

    def count(self, *places: Location, item: Item | None = None, started: bool = True, blind: bool = False) -> Document:
        """A count of these places (the shelf, when nothing is said), started."""
        where = [place.pk for place in places or (() if item else (self.shelf,))]
        made = counting.create_count(actor=self.actor, location_ids=where, item=item, blind=blind)
        return counting.start(actor=self.actor, count=made) if started else made

    def scan(self, count: Document, *texts: str, at: Location | None = None, by: User | None = None) -> list[CountScan]:
        """These numbers, each scanned once."""
        place = at.pk if at else None
        return counting.record_scans(actor=by or self.actor, count=count, scans=[Scan(f"k{next(_keys)}", text, place) for text in texts])

    def quantity(self, count: Document, text: str, quantity: str, at: Location | None = None) -> CountScan:
        """So much of it counted."""
        place = at.pk if at else None
        return counting.record_scans(actor=self.actor, count=count, scans=[Scan(f"k{next(_keys)}", text, place, quantity)])[0]

    def twin(self, item: str, *numbers: str, at: Location | None = None) -> None:
        """Units of another item whose numbers others bear too."""
        contents, place = Contents(list(numbers), keep=frozenset({"other-item"})), at or self.shelf
        create_lot(actor=self.actor, item=world.item(number=item), contents=contents, location_id=place.pk, reason="Found")


def count_shop(actor: User, administrator: User, *, mark: str = "", drives: int = 10) -> CountShop:
    """The shelf with drives D01…, a hundred fans of a lot and a thousand screws."""
    site = world.site()
    shelf, beside = world.location(name=f"{mark}A-01", of=site), world.location(name=f"{mark}A-02", of=site)
    drive = world.item(number=f"{mark}DRIVE")
    fan, screw = world.item(number=f"{mark}FAN", tracking=Tracking.LOT), world.item(number=f"{mark}SCREW", tracking=Tracking.NONE)
    numbers = [f"{mark}D{number:02d}" for number in range(1, drives + 1)]

    def stock(item: Item, contents: Contents, cost: str) -> Lot:
        return create_lot(actor=actor, item=item, contents=contents, location_id=shelf.pk, reason="Opening stock", cost=cost)[0]

    lots = stock(drive, Contents(numbers), "100"), stock(fan, Contents(quantity=100), "2.50")
    stock(screw, Contents(quantity=1000), "0.02")
    lost = reasons.create_reason(actor=administrator, kind="write-off", name=f"{mark}Lost")
    return CountShop(actor, drive, fan, screw, shelf, beside, *lots, lost)


def unit(number: str) -> Serial:
    """The unit that bears the number now."""
    return Serial.objects.get(number=number, withdrawn=False)


def lying(lot: Lot, place: Location) -> int:
    """How much of the lot lies there, in its unit."""
    return sum(Stock.objects.filter(lot=lot, location=place).values_list("quantity", flat=True)) // 1_000_000


def half_counted(manager: User, shelf: Location) -> Document:
    """A count under way with scans of many verdicts: found, missing, seen, elsewhere, unknown; and goods. A1 is on the shelf."""
    goods, board, number = world.item(tracking=Tracking.LOT), world.item(), f"X{uuid.uuid4().hex[:8]}"
    lot = create_lot(actor=manager, item=goods, contents=Contents(quantity=10), location_id=shelf.pk, reason="Found")[0]
    beside = world.location(name=number, of=shelf.site)
    create_lot(actor=manager, item=board, contents=Contents([number]), location_id=beside.pk, reason="Found")
    count = counting.start(actor=manager, count=counting.create_count(actor=manager, location_ids=[shelf.pk]))
    scans = [Scan(str(at), text) for at, text in enumerate(("A1", "a1", number, "nobody's"))]
    counting.record_scans(actor=manager, count=count, scans=[*scans, Scan("goods", lot.number, None, "7")])
    return count
