"""What was inside a product on any past day, at every level; and the products that a unit was built into."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.ledger import verify
from nameplate.listings.inside import built_into, inside
from nameplate.models import User
from nameplate.operations.assembling import Fate, Outcome, Swap, replace_components, take_apart
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import NotFound
from tests.operations.orders import refused
from tests.workshop import Workshop


@pytest.fixture(autouse=True)
def _what_stands_is_the_sum_of_what_was_done(db: None) -> Iterator[None]:
    yield
    assert verify() == []


@pytest.fixture
def shop(db: None) -> Workshop:
    return Workshop()


def days_ago(count: int) -> date:
    return timezone.localdate() - timedelta(days=count)


def numbers(actor: User, product: int, on: date | None = None) -> list[str]:
    return [part.serial.number for part in inside(actor=actor, unit_id=product, on=on).parts]


def old_pod(shop: Workshop) -> tuple[int, int, int]:
    """Built eight days ago with one drive; a spare drive in stock since nine."""
    drive, spare = shop.stock(shop.drive, "D1", "D2", on=days_ago(9))
    return shop.build(shop.pod, "POD-1", [(drive, "bay 1")], on=days_ago(8)), drive, spare


def test_each_level_with_its_place_and_since_when(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    shop.screws_into(pod, 12)
    found = inside(actor=actor, unit_id=pod)
    assert [(part.level, part.serial.number, part.stretch.place, part.product.number) for part in found.parts] == [
        (1, "D1-1", "bay 1", "POD-1"),
        (1, "D2-1", "bay 2", "POD-1"),
        (1, "D3-1", "bay 3", "POD-1"),
        (1, "M1-1", "slot A", "POD-1"),
        (2, "F1-1", "", "M1-1"),
    ]
    assert {timezone.localdate(part.stretch.since) for part in found.parts} == {timezone.localdate()}
    assert [(one.item, f"{one.quantity:f}", one.unit) for one in found.goods] == [("SCREW", "12", "pcs")]
    assert not inside(actor=actor, unit_id=pod, on=days_ago(1)).goods


def test_on_any_past_day(manager: User, shop: Workshop) -> None:
    pod, drive, spare = old_pod(shop)
    entry = replace_components(
        actor=manager, swaps=[Swap(drive, spare)], outcome=Outcome(Fate.RECEIVED, shop.shelf.pk), happened_on=days_ago(4)
    )
    assert [numbers(manager, pod, days_ago(count)) for count in (9, 8, 5, 4, 0)] == [[], ["D1"], ["D1"], ["D2"], ["D2"]]
    [old] = inside(actor=manager, unit_id=pod, on=days_ago(5)).parts
    assert (old.stretch.until_id, old.serial.parent_id) == (entry.pk, None)
    assert [home.product and home.product.number for home in built_into(actor=manager, unit_id=drive)] == ["POD-1"]
    [home] = built_into(actor=manager, unit_id=drive)
    assert (home.stretch.until, home.order) == (entry.happened_at, shop.order.number)


def test_entries_that_were_undone_are_left_out(manager: User, shop: Workshop) -> None:
    pod, drive, spare = old_pod(shop)
    entry = replace_components(
        actor=manager, swaps=[Swap(drive, spare)], outcome=Outcome(Fate.RECEIVED, shop.shelf.pk), happened_on=days_ago(4)
    )
    undo_entry(actor=manager, entry_id=entry.pk)
    assert [numbers(manager, pod, days_ago(count)) for count in (8, 4, 1, 0)] == [["D1"]] * 4
    assert numbers(manager, pod) == ["D1"]
    [home] = built_into(actor=manager, unit_id=drive)
    assert (timezone.localdate(home.stretch.since), home.stretch.until) == (days_ago(8), None)
    assert built_into(actor=manager, unit_id=spare) == []


def test_a_day_ends_in_the_companys_time_zone(manager: User, shop: Workshop) -> None:
    drive = shop.stock(shop.drive, "D1", on=days_ago(9))[0]
    with timezone.override("Pacific/Auckland"):
        pod = shop.build(shop.pod, "POD-1", [(drive, "bay 1")], on=days_ago(4))  # noon there is the evening before in Greenwich
        assert (numbers(manager, pod, days_ago(5)), numbers(manager, pod, days_ago(4))) == ([], ["D1"])


def test_what_is_taken_apart_was_whole_before(manager: User, shop: Workshop) -> None:
    pod, *_ = old_pod(shop)
    entry = take_apart(actor=manager, product_ids=[pod], outcome=Outcome(Fate.RECEIVED, shop.shelf.pk), happened_on=days_ago(2))
    assert (numbers(manager, pod), numbers(manager, pod, days_ago(3))) == ([], ["D1"])
    assert entry.document is not None
    assert [(home.product, home.order) for home in built_into(actor=manager, unit_id=pod)] == [(None, entry.document.number)]


def test_the_day_itself_is_no_matter_where_there_is_no_unit(actor: User, shop: Workshop) -> None:
    for call in (lambda: inside(actor=actor, unit_id=999_999_999), lambda: built_into(actor=actor, unit_id=999_999_999)):
        assert isinstance(refused(call), NotFound)
    pod = shop.full_pod()
    assert numbers(actor, pod, date.max) == numbers(actor, pod)
    assert numbers(actor, pod, date.min) == []


def test_as_many_statements_for_many_as_for_few(actor: User, shop: Workshop) -> None:
    counts = []
    for size in (2, 70):
        parts = shop.stock(shop.drive, *(f"D{size}-{n}" for n in range(size)))
        pod = shop.build(shop.pod, f"POD-{size}", [(unit, f"bay {n}") for n, unit in enumerate(parts)])
        with CaptureQueriesContext(connection) as statements:
            assert len(numbers(actor, pod, timezone.localdate())) == size
            built_into(actor=actor, unit_id=parts[0])
        counts.append(len(statements))
    assert counts[0] == counts[1]
