"""Products finished with their parts: judged cell by cell, posted as one act, undone as one."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate import listings
from nameplate.listings.entries import history_of
from nameplate.listings.unit_history import history
from nameplate.models import Component, Document, DocumentStatus, Entry, Lot, LotStatus, MissingPart, Serial, Status, User
from nameplate.operations import cataloguing, manufacturing
from nameplate.operations.assembling import Fitting, install_components
from nameplate.operations.cataloguing.bills import Part, set_bill
from nameplate.operations.holding import hold_units
from nameplate.operations.lots import Contents
from nameplate.operations.manufacturing import Completion, FailedUnit, GoodsUsed, ProductRow, UsedUnit
from nameplate.operations.undoing import undo_entry
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Refused
from tests import world
from tests.operations.orders import refused
from tests.pods import PodShop, line_of, pod_shop, quantity_of, unit

FIRST, SECOND = (["D01", "D02", "D03"], ["P01", "P02"]), (["D04", "D05", "D06"], ["P03", "P04"])


@pytest.fixture
def shop(manager: User) -> PodShop:
    return pod_shop(manager)


def why(refusal: Refused) -> dict[str, str]:
    return {one.text: one.why for one in refusal.offenders}


def test_each_part_knows_its_pod_and_the_order_what_it_has_come_to(shop: PodShop) -> None:
    order = shop.order(3)
    shop.build(order, shop.row("SP-1", *FIRST), shop.row("SP-2", *SECOND))
    pod = unit("SP-1")
    assert pod.status == Status.RECEIVED
    assert pod.made_by == order
    assert pod.location == shop.shelf
    assert {(part.number, part.place) for part in pod.parts.all()} == {
        ("D01", "bay 1"),
        ("D02", "bay 2"),
        ("D03", "bay 3"),
        ("P01", "left"),
        ("P02", "right"),
    }
    assert Component.objects.get(parent=pod, lot__item=shop.backplane).quantity == 1_000_000
    standing = manufacturing.progress(order)
    assert (standing.product.made, standing.product.to_make) == (2_000_000, 1_000_000)
    assert [part.used for part in standing.parts] == [6_000_000, 4_000_000, 2_000_000, 16_000_000]
    assert quantity_of(Lot.objects.get(item=shop.screw)) == 984
    order.refresh_from_db()
    assert order.status == DocumentStatus.IN_PROGRESS
    lots = Lot.objects.filter(source=order).order_by("pk")
    assert [lot.status for lot in lots] == [LotStatus.RECEIVED, LotStatus.PLANNED]


def test_the_last_product_makes_the_order_done_and_its_undo_takes_it_all_apart(shop: PodShop) -> None:
    order = shop.order(1)
    entry = shop.build(order, shop.row("SP-1", *FIRST))
    order.refresh_from_db()
    assert order.status == DocumentStatus.DONE
    undo_entry(actor=shop.actor, entry_id=entry.pk)
    order.refresh_from_db()
    assert order.status == DocumentStatus.IN_PROGRESS
    assert unit("D01").status == Status.RECEIVED
    assert quantity_of(Lot.objects.get(item=shop.backplane)) == 60
    assert Serial.objects.get(number="SP-1").withdrawn
    shop.build(order, shop.row("SP-1", *FIRST))
    assert unit("D01").parent == unit("SP-1")


def test_every_cell_that_cannot_stand_is_named_and_nothing_is_written(shop: PodShop) -> None:
    order = shop.order(3)
    elsewhere = world.location(name="B-01")
    shop.stock(shop.drive, Contents(["FAR"]), elsewhere)
    hold_units(actor=shop.actor, unit_ids=[unit("D05").pk], reason="noisy")
    shop.build(other := shop.order(1), shop.row("SP-9", ["D10", "D11", "D12"], ["P10", "P11"]))
    entries = Entry.objects.count()
    rows = [
        shop.row("SP-1", ["D01", "D01", "NOPE"], ["P01", "D02"], "L-NONE"),
        shop.row("SP-9", ["D05", "FAR", "D10"], ["P01", "P03"], str(Lot.objects.filter(item=shop.screw)[0])),
        ProductRow("", ["D04", "D06", "D07", "P04", "P05", shop.backplanes, "D08"]),
    ]
    refusal = refused(lambda: shop.build(order, *rows))
    assert refusal.rule == "cells-not-good"
    assert refusal.extra["cells"] == [
        {"row": 1, "column": 2, "text": "D01", "rule": "twice"},
        {"row": 1, "column": 3, "text": "NOPE", "rule": "unknown"},
        {"row": 1, "column": 5, "text": "D02", "rule": "other-item"},
        {"row": 1, "column": 6, "text": "L-NONE", "rule": "unknown"},
        {"row": 2, "column": None, "text": "SP-9", "rule": "known"},
        {"row": 2, "column": 1, "text": "D05", "rule": "on-hold"},
        {"row": 2, "column": 2, "text": "FAR", "rule": "other-site"},
        {"row": 2, "column": 3, "text": "D10", "rule": "used"},
        {"row": 2, "column": 4, "text": "P01", "rule": "twice"},
        {"row": 2, "column": 6, "text": str(Lot.objects.filter(item=shop.screw)[0]), "rule": "other-item"},
        {"row": 3, "column": None, "text": "", "rule": "no-number"},
        {"row": 3, "column": 7, "text": "D08", "rule": "beyond-the-grid"},
    ]
    said = why(refusal)
    assert said["NOPE"] == "in SP-1, bay 3: no DRIVE bears this number"
    assert said["D10"] == "in SP-9, bay 3: it is used already, in SP-9"
    assert said["FAR"].startswith("in SP-9, bay 2: it is at ")
    assert Entry.objects.count() == entries
    assert other.pk


def test_parts_that_are_missing_are_refused_unless_the_order_allows_it(shop: PodShop) -> None:
    order = shop.order(2)
    row = shop.row("SP-1", ["D01", "", "D03"], ["P01", "P02"])
    refusal = refused(lambda: shop.build(order, row))
    assert refusal.rule == "parts-missing"
    assert refusal.message == "Parts are missing: 1 pcs DRIVE."
    assert why(refusal) == {"SP-1": "DRIVE at bay 2 is missing"}
    assert not Serial.objects.filter(number="SP-1").exists()
    manufacturing.edit_manufacturing_order(actor=shop.actor, order=order, version=_version(order), may_miss_parts=True)
    shop.build(order, row)
    [missing] = MissingPart.objects.all()
    assert (missing.product, missing.place, missing.line.item) == (unit("SP-1"), "bay 2", shop.drive)


def test_what_products_were_finished_without_is_told_by_quantity_as_far_as_it_stands(shop: PodShop, viewer: User) -> None:
    order = shop.order(3, may_miss_parts=True)
    screws = [GoodsUsed(line_of(order, shop.screw).pk, str(Lot.objects.get(item=shop.screw)), 3)]
    rows = [shop.row("SP-1", ["D01", "", "D03"], ["P01", "P02"]), shop.row("SP-2", ["D04", "D05", ""], ["P03", ""])]
    entry = manufacturing.complete(actor=shop.actor, order=order, completion=Completion(rows, goods=screws))
    shop.build(order, shop.row("SP-3", ["", "D08", "D09"], ["P05", "P06"]))

    def told(most: int = 9) -> tuple[list[tuple[object, ...]], int]:
        found, more = manufacturing.finished_without(actor=viewer, order=order, most=most)
        rows = [(one.product, one.item, one.place, one.quantity, one.later) for one in found]
        return [(*row, quantity // MILLIONTHS, later // MILLIONTHS) for *row, quantity, later in rows], more

    loose, one = ("", "SCREW", "", 13, 0), ("SP-1", "DRIVE", "bay 2", 1, 0)
    two, three = [("SP-2", "DRIVE", "bay 3", 1, 0), ("SP-2", "PSU", "right", 1, 0)], ("SP-3", "DRIVE", "bay 1", 1, 0)
    assert told() == ([loose, one, *two, three], 0)
    assert told(2) == ([loose, one], 3)
    undo_entry(actor=shop.actor, entry_id=entry.pk, unit_ids=[unit(number).pk for number in ("SP-2", "D04", "D05", "P03")])
    install_components(actor=shop.actor, fittings=[Fitting(unit("D02").pk, unit("SP-1").pk, "bay 2")])
    assert told() == ([loose, three, (*one[:4], 1)], 0)


def _version(order: Document) -> int:
    order.refresh_from_db()
    return order.version


def test_more_than_is_still_to_be_made_is_refused(shop: PodShop) -> None:
    order = shop.order(1)
    refusal = refused(lambda: shop.build(order, shop.row("SP-1", *FIRST), shop.row("SP-2", *SECOND)))
    assert refusal.rule == "more-than-planned"
    manufacturing.edit_manufacturing_order(actor=shop.actor, order=order, version=_version(order), quantity=2)
    shop.build(order, shop.row("SP-1", *FIRST), shop.row("SP-2", *SECOND))
    assert Serial.objects.filter(made_by=order).count() == 2


def test_a_day_that_cannot_be_is_named_as_it_was_sent(shop: PodShop) -> None:
    order, made, entries = shop.order(1), Completion(rows=[shop.row("SP-1", *FIRST)]), Entry.objects.count()
    for days, rule in ((1, "in-the-future"), (-1, "before-last-entry")):
        day = timezone.localdate() + timedelta(days=days)
        refusal = refused(partial(manufacturing.complete, actor=shop.actor, order=order, completion=made, happened_on=day))
        assert (refusal.rule, list(refusal.fields)) == (rule, ["happened_on"])
    assert Entry.objects.count() == entries


def test_units_not_known_in_which_product_are_used_by_the_order(shop: PodShop) -> None:
    order = shop.order(1)
    line = line_of(order, shop.drive).pk
    used = [UsedUnit(line, number) for number in ("D01", "D02", "D03")]
    goods = [GoodsUsed(line_of(order, shop.screw).pk, str(Lot.objects.get(item=shop.screw)), 9)]
    completion = Completion([shop.row("SP-1", ["", "", ""], ["P01", "P02"])], used=used, goods=goods)
    manufacturing.complete(actor=shop.actor, order=order, completion=completion)
    drive = unit("D01")
    assert (drive.status, drive.parent, drive.used_by) == (Status.CONSUMED, None, order)
    assert quantity_of(Lot.objects.get(item=shop.screw)) == 991
    again = Completion([shop.row("SP-2", *SECOND)], used=[UsedUnit(line, "D07")])
    assert refused(lambda: manufacturing.complete(actor=shop.actor, order=shop.order(1), completion=again)).rule == "no-such-line"
    order = shop.order(1)
    again = Completion([shop.row("SP-2", *SECOND)], used=[UsedUnit(line_of(order, shop.drive).pk, "D07")])
    assert refused(lambda: manufacturing.complete(actor=shop.actor, order=order, completion=again)).rule == "more-than-needed"


def test_a_part_that_fails_on_the_bench_is_rejected_in_the_same_act(shop: PodShop) -> None:
    order = shop.order(1)
    completion = Completion([shop.row("SP-1", *FIRST)], failed=[FailedUnit("D09", "clicks"), FailedUnit("P09", "dead")])
    entry = manufacturing.complete(actor=shop.actor, order=order, completion=completion)
    failed = unit("D09")
    assert (failed.status, failed.lot.status, entry.reason) == (Status.REJECTED, LotStatus.REJECTED, "D09: clicks; P09: dead")
    listed = listings.ALL["reports/rejected"].read({}, actor=shop.actor).rows
    assert {row["serial"]: row["reason"] for row in listed} == {"D09": "clicks", "P09": "dead"}
    for number, own in (("D09", "clicks"), ("P09", "dead"), ("D01", ""), ("SP-1", "")):
        step = history(actor=shop.actor, unit_id=unit(number).pk).steps[0]
        row = history_of(unit(number).pk).read({}, actor=shop.actor).rows[-1]
        assert (step.reason, row["reason"]) == (own, own)
    undo_entry(actor=shop.actor, entry_id=entry.pk)
    assert unit("D09").status == Status.RECEIVED
    for numbers, message in ((("D01", "x"), "it is built in as well"), (("D08", ""), "say what is wrong"), (("Q", "x"), "no part of this")):
        bad = Completion([shop.row("SP-1", *FIRST)], failed=[FailedUnit(*numbers)])
        refusal = refused(partial(manufacturing.complete, actor=shop.actor, order=order, completion=bad))
        assert refusal.offenders[0].why.startswith(message)


def test_numbers_given_beforehand_are_taken_over_and_the_others_wait(shop: PodShop) -> None:
    order = shop.order(2)
    manufacturing.plan_products(actor=shop.actor, order=order, numbers=["SP-1", "SP-2"])
    planned = unit("SP-1")
    assert planned.status == Status.PLANNED
    assert refused(lambda: manufacturing.plan_products(actor=shop.actor, order=order, numbers=["SP-3"])).rule == "more-than-expected"
    shop.build(order, shop.row("sp-1", *FIRST))
    assert unit("SP-1").pk == planned.pk
    assert unit("SP-1").status == Status.RECEIVED
    assert unit("SP-2").lot.status == LotStatus.PLANNED
    shop.build(order, shop.row("SP-7", *SECOND))
    assert Serial.objects.get(number="SP-2").withdrawn


def test_products_without_numbers_are_made_by_quantity(shop: PodShop, manager: User) -> None:
    kit = cataloguing.create_item(actor=manager, number="KIT", tracking="lot", made=True)
    set_bill(actor=manager, item=kit, version=kit.version, parts=[Part(shop.screw, "2.5"), Part(shop.drive, 1)])
    order = manufacturing.create_manufacturing_order(actor=manager, item=kit, quantity="2", location=shop.shelf)
    used = [UsedUnit(line_of(order, shop.drive).pk, "D01"), UsedUnit(line_of(order, shop.drive).pk, "D02")]
    rows = Completion([ProductRow("K1")])
    assert refused(lambda: manufacturing.complete(actor=manager, order=order, completion=rows)).rule in {
        "not-serial-tracked",
        "cells-not-good",
    }
    manufacturing.complete(actor=manager, order=order, completion=Completion(quantity="2", used=used))
    assert quantity_of(Lot.objects.get(item=kit)) == 2
    assert quantity_of(Lot.objects.get(item=shop.screw)) == 995


def test_what_was_made_can_have_a_day_on_which_it_expires(shop: PodShop) -> None:
    order = shop.order(2)
    row = shop.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"])
    entry = manufacturing.complete(actor=shop.actor, order=order, completion=Completion(rows=[row], expires_on=date(2031, 5, 1)))
    lot = unit("SP-1").lot
    assert lot.expires_on == date(2031, 5, 1)
    assert Lot.objects.get(split_from=lot).expires_on is None
    undo_entry(actor=shop.actor, entry_id=entry.pk)
    assert Lot.objects.get(pk=lot.pk).expires_on is None


def test_fifty_pods_take_as_many_statements_as_two(shop: PodShop) -> None:
    counts = []
    for series, pods in (("A", 2), ("B", 20)):
        shop.stock(shop.drive, Contents([f"{series}D{n:03d}" for n in range(3 * pods)]))
        shop.stock(shop.supply, Contents([f"{series}P{n:03d}" for n in range(2 * pods)]))
        order = shop.order(pods)
        rows = [
            shop.row(f"{series}{n}", [f"{series}D{3 * n + i:03d}" for i in range(3)], [f"{series}P{2 * n + i:03d}" for i in range(2)])
            for n in range(pods)
        ]
        with CaptureQueriesContext(connection) as statements:
            shop.build(order, *rows)
        counts.append(len([one for one in statements if "nameplate_" in one["sql"]]))
    assert counts[0] == counts[1]
