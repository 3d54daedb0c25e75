"""What is told of a count that is done: what was posted and what was left, as it was, whatever happened to the units since."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.models import User
from nameplate.operations import counting
from nameplate.operations.counting import Differences
from nameplate.operations.moving import move_units
from nameplate.operations.re_entering import re_enter
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import write_off
from tests.counting import CountShop, count_shop, unit


@pytest.fixture
def shop(manager: User, administrator: User) -> CountShop:
    return count_shop(manager, administrator)


def told(found: Differences) -> dict[str, object]:
    return {
        "gone": [(one.number, one.place, one.act, one.cost) for one in found.gone],
        "moved": [(one.number, one.place, one.found_at, one.act) for one in found.moved],
        "left": [(one.number, one.left_out) for one in found.left_out],
        "goods": [(one.item, one.lot, one.place, one.expected, one.counted, one.left_out) for one in found.goods],
        "contradictions": [one.text for one in found.contradictions],
        "unknown": [one.text for one in found.unknown],
        "value": found.value,
    }


def test_it_tells_what_was_posted_and_what_was_left_whatever_happened_since(shop: CountShop) -> None:
    count = shop.count(shop.shelf, shop.beside)
    write_off(actor=shop.actor, reason=shop.lost, unit_ids=[unit("D10").pk])
    shop.scan(count, "D10", *(f"D{number:02d}" for number in range(1, 7)), "stranger", at=shop.shelf)
    shop.scan(count, "D07", at=shop.beside)
    move_units(actor=shop.actor, unit_ids=[unit("D08").pk], location_id=shop.beside.pk)
    shop.quantity(count, shop.fans.number, "80", shop.shelf)
    shop.quantity(count, "SCREW", "1010", shop.shelf)
    before = told(counting.differences(actor=shop.actor, count=count))
    counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
    after = counting.outcome(actor=shop.actor, count=count)
    assert told(after) == before
    assert [one.number for one in after.gone] == ["D09"]
    assert [(one.number, one.found_at) for one in after.moved] == [("D07", shop.beside.pk)]
    assert (before["left"], before["contradictions"]) == ([("D08", "something was done to it since")], ["D10"])
    assert after.value == 100_000_000 + 20 * 2_500_000
    re_enter(actor=shop.actor, unit_ids=[unit("D09").pk, unit("D10").pk], location_id=shop.beside.pk, reason="Behind the rack")
    move_units(actor=shop.actor, unit_ids=[unit("D07").pk], location_id=shop.shelf.pk)
    move_units(actor=shop.actor, unit_ids=[unit("D01").pk], location_id=shop.beside.pk)
    assert told(counting.outcome(actor=shop.actor, count=count)) == before


def test_what_was_not_written_off_says_so(shop: CountShop) -> None:
    count = shop.count()
    shop.scan(count, *(f"D{number:02d}" for number in range(1, 10)))
    posted = counting.post_count(actor=shop.actor, count=count, write_off_missing=False)
    found = counting.outcome(actor=shop.actor, count=count)
    assert ([(one.number, one.left_out) for one in found.missing], found.gone) == ([("D10", "nothing was posted of it")], [])
    undo_entry(actor=shop.actor, entry_id=posted.entry.pk)
    counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
    assert [one.number for one in counting.outcome(actor=shop.actor, count=count).gone] == ["D10"]


def test_it_takes_as_many_statements_for_many_units_as_for_few(shop: CountShop) -> None:
    statements = []
    for seen in (9, 2):
        count = shop.count()
        shop.scan(count, *[f"D{number:02d}" for number in range(1, seen + 1)])
        counting.post_count(actor=shop.actor, count=count, reason=shop.lost)
        with CaptureQueriesContext(connection) as asked:
            counting.outcome(actor=shop.actor, count=count)
        statements.append(len(asked))
    assert statements[0] == statements[1]
