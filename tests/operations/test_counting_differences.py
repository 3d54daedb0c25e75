"""What a posting goes by: the very differences that were shown, and units that were seen at one place."""

from __future__ import annotations

import pytest

from nameplate.ledger import verify
from nameplate.models import Entry, User
from nameplate.operations import counting
from nameplate.operations.counting import Differences
from nameplate.operations.moving import move_units
from tests import world
from tests.counting import CountShop, count_shop, unit
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


def test_the_next_scan_of_a_unit_is_judged_anew_once_the_first_is_taken_back(shop: CountShop) -> None:
    count = shop.count(shop.shelf, shop.beside)
    mistake, again, third = (shop.scan(count, "D01", at=place)[0] for place in (shop.shelf, shop.beside, shop.beside))
    assert (again.verdict, "A-01" in again.said, "take the wrong scan back" in again.said) == ("seen", True, True)
    counting.take_back(actor=shop.actor, count=count, scan=mistake.pk)
    for one in (again, third):
        one.refresh_from_db()
    assert (again.verdict, third.verdict) == ("elsewhere", "seen")
    assert "should be at" in again.said
    counting.take_back(actor=shop.actor, count=count, scan=third.pk)
    again.refresh_from_db()
    assert again.verdict == "elsewhere"
    found, far = counting.differences(actor=shop.actor, count=count), counting.standing(actor=shop.actor, count=count)
    assert (len(found.missing), far.found, far.missing, found.two_places) == (9, 1, 9, [])
    counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
    assert unit("D01").location == shop.beside


def test_a_unit_seen_at_two_places_is_named_and_left_alone(shop: CountShop) -> None:
    count = shop.count(shop.shelf, shop.beside)
    shop.scan(count, "D01", "D02", "D03", at=shop.beside)
    shop.scan(count, "D01", *(f"D{number:02d}" for number in range(4, 11)), at=shop.shelf)
    shop.scan(count, "D10", at=shop.beside)
    move_units(actor=shop.actor, unit_ids=[unit("D03").pk], location_id=shop.beside.pk)
    move_units(actor=shop.actor, unit_ids=[unit("D04").pk], location_id=shop.beside.pk)
    assert "cannot lie at both" not in shop.scan(count, "D04", at=shop.beside)[0].said

    def told(found: Differences) -> tuple[object, ...]:
        places = [(one.number, [sighting.place.split(" · ")[1] for sighting in one.sightings]) for one in found.two_places]
        return places, [one.number for one in found.moved], [(one.number, one.left_out) for one in found.left_out]

    before = told(counting.differences(actor=shop.actor, count=count))
    assert before == (
        [("D01", ["A-02", "A-01"]), ("D10", ["A-01", "A-02"])],
        ["D02"],
        [("D01", "it was seen at two places"), ("D04", "something was done to it since")],
    )
    counting.post_count(actor=shop.actor, count=count)
    assert [unit(number).location for number in ("D01", "D02", "D10")] == [shop.shelf, shop.beside, shop.shelf]
    after = told(counting.outcome(actor=shop.actor, count=count))
    assert after[:2] == before[:2]
    move_units(actor=shop.actor, unit_ids=[unit("D10").pk], location_id=shop.beside.pk)
    assert told(counting.outcome(actor=shop.actor, count=count))[0] == before[0]
    assert verify() == []


def test_each_of_the_units_that_bear_one_number_is_counted(shop: CountShop) -> None:
    shop.twin("TWIN-A", "T1")
    shop.twin("TWIN-B", "T1", "T2")
    shop.twin("TWIN-C", "T1", "T2", at=shop.beside)
    third = world.location(name="A-03", of=shop.shelf.site)
    count = shop.count(shop.shelf, shop.beside, third)
    odd = shop.scan(count, "T1", at=third)[0]
    assert (odd.verdict, "they are expected at other places" in odd.said) == ("unknown", True)
    first, *others = shop.scan(count, "T1", "t1", "T1", at=shop.shelf)
    assert [one.verdict for one in (first, *others)] == ["ok", "ok", "seen"]
    assert [one.item and one.item.number for one in (first, *others)] == ["TWIN-A", "TWIN-B", "TWIN-A"]
    known = counting.expected(actor=shop.actor, count=count)
    assert [one.item for one in known.units if one.key == "t1" and one.id not in known.seen] == ["TWIN-C"]
    assert [one.verdict for one in (*shop.scan(count, "T2", at=shop.beside), *shop.scan(count, "T2", at=third))] == ["ok", "elsewhere"]
    missing = {one.item for one in counting.differences(actor=shop.actor, count=count).missing}
    assert missing == {"DRIVE", "TWIN-C"}
    stray = shop.scan(shop.count(third), "T1")[0]
    assert (stray.verdict, "none is expected here" in stray.said) == ("unknown", True)
