"""Numbers that come by hand: with a new lot, later into one, announced by a vendor; and a unit that is written off."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from nameplate.models import Lot, Serial
from nameplate.operations.reasons import create_reason
from tests import world
from tests.browser.deliveries import open_receipt, ordered, receive_button
from tests.browser.shop import Shop


def said(page: Page, sentence: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(sentence)


def test_a_lot_made_by_hand_has_its_numbers_and_gets_more_later(page: Page, shop: Shop) -> None:
    world.item(number="HAND-1")
    page.goto("/lots")
    page.get_by_role("link", name="New lot").first.click()
    page.get_by_label("Which item is it?").fill("HAND-1")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Why is it here?").fill("Opening stock")
    page.get_by_label("Where it is").fill(f"{shop.shelf.site} · {shop.shelf.name}")
    page.get_by_role("textbox", name="Serial numbers").fill("BYHAND-1..BYHAND-3")
    page.get_by_role("button", name="Make a lot of 3").click()
    lot = Lot.objects.get(item__number="HAND-1")
    page.goto(f"/lots/{lot.pk}")
    expect(page.locator("h1 + *")).to_have_text("Received")
    page.get_by_role("link", name="Add serials").click()
    page.get_by_label("Why is it here?").fill("Found behind the shelf")
    page.get_by_role("textbox", name="Serial numbers").fill("BYHAND-4")
    page.get_by_role("button", name="Add 1").click()
    page.goto(f"/serials?lot=%3D{lot}")
    expect(page.locator("#list-rows [data-c=serial]")).to_have_text(["BYHAND-1", "BYHAND-2", "BYHAND-3", "BYHAND-4"])


def test_what_a_vendor_announces_is_planned_until_it_comes(page: Page, shop: Shop) -> None:
    order = ordered(shop, 2)
    page.goto(f"/purchase-orders/{order.pk}")
    page.get_by_role("link", name="Type numbers beforehand").click()
    page.get_by_label("Serial numbers").fill("SOON-1\nSOON-2")
    page.get_by_role("button", name="Announce these numbers").click()
    page.goto("/serials?columns=serial,status,lot_status&serial=SOON-*&status=planned")
    expect(page.locator("#list-rows tr")).to_have_count(2)
    expect(page.locator("#list-rows tr").first).to_contain_text("Planned")
    expect(page.locator("#list-rows [data-c=lot_status]")).to_have_text(["Planned", "Planned"])
    open_receipt(page, order).fill("SOON-1")
    receive_button(page, 1).click()
    page.goto("/serials?columns=serial,status,lot_status&serial=SOON-*")
    expect(page.locator("#list-rows [data-c=status]")).to_have_text(["Received", "Planned"])
    expect(page.locator("#list-rows [data-c=lot_status]")).to_have_text(["Received", "Planned"])


def test_a_broken_unit_is_written_off_by_its_number(page: Page, shop: Shop) -> None:
    create_reason(actor=shop.people["administrator"], kind="write-off", name="Broken by hand")
    world.receipt(numbers=["BROKEN-1", "BROKEN-2"], at=shop.shelf)
    page.goto("/write-offs")
    page.get_by_role("link", name="Write off").first.click()
    page.get_by_label("Reason").select_option("Broken by hand")
    page.get_by_label("Serial numbers").fill("BROKEN-1")
    page.get_by_role("button", name="Write off").click()
    said(page, "1 unit written off")
    page.goto("/serials?serial=BROKEN-*&status=written_off")
    page.get_by_role("link", name="BROKEN-1").click()
    expect(page.locator("h1 + *")).to_have_text("Written off")
    assert Serial.objects.get(number="BROKEN-2").location == shop.shelf
