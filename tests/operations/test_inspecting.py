"""Units of items that require inspection arrive on hold and wait for a verdict each."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.models import (
    Document,
    Entry,
    InspectedUnit,
    Item,
    Location,
    LotStatus,
    Reason,
    Role,
    Serial,
    Status,
    User,
    Verdict,
)
from nameplate.operations import reasons
from nameplate.operations.inspecting.canceling import cancel_rest
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.inspecting.opening import open_inspection
from nameplate.operations.inspecting.plans import Check, set_plan
from nameplate.operations.inspecting.results import Found, record_results
from nameplate.operations.inspecting.sampling import left_by_sample
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.rejecting import reject_units, release_rejected
from nameplate.operations.switching import switch_function
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import write_off
from nameplate.refusals import Forbidden
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


def test_what_arrives_goes_on_hold_in_the_same_act_and_leaves_with_its_undo(manager: User, received: Entry, paper: Document) -> None:
    assert (unit("A1").hold, unit("A1").status) == (f"waiting for inspection {paper}", Status.RECEIVED)
    assert verdicts(paper) == dict.fromkeys(("A1", "A2", "A3", "A4", "A5"), "waiting")
    assert (paper.status, paper.inspection.source, Entry.objects.count()) == ("new", received.document, 2)

    undo_entry(actor=manager, entry_id=received.pk, unit_ids=[unit("A5").pk])
    assert (verdicts(paper)["A5"], verdicts(paper)["A4"], status(paper)) == ("left", "waiting", "new")
    undo_entry(actor=manager, entry_id=received.pk)
    assert (set(verdicts(paper).values()), status(paper)) == ({"left"}, "canceled")


def test_other_items_and_other_times_are_stock_at_once(administrator: User, item: Item, shelf: Location) -> None:
    world.receipt(numbers=["B1"], at=shelf)
    switch_function(actor=administrator, name="quality-control", on=False, version=0)
    world.receipt(numbers=["A1"], of=item, at=shelf)
    assert (unit("A1").hold, unit("B1").hold, Document.objects.filter(kind="QC").count()) == ("", "", 0)
    assert refused(lambda: open_inspection(actor=administrator, unit_ids=[unit("A1").pk])).rule == "switched-off"


def test_one_inspection_for_a_delivery_of_several_items(manager: User, item: Item, shelf: Location) -> None:
    order = world.purchase_order(lines=[(item, 2), (world.item(), 2)])
    lines = [LineReceipt(line.pk, numbers=[f"{line.position}-{count}" for count in range(2)]) for line in order.lines.order_by("position")]
    receive(actor=manager, order=order, lines=lines, location_id=shelf.pk)
    assert verdicts(Document.objects.get(kind="QC")).keys() == {"1-0", "1-1"}
    assert not unit("2-0").hold


def test_a_verdict_says_on_which_day_it_was_given(manager: User, item: Item, shelf: Location) -> None:
    today, order = timezone.localdate(), world.purchase_order(lines=[(item, 1)])
    came = LineReceipt(order.lines.get().pk, numbers=["A1"])
    receive(actor=manager, order=order, lines=[came], location_id=shelf.pk, received_on=today - timedelta(days=5))
    paper = Document.objects.get(kind="QC")

    def judged(days: int) -> Entry:
        return judge(actor=manager, inspection=paper, verdicts=[said("A1")], happened_on=today + timedelta(days=days))

    for days, rule in ((1, "in-the-future"), (-6, "before-last-entry")):
        refusal = refused(partial(judged, days))
        assert (refusal.rule, list(refusal.fields)) == (rule, ["happened_on"])
    entry = judged(-2)
    assert (timezone.localdate(entry.happened_at), verdicts(paper), unit("A1").hold) == (today - timedelta(days=2), {"A1": "passed"}, "")


def test_mixed_verdicts_are_one_entry_and_its_undo_opens_them_again(
    manager: User, paper: Document, shelf: Location, clicks: Reason
) -> None:
    cage = world.location(name="Cage", of=shelf.site)
    entry = judge(
        actor=manager,
        inspection=paper,
        verdicts=[said("A1"), said("A2", clicks, " Loud. "), said("A3", clicks)],
        location_id=cage.pk,
        note="Bench 2",
    )
    assert (entry.act, entry.units, entry.document, entry.reason, entry.note) == ("inspected", 3, paper, "Clicks", "Bench 2")
    failed = unit("A2")
    assert (unit("A1").hold, unit("A1").status, unit("A4").hold != "") == ("", Status.RECEIVED, True)
    assert (failed.status, failed.hold, failed.location, failed.lot) == (Status.REJECTED, "", cage, unit("A3").lot)
    assert (failed.lot.status, failed.lot.split_from) == (LotStatus.REJECTED, unit("A1").lot)
    row = InspectedUnit.objects.get(serial=failed)
    assert (row.verdict, row.reason, row.note, row.judged, status(paper)) == ("failed", clicks, "Loud.", entry, "in_progress")

    judge(actor=manager, inspection=paper, verdicts=[said("A4"), said("A5")])
    assert status(paper) == "done"
    assert refused(lambda: judge(actor=manager, inspection=paper, verdicts=[said("A4")])).rule == "inspection-closed"
    undo_entry(actor=manager, entry_id=entry.pk, unit_ids=[unit("A3").pk])
    assert (verdicts(paper)["A3"], unit("A3").status, unit("A3").hold) == ("waiting", Status.RECEIVED, unit("A3").hold or "?")
    assert status(paper) == "in_progress"
    undo_entry(actor=manager, entry_id=entry.pk)
    assert verdicts(paper) == {"A1": "waiting", "A2": "waiting", "A3": "waiting", "A4": "passed", "A5": "passed"}
    assert (unit("A2").location, unit("A2").hold) == (shelf, f"waiting for inspection {paper}")


def test_the_rest_passes_by_a_sample(manager: User, paper: Document, clicks: Reason) -> None:
    alone = refused(lambda: judge(actor=manager, inspection=paper, rest_by_sample=True))
    assert (alone.rule, set(verdicts(paper).values())) == ("no-sample", {"waiting"})
    judge(actor=manager, inspection=paper, verdicts=[said("A1"), said("A2", clicks)], rest_by_sample=True)
    assert verdicts(paper) == {"A1": "passed", "A2": "failed", "A3": "sampled", "A4": "sampled", "A5": "sampled"}
    assert (unit("A5").hold, status(paper)) == ("", "done")
    assert Verdict.SAMPLED.label == "Passed by sample, not inspected"


def test_an_earlier_sample_counts(manager: User, paper: Document) -> None:
    judge(actor=manager, inspection=paper, verdicts=[said("A1")])
    judge(actor=manager, inspection=paper, rest_by_sample=True)
    assert verdicts(paper)["A2"] == "sampled"


def test_what_is_known_to_be_bad_passes_by_no_sample(manager: User, item: Item, clicks: Reason, shelf: Location) -> None:
    set_plan(actor=manager, item=item, version=0, checks=[Check("Speed", "number", "MB/s", lowest="140"), Check("Remark", "text")])
    world.receipt(numbers=["A1", "A2", "A3", "A4", "A5"], of=item, at=shelf)
    paper = Document.objects.get(kind="QC")
    reject_units(actor=manager, unit_ids=[unit("A2").pk], reason="Bent, do not use")
    record_results(actor=manager, inspection=paper, found=[Found(unit("A4").pk, {"Remark": "fine", "Speed": 150})])
    slow = [Found(unit("A3").pk, {"Speed": 96})]
    entry = judge(actor=manager, inspection=paper, verdicts=[said("A1")], results=slow, rest_by_sample=True)
    assert verdicts(paper) == {"A1": "passed", "A2": "waiting", "A3": "waiting", "A4": "sampled", "A5": "sampled"}
    assert (unit("A2").status, unit("A3").hold, status(paper)) == (Status.REJECTED, f"waiting for inspection {paper}", "in_progress")
    assert (entry.units, left_by_sample(paper.pk)) == (3, ["A2", "A3"])
    refusal = refused(lambda: judge(actor=manager, inspection=paper, rest_by_sample=True))
    assert refusal.fields == {"units": "2 units are left to be judged: rejected, or a result is out of its limits."}
    judge(actor=manager, inspection=paper, verdicts=[said("A2", clicks), said("A3")], rest_by_sample=True)
    assert (verdicts(paper)["A3"], left_by_sample(paper.pk), status(paper)) == ("passed", [], "done")


def test_what_cannot_be_judged_is_named_and_nothing_is_written(manager: User, paper: Document, clicks: Reason, shelf: Location) -> None:
    world.receipt(numbers=["B1"], at=shelf)
    entries = Entry.objects.count()
    for wrong, offenders in (
        ([said("A1"), said("A1", clicks)], ["A1"]),
        ([said("A1"), Said(unit("B1").pk, True)], ["B1"]),
        ([Said(unit("A1").pk, True), Said(10**9, True)], [str(10**9)]),
        ([Said(unit("A1").pk, False)], ["A1"]),
    ):
        refusal = refused(partial(judge, actor=manager, inspection=paper, verdicts=wrong))
        assert [one.text for one in refusal.offenders] == offenders
    stranger = [Found(unit("B1").pk, {"Speed": 150})]
    assert [one.text for one in refused(lambda: record_results(actor=manager, inspection=paper, found=stranger)).offenders] == ["B1"]
    assert refused(lambda: judge(actor=manager, inspection=paper)).rule == "nothing-judged"
    assert refused(lambda: judge(actor=manager, inspection=10**9, verdicts=[said("A1")])).rule == "not-found"
    lost = reasons.create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind="return", name="Lost")
    assert refused(lambda: judge(actor=manager, inspection=paper, verdicts=[said("A1", lost)])).rule == "no-such-reason"
    reasons.archive_reason(actor=world.user(role=Role.ADMINISTRATOR), reason=clicks, version=1)
    assert refused(lambda: judge(actor=manager, inspection=paper, verdicts=[said("A1", clicks)])).rule == "archived-reason"
    assert (Entry.objects.count(), set(verdicts(paper).values())) == (entries, {"waiting"})


def test_rejected_units_are_inspected_again_and_released(manager: User, paper: Document, clicks: Reason) -> None:
    judge(actor=manager, inspection=paper, verdicts=[said("A1", clicks), said("A2", clicks)], rest_by_sample=True)
    lot, chosen = unit("A3").lot, [unit("A1").pk, unit("A2").pk]
    again, opened = open_inspection(actor=manager, unit_ids=chosen, note="Second run")
    assert (opened.act, again.notes, unit("A1").hold) == ("inspection opened", "Second run", f"waiting for inspection {again}")
    entry = judge(actor=manager, inspection=again, verdicts=[said("A1"), said("A2", clicks)])
    assert (unit("A1").status, unit("A1").lot, unit("A1").hold) == (Status.RECEIVED, lot, "")
    assert (unit("A2").status, unit("A2").hold, status(again)) == (Status.REJECTED, "", "done")
    undo_entry(actor=manager, entry_id=entry.pk)
    undo_entry(actor=manager, entry_id=opened.pk)
    assert (status(again), unit("A1").hold, unit("A1").status) == ("canceled", "", Status.REJECTED)
    release_rejected(actor=manager, unit_ids=chosen)


def test_what_went_meanwhile_leaves_with_the_next_verdict(manager: User, administrator: User, paper: Document, clicks: Reason) -> None:
    gone = reasons.create_reason(actor=administrator, kind="write-off", name="Gone")
    write_off(actor=manager, reason=gone, unit_ids=[unit("A1").pk])
    reject_units(actor=manager, unit_ids=[unit("A2").pk], reason="Dropped")
    assert refused(lambda: judge(actor=manager, inspection=paper, verdicts=[said("A1")])).offenders
    entry = judge(actor=manager, inspection=paper, verdicts=[said("A2", clicks), said("A3")], rest_by_sample=True)
    assert (verdicts(paper)["A1"], verdicts(paper)["A2"], status(paper)) == ("left", "failed", "done")
    assert (unit("A2").hold, unit("A2").status) == ("", Status.REJECTED)
    undo_entry(actor=manager, entry_id=entry.pk)
    assert (verdicts(paper)["A1"], status(paper)) == ("waiting", "new")


def test_the_rest_is_called_off(manager: User, paper: Document) -> None:
    judge(actor=manager, inspection=paper, verdicts=[said("A1")])
    assert refused(lambda: cancel_rest(actor=manager, inspection=paper, reason=" ")).fields.keys() == {"reason"}
    entry = cancel_rest(actor=manager, inspection=paper, reason="The vendor’s certificate will do.")
    assert (verdicts(paper)["A2"], unit("A2").hold, status(paper)) == ("left", "", "done")
    undo_entry(actor=manager, entry_id=entry.pk)
    assert (verdicts(paper)["A2"], unit("A2").hold != "", status(paper)) == ("waiting", True, "in_progress")


def test_ten_units_take_as_many_statements_as_a_thousand(manager: User, item: Item, shelf: Location, clicks: Reason) -> None:
    counts = []
    for name, more in (("B", 10), ("C", 1_000)):
        numbers = [f"{name}{number}" for number in range(more)]
        order = world.purchase_order(lines=[(item, more)], of=world.vendor(name=name))
        with CaptureQueriesContext(connection) as receiving:
            receive(actor=manager, order=order, lines=[LineReceipt(order.lines.get().pk, numbers=numbers)], location_id=shelf.pk)
        paper = Document.objects.filter(kind="QC").latest("pk")
        units = list(InspectedUnit.objects.filter(inspection=paper.pk).values_list("serial", flat=True))
        half = more // 2
        words = [Said(one, True, note=f"Note {one}") for one in units[: half - 2]] + [Said(one, False, clicks) for one in units[half:]]
        with CaptureQueriesContext(connection) as judging:
            entry = judge(actor=manager, inspection=paper, verdicts=words, rest_by_sample=True)
        with CaptureQueriesContext(connection) as undoing:
            undo_entry(actor=manager, entry_id=entry.pk)
        counts.append((len(receiving), len(judging), len(undoing)))
    assert counts[0] == counts[1]


def test_whoever_receives_may_open_but_not_judge(operator: User, paper: Document, shelf: Location) -> None:
    world.receipt(numbers=["B1"], at=shelf)
    open_inspection(actor=operator, unit_ids=[unit("B1").pk])
    entry = judge(actor=world.user(role=Role.MANAGER), inspection=paper, verdicts=[said("A1")])
    viewer = world.user(role=Role.VIEWER)
    for act in (
        lambda: judge(actor=operator, inspection=paper, verdicts=[said("A2")]),
        lambda: cancel_rest(actor=operator, inspection=paper, reason="No"),
        lambda: undo_entry(actor=operator, entry_id=entry.pk),
        lambda: open_inspection(actor=viewer, unit_ids=[unit("A1").pk]),
    ):
        with pytest.raises(Forbidden):
            act()
    assert verdicts(paper)["A2"] == "waiting"
