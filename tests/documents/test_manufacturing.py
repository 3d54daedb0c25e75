"""The papers of a manufacturing order: what stands on them, however much was built and whatever its texts hold."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.documents.manufacturing import as_built_list, order_document, picking_list
from nameplate.models import Document, User
from nameplate.operations import cataloguing, manufacturing
from nameplate.operations.company import edit_company
from nameplate.operations.lots import Contents
from nameplate.operations.manufacturing import Completion, UsedUnit
from nameplate.refusals import Forbidden, NotFound
from tests import proving, world
from tests.documents.reading import pictures_of, texts_of
from tests.operations.orders import refused
from tests.pods import PodShop, line_of, pod_shop, unit

HOSTILE = "<b>{{ 7*7 }}</b> שלום 漢字 😀 \u200d" + "long " * 20


@pytest.fixture
def shop(manager: User, administrator: User, db: None) -> PodShop:
    edit_company(actor=administrator, version=0, name="Kestrel Storage OÜ")
    return pod_shop(manager)


def text_of(content: bytes) -> str:
    return "\n".join(texts_of(content))


def lacking(text: str, *wanted: str) -> list[str]:
    flat = " ".join(text.split())
    return [part for part in wanted if part not in flat]


def test_the_order_says_what_is_made_of_what_and_what_is_missing(shop: PodShop, viewer: User) -> None:
    cataloguing.edit_item(actor=shop.actor, item=shop.drive, version=shop.drive.version, description=HOSTILE)
    order = shop.order(5, may_miss_parts=True)
    order.refresh_from_db()
    manufacturing.edit_manufacturing_order(
        actor=shop.actor, order=order, version=order.version, due_on="2026-12-24", notes="Torque 0.6 Nm.\n<i>Gloves</i>."
    )
    shop.build(order, shop.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]))
    printed = order_document(actor=viewer, order=order.pk)
    text = text_of(printed.content)
    facts = ("Kestrel Storage OÜ", "Manufacturing order", order.number, "POD", "5 pcs, 1 made", "2026-12-24", str(shop.shelf.site))
    parts = ("DRIVE", "bay 1 to bay 3", "15 pcs", "left, right", "<b>{{ 7*7 }}</b>", "<i>Gloves</i>", "Page 1 of 1", "Parts may be missing")
    assert lacking(text, *facts, *parts, "3 pcs 15 pcs 3 pcs 3 pcs") == []
    assert printed == order_document(actor=viewer, order=order.pk)
    assert printed.name == order.number


def test_the_picking_list_says_where_each_unit_lies_and_what_is_missing(shop: PodShop, viewer: User) -> None:
    order = shop.order(5)
    rack = world.location(name="Rack 7", of=shop.shelf.site)
    shop.stock(shop.drive, Contents(["R1", "R2"]), rack)
    manufacturing.book_parts(actor=shop.actor, order=order, units={line_of(order, shop.drive).pk: [unit("R2").pk, unit("D05").pk]})
    text = text_of(picking_list(actor=viewer, order=order.pk).content)
    assert (
        lacking(text, "Picking list", "15 pcs to fetch, 1 pcs missing", "Rack 7", "booked", "proposed", "R1", "D05", "40 pcs", "5 pcs")
        == []
    )
    assert text.index("booked") < text.index("D05") < text.index("proposed") < text.index("D01")
    shop.build(done := shop.order(1), shop.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]))
    assert lacking(text_of(picking_list(actor=viewer, order=done.pk).content), "Nothing more goes in.") == []


def test_the_as_built_list_shows_each_place_of_each_product(shop: PodShop, viewer: User) -> None:
    order = shop.order(2, may_miss_parts=True)
    first = shop.build(order, shop.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]))
    used = [UsedUnit(line_of(order, shop.drive).pk, "D09")]
    rows = [shop.row("SP-2", ["D04", "", ""], ["P03", ""])]
    manufacturing.complete(actor=shop.actor, order=order, completion=Completion(rows, used=used))
    text = text_of(as_built_list(actor=viewer, order=order.pk).content)
    assert (
        lacking(text, "As-built list", "SP-1", "bay 1 D01", "bay 3 D03", "left P01", f"BACKPLANE {shop.backplanes}", "SP-2", "bay 1 D04")
        == []
    )
    assert lacking(text, "right missing", "1 missing", "not known in which product", "D09", "SCREW", "Missing, not known") == []
    alone = text_of(as_built_list(actor=viewer, order=order.pk, entry=first.pk).content)
    assert ("SP-1" in alone, "SP-2" in alone) == (True, False)


def test_who_may_not_look_gets_none_and_what_is_none_is_not_found(shop: PodShop, viewer: User) -> None:
    order = shop.order(1)
    nobody = world.user()
    nobody.is_active = False
    for paper in (order_document, picking_list, as_built_list):
        assert isinstance(refused(partial(paper, actor=nobody, order=order.pk)), Forbidden)
        assert isinstance(refused(partial(paper, actor=viewer, order=0)), NotFound)
    assert isinstance(refused(lambda: as_built_list(actor=viewer, order=order.pk, entry=999_999)), NotFound)
    assert lacking(text_of(as_built_list(actor=viewer, order=order.pk).content), "Nothing is finished yet.") == []


def test_fifty_pods_of_forty_seven_parts_fit_on_a_few_pages(manager: User, viewer: User, db: None) -> None:
    pods = proving.times(9, 50)
    shop = pod_shop(manager, drives=2, bays=45)
    orders: list[Document] = []
    for series, size in (("A", 1), ("B", pods)):
        shop.stock(shop.drive, Contents([f"WD-WCAWZ{series}{n:06d}" for n in range(45 * size)]))
        shop.stock(shop.supply, Contents([f"PSU{series}{n:06d}" for n in range(2 * size)]))
        order = shop.order(size)
        rows = [
            shop.row(
                f"{series}-{n:03d}",
                [f"WD-WCAWZ{series}{45 * n + i:06d}" for i in range(45)],
                [f"PSU{series}{2 * n + i:06d}" for i in range(2)],
            )
            for n in range(size)
        ]
        shop.build(order, *rows)
        orders.append(order)
    counts = []
    for order in orders:
        with CaptureQueriesContext(connection) as asked:
            content = as_built_list(actor=viewer, order=order.pk).content
        counts.append(len(asked))
    assert counts[0] == counts[1]
    pages = texts_of(content)
    assert len(pages) <= pods // 3 + 1
    assert lacking(" ".join(pages), *(f"B-{n:03d}" for n in range(pods)), f"WD-WCAWZB{45 * pods - 1:06d}") == []
    # Nothing is drawn over the margins.
    for picture in pictures_of(content, dpi=40)[:3]:
        wide, high = picture.size
        assert picture.crop((0, 0, wide // 20, high)).getextrema() == (255, 255)
        assert picture.crop((wide - wide // 20, 0, wide, high)).getextrema() == (255, 255)
