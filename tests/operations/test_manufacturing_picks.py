"""What is to be fetched for an order: the units that a proposal names, with where they lie, and goods by lot."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.models import Serial, User
from nameplate.operations import manufacturing
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.manufacturing import First, GoodsPick, PartPick
from nameplate.refusals import Forbidden, NotFound
from tests import world
from tests.operations.orders import refused
from tests.pods import PodShop, line_of, pod_shop, unit


@pytest.fixture
def shop(manager: User, db: None) -> PodShop:
    shop = pod_shop(manager)
    for number, day in (("E1", "2090-01-01"), ("OLD", "2020-01-01")):
        create_lot(actor=manager, item=shop.drive, contents=Contents([number]), location_id=shop.shelf.pk, reason="More", expires_on=day)
        create_lot(actor=manager, item=shop.screw, contents=Contents(quantity=3), location_id=shop.shelf.pk, reason="More", expires_on=day)
    return shop


def picked(found: list[PartPick]) -> list[list[str]]:
    return [[one.number for one in part.units] for part in found]


@pytest.mark.parametrize("first", ["received", "expiry"])
def test_it_names_the_units_that_are_proposed(shop: PodShop, first: First) -> None:
    order = shop.order(2)
    manufacturing.book_parts(actor=shop.actor, order=order, units={line_of(order, shop.drive).pk: [unit("D09").pk]})
    found = manufacturing.picks(actor=shop.actor, order=order, first=first)
    for part, numbers in zip(found[:2], picked(found), strict=False):
        proposed = manufacturing.propose_units(actor=shop.actor, order=order, line=part.part.line.pk, first=first)
        assert numbers == [number for _, number in proposed.units]
    assert "OLD" not in picked(found)[0]
    assert next((one.number, one.booked, one.location) for one in found[0].units) == ("D09", True, "A-01")


def test_goods_go_by_what_expires_and_never_by_what_has(shop: PodShop) -> None:
    screws = manufacturing.picks(actor=shop.actor, order=shop.order(2))[3]
    assert [one.quantity // 1_000_000 for one in screws.goods] == [3, 13]
    assert isinstance(screws.goods[0], GoodsPick)
    assert screws.missing == 0


def test_what_is_not_at_the_site_is_missing_and_nothing_is_written(shop: PodShop) -> None:
    shop.stock(shop.drive, Contents(["FAR"]), world.location(name="B-01"))
    drives = manufacturing.picks(actor=shop.actor, order=shop.order(5))[0]
    assert (len(drives.units), drives.missing // 1_000_000) == (13, 2)
    assert not Serial.objects.filter(reserved_line__isnull=False).exists()


def test_it_asks_as_often_for_many_units_as_for_few(shop: PodShop) -> None:
    counts = []
    for quantity in (1, 4):
        order = shop.order(quantity)
        with CaptureQueriesContext(connection) as asked:
            manufacturing.picks(actor=shop.actor, order=order)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_who_may_not_look_learns_nothing(shop: PodShop) -> None:
    nobody = world.user()
    nobody.is_active = False
    assert isinstance(refused(lambda: manufacturing.picks(actor=nobody, order=shop.order(1))), Forbidden)
    assert isinstance(refused(lambda: manufacturing.picks(actor=shop.actor, order=0)), NotFound)
