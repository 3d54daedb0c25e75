"""What the pictures of the help and of the guide show: each scene opens a page of the demo company and says what of it is the picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from playwright.sync_api import Locator, Page, expect

Scene = Callable[[Page], Sequence[Locator]]
"""Gets the page there. What it answers stands in the picture, with all between; nothing: the whole window."""

DELIVERY = "Z1F01A22\nZ1F02001..Z1F02070\nZ1F03B10\nZ1F03B10\nZ1F0\u20114K2\nZ1F05C31"


def _rows(page: Page, address: str) -> Locator:
    """The rows of a list, once they are there."""
    page.goto(address)
    rows = page.locator("#list-rows tr")
    expect(rows.first).to_be_visible()
    return rows


def _open_first(page: Page, address: str) -> None:
    """The thing that a list has first."""
    _rows(page, address)
    page.locator("#list-rows td a").first.click()
    expect(page.locator("#list")).to_have_count(0)


def _narrow(page: Page) -> Sequence[Locator]:
    """A list of few columns with two filters."""
    rows = _rows(page, "/serials?columns=serial,status,item,location,received_on&serial=W*&status=received,shipped")
    return page.locator("#list .np-head"), rows.nth(7)


def _by_hand(page: Page) -> Sequence[Locator]:
    page.goto("/lots/new?item=HDD-3T-S")
    page.get_by_label("Why is it here?").fill("Opening stock")
    box = page.get_by_role("textbox", name="Serial numbers")
    box.fill("Z1F09001..Z1F09024\nZ1F09024\nZ1F09\u201131")
    expect(page.locator(".np-tally").first).to_contain_text("24")
    return page.locator(".np-receive-top"), box


def _life(page: Page) -> Sequence[Locator]:
    _open_first(page, "/serials?status=returned&sort=serial")
    return page.locator(".np-crumbs"), page.locator(".np-time > li").nth(2)


def _receiving(page: Page) -> Sequence[Locator]:
    _delivery(page)
    return page.locator(".np-line > summary").first, page.get_by_role("textbox", name="Serial numbers").first


def _delivery(page: Page) -> Sequence[Locator]:
    _open_first(page, "/purchase-orders?status=ordered&sort=-number")
    page.locator("#content").get_by_role("link", name="Receive", exact=True).click()
    page.get_by_role("textbox", name="Serial numbers").first.fill(DELIVERY)
    expect(page.locator(".np-tally").first).to_contain_text(re.compile(r"7\d\s*good"))
    return ()


def _as_built(page: Page) -> Sequence[Locator]:
    _open_first(page, "/manufacturing-orders?status=in_progress")
    page.locator("#content").get_by_role("link", name="Finish products").click()
    page.get_by_role("button", name="Number", exact=True).click()
    expect(page.locator("#said")).to_contain_text("numbered")
    page.get_by_text("Fill many places").click()
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.locator("#cell-1-1")).not_to_have_value("")
    expect(page.locator("#said")).to_contain_text("Proposed")
    return (page.locator("section[aria-labelledby=products]"),)


def _writing_off(page: Page) -> Sequence[Locator]:
    _open_first(page, "/serials?status=rejected&sort=serial")
    page.get_by_role("button", name="More", exact=True).click()
    page.locator("#unit-more").get_by_role("link", name="Write off").click()
    page.get_by_label("Reason").select_option(label="Failed on the bench")
    return (page.locator("form.np-card"),)


def _transfer(page: Page) -> Sequence[Locator]:
    _open_first(page, "/transfer-orders?sort=number")
    return page.locator(".np-steps"), page.locator("section[aria-labelledby=units] tbody tr").nth(2)


def _picking(page: Page) -> Sequence[Locator]:
    _open_first(page, "/shipments?status=new")
    page.locator("#content").get_by_role("link", name="Pick", exact=True).click()
    page.get_by_role("button", name="reserved into the box").click()
    expect(page.locator(".np-tally").first).to_contain_text(re.compile(r"[1-9]\d*\s*good"))
    return page.locator("section[aria-labelledby=wanted]"), page.get_by_role("textbox", name="Serial numbers").first


def _customer(page: Page) -> Sequence[Locator]:
    _open_first(page, "/serials?status=shipped&sort=serial&customer=Kestrel*")
    return page.locator(".np-crumbs"), page.locator(".np-facts")


def _return(page: Page) -> Sequence[Locator]:
    page.set_viewport_size({"width": 1260, "height": 1500})
    _open_first(page, "/returns?status=waiting_inspection,waiting_action&sort=number")
    return page.locator(".np-steps"), page.locator("section[aria-labelledby=units]")


HELP: Mapping[str, Scene] = {
    "tips": _narrow,
    "saving": _by_hand,
    "statuses": _life,
    "receiving": _receiving,
    "manufacturing": _as_built,
    "write-offs": _writing_off,
    "transfers": _transfer,
    "shipping": _picking,
    "tracking": _customer,
    "returns": _return,
}
"""By the heading that they stand under; taken light and dark."""


def _list(page: Page) -> Sequence[Locator]:
    _rows(page, "/serials?serial=W*&status=received")
    return ()


def _filters(page: Page) -> Sequence[Locator]:
    _rows(page, "/serials?received_on=2026&status=received,shipped")
    page.get_by_role("button", name="Status: 2 of 7").click()
    return ()


def _chooser(page: Page) -> Sequence[Locator]:
    _rows(page, "/serials")
    page.get_by_role("link", name="Choose columns").click()
    expect(page.get_by_label("Find a column")).to_be_visible()
    return ()


def _bulk(page: Page) -> Sequence[Locator]:
    page.set_viewport_size({"width": 1440, "height": 1200})
    rows = _rows(page, "/serials?item=%3DHDD-3T-S&status=received")
    rows.nth(0).locator("[data-row]").click()
    rows.nth(11).locator("[data-row]").click(modifiers=["Shift"])
    page.locator("#chosen").get_by_role("button", name="Bulk editing").click()
    page.get_by_label("Warranty until", exact=True).fill("2029-03-31")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("button", name="Change 12 units")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    cards = page.locator("#content .np-card")
    return page.locator("h1"), cards.first, cards.last


def _unit(page: Page) -> Sequence[Locator]:
    _open_first(page, "/serials?status=returned&sort=serial")
    return ()


def _ageing(page: Page) -> Sequence[Locator]:
    _rows(page, "/reports/ageing")
    return ()


def _over_time(page: Page) -> Sequence[Locator]:
    _rows(page, "/reports/status-over-time")
    return ()


GUIDE: Mapping[str, Scene] = {
    "serial-numbers": _list,
    "filters": _filters,
    "choose-columns": _chooser,
    "bulk-editing": _bulk,
    "unit": _unit,
    "receiving": _delivery,
    "ageing": _ageing,
    "status-over-time": _over_time,
}
"""By the name of the file in docs/guide."""
