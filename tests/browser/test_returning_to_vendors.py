"""In a real browser: units go back to their vendor, one is replaced and one comes back, and a unit that was gone is taken in again."""

from __future__ import annotations

import uuid

from playwright.sync_api import Page, expect

from nameplate.models import Document, DocumentStatus, Serial, Status
from tests import world
from tests.browser.shop import Shop


def test_from_the_list_to_the_vendor_and_what_came_back(page: Page, shop: Shop) -> None:
    mark = uuid.uuid4().hex[:6].upper()
    numbers = [f"{mark}-{count}" for count in range(3)]
    maker = world.vendor(name=f"Westdale {mark}")
    drive = world.item(number=f"{mark}-DRIVE")
    world.receipt(numbers=numbers, order=world.purchase_order(lines=[(drive, 3)], of=maker), at=shop.shelf)
    page.goto(f"/serials?serial={mark}*")
    page.get_by_role("button", name="With these").click()
    page.get_by_role("link", name="Return to vendor…").click()
    expect(page.get_by_label("Vendor", exact=True)).to_have_value(maker.name)
    page.get_by_label("Vendor’s reference").fill("RA-4711")
    page.get_by_label("What is wrong with them").fill("Click within a week")
    page.get_by_role("button", name="Send back: 3 units").click()
    expect(page.get_by_role("status").first).to_contain_text("3 units are on the way back")
    paper = Document.objects.get(number=page.locator("h1").inner_text())

    page.get_by_role("link", name="Something came").click()
    page.get_by_label(f"What came for {numbers[0]}").fill(f"{mark}-NEW")
    page.get_by_label(f"What came for {numbers[1]}").fill(numbers[1])
    page.get_by_label("Where to").fill(f"{shop.shelf.site.name} · {shop.shelf.name}")
    page.get_by_role("button", name="Receive").click()
    expect(page.get_by_role("status").first).to_contain_text("2 units came")
    expect(page.get_by_text("1 awaited")).to_be_visible()

    page.get_by_role("link", name=f"{mark}-NEW").click()
    expect(page.locator("section[aria-labelledby=vendor]")).to_contain_text(f"came for {numbers[0]}")
    page.get_by_role("link", name=numbers[0]).click()
    expect(page.locator("section[aria-labelledby=vendor]")).to_contain_text(f"replaced by {mark}-NEW")

    page.goto(f"/serials/{Serial.objects.get(number=numbers[2]).pk}")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("link", name="Take in again").click()
    page.get_by_label("Where to").fill(f"{shop.shelf.site.name} · {shop.shelf.name}")
    page.get_by_label("Reason").fill("Refused at the door")
    page.get_by_label("How it came here").select_option("Sent back by vendor")
    page.get_by_role("button", name="Take in again").click()
    expect(page.get_by_role("status").first).to_contain_text("1 unit in stock again.")
    assert Document.objects.get(pk=paper.pk).status == DocumentStatus.DONE
    assert Serial.objects.get(number=numbers[2]).status == Status.RECEIVED
