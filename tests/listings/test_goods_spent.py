"""The report of goods without serial numbers: what orders used for no product in particular, what failed, what was written off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate import listings
from nameplate.models import Document, Entry, Lot, Tracking, User
from nameplate.operations import reasons
from nameplate.operations.inspecting.goods import GoodsSaid
from nameplate.operations.inspecting.judging import judge
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import GoodsGone, write_off
from tests import world
from tests.pods import PodShop, pod_shop, unit

REPORT = listings.ALL["reports/goods"]


@pytest.fixture
def shop(manager: User) -> PodShop:
    return pod_shop(manager)


def built(shop: PodShop, number: int) -> Entry:
    """A pod; its screws are used by the order, its backplane is in it."""
    drives = [f"D{number * 3 + one:02d}" for one in (1, 2, 3)]
    return shop.build(shop.order(1), shop.row(f"SP-00{number + 1}", drives, [f"P{number * 2 + one:02d}" for one in (1, 2)]))


def lost(shop: PodShop, administrator: User, quantity: str) -> Entry:
    reason = reasons.create_reason(actor=administrator, kind="write-off", name=f"Lost {quantity}")
    return write_off(actor=shop.actor, reason=reason, goods=[GoodsGone(Lot.objects.get(item=shop.backplane), quantity)])


def failed(shop: PodShop, administrator: User) -> Entry:
    fan = world.item(number="FAN", tracking=Tracking.LOT, requires_inspection=True)
    order = world.purchase_order(lines=[(fan, 100)])
    receive(actor=shop.actor, order=order, lines=[LineReceipt(order.lines.get().pk, quantity=100)], location_id=shop.shelf.pk)
    bent = reasons.create_reason(actor=administrator, kind="rejection", name="Bent")
    lot = Lot.objects.get(item=fan)
    said = [GoodsSaid(lot, 60, passed=True), GoodsSaid(lot, 10, passed=False, reason=bent), GoodsSaid(lot, 30, passed=False, reason=bent)]
    return judge(actor=shop.actor, inspection=Document.objects.get(kind="QC"), goods=said)


def found(shop: PodShop, **asked: str) -> list[dict[str, Any]]:
    page = REPORT.read(asked, actor=shop.actor)
    assert page.errors == {}
    return list(page.rows)


def told(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str, int, str]]:
    return [(row["what"], row["item"], int(row["quantity"]), row["reason"] or "") for row in rows]


def test_it_says_what_was_used_what_failed_and_what_was_written_off(shop: PodShop, administrator: User) -> None:
    used, gone, bad = built(shop, 0), lost(shop, administrator, "3"), failed(shop, administrator)
    rows = found(shop)
    assert {(row["what"], row["document"]) for row in rows} == {
        ("rejected", str(bad.document)),
        ("written_off", str(gone.document)),
        ("used", str(used.document)),
    }
    assert sum(row["quantity"] for row in rows if row["what"] == "rejected") == 40
    rejected = Lot.objects.get(item__number="FAN", status="rejected")
    assert {(row["lot"], row["into"], row["reason"]) for row in found(shop, what="rejected")} == {
        (str(rejected.split_from), rejected.number, "Bent")
    }
    assert told(found(shop, what="written_off,used", sort="happened_at")) == [
        ("used", "SCREW", 8, ""),
        ("written_off", "BACKPLANE", 3, "Lost 3"),
    ]
    assert told(found(shop, reason="lost*", quantity=">2", location="*A-01")) == [("written_off", "BACKPLANE", 3, "Lost 3")]
    assert told(found(shop, q="screw", vendor="=")) == [("used", "SCREW", 8, "")]
    assert found(shop, into="=", lot=str(rejected.split_from)) == []
    assert len(list(REPORT.csv({}, actor=shop.actor))) == 1 + len(rows)


def test_what_was_undone_is_not_in_it(shop: PodShop, administrator: User) -> None:
    entries = [built(shop, 0), lost(shop, administrator, "3"), failed(shop, administrator)]
    for entry in reversed(entries):
        undo_entry(actor=administrator, entry_id=entry.pk)
    assert found(shop) == []


def test_what_an_undo_for_one_of_two_products_took_back_is_not_counted(shop: PodShop, administrator: User) -> None:
    rows = (shop.row("SP-001", ["D01", "D02", "D03"], ["P01", "P02"]), shop.row("SP-002", ["D04", "D05", "D06"], ["P03", "P04"]))
    entry = shop.build(shop.order(2), *rows)
    assert told(found(shop)) == [("used", "SCREW", 16, "")]
    undo_entry(actor=administrator, entry_id=entry.pk, unit_ids=[unit("SP-001").pk, *(unit(number).pk for number in rows[0].cells[:5])])
    assert told(found(shop, quantity="<=8")) == [("used", "SCREW", 8, "")]
    undo_entry(actor=administrator, entry_id=entry.pk)
    assert found(shop) == []


def test_it_is_paged_both_ways_by_as_many_statements_for_many_as_for_few(shop: PodShop, administrator: User) -> None:
    counts = []
    for number in range(3):
        built(shop, number)
        lost(shop, administrator, str(number + 1))
        with CaptureQueriesContext(connection) as statements:
            whole = [row["id"] for row in found(shop)]
        counts.append(len(statements))
    assert counts == counts[:1] * 3
    walked: list[str] = []
    page = REPORT.read({"size": "2"}, actor=shop.actor)
    while True:
        walked += [row["id"] for row in page.rows]
        if page.next is None:
            break
        before = page
        page = REPORT.read({"size": "2", "after": page.next}, actor=shop.actor)
        back = REPORT.read({"size": "2", "before": page.previous or ""}, actor=shop.actor)
        assert [row["id"] for row in back.rows] == [row["id"] for row in before.rows]
    assert walked == whole
    assert len(whole) == 6
