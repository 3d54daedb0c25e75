"""Refusals in a real browser: who is in the way, since when and by whom, and the buttons that lead out of it."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from nameplate.models import Serial
from nameplate.operations import holding
from nameplate.operations.returning import Said, take_back
from nameplate.operations.shipping import ship_directly
from tests import world
from tests.browser.fixtures import DESKTOP
from tests.browser.shop import Shop
from tests.browser.test_every_page import assert_no_barriers


@pytest.fixture
def units(shop: Shop) -> list[int]:
    """A dozen units of an item of their own, in stock."""
    mark = uuid.uuid4().hex[:6].upper()
    item = world.item(number=f"REF-{mark}")
    order = world.purchase_order(lines=[(item, 12)], of=shop.vendor)
    world.receipt(numbers=[f"{mark}-{number}" for number in range(1, 13)], order=order, at=shop.shelf)
    return list(Serial.objects.filter(item=item).order_by("sort_key").values_list("pk", flat=True))


def refusal(page: Page) -> Locator:
    return page.get_by_role("alert")


def ship(page: Page, customer: str, button: str) -> None:
    page.get_by_label("Customer", exact=True).fill(customer)
    page.get_by_role("button", name=button).click()


def test_by_keyboard_a_unit_on_hold_is_freed_from_the_refusal_and_shipped(page: Page, shop: Shop, units: list[int]) -> None:
    entry = holding.hold_units(actor=shop.people["operator"], unit_ids=units[:1], reason="scratched")
    customer = world.customer()
    page.goto(f"/direct-shipments/new?unit={units[0]}")
    ship(page, customer.number, "Ship now")
    expect(refusal(page)).to_contain_text("on hold (scratched)")
    expect(refusal(page)).to_contain_text("Put on hold on")
    expect(refusal(page)).to_contain_text("by operator")
    expect(refusal(page).get_by_role("link", name="Put on hold")).to_have_attribute("href", f"/entries/{entry.pk}")
    expect(refusal(page).get_by_role("link", name=f"Undo entry {entry.pk}")).to_be_visible()
    assert_no_barriers(page, 1)
    page.set_viewport_size(DESKTOP)
    refusal(page).get_by_role("link", name="Put on hold").focus()
    page.keyboard.press("Tab")
    expect(refusal(page).get_by_role("link", name="Free from hold")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{shop.url}/serials/{units[0]}/hold")
    page.get_by_role("button", name="Free from hold").click()
    expect(page.get_by_role("status").first).to_contain_text("is free.")
    page.goto(f"/direct-shipments/new?unit={units[0]}")
    ship(page, customer.number, "Ship now")
    expect(page.get_by_role("status").first).to_contain_text("shipped")


def test_by_mouse_many_in_the_way_are_folded_listed_and_freed_at_once(page: Page, shop: Shop, units: list[int]) -> None:
    holding.hold_units(actor=shop.people["operator"], unit_ids=units[:11], reason="scratched")
    item = Serial.objects.get(pk=units[0]).item
    page.goto(f"/direct-shipments/new?search=item%3D{item.number}")
    ship(page, world.customer().number, "Ship 12 units now")
    expect(refusal(page)).to_contain_text("11 of these units cannot be shipped")
    expect(refusal(page).get_by_role("listitem").filter(visible=True)).to_have_count(6)
    refusal(page).get_by_text("and 5 more").click()
    expect(refusal(page).get_by_role("listitem").filter(visible=True)).to_have_count(11)
    assert_no_barriers(page, 2)
    page.set_viewport_size(DESKTOP)
    refusal(page).get_by_role("button", name="Show the 11 in the list").click()
    expect(page.locator("#list-rows tr")).to_have_count(11)
    page.goto(f"/direct-shipments/new?search=item%3D{item.number}")
    ship(page, world.customer().number, "Ship 12 units now")
    refusal(page).get_by_role("button", name="Free 11 from hold").click()
    expect(page.get_by_role("heading", name="Free from hold")).to_be_visible()
    page.get_by_role("button", name="Free from hold: 11 units").click()
    expect(page.get_by_role("status").first).to_contain_text("11 units free.")
    assert not Serial.objects.filter(item=item).exclude(hold="").exists()


def test_a_shipment_whose_unit_came_back_is_undone_after_its_return(page: Page, shop: Shop, units: list[int]) -> None:
    manager, customer = shop.people["manager"], world.customer()
    sold = ship_directly(actor=manager, customer=customer, unit_ids=units[:2])
    back = take_back(actor=manager, customer=customer, unit_ids=units[:1], location_id=shop.shelf.pk, said=Said())
    page.goto(f"/entries/{sold.pk}/reversal")
    page.get_by_label("all 2 units").check()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(refusal(page)).to_contain_text(f"with {back.document}")
    refusal(page).get_by_role("link", name=f"Undo entry {back.pk}").first.click()
    page.get_by_role("button", name="Undo", exact=True).click()
    page.goto(f"/entries/{sold.pk}/reversal")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Undone for 2 units.")
