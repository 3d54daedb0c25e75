"""Numbers that a vendor announces: Planned until they come, never more than are to come, taken back one by one."""

from __future__ import annotations

from nameplate.ledger import verify
from nameplate.models import (
    Document,
    Entry,
    Item,
    Location,
    Lot,
    Party,
    Serial,
    Status,
    User,
)
from nameplate.operations import purchasing
from nameplate.operations.purchasing import OrderLine
from nameplate.operations.undoing import standing_in_the_way, undo_entry
from nameplate.refusals import Forbidden, NotFound
from tests import world
from tests.operations.orders import line_of, plan, refused


def test_numbers_typed_beforehand_keep_their_place(manager: User, placed: Document, drive: Item, screw: Item) -> None:
    plan(manager, placed, ["A1", "A2", "A3"])
    less = [OrderLine(drive, 2, None, line_of(placed, 1).pk), OrderLine(screw, "2.5", None, line_of(placed, 2).pk)]
    found = refused(lambda: purchasing.edit_purchase_order(actor=manager, order=placed, version=placed.version, lines=less))
    assert "3 are numbered beforehand" in found.fields["lines.0.quantity"]


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
    plan(operator, placed, [f"D{index}" for index in range(96)])  # now there is room for two, and three that are known are told as that
    refusal = refused(lambda: plan(operator, placed, ["A", "b", "D1"]))
    assert refusal.rule == "serials-not-announceable"
    assert [(offender.text, offender.why, offender.line) for offender in refusal.offenders] == [
        ("A", "announced on this order (Planned)", 1),
        ("b", "announced on this order (Planned)", 2),
        ("D1", "announced on this order (Planned)", 3),
    ]
    assert Serial.objects.count() == 98


def test_a_number_of_another_item_is_announced_only_if_it_is_kept(operator: User, placed: Document) -> None:
    world.receipt(numbers=["A"], of=world.item(number="HDD-X"))
    refusal = refused(lambda: plan(operator, placed, ["A", "B"]))
    assert "the same number is known on HDD-X (received" in refusal.message
    assert refusal.fields["keep"]
    assert Serial.objects.count() == 1
    line = line_of(placed, 1)
    assert purchasing.plan_numbers(actor=operator, line=line, numbers=["A", "B"], keep=["other-item"]).units == 2


def test_no_more_are_announced_than_are_to_come(operator: User, placed: Document) -> None:
    plan(operator, placed, [f"A{index}" for index in range(99)])
    refusal = refused(lambda: plan(operator, placed, ["B1", "B2", "B3"]))
    assert (refusal.rule, refusal.message[-28:]) == ("more-than-expected", "; 2 of these 3 are too many.")
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


def test_numbers_that_did_not_come_are_not_counted_as_received(manager: User, placed: Document, shelf: Location) -> None:
    assert plan(manager, placed, ["A1", "A2", "A3"]).units == 3
    entry = world.receipt(numbers=["A1", "A2"], order=placed, at=shelf)
    assert (entry.units, verify()) == (2, [])
    blocked, remaining, _ = standing_in_the_way(actor=manager, entry_id=entry.pk)
    assert (blocked, remaining) == ([], set(Serial.objects.filter(status=Status.RECEIVED).values_list("pk", flat=True)))
    undo_entry(actor=manager, entry_id=entry.pk)
    assert list(Serial.objects.values_list("status", "withdrawn").distinct()) == [(Status.PLANNED, False)]
    purchasing.cancel(actor=manager, order=placed)
    assert (Entry.objects.get(act="canceled").units, verify()) == (3, [])
