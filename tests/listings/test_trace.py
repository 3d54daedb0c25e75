"""The trace of a unit or a lot: every level, certain or possible, now, ever, and as of a day."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.ledger import Goods, Group, Kind, Newcomers, Step, post, transacting, undo, units
from nameplate.listings.trace import BACKWARD, FORWARD, Direction, Node, Row, Way, children, trace
from nameplate.listings.trace.telling import lines
from nameplate.models import Entry, LotStatus, Movement, Serial
from nameplate.refusals import NotFound
from tests import world
from tests.ledger.ground import Ground, R


@pytest.fixture
def ground(db: None) -> Ground:
    return Ground(actor=world.user(username="tracer"))


def products_of(ground: Ground, count: int) -> tuple[list[int], Newcomers]:
    ids = list(units.reserve(count))
    return ids, replace(ground.newcomers(count), ids=ids)


def build(
    ground: Ground,
    parts: Sequence[int],
    products: int = 1,
    *,
    known: bool = True,
    goods: Sequence[Goods] = (),
    at: dt.datetime | None = None,
    order: str = "MO",
) -> tuple[list[int], Entry]:
    """So many new products from these parts, dealt out in turn; `known` false: this order, unit unknown."""
    paper = ground.papers[order]
    with transacting():
        ids, new = products_of(ground, products)
        groups = [
            Group([Step(Kind.PRODUCED, {"location_id": ground.shelf.pk, "lot_id": ground.lot().pk, "made_by_id": paper.pk})], new=new)
        ]
        each: dict[str, list[int] | list[str]] = {}
        if known:
            each["parent_id"] = [ids[n % products] for n in range(len(parts))]
            each["place"] = [f"bay {n // products + 1}" for n in range(len(parts))]
        if parts:
            groups.append(Group([Step(Kind.CONSUMED, {"used_by_id": paper.pk}, each)], units=parts))
        entry = post(actor=ground.actor, act="built", document=paper, groups=groups, goods=goods, happened_at=at)
    return ids, entry


def put_in(ground: Ground, parts: Sequence[int], product: int) -> Entry:
    return ground.do(Kind.CONSUMED, parts, to={"parent_id": product, "used_by_id": ground.papers["MO"].pk})


def found(ground: Ground, node: Node, direction: Direction, day: dt.date | None = None) -> list[Row]:
    return list(trace(actor=ground.actor, node=node, direction=direction, day=day).rows)


def unit(pk: int) -> Node:
    return Node("serials", pk)


def told(rows: Sequence[Row]) -> list[tuple[int, int, bool, bool]]:
    """Level, node, whether the whole way is certain and whether it holds now."""
    return [(row.level, row.node.id, row.sure, row.now) for row in rows]


def test_every_level_is_found_out_to_the_customer_and_in_to_the_vendor(ground: Ground) -> None:
    drives = ground.brought(R, 2, source_id=ground.papers["PO"].pk)
    (module,), _ = build(ground, drives)
    (pod,), _ = build(ground, [module])
    ground.do(
        Kind.SHIPPED, [pod], to={"customer_id": ground.customer.pk, "shipment_id": ground.papers["S"].pk}, document=ground.papers["S"]
    )
    outward = found(ground, unit(drives[0]), FORWARD)
    assert told(outward) == [(1, module, True, True), (2, pod, True, True)]
    assert outward[1].facts.customer == "Kestrel Archive"
    assert outward[1].facts.shipment is not None
    assert outward[0].facts.outermost_id == pod
    assert outward[0].link.place == "bay 1"
    inward = found(ground, unit(pod), BACKWARD)
    assert told(inward) == [(1, module, True, True), (2, drives[0], True, True), (2, drives[1], True, True)]
    assert [row.facts.vendor for row in inward] == ["", "Tolomei Distribution", "Tolomei Distribution"]
    assert inward[0].facts.order is not None
    assert inward[0].facts.order.id == ground.papers["MO"].pk


def test_unit_unknown_is_possible_and_only_for_the_units_of_that_completion(ground: Ground) -> None:
    first, second = ground.brought(R, 2), ground.brought(R, 1)
    pods, entry = build(ground, first, 2, known=False)
    others, _ = build(ground, second, 1, known=False)
    outward = found(ground, unit(first[0]), FORWARD)
    assert told(outward) == [(1, entry.pk, True, True), (2, pods[0], False, True), (2, pods[1], False, True)]
    assert outward[0].node.noun == "entries"
    inward = found(ground, unit(pods[1]), BACKWARD)
    assert told(inward) == [(1, entry.pk, False, True), (2, first[0], False, True), (2, first[1], False, True)]
    assert others[0] not in {row.node.id for row in outward}


def test_what_is_said_later_counts_from_the_build_on_and_ends_the_doubt(ground: Ground) -> None:
    drives = ground.brought(R, 2)
    pods, built = build(ground, drives, 2, known=False)
    placed = ground.do(Kind.PLACED, [drives[0]], to={"parent_id": pods[1], "place": "bay 7"})
    outward = found(ground, unit(drives[0]), FORWARD)
    assert told(outward) == [(1, pods[1], True, True)]
    assert outward[0].link.since == Entry.objects.get(pk=built.pk).happened_at
    assert [row.node.id for row in found(ground, unit(pods[0]), BACKWARD)] == [built.pk, drives[1]]
    assert [row.node.id for row in found(ground, unit(pods[1]), BACKWARD)] == [drives[0], built.pk, drives[1]]
    undo(actor=ground.actor, entry=placed)
    assert [row.node.id for row in found(ground, unit(drives[0]), FORWARD)] == [built.pk, *pods]


def test_what_was_used_before_anything_was_finished_may_be_in_all_that_the_order_made(ground: Ground) -> None:
    drive = ground.unit(R)
    used = ground.do(Kind.CONSUMED, [drive], to={"used_by_id": ground.papers["MO"].pk}, document=ground.papers["MO"])
    first, _ = build(ground, [], 1)
    second, _ = build(ground, [], 1)
    assert [row.node.id for row in found(ground, unit(drive), FORWARD)] == [used.pk, *first, *second]
    assert [row.node.id for row in found(ground, unit(second[0]), BACKWARD)] == [used.pk, drive]


def test_history_keeps_what_was_inside_and_as_of_a_day_says_what_was_then(ground: Ground) -> None:
    drive, spare = ground.brought(R, 2)
    (pod,), _ = build(ground, [drive])
    ground.do(Kind.REMOVED, [drive], to={"status": int(R), "location_id": ground.shelf.pk})
    put_in(ground, [spare], pod)
    inward = found(ground, unit(pod), BACKWARD)
    assert told(inward) == [(1, spare, True, True), (1, drive, True, False)]
    assert inward[1].link.until is not None
    assert told(found(ground, unit(drive), FORWARD)) == [(1, pod, True, False)]
    today = timezone.localdate()
    assert told(found(ground, unit(pod), BACKWARD, today)) == [(1, spare, True, True)]
    assert found(ground, unit(pod), BACKWARD, today - dt.timedelta(days=1)) == []


def test_what_was_undone_never_was_and_an_undone_removal_is_no_gap(ground: Ground) -> None:
    drive = ground.unit(R)
    pods, _ = build(ground, [], 1)
    wrong = put_in(ground, [drive], pods[0])
    undo(actor=ground.actor, entry=wrong)
    assert found(ground, unit(drive), FORWARD) == []
    right = put_in(ground, [drive], pods[0])
    removed = ground.do(Kind.REMOVED, [drive], to={"status": int(R), "location_id": ground.shelf.pk})
    undo(actor=ground.actor, entry=removed)
    inward = found(ground, unit(pods[0]), BACKWARD)
    assert told(inward) == [(1, drive, True, True)]
    assert inward[0].link.since == Entry.objects.get(pk=right.pk).happened_at
    undo(actor=ground.actor, entry=right)
    assert found(ground, unit(pods[0]), BACKWARD) == []


def screws(ground: Ground, quantity: int) -> int:
    lot = ground.lot(item=ground.screws)
    post(actor=ground.actor, act="received", goods=[Goods(lot.pk, ground.shelf.pk, quantity)])
    return lot.pk


def test_goods_by_lot_are_certain_in_a_named_product_and_possible_under_an_order(ground: Ground) -> None:
    lot = screws(ground, 100_000_000)
    with transacting():
        ids, new = products_of(ground, 2)
        paper = ground.papers["MO"]
        to = {"location_id": ground.shelf.pk, "lot_id": ground.lot().pk, "made_by_id": paper.pk}
        goods = [Goods(lot, ground.shelf.pk, -8_000_000, parent_id=ids[0]), Goods(lot, ground.shelf.pk, -5_000_000)]
        entry = post(actor=ground.actor, act="built", document=paper, groups=[Group([Step(Kind.PRODUCED, to)], new=new)], goods=goods)
    outward = found(ground, Node("lots", lot), FORWARD)
    assert told(outward) == [(1, ids[0], True, True), (1, entry.pk, True, True), (2, ids[0], False, True), (2, ids[1], False, True)]
    assert outward[0].link.quantity == 8_000_000
    inward = found(ground, unit(ids[0]), BACKWARD)
    assert told(inward) == [(1, lot, True, True), (1, entry.pk, False, True), (2, lot, False, True)]
    undo(actor=ground.actor, entry=entry)
    assert found(ground, Node("lots", lot), FORWARD) == []


def test_a_lot_stands_for_every_unit_that_was_ever_in_it_and_its_splits(ground: Ground) -> None:
    lot = ground.lot()
    units_of_lot = ground.ids(ground.receive(3, lot=lot))
    ground.do(Kind.REJECTED, units_of_lot[:1], to={"location_id": ground.bin.pk}, reason="scratched")
    (pod,), _ = build(ground, units_of_lot[1:2])
    rows = found(ground, Node("lots", lot.pk), FORWARD)
    assert told(rows) == [
        (1, units_of_lot[0], True, True),
        (1, units_of_lot[1], True, True),
        (2, pod, True, True),
        (1, units_of_lot[2], True, True),
    ]
    assert rows[0].facts.lot != lot.number
    split = Serial.objects.get(pk=units_of_lot[0]).lot
    assert split.split_from_id == lot.pk
    assert [row.node.id for row in found(ground, Node("lots", split.pk), FORWARD)] == units_of_lot[:1]


def test_units_that_were_in_each_other_at_different_times_end(ground: Ground) -> None:
    (one,), _ = build(ground, [])
    (other,), _ = build(ground, [])
    put_in(ground, [one], other)
    ground.do(Kind.REMOVED, [one], to={"status": int(R), "location_id": ground.shelf.pk})
    put_in(ground, [other], one)
    assert told(found(ground, unit(one), FORWARD)) == [(1, other, True, False), (2, one, True, False)]
    assert told(found(ground, unit(one), BACKWARD)) == [(1, other, True, True), (2, one, True, False)]


def test_it_takes_as_many_statements_for_many_as_for_few(ground: Ground) -> None:
    counts = []
    for parts, products in ((2, 1), (60, 6)):
        drives = ground.brought(R, parts)
        modules, _ = build(ground, drives, products)
        pods, _ = build(ground, modules, 1)
        for node, direction in ((unit(pods[0]), BACKWARD), (unit(drives[0]), FORWARD)):
            with CaptureQueriesContext(connection) as statements:
                assert len({row.node for row in found(ground, node, direction)}) == (parts + products if direction == BACKWARD else 2)
            counts.append(len(statements))
        with CaptureQueriesContext(connection) as statements:
            children(actor=ground.actor, node=unit(pods[0]), direction=BACKWARD)
        counts.append(len(statements))
    assert counts[:3] == counts[3:]


def test_one_level_says_how_much_is_behind_each_and_goes_on_page_by_page(ground: Ground) -> None:
    drives = ground.brought(R, 120)
    (pod,), _ = build(ground, drives)
    (rack,), _ = build(ground, [pod])
    level = children(actor=ground.actor, node=unit(rack), direction=BACKWARD)
    assert [(row.node.id, row.onward) for row in level.rows] == [(pod, 120)]
    first = children(actor=ground.actor, node=unit(pod), direction=BACKWARD, way=Way(1, sure=True, now=True))
    assert (first.count, first.next, first.rows[0].level) == (120, 100, 2)
    rest = children(actor=ground.actor, node=unit(pod), direction=BACKWARD, way=Way(1, sure=True, now=True), after=100)
    assert [row.node.id for row in [*first.rows, *rest.rows]] == drives
    assert rest.next is None


def test_the_whole_is_capped_when_asked_and_csv_has_all(ground: Ground) -> None:
    drives = ground.brought(R, 12)
    (pod,), _ = build(ground, drives)
    capped = trace(actor=ground.actor, node=unit(pod), direction=BACKWARD, most=5)
    assert (len(capped.rows), capped.capped) == (5, True)
    rows = list(csv.DictReader(io.StringIO("".join(lines(trace(actor=ground.actor, node=unit(pod), direction=BACKWARD))))))
    assert [row["Place"] for row in rows] == [f"bay {n}" for n in range(1, 13)]
    assert {(row["Level"], row["This link"], row["The whole way"], row["Now"], row["What"]) for row in rows} == {
        ("1", "certain", "certain", "yes", "unit")
    }


def test_there_is_no_trace_of_nothing(ground: Ground) -> None:
    with pytest.raises(NotFound):
        trace(actor=ground.actor, node=unit(10**12), direction=FORWARD)


def test_a_rest_that_came_later_is_no_split(ground: Ground) -> None:
    order = world.purchase_order(lines=[(ground.item, 5)])
    first = world.receipt(numbers=["E-1", "E-2"], order=order, at=ground.shelf)
    world.receipt(numbers=["L-1"], order=order, at=ground.shelf)
    lot = Serial.objects.get(number="E-1").lot
    assert Serial.objects.get(number="L-1").lot.split_from_id == lot.pk
    rows = found(ground, Node("lots", lot.pk), FORWARD)
    assert {row.node.id for row in rows} == set(Movement.objects.filter(entry=first).values_list("serial_id", flat=True))
    assert lot.status == LotStatus.RECEIVED
