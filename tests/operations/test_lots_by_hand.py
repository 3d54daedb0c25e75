"""Lots made by hand, added to and edited; numbers given later; and each act taken back."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from nameplate.models import Draft, Entry, Item, Location, Lot, LotStatus, Name, Serial, Status, Stock, Tracking, User
from nameplate.operations.correcting import correct_numbers, give_numbers, swap_numbers
from nameplate.operations.lots import Contents, HandBox, add_to_lot, create_lot, edit_lot, receive_box
from nameplate.operations.receiving import Box, LineReceipt, receive, receive_boxes
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Conflict, Forbidden, Invalid, Stale
from tests import world
from tests.operations.orders import refused


@pytest.fixture
def board() -> Item:
    return world.item(number="BOARD", serial_format="B-####")


@pytest.fixture
def shelf() -> Location:
    return world.location()


def made(actor: User, item: Item, numbers: list[str], at: Location, unreadable: int = 0) -> tuple[Lot, Entry]:
    return create_lot(actor=actor, item=item, contents=Contents(numbers, unreadable), location_id=at.pk, reason="Opening stock")


def quantity(lot: Lot) -> int:
    return sum(Stock.objects.filter(lot=lot).values_list("quantity", flat=True)) // 1_000_000


def test_a_lot_is_made_with_its_serials_and_taken_back_whole(actor: User, board: Item, shelf: Location) -> None:
    lot, entry = create_lot(
        actor=actor,
        item=board,
        contents=Contents(["B-0001", "B-0002"]),
        location_id=shelf.pk,
        reason="Opening stock",
        vendor_batch="K7",
        expires_on="2031-05-01",
        cost="12.50",
        notes="From the old shelf.",
    )
    lot.refresh_from_db()
    assert (lot.status, lot.vendor_batch, lot.expires_on, lot.cost, lot.notes) == (
        LotStatus.RECEIVED,
        "K7",
        date(2031, 5, 1),
        12_500_000,
        "From the old shelf.",
    )
    assert (entry.units, entry.reason, quantity(lot)) == (2, "Opening stock", 2)
    assert set(lot.serials.values_list("status", "location", "received_on")) == {(Status.RECEIVED, shelf.pk, timezone.localdate())}
    undo_entry(actor=actor, entry_id=entry.pk)
    lot.refresh_from_db()
    assert (lot.status, quantity(lot), lot.serials.filter(withdrawn=False).count()) == (LotStatus.CANCELED, 0, 0)
    again, _ = made(actor, board, ["B-0001"], shelf)
    assert again.serials.get().earlier is not None


def test_serials_added_raise_the_quantity_and_the_undo_lowers_it(actor: User, board: Item, shelf: Location) -> None:
    lot, first = made(actor, board, ["B-0001"], shelf)
    more = add_to_lot(actor=actor, lot=lot, contents=Contents(["B-0002", "B-0003"]), reason="Found behind the rack")
    assert quantity(lot) == 3
    undo_entry(actor=actor, entry_id=first.pk)
    lot.refresh_from_db()
    assert (lot.status, quantity(lot)) == (LotStatus.RECEIVED, 2)
    undo_entry(actor=actor, entry_id=more.pk)
    assert quantity(lot) == 0


def test_a_lot_of_an_order_takes_more_only_once_it_is_in_stock(actor: User, board: Item, shelf: Location) -> None:
    order = world.purchase_order(lines=[(board, 2)])
    lot = Lot.objects.get(source=order)
    refusal = refused(lambda: add_to_lot(actor=actor, lot=lot, contents=Contents(["B-0001"]), location_id=shelf.pk, reason="Found"))
    assert (refusal.rule, [cause.id for cause in refusal.causes]) == ("lot-status", [order.pk])
    world.receipt(numbers=["B-0001"], order=order, at=shelf)
    entry = add_to_lot(actor=actor, lot=lot, contents=Contents(["B-0009"]), reason="Not on the delivery note")
    assert Serial.objects.get(number="B-0009").source == order
    assert Lot.objects.filter(source=order, status=LotStatus.PLANNED).count() == 1, "the order expects no less"
    undo_entry(actor=actor, entry_id=entry.pk)
    assert quantity(lot) == 1


def test_goods_without_numbers_come_by_quantity(actor: User, shelf: Location) -> None:
    fan = world.item(tracking=Tracking.LOT)
    lot, entry = create_lot(actor=actor, item=fan, contents=Contents(quantity="2.5"), location_id=shelf.pk, reason="Opening stock")
    add_to_lot(actor=actor, lot=lot, contents=Contents(quantity=4), reason="Found")
    assert Stock.objects.get(lot=lot).quantity == 6_500_000
    undo_entry(actor=actor, entry_id=entry.pk)
    assert Stock.objects.get(lot=lot).quantity == 4_000_000


@pytest.mark.parametrize(
    ("contents", "rule"),
    [
        (Contents(), "no-serials"),
        (Contents(quantity=3), "serials-needed"),
        (Contents(["B-0001", "b-0001"]), "serials-not-receivable"),
        (Contents(["B-0001", "B\x00"]), "serials-not-receivable"),
        (Contents(["KNOWN"]), "serials-not-receivable"),
        (Contents(["ELSEWHERE"]), "serials-not-receivable"),
        (Contents(unreadable=-1), "not-positive"),
        (Contents(unreadable=50_001), "too-many"),
    ],
)
def test_what_cannot_come_in_is_refused_by_name(actor: User, board: Item, shelf: Location, contents: Contents, rule: str) -> None:
    made(actor, board, ["KNOWN"], shelf)
    world.receipt(numbers=["ELSEWHERE"])
    before = (Lot.objects.count(), Entry.objects.count())
    refusal = refused(lambda: create_lot(actor=actor, item=board, contents=contents, location_id=shelf.pk, reason="Found"))
    assert (refusal.rule, (Lot.objects.count(), Entry.objects.count())) == (rule, before)


def test_it_needs_a_reason_a_place_a_right_and_an_item_in_use(actor: User, viewer: User, board: Item, shelf: Location) -> None:
    contents = Contents(["B-0001"])
    with pytest.raises(Invalid, match="reason"):
        create_lot(actor=actor, item=board, contents=contents, location_id=shelf.pk, reason=" ")
    with pytest.raises(Invalid, match="where"):
        create_lot(actor=actor, item=board, contents=contents, reason="Found")
    with pytest.raises(Forbidden):
        create_lot(actor=viewer, item=board, contents=contents, location_id=shelf.pk, reason="Found")
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(Forbidden):
        create_lot(actor=actor, item=board, contents=contents, location_id=shelf.pk, reason="Found", received_on=yesterday)
    with pytest.raises(Invalid, match="no such item"):
        create_lot(actor=actor, item=999_999, contents=contents, location_id=shelf.pk, reason="Found")
    assert not Lot.objects.exists()


def test_the_box_takes_the_good_ones_and_keeps_the_rest_for_the_new_lot(actor: User, board: Item, shelf: Location) -> None:
    lot, entry, answer = receive_box(
        actor=actor,
        item=board,
        lot=None,
        box=HandBox("B-0001..B-0003\nodd", unreadable="2"),
        reason="Opening stock",
        location_id=shelf.pk,
        received_on=None,
        fields={},
    )
    assert (entry.units, answer.good, answer.stays) == (5, 3, 1)
    draft = Draft.objects.get(actor=actor)
    assert (draft.subject, draft.body["text"]) == (f"lots/{lot.pk}/serials", "odd")


def test_three_hundred_boards_two_of_them_without_a_readable_label(actor: User, board: Item, shelf: Location) -> None:
    order = world.purchase_order(lines=[(board, 300)])
    line = order.lines.get().pk
    entry, _ = receive_boxes(actor=actor, order=order, boxes=[Box(line, "B-0001..B-0298", unreadable="2")], location_id=shelf.pk)
    order.refresh_from_db()
    lot = Lot.objects.get(source=order)
    assert (entry.units, order.status, quantity(lot)) == (300, "received", 300)
    waiting = [f"{lot}-001", f"{lot}-002"]
    assert list(Serial.objects.exclude(hold="").values_list("number", flat=True)) == waiting
    assert Stock.objects.get().held == 2_000_000

    given = give_numbers(actor=actor, lot=lot, numbers=["B-0299"])
    unit = Serial.objects.get(number="B-0299")
    assert (unit.hold, unit.earlier_names.get().number) == ("", f"{lot}-001")
    give_numbers(actor=actor, lot=lot, numbers=["B-0300"])
    assert not Serial.objects.exclude(hold="").exists()
    undo_entry(actor=actor, entry_id=given.pk)
    unit.refresh_from_db()
    assert (unit.number, unit.hold) == (f"{lot}-001", "number missing")


def test_a_provisional_number_is_never_given_twice(actor: User, board: Item, shelf: Location) -> None:
    lot, _ = made(actor, board, [], shelf, unreadable=1)
    give_numbers(actor=actor, lot=lot, numbers=["B-0001"])
    gone = add_to_lot(actor=actor, lot=lot, contents=Contents(unreadable=2), reason="Found")
    undo_entry(actor=actor, entry_id=gone.pk)
    add_to_lot(actor=actor, lot=lot, contents=Contents(unreadable=1), reason="Found")
    assert Serial.objects.get(hold="number missing").number == f"{lot}-004"
    assert Name.objects.get().number == f"{lot}-001"


def test_numbers_that_cannot_be_given_are_refused_by_name(actor: User, board: Item, shelf: Location) -> None:
    lot, _ = made(actor, board, ["B-0001"], shelf, unreadable=2)
    first, second = Serial.objects.filter(hold="number missing").order_by("pk")
    for numbers, rule in (
        (["X-1"], "wrong-format"),
        (["B-0001"], "not-correctable"),
        (["B-0002", "b-0002"], "not-correctable"),
        (["B-0002", "B-0003", "B-0004"], "more-than-missing"),
        ([], "no-numbers"),
    ):
        assert refused(partial(give_numbers, actor=actor, lot=lot, numbers=numbers)).rule == rule
    known = Serial.objects.get(number="B-0001").pk
    assert refused(lambda: give_numbers(actor=actor, lot=lot, numbers=["B-0002"], unit_ids=[known])).rule == "nothing-missing"
    assert "missing" in refused(lambda: swap_numbers(actor=actor, first=known, second=first.pk, reason="Mixed up")).offenders[0].why
    give_numbers(actor=actor, lot=lot, numbers=["X-1"], unit_ids=[second.pk], keep_format=True)
    correct_numbers(actor=actor, numbers={first.pk: "B-0002"}, reason="Read with a lens")
    assert not Serial.objects.exclude(hold="").exists()


def test_an_order_counts_those_without_numbers_too(actor: User, board: Item, shelf: Location) -> None:
    order = world.purchase_order(lines=[(board, 3)])
    line = order.lines.get().pk
    too_many = [LineReceipt(line, ["B-0001", "B-0002"], unreadable=2)]
    assert refused(lambda: receive(actor=actor, order=order, lines=too_many, location_id=shelf.pk)).rule == "more-than-ordered"
    receive(actor=actor, order=order, lines=[LineReceipt(line, unreadable=1)], location_id=shelf.pk)
    assert Lot.objects.filter(source=order, status=LotStatus.PLANNED).exists()


def test_a_lot_is_edited_and_each_edit_taken_back(actor: User, board: Item, shelf: Location) -> None:
    lot, _ = made(actor, board, ["B-0001"], shelf)
    lot.refresh_from_db()
    first = edit_lot(actor=actor, lot=lot, version=lot.version, vendor_batch="K7", cost="3")
    assert edit_lot(actor=actor, lot=lot, version=lot.version + 1, vendor_batch="K7") is None
    second = edit_lot(actor=actor, lot=lot, version=lot.version + 1, cost="4.25", expires_on="2030-01-01")
    assert first is not None
    assert second is not None
    assert refused(lambda: undo_entry(actor=actor, entry_id=first.pk)).rule == "later-entries"
    undo_entry(actor=actor, entry_id=second.pk)
    undo_entry(actor=actor, entry_id=first.pk)
    lot.refresh_from_db()
    assert (lot.vendor_batch, lot.cost, lot.expires_on, lot.status) == ("", None, None, LotStatus.RECEIVED)


def test_a_stale_edit_of_a_lot_shows_both_versions(actor: User, board: Item, shelf: Location) -> None:
    lot, _ = made(actor, board, ["B-0001"], shelf)
    lot.refresh_from_db()
    edit_lot(actor=actor, lot=lot, version=lot.version, notes="Keep dry.")
    with pytest.raises(Stale) as stale:
        edit_lot(actor=actor, lot=lot, version=lot.version, notes="Keep cool.", cost="1")
    assert stale.value.fields["notes"] == "It is “Keep dry.” now."
    assert stale.value.extra["theirs"]["version"] == lot.version + 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"cost": "-1"}, "cost"),
        ({"cost": "x"}, "cost"),
        ({"expires_on": "soon"}, "expires_on"),
        ({"vendor_batch": "x" * 101}, "vendor_batch"),
    ],
)
def test_what_a_lot_cannot_say_is_refused_beside_its_field(
    actor: User, board: Item, shelf: Location, given: dict[str, Any], field: str
) -> None:
    lot, _ = made(actor, board, ["B-0001"], shelf)
    lot.refresh_from_db()
    with pytest.raises(Invalid) as refusal:
        edit_lot(actor=actor, lot=lot, version=lot.version, **given)
    assert field in refusal.value.fields


def test_two_people_cannot_both_give_a_number(actor: User, board: Item, shelf: Location) -> None:
    lot, _ = made(actor, board, [], shelf, unreadable=1)
    give_numbers(actor=actor, lot=lot, numbers=["B-0001"])
    with pytest.raises(Conflict, match="waits"):
        give_numbers(actor=actor, lot=lot, numbers=["B-0002"])
