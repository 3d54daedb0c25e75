"""What comes back into a lot on hold is on hold with it, by whatever way, and is freed with it."""

from __future__ import annotations

import pytest

from nameplate.models import Lot, Status, User
from nameplate.operations import returning
from nameplate.operations.assembling import GoodsIn, install_components
from nameplate.operations.holding import hold_lot, release_lot
from nameplate.operations.re_entering import Occasion, re_enter
from nameplate.operations.shipping import ship_directly
from nameplate.operations.undoing import undo_entry
from nameplate.quantities import MILLIONTHS
from tests import world
from tests.pods import PodShop, pod_shop, unit

WHY = "Recalled"


@pytest.fixture
def pods(manager: User) -> PodShop:
    """A pod at a customer with D01 to D03 inside, and D04 beside it; then the drives' lot is put on hold."""
    shop = pod_shop(manager)
    shop.build(shop.order(1), shop.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]))
    return shop


def shipped_then_held(pods: PodShop, number: str) -> tuple[int, Lot]:
    entry = ship_directly(actor=pods.actor, customer=world.customer(), unit_ids=[unit(number).pk])
    lot = unit("D01").lot
    hold_lot(actor=pods.actor, lot=lot, reason=WHY)
    return entry.pk, lot


@pytest.mark.parametrize(("number", "held"), [("SP-1", "D02"), ("D04", "D04")])
def test_by_an_undo_of_the_shipment(pods: PodShop, number: str, held: str) -> None:
    entry, lot = shipped_then_held(pods, number)
    assert (unit(held).hold, unit("D05").hold) == ("", WHY)
    undo_entry(actor=pods.actor, entry_id=entry)
    assert unit(held).hold == WHY
    release_lot(actor=pods.actor, lot=lot)
    assert (unit(held).hold, unit("D05").hold) == ("", "")


@pytest.mark.parametrize(("number", "held"), [("SP-1", "D02"), ("D04", "D04")])
def test_by_a_return_that_is_restocked(pods: PodShop, number: str, held: str) -> None:
    _, lot = shipped_then_held(pods, number)
    back = returning.take_back(actor=pods.actor, customer=world_customer(number), unit_ids=[unit(number).pk], location_id=pods.shelf.pk)
    assert back.document is not None
    returning.restock(actor=pods.actor, paper=back.document, unit_ids=[unit(number).pk])
    assert (unit(number).status, unit(held).hold) == (Status.RECEIVED, WHY)
    release_lot(actor=pods.actor, lot=lot)
    assert unit(held).hold == ""


def test_by_buying_its_product_back(pods: PodShop) -> None:
    shipped_then_held(pods, "SP-1")
    re_enter(actor=pods.actor, unit_ids=[unit("SP-1").pk], location_id=pods.shelf.pk, reason="So", occasion=Occasion.BOUGHT_BACK)
    assert (unit("SP-1").hold, unit("D02").hold) == ("", WHY)


def test_goods_by_the_undo_of_what_used_them(pods: PodShop) -> None:
    lot = Lot.objects.get(item=pods.screw)
    into = [GoodsIn(unit("SP-1").pk, 5, item_id=pods.screw.pk)]
    entry = install_components(actor=pods.actor, fittings=[], goods=into, reason="Loose", anyway=True)
    hold_lot(actor=pods.actor, lot=lot, reason=WHY)
    undo_entry(actor=pods.actor, entry_id=entry.pk)
    assert [(row.quantity - row.held) // MILLIONTHS for row in lot.stock.all()] == [0]


def world_customer(number: str) -> int:
    found = unit(number).customer_id
    assert found is not None
    return found
