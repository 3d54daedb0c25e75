"""The list of manufacturing orders: what is made, how much of it is, and what is late."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from nameplate.listings.manufacturing_orders import MANUFACTURING_ORDERS
from nameplate.listings.serials import SERIALS
from nameplate.models import User
from nameplate.operations import manufacturing
from nameplate.operations.undoing import undo_entry
from tests.pods import PodShop, pod_shop, unit


@pytest.fixture
def shop(db: None, manager: User) -> PodShop:
    return pod_shop(manager)


def test_an_order_is_listed_with_what_was_made_under_it(shop: PodShop) -> None:
    order = shop.order(2)
    entry = shop.build(order, shop.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]))
    [row] = MANUFACTURING_ORDERS.read({}, actor=shop.actor).rows
    assert (row["number"], row["product"], row["status"]) == (order.number, "POD", "in_progress")
    assert (row["quantity"], row["made"], row["site"]) == (2, 1, str(shop.shelf.site))
    undo_entry(actor=shop.actor, entry_id=entry.pk)
    assert MANUFACTURING_ORDERS.read({"status": "in_progress", "product": "POD"}, actor=shop.actor).rows[0]["made"] == 0
    assert MANUFACTURING_ORDERS.read({"q": order.number[:-1]}, actor=shop.actor).count == 1


def test_only_what_is_still_to_be_made_is_called_late(shop: PodShop, client: Client) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    orders = [shop.order(1) for _ in range(2)]
    for order in orders:
        order.refresh_from_db()
        manufacturing.edit_manufacturing_order(actor=shop.actor, order=order, version=order.version, due_on=yesterday)
    shop.build(orders[0], shop.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]))
    client.force_login(shop.actor)
    page = client.get("/manufacturing-orders").content.decode()
    assert page.count("late</span>") == 1
    late = client.get("/manufacturing-orders?status=new,scheduled,in_progress,paused&due_on=%3Ctoday&sort=due_on").content.decode()
    assert orders[1].number in late
    assert orders[0].number not in late


def test_units_lead_to_the_documents_that_they_come_from(shop: PodShop, client: Client) -> None:
    order = shop.order(2)
    manufacturing.book_parts(actor=shop.actor, order=order, units={order.lines.get(item=shop.drive).pk: [unit("D04").pk]})
    shop.build(order, shop.row("SP-1", ["D01", "D02", "D03"], ["P01", "P02"]))
    client.force_login(shop.actor)
    rows = {row["serial"]: row for row in SERIALS.read({}, actor=shop.actor).rows}
    assert (rows["SP-1"]["source"], rows["SP-1"]["source_id"], rows["SP-1"]["made_by"]) == (order.number, str(order.pk), order.number)
    assert (rows["D01"]["used_by_id"], rows["D04"]["reserved_for"]) == (str(order.pk), order.number)
    assert rows["D04"]["reserved_for_id"] == str(order.pk)
    page = client.get("/serials?serial==SP-1").content.decode()
    assert f'href="/documents/{order.pk}"' in page
    assert client.get(f"/documents/{order.pk}")["Location"] == f"/manufacturing-orders/{order.pk}"
    assert f'href="/manufacturing-orders/{order.pk}"' in client.get(f"/serials/{unit('SP-1').pk}").content.decode()
