"""A bar of a report leads to a list with as many rows as it says."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.fixtures import NewContext
from tests.browser.shop import Shop


def test_a_bar_leads_to_a_list_of_as_many_units(page: Page, shop: Shop) -> None:
    for report in ("status-over-time", "ageing"):
        page.goto("/serials")
        page.get_by_role("button", name="Reports").click()
        page.locator(f'#list-reports a[href="/reports/{report}"]').click()
        bar = page.locator('#list-picture svg a[href^="/serials?status=received"]').first
        said = bar.get_attribute("aria-label") or ""
        found = re.search(r": ([0-9,]+) ", said)
        assert found is not None
        bar.locator("rect").click()
        expect(page).to_have_url(re.compile(r"/serials\?status=received"))
        expect(page.locator("#list-count strong")).to_have_text(found[1])


def test_a_picture_and_its_numbers_fit_their_card(page: Page, new_context: NewContext) -> None:
    beyond = "names => names.filter(name => { const box = document.querySelector(name); return box.scrollWidth > box.clientWidth; })"
    page.goto("/reports/status-over-time")
    assert page.evaluate(beyond, [".np-drawing", ".np-numbers"]) == []
    phone = new_context(phone=True).new_page()
    for report in ("status-over-time", "ageing", "stock-value", "returned"):
        phone.goto(f"/reports/{report}")
        assert phone.evaluate(beyond, [".np-drawing", "html"]) == []


def test_a_report_is_searched_and_filtered_with_the_wildcards_of_the_tips(page: Page) -> None:
    page.goto("/serials")
    page.get_by_role("button", name="Reports").click()
    page.locator("#list-reports").get_by_role("link", name="Ageing in stock").click()
    drives = page.locator("#list-rows [data-c=item]").get_by_text("DRIVE-3T", exact=True)
    page.locator("#list-q").fill("hard drive")
    expect(drives.first).to_be_visible()
    page.locator("#list-q").fill("")
    page.get_by_label("Filter Item", exact=True).fill("DRIVE-?T, !*X")
    expect(page.get_by_role("link", name="Item DRIVE-?T, !*X")).to_be_visible()
    expect(drives.first).to_be_visible()
    page.get_by_label("Filter Item", exact=True).fill("!DRIVE-*")
    expect(page.get_by_role("link", name="Item !DRIVE-*")).to_be_visible()
    expect(drives).to_have_count(0)
    page.locator("#list").get_by_role("link", name="Usage tips", exact=True).click()
    page.get_by_role("link", name="A9..A11", exact=True).click()
    expect(page.locator("#list-rows [data-c=serial]")).to_have_text(["A9", "A10", "A11"])
