"""Undo for chosen units and goods without serial numbers: what is theirs goes with them, all else stays until the whole is undone."""

from __future__ import annotations

import pytest

from nameplate.models import Component, DocumentStatus, Entry, Role, Tracking, User
from nameplate.operations import cataloguing
from nameplate.operations.assembling import Fate, Fitting, Outcome, install_components, take_apart
from nameplate.operations.manufacturing import BookedGoods, Completion, GoodsUsed, ProductRow, book_parts, complete
from nameplate.operations.moving import move_units
from nameplate.operations.reasons import create_reason
from nameplate.operations.receiving import receive
from nameplate.operations.receiving.lines import LineReceipt
from nameplate.operations.undoing import goods_of, undo_entry
from nameplate.operations.writing_off import GoodsGone, write_off
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Conflict
from tests import world
from tests.pods import PodShop, line_of, pod_shop, quantity_of, unit


@pytest.fixture
def pods(manager: User) -> PodShop:
    return pod_shop(manager)


def undone(pods: PodShop, entry: Entry, *numbers: str) -> Entry:
    return undo_entry(actor=pods.actor, entry_id=entry.pk, unit_ids=[unit(number).pk for number in numbers] if numbers else None)


def goods_inside(number: str) -> dict[str, int]:
    rows = Component.objects.filter(parent=unit(number), child=None, until=None).select_related("lot__item")
    return {row.lot.item.number: row.quantity // MILLIONTHS for row in rows if row.lot is not None}


def stocks(pods: PodShop) -> list[int]:
    return [sum(quantity_of(lot) for lot in item.lots.all()) for item in (pods.backplane, pods.screw)]


FIRST, SECOND = ("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]), ("SP-2", ["D04", "D05", "D06"], ["P03", "P04"])


def test_one_product_of_a_build_gives_back_its_own_goods_and_the_rest_follows_later(pods: PodShop) -> None:
    before, order = stocks(pods), pods.order(2)
    entry = pods.build(order, pods.row(*FIRST), pods.row(*SECOND))
    assert stocks(pods) == [before[0] - 2, before[1] - 16]
    reversal = undone(pods, entry, "SP-1", *FIRST[1], *FIRST[2])
    assert (reversal.partial, stocks(pods), goods_inside("SP-2")) == (True, [before[0] - 1, before[1] - 8], {"BACKPLANE": 1})
    assert not Component.objects.filter(parent__withdrawn=True, until=None).exists()
    order.refresh_from_db()
    again = pods.build(order, pods.row(*FIRST))
    assert not undone(pods, entry).partial
    assert (stocks(pods), goods_inside("SP-1")) == ([before[0] - 1, before[1] - 8], {"BACKPLANE": 1})
    undone(pods, again)
    assert stocks(pods) == before


def test_one_product_of_a_disassembly_has_its_goods_inside_again(pods: PodShop) -> None:
    before, order = stocks(pods), pods.order(2)
    first, second = pods.build(order, pods.row(*FIRST)), pods.build(order, pods.row(*SECOND))
    back = Outcome(Fate.RECEIVED, pods.shelf.pk)
    products = [unit("SP-1").pk, unit("SP-2").pk]
    entry = take_apart(actor=pods.actor, product_ids=products, outcome=back, goods_outcome=back, reason="Apart")
    screws = before[1] - 16  # in products, but in no known one: they do not come out
    assert (stocks(pods), goods_inside("SP-1")) == ([before[0], screws], {})
    undone(pods, entry, "SP-1", *FIRST[1], *FIRST[2])
    assert (goods_inside("SP-1"), goods_inside("SP-2"), unit("D01").parent) == ({"BACKPLANE": 1}, {}, unit("SP-1"))
    undone(pods, first)
    assert stocks(pods) == [before[0], screws + 8]
    undone(pods, entry)
    undone(pods, second)
    assert stocks(pods) == before


def test_units_of_a_receipt_by_number_leave_its_other_lines_alone(manager: User) -> None:
    screw, place = cataloguing.create_item(actor=manager, number="SCREW", tracking=Tracking.NONE), world.location()
    order = world.purchase_order(lines=[(drive := world.item(), 2), (screw, 40)])
    lines = [LineReceipt(order.lines.get(item=drive).pk, ["S1", "S2"]), LineReceipt(order.lines.get(item=screw).pk, quantity=40)]
    entry = receive(actor=manager, order=order, lines=lines, location_id=place.pk)
    assert goods_of(entry.pk) == [(screw, 40 * MILLIONTHS)]
    lot = screw.lots.get()
    by_number = undo_entry(actor=manager, entry_id=entry.pk, unit_ids=[unit("S1").pk, unit("S2").pk])
    order.refresh_from_db()
    assert (by_number.partial, quantity_of(lot), order.status) == (True, 40, DocumentStatus.ORDERED)
    lost = create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind="write-off", name="Lost")
    written = write_off(actor=manager, goods=[GoodsGone(lot, 5)], reason=lost)
    with pytest.raises(Conflict) as refused:
        undo_entry(actor=manager, entry_id=entry.pk)
    assert (refused.value.rule, [one.entry_id for one in refused.value.offenders]) == ("later-entries", [written.pk])
    assert "5 of it at" in refused.value.message
    undo_entry(actor=manager, entry_id=written.pk)
    assert not undo_entry(actor=manager, entry_id=entry.pk).partial
    assert (quantity_of(lot), goods_of(entry.pk)) == (0, [])


def test_what_was_used_besides_goes_back_with_the_last_of_the_products(pods: PodShop) -> None:
    before, order = stocks(pods), pods.order(2)
    besides = [GoodsUsed(line_of(order, pods.backplane).pk, pods.backplanes, 2)]
    rows = [ProductRow(number, [*drives, *supplies, ""]) for number, drives, supplies in (FIRST, SECOND)]
    entry = complete(actor=pods.actor, order=order, completion=Completion(rows=rows, goods=besides))
    assert undone(pods, entry, "SP-1", *FIRST[1], *FIRST[2]).partial
    assert stocks(pods) == [before[0] - 2, before[1] - 8]
    assert not undone(pods, entry, "SP-2", *SECOND[1], *SECOND[2]).partial
    assert stocks(pods) == before


def test_what_was_written_off_out_of_products_goes_back_with_all_of_them(pods: PodShop, administrator: User) -> None:
    before, order = stocks(pods), pods.order(2)
    pods.build(order, pods.row(*FIRST), pods.row(*SECOND))
    lost = create_reason(actor=administrator, kind="write-off", name="Lost")
    back, gone = Outcome(Fate.RECEIVED, pods.shelf.pk), Outcome(Fate.WRITTEN_OFF, None)
    products = [unit("SP-1").pk, unit("SP-2").pk]
    entry = take_apart(actor=pods.actor, product_ids=products, outcome=back, goods_outcome=gone, reason="Apart", write_off_reason=lost)
    with pytest.raises(Conflict) as refused:
        undone(pods, entry, "SP-1", *FIRST[1], *FIRST[2])
    assert (refused.value.rule, stocks(pods)[0]) == ("goods-together", before[0] - 2)
    reversal = undone(pods, entry, "SP-1", *FIRST[1], *FIRST[2], "SP-2", *SECOND[1], *SECOND[2])
    assert (reversal.partial, stocks(pods)[0], goods_inside("SP-1")) == (False, before[0] - 2, {"BACKPLANE": 1})


def test_what_still_stands_of_an_act_on_a_product_is_in_the_way_of_what_was_before(pods: PodShop) -> None:
    order = pods.order(1, may_miss_parts=True)
    pods.build(order, ProductRow("SP-1", ["D01", "", "", "P01", "P02", pods.backplanes]))
    other = world.location(name="B-01", of=pods.shelf.site)
    moved = move_units(actor=pods.actor, unit_ids=[unit("SP-1").pk], location_id=other.pk)
    fittings = [Fitting(unit(number).pk, unit("SP-1").pk, place) for number, place in (("D02", "bay 2"), ("D03", "bay 3"))]
    entry = install_components(actor=pods.actor, fittings=fittings, reason="Late")
    undone(pods, entry, "D02")
    with pytest.raises(Conflict, match="later"):
        undone(pods, moved)
    undone(pods, entry)
    undone(pods, moved)
    assert unit("SP-1").location == pods.shelf


def test_what_was_booked_of_a_lot_is_booked_again_with_the_product_that_held_it(pods: PodShop) -> None:
    order = pods.order(2)
    lot = pods.backplane.lots.get()
    line = line_of(order, pods.backplane)
    book_parts(actor=pods.actor, order=order, units={}, goods=[BookedGoods(line.pk, lot.number, 2)])
    entry = pods.build(order, pods.row(*FIRST), pods.row(*SECOND))
    assert reserved(pods) == 0
    undone(pods, entry, "SP-1", *FIRST[1], *FIRST[2])
    assert reserved(pods) == 1
    undone(pods, entry)
    assert reserved(pods) == 2


def reserved(pods: PodShop) -> int:
    return sum(row.reserved for row in pods.backplane.lots.get().stock.all()) // MILLIONTHS
