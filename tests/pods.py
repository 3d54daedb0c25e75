"""A small shop that builds storage pods: a pod takes three drives, two power supplies, a backplane by lot, and screws by quantity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nameplate.models import Document, Entry, Item, Line, Location, Lot, Serial, Tracking, User
from nameplate.operations import cataloguing, manufacturing
from nameplate.operations.cataloguing.bills import Part, set_bill
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.manufacturing import Completion, ProductRow
from nameplate.quantities import MILLIONTHS
from tests import world


@dataclass(frozen=True)
class PodShop:
    """Who builds, of what, and where."""

    actor: User
    pod: Item
    drive: Item
    supply: Item
    backplane: Item
    screw: Item
    shelf: Location

    def stock(self, item: Item, contents: Contents, at: Location | None = None) -> Lot:
        """A lot of it on the shelf."""
        place = (at or self.shelf).pk
        return create_lot(actor=self.actor, item=item, contents=contents, location_id=place, reason="Opening stock")[0]

    def order(self, quantity: int = 2, *, started: bool = True, may_miss_parts: bool = False) -> Document:
        """An order for so many pods."""
        made = manufacturing.create_manufacturing_order(
            actor=self.actor, item=self.pod, quantity=quantity, location=self.shelf, may_miss_parts=may_miss_parts
        )
        return manufacturing.start(actor=self.actor, order=made) if started else made

    def row(self, number: str, drives: Sequence[str], supplies: Sequence[str], backplane: str = "") -> ProductRow:
        """One pod with these parts."""
        return ProductRow(number, [*drives, *supplies, backplane or self.backplanes])

    @property
    def backplanes(self) -> str:
        """The number of the first lot of backplanes."""
        return str(Lot.objects.filter(item=self.backplane).order_by("pk")[0].number)

    def build(self, order: Document, *rows: ProductRow) -> Entry:
        """Finish these pods."""
        return manufacturing.complete(actor=self.actor, order=order, completion=Completion(rows=rows))


def pod_shop(actor: User, *, drives: int = 12, bays: int = 3, mark: str = "") -> PodShop:
    """The shop, with drives D01…, supplies P01…, sixty backplanes and a thousand screws on its shelf.

    `mark` begins every number, where several such shops share a database.
    """
    shelf = world.location()
    pod = cataloguing.create_item(actor=actor, number=f"{mark}POD", made=True, bought=False, serial_pattern=f"{mark}SP-{{000}}")
    drive, supply = cataloguing.create_item(actor=actor, number=f"{mark}DRIVE"), cataloguing.create_item(actor=actor, number=f"{mark}PSU")
    backplane = cataloguing.create_item(actor=actor, number=f"{mark}BACKPLANE", tracking=Tracking.LOT)
    screw = cataloguing.create_item(actor=actor, number=f"{mark}SCREW", tracking=Tracking.NONE)
    parts = [Part(drive, bays, f"bay 1..bay {bays}"), Part(supply, 2, "left, right"), Part(backplane, 1), Part(screw, 8)]
    set_bill(actor=actor, item=pod, version=pod.version, parts=parts)
    shop = PodShop(actor, pod, drive, supply, backplane, screw, shelf)
    shop.stock(drive, Contents([f"{mark}D{n:02d}" for n in range(1, drives + 1)]))
    shop.stock(supply, Contents([f"{mark}P{n:02d}" for n in range(1, drives + 1)]))
    shop.stock(backplane, Contents(quantity=60))
    shop.stock(screw, Contents(quantity=1000))
    return shop


def unit(number: str) -> Serial:
    """The unit that bears the number now."""
    return Serial.objects.get(number=number, withdrawn=False)


def line_of(order: Document, item: Item) -> Line:
    """The order's line for a part."""
    return order.lines.get(item=item)


def quantity_of(lot: Lot) -> int:
    """How much of it lies on shelves, in its unit."""
    return sum(row.quantity for row in lot.stock.all()) // MILLIONTHS
