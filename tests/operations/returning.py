"""What tests of returns begin with: the shop of the selling tests with five of its drives shipped to its customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nameplate.models import Document, Entry, Lot, Party, ReasonKind, ReturnUnit, Role
from nameplate.operations import reasons, returning
from nameplate.operations.returning import Said
from nameplate.operations.shipping import ship_directly
from tests import world
from tests.operations.selling import Shop, ids, shop, unit


@dataclass
class Counter:
    """Where things come back: D1 to D5 are at the customer, D6 at another one, D7 and on on the shelf."""

    shop: Shop
    other: Party
    faulty: int
    sold: Entry

    def announced(self, *numbers: str, **said: Any) -> Document:
        """A return of the customer with these units on it."""
        given = Said(reason=self.faulty, **said)
        return returning.create_return(actor=self.shop.actor, customer=self.shop.customer, unit_ids=ids(*numbers), said=given)

    def receive(self, paper: Document, *numbers: str) -> Entry:
        """These units of it, or all, at the shelf."""
        chosen = ids(*numbers) if numbers else None
        return returning.receive_return(actor=self.shop.actor, paper=paper, unit_ids=chosen, location_id=self.shop.shelf.pk)

    def back(self, *numbers: str, **said: Any) -> Document:
        """A return with these units, received."""
        entry = returning.take_back(
            actor=self.shop.actor,
            customer=self.shop.customer,
            unit_ids=ids(*numbers),
            location_id=self.shop.shelf.pk,
            said=Said(reason=self.faulty, **said),
        )
        assert entry.document is not None
        return entry.document


def counter() -> Counter:
    """The shop, in whichever database the test asked for."""
    ours = shop()
    other = world.customer(name="Borealis Labs")
    administrator = world.user(role=Role.ADMINISTRATOR)
    faulty = reasons.create_reason(actor=administrator, kind=ReasonKind.RETURN, name="Failed in use")
    ours.customer.address = "1 Harbour Road"
    ours.customer.save(update_fields=["address"])
    sold = ship_directly(actor=ours.actor, customer=ours.customer, unit_ids=ids("D1", "D2", "D3", "D4", "D5"), warranty_months=24)
    ship_directly(actor=ours.actor, customer=other, unit_ids=ids("D6"))
    return Counter(ours, other, faulty.pk, sold)


def status(paper: Document) -> str:
    """The status of a document as it stands now."""
    return Document.objects.get(pk=paper.pk).get_status_display()


def row(number: str) -> ReturnUnit:
    """The unit's newest row on a return."""
    return ReturnUnit.objects.filter(serial=unit(number)).latest("pk")


def lot_of(number: str) -> Lot:
    """The lot in which the unit is."""
    return unit(number).lot
