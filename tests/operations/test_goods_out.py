"""Goods without serial numbers out of products: back into the lot that they are of, or written off, and into the product by the undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.listings.inside import inside
from nameplate.listings.lot_ends import ends_of
from nameplate.models import Lot, Reason, Status, StockMovement, User
from nameplate.operations.assembling import Fate, GoodsOut, Outcome, begin_rework, remove_components, take_apart
from nameplate.operations.holding import hold_lot, release_lot
from nameplate.operations.reasons import create_reason
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import GoodsGone, write_off
from nameplate.quantities import MILLIONTHS
from tests import world
from tests.operations.assemblies import at, no
from tests.workshop import Workshop


@pytest.fixture
def shop(db: None) -> Workshop:
    return Workshop()


@pytest.fixture
def lost(administrator: User) -> Reason:
    return create_reason(actor=administrator, kind="write-off", name="Lost")


def within(actor: User, product: int, on: date | None = None) -> Sequence[int]:
    return [int(one.quantity) for one in inside(actor=actor, unit_id=product, on=on).goods]


def lying(lot: Lot) -> tuple[int, int]:
    """How much of it lies on the bench, and how much of that is on hold."""
    row = lot.stock.get()
    return row.quantity // MILLIONTHS, row.held // MILLIONTHS


def test_what_a_product_held_goes_back_into_its_lot(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    lot, other = shop.screws_into(pod, 8), shop.screws_into(pod, 2)
    entry = take_apart(actor=actor, product_ids=[pod], outcome=at(shop))
    assert (within(actor, pod), lying(lot), lying(other)) == ([], (8, 0), (2, 0))
    undo_entry(actor=actor, entry_id=entry.pk)
    assert (within(actor, pod), lying(lot), lying(other)) == ([8, 2], (0, 0), (0, 0))
    assert shop.unit("POD-1").status == Status.RECEIVED


def test_some_of_it_is_written_off(actor: User, shop: Workshop, lost: Reason) -> None:
    pod = shop.full_pod()
    lot = shop.screws_into(pod, 8)
    gone = [GoodsOut(pod, lot.pk, at(shop, Fate.WRITTEN_OFF), "3")]
    assert no(lambda: take_apart(actor=actor, product_ids=[pod], outcome=at(shop), goods=gone)).fields.keys() == {"write_off_reason"}
    entry = take_apart(actor=actor, product_ids=[pod], outcome=at(shop), goods=gone, write_off_reason=lost)
    assert (within(actor, pod), lying(lot), entry.reason) == ([], (5, 0), "Lost")
    told = StockMovement.objects.filter(entry=entry, lot=lot).order_by("seq").values_list("change", "parent_id")
    assert sorted((change // MILLIONTHS, parent) for change, parent in told if parent) == [(8, pod)]
    assert [change // MILLIONTHS for change, parent in told if not parent] == [-3]
    assert [(end.count // MILLIONTHS, end.act) for end in ends_of(lot, [lot.pk], [])] == [(3, "taken apart")]
    undo_entry(actor=actor, entry_id=entry.pk)
    assert (within(actor, pod), lying(lot)) == ([8], (0, 0))
    assert [(end.count // MILLIONTHS, end.act) for end in ends_of(lot, [lot.pk], [])] == [(8, "built")]


def test_part_of_it_comes_out_of_a_product_that_stays(manager: User, shop: Workshop) -> None:
    built = timezone.localdate() - timedelta(days=8)
    pod = shop.build(shop.pod, "POD-1", on=built)
    lot = shop.screws_into(pod, 8)
    entry = remove_components(actor=manager, unit_ids=[], outcome=at(shop), goods=[GoodsOut(pod, lot.pk, at(shop), 3)])
    assert (within(manager, pod), lying(lot)) == ([5], (3, 0))
    assert shop.unit("POD-1").last_entry_id == entry.pk
    again = remove_components(actor=manager, unit_ids=[], outcome=at(shop), goods=[GoodsOut(pod, lot.pk, at(shop))])
    assert (within(manager, pod), lying(lot)) == ([], (8, 0))
    assert no(lambda: undo_entry(actor=manager, entry_id=entry.pk)).rule == "later-entries"
    for each in (again, entry):
        undo_entry(actor=manager, entry_id=each.pk)
    assert (within(manager, pod), lying(lot)) == ([8], (0, 0))
    assert within(manager, pod, timezone.localdate()) == [8]


def test_what_was_used_since_stands_in_the_way_of_the_undo(actor: User, shop: Workshop, lost: Reason) -> None:
    pod = shop.full_pod()
    lot = shop.screws_into(pod, 8)
    entry = take_apart(actor=actor, product_ids=[pod], outcome=at(shop))
    write_off(actor=actor, reason=lost, goods=[GoodsGone(lot, 1)])
    assert no(lambda: undo_entry(actor=actor, entry_id=entry.pk)).rule == "later-entries"


def test_a_lot_on_hold_holds_what_comes_back(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    lot = shop.screws_into(pod, 8)
    hold_lot(actor=actor, lot=lot, reason="Recalled")
    take_apart(actor=actor, product_ids=[pod], outcome=at(shop))
    assert lying(lot) == (8, 8)
    release_lot(actor=actor, lot=lot, reason="Fine")
    assert lying(lot) == (8, 0)


def test_what_cannot_be_is_said_and_nothing_is_done(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    lot = shop.screws_into(pod, 8)

    def out(fate: Fate = Fate.RECEIVED, quantity: Any = None, product: int = pod) -> list[GoodsOut]:
        return [GoodsOut(product, lot.pk, Outcome(fate, shop.shelf.pk), quantity)]

    def refused(goods: Sequence[GoodsOut], outcome: Outcome | None = None) -> tuple[str, list[str]]:
        found = no(lambda: take_apart(actor=actor, product_ids=[pod], outcome=outcome or at(shop), goods=goods, reason="Old"))
        return found.rule, list(found.fields)

    assert refused(out(quantity=9)) == ("not-inside", ["goods.0.quantity"])
    assert refused(out(quantity=0)) == ("not-positive", ["goods.0.quantity"])
    assert refused(out(product=shop.unit("M1-1").pk)) == ("not-inside", ["goods.0.quantity"])
    assert refused(out(Fate.REJECTED)) == ("no-such-fate", ["goods.0.fate"])
    assert refused([], at(shop, Fate.REJECTED)) == ("goods-left", ["goods"])
    shop.ship(pod)
    away = no(lambda: remove_components(actor=actor, unit_ids=[], outcome=at(shop), goods=out()))
    assert (away.rule, [one.text for one in away.offenders]) == ("not-in-stock", ["POD-1"])


def test_in_rework_it_belongs_to_that_order(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    lot = shop.screws_into(pod, 8)
    order = begin_rework(actor=actor, unit_ids=[pod], reason="Loose").document
    entry = remove_components(actor=actor, unit_ids=[], outcome=at(shop), goods=[GoodsOut(pod, lot.pk, at(shop), 1)])
    assert entry.document == order


def test_as_many_statements_for_many_products_as_for_few(actor: User, shop: Workshop) -> None:
    counts = []
    for size in (2, 40):
        pods = shop.build_many(shop.pod, [f"P{size}-{n}" for n in range(size)])
        lots = [shop.screws_into(pod, 4) for pod in pods]
        part = [GoodsOut(pod, lot.pk, at(shop), 1) for pod, lot in zip(pods, lots, strict=True)]
        with CaptureQueriesContext(connection) as statements:
            removed = remove_components(actor=actor, unit_ids=[], outcome=at(shop), goods=part)
            undo_entry(actor=actor, entry_id=removed.pk)
            take_apart(actor=actor, product_ids=list(pods), outcome=at(shop))
        counts.append(len([one for one in statements if "nameplate_" in one["sql"]]))
    assert counts[0] == counts[1]


def test_goods_are_not_put_down_at_another_site_than_their_product(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    lot = shop.screws_into(pod, 8)
    out = [GoodsOut(pod, lot.pk, Outcome(Fate.RECEIVED, world.location(name="South A-01").pk))]
    refusal = no(lambda: take_apart(actor=actor, product_ids=[pod], outcome=at(shop), goods=out))
    assert (refusal.rule, set(refusal.fields)) == ("place-elsewhere", {"location"})
    assert within(actor, pod) == [8]
