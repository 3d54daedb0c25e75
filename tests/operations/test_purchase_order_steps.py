"""From request to received or canceled: the steps of a purchase order, and what follows from the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import pytest

from nameplate.ledger import verify
from nameplate.models import (
    Change,
    Document,
    DocumentStatus,
    Entry,
    Item,
    Location,
    Lot,
    LotMovement,
    LotStatus,
    Party,
    PartyRole,
    Role,
    Serial,
    User,
)
from nameplate.operations import cataloguing, purchasing
from nameplate.operations.purchasing import OrderLine
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Conflict, Forbidden, NotFound
from tests import world
from tests.operations.orders import line_of, plan, receive_screws, refused

S = DocumentStatus


def test_from_request_to_shipped(manager: User, vendor: Party, drive: Item) -> None:
    order = purchasing.create_purchase_order(actor=manager, vendor=vendor, status=S.RFQ, lines=[OrderLine(drive, 5)])
    assert purchasing.confirm(actor=manager, order=order, version=1).status == S.NEW
    assert purchasing.order(actor=manager, order=order, version=2).status == S.ORDERED
    lot = Lot.objects.get()
    assert (lot.number[0], lot.status, lot.item, lot.source, lot.line) == ("L", LotStatus.PLANNED, drive, order, line_of(order, 1))
    assert LotMovement.objects.get().status == LotStatus.PLANNED
    assert (Entry.objects.get().act, Entry.objects.get().document) == ("ordered", order)
    shipped = purchasing.mark_shipped(actor=manager, order=order, version=3, shipped_on="2026-01-31")
    assert (shipped.status, shipped.purchase_order.shipped_on) == (S.SHIPPED, dt.date(2026, 1, 31))
    steps = Change.objects.filter(field="status").order_by("id").values_list("before", "after")
    assert list(steps) == [("RFQ", "New"), ("New", "Ordered"), ("Ordered", "Shipped")]


@pytest.mark.laid_by_hand
@pytest.mark.parametrize(
    ("status", "possible"),
    [
        (S.RFQ, {"confirm", "order", "cancel"}),
        (S.NEW, {"order", "cancel"}),
        (S.APPROVED, {"order", "cancel"}),
        (S.ORDERED, {"mark_shipped", "cancel"}),
        (S.SHIPPED, {"cancel"}),
        (S.RECEIVED, set()),
        (S.CANCELED, set()),
    ],
)
def test_only_the_steps_of_the_table(manager: User, vendor: Party, drive: Item, status: DocumentStatus, possible: set[str]) -> None:
    for name in ("confirm", "order", "mark_shipped", "cancel", "cancel_rest"):
        order = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 1)])
        Document.objects.filter(pk=order.pk).update(status=status)
        if name in possible:
            getattr(purchasing, name)(actor=manager, order=order)
            continue
        with pytest.raises(Conflict):
            getattr(purchasing, name)(actor=manager, order=order)
        order.refresh_from_db()
        assert order.status == status


def test_an_order_without_lines_is_not_placed(manager: User, vendor: Party) -> None:
    order = purchasing.create_purchase_order(actor=manager, vendor=vendor)
    assert refused(lambda: purchasing.order(actor=manager, order=order)).rule == "no-lines"


def test_received_follows_from_the_ledger(manager: User, vendor: Party, screw: Item, drive: Item, shelf: Location) -> None:
    made = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 1), OrderLine(screw, 2)])
    order = purchasing.order(actor=manager, order=made)
    receive_screws(manager, order, shelf, 2_000_000)
    assert purchasing.settle(actor=manager, document=order).status == S.ORDERED
    only = [one.line.pk for one in purchasing.progress(order) if one.to_come]
    assert only == [line_of(order, 1).pk]
    done = purchasing.cancel_rest(actor=manager, order=order)
    assert done.status == S.RECEIVED
    assert [one.rest_canceled for one in purchasing.progress(order)] == [True, False]
    assert set(Lot.objects.values_list("status", flat=True)) == {LotStatus.RECEIVED, LotStatus.CANCELED}


def test_a_received_order_is_open_again_when_more_is_ordered(
    manager: User, vendor: Party, screw: Item, drive: Item, shelf: Location
) -> None:
    made = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 1), OrderLine(screw, 2)])
    order = purchasing.order(actor=manager, order=made)
    receive_screws(manager, order, shelf, 2_000_000)
    done = purchasing.cancel_rest(actor=manager, order=order)
    lines = [OrderLine(drive, 1, None, line_of(order, 1).pk), OrderLine(screw, 3, None, line_of(order, 2).pk)]
    again = purchasing.edit_purchase_order(actor=manager, order=order, version=done.version, lines=lines)
    again.refresh_from_db()
    assert again.status == S.ORDERED
    assert [(one.to_come, one.rest_canceled) for one in purchasing.progress(order)] == [(0, True), (1_000_000, False)]


def test_canceling_withdraws_what_was_expected(manager: User, placed: Document) -> None:
    plan(manager, placed, ["A1", "A2"])
    canceled = purchasing.cancel(actor=manager, order=placed, version=placed.version, reason="vendor closed")
    assert canceled.status == S.CANCELED
    assert set(Lot.objects.values_list("status", flat=True)) == {LotStatus.CANCELED}
    assert set(Serial.objects.values_list("withdrawn", flat=True)) == {True}
    assert Entry.objects.get(act="canceled").reason == "vendor closed"


def test_an_order_of_which_part_came_is_not_canceled_whole(manager: User, placed: Document, shelf: Location) -> None:
    entry = receive_screws(manager, placed, shelf, 1_000_000)
    refusal = refused(lambda: purchasing.cancel(actor=manager, order=placed))
    assert refusal.rule == "partly-received"
    assert [cause.id for cause in refusal.causes] == [entry.pk]
    assert "still to come" in refusal.way_out


def test_nothing_received_means_no_rest(manager: User, placed: Document) -> None:
    assert refused(lambda: purchasing.cancel_rest(actor=manager, order=placed)).rule == "nothing-received"


def test_what_is_on_an_open_order_is_not_archived(manager: User, placed: Document, drive: Item, vendor: Party) -> None:
    assert refused(lambda: cataloguing.archive_item(actor=manager, item=drive, version=1)).rule == "on-open-order"
    role = PartyRole.VENDOR
    assert refused(lambda: cataloguing.archive_party(actor=manager, role=role, party=vendor, version=1)).rule == "has-open-order"
    purchasing.cancel(actor=manager, order=placed)
    assert cataloguing.archive_item(actor=manager, item=drive, version=1).archived


def test_an_item_archived_meanwhile_is_not_ordered(manager: User, vendor: Party, drive: Item) -> None:
    order = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 1)])
    Item.objects.filter(pk=drive.pk).update(archived=True)
    assert refused(lambda: purchasing.order(actor=manager, order=order)).rule == "item-archived"
    assert not Lot.objects.exists()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_only_those_who_may(placed: Document, vendor: Party, role: Role) -> None:
    person = world.user(role=role)
    before = (Change.objects.count(), Entry.objects.count())
    attempts: tuple[Callable[[], object], ...] = (
        lambda: purchasing.create_purchase_order(actor=person, vendor=vendor),
        lambda: purchasing.edit_purchase_order(actor=person, order=placed, version=placed.version, notes="x"),
        lambda: purchasing.confirm(actor=person, order=placed),
        lambda: purchasing.order(actor=person, order=placed),
        lambda: purchasing.mark_shipped(actor=person, order=placed),
        lambda: purchasing.cancel(actor=person, order=placed),
        lambda: purchasing.cancel_rest(actor=person, order=placed),
    )
    for attempt in attempts:
        assert isinstance(refused(attempt), Forbidden)
    assert (Change.objects.count(), Entry.objects.count()) == before


def test_what_is_not_there_is_not_found(manager: User) -> None:
    assert isinstance(refused(lambda: purchasing.order(actor=manager, order=12345)), NotFound)


def test_an_item_that_has_serial_numbers_by_now_is_ordered_in_whole_units(manager: User, vendor: Party, screw: Item) -> None:
    order = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(screw, "2.5")])
    cataloguing.edit_item(actor=manager, item=screw, version=1, tracking="serial")
    assert refused(lambda: purchasing.order(actor=manager, order=order)).rule == "not-whole"
    assert not Lot.objects.exists()


def test_a_cancellation_is_taken_back_whole(manager: User, placed: Document) -> None:
    plan(manager, placed, ["A1", "A2"])
    purchasing.cancel(actor=manager, order=placed)
    undo_entry(actor=manager, entry_id=Entry.objects.get(act="canceled").pk)
    placed.refresh_from_db()
    assert placed.status == S.ORDERED
    assert set(Lot.objects.values_list("status", flat=True)) == {LotStatus.PLANNED}
    assert set(Serial.objects.values_list("number", "withdrawn")) == {("A1", False), ("A2", False)}


def test_the_rest_is_expected_again_when_its_cancellation_is_taken_back(manager: User, placed: Document, shelf: Location) -> None:
    receive_screws(manager, placed, shelf, 2_500_000)
    purchasing.cancel_rest(actor=manager, order=placed)
    undo_entry(actor=manager, entry_id=Entry.objects.get(act="rest canceled").pk)
    placed.refresh_from_db()
    assert placed.status == S.ORDERED
    assert [one.to_come for one in purchasing.progress(placed)] == [100_000_000, 0]


def test_a_receipt_is_not_undone_while_the_rest_is_canceled(manager: User, vendor: Party, drive: Item, shelf: Location) -> None:
    made = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 5)])
    order = purchasing.order(actor=manager, order=made)
    first = world.receipt(numbers=["A1", "A2"], order=order, at=shelf)
    world.receipt(numbers=["A3"], order=order, at=shelf)
    purchasing.cancel_rest(actor=manager, order=order)
    called = Entry.objects.get(act="rest canceled")
    before = Entry.objects.count()
    units = [Serial.objects.get(number="A1").pk]
    attempts = (partial(undo_entry, actor=manager, entry_id=first.pk, unit_ids=chosen) for chosen in (units, None))
    for attempt in attempts:
        refusal = refused(attempt)
        assert (refusal.rule, [cause.id for cause in refusal.causes]) == ("later-entries", [called.pk])
    assert (Entry.objects.count(), verify()) == (before, [])
    assert [(one.received, one.to_come) for one in purchasing.progress(order)] == [(3_000_000, 0)]
    undo_entry(actor=manager, entry_id=called.pk)
    undo_entry(actor=manager, entry_id=first.pk, unit_ids=units)
    assert [(one.received, one.to_come) for one in purchasing.progress(order)] == [(2_000_000, 3_000_000)]
