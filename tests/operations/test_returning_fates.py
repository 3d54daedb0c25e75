"""Returns of units to which something happened elsewhere: inside a product, at their vendor, written off, bought back."""

from __future__ import annotations

from nameplate.ledger import verify
from nameplate.models import Role, Status
from nameplate.operations import returning
from nameplate.operations.shipping import ship_directly
from nameplate.operations.undoing import undo_entry
from tests import world
from tests.operations.selling import ids, unit
from tests.pods import pod_shop


def test_a_part_that_comes_back_out_of_a_product_keeps_the_warranty_of_the_product(any_database: None) -> None:
    pods = pod_shop(world.user(role=Role.MANAGER))
    pods.build(pods.order(1), pods.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]))
    customer = world.customer()
    ship_directly(actor=pods.actor, customer=customer, unit_ids=ids("SP-1"), warranty_months=24)
    until = unit("SP-1").warranty_until
    entry = returning.take_back(actor=pods.actor, customer=customer, unit_ids=ids("D01"), location_id=pods.shelf.pk)
    assert entry.document is not None
    assert (unit("D01").status, unit("D01").warranty_until, unit("D02").warranty_until) == (Status.RETURNED, until, None)
    undo_entry(actor=pods.actor, entry_id=entry.pk)
    assert unit("D01").warranty_until is None
    returning.receive_return(actor=pods.actor, paper=entry.document, location_id=pods.shelf.pk)
    returning.reject(actor=pods.actor, paper=entry.document, unit_ids=ids("D01"), reason="Opened", ship_back=True)
    returning.ship_back(actor=pods.actor, paper=entry.document, unit_ids=ids("D01"))
    again = returning.take_back(actor=pods.actor, customer=customer, unit_ids=ids("D01"), location_id=pods.shelf.pk)
    assert again.document is not None
    assert returning.standing(again.document).units[0].state.in_warranty
    assert verify() == []
