"""Items, vendors and orders as people type them: nothing typed is lost, nobody's edit is overwritten."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from nameplate.models import Document, Item
from tests import world
from tests.browser.fixtures import NewContext
from tests.browser.shop import Shop


def test_two_people_edit_an_item_and_the_second_is_told(page: Page, shop: Shop, new_context: NewContext) -> None:
    item = world.item(description="Bracket")
    other = new_context(as_="administrator").new_page()
    for one in (page, other):
        one.goto(f"/items/{item.pk}/edit")
    other.get_by_label("Description").fill("Bracket, steel")
    other.get_by_role("button", name="Save the item").click()
    expect(other.get_by_role("heading", level=1)).to_have_text(item.number)

    page.get_by_label("Description").fill("Bracket, brass")
    page.get_by_role("button", name="Save the item").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Description")).to_have_value("Bracket, brass")
    item.refresh_from_db()
    assert item.description == "Bracket, steel"
    page.get_by_role("button", name="Save the item").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(item.number)
    item.refresh_from_db()
    assert item.description == "Bracket, brass"


def test_a_number_that_is_taken_is_said_beside_it(page: Page, shop: Shop) -> None:
    page.goto("/items/new")
    page.get_by_label("Item number").fill(shop.drive.number.lower())
    page.get_by_label("Description").fill("The same again")
    page.get_by_role("button", name="Create the item").click()
    expect(page.get_by_label("Item number")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Description")).to_have_value("The same again")
    assert Item.objects.filter(number_key=shop.drive.number_key).count() == 1


def test_lines_come_and_go_and_keep_what_was_typed(page: Page, shop: Shop) -> None:
    bolt, nut = world.item(), world.item()
    page.goto("/purchase-orders/new")
    page.get_by_label("Vendor", exact=True).fill(shop.vendor.number)
    lines = page.get_by_role("group", name=re.compile(r"^Line \d"))
    lines.nth(0).get_by_label("Item").fill(bolt.number)
    lines.nth(0).get_by_label("Quantity").fill("12")
    page.get_by_role("button", name="Add a line").click()
    expect(lines).to_have_count(2)
    lines.nth(1).get_by_label("Item").fill(nut.number)
    lines.nth(1).get_by_label("Quantity").fill("many")
    page.get_by_role("button", name="Create the order", exact=True).click()
    expect(lines.nth(1).get_by_label("Quantity")).to_have_attribute("aria-invalid", "true")
    expect(lines.nth(0).get_by_label("Quantity")).to_have_value("12")
    lines.nth(0).get_by_role("button", name="Remove this line").click()
    expect(lines.nth(0).get_by_label("Item")).to_have_value(nut.number)
    lines.nth(0).get_by_label("Quantity").fill("7")
    page.get_by_role("button", name="Create the order", exact=True).click()
    expect(page.get_by_role("button", name="Mark as ordered")).to_be_visible()
    made = Document.objects.filter(lines__item=nut).get()
    assert [line.item for line in made.lines.all()] == [nut]


def test_an_item_is_archived_and_comes_back(page: Page) -> None:
    item = world.item()
    page.goto(f"/items/{item.pk}")
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("Archived", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_visible()
