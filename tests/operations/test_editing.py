"""Notes, warranty dates and custom fields of units: read at one door, posted as one act, undone field by field."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.ledger import verify
from nameplate.models import Entry, FieldKind, Movement, Serial, User
from nameplate.operations import cataloguing
from nameplate.operations.editing import UnitFields, edit_units
from nameplate.operations.previewing_edits import preview_edit, refused_file
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Conflict, Forbidden, Invalid, NotFound, Refused, Stale
from tests import world


def received(*numbers: str) -> list[int]:
    entry = world.receipt(numbers=numbers)
    return list(Serial.objects.filter(movements__entry=entry).order_by("pk").values_list("pk", flat=True))


def custom(unit: int) -> dict[str, Any] | None:
    return Serial.objects.get(pk=unit).custom


def test_many_units_are_edited_in_one_act_that_touches_only_those_that_change(operator: User) -> None:
    world.custom_field(name="Grade", kind=FieldKind.CHOICE, options=["A", "B"])
    first, second, third = received("E1", "E2", "E3")
    edit_units(actor=operator, unit_ids=[second], custom={"grade": "b"})
    entry = edit_units(
        actor=operator, unit_ids=[third, second, first], custom={"grade": "B"}, warranty_until="2027-01-31", reason=" sorted "
    )
    assert entry is not None
    assert (entry.act, entry.units, entry.reason) == ("edited", 3, "sorted")
    edits = dict(Movement.objects.filter(entry=entry).values_list("serial_id", "edits"))
    assert edits[second] == {"warranty_until": [None, "2027-01-31"]}
    assert edits[first] == {"custom.grade": [None, "b"], "warranty_until": [None, "2027-01-31"]}
    assert Serial.objects.get(pk=third).warranty_until == dt.date(2027, 1, 31)
    assert edit_units(actor=operator, unit_ids=[first, second], custom={"grade": "B"}) is None
    assert verify() == []


def test_units_that_differ_each_keep_what_is_not_edited_and_get_back_their_own(operator: User) -> None:
    world.custom_field(name="Grade", kind=FieldKind.CHOICE, options=["A", "B"])
    world.custom_field(name="Hours", kind=FieldKind.WHOLE)
    units = received(*(f"D{index}" for index in range(12)))
    for index, unit in enumerate(units[:8]):
        edit_units(actor=operator, unit_ids=[unit], custom={"hours": index % 3, "grade": "ab"[index % 2]}, notes="dented" * (index % 2))
    edit_units(actor=operator, unit_ids=units[::5], warranty_until="2026-12-31")
    before = [(unit.notes, unit.custom, unit.warranty_until) for unit in Serial.objects.filter(pk__in=units).order_by("pk")]
    entry = edit_units(actor=operator, unit_ids=units, custom={"grade": "B"}, notes="dented", warranty_until=None)
    assert entry is not None
    assert entry.units == 12 - 4 + 1, "three of the four that are dented and of grade B already have no warranty date to lose"
    now = list(Serial.objects.filter(pk__in=units).order_by("pk"))
    kept = [{name: value for name, value in (custom or {}).items() if name != "grade"} for _, custom, _ in before]
    assert [unit.custom for unit in now] == [{**own, "grade": "b"} for own in kept]
    assert {(unit.notes, unit.warranty_until) for unit in now} == {("dented", None)}
    assert verify() == []
    undo_entry(actor=operator, entry_id=entry.pk)
    assert [(unit.notes, unit.custom, unit.warranty_until) for unit in Serial.objects.filter(pk__in=units).order_by("pk")] == before
    assert verify() == []


def test_an_edit_is_undone_field_by_field(operator: User) -> None:
    world.custom_field(name="Firmware")
    world.custom_field(name="Hours", kind=FieldKind.WHOLE)
    [unit] = received("E1")
    first = edit_units(actor=operator, unit_ids=[unit], custom={"firmware": "1.0"}, notes="dented")
    assert first is not None
    edit_units(actor=operator, unit_ids=[unit], custom={"hours": "12"})
    undo_entry(actor=operator, entry_id=first.pk)
    assert (custom(unit), Serial.objects.get(pk=unit).notes) == ({"hours": 12}, "")
    again = edit_units(actor=operator, unit_ids=[unit], custom={"firmware": "2.0"})
    later = edit_units(actor=operator, unit_ids=[unit], custom={"firmware": "2.1"})
    assert again is not None
    assert later is not None
    with pytest.raises(Conflict) as refusal:
        undo_entry(actor=operator, entry_id=again.pk)
    assert refusal.value.rule == "later-entries"
    assert custom(unit) == {"hours": 12, "firmware": "2.1"}
    assert verify() == []


def test_wrong_values_are_refused_beside_their_fields_and_nothing_is_written(operator: User, administrator: User) -> None:
    [unit] = received("W1")
    world.custom_field(name="Hours", kind=FieldKind.WHOLE, required=True)
    gone = world.custom_field(name="Old")
    cataloguing.archive_custom_field(actor=administrator, field=gone, version=1)
    before = Entry.objects.count()
    wrong = {"hours": "many", "old": "x", "colour": "red"}
    with pytest.raises(Invalid) as refusal:
        edit_units(actor=operator, unit_ids=[unit], custom=wrong, warranty_until="soon", notes="\x00")
    assert set(refusal.value.fields) == {"custom.hours", "custom.old", "custom.colour", "warranty_until", "notes"}
    with pytest.raises(Invalid) as refusal:
        edit_units(actor=operator, unit_ids=[unit], custom={"hours": " "})
    assert refusal.value.fields == {"custom.hours": "Hours is needed."}
    assert Entry.objects.count() == before


def test_a_stale_edit_shows_both(operator: User) -> None:
    world.custom_field(name="Firmware")
    [unit] = received("E1")
    edit_units(actor=operator, unit_ids=[unit], version=1, custom={"firmware": "1.0"})
    with pytest.raises(Stale) as refusal:
        edit_units(actor=operator, unit_ids=[unit], version=1, custom={"firmware": "1.1"}, notes="")
    assert refusal.value.fields == {"custom.firmware": "It is “1.0” now."}
    assert refusal.value.extra["theirs"] == {"version": 2, "custom.firmware": "1.0", "notes": ""}
    assert custom(unit) == {"firmware": "1.0"}


def test_a_stale_edit_takes_what_was_left_alone_and_names_what_both_changed(operator: User) -> None:
    world.custom_field(name="Firmware")
    world.custom_field(name="Grade")
    [unit] = received("E1")
    edit_units(actor=operator, unit_ids=[unit], custom={"firmware": "1.0", "grade": "a"}, notes="dry")
    edit_units(actor=operator, unit_ids=[unit], custom={"firmware": "2.0"}, warranty_until="2029-03-31")
    edit_units(actor=operator, unit_ids=[unit], custom={"firmware": "3.0", "grade": "b"})
    mine = {"firmware": "1.0", "grade": "c"}
    with pytest.raises(Stale) as refusal:
        edit_units(actor=operator, unit_ids=[unit], version=2, custom=mine, warranty_until="", notes="wet")
    assert refusal.value.fields == {"custom.grade": "It is “b” now."}
    assert refusal.value.extra["taken"] == {"custom.firmware": "3.0", "warranty_until": "2029-03-31"}
    assert Serial.objects.get(pk=unit).notes == "dry"


def test_who_and_what_cannot_be_edited(operator: User, viewer: User) -> None:
    [unit] = received("E1")
    undo_entry(actor=operator, entry_id=Entry.objects.latest("pk").pk)
    cases: list[tuple[type[Refused], User, list[int]]] = [
        (Forbidden, viewer, [unit]),
        (Invalid, operator, []),
        (NotFound, operator, [unit, 987654321]),
        (Conflict, operator, [unit]),
    ]
    for refused, actor, units in cases:
        with pytest.raises(refused):
            edit_units(actor=actor, unit_ids=units, notes="x")
    assert not Entry.objects.filter(act="edited").exists()


def test_a_preview_says_what_the_edit_does_and_writes_nothing(operator: User, viewer: User) -> None:
    world.custom_field(name="Grade", kind=FieldKind.CHOICE, options=["Good", "Bad"])
    units = received("P1", "P2", "P3", "P4")
    edit_units(actor=operator, unit_ids=units[:1], warranty_until="2027-01-31", custom={"grade": "good"})
    edit_units(actor=operator, unit_ids=units[1:3], warranty_until="2026-01-31")
    before = Entry.objects.count()
    told = preview_edit(actor=operator, unit_ids=units, warranty_until="2027-01-31", custom={"grade": "Good"})
    assert (told.changing, told.standing, told.refused) == (units[1:], 1, [])
    shown = {field.name: (field.label, field.after, field.units, field.standing, list(field.before)) for field in told.fields}
    assert shown == {
        "warranty_until": ("Warranty until", "2027-01-31", 3, 1, [("2026-01-31", 2), ("", 1)]),
        "custom.grade": ("Grade", "Good", 3, 1, [("", 3)]),
    }
    assert Entry.objects.count() == before
    with pytest.raises(Invalid) as refusal:
        preview_edit(actor=operator, unit_ids=units)
    assert refusal.value.rule == "nothing-to-edit"
    with pytest.raises(Forbidden):
        preview_edit(actor=viewer, unit_ids=units, notes="x")
    entry = edit_units(actor=operator, unit_ids=units, warranty_until="2027-01-31", custom={"grade": "Good"})
    assert entry is not None
    assert (entry.units, preview_edit(actor=operator, unit_ids=units, custom={"grade": "Good"}).changing) == (3, [])
    undo_entry(actor=operator, entry_id=entry.pk)
    assert preview_edit(actor=operator, unit_ids=units, warranty_until="2027-01-31").fields[0].before == [("2026-01-31", 2), ("", 1)]
    assert verify() == []


def test_only_what_the_preview_showed_is_done(operator: User) -> None:
    units = received(*(f"P{number}" for number in range(8)))
    for number, unit in enumerate(units):
        edit_units(actor=operator, unit_ids=[unit], notes=f"note {number}")
    told = preview_edit(actor=operator, unit_ids=units, notes="seen")
    edit_units(actor=operator, unit_ids=units[-1:], notes="another", warranty_until="2027-01-31")
    with pytest.raises(Conflict) as refusal:
        edit_units(actor=operator, unit_ids=units, seen=told.seal, notes="seen")
    assert (refusal.value.rule, Serial.objects.filter(notes="seen").exists()) == ("changed-meanwhile", False)
    told = preview_edit(actor=operator, unit_ids=units, notes="seen")
    edit_units(actor=operator, unit_ids=units[:1], warranty_until="2027-01-31")
    with pytest.raises(Conflict):
        edit_units(actor=operator, unit_ids=units, seen=told.seal, notes="another")
    assert edit_units(actor=operator, unit_ids=units, seen=told.seal, notes="seen") is not None


def test_one_refused_unit_leaves_everything_unchanged(operator: User) -> None:
    gone = received("=GONE")
    undo_entry(actor=operator, entry_id=Entry.objects.latest("pk").pk)
    good = received("G1", "G2")
    before = Entry.objects.count()
    told = preview_edit(actor=operator, unit_ids=[*good, *gone], notes="seen")
    assert (told.changing, [one.unit_id for one in told.refused]) == (good, gone)
    assert refused_file(told.refused).decode("utf-8-sig").splitlines() == ["Serial number,Why not", "'=GONE,its number was withdrawn"]
    with pytest.raises(Conflict) as refusal:
        edit_units(actor=operator, unit_ids=[*good, *gone], notes="seen")
    assert [one.unit_id for one in refusal.value.offenders] == gone
    assert Entry.objects.count() == before
    assert not Serial.objects.exclude(notes="").exists()


def test_it_takes_as_many_statements_for_many_units_as_for_few(operator: User) -> None:
    world.custom_field(name="Firmware")
    units = received(*(f"M{number}" for number in range(43)))
    edit_units(actor=operator, unit_ids=units[:1], custom={"firmware": "0.9"})
    counts = []
    for chosen in (units[1:3], units[3:]):
        with CaptureQueriesContext(connection) as statements:
            told = preview_edit(actor=operator, unit_ids=chosen, custom={"firmware": "1.0"}, warranty_until="2030-01-31", notes="kept dry")
            new: UnitFields = {"custom": {"firmware": "1.0"}, "warranty_until": "2030-01-31", "notes": "kept dry"}
            edit_units(actor=operator, unit_ids=chosen, seen=told.seal, **new)
        counts.append(len(statements))
    assert counts[0] == counts[1]
