"""What new units, lots and items begin with: values that are given, defaults, and what a split takes along."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from nameplate.ledger import verify
from nameplate.models import Change, Entry, FieldKind, FieldNoun, Item, Lot, LotStatus, Serial, Tracking, User
from nameplate.operations import cataloguing, purchasing
from nameplate.operations.lots import Contents, create_lot, edit_lot
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Invalid, Stale
from tests import world


def customs(entry: Entry) -> dict[str, Any]:
    return dict(Serial.objects.filter(movements__entry=entry).values_list("number", "custom"))


def test_units_begin_with_what_is_given_and_with_defaults(operator: User) -> None:
    world.custom_field(name="Grade", default="A")
    world.custom_field(name="Hours", kind=FieldKind.WHOLE, required=True)
    order = world.purchase_order(lines=[(world.item(), 3)])
    line = order.lines.get()
    purchasing.plan_numbers(actor=operator, line=line, numbers=["P1"])
    place = world.location().pk
    with pytest.raises(Invalid) as refusal:
        receive(actor=operator, order=order, location_id=place, lines=[LineReceipt(line_id=line.pk, numbers=["N1"])])
    assert refusal.value.fields == {"custom.hours": "Hours is needed."}
    assert not Entry.objects.filter(act="received").exists()
    lines = [LineReceipt(line_id=line.pk, numbers=["N1", "P1"], unreadable=1)]
    entry = receive(actor=operator, order=order, location_id=place, lines=lines, custom={"hours": "7"})
    assert list(customs(entry).values()) == [{"grade": "A", "hours": 7}] * 3
    assert verify() == []
    undo_entry(actor=operator, entry_id=entry.pk)
    assert list(customs(entry).values()) == [None] * 3
    assert verify() == []


def test_a_receipt_without_units_asks_for_no_values_of_units(operator: User) -> None:
    world.custom_field(name="Hours", required=True)
    order = world.purchase_order(lines=[(world.item(tracking=Tracking.NONE), 3)])
    lines = [LineReceipt(line_id=order.lines.get().pk, quantity=3)]
    receive(actor=operator, order=order, lines=lines, location_id=world.location().pk)
    assert Entry.objects.filter(act="received").count() == 1


def test_a_lot_made_by_hand_takes_values_of_its_own_and_of_its_units(operator: User) -> None:
    world.custom_field(noun=FieldNoun.LOTS, name="Shift", required=True)
    world.custom_field(name="Shift", required=True)
    made = partial(create_lot, actor=operator, item=world.item(), location_id=world.location().pk, reason="found")
    with pytest.raises(Invalid) as refusal:
        made(contents=Contents(numbers=["H1"]))
    assert set(refusal.value.fields) == {"custom.shift", "serials.custom.shift"}
    lot, entry = made(contents=Contents(numbers=["H1"], custom={"shift": "day"}), custom={"shift": "night"})
    assert (lot.custom, customs(entry)) == ({"shift": "night"}, {"H1": {"shift": "day"}})
    assert verify() == []


def test_a_lot_is_edited_stale_and_undone_by_field(operator: User) -> None:
    world.custom_field(noun=FieldNoun.LOTS, name="Checked", kind=FieldKind.YES_NO)
    world.receipt(numbers=["L1"])
    lot = Lot.objects.get(serials__number="L1")
    entry = edit_lot(actor=operator, lot=lot, version=lot.version, custom={"checked": "yes"}, notes="dry")
    assert entry is not None
    lot.refresh_from_db()
    assert (lot.custom, lot.notes) == ({"checked": True}, "dry")
    with pytest.raises(Stale) as refusal:
        edit_lot(actor=operator, lot=lot, version=lot.version - 1, custom={"checked": False})
    assert refusal.value.fields == {"custom.checked": "It is “yes” now."}
    with pytest.raises(Invalid) as wrong:
        edit_lot(actor=operator, lot=lot, version=lot.version, custom={"checked": "perhaps"})
    assert set(wrong.value.fields) == {"custom.checked"}
    undo_entry(actor=operator, entry_id=entry.pk)
    lot.refresh_from_db()
    assert (lot.custom, lot.notes) == (None, "")
    assert verify() == []


def test_a_split_takes_persistent_fields_along_and_a_new_lot_defaults(operator: User) -> None:
    world.custom_field(noun=FieldNoun.LOTS, name="Batch card", persistent=True)
    world.custom_field(noun=FieldNoun.LOTS, name="Shelf note", default="top")
    order = world.purchase_order(lines=[(world.item(), 2)])
    first = Lot.objects.get(line__document=order)
    assert first.custom == {"shelf_note": "top"}
    edit_lot(actor=operator, lot=first, version=first.version, custom={"batch_card": "C-7"})
    receive(
        actor=operator,
        order=order,
        lines=[LineReceipt(line_id=order.lines.get().pk, numbers=["S1"])],
        location_id=world.location().pk,
    )
    rest = Lot.objects.get(split_from=first)
    assert (rest.status, rest.custom) == (LotStatus.PLANNED, {"batch_card": "C-7"})
    assert verify() == []


def test_an_item_s_values_are_checked_logged_and_compared(manager: User) -> None:
    world.custom_field(noun=FieldNoun.ITEMS, name="Capacity", kind=FieldKind.WHOLE, required=True)
    world.custom_field(noun=FieldNoun.ITEMS, name="Colour", kind=FieldKind.CHOICE, default="red")
    with pytest.raises(Invalid) as refusal:
        cataloguing.create_item(actor=manager, number="HD-1", custom={"capacity": "big"})
    assert set(refusal.value.fields) == {"custom.capacity"}
    assert not Item.objects.exists()
    item = cataloguing.create_item(actor=manager, number="HD-1", custom={"capacity": "3"})
    assert item.custom == {"capacity": 3, "colour": "red"}
    cataloguing.edit_item(actor=manager, item=item, version=1, custom={"colour": "Green"}, description="A drive")
    logged = Change.objects.filter(noun="items", subject=item.pk, field="custom.colour").values_list("before", "after")
    assert list(logged) == [("Red", "Green")]
    with pytest.raises(Stale) as stale:
        cataloguing.edit_item(actor=manager, item=item, version=1, custom={"colour": "blue", "capacity": 3})
    assert stale.value.fields == {"custom.colour": "It is “green” now."}
    assert verify() == []
