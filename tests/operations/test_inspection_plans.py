"""Plans say what is checked of an item; results stay with the version that they were found by, and propose the verdict."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from nameplate.models import Attachment, Change, CheckResult, Document, InspectedUnit, Item, Location, Reason, Serial, Status, User
from nameplate.operations import filing, reasons
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.inspecting.photos import Photo
from nameplate.operations.inspecting.plans import Check, checks_of, limits_of, plan_of, set_plan
from nameplate.operations.inspecting.proposing import judge_by_results, proposal_of
from nameplate.operations.inspecting.results import Found, Value, record_results
from nameplate.operations.switching import switch_function
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Forbidden, Stale
from tests import world
from tests.operations.orders import refused

CHECKS = (
    Check("Read speed", "number", "MB/s", lowest="150"),
    Check("Temperature", "number", "°C", "5", "45"),
    Check("Label readable", "yes-no"),
    Check("Remark", "text"),
)


@pytest.fixture
def shelf() -> Location:
    return world.location()


@pytest.fixture
def item(manager: User) -> Item:
    found = world.item(requires_inspection=True)
    set_plan(actor=manager, item=found, version=0, checks=CHECKS)
    return found


@pytest.fixture
def paper(item: Item, shelf: Location) -> Document:
    world.receipt(numbers=["A1", "A2", "A3"], of=item, at=shelf)
    return Document.objects.get(kind="QC")


@pytest.fixture
def slow(administrator: User) -> Reason:
    return reasons.create_reason(actor=administrator, kind="rejection", name="Slow")


def unit(number: str) -> Serial:
    return Serial.objects.get(number=number, withdrawn=False)


def values(number: str) -> dict[str, tuple[str, bool | None]]:
    rows = CheckResult.objects.filter(inspected__serial=unit(number)).order_by("plan_check__position")
    return {row.plan_check.name: (row.text, row.fits) for row in rows}


GOOD: dict[str, Value] = {"Read speed": "180.5", "Temperature": 31, "Label readable": True, "Remark": "fine"}


def test_a_plan_has_versions_and_each_is_in_the_log(manager: User, item: Item) -> None:
    first = plan_of(item)
    assert first is not None
    assert [limits_of(check) for check in checks_of(first)] == ["at least 150 MB/s", "5 to 45 °C", "", ""]
    assert set_plan(actor=manager, item=item, version=1, checks=CHECKS) == first
    second = set_plan(actor=manager, item=item, version=1, checks=CHECKS[:1])
    assert (second.version, len(checks_of(second)), len(checks_of(first))) == (2, 1, 4)
    change = Change.objects.filter(field="inspection_plan").latest("pk")
    assert change.after == "Read speed (at least 150 MB/s)"
    with pytest.raises(Stale):
        set_plan(actor=manager, item=item, version=1, checks=CHECKS)


def test_a_plan_that_makes_no_sense_is_refused_line_by_line(manager: User, administrator: User, operator: User, item: Item) -> None:
    wrong = [
        Check(" "),
        Check("Width", lowest="3", highest="2"),
        Check("width", "yes-no"),
        Check("Sound", "smell"),
        Check("Colour", "text", lowest="1"),
        Check("Height", "number", lowest="tall"),
        Check("Depth", "text", unit="mm"),
    ]
    assert refused(lambda: set_plan(actor=manager, item=item, version=1, checks=wrong)).fields.keys() == {
        "checks.0.name",
        "checks.1.highest",
        "checks.2.name",
        "checks.3.kind",
        "checks.4.lowest",
        "checks.5.lowest",
        "checks.6.unit",
    }
    many = [Check(f"Check {number}") for number in range(101)]
    assert refused(lambda: set_plan(actor=manager, item=item, version=1, checks=many)).rule == "too-many"
    with pytest.raises(Forbidden):
        set_plan(actor=operator, item=item, version=1, checks=CHECKS[:1])
    switch_function(actor=administrator, name="quality-control", on=False, version=0)
    assert refused(lambda: set_plan(actor=manager, item=item, version=1, checks=CHECKS[:1])).rule == "switched-off"
    assert plan_of(item).version == 1  # type: ignore[union-attr]  # it has one


def test_results_stay_with_the_unit_and_propose_the_verdict(manager: User, paper: Document, slow: Reason) -> None:
    found = [
        Found(unit("A1").pk, GOOD),
        Found(unit("A2").pk, {**GOOD, "Temperature": Decimal("45.1")}),
        Found(unit("A3").pk, {"Remark": "odd"}),
    ]
    assert record_results(actor=manager, inspection=paper, found=found) == 9
    assert values("A1") == {
        "Read speed": ("180.5", True),
        "Temperature": ("31", True),
        "Label readable": ("yes", True),
        "Remark": ("fine", None),
    }
    proposal = proposal_of(paper)
    assert (proposal.passes, proposal.fails, proposal.open) == ([unit("A1").pk], [unit("A2").pk], 1)
    record_results(actor=manager, inspection=paper, found=[Found(unit("A1").pk, {"remark": "", "Read speed": "149"})])
    assert values("A1")["Read speed"] == ("149", False)
    assert "Remark" not in values("A1")
    record_results(actor=manager, inspection=paper, found=[Found(unit("A1").pk, GOOD)])
    stale = refused(lambda: judge_by_results(actor=manager, inspection=paper, reason=slow, passes=2, fails=1))
    assert stale.rule == "changed-meanwhile"
    entry = judge_by_results(actor=manager, inspection=paper, reason=slow, passes=1, fails=1)
    assert (unit("A1").hold, unit("A2").status, unit("A3").hold != "") == ("", Status.REJECTED, True)
    undo_entry(actor=manager, entry_id=entry.pk)
    assert values("A2")["Temperature"] == ("45.1", False)


def test_results_that_are_none_are_named_and_none_is_kept(manager: User, operator: User, paper: Document, shelf: Location) -> None:
    world.receipt(numbers=["B1"], at=shelf)
    wrong = [
        Found(unit("A1").pk, {"Remark": "fine", "Read speed": "fast"}),
        Found(unit("A2").pk, {"Label readable": "perhaps", "Weight": "3"}),
        Found(unit("A3").pk, {"Remark": "a\x07b"}),
        Found(unit("B1").pk, GOOD),
    ]
    refusal = refused(lambda: record_results(actor=manager, inspection=paper, found=wrong))
    assert (refusal.rule, [one.line for one in refusal.offenders]) == ("bad-results", [1, 2, 2, 3, 4])
    assert not CheckResult.objects.exists()
    with pytest.raises(Forbidden):
        record_results(actor=operator, inspection=paper, found=[Found(unit("A1").pk, GOOD)])


def test_a_judgement_brings_its_results_along_and_they_are_fixed_then(manager: User, paper: Document) -> None:
    one = unit("A1").pk
    judge(actor=manager, inspection=paper, verdicts=[Said(one, True)], results=[Found(one, GOOD)])
    assert values("A1")["Temperature"] == ("31", True)
    assert refused(lambda: record_results(actor=manager, inspection=paper, found=[Found(one, GOOD)])).rule == "bad-results"


def test_an_inspection_keeps_the_plan_by_which_it_was_begun(manager: User, item: Item, paper: Document) -> None:
    record_results(actor=manager, inspection=paper, found=[Found(unit("A1").pk, {"Read speed": "160"})])
    set_plan(actor=manager, item=item, version=1, checks=[Check("Read speed", "number", "MB/s", lowest="200")])
    record_results(actor=manager, inspection=paper, found=[Found(unit("A2").pk, {"Read speed": "160"})])
    assert (values("A1"), values("A2")) == ({"Read speed": ("160", True)},) * 2
    world.receipt(numbers=["B1"], of=item)
    later = Document.objects.filter(kind="QC").latest("pk")
    record_results(actor=manager, inspection=later, found=[Found(unit("B1").pk, {"Read speed": "160"})])
    assert values("B1") == {"Read speed": ("160", False)}
    assert InspectedUnit.objects.get(serial=unit("B1")).plan.version == 2  # type: ignore[union-attr]  # settled just now


def test_a_check_can_ask_for_a_file_of_the_unit(manager: User, item: Item, shelf: Location) -> None:
    set_plan(actor=manager, item=item, version=1, checks=[Check("Photo", "file")])
    world.receipt(numbers=["A1", "A2"], of=item, at=shelf)
    paper = Document.objects.get(kind="QC")
    photo = filing.attach(actor=manager, noun="serials", subject=unit("A1").pk, name="dent.png", data=b"\x89PNG\r\n\x1a\n.")
    strange = [Found(unit("A2").pk, {"Photo": photo.pk})]
    assert refused(lambda: record_results(actor=manager, inspection=paper, found=strange)).rule == "bad-results"
    record_results(actor=manager, inspection=paper, found=[Found(unit("A1").pk, {"Photo": photo.pk})])
    assert values("A1") == {"Photo": ("dent.png", None)}


def test_photos_come_with_the_act_or_not_at_all(manager: User, item: Item, paper: Document, slow: Reason) -> None:
    set_plan(actor=manager, item=item, version=1, checks=[Check("Photo", "file"), Check("Temperature")])
    one, two = (unit(name).pk for name in ("A1", "A2"))

    def photo(of: int, check: str = "Photo") -> Photo:
        return Photo(of, "dent.png", b"\x89PNG\r\n\x1a\n.", check)

    for photos, results, rule in (
        ([photo(one, "Temperature")], [], "bad-results"),
        ([photo(one), photo(one, "photo")], [], "twice"),
        ([photo(one)], [Found(one, {"PHOTO": "1"})], "twice"),
        ([photo(two, ""), Photo(one, "x", b"")], [], "file-empty"),
    ):
        said = [Said(one, False, slow), Said(two, True)]
        call = partial(judge, actor=manager, inspection=paper, verdicts=said, results=results, photos=photos)
        assert refused(call).rule == rule
        assert not Attachment.objects.exists()
    stranger = world.receipt(numbers=["S1"]).movements.get().serial_id
    assert refused(lambda: record_results(actor=manager, inspection=paper, found=[], photos=[photo(stranger, "")])).rule == "bad-results"
    counts = []
    for photos in ([photo(one)], [photo(unit("A2").pk), photo(unit("A3").pk), photo(unit("A3").pk, "")]):
        with CaptureQueriesContext(connection) as statements:
            record_results(actor=manager, inspection=paper, found=[], photos=photos)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    judge(actor=manager, inspection=paper, verdicts=[Said(one, False, slow)], photos=[photo(one), photo(one, "")])
    assert [values(name) for name in ("A1", "A2", "A3")] == [{"Photo": ("dent.png", None)}] * 3
    assert dict(Attachment.objects.values_list("subject").annotate(Count("pk"))) == {one: 3, two: 1, unit("A3").pk: 2}


def test_results_of_many_units_take_as_many_statements_as_of_few(manager: User, item: Item, shelf: Location) -> None:
    counts = []
    for name, more in (("B", 5), ("C", 500)):
        world.receipt(numbers=[f"{name}{number}" for number in range(more)], of=item, at=shelf)
        paper = Document.objects.filter(kind="QC").latest("pk")
        units = list(InspectedUnit.objects.filter(inspection=paper.pk).values_list("serial", flat=True))
        with CaptureQueriesContext(connection) as statements:
            record_results(actor=manager, inspection=paper, found=[Found(one, GOOD) for one in units])
        counts.append(len(statements))
    assert counts[0] == counts[1]
