"""A shelf counted in a browser: by two people at once, in a room without network, through a reload; posted, and taken back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from nameplate.ledger import verify
from nameplate.models import CountScan, Document, Entry, Status
from nameplate.operations import counting
from tests.browser.fixtures import NewContext, context_of
from tests.browser.shop import Shop
from tests.counting import CountShop, count_shop, unit
from tests.operations.test_pictures import picture


@pytest.fixture
def counted(shop: Shop, request: pytest.FixtureRequest) -> CountShop:
    """A shelf of this test's own."""
    return count_shop(shop.people["manager"], shop.people["administrator"], mark=f"{request.node.name[5:9]}-")


def scan(page: Page, *texts: str) -> None:
    """Each as a hand scanner types it: the number, then Enter."""
    for text in texts:
        page.get_by_label(re.compile("^Serial numbers")).focus()
        page.keyboard.insert_text(text)
        page.keyboard.press("Enter")


def describe(row: Locator, words: str) -> None:
    """What it is, in words and by a photo, beside its scan."""
    row.get_by_text("Describe it").click()
    row.get_by_label("What it is").fill(words)
    row.get_by_label("Photo").set_input_files(files={"name": "label.png", "mimeType": "image/png", "buffer": picture(40, 30)})
    row.get_by_role("button", name="Keep it").click()


def scan_with_the_answer_lost(page: Page, text: str) -> None:
    """An answer that is lost on its way: the same scan is sent again, and is the same scan."""

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/scans", lose_the_answer, times=1)
    scan(page, text)
    expect(page.locator("#unsent")).to_contain_text("1 not sent.")
    expect_all_sent(page)


def expect_answer(page: Page, label: str) -> None:
    expect(page.locator("#answer strong")).to_have_text(label)


def expect_all_sent(page: Page) -> None:
    expect(page.locator("#unsent")).to_have_text("All sent.")


def open_scans(page: Page, count: Document) -> None:
    """The scan page, once it knows what the count expects and the browser has kept it."""
    page.goto(f"/stock-counts/{count.pk}/scans")
    expect(page.locator(".np-count-form[data-ready][data-kept]")).to_be_visible()


def reload_without_network(page: Page, text: str) -> None:
    """The page is there again with the four scans that it kept, and answers another one."""
    page.reload()
    expect(page.locator("#unsent")).to_contain_text("4 not sent.")
    expect(page.locator(".np-count-form[data-ready]")).to_be_visible()
    expect(page.locator("#log .np-count-verdict")).to_have_text(["OK", "Kept", "Seen already", "OK"])
    scan(page, text)
    expect_answer(page, "OK")
    expect(page.locator("#unsent")).to_contain_text("5 not sent.")


def leave_unsent_until_it_is_posted(page: Page, counted: CountShop, count: Document, text: str) -> None:
    """What comes too late for the count stays to be read."""
    page.context.set_offline(True)
    scan(page, text)
    expect(page.locator("#unsent")).to_contain_text("1 not sent.")
    counting.post_count(actor=counted.actor, count=count, reason=counted.lost)
    page.context.set_offline(False)
    page.goto(f"/stock-counts/{count.pk}/scans")
    expect(page.get_by_role("heading", name="1 not sent")).to_be_visible()
    expect(page.locator("#left li")).to_contain_text(text)


def begin(page: Page, counted: CountShop) -> Document:
    """A count of the shelf, drawn up from its page and started."""
    page.goto(f"/locations/{counted.shelf.pk}")
    page.get_by_role("link", name="Count", exact=True).click()
    page.get_by_role("button", name="Create the count").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Scan for")).to_be_visible()
    return Document.objects.filter(kind="SC").latest("pk")


def test_from_the_shelf_to_the_books_and_back(new_context: NewContext, counted: CountShop) -> None:
    page, mark = new_context(as_="manager").new_page(), counted.drive.number.removesuffix("DRIVE")
    count = begin(page, counted)
    scan(page, f"{mark}D01", f"{mark}d02", "nobody")
    expect_answer(page, "Unknown")
    expect_all_sent(page)
    page.get_by_role("button", name="Take back nobody").click()
    expect(page.get_by_role("status").first).to_contain_text("“nobody” was taken back.")
    expect(page.locator("#log li")).to_have_count(2)

    other = new_context(as_="operator").new_page()
    open_scans(other, count)
    scan(other, f"{mark}D02")
    expect_answer(other, "Seen already")
    expect(other.locator("#answer")).to_contain_text("manager")
    scan(other, *(f"{mark}D{number:02d}" for number in range(3, 9)))
    scan(other, counted.fans.number)
    expect(other.get_by_label("Quantity")).to_be_focused()
    other.keyboard.insert_text("98")
    other.keyboard.press("Enter")
    expect_answer(other, "Counted")
    expect_all_sent(other)

    page.goto(f"/stock-counts/{count.pk}")
    expect(page.get_by_text("8 of 10")).to_be_visible()
    page.get_by_role("link", name="Post the differences").click()
    expect(page.get_by_text("205.00 EUR")).to_be_visible()
    page.get_by_label("Reason of the write-off").select_option(label=counted.lost.name)
    page.get_by_role("button", name="Post the differences").click()
    expect(page.get_by_role("status").first).to_contain_text("2 written off under WO")
    assert unit(f"{mark}D10").status == Status.WRITTEN_OFF

    page.goto(f"/entries/{Entry.objects.get(document=count, reverses=None).pk}/reversal")
    page.get_by_role("button", name="Undo", exact=True).click()
    page.goto(f"/stock-counts/{count.pk}")
    expect(page.get_by_role("link", name="Scan", exact=True)).to_be_visible()
    assert unit(f"{mark}D10").status == Status.RECEIVED
    assert verify() == []


