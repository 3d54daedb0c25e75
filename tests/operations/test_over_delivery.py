"""More comes than was ordered: refused until somebody says so, received with the rest, taken back like any receipt."""

from __future__ import annotations

import pytest

from nameplate.ledger import verify
from nameplate.models import Document, DocumentStatus, Entry, Line, Location, Lot, LotStatus, Serial, Stock, Tracking, User
from nameplate.operations import purchasing
from nameplate.operations.drafting import load_draft
from nameplate.operations.purchasing import OrderLine
from nameplate.operations.receiving import Box, LineReceipt, draft_subject, preview, receive, receive_boxes
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Conflict
from tests import world
from tests.operations.orders import refused

OVER = frozenset({"more-than-ordered"})
S = DocumentStatus


@pytest.fixture
def order(db: None) -> Document:
    """Ten drives, ordered."""
    return world.purchase_order(lines=[(world.item(number="HDD-3T"), 10)])


def line_of(order: Document) -> Line:
    return order.lines.get()


def numbers(first: int, count: int) -> list[str]:
    return [f"WD-{number:04d}" for number in range(first, first + count)]


def came(actor: User, order: Document, shelf: Location, first: int, count: int, *, over: bool = False) -> Entry:
    line = LineReceipt(line_of(order).pk, numbers(first, count), keep=OVER if over else frozenset())
    return receive(actor=actor, order=order, lines=[line], location_id=shelf.pk)


def lots(order: Document) -> list[str]:
    return list(Lot.objects.filter(source=order).order_by("pk").values_list("status", flat=True))


def status(order: Document) -> str:
    return Document.objects.values_list("status", flat=True).get(pk=order.pk)


def test_it_is_refused_with_the_numbers_until_somebody_says_so(manager: User, order: Document, shelf: Location) -> None:
    came(manager, order, shelf, 1, 4)
    refusal = refused(lambda: came(manager, order, shelf, 5, 8))
    assert isinstance(refusal, Conflict)
    assert (refusal.rule, refusal.extra["to_come"], refusal.extra["surplus"]) == ("more-than-ordered", "6", "2")
    assert "confirm that 2 more than ordered came" in refusal.way_out
    entry = came(manager, order, shelf, 5, 8, over=True)
    assert (entry.units, entry.reason) == (8, "More came than was ordered: 2 pcs on line 1.")
    one = purchasing.progress(order)[0]
    assert (one.received, one.over, one.to_come, one.rest_canceled) == (12_000_000, 2_000_000, 0, False)
    assert (status(order), lots(order)) == (S.RECEIVED, [LotStatus.RECEIVED, LotStatus.RECEIVED])
    undo_entry(actor=manager, entry_id=entry.pk)
    assert (status(order), lots(order)) == (S.ORDERED, [LotStatus.RECEIVED, LotStatus.PLANNED])
    assert verify() == []


def test_a_yes_that_nothing_needs_changes_nothing(manager: User, order: Document, shelf: Location) -> None:
    assert came(manager, order, shelf, 1, 10, over=True).reason == ""


def test_a_line_of_which_all_has_come_takes_more_while_its_order_is_open(manager: User, shelf: Location) -> None:
    screws, nuts = (world.item(tracking=Tracking.NONE) for _ in range(2))
    order = world.purchase_order(lines=[(screws, 5), (nuts, 5)])
    first = order.lines.get(position=1)
    receive(actor=manager, order=order, lines=[LineReceipt(first.pk, quantity=5)], location_id=shelf.pk)
    more = receive(actor=manager, order=order, lines=[LineReceipt(first.pk, quantity="0.5", keep=OVER)], location_id=shelf.pk)
    assert [one.over for one in purchasing.progress(order)] == [500_000, 0]
    undo_entry(actor=manager, entry_id=more.pk)
    assert lots(order) == [LotStatus.RECEIVED, LotStatus.PLANNED, LotStatus.CANCELED]
    assert sum(Stock.objects.values_list("quantity", flat=True)) == 5_000_000
    assert verify() == []


def test_an_over_delivered_order_can_still_be_edited(manager: User, order: Document, shelf: Location) -> None:
    came(manager, order, shelf, 1, 12, over=True)
    now = Document.objects.get(pk=order.pk)
    same = [OrderLine(line_of(order).item_id, 10, line=line_of(order).pk, price=5)]
    edited = purchasing.edit_purchase_order(actor=manager, order=order, version=now.version, lines=same, notes="two too many")
    assert (edited.notes, status(order)) == ("two too many", S.RECEIVED)


def test_the_box_asks_before_it_receives_more(manager: User, order: Document, shelf: Location) -> None:
    line = line_of(order).pk
    text = "WD-0001..WD-0012\nbad .. one"
    assert [(row.rule, row.standing, row.units) for row in preview(actor=manager, order=order, boxes=[Box(line, text)])[line].rows[:2]] == [
        ("new", "good", 10),
        ("more-than-ordered", "decide", 2),
    ]
    typed = {"lines": {str(line): {"text": text, "keep": ["more-than-ordered"]}}}
    entry, _ = receive_boxes(actor=manager, order=order, boxes=[Box(line, text, keep=OVER)], location_id=shelf.pk, typed=typed)
    assert entry.units == 12
    draft = load_draft(actor=manager, subject=draft_subject(order))
    assert draft is not None
    assert draft["lines"][str(line)]["keep"] == []


def test_an_earlier_receipt_undone_below_a_surplus_expects_nothing_twice(manager: User, order: Document, shelf: Location) -> None:
    first = came(manager, order, shelf, 1, 4)
    rest = came(manager, order, shelf, 5, 10, over=True)
    undo_entry(actor=manager, entry_id=first.pk)
    assert (status(order), lots(order)) == (S.RECEIVED, [LotStatus.CANCELED, LotStatus.RECEIVED])
    undo_entry(actor=manager, entry_id=rest.pk)
    assert (status(order), lots(order)) == (S.ORDERED, [LotStatus.CANCELED, LotStatus.PLANNED])
    assert verify() == []


@pytest.mark.parametrize("order_of_undoing", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_however_receipts_are_undone_a_line_has_one_planned_lot(
    manager: User, order: Document, shelf: Location, order_of_undoing: tuple[int, ...]
) -> None:
    announced = order_of_undoing == (2, 1, 0)  # announced numbers that did not come moved on with each receipt: newest first alone
    if announced:
        purchasing.plan_numbers(actor=manager, line=line_of(order), numbers=numbers(1, 10))
    entries = [came(manager, order, shelf, first, count) for first, count in ((1, 3), (4, 3), (7, 4))]
    for index in order_of_undoing:
        undo_entry(actor=manager, entry_id=entries[index].pk)
        assert lots(order).count(LotStatus.PLANNED) == 1
        assert verify() == []
    assert purchasing.progress(order)[0].planned == (10 if announced else 0)
    assert Serial.objects.filter(withdrawn=False).count() == (10 if announced else 0)
    came(manager, order, shelf, 1, 10)
    assert status(order) == S.RECEIVED
