"""A transfer in a real browser: chosen in the list, shipped, received with a verdict on each number, short, and settled."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Page, expect

from nameplate.models import Document, DocumentStatus
from tests.browser.shop import Shop
from tests.operations.transfers import Yard, again, unit, yard


@pytest.fixture
def ground(shop: Shop) -> Yard:
    """Two sites of the shared company; numbers begin with a mark that no other test has."""
    return yard(shop.people["manager"], prefix=f"{uuid.uuid4().hex[:6].upper()}-")


def numbers(ground: Yard) -> list[str]:
    return list(ground.lot.serials.order_by("sort_key").values_list("number", flat=True))


def ship_two(page: Page, ground: Yard, mark: str) -> Document:
    """The first two units, from the list to the lorry."""
    page.goto(f"/serials?serial={mark}-1,{mark}-2")
    page.get_by_role("button", name="With these").click()
    page.get_by_role("link", name="Transfer…").click()
    page.get_by_label("To", exact=True).select_option(ground.dock.site.name)
    page.get_by_label("Where at the destination").fill(f"{ground.dock.site.name} · Dock")
    page.get_by_role("button", name="Make the order for 2 units").click()
    expect(page.get_by_role("status").first).to_contain_text("was created.")
    order = Document.objects.get(number=page.locator("h1").inner_text())

    page.get_by_role("button", name="Ready for shipment").click()
    expect(page.get_by_role("status").first).to_contain_text("is ready for shipment.")
    page.get_by_role("button", name="Ship", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("is on its way.")
    return order


def receive_one_and_another(page: Page, ground: Yard, mark: str, first: str, third: str) -> None:
    """What came: one of the order, one beside it, and a number that nobody knows."""
    page.get_by_role("link", name="Receive", exact=True).click()
    page.get_by_label("Serial numbers").fill(f"{first}\n{third}\n{mark}-NOBODY")
    verdicts = page.locator("#verdicts")
    expect(verdicts).to_contain_text("1on the order")
    expect(verdicts).to_contain_text(f"not on the order; it is at {ground.shelf.site.name} · A-01")
    expect(verdicts).to_contain_text("no unit bears this number")
    page.get_by_label("Take along what is not on the order").check()
    page.get_by_label("Nothing more is coming").check()
    page.get_by_role("button", name="Receive now").click()
    expect(page.get_by_role("alert")).to_contain_text("is not on the order")
    page.get_by_label("Reason").fill("It was on the pallet too")
    page.get_by_role("button", name="Receive now").click()
    expect(page.get_by_role("status").first).to_contain_text("2 units received, 1 number noted as extra, nothing more is coming.")
    expect(page.get_by_text("Not everything came")).to_be_visible()


def test_a_lorry_that_arrives_short_with_something_else_on_it(page: Page, ground: Yard) -> None:
    first, second, third, *_ = numbers(ground)
    mark = first.partition("-")[0]
    order = ship_two(page, ground, mark)
    receive_one_and_another(page, ground, mark, first, third)
    assert (again(order).status, unit(third).location) == (DocumentStatus.RECEIVED, ground.dock)
    page.get_by_role("link", name="Settle…").click()
    page.get_by_label(second).check()
    page.get_by_label(f"{mark}-NOBODY").check()
    page.get_by_label("still at origin").check()
    page.get_by_label("Where it is").fill(f"{ground.shelf.site.name} · A-01")
    page.get_by_role("button", name="Settle the ticked ones").click()
    expect(page.get_by_role("status").first).to_contain_text("Settled: still at origin.")
    expect(page.get_by_text("Not everything came")).to_have_count(0)
    assert unit(second).location == ground.shelf

    page.get_by_role("link", name="Undo arrived").click()
    page.get_by_role("button", name="Undo").last.click()
    page.goto(f"/transfer-orders/{order.pk}")
    expect(page.locator("h1 + *")).to_contain_text("Shipped")
    assert unit(third).location == ground.shelf
