"""A purchase in a real browser: drawn up with prices, approved, printed, received with more than was ordered, labelled, taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from nameplate.models import Document, Entry, Item, Role, Serial
from nameplate.operations.purchasing.approving import edit_rules, rules
from tests import world
from tests.browser.deliveries import open_receipt, receive_button
from tests.browser.fixtures import NewContext
from tests.browser.shop import Shop
from tests.documents.reading import pictures_of, texts_of


@pytest.fixture
def unapproved_again(shop: Shop) -> Iterator[None]:
    """Whatever becomes of this test, the shop's other visitors need no approval."""
    yield
    edit_rules(actor=world.user(role=Role.ADMINISTRATOR), version=rules().version, approval=False)


def ask_for_approval(office: Page) -> None:
    """Set it under Settings → Purchasing."""
    office.goto("/settings/purchasing")
    office.get_by_label("Purchase orders need approval").check()
    office.get_by_role("button", name="Save", exact=True).click()
    expect(office.get_by_role("status").first).to_contain_text("It was saved.")


def buy_two(desk: Page, shop: Shop, item: Item) -> Document:
    """An order for two at 92.40, approved and placed."""
    desk.goto("/purchase-orders/new")
    desk.get_by_label("Vendor", exact=True).fill(shop.vendor.number)
    desk.get_by_label("Item", exact=True).fill(item.number)
    desk.get_by_label("Quantity", exact=True).fill("2")
    desk.get_by_label("Price of one", exact=True).fill("92.4")
    desk.get_by_role("button", name="Create the order", exact=True).click()
    expect(desk.get_by_role("status").first).to_contain_text("was created")
    expect(desk.get_by_role("button", name="Mark as ordered")).to_have_count(0)
    desk.get_by_role("button", name="Approve").click()
    desk.get_by_role("button", name="Mark as ordered").click()
    expect(desk.get_by_role("status").first).to_contain_text("is ordered")
    return Document.objects.get(lines__item=item)


def print_labels(page: Page) -> None:
    """From the page of a receipt of three, in Code 128."""
    page.locator("#content").get_by_role("link", name="Labels").click()
    page.get_by_label("Code", exact=True).select_option("Code 128")
    expect(page.locator(".np-label-stage img")).to_have_attribute("src", re.compile("code=code128"))
    with page.expect_popup() as labels:
        page.get_by_role("button", name="Open 3 labels as PDF").click()
    labels.value.close()


@pytest.mark.usefixtures("unapproved_again")
def test_from_the_approval_to_the_labels_and_back(page: Page, shop: Shop, new_context: NewContext) -> None:
    item = world.item(number="PSU-BUY", description="Power supply")
    item.default_location = shop.shelf
    item.save()
    office, desk = (new_context(as_=role).new_page() for role in ("administrator", "manager"))
    ask_for_approval(office)
    order = buy_two(desk, shop, item)
    with desk.expect_popup() as paper:
        desk.get_by_role("link", name=re.compile("^PDF")).click()
    paper.value.close()
    assert "184.80 EUR" in texts_of(desk.request.get(f"/purchase-orders/{order.pk}/document.pdf").body())[0]

    open_receipt(page, order).fill("BUY-1..BUY-3")
    page.get_by_label("Receive 1 more than ordered").check()
    receive_button(page, 3).click()
    expect(page.get_by_text("More came than was ordered: 1 pcs on line 1.")).to_be_visible()
    print_labels(page)
    entry = Entry.objects.get(document=order, act="received")
    sheet = page.request.get(f"/labels.pdf?entry={entry.pk}&code=code128&stock=L7160").body()
    assert [code.text for code in zxingcpp.read_barcodes(pictures_of(sheet)[0])] == ["BUY-1", "BUY-2", "BUY-3"]

    page.goto(f"/purchase-orders/{order.pk}")
    expect(page.get_by_text("1 more than ordered")).to_be_visible()
    page.get_by_role("region", name="Receipts").get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Undone for 3 units.")
    assert not Serial.objects.filter(source=order, withdrawn=False).exists()
