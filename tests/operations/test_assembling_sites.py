"""What is built in and what comes out stays at its product's site: between sites things go by a transfer order."""

from __future__ import annotations

import pytest

from nameplate.models import Location, Party, Serial, Status, User
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
from nameplate.operations.manufacturing.numbering import plan_products
from nameplate.operations.shipping import ship_directly
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
        assert (no.rule, set(no.fields)) == ("place-elsewhere", {"location"}), no.message
    assert (unit("D02").parent_id, unit("SP-1").status) == (pod, Status.RECEIVED)


def stands(part: Serial) -> tuple[int, Serial | None, Location | None, Party | None]:
    """Its status, the product that it is in, and where it is: a place of ours, or a customer."""
    return part.status, part.parent, part.location, part.customer


def test_a_product_at_its_customer_takes_parts_of_any_site_and_gives_its_own_back_to_any(shop: PodShop) -> None:
    pod, library = unit("SP-1"), world.customer(name="Library")
    remove_components(actor=shop.actor, unit_ids=[unit("D01").pk], outcome=Outcome(Fate.RECEIVED, shop.shelf.pk))
    ship_directly(actor=shop.actor, customer=library, unit_ids=[pod.pk])
    install_components(actor=shop.actor, fittings=[Fitting(unit("FAR").pk, pod.pk, "bay 1")], reason="Field service")
    assert stands(unit("FAR")) == (Status.CONSUMED, pod, None, library)
    south = Location.objects.get(name="South A-01")
    swap = [Swap(unit("D02").pk, unit("D07").pk)]
    replace_components(actor=shop.actor, swaps=swap, outcome=Outcome(Fate.RETURNED, south.pk), reason="Field service")
    assert (stands(unit("D07")), unit("D07").place) == ((Status.CONSUMED, pod, None, library), "bay 2")
    assert stands(unit("D02")) == (Status.RETURNED, None, south, library)  # still theirs


def test_a_product_that_is_only_planned_lies_nowhere_and_takes_parts_of_any_site(shop: PodShop) -> None:
    plan_products(actor=shop.actor, order=shop.order(1), numbers=["SP-2"])
    install_components(actor=shop.actor, fittings=[Fitting(unit("FAR").pk, unit("SP-2").pk, "bay 1")])
    assert stands(unit("FAR")) == (Status.CONSUMED, unit("SP-2"), None, None)
    assert (unit("SP-2").status, unit("SP-2").location) == (Status.PLANNED, None)
