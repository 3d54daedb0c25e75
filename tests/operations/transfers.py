"""Two sites with something on the shelves of one of them, and what tests of transfers do again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nameplate.models import Document, Item, Location, Lot, Serial, Stock, Tracking, User
from nameplate.operations import transferring
from nameplate.operations.lots import Contents, create_lot
from nameplate.quantities import MILLIONTHS
from tests import world


@dataclass
class Yard:
    """Two sites; five units and ten metres of something without numbers at the first."""

    actor: User
    shelf: Location
    dock: Location
    drive: Item
    lot: Lot
    cable: Lot

    def order(self, *numbers: str, **given: Any) -> Document:
        """An order for these units from the first site to the second."""
        units = [unit(number).pk for number in numbers]
        return transferring.create_transfer_order(
            actor=self.actor,
            unit_ids=units,
            origin=self.shelf.site,
            destination=self.dock.site,
            location=self.dock,
            **given,
        )

    def sent(self, *numbers: str, **given: Any) -> Document:
        """The same, on its way."""
        order = self.order(*numbers, **given)
        transferring.ship(actor=self.actor, order=order)
        return again(order)


def yard(actor: User, *, prefix: str = "A", units: int = 5) -> Yard:
    """The ground: numbers begin with `prefix`."""
    shelf, dock = world.location(name="A-01"), world.location(name="Dock")
    drive, cable = world.item(), world.item(tracking=Tracking.LOT)
    numbers = [f"{prefix}{number}" for number in range(1, units + 1)]
    lot, _ = create_lot(actor=actor, item=drive, contents=Contents(numbers), location_id=shelf.pk, reason="Opening stock")
    goods, _ = create_lot(actor=actor, item=cable, contents=Contents(quantity=10), location_id=shelf.pk, reason="Opening stock")
    return Yard(actor, shelf, dock, drive, lot, goods)


def unit(number: str) -> Serial:
    return Serial.objects.select_related("lot", "location__site").get(number=number, withdrawn=False)


def units(*numbers: str) -> list[int]:
    return [unit(number).pk for number in numbers]


def again(order: Document) -> Document:
    """The order as it stands now."""
    return Document.objects.select_related("transfer_order__origin", "transfer_order__destination").get(pk=order.pk)


def lying(item: Item) -> dict[str, int]:
    """How much of an item lies where, by the name of the location."""
    found: dict[str, int] = {}
    for row in Stock.objects.filter(lot__item=item, quantity__gt=0).select_related("location"):
        found[row.location.name] = found.get(row.location.name, 0) + row.quantity // MILLIONTHS
    return found
