"""What a posting goes by: the very differences that were shown."""

from __future__ import annotations

import pytest

from nameplate.models import Entry, User
from nameplate.operations import counting
from nameplate.operations.counting import Differences
from tests import world
from tests.counting import CountShop, count_shop
from tests.operations.orders import refused


@pytest.fixture
def shop(manager: User, administrator: User) -> CountShop:
    return count_shop(manager, administrator)


def test_a_seal_stands_for_these_units_and_goods_and_for_no_others_like_them(shop: CountShop) -> None:
    third = world.location(name="A-03", of=shop.shelf.site)
    count = shop.count(shop.shelf, shop.beside, third)

    def now() -> Differences:
        return counting.differences(actor=shop.actor, count=count)

    first, stray, fans = (
        *shop.scan(count, "D01", at=shop.shelf),
        *shop.scan(count, "D02", at=shop.beside),
        shop.quantity(count, shop.fans.number, "95", shop.shelf),
    )
    shown, before = now(), Entry.objects.count()
    assert now().seal == shown.seal

    counting.take_back(actor=shop.actor, count=count, scan=first.pk)
    shop.scan(count, "D03", at=shop.shelf)
    others = now()
    assert (len(others.gone), others.value, others.seal == shown.seal) == (len(shown.gone), shown.value, False)
    late = refused(lambda: counting.post_count(actor=shop.actor, count=count, reason=shop.lost, seal=shown.seal))
    assert (late.rule, Entry.objects.count()) == ("changed-meanwhile", before)

    counting.take_back(actor=shop.actor, count=count, scan=stray.pk)
    shop.scan(count, "D02", at=third)
    elsewhere = now()
    assert ([one.found_at for one in elsewhere.moved], elsewhere.seal == others.seal) == ([third.pk], False)

    counting.take_back(actor=shop.actor, count=count, scan=fans.pk)
    shop.quantity(count, shop.fans.number, "90", shop.shelf)
    shop.quantity(count, shop.fans.number, "5", shop.beside)
    assert sum(one.change for one in now().goods) == sum(one.change for one in elsewhere.goods)
    assert now().seal != elsewhere.seal
