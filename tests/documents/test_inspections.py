"""The report of an inspection, read back: who, what passed, what failed and why; however many units, on as many pages as they need."""

from __future__ import annotations

import pytest

from nameplate.documents.inspections import inspection_report
from nameplate.models import Document, InspectedUnit, Reason, Role, Tracking, User
from nameplate.operations import reasons
from nameplate.operations.inspecting.goods import GoodsSaid
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.inspecting.opening import GoodsAsked, open_inspection
from nameplate.operations.inspecting.plans import Check, set_plan
from nameplate.operations.inspecting.results import Found
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.switching import switch_function
from nameplate.refusals import Conflict, Forbidden, NotFound
from tests import world
from tests.documents.reading import pictures_of, texts_of


@pytest.fixture
def slow(administrator: User) -> Reason:
    return reasons.create_reason(actor=administrator, kind="rejection", name="Too slow")


def delivery(manager: User, count: int) -> tuple[Document, list[int]]:
    item = world.item(number="HDD-QC", requires_inspection=True)
    set_plan(actor=manager, item=item, version=0, checks=[Check("Read speed", unit="MB/s", lowest="140")])
    world.receipt(numbers=[f"D{number:04}" for number in range(1, count + 1)], of=item)
    paper = Document.objects.get(kind="QC")
    return paper, list(InspectedUnit.objects.filter(inspection=paper.pk).order_by("pk").values_list("serial", flat=True))


def test_it_says_what_passed_and_what_failed_and_why(manager: User, slow: Reason) -> None:
    paper, units = delivery(manager, 4)
    results = [Found(units[0], {"Read speed": "150"}), Found(units[1], {"Read speed": "96.7"})]
    said = [Said(units[0], True), Said(units[1], False, slow, "Read twice.")]
    judge(actor=manager, inspection=paper, verdicts=said, results=results, rest_by_sample=True)
    printed = inspection_report(actor=manager, inspection=paper.pk)
    (page,) = texts_of(printed.content)
    for words in (
        f"Inspection report {paper.number}",
        "Tolomei Distribution",
        "plan version 1",
        "Read speed: at least 140 MB/s",
        "Failed: 1",
        "Too slow. Read twice.",
        "Read speed 96.7 MB/s (out of limits)",
        "Passed by sample, not inspected: 2",
        "D0003 D0004",
    ):
        assert words in page
    assert (printed.name, printed.content) == (paper.number, inspection_report(actor=manager, inspection=paper.pk).content)
    assert pictures_of(printed.content, dpi=60)[0].size[0] == 497


def test_goods_stand_on_it_too(manager: User, slow: Reason) -> None:
    fan = world.item(number="FAN", tracking=Tracking.LOT)
    lot = create_lot(actor=manager, item=fan, contents=Contents(quantity=50), location_id=world.location().pk, reason="Found")[0]
    paper, _ = open_inspection(actor=manager, goods=[GoodsAsked(lot, 20)], note="A random look.")
    judge(actor=manager, inspection=paper, goods=[GoodsSaid(lot, 3, False, slow, "Bent blades"), GoodsSaid(lot, 17, True)])
    (page,) = texts_of(inspection_report(actor=manager, inspection=paper.pk).content)
    assert f"3 pcs of FAN, lot {lot}" in page
    assert "Too slow. Bent blades" in page
    assert "A random look." in page


def test_thousands_of_units_take_many_pages(manager: User, slow: Reason) -> None:
    paper, units = delivery(manager, 2_500)
    judge(
        actor=manager,
        inspection=paper,
        verdicts=[Said(unit, False, slow, "A note that is long enough to need a line of its own. " * 4) for unit in units[:200]],
        rest_by_sample=True,
    )
    pages = texts_of(inspection_report(actor=manager, inspection=paper.pk).content)
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    assert sum(page.count("Too slow") for page in pages) == 200
    assert all(f"D{number:04}" in "".join(pages) for number in (1, 200, 201, 2_500))


def test_who_may_not_look_or_asks_for_none_gets_none(manager: User, administrator: User) -> None:
    paper, _ = delivery(manager, 1)
    with pytest.raises(NotFound):
        inspection_report(actor=manager, inspection=10**9)
    with pytest.raises(Forbidden):
        inspection_report(actor=User(role="", is_active=True), inspection=paper.pk)
    assert inspection_report(actor=world.user(role=Role.VIEWER), inspection=paper.pk).content
    switch_function(actor=administrator, name="quality-control", on=False, version=0, confirmed=True)
    with pytest.raises(Conflict):
        inspection_report(actor=manager, inspection=paper.pk)
