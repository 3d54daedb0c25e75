"""The receipt screen as tests handle it: open it for an order, read its verdicts, hand it files."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Sequence

import xlsxwriter
from playwright.sync_api import Locator, Page, expect

from nameplate.models import Document, Item
from tests import world
from tests.browser.shop import Shop


def ordered(shop: Shop, count: int, *, of: Item | None = None) -> Document:
    """An order for so many units, to be kept on the shop's shelf."""
    item = of or world.item()
    item.default_location = shop.shelf
    item.save()
    return world.purchase_order(lines=[(item, count)], of=shop.vendor)


def open_receipt(page: Page, order: Document) -> Locator:
    """Go to the receipt screen of an order. Answers its box."""
    page.goto(f"/purchase-orders/{order.pk}/receipts")
    return box_of(page)


def box_of(page: Page) -> Locator:
    """The box of the only line."""
    return page.get_by_role("textbox", name=re.compile("^Serial numbers"))


def receive_button(page: Page, count: int) -> Locator:
    """The button that says how many it receives."""
    return page.get_by_role("button", name=f"Receive {count:,} now", exact=True)


def expect_tally(page: Page, *, good: int, decide: int = 0, bad: int = 0) -> None:
    """The three counts over the verdicts."""
    expect(page.locator(".np-tally")).to_have_text(re.compile(rf"^\s*{good:,}\s*good\s*{decide:,}\s*to decide\s*{bad:,}\s*not possible"))


def paste(page: Page, lines: Sequence[str]) -> None:
    """Paste these lines into the box from the clipboard, over what stands there."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", "\n".join(lines))
    box_of(page).press("Control+A")
    page.keyboard.press("Control+V")


def drop(page: Page, name: str, content: bytes) -> None:
    """Let go of a file over the box."""
    box_of(page).evaluate(
        """(box, [name, content]) => {
          const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([bytes], name));
          for (const type of ["dragover", "drop"]) {
            box.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
          }
        }""",
        [name, base64.b64encode(content).decode()],
    )


def workbook(rows: Iterable[Sequence[str]]) -> bytes:
    """An XLSX file of these rows."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()
