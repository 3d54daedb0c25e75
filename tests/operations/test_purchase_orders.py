"""Purchase orders: made and edited; what has come of a line limits what can be edited."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pytest_django import DjangoAssertNumQueries

from nameplate.models import (
    Change,
    Document,
    DocumentStatus,
    Item,
    Line,
    Location,
    Lot,
    LotStatus,
    Party,
    PartyRole,
    Tracking,
    User,
)
from nameplate.operations import cataloguing, purchasing
from nameplate.operations.purchasing import OrderLine
from nameplate.refusals import Invalid, Stale
from tests.operations.orders import line_of, receive_screws, refused

S = DocumentStatus


def test_a_new_order_with_its_lines(manager: User, vendor: Party, drive: Item, screw: Item) -> None:
    order = purchasing.create_purchase_order(
        actor=manager,
        vendor=vendor,
        vendor_reference=" Q-77 ",
        expected_on="2026-12-01",
        lines=[OrderLine(drive, 1200, dt.date(2026, 12, 2)), OrderLine(screw.pk, Decimal("0.25"))],
    )
    order.refresh_from_db()
    assert (order.number[:2], len(order.number), order.status, order.party, order.version) == ("PO", 7, S.NEW, vendor, 1)
    assert (order.purchase_order.vendor_reference, order.purchase_order.expected_on) == ("Q-77", dt.date(2026, 12, 1))
    lines = [(one.item, one.ordered, one.received, one.to_come, one.line.position) for one in purchasing.progress(order)]
    assert lines == [(drive, 1_200_000_000, 0, 1_200_000_000, 1), (screw, 250_000, 0, 250_000, 2)]
    assert Change.objects.get(noun="purchase-orders").after == order.number
    assert not Lot.objects.exists()


def test_a_number_typed_by_hand(manager: User, vendor: Party) -> None:
    last = int(purchasing.create_purchase_order(actor=manager, vendor=vendor).number[2:])
    by_hand = f"po{last + 1:05d}"
    assert purchasing.create_purchase_order(actor=manager, vendor=vendor, number=by_hand).number == by_hand
    assert purchasing.create_purchase_order(actor=manager, vendor=vendor).number == f"PO{last + 2:05d}"
    taken = refused(lambda: purchasing.create_purchase_order(actor=manager, vendor=vendor, number=by_hand.upper()))
    assert (taken.rule, list(taken.fields)) == ("number-taken", ["number"])


def test_every_line_at_fault_is_told(manager: User, vendor: Party, drive: Item) -> None:
    made = cataloguing.create_item(actor=manager, number="POD", bought=False, made=True)
    old = cataloguing.create_item(actor=manager, number="OLD")
    cataloguing.archive_item(actor=manager, item=old, version=1)
    lines = [
        OrderLine(drive, "1.5"),
        OrderLine(drive, 0),
        OrderLine(drive, "many"),
        OrderLine(drive, 10**13),
        OrderLine(999, 1),
        OrderLine(made, 1),
        OrderLine(old, 1),
        OrderLine(drive, 1, "tomorrow"),
        OrderLine(drive, 7),
        OrderLine(drive, 1, None, 42),
    ]
    refusal = refused(lambda: purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=lines))
    assert isinstance(refusal, Invalid)
    assert set(refusal.fields) == {
        "lines.0.quantity",
        "lines.1.quantity",
        "lines.2.quantity",
        "lines.3.quantity",
        "lines.4.item",
        "lines.5.item",
        "lines.6.item",
        "lines.7.expected_on",
        "lines.9.item",
    }
    assert not Document.objects.exists()
    assert not Line.objects.exists()


def test_the_head_is_checked_too(manager: User, vendor: Party) -> None:
    customer = cataloguing.create_customer(actor=manager, name="A")
    refusal = refused(
        lambda: purchasing.create_purchase_order(
            actor=manager, vendor=customer, status=S.SHIPPED, number="A\x00", expected_on="soon", notes="\x01", vendor_reference="x" * 101
        )
    )
    assert set(refusal.fields) == {"vendor", "status", "number", "expected_on", "notes", "vendor_reference"}


def test_an_archived_vendor_gets_no_new_order(manager: User, vendor: Party) -> None:
    cataloguing.archive_party(actor=manager, role=PartyRole.VENDOR, party=vendor, version=1)
    assert "archived" in refused(lambda: purchasing.create_purchase_order(actor=manager, vendor=vendor)).fields["vendor"]


def test_a_stale_step_and_a_stale_edit_are_refused(manager: User, vendor: Party, drive: Item) -> None:
    order = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 1)], notes="first")
    purchasing.edit_purchase_order(actor=manager, order=order, version=1, notes="theirs")
    assert isinstance(refused(lambda: purchasing.order(actor=manager, order=order, version=1)), Stale)
    refusal = refused(lambda: purchasing.edit_purchase_order(actor=manager, order=order, version=1, notes="mine", vendor=vendor))
    assert isinstance(refusal, Stale)
    assert refusal.extra["yours"] == {"version": 1, "notes": "mine", "vendor": "Tolomei Distribution"}
    assert refusal.extra["theirs"] == {"version": 2, "notes": "theirs", "vendor": "Tolomei Distribution"}
    assert list(refusal.fields) == ["notes"]


def test_lines_are_added_changed_and_removed(manager: User, vendor: Party, drive: Item, screw: Item) -> None:
    order = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 5), OrderLine(screw, 1)])
    first = line_of(order, 1)
    purchasing.edit_purchase_order(
        actor=manager, order=order, version=1, lines=[OrderLine(drive, 7, "2026-12-24", first.pk), OrderLine(drive, 2)]
    )
    assert [(line.position, line.item, line.quantity) for line in order.lines.order_by("position")] == [
        (1, drive, 7_000_000),
        (3, drive, 2_000_000),
    ]
    logged = Change.objects.exclude(field="created").order_by("id").values_list("field", "before", "after")
    assert list(logged) == [
        ("line 2", "1 kg SCREW-M3", ""),
        ("line 1", "5 pcs HDD-3T-W", "7 pcs HDD-3T-W, expected 2026-12-24"),
        ("line 3", "", "2 pcs HDD-3T-W"),
    ]


def test_an_edit_that_changes_nothing_leaves_no_trace(manager: User, vendor: Party, drive: Item) -> None:
    order = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 5)])
    same = [OrderLine(drive, "5.0", "", line_of(order, 1).pk)]
    assert purchasing.edit_purchase_order(actor=manager, order=order, version=1, vendor=vendor, notes=" ", lines=same).version == 1
    assert Change.objects.filter(noun="purchase-orders").count() == 1


def test_an_ordered_line_keeps_its_item_and_stays(manager: User, placed: Document, drive: Item, screw: Item) -> None:
    one, two = line_of(placed, 1), line_of(placed, 2)
    swap = [OrderLine(screw, 100, None, one.pk), OrderLine(screw, 3, None, two.pk)]
    found = refused(lambda: purchasing.edit_purchase_order(actor=manager, order=placed, version=placed.version, lines=swap))
    assert list(found.fields) == ["lines.0.item"]
    fewer = [OrderLine(drive, 100, None, one.pk)]
    found = refused(lambda: purchasing.edit_purchase_order(actor=manager, order=placed, version=placed.version, lines=fewer))
    assert list(found.fields) == ["lines"]


def test_a_line_added_to_a_placed_order_is_expected_at_once(manager: User, placed: Document, drive: Item, screw: Item) -> None:
    lines = [OrderLine(drive, 100, None, line_of(placed, 1).pk), OrderLine(screw, "2.5", None, line_of(placed, 2).pk), OrderLine(drive, 3)]
    purchasing.edit_purchase_order(actor=manager, order=placed, version=placed.version, lines=lines)
    assert Lot.objects.get(line=line_of(placed, 3)).status == LotStatus.PLANNED
    assert Lot.objects.count() == 3


def test_what_was_received_cannot_be_unordered(manager: User, placed: Document, drive: Item, screw: Item, shelf: Location) -> None:
    receive_screws(manager, placed, shelf, 1_500_000)
    less = [OrderLine(drive, 100, None, line_of(placed, 1).pk), OrderLine(screw, "1.4", None, line_of(placed, 2).pk)]
    found = refused(lambda: purchasing.edit_purchase_order(actor=manager, order=placed, version=placed.version, lines=less))
    assert found.fields == {"lines.1.quantity": "1.5 are received; order at least 1.5."}
    other = cataloguing.create_vendor(actor=manager, name="Other")
    found = refused(lambda: purchasing.edit_purchase_order(actor=manager, order=placed, version=placed.version, vendor=other))
    assert list(found.fields) == ["vendor"]


def test_lines_of_a_canceled_order_stay(manager: User, placed: Document, drive: Item, screw: Item) -> None:
    purchasing.cancel(actor=manager, order=placed)
    placed.refresh_from_db()
    lines = [OrderLine(drive, 101, None, line_of(placed, 1).pk), OrderLine(screw, "2.5", None, line_of(placed, 2).pk)]
    refusal = refused(lambda: purchasing.edit_purchase_order(actor=manager, order=placed, version=placed.version, lines=lines))
    assert refusal.rule == "order-canceled"
    assert line_of(placed, 1).quantity == 100_000_000
    edited = purchasing.edit_purchase_order(actor=manager, order=placed, version=placed.version, notes="they closed")
    assert edited.notes == "they closed"


def test_progress_takes_two_statements(
    manager: User, vendor: Party, drive: Item, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    order = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 1)] * 30)
    with django_assert_num_queries(2):
        assert len(purchasing.progress(order)) == 30


def test_quantities_of_a_serial_tracked_item_are_whole(manager: User, vendor: Party, drive: Item) -> None:
    assert drive.tracking == Tracking.SERIAL
    refusal = refused(lambda: purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, "0.5")]))
    assert "whole units" in refusal.fields["lines.0.quantity"]
