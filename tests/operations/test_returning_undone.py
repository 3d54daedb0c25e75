"""What of a return is taken back, wholly or in part: it stands exactly as it stood before."""

from __future__ import annotations

from nameplate.ledger import verify
from nameplate.models import Role, Status
from nameplate.operations import returning
from nameplate.operations.shipping import ship_directly
from nameplate.operations.undoing import undo_entry
from tests import world
from tests.operations.returning import row, status
from tests.operations.selling import ids, unit
from tests.pods import pod_shop


def test_a_product_stays_received_when_only_the_receipt_of_its_part_is_undone(any_database: None) -> None:
    pods = pod_shop(world.user(role=Role.MANAGER))
    pods.build(pods.order(1), pods.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]))
    customer = world.customer()
    ship_directly(actor=pods.actor, customer=customer, unit_ids=ids("SP-1"))
    entry = returning.take_back(actor=pods.actor, customer=customer, unit_ids=ids("SP-1", "D01"), location_id=pods.shelf.pk)
    assert entry.document is not None
    undo_entry(actor=pods.actor, entry_id=entry.pk, unit_ids=ids("D01"))
    assert (row("SP-1").received_by, row("D01").received_by, status(entry.document)) == (entry, None, "Waiting for inspection")
    returning.restock(actor=pods.actor, paper=entry.document, unit_ids=ids("SP-1"))
    assert (unit("SP-1").status, verify()) == (Status.RECEIVED, [])
