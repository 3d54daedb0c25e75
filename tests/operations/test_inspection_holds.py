"""What waits for an inspection is on hold for it, and other holds stand beside that one."""

from __future__ import annotations

import pytest

from nameplate.models import (
    Document,
    Entry,
    InspectedUnit,
    Item,
    Location,
    Lot,
    LotStatus,
    Reason,
    Serial,
    Status,
    User,
)
from nameplate.operations import correcting, purchasing, reasons
from nameplate.operations.holding import hold_lot, hold_units, release_lot, release_units
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.inspecting.opening import open_inspection
from nameplate.operations.lots import Contents, add_to_lot, create_lot
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.switching import switch_function
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import write_off
from tests import world
from tests.operations.orders import refused


@pytest.fixture
def shelf() -> Location:
    return world.location()


@pytest.fixture
def item() -> Item:
    return world.item(requires_inspection=True)


@pytest.fixture
def clicks(administrator: User) -> Reason:
    return reasons.create_reason(actor=administrator, kind="rejection", name="Clicks")


@pytest.fixture
def received(item: Item, shelf: Location) -> Entry:
    """Five units received on an order."""
    return world.receipt(numbers=["A1", "A2", "A3", "A4", "A5"], of=item, at=shelf)


@pytest.fixture
def paper(received: Entry) -> Document:
    """The inspection that opened with them."""
    return Document.objects.get(kind="QC")


def unit(number: str) -> Serial:
    return Serial.objects.get(number=number, withdrawn=False)


def said(number: str, reason: Reason | None = None, note: str = "") -> Said:
    """The verdict on a unit: it failed where a reason is given."""
    return Said(unit(number).pk, reason is None, reason, note)


def verdicts(paper: Document) -> dict[str, str]:
    return dict(InspectedUnit.objects.filter(inspection=paper.pk).values_list("serial__number", "verdict"))


def status(paper: Document) -> str:
    paper.refresh_from_db()
    return paper.status


def test_a_hold_for_another_reason_stays(manager: User, item: Item, shelf: Location) -> None:
    lot, _ = create_lot(actor=manager, item=item, contents=Contents(["A1", "A2"], unreadable=1), location_id=shelf.pk, reason="Found")
    paper = Document.objects.get(kind="QC")
    provisional = Serial.objects.get(hold="number missing")
    assert len(verdicts(paper)) == 3
    correcting.give_numbers(actor=manager, lot=lot, numbers=["A3"])
    assert unit("A3").pk == provisional.pk
    assert unit("A3").hold == f"waiting for inspection {paper}"
    judge(actor=manager, inspection=paper, verdicts=[said("A1"), said("A2"), said("A3")])
    hold_units(actor=manager, unit_ids=[unit("A1").pk], reason="Smells")
    again, _ = open_inspection(actor=manager, unit_ids=[unit("A1").pk, unit("A2").pk])
    judge(actor=manager, inspection=again, verdicts=[said("A1"), said("A2")])
    assert (unit("A1").hold, unit("A2").hold, status(again)) == ("Smells", "", "done")


def test_a_lot_on_hold_keeps_its_units_and_gives_them_to_their_inspection(manager: User, item: Item, shelf: Location) -> None:
    lot, _ = create_lot(actor=manager, item=item, contents=Contents(["A1"]), location_id=shelf.pk, reason="Found")
    first = Document.objects.get(kind="QC")
    hold_lot(actor=manager, lot=lot, reason="Wet boxes")
    judge(actor=manager, inspection=first, verdicts=[said("A1")])
    assert unit("A1").hold == "Wet boxes"
    add_to_lot(actor=manager, lot=lot, contents=Contents(["A2"]), location_id=shelf.pk, reason="Found")
    second = Document.objects.filter(kind="QC").latest("pk")
    assert (unit("A2").hold, verdicts(second)) == ("Wet boxes", {"A2": "waiting"})
    release_lot(actor=manager, lot=lot)
    assert (unit("A1").hold, unit("A2").hold) == ("", f"waiting for inspection {second}")


def test_nobody_frees_by_hand_what_waits_unless_quality_control_is_off(manager: User, administrator: User, paper: Document) -> None:
    refusal = refused(lambda: release_units(actor=manager, unit_ids=[unit("A1").pk]))
    assert (refusal.rule, [cause.noun for cause in refusal.causes]) == ("waits-for-inspection", ["inspections"])
    stands_still = refused(lambda: switch_function(actor=administrator, name="quality-control", on=False, version=0))
    assert (stands_still.extra["counts"], stands_still.causes[0].label) == ({"inspections": 1}, paper.number)
    switch_function(actor=administrator, name="quality-control", on=False, version=0, confirmed=True)
    release_units(actor=manager, unit_ids=[unit("A1").pk])
    assert refused(lambda: judge(actor=manager, inspection=paper, verdicts=[said("A1")])).rule == "switched-off"


def test_numbers_announced_beforehand_are_inspected_too(manager: User, item: Item, shelf: Location) -> None:
    order = world.purchase_order(lines=[(item, 3)])
    purchasing.plan_numbers(actor=manager, line=order.lines.get().pk, numbers=["A1", "A2", "A3"])
    entry = receive(actor=manager, order=order, lines=[LineReceipt(order.lines.get().pk, numbers=["A1", "A2"])], location_id=shelf.pk)
    paper = Document.objects.get(kind="QC")
    assert (set(verdicts(paper)), unit("A1").hold, unit("A3").hold) == ({"A1", "A2"}, f"waiting for inspection {paper}", "")
    undo_entry(actor=manager, entry_id=entry.pk)
    assert (unit("A1").status, unit("A1").hold, status(paper)) == (Status.PLANNED, "", "canceled")
    assert Lot.objects.filter(status=LotStatus.PLANNED).exists()


def test_only_units_in_stock_wait_and_in_one_inspection_at_a_time(
    manager: User, administrator: User, paper: Document, shelf: Location
) -> None:
    world.receipt(numbers=["B1", "B2"], at=shelf)
    gone = reasons.create_reason(actor=administrator, kind="write-off", name="Gone")
    write_off(actor=manager, reason=gone, unit_ids=[unit("B2").pk])
    wrong = [unit("A1").pk, unit("B1").pk, unit("B2").pk]
    assert [one.text for one in refused(lambda: open_inspection(actor=manager, unit_ids=wrong)).offenders] == ["A1", "B2"]
    assert refused(lambda: open_inspection(actor=manager)).fields.keys() == {"units"}
    assert refused(lambda: open_inspection(actor=manager, unit_ids=[10**9])).rule == "no-such-unit"
    assert (unit("B1").hold, Document.objects.filter(kind="QC").count()) == ("", 1)
