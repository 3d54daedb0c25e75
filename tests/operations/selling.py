"""What tests of customer orders and shipments begin with: a shop with drives and fans on its shelves, and a customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nameplate.models import Document, Item, Location, Lot, Party, Pick, Role, Serial, Stock, Tracking, User
from nameplate.operations import sales, shipping
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.sales import OrderLine
from tests import world


@dataclass
class Shop:
    """Ten drives D1 to D10, ten fans in a lot, both at one site."""

    actor: User
    drive: Item
    fan: Item
    shelf: Location
    lot: Lot
    fans: Lot
    customer: Party

    def order(self, *lines: tuple[Item, int | str], of: Party | None = None) -> Document:
        """An order of the customer for so many of each; for three drives where nothing is said."""
        wanted = [OrderLine(item, count) for item, count in lines or [(self.drive, 3)]]
        return sales.create_customer_order(actor=self.actor, customer=of or self.customer, lines=wanted)

    def shipment(self, *orders: Document) -> Document:
        """A shipment for these orders."""
        return shipping.create_shipment(actor=self.actor, orders=orders)

    def reserve(self, order: Document, *numbers: str) -> None:
        """These units for the order."""
        sales.reserve_units(actor=self.actor, order=order, unit_ids=ids(*numbers))

    def picked(self, order: Document, *numbers: str) -> Document:
        """A shipment of the order with these units in it."""
        paper = self.shipment(order)
        shipping.pick(actor=self.actor, shipment=paper, unit_ids=ids(*numbers))
        return paper


def shop() -> Shop:
    """The shop, in whichever database the test asked for."""
    actor = world.user(role=Role.MANAGER)
    shelf, drive, fan = world.location(), world.item(number="HDD"), world.item(number="FAN", tracking=Tracking.LOT)
    numbers = [f"D{number}" for number in range(1, 11)]
    lot, _ = create_lot(actor=actor, item=drive, contents=Contents(numbers), location_id=shelf.pk, reason="Opening stock")
    fans, _ = create_lot(actor=actor, item=fan, contents=Contents(quantity=10), location_id=shelf.pk, reason="Opening stock")
    return Shop(actor, drive, fan, shelf, lot, fans, world.customer())


def unit(number: str) -> Serial:
    return Serial.objects.get(number=number, withdrawn=False)


def ids(*numbers: str) -> list[int]:
    return [unit(number).pk for number in numbers]


def reserved(order: Document) -> list[str]:
    """The numbers of the units that are reserved for the order, in their order."""
    return list(Serial.objects.filter(reserved_line__document=order).order_by("sort_key").values_list("number", flat=True))


def packed(paper: Document) -> list[str]:
    """The numbers of the units that lie in the shipment."""
    picks = Pick.objects.filter(shipment=paper, serial__isnull=False).order_by("serial__sort_key")
    return list(picks.values_list("serial__number", flat=True))


def stock(lot: Lot) -> tuple[int, int]:
    """Quantity and what of it is reserved, in units."""
    row = Stock.objects.get(lot=lot)
    return row.quantity // 1_000_000, row.reserved // 1_000_000


def status(paper: Document) -> str:
    return str(Document.objects.get(pk=paper.pk).status)


def lines(order: Document) -> Sequence[tuple[int, int, int]]:
    """Reserved, picked and shipped of each line, in units."""
    return [(one.reserved // 1_000_000, one.picked // 1_000_000, one.shipped // 1_000_000) for one in sales.progress(order)]
