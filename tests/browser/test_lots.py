"""A lot worked with by hand in a browser: unreadable labels, numbers given later, held, moved, a list of corrections; all taken back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from nameplate.ledger import verify
from nameplate.models import Availability, Entry, Lot, Serial
from tests import world
from tests.browser.deliveries import expect_tally, open_receipt, ordered
from tests.browser.shop import Shop


def said(page: Page, sentence: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(sentence)


def undo(page: Page, entry: Entry) -> None:
    page.goto(f"/entries/{entry.pk}/reversal")
    page.get_by_role("button", name="Undo", exact=True).click()
    said(page, "Undone")


def test_three_hundred_boards_of_which_two_cannot_be_read(page: Page, shop: Shop) -> None:
    board = world.item(number="BOARD-300", serial_format="BRD-####")
    cage = world.location(name="Cage", of=shop.shelf.site)
    order = ordered(shop, 300, of=board)
    open_receipt(page, order).fill("BRD-0001..BRD-0298")
    expect_tally(page, good=298)
    page.get_by_label("without readable numbers").fill("2")
    expect(page.locator(".np-receive-sum")).to_contain_text("2 without numbers")
    page.get_by_role("button", name=re.compile("^Receive")).click()
    expect(page.get_by_role("status").first).to_contain_text("Received 300 units.")
    lot = Lot.objects.get(source=order)
    waiting = Serial.objects.filter(lot=lot, availability=Availability.ON_HOLD)
    assert [unit.number for unit in waiting.order_by("sort_key")] == [f"{lot}-001", f"{lot}-002"]

    page.goto(f"/lots/{lot.pk}")
    expect(page.get_by_text("2 units wait for their real numbers")).to_be_visible()
    page.get_by_role("link", name="Give the numbers").click()
    page.get_by_label("Real numbers").fill("BRD-0007")
    page.get_by_role("button", name="Give the numbers").click()
    expect(page.get_by_label("Real numbers")).to_have_value("BRD-0007")
    page.get_by_label("Real numbers").fill("BRD-0299")
    page.get_by_role("button", name="Give the numbers").click()
    assert waiting.count() == 1
    page.goto(f"/serials?q={lot}-001")
    expect(page.get_by_role("link", name="BRD-0299")).to_be_visible()

    page.goto(f"/lots/{lot.pk}/move")
    page.get_by_label("To", exact=True).fill(f"{cage.site.name} · Cage")
    page.get_by_role("button", name="Move", exact=True).click()
    said(page, "moved to")
    assert Serial.objects.filter(lot=lot, location=cage).count() == 300
    page.goto(f"/lots/{lot.pk}/hold")
    page.get_by_label("Reason").fill("Scorched in the oven.")
    page.get_by_role("button", name="Put on hold", exact=True).click()
    expect(page.get_by_text("Scorched in the oven.").first).to_be_visible()
    assert waiting.count() == 300
    for entry in Entry.objects.filter(movements__serial__lot=lot, reverses=None).distinct().order_by("-pk"):
        undo(page, entry)
        assert verify() == []
    assert not Serial.objects.filter(lot__item=board, withdrawn=False).exists()


def test_numbers_are_corrected_by_a_pasted_list(page: Page) -> None:
    item = world.item(number="LIST-1")
    world.receipt(of=item, numbers=["OLD-1", "OLD-2", "OLD-3"])
    page.goto("/serials/corrections")
    page.get_by_label("Old and new, a pair on each line").fill("OLD-1\tOLD-2\nOLD-2\tOLD-1\nOLD-3\tNEW-3\nNOBODY\tX-1")
    page.get_by_label("Reason").fill("Labels printed in the wrong order.")
    page.get_by_role("button", name="Check the list").last.click()
    page.get_by_role("button", name="Correct 3 now").click()
    said(page, "3")
    numbers = Serial.objects.filter(item=item).order_by("pk").values_list("number", flat=True)
    assert list(numbers) == ["OLD-2", "OLD-1", "NEW-3"]
    page.goto("/serials/corrections")
    expect(page.locator("textarea").first).to_have_value(re.compile("NOBODY"))


def test_two_lots_ticked_in_their_list_are_held_in_one_act(page: Page, shop: Shop) -> None:
    item = world.item(number="TWO-LOTS")
    for number in ("TL-1", "TL-2", "TL-3"):
        world.receipt(numbers=[number], of=item, at=shop.shelf)
    page.goto("/lots?item=%3DTWO-LOTS")
    rows = page.locator("#list-rows [data-row]")
    rows.nth(0).check()
    rows.nth(2).check()
    expect(page.locator("#chosen [role=status]")).to_contain_text("2 lots chosen")
    page.locator("#chosen").get_by_role("button", name="Put on hold").click()
    expect(page.get_by_text("those ticked in the list")).to_be_visible()
    page.get_by_label("Reason").fill("Recall of the vendor.")
    page.get_by_role("button", name="Put on hold: 2 lots").click()
    said(page, "2 lots on hold, with 2 units.")
    held = Serial.objects.filter(lot__item=item, hold="Recall of the vendor.")
    assert set(held.values_list("number", flat=True)) == {"TL-1", "TL-3"}
    undo(page, Entry.objects.latest("pk"))
    assert not held.all().exists()
    assert verify() == []
