"""A repair under a return that is finished in one step: order, replaced components, work and test."""

from __future__ import annotations

import pytest

from nameplate.ledger import verify
from nameplate.models import Document, Entry, LotStatus, Repair, Status
from nameplate.operations import returning
from nameplate.operations.assembling import Fate, Replacing, Swap
from nameplate.operations.returning import Said
from nameplate.operations.shipping import ship_directly
from nameplate.operations.undoing import undo_entry
from tests.operations.assemblies import at, no, spots
from tests.workshop import Workshop


@pytest.fixture
def shop(db: None) -> Workshop:
    return Workshop()


def came_back(shop: Workshop) -> tuple[int, Document]:
    """A pod with its components, sold and on a return."""
    pod = shop.full_pod()
    ship_directly(actor=shop.manager, customer=shop.customer, unit_ids=[pod])
    entry = returning.take_back(
        actor=shop.manager, customer=shop.customer, unit_ids=[pod], location_id=shop.shelf.pk, said=Said(complaint="Clicks")
    )
    assert entry.document is not None
    return pod, entry.document


def test_one_step_replaces_a_component_and_finishes_the_repair(shop: Workshop) -> None:
    pod, paper = came_back(shop)
    (fresh,) = shop.stock(shop.drive, "D9")
    old = shop.unit("D1-1").pk
    parts = Replacing([Swap(old, fresh)], at(shop, Fate.REJECTED))

    def repaired(replaced: Replacing, fault: str = "Clicks") -> Entry:
        return returning.end_repair(
            actor=shop.manager, paper=paper, unit_ids=[pod], fault=fault, work="New drive", test="8 h", replaced=replaced
        )

    (other,) = shop.stock(shop.drive, "D8")
    module = shop.build(shop.module, "M9", [(shop.stock(shop.fan, "F9")[0], "")])
    elsewhere = Replacing([Swap(shop.unit("F9").pk, other)], at(shop, Fate.REJECTED))
    assert no(lambda: repaired(elsewhere)).rule == "not-inside"
    assert no(lambda: repaired(parts, fault="")).rule == "return-unit"
    entry = repaired(parts)
    repair = Repair.objects.get(paper=paper)
    assert (entry.document_id, repair.document.status, repair.work, repair.test, repair.passed) == (
        repair.pk, "done", "New drive", "8 h", True,
    )  # fmt: skip
    assert ("bay 1", "D9") in spots(pod)
    assert (shop.unit("D1-1").status, shop.unit("POD-1").lot.status, module) == (Status.REJECTED, LotStatus.RMA_READY, shop.unit("M9").pk)
    assert no(lambda: undo_entry(actor=shop.manager, entry_id=entry.pk, unit_ids=[fresh])).rule == "half-a-replacement"
    back = returning.ship_back(actor=shop.manager, paper=paper, unit_ids=[pod])
    assert (shop.unit("POD-1").status, Document.objects.get(pk=paper.pk).status) == (Status.SHIPPED, "resolved")
    for done in (back, entry):
        undo_entry(actor=shop.manager, entry_id=done.pk)
    assert (("bay 1", "D1-1") in spots(pod), Document.objects.get(pk=repair.pk).status) == (True, "canceled")
    assert verify() == []


def test_ending_a_repair_that_was_begun_replaces_a_component_with_it(shop: Workshop) -> None:
    pod, paper = came_back(shop)
    returning.begin_repair(actor=shop.manager, paper=paper, unit_ids=[pod], fault="Clicks", ship_back=False)
    (fresh,) = shop.stock(shop.drive, "D9")
    parts = Replacing([Swap(shop.unit("D1-1").pk, fresh)], at(shop, Fate.RETURNED))
    entry = returning.end_repair(actor=shop.manager, paper=paper, unit_ids=[pod], work="New drive", replaced=parts)
    assert (entry.reason, shop.unit("POD-1").status, shop.unit("D1-1").status) == ("Clicks", Status.RECEIVED, Status.RETURNED)
    assert ("bay 1", "D9") in spots(pod)
    assert verify() == []
