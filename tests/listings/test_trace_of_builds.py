"""Traces of what manufacturing orders finished, through the operations."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.listings.dossier import dossier
from nameplate.listings.lot_ends import ends_of
from nameplate.listings.stock_value import totals
from nameplate.listings.trace import BACKWARD, FORWARD, Direction, Node, trace
from nameplate.listings.trace.walking import onward
from nameplate.models import Document, Location, Lot, LotStatus, Tracking, User
from nameplate.operations import cataloguing, manufacturing, shipping, transferring
from nameplate.operations.cataloguing.bills import Part, set_bill
from nameplate.operations.manufacturing import Completion, GoodsUsed, ProductRow
from nameplate.operations.transferring import GoodsArrived, GoodsToSend
from nameplate.operations.undoing import undo_entry
from nameplate.quantities import MILLIONTHS
from tests import world
from tests.pods import PodShop, line_of, pod_shop, quantity_of, unit


def test_a_finished_pod_knows_its_parts_and_each_part_its_pod(manager: User) -> None:
    shop = pod_shop(manager)
    entry = shop.build(
        shop.order(2),
        shop.row("SP-001", ["D01", "D02", "D03"], ["P01", "P02"]),
        shop.row("SP-002", ["D04", "D05", "D06"], ["P03", "P04"]),
    )

    def told(node: Node, direction: Direction) -> list[tuple[int, str, bool]]:
        return [(row.level, row.facts.number, row.sure) for row in trace(actor=manager, node=node, direction=direction).rows]

    backplanes, screws = Lot.objects.get(item=shop.backplane), Lot.objects.get(item=shop.screw)
    order = str(entry.document)
    assert told(Node("serials", unit("SP-001").pk), BACKWARD) == [
        (1, backplanes.number, True),
        *((1, number, True) for number in ("D01", "D02", "D03", "P01", "P02")),
        (1, order, False),
        (2, screws.number, False),
    ]
    assert told(Node("serials", unit("D04").pk), FORWARD) == [(1, "SP-002", True)]
    assert told(Node("lots", backplanes.pk), FORWARD) == [(1, "SP-001", True), (1, "SP-002", True)]
    assert told(Node("lots", screws.pk), FORWARD) == [(1, order, True), (2, "SP-001", False), (2, "SP-002", False)]


def made_by_quantity(shop: PodShop, quantity: int) -> tuple[Lot, Lot]:
    """The lot of backplanes, and a lot of kits of one of them each."""
    raw = Lot.objects.get(item=shop.backplane)
    kit = cataloguing.create_item(actor=shop.actor, number="KIT", tracking=Tracking.LOT, made=True)
    set_bill(actor=shop.actor, item=kit, version=kit.version, parts=[Part(shop.backplane, 1)])
    order = manufacturing.create_manufacturing_order(actor=shop.actor, item=kit, quantity=quantity, location=shop.shelf)
    used = [GoodsUsed(line_of(order, raw.item).pk, raw.number, quantity)]
    manufacturing.complete(actor=shop.actor, order=order, completion=Completion(quantity=quantity, goods=used))
    return raw, Lot.objects.get(item=kit, line__document=order, status=LotStatus.RECEIVED)


def sent(shop: PodShop, lot: Lot, quantity: int, dock: Location) -> Document:
    """A part of the lot, on its way to another site."""
    order = transferring.create_transfer_order(
        actor=shop.actor, goods=[GoodsToSend(lot, str(quantity))], origin=shop.shelf.site, destination=dock.site, location=dock
    )
    transferring.ship(actor=shop.actor, order=order)
    return order


def built_of_a_split(shop: PodShop, kits: Lot, dock: Location) -> Lot:
    """The lot in which four kits came to the other site, where the yacht YT-1 was built with one of them."""
    yacht = cataloguing.create_item(actor=shop.actor, number="YACHT", made=True, bought=False)
    set_bill(actor=shop.actor, item=yacht, version=yacht.version, parts=[Part(kits.item, 1)])
    order = sent(shop, kits, 4, dock)
    [line] = transferring.standing(order).goods
    transferring.receive_transfer(actor=shop.actor, order=order, goods=[GoodsArrived(line.line.pk, "4")])
    split = Lot.objects.get(split_from=kits, line=None)
    built = manufacturing.create_manufacturing_order(actor=shop.actor, item=yacht, quantity=1, location=dock)
    manufacturing.complete(actor=shop.actor, order=built, completion=Completion(rows=[ProductRow("YT-1", [split.number])]))
    return split


def test_a_split_lot_is_gone_on_from_at_every_level_and_leads_back(manager: User) -> None:
    shop, dock = pod_shop(manager), world.location(name="Dock")
    raw, kits = made_by_quantity(shop, 10)
    split = built_of_a_split(shop, kits, dock)
    undone = sent(shop, kits, 1, dock)
    undo_entry(actor=manager, entry_id=undone.entries.latest("pk").pk)

    def told(node: Node, direction: Direction, day: dt.date | None = None) -> list[tuple[int, str, bool]]:
        rows = trace(actor=manager, node=node, direction=direction, day=day).rows
        return [(row.level, row.facts.number if row.node.noun != "entries" else "MO", row.sure) for row in rows]

    root, yacht = Node("lots", raw.pk), Node("serials", unit("YT-1").pk)
    forward = [(1, "MO", True), (2, kits.number, False), (3, split.number, False), (4, "YT-1", False)]
    assert told(root, FORWARD) == told(root, FORWARD, timezone.localdate()) == forward
    backward = [(1, kits.number, True), (2, "MO", False), (3, raw.number, False)]
    assert told(Node("lots", split.pk), BACKWARD) == backward
    assert told(yacht, BACKWARD) == [(1, split.number, True), *((level + 1, *rest) for level, *rest in backward)]
    assert told(Node("lots", kits.pk), FORWARD) == [(1, "YT-1", True)]
    assert told(Node("lots", kits.pk), BACKWARD) == [(1, "MO", False), (2, raw.number, False)]
    [link] = onward([Node("lots", split.pk)], BACKWARD, None)[Node("lots", split.pk)]
    assert link.quantity == 4_000_000


def test_goods_are_products_in_a_dossier_and_those_who_have_them_customers(manager: User) -> None:
    shop, customer = pod_shop(manager), world.customer(name="Rook Storage")
    raw, kits = made_by_quantity(shop, 10)
    split = built_of_a_split(shop, kits, world.location(name="Dock"))
    shipping.ship_directly(actor=manager, customer=customer, unit_ids=[unit("YT-1").pk])
    shipping.ship_directly(actor=manager, customer=customer, goods=[shipping.GoodsShipped(kits, 2)])
    shipping.ship_directly(actor=manager, customer=customer, goods=[shipping.GoodsShipped(raw, 1)])
    found = {section.title: list(section.rows) for section in dossier(actor=manager, lot=raw.pk).sections}
    assert [(row[0], row[3], row[5]) for row in found["Products that it went into"]] == [
        (kits.number, "possible", "Rook Storage"),
        (split.number, "possible", ""),
        ("YT-1", "possible", "Rook Storage"),
    ]
    assert found["Customers"] == [
        ("Rook Storage", "", "0", "1"),
        ("Rook Storage", raw.number, "1 pcs", ""),
        ("Rook Storage", kits.number, "", "2 pcs"),
    ]


def test_split_lots_cost_no_statement_each(manager: User) -> None:
    shop, dock = pod_shop(manager), world.location(name="Dock")
    raw, kits = made_by_quantity(shop, 10)
    counts = []
    for count in (1, 4):
        for _ in range(count):
            sent(shop, kits, 1, dock)
        with CaptureQueriesContext(connection) as statements:
            rows = trace(actor=manager, node=Node("lots", raw.pk), direction=FORWARD).rows
        counts.append((len(rows) - 2, len(statements)))
    assert counts == [(1, counts[0][1]), (5, counts[0][1])]


def test_an_undo_for_one_product_is_taken_off_what_its_goods_became(manager: User) -> None:
    shop = pod_shop(manager)
    rows = [shop.row("SP-001", ["D01", "D02", "D03"], ["P01", "P02"]), shop.row("SP-002", ["D04", "D05", "D06"], ["P03", "P04"])]
    entry = shop.build(shop.order(2), *rows)
    first = [unit(number).pk for number in ("SP-001", "D01", "D02", "D03", "P01", "P02")]
    undo_entry(actor=manager, entry_id=entry.pk, unit_ids=first)
    for item, left in ((shop.backplane, 1), (shop.screw, 8)):
        lot = Lot.objects.get(item=item)
        [end] = ends_of(lot, [lot.pk], [], 9)
        [total] = [one for one in totals(actor=manager, params={}) if one.item_id == item.pk]
        assert (end.count // MILLIONTHS, total.stock.quantity // MILLIONTHS) == (left, quantity_of(lot))
    screws = Node("lots", Lot.objects.get(item=shop.screw).pk)
    assert [link.quantity for link in onward([screws], FORWARD, None)[screws]] == [8 * MILLIONTHS]
    assert [row.facts.number for row in trace(actor=manager, node=screws, direction=FORWARD).rows] == [str(entry.document), "SP-002"]
