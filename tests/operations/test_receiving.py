"""Receiving an order: what comes in, what is said no to, and what is left behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.models import (
    Document,
    DocumentStatus,
    Entry,
    Item,
    Line,
    Location,
    Lot,
    LotStatus,
    Movement,
    Serial,
    Status,
    Stock,
    Tracking,
    User,
)
from nameplate.operations import purchasing
from nameplate.operations.purchasing import cancel
from nameplate.operations.receiving import Box, LineReceipt, preview, receive, receive_boxes
from nameplate.operations.undoing import undo_entry
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Conflict, Forbidden, Invalid, Refused, Stale
from tests import world


@pytest.fixture
def drive(db: None) -> Item:
    return world.item(number="HDD-3T")


@pytest.fixture
def shelf(db: None) -> Location:
    return world.location()


@pytest.fixture
def order(drive: Item) -> Document:
    return world.purchase_order(lines=[(drive, 10)])


def line_of(order: Document) -> Line:
    return Line.objects.get(document=order)


def numbers(first: int, count: int) -> list[str]:
    return [f"WD-{number:04d}" for number in range(first, first + count)]


def test_a_partial_receipt_takes_the_target_lot_and_opens_the_next(actor: User, order: Document, shelf: Location) -> None:
    entry = receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, numbers(1, 4))], location_id=shelf.pk)
    lots = list(Lot.objects.filter(line=line_of(order)).order_by("pk"))
    assert [lot.status for lot in lots] == [LotStatus.RECEIVED, LotStatus.PLANNED]
    units = Serial.objects.filter(lot=lots[0])
    assert {(unit.status, unit.location_id, unit.availability, unit.source_id) for unit in units} == {
        (Status.RECEIVED, shelf.pk, 1, order.pk)
    }
    assert Stock.objects.get(lot=lots[0], location=shelf).quantity == 4 * MILLIONTHS
    assert entry.units == 4
    order.refresh_from_db()
    assert order.status == DocumentStatus.ORDERED


def test_the_last_receipt_finishes_the_order_and_its_undo_opens_it_again(actor: User, order: Document, shelf: Location) -> None:
    first = receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, numbers(1, 4))], location_id=shelf.pk)
    last = receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, numbers(5, 6))], location_id=shelf.pk)
    order.refresh_from_db()
    assert order.status == DocumentStatus.RECEIVED
    undo_entry(actor=actor, entry_id=last.pk)
    order.refresh_from_db()
    assert order.status == DocumentStatus.ORDERED
    undo_entry(actor=actor, entry_id=first.pk)
    assert not Serial.objects.filter(withdrawn=False).exists()
    assert [lot.status for lot in Lot.objects.filter(line=line_of(order)).order_by("pk")] == [LotStatus.PLANNED, LotStatus.CANCELED]


def test_the_first_receipt_can_be_undone_while_the_last_one_stands(actor: User, order: Document, shelf: Location) -> None:
    first = receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, numbers(1, 4))], location_id=shelf.pk)
    receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, numbers(5, 6))], location_id=shelf.pk)
    undo_entry(actor=actor, entry_id=first.pk)
    order.refresh_from_db()
    assert order.status == DocumentStatus.ORDERED
    assert sorted(Serial.objects.filter(withdrawn=False).values_list("number", flat=True)) == numbers(5, 6)
    receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, numbers(1, 4))], location_id=shelf.pk)
    order.refresh_from_db()
    assert order.status == DocumentStatus.RECEIVED


def test_chosen_units_can_be_taken_back_and_come_again(actor: User, order: Document, shelf: Location) -> None:
    entry = receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, numbers(1, 10))], location_id=shelf.pk)
    wrong = Serial.objects.get(key="wd-0003")
    undo_entry(actor=actor, entry_id=entry.pk, unit_ids=[wrong.pk])
    order.refresh_from_db()
    assert Serial.objects.filter(withdrawn=False).count() == 9
    assert order.status == DocumentStatus.ORDERED
    receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, ["WD-0003"])], location_id=shelf.pk)
    again = Serial.objects.get(key="wd-0003", withdrawn=False)
    assert again.earlier_id == wrong.pk


def test_every_number_that_cannot_be_received_is_named_and_nothing_is_kept(actor: User, order: Document, shelf: Location) -> None:
    receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, ["WD-0001"])], location_id=shelf.pk)
    before = (Entry.objects.count(), Serial.objects.count(), Movement.objects.count(), Lot.objects.count())
    with pytest.raises(Conflict) as refused:
        receive(
            actor=actor,
            order=order,
            lines=[LineReceipt(line_of(order).pk, ["wd-0001", "WD-0002", "WD-0002", "WD-0003"])],
            location_id=shelf.pk,
        )
    assert [(offender.text, offender.line) for offender in refused.value.offenders] == [("wd-0001", 1), ("WD-0002", 3)]
    assert (Entry.objects.count(), Serial.objects.count(), Movement.objects.count(), Lot.objects.count()) == before


@pytest.mark.parametrize("text", ["WD-\x00", "WD\u200b1", "\u202eWD", "W" * 121, "\ud800", " "])
def test_what_is_no_serial_number_is_named(actor: User, order: Document, shelf: Location, text: str) -> None:
    with pytest.raises(Conflict) as refused:
        receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, ["GOOD", text])], location_id=shelf.pk)
    assert [(offender.text, offender.line) for offender in refused.value.offenders] == [(text, 2)]


def test_0001_001_and_1_are_three_units_and_come_back_as_typed(actor: User, order: Document, shelf: Location) -> None:
    typed = ["0001", "001", "1", "12E5", "123456789012345678"]
    receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, typed)], location_id=shelf.pk)
    assert set(Serial.objects.values_list("number", flat=True)) == set(typed)


def test_more_than_ordered_is_refused_with_what_is_to_come(actor: User, order: Document, shelf: Location) -> None:
    with pytest.raises(Conflict) as refused:
        receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, numbers(1, 11))], location_id=shelf.pk)
    assert refused.value.rule == "more-than-ordered"
    assert refused.value.extra["to_come"] == "10"


def test_a_canceled_order_takes_nothing(actor: User, manager: User, order: Document, shelf: Location) -> None:
    cancel(actor=manager, order=order)
    with pytest.raises(Conflict) as refused:
        receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, numbers(1, 1))], location_id=shelf.pk)
    assert refused.value.rule == "not-under-way"


def test_a_stale_form_is_refused(actor: User, order: Document, shelf: Location) -> None:
    with pytest.raises(Stale):
        receive(
            actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, numbers(1, 1))], location_id=shelf.pk, version=order.version - 1
        )


def test_an_item_without_serial_numbers_is_received_by_quantity(actor: User, shelf: Location) -> None:
    screws = world.item(tracking=Tracking.NONE)
    order = world.purchase_order(lines=[(screws, 500)])
    line = line_of(order)
    with pytest.raises(Invalid) as refused:
        receive(actor=actor, order=order, lines=[LineReceipt(line.pk, ["A1"])], location_id=shelf.pk)
    assert (refused.value.rule, refused.value.way_out) == ("not-serial-tracked", "Give a quantity instead.")
    entry = receive(actor=actor, order=order, lines=[LineReceipt(line.pk, quantity="120.5")], location_id=shelf.pk)
    lot = Lot.objects.get(line=line, status=LotStatus.RECEIVED)
    assert Stock.objects.get(lot=lot).quantity == 120_500_000
    undo_entry(actor=actor, entry_id=entry.pk)
    assert Stock.objects.get(lot=lot).quantity == 0


def test_the_same_number_on_another_item_waits_for_a_decision(actor: User, drive: Item, order: Document, shelf: Location) -> None:
    receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, ["SHARED"])], location_id=shelf.pk)
    other = world.purchase_order(lines=[(world.item(), 5)])
    with pytest.raises(Conflict):
        receive(actor=actor, order=other, lines=[LineReceipt(line_of(other).pk, ["SHARED"])], location_id=shelf.pk)
    keep = frozenset({"other-item"})
    receive(actor=actor, order=other, lines=[LineReceipt(line_of(other).pk, ["SHARED"], keep=keep)], location_id=shelf.pk)
    assert Serial.objects.filter(key="shared").count() == 2


@pytest.mark.parametrize("role", ["viewer"])
def test_a_viewer_receives_nothing(viewer: User, order: Document, shelf: Location, role: str) -> None:
    with pytest.raises(Forbidden):
        receive(actor=viewer, order=order, lines=[LineReceipt(line_of(order).pk, numbers(1, 1))], location_id=shelf.pk)


def test_earlier_days_need_the_right_to_backdate(actor: User, manager: User, order: Document, shelf: Location) -> None:
    day = timezone.localdate() - timedelta(days=400)
    lines = [LineReceipt(line_of(order).pk, numbers(1, 1))]
    with pytest.raises(Forbidden):
        receive(actor=actor, order=order, lines=lines, location_id=shelf.pk, received_on=day)
    with pytest.raises(Invalid):
        receive(actor=manager, order=order, lines=lines, location_id=shelf.pk, received_on=timezone.localdate() + timedelta(days=1))
    receive(actor=manager, order=order, lines=lines, location_id=shelf.pk, received_on=day)
    assert Serial.objects.get().received_on == day


def test_the_box_says_of_each_line_what_will_become_of_it(actor: User, order: Document, shelf: Location) -> None:
    line = line_of(order)
    receive(actor=actor, order=order, lines=[LineReceipt(line.pk, ["WD-0002"])], location_id=shelf.pk)
    answer = preview(actor=actor, order=order, boxes=[Box(line.pk, "WD-0001..WD-0004\nWD-0009\nWD-0009\nSN: WD-0010")])[line.pk]
    assert (answer.good, answer.decide, answer.duplicates, answer.bad) == (4, 1, 1, 1)
    assert [(row.text, row.standing, row.units) for row in answer.rows] == [
        ("WD-0001", "good", 1),
        ("WD-0002", "bad", 1),
        ("WD-0003 … WD-0004", "good", 2),
        ("WD-0009", "good", 1),
        ("WD-0009", "decide", 1),
        ("SN: WD-0010", "decide", 1),
    ]


def test_the_good_ones_are_received_and_the_rest_stays_as_a_draft(actor: User, order: Document, shelf: Location) -> None:
    line = line_of(order)
    text = "WD-0001..WD-0003\nWD-0003\n5..1\n5..1"
    entry, answers = receive_boxes(actor=actor, order=order, boxes=[Box(line.pk, text)], location_id=shelf.pk)
    assert entry.units == 3
    # Of the repeat of a number that was received nothing stays: it would read as known already.
    assert answers[line.pk].rest == ["5..1", "5..1"]
    assert answers[line.pk].stays == 2


def test_a_repeat_stays_where_its_twin_stays(actor: User, order: Document, shelf: Location) -> None:
    line = line_of(order)
    world.receipt(numbers=["WD-0001"], of=line.item)
    answer = preview(actor=actor, order=order, boxes=[Box(line.pk, "WD-0001\nWD-0001\nWD-0002\nWD-0002")])[line.pk]
    assert answer.rest == ["WD-0001", "WD-0001"]
    assert (answer.good, answer.decide, answer.duplicates, answer.stays) == (1, 0, 2, 2)


def test_numbers_that_differ_only_in_the_kind_of_dash_are_told(actor: User, order: Document, shelf: Location) -> None:
    line = line_of(order)
    world.receipt(numbers=["LK\u20131", "LK-2"], of=line.item)
    text = 'LK-1\n"LK\u20142"\nLK-3\n"LK\u20123"\nLK4'
    answer = preview(actor=actor, order=order, boxes=[Box(line.pk, text)])[line.pk]
    assert [(row.text, row.standing, row.rule) for row in answer.rows] == [
        ("LK-1", "good", "lookalike"),
        ("LK\u20142", "good", "lookalike"),
        ("LK-3", "good", "new"),
        ("LK\u20123", "good", "lookalike"),
        ("LK4", "good", "new"),
    ]
    assert "differs from LK\u20131, which is known already" in answer.rows[0].message
    assert answer.rows[1].unit_id == Serial.objects.get(number="LK-2").pk
    assert "line 3" in answer.rows[3].message


def test_a_lookalike_on_another_item_is_nobodys_concern(actor: User, order: Document, shelf: Location) -> None:
    world.receipt(numbers=["LK\u20131"], of=world.item(number="OTHER"))
    answer = preview(actor=actor, order=order, boxes=[Box(line_of(order).pk, "LK-1")])[line_of(order).pk]
    assert [row.rule for row in answer.rows] == ["new"]


def test_a_preview_of_thirty_lines_asks_as_often_as_one_of_two(actor: User, db: None) -> None:
    items = [world.item() for _ in range(30)]
    order = world.purchase_order(lines=[(item, 5) for item in items])
    boxes = [Box(line.pk, f"N{line.position}-1..N{line.position}-3") for line in order.lines.all()]
    counts = []
    for some in (boxes[:2], boxes):
        with CaptureQueriesContext(connection) as asked:
            assert all(answer.good == 3 for answer in preview(actor=actor, order=order, boxes=some).values())
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6


def test_beyond_what_is_to_come_the_box_marks_the_surplus(actor: User, order: Document) -> None:
    line = line_of(order)
    answer = preview(actor=actor, order=order, boxes=[Box(line.pk, "A1..A12")])[line.pk]
    assert (answer.good, answer.decide) == (10, 2)


def test_a_range_of_a_thousand_million_costs_nothing(actor: User, order: Document) -> None:
    line = line_of(order)
    answer = preview(actor=actor, order=order, boxes=[Box(line.pk, "A1..A999999999")])[line.pk]
    assert (answer.good, answer.bad) == (0, 1)


@pytest.mark.parametrize("place", [None, 0, 987654321])
def test_goods_need_a_place_that_exists(actor: User, order: Document, place: int | None) -> None:
    with pytest.raises(Refused) as refused:
        receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, numbers(1, 1))], location_id=place)
    assert "location" in refused.value.fields


def test_the_same_number_on_two_lines_of_an_item_is_named_with_both(actor: User, drive: Item, shelf: Location) -> None:
    order = world.purchase_order(lines=[(drive, 5), (drive, 5)])
    first, second = Line.objects.filter(document=order).order_by("position")
    with pytest.raises(Conflict) as refused:
        receive(
            actor=actor,
            order=order,
            lines=[LineReceipt(first.pk, ["A1", "A2", "bad\x00"]), LineReceipt(second.pk, ["A2", "A3", "A1"])],
            location_id=shelf.pk,
        )
    assert [(one.text, one.order_line, one.line, one.why) for one in refused.value.offenders[1:]] == [
        ("A2", 2, 1, "twice in this receipt, first as number 2 of line 1"),
        ("A1", 2, 3, "twice in this receipt, first as number 1 of line 1"),
    ]


def test_what_did_not_come_does_not_forbid_an_earlier_day(actor: User, manager: User, order: Document, shelf: Location) -> None:
    purchasing.plan_numbers(actor=manager, line=line_of(order).pk, numbers=["P-1"], note="")
    day = timezone.localdate() - timedelta(days=3)
    receive(actor=manager, order=order, lines=[LineReceipt(line_of(order).pk, ["N-1"])], location_id=shelf.pk, received_on=day)


def test_a_unit_is_not_received_before_it_was_announced(manager: User, order: Document, shelf: Location) -> None:
    purchasing.plan_numbers(actor=manager, line=line_of(order).pk, numbers=["P-1"], note="")
    day = timezone.localdate() - timedelta(days=3)
    with pytest.raises(Conflict) as refused:
        receive(actor=manager, order=order, lines=[LineReceipt(line_of(order).pk, ["P-1"])], location_id=shelf.pk, received_on=day)
    assert "received_on" in refused.value.fields


def test_the_same_number_on_lines_of_two_items_waits_for_a_decision(actor: User, drive: Item, shelf: Location) -> None:
    """Whoever scans into the wrong line is told before both are received."""
    order = world.purchase_order(lines=[(drive, 5), (world.item(), 5)])
    first, second = (line.pk for line in order.lines.order_by("position"))
    boxes = [Box(first, "A1\nA2"), Box(second, "A2\nB1")]
    answers = preview(actor=actor, order=order, boxes=boxes)
    assert (answers[first].numbers, answers[second].numbers, answers[second].decide) == (["A1", "A2"], ["B1"], 1)
    message = f"the same number stands in this receipt on {drive}; keep it if this is another unit"
    assert [row.message for row in answers[second].rows if row.standing == "decide"] == [message]
    lines = [LineReceipt(first, ["A1", "A2"]), LineReceipt(second, ["B1", "A2"])]
    with pytest.raises(Conflict) as refused:
        receive(actor=actor, order=order, lines=lines, location_id=shelf.pk)
    assert [(one.text, one.why, one.order_line) for one in refused.value.offenders] == [("A2", message, 2)]
    assert refused.value.fields == {"lines.1.serials": "1 of these numbers cannot be received."}
    assert not Serial.objects.exists()
    keep = frozenset({"other-item"})
    assert preview(actor=actor, order=order, boxes=[boxes[0], replace(boxes[1], keep=keep)])[second].numbers == ["A2", "B1"]
    receive(actor=actor, order=order, lines=[lines[0], replace(lines[1], keep=keep)], location_id=shelf.pk)
    assert Serial.objects.filter(number="A2").count() == 2


def test_undo_takes_the_vendor_batch_off_the_lot_again(actor: User, order: Document, shelf: Location) -> None:
    line = line_of(order).pk
    day = timezone.localdate() + timedelta(days=365)
    batch = LineReceipt(line, numbers(1, 10), vendor_batch="H-2211", expires_on=day)
    entry = receive(actor=actor, order=order, lines=[batch], location_id=shelf.pk)
    assert Lot.objects.values_list("vendor_batch", "expires_on").get(line=line) == ("H-2211", day)
    undo_entry(actor=actor, entry_id=entry.pk)
    assert Lot.objects.values_list("vendor_batch", "expires_on").get(line=line) == ("", None)
    with pytest.raises(Invalid) as refused:
        receive(actor=actor, order=order, lines=[LineReceipt(line, ["A"], vendor_batch="x" * 101)], location_id=shelf.pk)
    assert "lines.0.vendor_batch" in refused.value.fields


def test_whoever_may_not_cancel_may_not_undo_a_cancellation(actor: User, manager: User, order: Document) -> None:
    cancel(actor=manager, order=order)
    canceled = Entry.objects.get(act="canceled")
    with pytest.raises(Forbidden):
        undo_entry(actor=actor, entry_id=canceled.pk)
    undo_entry(actor=manager, entry_id=canceled.pk)
    order.refresh_from_db()
    assert order.status == DocumentStatus.ORDERED


@pytest.mark.parametrize("note", ["a\x00b", "\ud800", "x" * 10_001])
def test_a_note_that_cannot_be_kept_is_refused_beside_its_field(actor: User, order: Document, shelf: Location, note: str) -> None:
    with pytest.raises(Invalid) as refused:
        receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, ["A"])], location_id=shelf.pk, note=note)
    assert "note" in refused.value.fields
    assert not Serial.objects.exists()


def test_two_makers_with_one_number_on_an_item_need_a_prefix(actor: User, drive: Item, order: Document, shelf: Location) -> None:
    receive(actor=actor, order=order, lines=[LineReceipt(line_of(order).pk, ["1001"])], location_id=shelf.pk)
    other = world.purchase_order(lines=[(drive, 5)], of=world.vendor(name="Harbour Drives"))
    with pytest.raises(Conflict) as refused:
        receive(actor=actor, order=other, lines=[LineReceipt(line_of(other).pk, ["1001"])], location_id=shelf.pk)
    assert "HAR-…" in refused.value.offenders[0].why
    assert preview(actor=actor, order=other, boxes=[Box(line_of(other).pk, "1001")])[line_of(other).pk].rows[0].rule == "another-maker"
