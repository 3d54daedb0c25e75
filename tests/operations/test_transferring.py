"""Transfer orders: filled, shipped, received, canceled; goods in transit kept apart; all of it undone."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.functions import MULTIPLE_SITES
from nameplate.models import (
    Availability,
    Document,
    DocumentStatus,
    Entry,
    LotStatus,
    Role,
    Serial,
    Status,
    Stock,
    Switch,
    TransferUnit,
    User,
)
from nameplate.operations import reasons, transferring
from nameplate.operations.holding import hold_lot, hold_units
from nameplate.operations.lots import Contents, add_to_lot
from nameplate.operations.moving import move_goods, move_units
from nameplate.operations.transferring import Fate, GoodsArrived, GoodsToSend
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import GoodsGone, write_off
from nameplate.refusals import Forbidden, Refused
from tests import world
from tests.operations.orders import refused
from tests.operations.transfers import Yard, again, lying, unit, units, yard

S = DocumentStatus


@pytest.fixture
def ground(manager: User) -> Yard:
    return yard(manager)


def why(refusal: Refused) -> dict[str, str]:
    return {one.text: one.why for one in refusal.offenders}


def fates(order: Document) -> dict[str, Fate]:
    return {one.number: one.fate for one in transferring.standing(again(order)).units}


def test_from_new_over_ready_and_shipped_to_received(ground: Yard) -> None:
    order = ground.order("A1", "A2", goods=[GoodsToSend(ground.cable, "4")])
    assert (order.number[:2], order.status) == ("TO", S.NEW)
    transferring.make_ready(actor=ground.actor, order=order)
    entry = transferring.ship(actor=ground.actor, order=order)
    assert (entry.units, again(order).status, again(order).transfer_order.shipped_on) == (2, S.SHIPPED, entry.happened_at.date())
    assert (unit("A1").availability, unit("A1").transfer_id, unit("A1").status) == (Availability.IN_TRANSIT, order.pk, Status.RECEIVED)
    assert lying(ground.cable.item) == {"A-01": 6, "In transit": 4}
    [line] = transferring.standing(again(order)).goods
    came = transferring.receive_transfer(
        actor=ground.actor, order=order, unit_ids=units("A1", "A2"), goods=[GoodsArrived(line.line.pk, "4")]
    )
    assert came is not None
    assert (came.act, came.units, again(order).status) == ("arrived", 2, S.RECEIVED)
    assert (unit("A2").location, unit("A2").availability) == (ground.dock, Availability.AVAILABLE)
    assert lying(ground.cable.item) == {"A-01": 6, "Dock": 4}


def test_what_leaves_a_part_of_its_lot_behind_is_a_lot_of_its_own(ground: Yard) -> None:
    hold_lot(actor=ground.actor, lot=ground.lot, reason="Wet boxes")
    order = ground.sent("A1", "A2", goods=[GoodsToSend(ground.cable, "4")])
    split = unit("A1").lot
    assert (split.split_from, split.status, split.hold, unit("A2").lot) == (ground.lot, LotStatus.ON_HOLD, "Wet boxes", split)
    assert unit("A3").lot == ground.lot
    assert ground.cable.splits.count() == 1
    rest = ground.sent("A3", "A4", "A5", goods=[GoodsToSend(ground.cable, "6")])
    assert (unit("A5").lot, ground.cable.splits.count()) == (ground.lot, 1)
    for one in (rest, order):
        undo_entry(actor=ground.actor, entry_id=Entry.objects.get(document=one, act="dispatched").pk)
    assert {unit(f"A{number}").lot for number in range(1, 6)} == {ground.lot}
    split.refresh_from_db()
    assert (split.status, lying(ground.cable.item)) == (LotStatus.CANCELED, {"A-01": 10})


def test_units_that_do_not_lie_at_the_origin_are_named_and_nothing_leaves(ground: Yard) -> None:
    order = ground.order("A1", "A2", "A3")
    ground.sent("A1")
    hold_units(actor=ground.actor, unit_ids=units("A3"), reason="noisy")
    refusal = refused(lambda: transferring.ship(actor=ground.actor, order=order))
    assert (refusal.rule, list(why(refusal))) == ("not-at-origin", ["A1"])
    assert why(refusal)["A1"].startswith("it is in transit under TO")
    assert unit("A2").transfer_id is None
    transferring.take_off_transfer(actor=ground.actor, order=order, unit_ids=units("A1"))
    transferring.ship(actor=ground.actor, order=order)
    assert (unit("A3").transfer_id, unit("A3").hold) == (order.pk, "noisy")
    stranger = world.receipt(numbers=["X1"]).movements.get().serial_id
    assert refused(lambda: ground.order("X1")).rule == "not-at-origin"
    assert refused(lambda: transferring.add_to_transfer(actor=ground.actor, order=order, unit_ids=[stranger])).rule == "wrong-status"


def test_what_an_order_does_not_take(ground: Yard) -> None:
    site = ground.shelf.site
    make = transferring.create_transfer_order
    assert refused(lambda: make(actor=ground.actor, origin=site, destination=site)).fields.keys() == {"destination"}
    assert refused(lambda: make(actor=ground.actor)).fields.keys() == {"origin", "destination"}
    assert make(actor=ground.actor, unit_ids=units("A1"), destination=ground.dock.site).transfer_order.origin == site
    order = ground.order("A1")
    for goods, rule in (
        (GoodsToSend(ground.cable, 11), "not-enough"),
        (GoodsToSend(ground.cable, 0), "not-positive"),
        (GoodsToSend(ground.lot, 1), "serials-needed"),
    ):
        refusal = refused(partial(transferring.add_to_transfer, actor=ground.actor, order=order, goods=[goods]))
        assert refusal.rule == rule
    empty = ground.order()
    assert refused(lambda: transferring.ship(actor=ground.actor, order=empty)).rule == "no-lines"
    edited = transferring.edit_transfer_order(actor=ground.actor, order=order, version=1, notes="Fragile")
    assert (edited.notes, edited.version) == ("Fragile", 2)
    assert refused(lambda: transferring.edit_transfer_order(actor=ground.actor, order=order, version=1, notes="x")).rule == "stale"
    assert refused(
        lambda: transferring.edit_transfer_order(actor=ground.actor, order=order, version=2, origin=ground.dock.site, destination=site)
    ).fields.keys() == {"origin"}
    with pytest.raises(Forbidden):
        make(actor=world.user(role=Role.VIEWER), origin=site, destination=ground.dock.site)


def test_dispatch_and_arrival_are_undone_and_the_status_follows(ground: Yard) -> None:
    order = ground.order("A1", "A2", goods=[GoodsToSend(ground.cable, 4)])
    left = transferring.ship(actor=ground.actor, order=order)
    [line] = transferring.standing(again(order)).goods
    came = transferring.receive_transfer(
        actor=ground.actor, order=order, unit_ids=units("A1"), goods=[GoodsArrived(line.line.pk, 3)], finished=True
    )
    assert came is not None
    assert refused(lambda: undo_entry(actor=ground.actor, entry_id=left.pk)).rule == "later-entries"
    undo_entry(actor=ground.actor, entry_id=came.pk)
    assert (again(order).status, again(order).transfer_order.finished, lying(ground.cable.item)) == (
        S.SHIPPED,
        False,
        {"A-01": 6, "In transit": 4},
    )
    undo_entry(actor=ground.actor, entry_id=left.pk, unit_ids=units("A1"))
    assert (fates(order), again(order).status) == ({"A1": Fate.WAITING, "A2": Fate.IN_TRANSIT}, S.SHIPPED)
    undo_entry(actor=ground.actor, entry_id=left.pk)
    assert (again(order).status, again(order).transfer_order.shipped_on, lying(ground.cable.item)) == (S.READY, None, {"A-01": 10})
    transferring.ship(actor=ground.actor, order=order)
    transferring.receive_transfer(actor=ground.actor, order=order, unit_ids=units("A1", "A2"))
    assert again(order).status == S.SHIPPED


def test_goods_in_transit_are_their_orders_alone(ground: Yard, administrator: User) -> None:
    lost = reasons.create_reason(actor=administrator, kind="write-off", name="Lost")
    order = ground.sent(goods=[GoodsToSend(ground.cable, 10)])
    transit = Stock.objects.get(lot=ground.cable, quantity__gt=0).location
    for attempt in (
        lambda: move_goods(actor=ground.actor, lot=ground.cable, quantity=1, location_id=ground.shelf.pk, from_location_id=transit.pk),
        lambda: write_off(actor=ground.actor, reason=lost, goods=[GoodsGone(ground.cable, 1, transit.pk)]),
    ):
        assert refused(attempt).rule == "not-enough"
    [line] = transferring.standing(again(order)).goods
    too_many = refused(lambda: transferring.receive_transfer(actor=ground.actor, order=order, goods=[GoodsArrived(line.line.pk, 11)]))
    assert too_many.rule == "not-enough"
    transferring.receive_transfer(actor=ground.actor, order=order, goods=[GoodsArrived(line.line.pk, 7)], finished=True)
    gone = transferring.settle_missing(
        actor=ground.actor, order=order, outcome="written_off", goods=[GoodsArrived(line.line.pk, 2)], write_off_reason=lost
    )
    back = transferring.settle_missing(
        actor=ground.actor, order=order, outcome="at_origin", goods=[GoodsArrived(line.line.pk, 1)], location_id=ground.shelf.pk
    )
    [line] = transferring.standing(again(order)).goods
    assert (line.arrived, line.written_off, line.in_transit, lying(ground.cable.item)) == (7_000_000, 2_000_000, 0, {"A-01": 1, "Dock": 7})
    for entry in (back, gone):
        undo_entry(actor=ground.actor, entry_id=entry.pk)
    assert lying(ground.cable.item) == {"Dock": 7, "In transit": 3}


def test_a_unit_written_off_elsewhere_ends_its_order(ground: Yard, administrator: User) -> None:
    lost = reasons.create_reason(actor=administrator, kind="write-off", name="Lost")
    order = ground.sent("A1")
    refusal = refused(lambda: move_units(actor=ground.actor, unit_ids=units("A1"), location_id=ground.shelf.pk))
    assert why(refusal) == {"A1": "it is in transit"} or refusal.rule == "not-possible"
    write_off(actor=ground.actor, reason=lost, unit_ids=units("A1"))
    assert (again(order).status, fates(order)) == (S.RECEIVED, {"A1": Fate.WRITTEN_OFF})


def test_an_order_is_canceled_before_it_leaves_and_not_after(ground: Yard, operator: User) -> None:
    order = ground.order("A1")
    with pytest.raises(Forbidden):
        transferring.cancel(actor=operator, order=order)
    transferring.cancel(actor=ground.actor, order=order, reason="Not needed")
    assert again(order).status == S.CANCELED
    assert refused(lambda: transferring.ship(actor=ground.actor, order=order)).rule == "wrong-status"
    assert refused(lambda: transferring.receive_transfer(actor=ground.actor, order=order, unit_ids=units("A1"))).rule == "wrong-status"
    assert refused(lambda: transferring.cancel(actor=ground.actor, order=ground.sent("A1"))).rule == "wrong-status"


def test_while_multiple_sites_is_off_nothing_goes_and_everything_is_kept(ground: Yard) -> None:
    order = ground.sent("A1")
    Switch.objects.create(name=MULTIPLE_SITES, on=False)
    for attempt in (
        lambda: ground.order("A2"),
        lambda: transferring.receive_transfer(actor=ground.actor, order=order, unit_ids=units("A1")),
        lambda: transferring.settle_missing(actor=ground.actor, order=order, outcome="found", unit_ids=units("A1")),
    ):
        assert refused(attempt).rule == "switched-off"
    Switch.objects.all().delete()
    transferring.receive_transfer(actor=ground.actor, order=order, unit_ids=units("A1"))
    assert again(order).status == S.RECEIVED


def test_it_takes_as_many_statements_for_many_units_as_for_few(ground: Yard) -> None:
    counts = []
    for name, more in (("B", 2), ("C", 300)):
        numbers = [f"{name}{number}" for number in range(more)]
        add_to_lot(actor=ground.actor, lot=ground.lot, contents=Contents(numbers), location_id=ground.shelf.pk, reason="Found")
        chosen = list(Serial.objects.filter(number__in=numbers).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as statements:
            order = transferring.create_transfer_order(
                actor=ground.actor, unit_ids=chosen, origin=ground.shelf.site, destination=ground.dock.site, location=ground.dock
            )
            entry = transferring.ship(actor=ground.actor, order=order)
            transferring.standing(again(order))
            came = transferring.receive_transfer(actor=ground.actor, order=order, unit_ids=chosen[1:])
            transferring.settle_missing(actor=ground.actor, order=order, outcome="found", unit_ids=chosen[:1])
        assert (entry.units, came is not None) == (more, True)
        counts.append(len(statements))
        assert TransferUnit.objects.filter(order=order).count() == more
    assert counts[0] == counts[1]
