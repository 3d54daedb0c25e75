"""The list of serial numbers as people use it: sort, filter, pages, the address, CSV; with scripts and without."""

from __future__ import annotations

import csv
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fixtures import NewContext
from tests.browser.shop import Shop

ALL = "/serials?item=%3DDRIVE-3T"


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def any_page(request: pytest.FixtureRequest, new_context: NewContext) -> Page:
    """A page that must do the same with scripts and without."""
    return new_context(java_script_enabled=request.param).new_page()


def numbers(page: Page) -> list[str]:
    """The serial numbers shown, from the top."""
    return page.locator("#list-rows [data-c=serial]").all_inner_texts()


def test_is_in_natural_order_and_turns_by_a_click_on_the_head(any_page: Page) -> None:
    any_page.goto(ALL)
    assert numbers(any_page)[:12] == [f"A{count}" for count in range(1, 13)]
    any_page.get_by_role("columnheader", name="Serial number").get_by_role("link").click()
    expect(any_page).to_have_url(re.compile("sort=-serial"))
    expect(any_page.get_by_role("columnheader", name="Serial number")).to_have_attribute("aria-sort", "descending")
    assert numbers(any_page)[:2] == ["A120", "A119"]
    any_page.go_back()
    expect(any_page.locator("#list-rows [data-c=serial]").first).to_have_text("A1")


def test_goes_through_its_pages_and_back(any_page: Page) -> None:
    any_page.goto(ALL)
    expect(any_page.get_by_text("50 shown of 120")).to_be_visible()
    seen = numbers(any_page)
    for first in ("A51", "A101"):
        any_page.get_by_role("link", name="Next").click()
        expect(any_page.locator("#list-rows tr").first).to_contain_text(first)
        seen += numbers(any_page)
    assert seen == [f"A{count}" for count in range(1, 121)]
    expect(any_page.get_by_role("link", name="Next")).to_have_count(0)
    for first in ("A51", "A1"):
        any_page.get_by_role("link", name="Previous").click()
        expect(any_page.locator("#list-rows [data-c=serial]").first).to_have_text(first)
    any_page.go_back()
    expect(any_page.locator("#list-rows [data-c=serial]").first).to_have_text("A51")


def test_a_column_is_filtered_by_its_head(any_page: Page) -> None:
    any_page.goto(ALL)
    box = any_page.get_by_label("Filter Serial number")
    box.fill("A11?, =A2")
    box.press("Enter")
    expect(any_page.locator("#list-count")).to_contain_text("11 match")
    assert numbers(any_page) == ["A2", *(f"A{count}" for count in range(110, 120))]
    assert parse_qs(urlsplit(any_page.url).query) == {"item": ["=DRIVE-3T"], "serial": ["A11?, =A2"]}
    any_page.reload()
    expect(any_page.get_by_label("Filter Serial number")).to_have_value("A11?, =A2")
    any_page.get_by_role("link", name="Serial number A11?, =A2").click()
    expect(any_page.get_by_text("50 shown of 120")).to_be_visible()


def test_what_is_typed_into_a_filter_shows_at_once_and_keeps_the_focus(page: Page) -> None:
    page.goto(ALL)
    box = page.get_by_label("Filter Serial number")
    box.press_sequentially("A7", delay=20)
    expect(page.locator("#list-count")).to_contain_text("11 match")
    expect(box).to_be_focused()
    expect(page).to_have_url(re.compile("serial=A7"))
    box.press_sequentially("7")
    expect(page.locator("#list-count")).to_contain_text("1 match")
    expect(box).to_have_value("A77")
    box.fill("")
    page.get_by_label("Search units").fill("a11")
    expect(page.locator("#list-count")).to_contain_text("11 match")


def test_a_wrong_filter_is_said_beside_it_and_the_others_still_hold(any_page: Page) -> None:
    any_page.goto(ALL)
    box = any_page.get_by_label("Filter Received on")
    box.fill("the day before")
    box.press("Enter")
    expect(any_page.locator("#e-received_on")).to_contain_text(re.compile(r"\w+ \w+"))
    expect(any_page.get_by_label("Filter Received on")).to_have_attribute("aria-invalid", "true")
    expect(any_page.get_by_label("Filter Received on")).to_have_value("the day before")
    assert numbers(any_page)[0] == "A1"


