"""Units that failed go into a lot of their own and come back from there."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.models import Item, Location, Lot, LotStatus, Role, Serial, Status, User
from nameplate.operations.holding import hold_units
from nameplate.operations.lots import Contents, add_to_lot, create_lot
from nameplate.operations.rejecting import reject_units, release_rejected
from nameplate.operations.switching import switch_function
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Forbidden
from tests import world
from tests.operations.orders import refused


@pytest.fixture
def shelf() -> Location:
    return world.location()


@pytest.fixture
def item() -> Item:
    return world.item()


@pytest.fixture
def lot(actor: User, item: Item, shelf: Location) -> Lot:
    """Three units on the shelf."""
    return create_lot(
        actor=actor, item=item, contents=Contents(["A1", "A2", "A3"]), location_id=shelf.pk, reason="Stock", vendor_batch="K7", cost="12.5"
    )[0]


def unit(number: str) -> Serial:
    return Serial.objects.get(number=number, withdrawn=False)


def test_failed_units_go_into_a_lot_of_their_own_and_back(actor: User, lot: Lot, shelf: Location) -> None:
    cage = world.location(name="Cage", of=shelf.site)
    chosen = [unit("A1").pk, unit("A2").pk]
    entry = reject_units(actor=actor, unit_ids=chosen, reason=" Clicks. ", location_id=cage.pk)
    failed = unit("A1")
    assert (entry.units, entry.reason, failed.status, failed.location) == (2, "Clicks.", Status.REJECTED, cage)
    assert (failed.lot, failed.lot.split_from, failed.lot.status) == (unit("A2").lot, lot, LotStatus.REJECTED)
    assert (failed.lot.vendor_batch, failed.lot.cost) == ("K7", 12_500_000)

    back = release_rejected(actor=actor, unit_ids=[unit("A2").pk], reason="Passed the second run.")
    assert (unit("A2").status, unit("A2").lot) == (Status.RECEIVED, lot)
    refusal = refused(lambda: undo_entry(actor=actor, entry_id=entry.pk))
    assert [offender.text for offender in refusal.offenders] == ["A2"]
    undo_entry(actor=actor, entry_id=back.pk)
    undo_entry(actor=actor, entry_id=entry.pk)
    assert {one.status for one in Serial.objects.filter(lot=lot)} == {Status.RECEIVED}
    assert unit("A1").location == shelf


def test_what_cannot_be_rejected_or_released_is_named(actor: User, lot: Lot) -> None:
    assert refused(lambda: reject_units(actor=actor, unit_ids=[unit("A1").pk], reason=" ")).fields.keys() == {"reason"}
    reject_units(actor=actor, unit_ids=[unit("A1").pk], reason="Clicks")
    for act in (
        lambda: reject_units(actor=actor, unit_ids=[unit("A1").pk, unit("A2").pk], reason="Clicks"),
        lambda: release_rejected(actor=actor, unit_ids=[unit("A2").pk, unit("A3").pk]),
    ):
        assert refused(act).offenders
    assert unit("A2").status == Status.RECEIVED
    assert refused(lambda: release_rejected(actor=actor, unit_ids=[])).fields.keys() == {"units"}


def test_a_unit_on_hold_is_rejected_and_stays_on_hold(actor: User, lot: Lot) -> None:
    hold_units(actor=actor, unit_ids=[unit("A1").pk], reason="Smells burnt")
    reject_units(actor=actor, unit_ids=[unit("A1").pk], reason="It was burnt")
    assert (unit("A1").status, unit("A1").hold) == (Status.REJECTED, "Smells burnt")
    assert refused(lambda: release_rejected(actor=actor, unit_ids=[unit("A1").pk])).offenders


def test_with_quality_control_and_returns_off_nothing_is_rejected(actor: User, administrator: User, lot: Lot) -> None:
    switch_function(actor=administrator, name="quality-control", on=False, version=0)
    reject_units(actor=actor, unit_ids=[unit("A1").pk], reason="Returns are still on")
    switch_function(actor=administrator, name="rma", on=False, version=0, confirmed=True)
    assert refused(lambda: reject_units(actor=actor, unit_ids=[unit("A2").pk], reason="Clicks")).rule == "switched-off"
    release_rejected(actor=actor, unit_ids=[unit("A1").pk])


def test_it_takes_as_many_statements_for_many_units_as_for_few(actor: User, lot: Lot, shelf: Location) -> None:
    counts = []
    for name, more in (("B", 2), ("C", 300)):
        numbers = [f"{name}{number}" for number in range(more)]
        add_to_lot(actor=actor, lot=lot, contents=Contents(numbers), location_id=shelf.pk, reason="Found")
        units = list(Serial.objects.filter(number__in=numbers).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as statements:
            reject_units(actor=actor, unit_ids=units, reason="Clicks")
            release_rejected(actor=actor, unit_ids=units)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_whoever_may_only_look_rejects_nothing(lot: Lot) -> None:
    viewer = world.user(role=Role.VIEWER)
    with pytest.raises(Forbidden):
        reject_units(actor=viewer, unit_ids=[unit("A1").pk], reason="Clicks")
    with pytest.raises(Forbidden):
        release_rejected(actor=viewer, unit_ids=[unit("A1").pk])
