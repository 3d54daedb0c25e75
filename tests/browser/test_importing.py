"""A vendor's file in a browser, with the worker that the product has beside it: chosen, mapped, checked, received, found, taken back."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from nameplate.ledger import verify
from nameplate.models import FieldKind, FieldNoun, Serial
from tests import world
from tests.browser.shop import Shop


def test_a_file_goes_in_from_choosing_it_to_the_list_and_out_again(page: Page, shop: Shop, real_drives: Path) -> None:
    world.custom_field(noun=FieldNoun.ITEMS, name="Capacity", kind=FieldKind.WHOLE)
    page.goto("/serials")
    page.get_by_role("link", name="Bring in a file").first.click()
    page.get_by_label("The file").set_input_files(real_drives)
    page.get_by_role("button", name="Look at its columns").click()
    expect(page.get_by_label("serial_number")).to_have_value("serial")
    page.get_by_label("capacity_bytes").select_option(label="Capacity")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("alert").get_by_text("Say who the units come from")).to_be_visible()
    page.get_by_label("Vendor").fill("Data Centre Drives")
    page.get_by_label("Where to").fill(f"Main plant · {shop.shelf.name}")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("purchase orders to be made")).to_be_visible()
    page.get_by_role("button", name="Receive 13,519 units").click()
    expect(page.get_by_role("heading", name="13,519 units received.")).to_be_visible()
    page.get_by_role("link", name="See the units").click()
    expect(page.locator("#list-count")).to_contain_text("10,000+ match")
    assert Serial.objects.filter(received_on="2013-04-10").count() == 13_519
    page.go_back()
    page.get_by_role("link", name="Undo…").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Undone for 13,519 units.")
    assert not Serial.objects.filter(received_on="2013-04-10", withdrawn=False).exists()
    assert verify() == []
