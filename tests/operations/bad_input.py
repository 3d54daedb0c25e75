"""What people and programs try at the counter and must not get: a shop in which each of it can be tried."""

from __future__ import annotations

from dataclasses import dataclass

from nameplate.models import Document, DocumentKind, Entry, Movement, ReturnUnit, TransferExtra
from nameplate.operations import transferring
from nameplate.operations.holding import hold_units
from tests import world
from tests.operations.returning import Counter, counter
from tests.operations.selling import ids


@dataclass
class Trouble:
    """D1 came back, D2 is at the customer, D7 is on hold, D8 reserved for another order; X1 is of another item, D10 went and arrived."""

    desk: Counter
    picking: Document
    """A shipment for an order of three drives, with nothing in it."""
    other: Document
    """The order for which D8 is reserved."""
    came_back: Document
    transfer: Document

    @property
    def sold(self) -> Document:
        """The order that was shipped whole."""
        return Document.objects.get(kind=DocumentKind.CUSTOMER_ORDER, shipments=self.desk.sold.document_id)


def trouble() -> Trouble:
    """The shop, in whichever database the test asked for."""
    desk = counter()
    ours = desk.shop
    world.receipt(numbers=["X1"], of=world.item(number="SSD"), at=ours.shelf)
    hold_units(actor=ours.actor, unit_ids=ids("D7"), reason="Wet")
    other = ours.order(of=desk.other)
    ours.reserve(other, "D8")
    dock = world.location(name="Dock")
    order = transferring.create_transfer_order(
        actor=ours.actor, unit_ids=ids("D10"), origin=ours.shelf.site, destination=dock.site, location=dock
    )
    transferring.ship(actor=ours.actor, order=order)
    transferring.receive_transfer(actor=ours.actor, order=order, unit_ids=ids("D10"))
    return Trouble(desk, ours.shipment(ours.order()), other, desk.back("D1"), order)


def extent() -> tuple[int, ...]:
    """How much of everything is written."""
    return tuple(model.objects.count() for model in (Entry, Movement, Document, ReturnUnit, TransferExtra))
