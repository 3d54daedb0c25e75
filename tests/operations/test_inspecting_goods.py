"""Goods without serial numbers are inspected by quantity: what fails goes into a lot of its own, on hold there, and comes back."""

from __future__ import annotations

from functools import partial

import pytest

from nameplate.models import Document, Entry, InspectedGoods, Location, Lot, LotStatus, Reason, Role, Stock, Tracking, User
from nameplate.operations import purchasing, reasons
from nameplate.operations.holding import hold_goods, hold_lot, release_goods, release_lot
from nameplate.operations.inspecting.canceling import cancel_rest
from nameplate.operations.inspecting.goods import GoodsSaid
from nameplate.operations.inspecting.judging import judge
from nameplate.operations.inspecting.opening import GoodsAsked, open_inspection
from nameplate.operations.lots import Contents, add_to_lot, create_lot
from nameplate.operations.moving import move_goods
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.rejecting_goods import release_rejected_goods
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import GoodsGone, write_off
from nameplate.refusals import Forbidden
from tests import world
from tests.operations.orders import refused


@pytest.fixture
def shelf() -> Location:
    return world.location()


@pytest.fixture
def bent(administrator: User) -> Reason:
    return reasons.create_reason(actor=administrator, kind="rejection", name="Bent")


@pytest.fixture
def received(manager: User, shelf: Location) -> Entry:
    """A hundred fans, received on an order."""
    fan = world.item(tracking=Tracking.LOT, requires_inspection=True)
    order = world.purchase_order(lines=[(fan, 100)])
    return receive(actor=manager, order=order, lines=[LineReceipt(order.lines.get().pk, quantity=100)], location_id=shelf.pk)


@pytest.fixture
def paper(received: Entry) -> Document:
    return Document.objects.get(kind="QC")


@pytest.fixture
def lot(received: Entry) -> Lot:
    return Lot.objects.get(stock_movements__entry=received)


def stands(lot: Lot) -> tuple[int, int]:
    """Quantity and what of it is held, everywhere."""
    rows = Stock.objects.filter(lot=lot)
    return sum(row.quantity for row in rows) // 1_000_000, sum(row.held for row in rows) // 1_000_000


