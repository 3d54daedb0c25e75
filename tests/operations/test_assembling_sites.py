"""What is built in and what comes out stays at its product's site: between sites things go by a transfer order."""

from __future__ import annotations

import pytest

from nameplate.models import Status, User
from nameplate.operations.assembling import (
    Fate,
    Fitting,
    Outcome,
    Swap,
    install_components,
    remove_components,
    replace_components,
    take_apart,
)
from nameplate.operations.lots import Contents
from tests import world
from tests.operations.orders import refused
from tests.pods import PodShop, pod_shop, unit


@pytest.fixture
def shop(manager: User) -> PodShop:
    """A pod on the shelf, and a drive at another site."""
    made = pod_shop(manager)
    made.build(made.order(1), made.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]))
    made.stock(made.drive, Contents(["FAR"]), at=world.location(name="South A-01"))
    return made


def test_a_part_at_another_site_is_not_built_in(shop: PodShop) -> None:
    pod, far = unit("SP-1"), unit("FAR")
    remove_components(actor=shop.actor, unit_ids=[unit("D01").pk], outcome=Outcome(Fate.RECEIVED, shop.shelf.pk))
    into = [Fitting(far.pk, pod.pk, "bay 1")]
    no = refused(lambda: install_components(actor=shop.actor, fittings=into))
    assert (no.rule, [one.text for one in no.offenders], set(no.fields)) == ("other-site", ["FAR"], {"component"})
    swap = [Swap(unit("D02").pk, far.pk)]
    no = refused(lambda: replace_components(actor=shop.actor, swaps=swap, outcome=Outcome(Fate.RECEIVED, shop.shelf.pk)))
    assert (no.rule, set(no.fields)) == ("other-site", {"new"})
    assert (unit("FAR").parent, unit("D02").parent) == (None, pod)


def test_what_comes_out_is_not_put_down_at_another_site(shop: PodShop) -> None:
    away = Outcome(Fate.RECEIVED, unit("FAR").location_id)
    drive, pod = unit("D02").pk, unit("SP-1").pk
    for act in (
        lambda: remove_components(actor=shop.actor, unit_ids=[drive], outcome=away),
        lambda: replace_components(actor=shop.actor, swaps=[Swap(drive, unit("D07").pk)], outcome=away),
        lambda: take_apart(actor=shop.actor, product_ids=[pod], outcome=away),
    ):
        no = refused(act)
        assert (no.rule, set(no.fields)) == ("other-site", {"location"}), no.message
    assert (unit("D02").parent_id, unit("SP-1").status) == (pod, Status.RECEIVED)
