"""Purchase orders: made, edited, placed, canceled; what has come of them follows from the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from nameplate.ledger.moves import Goods, LotChange
from nameplate.ledger.posting import post
from nameplate.models import (
    Change,
    Document,
    DocumentStatus,
    Entry,
    Item,
    Line,
    Location,
    Lot,
    LotMovement,
    LotStatus,
    Party,
    PartyRole,
    Role,
    Serial,
    Status,
    Tracking,
    User,
)
from nameplate.operations import cataloguing, purchasing
from nameplate.operations.purchasing import OrderLine
from nameplate.refusals import Conflict, Forbidden, Invalid, NotFound, Refused, Stale
from tests import world

S = DocumentStatus


@pytest.fixture
def vendor(manager: User) -> Party:
    return cataloguing.create_vendor(actor=manager, name="Tolomei Distribution")


@pytest.fixture
def drive(manager: User) -> Item:
    return cataloguing.create_item(actor=manager, number="HDD-3T-W", description="Hard drive 3 TB WD")


@pytest.fixture
def screw(manager: User) -> Item:
    return cataloguing.create_item(actor=manager, number="SCREW-M3", tracking="none", unit="kg")


@pytest.fixture
def shelf(manager: User) -> Location:
    site = cataloguing.create_site(actor=manager, name="Main plant")
    return cataloguing.create_location(actor=manager, site=site, name="A-03-2")


@pytest.fixture
def placed(manager: User, vendor: Party, drive: Item, screw: Item) -> Document:
    """An order under way: 100 drives and 2.5 kg of screws."""
    made = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 100), OrderLine(screw, "2.5")])
    return purchasing.order(actor=manager, order=made)


def line_of(order: Document, position: int) -> Line:
    return order.lines.get(position=position)


def receive_screws(actor: User, order: Document, shelf: Location, quantity: int) -> Entry:
    """Screws arrive; the target lot is Received whole, a new one is Planned for what is still to come."""
    line = line_of(order, 2)
    lot = Lot.objects.get(line=line, status=LotStatus.PLANNED)
    return post(
        actor=actor,
        act="received",
        document=order,
        goods=[Goods(lot.pk, shelf.pk, quantity, line.pk)],
        lot_changes=[LotChange(lot.pk, LotStatus.RECEIVED)],
    )


def plan(actor: User, order: Document, numbers: list[str]) -> Entry:
    return purchasing.plan_numbers(actor=actor, line=line_of(order, 1), numbers=numbers)


def refused(call: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refusal:
        call()
    return refusal.value


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


@pytest.mark.parametrize(
    ("status", "possible"),
    [
        (S.RFQ, {"confirm", "order", "cancel"}),
        (S.NEW, {"order", "cancel"}),
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


def test_numbers_typed_beforehand_keep_their_place(manager: User, placed: Document, drive: Item, screw: Item) -> None:
    plan(manager, placed, ["A1", "A2", "A3"])
    less = [OrderLine(drive, 2, None, line_of(placed, 1).pk), OrderLine(screw, "2.5", None, line_of(placed, 2).pk)]
    found = refused(lambda: purchasing.edit_purchase_order(actor=manager, order=placed, version=placed.version, lines=less))
    assert "3 are numbered beforehand" in found.fields["lines.0.quantity"]


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


def test_lines_of_a_canceled_order_stay(manager: User, placed: Document, drive: Item, screw: Item) -> None:
    purchasing.cancel(actor=manager, order=placed)
    placed.refresh_from_db()
    lines = [OrderLine(drive, 101, None, line_of(placed, 1).pk), OrderLine(screw, "2.5", None, line_of(placed, 2).pk)]
    refusal = refused(lambda: purchasing.edit_purchase_order(actor=manager, order=placed, version=placed.version, lines=lines))
    assert refusal.rule == "order-canceled"
    assert line_of(placed, 1).quantity == 100_000_000
    edited = purchasing.edit_purchase_order(actor=manager, order=placed, version=placed.version, notes="they closed")
    assert edited.notes == "they closed"


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


def test_progress_takes_two_statements(
    manager: User, vendor: Party, drive: Item, django_assert_num_queries: Callable[[int], object]
) -> None:
    order = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 1)] * 30)
    with django_assert_num_queries(2):  # type: ignore[attr-defined]  # a context manager
        assert len(purchasing.progress(order)) == 30


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


def test_quantities_of_a_serial_tracked_item_are_whole(manager: User, vendor: Party, drive: Item) -> None:
    assert drive.tracking == Tracking.SERIAL
    refusal = refused(lambda: purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, "0.5")]))
    assert "whole units" in refusal.fields["lines.0.quantity"]


def test_numbers_are_announced_on_the_target_lot(operator: User, placed: Document, drive: Item) -> None:
    entry = plan(operator, placed, [" WD-1 ", "wd-2"])
    assert (entry.act, entry.document, entry.units) == ("planned", placed, 2)
    lot = Lot.objects.get(line=line_of(placed, 1))
    assert set(Serial.objects.values_list("number", "status", "lot", "source", "item")) == {
        ("WD-1", Status.PLANNED, lot.pk, placed.pk, drive.pk),
        ("wd-2", Status.PLANNED, lot.pk, placed.pk, drive.pk),
    }
    assert [one.planned for one in purchasing.progress(placed)] == [2, 0]


def test_announced_numbers_that_cannot_stand_are_all_named(operator: User, placed: Document) -> None:
    refusal = refused(lambda: plan(operator, placed, ["A", "a", "", "B\u200b", "C"]))
    assert {offender.line for offender in refusal.offenders} == {2, 3, 4}
    assert not Serial.objects.exists()


def test_a_number_that_the_item_has_is_not_announced_again(operator: User, placed: Document) -> None:
    plan(operator, placed, ["A", "B"])
    refusal = refused(lambda: plan(operator, placed, ["C", "b"]))
    assert [offender.text for offender in refusal.offenders] == ["B"]
    assert Serial.objects.count() == 2


def test_no_more_are_announced_than_are_to_come(operator: User, placed: Document) -> None:
    plan(operator, placed, [f"A{index}" for index in range(99)])
    assert refused(lambda: plan(operator, placed, ["B1", "B2"])).rule == "more-than-expected"
    plan(operator, placed, ["B1"])


def test_only_what_is_expected_is_announced(operator: User, manager: User, vendor: Party, placed: Document, drive: Item) -> None:
    new = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 1)])
    assert refused(lambda: plan(operator, new, ["A"])).rule == "not-expected"
    screws = line_of(placed, 2)
    assert refused(lambda: purchasing.plan_numbers(actor=operator, line=screws, numbers=["A"])).rule == "not-serial-tracked"
    assert isinstance(refused(lambda: purchasing.plan_numbers(actor=operator, line=999, numbers=["A"])), NotFound)
    assert refused(lambda: plan(operator, placed, [])).rule == "no-numbers"


def test_announced_numbers_are_taken_back(operator: User, viewer: User, placed: Document) -> None:
    plan(operator, placed, ["A", "B"])
    units = list(Serial.objects.order_by("id").values_list("pk", flat=True))
    assert isinstance(refused(lambda: purchasing.withdraw_numbers(actor=viewer, order=placed, units=units)), Forbidden)
    purchasing.withdraw_numbers(actor=operator, order=placed, units=units[:1])
    assert list(Serial.objects.order_by("id").values_list("withdrawn", flat=True)) == [True, False]
    assert refused(lambda: purchasing.withdraw_numbers(actor=operator, order=placed, units=units)).rule == "not-planned"
    plan(operator, placed, ["A"])
    assert Serial.objects.get(number="A", withdrawn=False).earlier_id == units[0]
