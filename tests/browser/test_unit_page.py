"""The page of a unit: one button and a menu, its history as asked, the units beside it in the search, on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from nameplate.models import Serial
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.shop import Shop


@pytest.mark.parametrize(("hands", "found"), [("mouse", "A10"), ("keyboard", "A11")])
def test_a_search_is_gone_through_unit_by_unit(page: Page, shop: Shop, hands: str, found: str) -> None:
    using: Hands = Mouse() if hands == "mouse" else Keyboard(page)
    page.goto(f"/serials?serial={found}*")
    using.press(page.locator("#list-rows").get_by_role("link", name=f"{found}0", exact=True))
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(f"{found}0")
    if hands == "mouse":
        page.get_by_role("link", name="Next unit").click()
    else:
        page.wait_for_load_state()
        page.keyboard.press("]")
    expect(heading).to_have_text(f"{found}1")
    expect(page.get_by_role("link", name="Move", exact=True)).to_be_visible()
    using.press(page.get_by_role("button", name="More", exact=True))
    using.press(page.locator("#unit-more").get_by_role("link", name="Put on hold"))
    page.get_by_label("Reason").fill("Looks odd")
    using.press(page.get_by_role("button", name="Put on hold"))
    expect(page.get_by_role("link", name="Free from hold")).to_be_visible()
    kinds = page.get_by_role("navigation", name="Kinds of entries")
    using.press(kinds.get_by_role("link", name="On hold"))
    expect(page.locator(".np-time > li")).to_have_count(1)
    using.press(kinds.get_by_role("link", name="Show all"))
    using.press(page.get_by_role("link", name="Newest first"))
    expect(page.locator(".np-time > li").first).to_contain_text("Received")
    unit = Serial.objects.get(item=shop.drive, number=f"{found}1")
    page.goto(f"/entries/{unit.last_entry_id}/reversal")
    page.get_by_role("button", name="Undo").click()


def test_it_is_printed_without_what_only_a_screen_can_do(page: Page, shop: Shop) -> None:
    page.goto(f"/serials/{Serial.objects.get(item=shop.drive, number='A1').pk}")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".np-time > li").first).to_be_visible()
    expect(page.get_by_role("button", name="More")).to_be_hidden()
    expect(page.get_by_role("link", name="Undo")).to_be_hidden()
    page.emulate_media(media="screen")


def test_the_list_leads_to_its_help_and_the_help_back(page: Page) -> None:
    page.goto("/serials")
    page.locator("#list").get_by_role("link", name="Help").click()
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="What do the statuses say?").click()
    expect(page.get_by_role("heading", name="The serial number statuses")).to_be_in_viewport()
    page.locator("#content").get_by_role("link", name="Written off", exact=True).click()
    expect(page.get_by_role("heading", name="Serial numbers")).to_be_visible()


def test_its_reports_are_about_it(page: Page, shop: Shop) -> None:
    page.goto(f"/serials/{Serial.objects.get(item=shop.drive, number='A1').pk}")
    for report, head, found in (("Shipped to whom", "Serial number", "A1"), ("Ageing in stock", "Item", "DRIVE-3T")):
        page.get_by_role("button", name="Reports").click()
        page.locator("#unit-reports").get_by_role("link", name=report).click()
        expect(page.get_by_label(f"Filter {head}", exact=True)).to_have_value(f'="{found}"')
        page.go_back()
