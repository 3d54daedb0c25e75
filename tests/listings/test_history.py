"""The history of a unit as a list."""

from __future__ import annotations

from random import Random

from nameplate.listings import history_of
from nameplate.models import Movement, Serial, Status, User
from nameplate.operations.correcting import correct_numbers
from nameplate.operations.undoing import undo_entry
from tests import world
from tests.listings.units import Company

LIVES = {
    0: [Status.PLANNED, Status.RECEIVED],
    1: [Status.RECEIVED, Status.SHIPPED],
    2: [Status.RECEIVED, Status.WRITTEN_OFF],
}


def test_a_history_holds_the_steps_of_its_own_unit_alone(actor: User) -> None:
    company = Company(Random(5), 10, actor)
    units = Serial.objects.order_by("id")[: len(LIVES)]
    for index, unit in enumerate(units):
        for seq, status in enumerate(LIVES[index], 1):
            Movement.objects.create(serial=unit, seq=seq, entry=company.entries[0], kind=2, status=status, lot_id=unit.lot_id)
    for index, unit in enumerate(units):
        page = history_of(unit.pk).read({"sort": "step"}, actor=actor)
        assert [row["status"] for row in page.rows] == [status.name.lower() for status in LIVES[index]]
        assert len(list(history_of(unit.pk).csv({}, actor=actor))) == 1 + len(LIVES[index])


def test_each_step_says_how_the_unit_stood_before_and_after_and_what_undid_it(actor: User) -> None:
    received = world.receipt(numbers=["A-1"])
    unit = Serial.objects.get()
    corrected = correct_numbers(actor=actor, numbers={unit.pk: "B-1"}, reason="misread")
    back = undo_entry(actor=actor, entry_id=corrected.pk)
    gone = undo_entry(actor=actor, entry_id=received.pk)
    rows = history_of(unit.pk).read({}, actor=actor).rows

    said = [(row["kind"], row["status_before"], row["status"], row["withdrawn"]) for row in rows]
    assert said == [
        ("received", None, "received", "no"),
        ("corrected", "received", "received", "no"),
        ("undone", "received", "received", "no"),
        ("undone", "received", "planned", "yes"),
    ]
    assert [row["undone_by"] for row in rows] == [gone.pk, back.pk, None, None]
    assert [row["reverses"] for row in rows] == [None, None, corrected.pk, received.pk]
    assert [row["edits"] for row in rows[1:3]] == [
        [{"name": "number", "before": "A-1", "after": "B-1"}],
        [{"name": "number", "before": "B-1", "after": "A-1"}],
    ]
    assert (rows[0]["location_before"], rows[1]["location_before"]) == (None, rows[0]["location"])
    assert (rows[0]["lot_before_id"], rows[1]["lot_before_id"]) == (None, rows[0]["lot_id"])
    assert rows[3]["location_before"] == rows[0]["location"]
    lines = list(history_of(unit.pk).csv({}, actor=actor))
    assert "Number: A-1 → B-1" in lines[2]
    assert "Corrected" in lines[2]
    only = history_of(unit.pk).read({"kind": "undone", "status_before": "received"}, actor=actor)
    assert [row["seq"] for row in only.rows] == [3, 4]
