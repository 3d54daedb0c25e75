"""The papers of a transfer: the waybill that goes with the lorry, and the list to pick by."""

from __future__ import annotations

import pytest

from nameplate.documents.transfer_orders import picking_list, waybill
from nameplate.models import Document, User
from nameplate.operations import transferring
from nameplate.operations.transferring import GoodsToSend
from tests.documents.reading import texts_of
from tests.operations.transfers import Yard, yard


@pytest.fixture
def ground(manager: User) -> Yard:
    ours = yard(manager)
    for site, address in ((ours.shelf.site, "1 Harbour Road\nRotterdam"), (ours.dock.site, "Hall 4")):
        site.address = address
        site.save(update_fields=["address"])
    return ours


@pytest.fixture
def order(ground: Yard) -> Document:
    return ground.order("A1", "A2", "A3", "A5", goods=[GoodsToSend(ground.cable, "2.5")])


def test_the_waybill_says_from_where_to_where_how_much_and_who_signs(ground: Yard, order: Document) -> None:
    (text,) = texts_of(waybill(actor=ground.actor, order=order.pk).content)
    ends = (f"To {ground.dock.site}", "Hall 4", "Dock", f"From {ground.shelf.site}", "1 Harbour Road", "Rotterdam")
    much = ("4 pcs", "2.5 pcs", "A1..A3", "A5", f"Lot {ground.cable.number}", "4 units with serial numbers.")
    signed = ("Handed over by: name, date, signature", "Taken over by", "Received by")
    assert [one for one in (order.number, "Waybill", *ends, *much, *signed) if one not in text] == []


def test_the_picking_list_says_where_things_lie_and_later_that_they_have_left(ground: Yard, order: Document) -> None:
    (text,) = texts_of(picking_list(actor=ground.actor, order=order.pk).content)
    assert [one for one in ("A-01", "A1", "A2", "A3", "A5", "2.5 pcs", ground.cable.number) if one not in text] == []
    transferring.ship(actor=ground.actor, order=order)
    order.transfer_order.refresh_from_db()
    (text,) = texts_of(picking_list(actor=ground.actor, order=order.pk).content)
    left = f"Left {ground.shelf.site} on {order.transfer_order.shipped_on}"
    assert ([one for one in (left, "A5", "A-01", "2.5 pcs") if one not in text], "transit" in text.casefold()) == ([], False)
