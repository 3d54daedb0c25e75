"""What people paste that is no list of serial numbers: each gets a clear answer, and the box keeps it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from nameplate.models import Serial
from tests.browser.deliveries import box_of, drop, expect_tally, open_receipt, ordered, receive_button, workbook
from tests.browser.shop import Shop

TEXTS = {
    "a range too wide": ("B1..B999999999", 0, "999,999,999"),
    "a range backwards": ("5..1", 0, "5..1"),
    "zeros in front": ("0001\n001\n1", 3, "0001"),
    "full-width digits": ("\uff11\uff12\uff13\n123", 1, "full-width characters"),
    "a typographic dash": ("WD\u2011123", 0, "which copying adds"),
    "nothing to see": ("AB\u200b12", 0, "an invisible character"),
    "from right to left": ("AB\u202e12", 0, "changes the writing direction"),
    "a NUL": ("AB\x0012", 0, "a control character (U+0000, NUL)"),
    "200 characters": ("X" * 200, 0, "It has 200 characters; 120 is the most."),
    "lines of a PDF": ("Pos 1 SN 88123 Pallet 4\nPos 2 SN 88124 Pallet 4", 0, "There are 6 words here."),
    "an open quotation mark": ('"AB12', 0, "opens here and does not close"),
    "markup": ("<script>alert(1)</script>", 1, "<script>alert(1)</script>"),
    "a formula": ("=1+1", 1, "=1+1"),
}


@pytest.mark.parametrize(("text", "good", "said"), TEXTS.values(), ids=TEXTS)
def test_is_answered_and_kept(page: Page, shop: Shop, text: str, good: int, said: str) -> None:
    box = open_receipt(page, ordered(shop, 5))
    box.evaluate("(box, text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); }", text)
    expect(page.locator(".np-tally")).to_have_text(re.compile(rf"^\s*{good}\s*good"))
    expect(page.locator(".np-verdicts")).to_contain_text(said)
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.get_by_role("status").first).to_contain_text("Kept as a draft")
    assert box_of(page).input_value() == text.replace("\x00", "\ufffd")  # no page can show a NUL


def test_more_than_one_receipt_takes(page: Page, shop: Shop) -> None:
    box = open_receipt(page, ordered(shop, 5))
    box.evaluate(
        "box => { box.value = 'A\\n'.repeat(50001); box.dispatchEvent(new Event('input', { bubbles: true })); }",
    )
    expect(page.get_by_text("More than 50,000 numbers go beyond one entry.").first).to_be_visible()


def test_a_body_that_is_too_large_is_answered_and_the_box_keeps_it(page: Page, shop: Shop) -> None:
    order = ordered(shop, 5)
    box = open_receipt(page, order)
    box.evaluate("box => { box.value = 'x'.repeat(7_000_000); box.dispatchEvent(new Event('input', { bubbles: true })); }")
    expect(page.get_by_text("That is more than one receipt takes. Enter it in parts.")).to_be_visible()
    page.get_by_role("button", name="Keep as draft").click()
    assert box.evaluate("box => box.value.length") == 7_000_000


def test_a_workbook_with_other_things_in_it_is_refused(page: Page, shop: Shop) -> None:
    open_receipt(page, ordered(shop, 5))
    box_of(page).fill("K-7")
    drop(page, "torn.xlsx", workbook([("S/N",), ("1",)])[:-200])
    expect(page.locator(".np-panel .np-error")).to_be_visible()
    expect_tally(page, good=1)
    expect(receive_button(page, 1)).to_be_enabled()


def test_the_receipt_of_an_order_that_is_not_there(page: Page) -> None:
    page.goto("/purchase-orders/999999/receipts")
    expect(page.get_by_text("There is no such purchase order.")).to_be_visible()
    assert not Serial.objects.filter(number="K-7").exists()
