"""Building, replacing and taking apart as people do them: whichever statement fails, nothing is half there."""

from __future__ import annotations

import pytest

from nameplate.models import Lot, Status, User
from nameplate.operations import manufacturing
from nameplate.operations.assembling import Fate, Outcome, Swap, replace_components, take_apart
from nameplate.operations.manufacturing import Completion, FailedUnit, GoodsUsed, UsedUnit
from tests.failing import fails_at_every_statement
from tests.operations.test_failing_statements import written
from tests.pods import PodShop, line_of, pod_shop, unit

SUPPLIES = ["P01", "P02"]


@pytest.fixture
def shop(committing: str, manager: User) -> PodShop:
    return pod_shop(manager)


def test_a_completion_that_fails_at_any_statement_changes_nothing(shop: PodShop) -> None:
    """Products numbered by hand, parts in places, one of which nobody knows, goods by lot and by quantity, and one that failed."""
    order = shop.order(2)
    completion = Completion(
        [shop.row("SP-1", ["D01", "D02", ""], SUPPLIES), shop.row("SP-2", ["D04", "D05", "D06"], ["P03", "P04"])],
        used=[UsedUnit(line_of(order, shop.drive).pk, "D03")],
        goods=[GoodsUsed(line_of(order, shop.screw).pk, str(Lot.objects.get(item=shop.screw)), 17)],
        failed=[FailedUnit("D09", "clicks")],
    )
    failed = fails_at_every_statement(lambda: manufacturing.complete(actor=shop.actor, order=order, completion=completion))
    assert written(failed) >= {"nameplate_serial", "nameplate_movement", "nameplate_component", "nameplate_lot"}
    assert (unit("SP-1").status, unit("D04").parent, unit("D09").status) == (Status.RECEIVED, unit("SP-2"), Status.REJECTED)


def test_a_replacement_that_fails_at_any_statement_changes_nothing(shop: PodShop) -> None:
    shop.build(shop.order(1), shop.row("SP-1", ["D01", "D02", "D03"], SUPPLIES))
    swaps = [Swap(unit("D01").pk, unit("D07").pk), Swap(unit("D02").pk, unit("D08").pk)]
    outcome = Outcome(Fate.REJECTED, shop.shelf.pk)
    failed = fails_at_every_statement(lambda: replace_components(actor=shop.actor, swaps=swaps, outcome=outcome, reason="They click"))
    assert written(failed) >= {"nameplate_movement", "nameplate_component"}
    assert (unit("D01").status, unit("D07").parent) == (Status.REJECTED, unit("SP-1"))


def test_a_disassembly_that_fails_at_any_statement_changes_nothing(shop: PodShop) -> None:
    """Its goods without serial numbers come out too."""
    shop.build(shop.order(1), shop.row("SP-1", ["D01", "D02", "D03"], SUPPLIES))
    outcomes = {unit("D01").pk: Outcome(Fate.REJECTED, shop.shelf.pk)}
    stock = Outcome(Fate.RECEIVED, shop.shelf.pk)
    pods = [unit("SP-1").pk]
    failed = fails_at_every_statement(
        lambda: take_apart(actor=shop.actor, product_ids=pods, outcome=stock, outcomes=outcomes, reason="End of life")
    )
    assert written(failed) >= {"nameplate_document", "nameplate_movement"}
    assert (unit("SP-1").status, unit("D01").status, unit("D02").status) == (Status.CONSUMED, Status.REJECTED, Status.RECEIVED)
