"""The history of a unit as a list."""

from __future__ import annotations

from random import Random

from nameplate.listings import history_of
from nameplate.models import Movement, Serial, Status, User
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
        assert "".join(history_of(unit.pk).csv({}, actor=actor)).count(LIVES[index][1].label) == 1