def judged(paper: Document) -> list[tuple[int, str]]:
    rows = InspectedGoods.objects.filter(inspection=paper.pk).order_by("verdict", "quantity")
    return [(row.quantity // 1_000_000, row.verdict) for row in rows]


def test_a_quantity_passes_and_another_fails_into_a_rejected_lot(
    manager: User, received: Entry, paper: Document, lot: Lot, bent: Reason
) -> None:
    assert (stands(lot), judged(paper)) == ((100, 100), [(100, "waiting")])
    said = [GoodsSaid(lot, 60, True), GoodsSaid(lot, "10", False, bent, "A crushed box"), GoodsSaid(lot, 5, False, bent)]
    entry = judge(actor=manager, inspection=paper, goods=said)
    rejected = Lot.objects.get(split_from=lot)
    assert (rejected.status, stands(rejected), stands(lot)) == (LotStatus.REJECTED, (15, 15), (85, 25))
    assert (judged(paper), entry.reason) == ([(5, "failed"), (10, "failed"), (60, "passed"), (25, "waiting")], "Bent")
    assert purchasing.progress(received.document)[0].to_come == 0  # type: ignore[arg-type]  # it has one
    last = judge(actor=manager, inspection=paper, goods=[GoodsSaid(lot, 25, True, sampled=True)])
    paper.refresh_from_db()
    assert (judged(paper)[-1], paper.status) == ((25, "sampled"), "done")

    undo_entry(actor=manager, entry_id=last.pk)
    undo_entry(actor=manager, entry_id=entry.pk)
    paper.refresh_from_db()
    rejected.refresh_from_db()
    assert (judged(paper), stands(lot), stands(rejected), rejected.status) == ([(100, "waiting")], (100, 100), (0, 0), "canceled")
    undo_entry(actor=manager, entry_id=received.pk)
    paper.refresh_from_db()
    assert (judged(paper), paper.status) == ([(100, "left")], "canceled")


def test_more_than_waits_is_not_judged(manager: User, paper: Document, lot: Lot, bent: Reason, shelf: Location) -> None:
    other = world.location(name="B-1", of=shelf.site)
    move_goods(actor=manager, lot=lot, quantity=30, location_id=other.pk)
    entries = Entry.objects.count()
    for said, rule in (
        ([GoodsSaid(lot, 5, True)], "which-place"),
        ([GoodsSaid(lot, 101, True, location_id=shelf.pk)], "not-enough"),
        ([GoodsSaid(lot, 31, True, location_id=other.pk)], "not-enough"),
        ([GoodsSaid(lot, 20, True, location_id=other.pk), GoodsSaid(lot, 11, False, bent, location_id=other.pk)], "not-enough"),
        ([GoodsSaid(lot, 0, True, location_id=other.pk)], "not-positive"),
        ([GoodsSaid(lot, 1, False, location_id=other.pk)], "reason-needed"),
    ):
        assert refused(partial(judge, actor=manager, inspection=paper, goods=said)).rule == rule
    strange = create_lot(
        actor=manager, item=world.item(tracking=Tracking.NONE), contents=Contents(quantity=3), location_id=shelf.pk, reason="Found"
    )[0]
    assert refused(lambda: judge(actor=manager, inspection=paper, goods=[GoodsSaid(strange, 1, True)])).rule == "not-judgeable"
    assert (Entry.objects.count(), judged(paper)) == (entries + 1, [(100, "waiting")])


def test_rejected_goods_stay_on_hold_until_they_are_released_or_written_off(
    manager: User, administrator: User, paper: Document, lot: Lot, bent: Reason
) -> None:
    judge(actor=manager, inspection=paper, goods=[GoodsSaid(lot, 20, False, bent), GoodsSaid(lot, 80, True)])
    rejected = Lot.objects.get(split_from=lot)
    assert refused(lambda: release_goods(actor=manager, lot=rejected, quantity=1)).rule == "lot-status"
    assert refused(lambda: hold_goods(actor=manager, lot=rejected, quantity=1, reason="Why")).rule == "not-enough"
    assert refused(lambda: release_rejected_goods(actor=manager, lot=lot)).rule == "lot-status"
    assert refused(lambda: release_rejected_goods(actor=manager, lot=rejected, quantity=21)).rule == "not-enough"
    assert refused(lambda: release_rejected_goods(actor=manager, lot=rejected, quantity=0)).rule == "not-positive"
    with pytest.raises(Forbidden):
        release_rejected_goods(actor=world.user(role=Role.VIEWER), lot=rejected)
    entry = release_rejected_goods(actor=manager, lot=rejected, quantity="5", reason="Straightened")
    assert (stands(lot), stands(rejected)) == ((85, 0), (15, 15))
    undo_entry(actor=manager, entry_id=entry.pk)
    gone = reasons.create_reason(actor=administrator, kind="write-off", name="Scrapped")
    write_off(actor=manager, reason=gone, goods=[GoodsGone(rejected, 8)])
    release_rejected_goods(actor=manager, lot=rejected)
    assert (stands(lot), stands(rejected)) == ((92, 0), (0, 0))


def test_rejected_goods_are_inspected_again(manager: User, paper: Document, lot: Lot, bent: Reason) -> None:
    judge(actor=manager, inspection=paper, goods=[GoodsSaid(lot, 20, False, bent), GoodsSaid(lot, 80, True)])
    rejected = Lot.objects.get(split_from=lot)
    again, _ = open_inspection(actor=manager, goods=[GoodsAsked(rejected, 12)])
    assert refused(lambda: release_rejected_goods(actor=manager, lot=rejected, quantity=9)).rule == "not-enough"
    judge(actor=manager, inspection=again, goods=[GoodsSaid(rejected, 10, True), GoodsSaid(rejected, 2, False, bent)])
    assert (stands(lot), stands(rejected)) == ((90, 0), (10, 10))


def test_goods_in_stock_are_inspected_by_hand(manager: User, shelf: Location) -> None:
    screws = create_lot(
        actor=manager, item=world.item(tracking=Tracking.NONE), contents=Contents(quantity=50), location_id=shelf.pk, reason="Found"
    )[0]
    hold_goods(actor=manager, lot=screws, quantity=20, reason="Wet")
    first, _ = open_inspection(actor=manager, goods=[GoodsAsked(screws, 40)])
    assert stands(screws) == (50, 50)
    assert refused(lambda: open_inspection(actor=manager, goods=[GoodsAsked(screws, 11)])).rule == "not-enough"
    assert refused(lambda: open_inspection(actor=manager, goods=[GoodsAsked(screws, 1)] * 2)).rule == "twice"
    assert refused(lambda: release_goods(actor=manager, lot=screws, quantity=11)).rule == "not-enough"
    release_goods(actor=manager, lot=screws, quantity=10)
    cancel_rest(actor=manager, inspection=first, reason="No time")
    first.refresh_from_db()
    assert (stands(screws), first.status) == ((50, 0), "canceled")


def test_a_lot_on_hold_keeps_its_goods(manager: User, paper: Document, lot: Lot, shelf: Location) -> None:
    hold_lot(actor=manager, lot=lot, reason="Wet boxes")
    add_to_lot(actor=manager, lot=lot, contents=Contents(quantity=10), location_id=shelf.pk, reason="Found")
    judge(actor=manager, inspection=paper, goods=[GoodsSaid(lot, 100, True)])
    assert stands(lot) == (110, 110)
    release_lot(actor=manager, lot=lot)
    assert stands(lot) == (110, 10)
