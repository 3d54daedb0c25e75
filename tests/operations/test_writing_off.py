"""Units and goods written off for a reason of the company's, and taken back."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.ledger import Group, Kind, Step, post, transacting
from nameplate.models import Document, DocumentStatus, Item, Location, Lot, Reason, Role, Serial, Status, Stock, Tracking, User
from nameplate.operations import reasons
from nameplate.operations.holding import hold_goods, hold_units
from nameplate.operations.lots import Contents, add_to_lot, create_lot
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import GoodsGone, write_off
from nameplate.refusals import Forbidden
from tests import world
from tests.operations.orders import refused


@pytest.fixture
def shelf() -> Location:
    return world.location()


@pytest.fixture
def item() -> Item:
    return world.item()


@pytest.fixture
def broken(administrator: User) -> Reason:
    return reasons.create_reason(actor=administrator, kind="write-off", name="Broken")


@pytest.fixture
def lot(actor: User, item: Item, shelf: Location) -> Lot:
    """Three units on the shelf."""
    return create_lot(actor=actor, item=item, contents=Contents(["A1", "A2", "A3"]), location_id=shelf.pk, reason="Opening stock")[0]


@pytest.fixture
def fans(actor: User, shelf: Location) -> Lot:
    """Ten on the shelf, without numbers."""
    fan = world.item(tracking=Tracking.LOT)
    return create_lot(actor=actor, item=fan, contents=Contents(quantity=10), location_id=shelf.pk, reason="Opening stock")[0]


def unit(number: str) -> Serial:
    return Serial.objects.get(number=number, withdrawn=False)


def left(lot: Lot) -> tuple[int, int]:
    """Quantity and what of it is held."""
    row = Stock.objects.get(lot=lot)
    return row.quantity // 1_000_000, row.held // 1_000_000


def shipped(actor: User, number: str) -> Serial:
    """The unit at a customer."""
    paper = Document.objects.create(kind="S", number="S1", number_key="s1", sort_key="s1", created_by=actor)
    with transacting():
        step = Step(Kind.SHIPPED, {"customer_id": world.customer().pk, "shipment_id": paper.pk})
        post(actor=actor, act="shipped", document=paper, groups=[Group([step], units=[unit(number).pk])])
    return unit(number)


def test_units_and_goods_go_under_one_document_and_come_back_by_its_undo(actor: User, lot: Lot, fans: Lot, broken: Reason) -> None:
    hold_units(actor=actor, unit_ids=[unit("A2").pk], reason="Smells burnt")
    chosen = [unit("A1").pk, unit("A2").pk, unit("A1").pk]
    entry = write_off(actor=actor, reason=broken, unit_ids=chosen, goods=[GoodsGone(fans, "2.5")], note=" Dropped. ")
    paper = entry.document
    assert paper is not None
    assert (entry.units, entry.reason, entry.note, paper.status, paper.write_off.reason) == (2, "Broken", "Dropped.", "done", broken)
    gone = unit("A2")
    assert (gone.status, gone.location, gone.hold, gone.lot) == (Status.WRITTEN_OFF, None, "", lot)
    assert (left(lot), left(fans)) == ((1, 0), (7, 0))

    undo_entry(actor=actor, entry_id=entry.pk, unit_ids=[unit("A1").pk])
    paper.refresh_from_db()
    assert (unit("A1").status, paper.status) == (Status.RECEIVED, DocumentStatus.DONE)
    undo_entry(actor=actor, entry_id=entry.pk)
    paper.refresh_from_db()
    assert (unit("A2").hold, left(fans), paper.status) == ("Smells burnt", (10, 0), DocumentStatus.CANCELED)


def test_goods_go_free_ones_first_and_never_more_than_there_are(actor: User, fans: Lot, broken: Reason) -> None:
    hold_goods(actor=actor, lot=fans, quantity=4, reason="Bent")
    write_off(actor=actor, reason=broken, goods=[GoodsGone(fans, 7)])
    assert left(fans) == (3, 3)
    for goods, rule in (([GoodsGone(fans, 4)], "not-enough"), ([GoodsGone(fans, 0)], "not-positive"), ([GoodsGone(fans, 1)] * 2, "twice")):
        assert refused(partial(write_off, actor=actor, reason=broken, goods=goods)).rule == rule
    assert not Document.objects.filter(kind="WO", entries=None).exists()


def test_what_is_not_there_is_not_written_off(actor: User, administrator: User, lot: Lot, broken: Reason) -> None:
    write_off(actor=actor, reason=broken, unit_ids=[unit("A1").pk])
    again = refused(lambda: write_off(actor=actor, reason=broken, unit_ids=[unit("A1").pk, unit("A2").pk]))
    assert [offender.text for offender in again.offenders] == ["A1"]
    assert unit("A2").status == Status.RECEIVED
    assert refused(lambda: write_off(actor=actor, reason=broken)).fields.keys() == {"units"}
    other = reasons.create_reason(actor=administrator, kind="return", name="Broken")
    reasons.archive_reason(actor=administrator, reason=broken, version=broken.version)
    assert refused(lambda: write_off(actor=actor, reason=other, unit_ids=[unit("A2").pk])).rule == "no-such-reason"
    assert refused(lambda: write_off(actor=actor, reason=broken, unit_ids=[unit("A2").pk])).rule == "archived-reason"
    assert refused(lambda: write_off(actor=actor, reason=broken, goods=[GoodsGone(lot, 1)])).fields


def test_a_unit_at_a_customer_goes_only_where_that_is_said(actor: User, lot: Lot, broken: Reason) -> None:
    there = shipped(actor, "A3")
    refusal = refused(lambda: write_off(actor=actor, reason=broken, unit_ids=[unit("A1").pk, there.pk]))
    assert (refusal.rule, [offender.text for offender in refusal.offenders]) == ("at-customer", ["A3"])
    write_off(actor=actor, reason=broken, unit_ids=[there.pk], at_customers=True)
    assert (unit("A3").status, unit("A3").customer) == (Status.WRITTEN_OFF, there.customer)


def test_an_earlier_day_needs_a_right(operator: User, manager: User, lot: Lot, broken: Reason) -> None:
    day = timezone.localdate()
    write_off(actor=operator, reason=broken, unit_ids=[unit("A1").pk], happened_on=day)
    with pytest.raises(Forbidden):
        write_off(actor=operator, reason=broken, unit_ids=[unit("A2").pk], happened_on=day - dt.timedelta(days=1))
    before = refused(lambda: write_off(actor=manager, reason=broken, unit_ids=[unit("A2").pk], happened_on=day - dt.timedelta(days=1)))
    assert (before.rule, list(before.fields)) == ("before-last-entry", ["happened_on"])


def test_it_takes_as_many_statements_for_many_units_as_for_few(actor: User, lot: Lot, shelf: Location, broken: Reason) -> None:
    counts = []
    for name, more in (("B", 2), ("C", 300)):
        numbers = [f"{name}{number}" for number in range(more)]
        add_to_lot(actor=actor, lot=lot, contents=Contents(numbers), location_id=shelf.pk, reason="Found")
        units = list(Serial.objects.filter(number__in=numbers).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as statements:
            write_off(actor=actor, reason=broken, unit_ids=units)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_whoever_may_only_look_writes_nothing_off(lot: Lot, broken: Reason) -> None:
    viewer = world.user(role=Role.VIEWER)
    with pytest.raises(Forbidden):
        write_off(actor=viewer, reason=broken, unit_ids=[unit("A1").pk])