def test_verdicts_without_network_and_nothing_is_lost_by_a_reload(browser: Browser, shop: Shop, counted: CountShop) -> None:
    context = context_of(browser, shop, as_="operator")  # without a watch: requests that fail are what this is about
    page, count, mark = context.new_page(), counted.count(), counted.drive.number.removesuffix("DRIVE")
    open_scans(page, count)
    context.set_offline(True)
    scan(page, f"{mark}D01")
    expect_answer(page, "OK")
    scan(page, f"{mark}d01")
    expect_answer(page, "Seen already")
    scan(page, "stranger")
    expect_answer(page, "Kept")
    stranger = page.locator("#log li", has_text="stranger")
    describe(stranger, "Torn label")
    expect(stranger.get_by_role("status")).to_contain_text("The photo needs a network")
    scan(page, f"{mark}D02")
    expect(page.locator("#unsent")).to_contain_text("4 not sent.")
    assert not CountScan.objects.filter(count=count.pk).exists()

    reload_without_network(page, f"{mark}D04")

    # The page closes before anything was sent, as when a battery is empty; opened again where there is a network, it sends what it kept.
    page.close()
    context.set_offline(False)
    page = context.new_page()
    open_scans(page, count)
    expect_all_sent(page)
    found = CountScan.objects.filter(count=count.pk).order_by("pk")
    assert [one.verdict for one in found] == ["ok", "seen", "unknown", "ok", "ok"]
    expect(page.locator("#log li")).to_have_count(5)
    assert [one.note for one in found] == ["", "", "Torn label", "", ""]
    expect(stranger := page.locator("#log li", has_text="stranger")).to_contain_text("“Torn label”")
    describe(stranger, "Blue casing")
    expect(stranger.get_by_role("link", name="Photo")).to_be_visible()
    expect_all_sent(page)
    described = found.get(verdict="unknown")
    assert (described.note, described.photo is not None) == ("Blue casing", True)

    scan_with_the_answer_lost(page, f"{mark}D03")
    assert [one.verdict for one in found.all()] == ["ok", "seen", "unknown", "ok", "ok", "ok"]
    leave_unsent_until_it_is_posted(page, counted, count, f"{mark}D05")
    context.close()


def test_pages_side_by_side_lose_nothing_of_each_other(browser: Browser, shop: Shop, counted: CountShop) -> None:
    context = context_of(browser, shop, as_="operator")  # without a watch: requests that fail are what this is about
    first, second, mark = context.new_page(), context.new_page(), counted.drive.number.removesuffix("DRIVE")
    both = f"{mark}D05"
    counted.twin(f"{mark}TWIN", both)
    count = counted.count()
    for page in (first, second):
        open_scans(page, count)
    context.set_offline(True)
    for page, number in ((first, "D01"), (second, "D02"), (first, "D03")):
        page.bring_to_front()
        scan(page, f"{mark}{number}")
        expect_answer(page, "OK")
    second.reload()
    expect(second.locator("#unsent")).to_contain_text("3 not sent.")
    context.set_offline(False)
    for page in (first, second):
        expect_all_sent(page)
    found = CountScan.objects.filter(count=count.pk)
    assert sorted(found.values_list("text", "verdict")) == [(f"{mark}D{number:02d}", "ok") for number in (1, 2, 3)]

    # What a page that was closed meanwhile put aside is sent by the one that is open: two units that bear one number among it.
    context.set_offline(True)
    first.bring_to_front()
    for answer in ("OK", "OK", "Seen already"):
        scan(first, both)
        expect_answer(first, answer)
    expect(first.locator("#unsent")).to_contain_text("3 not sent.")
    first.close()
    context.set_offline(False)
    expect(second.locator("#log li", has_text=both)).to_have_count(3)
    expect_all_sent(second)
    assert list(found.filter(text=both).order_by("pk").values_list("verdict", flat=True)) == ["ok", "ok", "seen"]
    context.close()
