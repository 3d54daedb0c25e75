"""A lot is put on hold while a unit goes back into it: the unit is on hold too, or whoever sends it back is told."""

from __future__ import annotations

from functools import partial

from django.db import connection

from nameplate.ledger import verify
from nameplate.models import Role, Serial
from nameplate.operations.holding import hold_lot
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.rejecting import reject_units, release_rejected
from tests import world
from tests.ledger.racing import race, refusals

LOTS_LOCK = "SELECT l.id, l.number"


def held_while_one_comes_back(without: list[tuple[str, str]]) -> tuple[list[str], str]:
    """Rules of the refusals, and why the unit that came back is on hold."""
    actor = world.user(role=Role.MANAGER)
    contents = Contents(["A1", "A2"])
    lot, _ = create_lot(actor=actor, item=world.item(), contents=contents, location_id=world.location().pk, reason="Stock")
    back = Serial.objects.get(number="A1").pk
    reject_units(actor=actor, unit_ids=[back], reason="Clicks")
    acts = partial(release_rejected, actor=actor, unit_ids=[back]), partial(hold_lot, actor=actor, lot=lot, reason="Wet boxes")
    told = refusals(race(*acts, at=LOTS_LOCK, without=without))
    return [one.rule for one in told], Serial.objects.get(pk=back).hold


def test_a_lot_is_held_while_a_unit_comes_back_into_it(committing: str) -> None:
    rules, hold = held_while_one_comes_back([])
    assert (rules, hold) in [(["lot-changed"], ""), ([], "Wet boxes")]
    assert Serial.objects.get(number="A1").lot.status == ("rejected" if rules else "on_hold")
    assert verify() == []


def test_control_without_the_lots_lock_it_comes_back_free(committing: str) -> None:
    """SQLite lets its writers in one by one, which is its guard."""
    rules, hold = held_while_one_comes_back([(" FOR NO KEY UPDATE OF l", "")])
    assert (rules, hold) == ([], "" if connection.vendor == "postgresql" else "Wet boxes")
