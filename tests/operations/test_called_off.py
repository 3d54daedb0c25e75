"""What is refused, offered and said where the rest of a purchase order's line was canceled after a receipt."""

from __future__ import annotations

import pytest

from nameplate.ledger import verify
from nameplate.models import Document, Entry, Item, Location, Party, Serial, User
from nameplate.operations import purchasing
from nameplate.operations.purchasing import OrderLine
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.undoing import standing_in_the_way, undo_entry
from tests import world
from tests.operations.orders import line_of, plan, refused


def ids(*numbers: str) -> list[int]:
    return sorted(Serial.objects.filter(number__in=numbers).values_list("pk", flat=True))


@pytest.fixture
def order(manager: User, vendor: Party, drive: Item) -> Document:
    lines = [OrderLine(drive, 6), OrderLine(world.item(number="HDD-4T"), 2)]
    made = purchasing.order(actor=manager, order=purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=lines))
    plan(manager, made, ["CN-1", "CN-2", "CN-3", "CN-4"])
    return made


def test_an_undo_is_not_offered_for_units_of_a_line_whose_rest_is_canceled(manager: User, order: Document, shelf: Location) -> None:
    receipt = world.receipt(numbers=["CN-1", "CN-77", "CN-78"], order=order, at=shelf)
    purchasing.cancel_rest(actor=manager, order=order)
    canceled = Entry.objects.get(act="rest canceled")
    before = Entry.objects.count()
    blocked, remaining, free = standing_in_the_way(actor=manager, entry_id=receipt.pk)
    assert (remaining, free) == (set(ids("CN-1", "CN-77", "CN-78")), set())
    assert [one.text for one in blocked] == ["CN-1", "CN-77", "CN-78", "CN-2", "CN-3", "CN-4"]
    assert {one.entry_id for one in blocked} == {canceled.pk}
    whole = refused(lambda: undo_entry(actor=manager, entry_id=receipt.pk))
    assert (whole.message, whole.way_out) == (
        "3 announced numbers that did not come were changed by later entries.",
        "Undo the later entries first.",
    )
    some = refused(lambda: undo_entry(actor=manager, entry_id=receipt.pk, unit_ids=ids("CN-77", "CN-78")))
    assert [(one.extra["possible"], [cause.id for cause in one.causes]) for one in (whole, some)] == [([], [canceled.pk])] * 2
    assert (Entry.objects.count(), verify()) == (before, [])


def test_units_of_other_lines_are_offered(manager: User, order: Document, shelf: Location) -> None:
    lines = [LineReceipt(line_of(order, 1).pk, ["CN-1"]), LineReceipt(line_of(order, 2).pk, ["B-1", "B-2"])]
    receipt = receive(actor=manager, order=order, lines=lines, location_id=shelf.pk)
    purchasing.cancel_rest(actor=manager, order=order)
    some = refused(lambda: undo_entry(actor=manager, entry_id=receipt.pk, unit_ids=ids("CN-1", "B-1")))
    assert (some.extra["possible"], some.way_out) == (ids("B-1"), "Undo that first, or undo it for the other unit.")
    whole = refused(lambda: undo_entry(actor=manager, entry_id=receipt.pk))
    assert whole.extra["possible"] == ids("B-1", "B-2") == sorted(standing_in_the_way(actor=manager, entry_id=receipt.pk)[2])
    undo_entry(actor=manager, entry_id=receipt.pk, unit_ids=whole.extra["possible"])
    assert [one.to_come for one in purchasing.progress(order)] == [0, 2_000_000]


def test_numbers_that_did_not_come_are_told_apart_from_those_that_did(manager: User, order: Document, shelf: Location) -> None:
    first = world.receipt(numbers=["CN-1"], order=order, at=shelf)
    world.receipt(numbers=["CN-2"], order=order, at=shelf)
    refusal = refused(lambda: undo_entry(actor=manager, entry_id=first.pk))
    assert refusal.message == "3 announced numbers that did not come were changed by later entries."
    moved = f"moved to another lot later, when others were received ({order})"
    assert [(one.text, one.why) for one in refusal.offenders] == [("CN-2", f"received later ({order})"), ("CN-3", moved), ("CN-4", moved)]
    assert refusal.extra["possible"] == ids("CN-1")
    undo_entry(actor=manager, entry_id=first.pk, unit_ids=refusal.extra["possible"])
    assert [one.received for one in purchasing.progress(order)] == [1_000_000, 0]