def test_a_status_is_chosen_from_the_seven(page: Page) -> None:
    page.goto(ALL)
    page.get_by_role("button", name="Status: any").click()
    page.get_by_label("Shipped").check()
    expect(page.get_by_role("heading", name="No unit matches")).to_be_visible()
    page.get_by_label("Received", exact=True).check()
    expect(page.get_by_role("button", name="Status: 2 of 7")).to_be_visible()
    expect(page.get_by_text("50 shown of 120")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["status"] == ["received,shipped"]


def test_a_search_without_hits_says_what_to_do(any_page: Page) -> None:
    any_page.goto("/serials?serial=%3Dnothing-of-the-kind")
    expect(any_page.get_by_role("heading", name="No unit matches")).to_be_visible()
    any_page.get_by_role("link", name="Clear all filters").click()
    expect(any_page).to_have_url(re.compile("/serials$"))
    expect(any_page.locator("#list-rows tr").first).to_be_visible()


def test_the_csv_is_the_list(page: Page) -> None:
    page.goto(f"{ALL}&serial=A1*&sort=-serial&size=25")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    with download.value.path().open(newline="", encoding="utf-8-sig") as file:
        exported = [row["Serial number"] for row in csv.DictReader(file)]
    seen = numbers(page)
    while page.get_by_role("link", name="Next").count():
        page.get_by_role("link", name="Next").click()
        expect(page.locator("#list-rows [data-c=serial]").first).not_to_have_text(seen[-25])
        seen += numbers(page)
    assert exported == seen
    assert len(exported) == 32


def test_a_row_opens_its_unit(page: Page) -> None:
    page.goto(f"{ALL}&serial=%3DA42")
    page.locator("#list-rows tr").get_by_text("Hard drive 3 TB").click()
    expect(page.get_by_role("heading", name="A42")).to_be_visible()


def test_the_search_on_top_goes_straight_to_a_scanned_unit(any_page: Page, shop: Shop) -> None:
    any_page.goto("/items")
    any_page.get_by_label("Search or scan").fill("a42")
    any_page.get_by_label("Search or scan").press("Enter")
    expect(any_page.get_by_role("heading", name="A42")).to_be_visible()
    any_page.get_by_label("Search or scan").fill(shop.drive.number)
    any_page.get_by_label("Search or scan").press("Enter")
    expect(any_page.get_by_text("50 shown of 120")).to_be_visible()


def test_a_wrong_filter_is_explained_where_it_is_seen(page: Page, new_context: NewContext) -> None:
    sentence = page.locator("#list-notes .np-hidden-filter")
    page.goto("/serials?received_on=banana")
    expect(page.locator("#list-errors .np-error")).to_be_visible()
    expect(sentence).to_be_hidden()
    assert page.evaluate("document.querySelector('.np-list-scroll').scrollLeft") == 0
    phone = new_context(phone=True).new_page()
    phone.goto("/serials?received_on=banana")
    expect(phone.locator("#list-notes")).to_contain_text("Received on: ")
    expect(phone.locator("#list-notes .np-hidden-filter")).to_be_visible()


def test_a_phone_filters_too(new_context: NewContext) -> None:
    page = new_context(phone=True).new_page()
    page.goto(ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Filters").first.tap()
    page.get_by_label("Filter Serial number").fill("A12")
    page.get_by_role("button", name="Show the units").tap()
    expect(page.locator("#list-rows tr")).to_have_count(2)


def test_all_that_can_be_done_with_a_list_is_on_a_phones_screen(new_context: NewContext) -> None:
    page = new_context(phone=True).new_page()
    for path in ("/serials", "/purchase-orders", "/items"):
        page.goto(path)
        boxes = [button.bounding_box() for button in page.locator(".np-head .np-actions .btn:visible").all()]
        assert len(boxes) >= 2
        assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)


def test_what_enter_asked_for_is_not_asked_for_again_after_the_pause(new_context: NewContext) -> None:
    """The second answer would take the rows from under whoever has gone on into them."""
    page = new_context().new_page()
    page.clock.install()
    page.goto(ALL)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/serials?" in request.url else None)
    box = page.get_by_label("Filter Serial number")
    for text, found in (("A11?", "10 match"), ("=A2", "1 matches")):
        box.fill(text)
        box.press("Enter")
        expect(page.locator("#list-count")).to_contain_text(found)
        page.get_by_role("link", name="A110" if text == "A11?" else "A2", exact=True).focus()
        page.clock.run_for(1000)
    expect(page.get_by_role("link", name="A2", exact=True)).to_be_focused()
    assert len(asked) == 2, asked
