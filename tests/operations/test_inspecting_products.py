"""Products that require inspection come out of production on hold, with their parts in them."""

from __future__ import annotations

import pytest

from nameplate.models import Document, DocumentStatus, InspectedUnit, Reason, Status, User
from nameplate.operations import cataloguing, reasons
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.undoing import undo_entry
from tests.pods import PodShop, pod_shop, unit


@pytest.fixture
def shop(manager: User) -> PodShop:
    found = pod_shop(manager)
    found.pod.refresh_from_db()
    cataloguing.edit_item(actor=manager, item=found.pod, version=found.pod.version, requires_inspection=True)
    return found


@pytest.fixture
def leaks(administrator: User) -> Reason:
    return reasons.create_reason(actor=administrator, kind="rejection", name="Leaks")


def test_what_is_made_waits_is_judged_and_taken_back(shop: PodShop, manager: User, leaks: Reason) -> None:
    order = shop.order(2)
    built = shop.build(
        order, shop.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]), shop.row("SP-2", ["D04", "D05", "D06"], ["P03", "P04"])
    )
    paper = Document.objects.get(kind="QC")
    assert (paper.inspection.source, unit("SP-1").hold, unit("D01").parent) == (order, f"waiting for inspection {paper}", unit("SP-1"))
    assert set(InspectedUnit.objects.values_list("serial__number", flat=True)) == {"SP-1", "SP-2"}

    entry = judge(
        actor=manager, inspection=paper, verdicts=[Said(unit("SP-1").pk, True), Said(unit("SP-2").pk, False, leaks, "At the seam")]
    )
    assert (unit("SP-1").hold, unit("SP-2").status, unit("D04").status) == ("", Status.REJECTED, Status.CONSUMED)
    undo_entry(actor=manager, entry_id=entry.pk)
    undo_entry(actor=manager, entry_id=built.pk)
    paper.refresh_from_db()
    assert (paper.status, unit("D01").status) == (DocumentStatus.CANCELED, Status.RECEIVED)
