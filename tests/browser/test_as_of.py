"""The list of units is looked at as it was on a past day, and what lay in stock then was worth."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from nameplate.ledger import Group, Kind, Step, post
from nameplate.models import Lot
from nameplate.operations.lots import Contents, create_lot
from tests import world
from tests.browser.shop import Shop
from tests.browser.test_every_page import assert_no_barriers


def test_a_past_day_is_looked_at_and_left_by_a_click(page: Page, shop: Shop) -> None:
    manager, drive = shop.people["manager"], world.item(number="OF-DRIVE")
    today = timezone.localdate()
    then = today - timedelta(days=3)
    contents, came = Contents(["OF-1", "OF-2"]), today - timedelta(days=9)
    lot, _ = create_lot(actor=manager, item=drive, contents=contents, location_id=shop.shelf.pk, reason="Opening stock", received_on=came)
    gone = lot.serials.values_list("pk", flat=True)[:1]
    post(actor=manager, act="written_off", groups=[Group([Step(Kind.WRITTEN_OFF)], units=list(gone))], reason="broken")
    Lot.objects.filter(pk=lot.pk).update(cost=40_000_000)
    page.goto("/serials?item=%3DOF-DRIVE")
    expect(page.locator("#list-rows [data-row]")).to_have_count(2)
    page.get_by_role("button", name="As of…").click()
    page.get_by_label("As of the end of").fill(str(then))
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile(f"item=%3DOF-DRIVE&as_of={then}"))
    expect(page.locator("#list-notes")).to_contain_text(f"As it was at the end of {then}")
    expect(page.locator("#list-count")).to_contain_text(f"at the end of {then}")
    expect(page.locator("#list-rows [data-row]")).to_have_count(0)
    expect(page.get_by_role("button", name="With these")).to_have_count(0)
    assert_no_barriers(page, 0)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_label("Status: any").click()
    page.locator("#pick-status").get_by_text("Received").click()
    expect(page.locator("#list-count strong")).to_have_text("2")
    expect(page).to_have_url(re.compile(f"status=received.*as_of={then}"))
    page.get_by_role("link", name="As of").click()
    expect(page).to_have_url(re.compile("status=received&item=%3DOF-DRIVE$"))
    expect(page.locator("#list-rows [data-row]")).to_have_count(1)

    page.goto(f"/reports/stock-value?item=%3DOF-DRIVE&as_of={then}")
    bar = page.locator("#list-picture svg a").first
    assert (bar.get_attribute("aria-label") or "").startswith("OF-DRIVE: 2 pcs, 80.00")
    bar.locator("rect").click()
    expect(page).to_have_url(re.compile(f"/serials.*as_of={then}"))
    expect(page.locator("#list-count strong")).to_have_text("2")
    page.goto(f"/serials?as_of={today - timedelta(days=4000)}")
    expect(page.get_by_role("heading", name="No units by then")).to_be_visible()
