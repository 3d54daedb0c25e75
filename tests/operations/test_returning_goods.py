"""Goods without serial numbers that come back by quantity: what a return takes of them, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from nameplate.ledger import verify
from nameplate.models import Document, Entry, Lot, LotStatus, ReasonKind, ReturnGoods, Role, Stock, Tracking
from nameplate.operations import returning, transferring
from nameplate.operations.holding import release_goods
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.moving import move_goods
from nameplate.operations.reasons import create_reason
from nameplate.operations.rejecting_goods import release_rejected_goods
from nameplate.operations.returning import GoodsPart, GoodsSaid, Said
from nameplate.operations.shipping import GoodsShipped, ship_directly
from nameplate.operations.transferring import GoodsArrived, GoodsToSend
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import GoodsGone, write_off
from nameplate.refusals import Refused
from tests import world
from tests.operations.returning import Counter, counter, status
from tests.operations.selling import ids


@pytest.fixture
def desk(any_database: None) -> Counter:
    """Six of the ten fans are at the customer."""
    desk = counter()
    ship_directly(actor=desk.shop.actor, customer=desk.shop.customer, goods=[GoodsShipped(desk.shop.fans, 6)])
    return desk


def back(desk: Counter, quantity: int | str, contradiction: str = "") -> Document:
    """So many fans, taken back at the shelf."""
    entry = returning.take_back(
        actor=desk.shop.actor,
        customer=desk.shop.customer,
        goods=[GoodsSaid(quantity, lot=desk.shop.fans)],
        location_id=desk.shop.shelf.pk,
        said=Said(reason=desk.faulty, contradiction=contradiction),
    )
    assert entry.document is not None
    return entry.document


def goods(paper: Document) -> list[ReturnGoods]:
    return list(ReturnGoods.objects.filter(paper=paper).select_related("back__split_from").order_by("pk"))


def held(lot: Lot) -> tuple[int, int]:
    """Quantity and what of it is on hold, in units."""
    rows = Stock.objects.filter(lot=lot)
    return sum(row.quantity for row in rows) // 1_000_000, sum(row.held for row in rows) // 1_000_000


def refused(rule: str, act: Callable[[], object]) -> Refused:
    """The refusal of `act` under this rule, after which nothing is written."""
    models = (Entry, Document, ReturnGoods, Lot)
    before = [model.objects.count() for model in models]
    with pytest.raises(Refused) as told:
        act()
    assert (told.value.rule, [model.objects.count() for model in models]) == (rule, before)
    return told.value


def test_what_comes_lies_on_hold_in_a_lot_of_its_own_and_knows_its_shipment(desk: Counter) -> None:
    actor = desk.shop.actor
    paper = returning.create_return(actor=actor, customer=desk.shop.customer, goods=[GoodsSaid(4, item=desk.shop.fan)])
    assert (status(paper), returning.goods_there(desk.shop.customer.pk)[0].left) == ("New", 2_000_000)
    [row] = goods(paper)
    entry = returning.receive_return(actor=actor, paper=paper, goods=[GoodsPart(row.pk, 3)], location_id=desk.shop.shelf.pk)
    came, rest = returning.standing(paper).goods
    assert came.row.back is not None
    assert (came.row.back.status, came.row.back.split_from, held(came.row.back)) == (LotStatus.RMA_RETURNED, desk.shop.fans, (3, 3))
    assert (came.next, came.days, came.row.shipment is not None, rest.next) == ("3 to be inspected", 0, True, "expected")
    assert (status(paper), rest.row.quantity) == ("Waiting for inspection", 1_000_000)
    lot = came.row.back
    told = refused("lot-status", lambda: release_goods(actor=actor, lot=lot, quantity=1))
    assert told.causes[0].label == paper.number
    refused("not-enough", lambda: returning.restock(actor=actor, paper=paper, goods=[GoodsPart(row.pk, 4)]))
    refused("received-already", lambda: returning.cancel_return(actor=actor, paper=paper))
    undo_entry(actor=actor, entry_id=entry.pk)
    assert (status(paper), [one.back for one in goods(paper)]) == ("New", [None, None])
    assert Lot.objects.get(pk=lot.pk).status == LotStatus.CANCELED
    returning.take_off_return(actor=actor, paper=paper, goods=[rest.row.pk])
    assert returning.goods_there(desk.shop.customer.pk)[0].left == 3_000_000
    returning.cancel_return(actor=actor, paper=paper)
    assert (returning.goods_there(desk.shop.customer.pk)[0].left, list(verify())) == (6_000_000, [])


def test_parts_are_restocked_and_rejected_each_where_it_belongs_and_all_can_be_undone(desk: Counter) -> None:
    actor, paper = desk.shop.actor, back(desk, 5)
    [row] = goods(paper)
    assert row.back is not None
    restocked = returning.restock(actor=actor, paper=paper, goods=[GoodsPart(row.pk, 2)], finding="Good as new")
    assert (held(desk.shop.fans), held(row.back), status(paper)) == ((6, 0), (3, 3), "Waiting for action")
    returning.reject(actor=actor, paper=paper, goods=[GoodsPart(row.pk)], reason="Bent")
    failed = Lot.objects.get(split_from=row.back)
    assert (failed.status, held(failed), status(paper)) == (LotStatus.REJECTED, (3, 3), "Resolved")
    assert returning.standing(paper).goods[0].next == "3 rejected, 2 in stock again"
    release_rejected_goods(actor=actor, lot=failed, quantity=1)
    assert (held(desk.shop.fans), held(failed)) == ((7, 0), (2, 2))
    undo_entry(actor=actor, entry_id=restocked.pk)
    assert (held(row.back), status(paper), list(verify())) == ((2, 2), "Waiting for action", [])


def test_beyond_what_was_shipped_it_needs_a_reason_and_is_settled_in_words(desk: Counter) -> None:
    actor = desk.shop.actor
    told = refused("not-theirs", lambda: back(desk, 8))
    assert ("only 6 PCS of it were with this customer" in told.message.replace("pcs", "PCS"), "contradiction" in told.fields) == (
        True,
        True,
    )
    paper = back(desk, 8, contradiction="Counted twice on the dock.")
    ours, odd = goods(paper)
    assert (ours.quantity, odd.quantity, ours.contradiction, odd.shipment) == (6_000_000, 2_000_000, "", None)
    assert odd.back is not None
    assert (odd.back.split_from, "only 6" in odd.known) == (desk.shop.fans, True)
    refused("return-goods", lambda: returning.settle_contradiction(actor=actor, paper=paper, goods=[ours.pk], how="Lent."))
    returning.settle_contradiction(actor=actor, paper=paper, goods=[odd.pk], how="Lent by another customer.")
    assert returning.standing(paper).open_goods == []
    other = create_lot(
        actor=actor, item=desk.shop.fan, contents=Contents(quantity=3), location_id=desk.shop.shelf.pk, reason="Opening stock"
    )[0]
    ship_directly(actor=actor, customer=desk.other, goods=[GoodsShipped(other, 1), GoodsShipped(desk.shop.fans, 1)])
    two = [GoodsSaid(1, item=desk.shop.fan)]
    refused("which-lot", lambda: returning.create_return(actor=actor, customer=desk.other, goods=two))
    units = [GoodsSaid(1, item=desk.shop.drive)]
    refused("serials-needed", lambda: returning.create_return(actor=actor, customer=desk.other, goods=units))
    assert list(verify()) == []


def test_untracked_goods_are_of_the_newest_shipments_first(desk: Counter) -> None:
    actor, screw = desk.shop.actor, world.item(number="SCREW", tracking=Tracking.NONE)
    lot, _ = create_lot(actor=actor, item=screw, contents=Contents(quantity=50), location_id=desk.shop.shelf.pk, reason="Opening stock")
    first, second = (
        ship_directly(actor=actor, customer=desk.shop.customer, goods=[GoodsShipped(lot, amount)]).document for amount in (10, 5)
    )
    given = [GoodsSaid(Decimal("7.5"), item=screw)]
    paper = returning.create_return(actor=actor, customer=desk.shop.customer, goods=given, unit_ids=ids("D1"))
    assert [(one.shipment, one.quantity) for one in goods(paper)] == [(second, 5_000_000), (first, 2_500_000)]
    entry = returning.receive_return(actor=actor, paper=paper, location_id=desk.shop.shelf.pk)
    assert (entry.units, [one.received_by for one in goods(paper)]) == (1, [entry, entry])
    returning.restock(actor=actor, paper=paper, unit_ids=ids("D1"), goods=[GoodsPart(one.pk) for one in goods(paper)])
    assert (status(paper), Stock.objects.get(lot=lot).quantity, list(verify())) == ("Resolved", 42_500_000, [])


def test_credited_they_stay_and_what_is_lost_here_needs_no_decision(desk: Counter) -> None:
    actor = desk.shop.actor
    paper = returning.create_return(actor=actor, customer=desk.shop.customer, goods=[GoodsSaid(2, lot=desk.shop.fans)])
    mine = [one.pk for one in goods(paper)]
    refused("goods-outcome", lambda: returning.decide(actor=actor, paper=paper, goods=mine, outcome="repair"))
    returning.decide(actor=actor, paper=paper, goods=mine, outcome="credit", finding="Photos are enough")
    assert (status(paper), goods(paper)[0].coming) == ("Resolved", False)
    refused(
        "return-goods",
        lambda: returning.receive_return(actor=actor, paper=paper, goods=[GoodsPart(mine[0])], location_id=desk.shop.shelf.pk),
    )
    came = back(desk, 6)
    lot = goods(came)[0].back
    assert lot is not None
    bin_ = world.location(name="B-07", of=desk.shop.shelf.site)
    move_goods(actor=actor, lot=lot, quantity=2, location_id=bin_.pk)
    lost = create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind=ReasonKind.WRITE_OFF, name="Lost")
    gone = write_off(actor=actor, reason=lost, goods=[GoodsGone(lot, 4, desk.shop.shelf.pk)])
    returning.restock(actor=actor, paper=came, goods=[GoodsPart(goods(came)[0].pk)])
    assert (status(came), returning.standing(came).goods[0].next) == ("Resolved", "2 in stock again, 4 written off")
    undo_entry(actor=actor, entry_id=gone.pk)
    assert (status(came), held(lot), list(verify())) == ("Waiting for action", (4, 4), [])


def test_a_part_that_was_transferred_is_decided_on_its_return_too(desk: Counter) -> None:
    actor, paper = desk.shop.actor, back(desk, 5)
    [row] = goods(paper)
    assert row.back is not None
    dock = world.location(name="Dock")
    order = transferring.create_transfer_order(
        actor=actor, goods=[GoodsToSend(row.back, 2)], origin=desk.shop.shelf.site, destination=dock.site, location=dock
    )
    transferring.ship(actor=actor, order=order)
    refused("not-enough", lambda: returning.restock(actor=actor, paper=paper, goods=[GoodsPart(row.pk, 4)]))
    arrived = [GoodsArrived(order.lines.get().pk, 2)]
    transferring.receive_transfer(actor=actor, order=order, goods=arrived, location_id=dock.pk)
    assert (returning.standing(paper).goods[0].left, held(row.back)) == (5_000_000, (3, 3))
    returning.restock(actor=actor, paper=paper, goods=[GoodsPart(row.pk)])
    assert (status(paper), held(desk.shop.fans), list(verify())) == ("Resolved", (9, 0), [])
