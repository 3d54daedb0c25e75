"""A real delivery: the 4,504 drives of one model, pasted into the box as they stand in the file."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from playwright.sync_api import Page, expect

from nameplate.ledger import verify
from nameplate.models import Entry, Serial
from nameplate.operations.undoing import undo_entry
from tests import world
from tests.browser.deliveries import expect_tally, open_receipt, ordered, paste, receive_button
from tests.browser.shop import Shop


def drives(path: Path) -> list[tuple[str, str]]:
    """(model, number) of each."""
    with path.open(newline="") as file:
        return [(row["model"], row["serial_number"]) for row in csv.DictReader(file)]


def test_4504_drives_of_one_model_are_pasted_found_and_undone(page: Page, shop: Shop, real_drives: Path) -> None:
    found = drives(real_drives)
    model = next(name for name, count in Counter(name for name, _ in found).items() if count == 4504)
    numbers = [number for name, number in found if name == model]
    drive = world.item()  # the model itself may have come to this shop with the whole file
    order = ordered(shop, len(numbers), of=drive)
    open_receipt(page, order)
    paste(page, numbers)
    expect_tally(page, good=4504)
    receive_button(page, 4504).click()
    expect(page.get_by_role("status").first).to_contain_text("Received 4,504 units.")
    entry = Entry.objects.get(document=order, act="received")

    page.goto(f"/serials?item={drive.number}&serial={numbers[0][:6]}*")
    begin = sum(number.lower().startswith(numbers[0][:6].lower()) for number in numbers)
    expect(page.locator("#list-count")).to_contain_text(f"{begin:,} match")

    page.goto(f"/entries/{entry.pk}/reversal")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Undone for 4,504 units.")
    assert not Serial.objects.filter(source=order, withdrawn=False).exists()
    assert verify() == []


def test_a_wildcard_finds_exactly_the_771_that_begin_so(page: Page, shop: Shop, real_drives: Path) -> None:
    numbers = [number for _, number in drives(real_drives) if number.startswith("WD-")]
    entry = world.receipt(numbers=numbers, at=shop.shelf)
    page.goto("/serials")
    page.get_by_label("Filter Serial number").fill("wd-*")
    expect(page.locator("#list-count")).to_contain_text("771 match")
    assert len(numbers) == 771
    undo_entry(actor=shop.people["manager"], entry_id=entry.pk)  # the shop's other tests bring the same drives


def test_50000_lines_with_one_of_them_twice(page: Page, shop: Shop) -> None:
    order = ordered(shop, 50_000)
    lines = [f"F{count:05}" for count in range(49_999)]
    open_receipt(page, order)
    paste(page, [*lines, lines[11]])
    expect_tally(page, good=49_999)
    expect(page.locator(".np-tally")).to_contain_text("1duplicate")
    expect(page.get_by_text("Twice in this entry, line 12 and line 50000.")).to_be_visible()
    expect(receive_button(page, 49_999)).to_be_enabled()
