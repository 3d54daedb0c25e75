"""Parts without serial numbers booked by quantity: kept for the order, used first, freed again; and nobody else can have them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from nameplate.models import Document, Item, Lot, Serial, User
from nameplate.operations import manufacturing
from nameplate.operations.cataloguing.bills import Part
from nameplate.operations.holding import hold_lot
from nameplate.operations.lots import Contents
from nameplate.operations.manufacturing import BookedGoods, Completion, FreedGoods, GoodsUsed
from nameplate.operations.moving import move_goods
from nameplate.operations.undoing import undo_entry
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Refused
from tests import world
from tests.operations.assemblies import no
from tests.pods import PodShop, line_of, pod_shop

BAYS = (["D01", "D02", "D03"], ["P01", "P02"])


@pytest.fixture
def shop(manager: User) -> PodShop:
    return pod_shop(manager)


@pytest.fixture
def lot(shop: PodShop) -> Lot:
    return Lot.objects.get(item=shop.backplane)


def booking(shop: PodShop, order: Document, lot: Lot, quantity: Any, **more: Any) -> BookedGoods:
    return BookedGoods(line_of(order, lot.item).pk, lot.number, quantity, **more)


def book(shop: PodShop, order: Document, *goods: BookedGoods) -> int:
    return manufacturing.book_parts(actor=shop.actor, order=order, units={}, goods=goods).pk


def standing(order: Document, item: Item) -> tuple[int, int, int, int]:
    """Booked, still to be booked, free and missing."""
    part = next(one for one in manufacturing.progress(order).parts if one.item == item)
    booked, to_book, free, short = (value // MILLIONTHS for value in (part.booked, part.to_book, part.free, part.short))
    return booked, to_book, free, short


def test_what_is_booked_is_kept_for_the_order(shop: PodShop, lot: Lot) -> None:
    first, second = shop.order(50), shop.order(50)
    entry = book(shop, first, booking(shop, first, lot, 40))
    assert standing(first, shop.backplane) == (40, 10, 20, 0)
    assert standing(second, shop.backplane) == (0, 50, 20, 30)
    taken = no(lambda: book(shop, second, booking(shop, second, lot, 21)))
    assert (taken.rule, list(taken.fields)) == ("not-enough", ["goods.0.lot"])
    assert no(lambda: book(shop, first, booking(shop, first, lot, 11))).rule == "more-than-needed"
    away = world.location(of=shop.shelf.site, name="Shelf 2")
    assert no(lambda: move_goods(actor=shop.actor, lot=lot, quantity=21, location_id=away.pk)).rule == "not-enough"
    undo_entry(actor=shop.actor, entry_id=entry)
    assert standing(second, shop.backplane) == (0, 50, 60, 0)


def test_a_completion_uses_what_is_booked_first(shop: PodShop, lot: Lot) -> None:
    other = shop.stock(shop.backplane, Contents(quantity=5))
    order = shop.order(2)
    line = line_of(order, shop.screw).pk
    book(shop, order, booking(shop, order, other, 1))
    manufacturing.book_proposed(actor=shop.actor, order=order, line=line)
    assert standing(order, shop.screw) == (16, 0, 984, 0)
    built = shop.build(order, shop.row("SP-1", *BAYS, backplane=other.number))
    assert (standing(order, shop.backplane)[0], standing(order, shop.screw)[0], other.stock.get().reserved) == (0, 8, 0)
    undo_entry(actor=shop.actor, entry_id=built.pk)
    assert (standing(order, shop.backplane)[0], standing(order, shop.screw)[0], other.stock.get().reserved) == (1, 16, MILLIONTHS)


def test_with_the_last_product_the_rest_is_freed(shop: PodShop, lot: Lot) -> None:
    other = shop.stock(shop.backplane, Contents(quantity=5))
    order = shop.order(1)
    book(shop, order, booking(shop, order, other, 1))
    built = shop.build(order, shop.row("SP-1", *BAYS, backplane=lot.number))
    assert other.stock.get().reserved == 0
    undo_entry(actor=shop.actor, entry_id=built.pk)
    assert other.stock.get().reserved == MILLIONTHS
    manufacturing.cancel(actor=shop.actor, order=order)
    assert other.stock.get().reserved == 0


def test_it_is_freed_and_what_was_used_since_cannot_be_unbooked(shop: PodShop, lot: Lot) -> None:
    order, other = shop.order(3), shop.order(3)
    line = line_of(order, shop.backplane).pk
    entry = book(shop, order, booking(shop, order, lot, 3))
    book(shop, other, booking(shop, other, lot, 3))
    some = FreedGoods(line, lot.pk, shop.shelf.pk, 1)
    manufacturing.free_parts(actor=shop.actor, order=order, unit_ids=[], goods=[some])
    assert standing(order, shop.backplane)[:2] == (2, 1)
    too_much = FreedGoods(line, lot.pk, shop.shelf.pk, 3)
    assert no(lambda: manufacturing.free_parts(actor=shop.actor, order=order, unit_ids=[], goods=[too_much])).rule == "not-booked"
    shop.build(order, shop.row("SP-1", *BAYS))
    assert no(lambda: undo_entry(actor=shop.actor, entry_id=entry)).rule == "later-entries"
    assert standing(order, shop.backplane)[:2] == (1, 1)


def test_goods_used_by_the_order_at_large_are_taken_from_what_is_booked(shop: PodShop, lot: Lot) -> None:
    order = shop.order(2)
    book(shop, order, booking(shop, order, lot, 2))
    used = [GoodsUsed(line_of(order, shop.backplane).pk, lot.number, 1)]
    rows = [manufacturing.ProductRow("SP-1", [*BAYS[0], *BAYS[1], ""])]
    manufacturing.complete(actor=shop.actor, order=order, completion=Completion(rows=rows, goods=used))
    assert standing(order, shop.backplane)[0] == 1


def test_what_cannot_be_booked_is_said(shop: PodShop, lot: Lot) -> None:
    order = shop.order(5)

    def refused(goods: BookedGoods) -> Refused:
        return no(lambda: book(shop, order, goods))

    assert refused(booking(shop, order, lot, 0)).fields.keys() == {"goods.0.quantity"}
    assert refused(BookedGoods(line_of(order, shop.drive).pk, "L1", 1)).rule == "serials-needed"
    assert refused(BookedGoods(line_of(order, shop.screw).pk, lot.number, 1)).rule == "other-item"
    assert refused(BookedGoods(line_of(order, shop.backplane).pk, "nowhere", 1)).rule == "unknown"
    hold_lot(actor=shop.actor, lot=lot, reason="Recalled")
    assert refused(booking(shop, order, lot, 1)).rule == "lot-status"
    line = line_of(order, shop.backplane).pk
    assert no(lambda: manufacturing.book_proposed(actor=shop.actor, order=order, line=line)).rule == "nothing-free"


def test_the_picking_list_begins_with_what_is_booked(shop: PodShop, lot: Lot) -> None:
    other = shop.stock(shop.backplane, Contents(quantity=5))
    order = shop.order(4)
    book(shop, order, booking(shop, order, other, 3))
    part = next(one for one in manufacturing.picks(actor=shop.actor, order=order) if one.part.item == shop.backplane)
    told = [(one.lot, one.quantity // MILLIONTHS, one.booked) for one in part.goods]
    assert told == [(other.number, 3, True), (lot.number, 1, False)]


def test_the_parts_of_an_order_stay_once_the_history_names_them(shop: PodShop, lot: Lot) -> None:
    order = shop.order(2, started=False)
    undo_entry(actor=shop.actor, entry_id=book(shop, order, booking(shop, order, lot, 1)))
    fresh = shop.order(2, started=False)
    units = {line_of(fresh, shop.drive).pk: [Serial.objects.get(number="D01").pk]}
    undo_entry(actor=shop.actor, entry_id=manufacturing.book_parts(actor=shop.actor, order=fresh, units=units).pk)
    for found in (order, fresh):
        found.refresh_from_db()
        edited = partial(manufacturing.edit_manufacturing_order, actor=shop.actor, order=found, version=found.version)
        assert no(partial(edited, parts=[Part(shop.drive, 1)])).rule == "parts-begun"
