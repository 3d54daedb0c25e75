"""A bar of a report leads to a list with as many rows as it says."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

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
