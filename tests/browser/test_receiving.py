"""The receipt screen in a real browser: typed, pasted, scanned, dropped; what is good received, the rest kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from nameplate.models import Draft, Entry, Serial, Tracking
from tests import world
from tests.browser.deliveries import box_of, drop, expect_tally, open_receipt, ordered, receive_button, workbook
from tests.browser.fixtures import NewContext
from tests.browser.shop import Shop


def test_ranges_counts_and_quoted_text(page: Page, shop: Shop) -> None:
    order = ordered(shop, 20)
    open_receipt(page, order).fill('R-0098..R-0101, Q7 x 3;"a..b"\tlast')
    expect_tally(page, good=9)
    receive_button(page, 9).click()
    expect(page.get_by_role("status").first).to_contain_text("Received 9 units.")
    numbers = Serial.objects.filter(source=order).order_by("sort_key").values_list("number", flat=True)
    assert sorted(numbers) == sorted(["R-0098", "R-0099", "R-0100", "R-0101", "Q7", "Q8", "Q9", "a..b", "last"])


def test_a_hand_scanner_needs_no_aim(page: Page, shop: Shop) -> None:
    order = ordered(shop, 30)
    box = open_receipt(page, order)
    page.get_by_role("heading", level=1).click()
    scanned = [f"SCAN/{count:04}-x" for count in range(12)]
    for number in scanned:
        page.keyboard.type(number)
        page.keyboard.press("Enter")
    expect(box).to_have_value("\n".join(scanned) + "\n")
    receive_button(page, 12).click()
    expect(page.get_by_role("status").first).to_contain_text("Received 12 units.")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("semicolons.csv", "pos;Serial number\n1;00017\n2;00018\n3;0a19\n".encode("utf-8-sig")),
        ("from windows.csv", "Größe,Serial\nL,00017\nM,00018\nS,0a19\n".encode("cp1252")),
        ("wide.txt", "serial\r\n00017\r\n00018\r\n0a19\r\n".encode("utf-16")),
        ("book.xlsx", workbook([("pos", "S/N"), ("1", "00017"), ("2", "00018"), ("3", "0a19")])),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_dropped_file_fills_the_box(page: Page, shop: Shop, name: str, content: bytes) -> None:
    open_receipt(page, ordered(shop, 5))
    drop(page, name, content)
    expect_tally(page, good=3)
    expect(box_of(page)).to_have_value(re.compile(r"^\s*00017\n00018\n0a19$"))


def test_a_file_without_a_head_asks_for_its_column(page: Page, shop: Shop) -> None:
    open_receipt(page, ordered(shop, 5))
    drop(page, "list.csv", b"pallet,K-1,2026\npallet,K-2,2026\n")
    page.get_by_role("button", name="2 K-1").click()
    expect_tally(page, good=2)
    expect(box_of(page)).to_have_value("K-1\nK-2")


def test_what_a_file_said_stays_until_it_is_answered_or_put_away(page: Page, shop: Shop) -> None:
    page.clock.install()
    box = open_receipt(page, ordered(shop, 5))
    question = page.get_by_text("Which column holds the serial numbers?")
    drop(page, "two.csv", b"K-1,P-1\nK-2,P-2\n")
    expect(question).to_be_visible()
    with page.expect_response(re.compile("/preview$")):
        page.clock.fast_forward(6000)  # the draft is kept
    box.fill("K-9")
    expect_tally(page, good=1)
    expect(question).to_be_visible()
    page.get_by_role("button", name="1 K-1").click()
    expect(box).to_have_value("K-9\nK-1\nK-2")
    expect(question).to_be_hidden()
    trouble = page.locator(".np-panel .np-error")
    for _ in range(2):
        drop(page, "torn.xlsx", workbook([("S/N",), ("1",)])[:-200])
        expect(trouble).to_be_visible()
        box.press_sequentially("1")
        expect_tally(page, good=3)
        expect(trouble).to_be_visible()
        page.get_by_role("button", name="Dismiss").click()
        expect(trouble).to_be_hidden()
    drop(page, "empty.csv", b"")
    expect(trouble).to_contain_text("nothing in this file")
    box.fill("")
    expect(trouble).to_be_hidden()


def test_a_picture_is_refused_and_nothing_is_lost(page: Page, shop: Shop) -> None:
    box = open_receipt(page, ordered(shop, 5))
    box.fill("K-1")
    drop(page, "photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(100))
    expect(page.get_by_text("This is a picture, not a table.")).to_be_visible()
    expect(box).to_have_value("K-1")


def test_lines_of_several_words_offer_their_columns(page: Page, shop: Shop) -> None:
    box = open_receipt(page, ordered(shop, 5))
    box.fill("1 ABC-100 pallet\n2 ABC-101 pallet\n3 ABC-102 pallet")
    expect_tally(page, good=0, decide=3)
    page.get_by_role("button", name="Take column 2").click()
    expect(box).to_have_value("ABC-100\nABC-101\nABC-102")
    expect_tally(page, good=3)


def test_a_known_number_says_where_it_is_and_leads_there(page: Page, shop: Shop) -> None:
    order = ordered(shop, 5, of=shop.drive)
    box = open_receipt(page, order)
    box.fill("A42\nA-new")
    expect_tally(page, good=1, bad=1)
    expect(page.get_by_text("known already: Received at Main plant · A-01")).to_be_visible()
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Open A42").click()
    expect(popup.value.get_by_role("heading", name="A42")).to_be_visible()


def test_what_another_item_has_too_is_kept_on_request(page: Page, shop: Shop) -> None:
    order = ordered(shop, 5)
    open_receipt(page, order).fill("A43")
    expect_tally(page, good=0, decide=1)
    page.get_by_label("Keep 1 that another item has too").check()
    expect_tally(page, good=1)
    receive_button(page, 1).click()
    expect(page.get_by_role("status").first).to_contain_text("Received 1 unit.")


def test_more_than_ordered_waits_in_the_box(page: Page, shop: Shop) -> None:
    box = open_receipt(page, ordered(shop, 3))
    box.fill("M1..M5")
    expect_tally(page, good=3, decide=2)
    receive_button(page, 3).click()
    expect(page.get_by_role("status").first).to_contain_text("Received 3 units.")
    expect(page.get_by_label("Not received")).to_have_value("M4\nM5")


def test_a_draft_waits_for_its_author_in_any_browser(page: Page, shop: Shop, new_context: NewContext) -> None:
    order = ordered(shop, 5)
    open_receipt(page, order).fill("D-1\nD-2 and more")
    page.get_by_label("Vendor batch").fill("B 17")
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.get_by_role("status").first).to_contain_text("Kept as a draft")
    elsewhere = new_context().new_page()
    expect(open_receipt(elsewhere, order)).to_have_value("D-1\nD-2 and more")
    expect(elsewhere.get_by_label("Vendor batch")).to_have_value("B 17")
    assert not Serial.objects.filter(source=order).exists()


def test_quantities_of_an_item_without_serial_numbers(page: Page, shop: Shop) -> None:
    screws = world.item(tracking=Tracking.NONE, description="Screws")
    order = ordered(shop, 500, of=screws)
    page.goto(f"/purchase-orders/{order.pk}/receipts")
    page.get_by_label("Quantity in").fill("600")
    expect(page.get_by_text("That is more than the 500 pcs still to come.")).to_be_visible()
    page.get_by_label("Quantity in").fill("120.5")
    page.get_by_role("button", name=re.compile("^Receive 120.5 pcs of")).click()
    expect(page.get_by_role("status").first).to_contain_text("Received")
    page.goto(f"/purchase-orders/{order.pk}")
    expect(page.get_by_role("row", name=re.compile("Screws"))).to_contain_text("379.5")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_double_click_receives_once(shop: Shop, new_context: NewContext, scripts: bool) -> None:
    page = new_context(java_script_enabled=scripts).new_page()
    order = ordered(shop, 5)
    open_receipt(page, order).fill(f"T{order.pk}-1\nT{order.pk}-2\nsome words")
    if not scripts:
        page.get_by_role("button", name="Check the numbers").last.click()
    receive_button(page, 2).scroll_into_view_if_needed()
    where = receive_button(page, 2).bounding_box()
    assert where is not None
    page.mouse.dblclick(where["x"] + where["width"] / 2, where["y"] + where["height"] / 2)
    expect(page.get_by_role("status").first).to_contain_text("Received 2 units. 1 stayed here as a draft.")
    assert Entry.objects.filter(document=order, act="received").count() == 1


def test_the_same_form_sent_again_is_answered_as_the_first(page: Page, shop: Shop) -> None:
    order = ordered(shop, 5)
    open_receipt(page, order).fill("U-1\nU-2")
    expect(receive_button(page, 2)).to_be_enabled()
    form = page.locator(".np-receive").evaluate(
        "form => Object.fromEntries([...new FormData(form)].filter(([name, value]) => typeof value === 'string'))"
    )
    form["action"] = receive_button(page, 2).get_attribute("value")
    address = f"/purchase-orders/{order.pk}/receipts"
    answers = [page.request.post(address, form=form, max_redirects=0, headers={"Referer": page.url}) for _ in range(3)]
    assert [answer.status for answer in answers] == [303, 303, 303]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert Entry.objects.filter(document=order, act="received").count() == 1


def test_a_form_of_yesterday_is_refused_and_keeps_what_was_typed(page: Page, shop: Shop, new_context: NewContext) -> None:
    order = ordered(shop, 5)
    box = open_receipt(page, order)
    box.fill("V-1\nV-2")
    expect(receive_button(page, 2)).to_be_enabled()
    colleague = new_context().new_page()
    colleague.goto(f"/purchase-orders/{order.pk}/edit")
    colleague.get_by_label("Vendor’s reference").fill("Q-7781")
    colleague.get_by_role("button", name="Save the order").click()
    expect(colleague.get_by_text("Q-7781").first).to_be_visible()

    receive_button(page, 2).click()
    expect(page.get_by_role("alert")).to_contain_text(f"{order.number} was changed since you opened this page.")
    expect(box_of(page)).to_have_value("V-1\nV-2")
    receive_button(page, 2).click()
    expect(page.get_by_role("status").first).to_contain_text("Received 2 units.")


def test_what_a_colleague_received_meanwhile_is_said(page: Page, shop: Shop) -> None:
    order = ordered(shop, 5)
    open_receipt(page, order).fill("W-1\nW-2")
    expect(receive_button(page, 2)).to_be_enabled()
    world.receipt(numbers=["w-2"], order=order, at=shop.shelf)
    receive_button(page, 2).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(box_of(page)).to_have_value("W-1\nW-2")
    expect_tally(page, good=1, bad=1)
    receive_button(page, 1).click()
    expect(page.get_by_role("status").first).to_contain_text("Received 1 unit. 1 stayed here as a draft.")


def test_works_without_scripts_from_the_box_to_the_undo(shop: Shop, new_context: NewContext) -> None:
    page = new_context(as_="operator", java_script_enabled=False).new_page()
    order = ordered(shop, 5)
    open_receipt(page, order).fill("N-1..N-3\nN-2\nN-4 x")
    page.get_by_role("button", name="Check the numbers").last.click()
    expect_tally(page, good=3, decide=1)
    page.get_by_role("button", name="Keep one of each").click()
    expect(box_of(page)).to_have_value("N-1..N-3\nN-4 x")
    receive_button(page, 3).click()
    expect(page.get_by_role("status").first).to_contain_text("Received 3 units. 1 stayed here as a draft.")
    page.goto("/serials?serial=N-?")
    page.get_by_role("link", name="N-2", exact=True).click()
    page.get_by_role("link", name=re.compile("^Undo: Received")).click()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Undone for 1 unit.")
    assert list(Serial.objects.filter(source=order, withdrawn=False).order_by("number").values_list("number", flat=True)) == ["N-1", "N-3"]


def test_a_phone_receives(shop: Shop, new_context: NewContext) -> None:
    page = new_context(as_="operator", phone=True).new_page()
    order = ordered(shop, 5)
    open_receipt(page, order).fill("P-1\nP-2\nsome words")
    receive_button(page, 2).tap()
    expect(page.get_by_role("status").first).to_contain_text("Received 2 units.")
    assert Draft.objects.filter(subject=f"purchase-orders/{order.pk}/receipts").count() == 1


def test_a_canceled_order_receives_nothing(page: Page, shop: Shop) -> None:
    order = ordered(shop, 5)
    box = open_receipt(page, order)
    box.fill("X-1")
    expect(receive_button(page, 1)).to_be_enabled()
    other = page.context.new_page()
    other.goto(f"/purchase-orders/{order.pk}")
    other.get_by_role("button", name="Cancel the order").first.click()
    other.locator("#cancel").get_by_role("button", name="Cancel the order").click()
    expect(other.get_by_text("Canceled", exact=True).first).to_be_visible()
    receive_button(page, 1).click()
    expect(page.get_by_role("alert")).to_contain_text(f"{order.number} is Canceled")
    expect(page.get_by_label("Not received")).to_have_value("X-1")
    assert not Serial.objects.filter(source=order).exists()


def test_somebody_who_may_only_look_is_told_so(shop: Shop, new_context: NewContext) -> None:
    page = new_context(as_="viewer").new_page()
    page.goto(f"/purchase-orders/{ordered(shop, 1).pk}/receipts")
    expect(page.get_by_text("does not include")).to_be_visible()
