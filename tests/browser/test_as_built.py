"""The as-built grid in a real browser: numbered, pasted, scanned, proposed; told cell by cell; finished, and kept as a draft."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from nameplate.models import Document, Serial, Status
from nameplate.operations.holding import hold_units
from tests.browser.fixtures import NewContext
from tests.browser.shop import Shop
from tests.pods import PodShop, pod_shop


@pytest.fixture
def pods(shop: Shop) -> PodShop:
    """A pod shop of its own in the shared company: its numbers begin with a mark that no other test has."""
    return pod_shop(shop.people["manager"], mark=f"{uuid.uuid4().hex[:5].upper()}-")


def mark(pods: PodShop) -> str:
    return pods.pod.number.removesuffix("POD")


def open_grid(page: Page, order: Document) -> None:
    page.goto(f"/manufacturing-orders/{order.pk}/completions")


def cell(page: Page, row: int, column: int) -> Locator:
    """Both from 0; the column 0 is the product's number."""
    return page.locator(f"#cell-{row}-{column}")


def paste_at(page: Page, at: Locator, block: str) -> None:
    """What Ctrl+V does with a block from a spreadsheet."""
    at.focus()
    at.evaluate(
        "(input, text) => { const data = new DataTransfer(); data.setData('text/plain', text); "
        "input.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }",
        block,
    )


def finish(page: Page, count: int) -> None:
    page.get_by_role("button", name=f"Finish {count} product{'' if count == 1 else 's'} now").click()


def unit(number: str) -> Serial:
    return Serial.objects.get(number=number, withdrawn=False)


def test_numbered_proposed_and_finished(page: Page, pods: PodShop) -> None:
    order, m = pods.order(2), mark(pods)
    page.goto(f"/manufacturing-orders/{order.pk}")
    page.get_by_role("link", name="Finish products").click()
    page.get_by_role("button", name="Number", exact=True).click()
    expect(cell(page, 1, 0)).to_have_value(f"{m}SP-002")
    page.get_by_text("Fill many places").click()
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(cell(page, 1, 3)).to_have_value(f"{m}D06")
    expect(page.locator("#foot")).to_contain_text("2 ready")
    finish(page, 2)
    expect(page.get_by_role("status").first).to_contain_text("Finished 2 products.")
    expect(page.get_by_role("link", name="Labels")).to_be_visible()
    assert unit(f"{m}D06").parent == unit(f"{m}SP-002")
    page.goto(f"/manufacturing-orders/{order.pk}")
    expect(page.locator("h1 + *")).to_contain_text("Done")


def test_a_block_with_a_head_goes_where_its_columns_are_named(page: Page, pods: PodShop) -> None:
    order, m = pods.order(2), mark(pods)
    open_grid(page, order)
    paste_at(page, cell(page, 0, 0), f"Serial number\tbay 3\tslot\n{m}S1\t{m}D03\t{m}D01")
    expect(page.get_by_role("alert")).to_contain_text("The product has no place “slot”. Nothing was taken over.")
    expect(cell(page, 0, 0)).to_have_value("")
    block = f"Serial number\tbay 3\tbay 2\tbay 1\t\n{m}S1\t{m}D03\t{m}D02\t{m}D01\tlost?\n{m}S2\t{m}D06\t{m}D05\t{m}D04\t"
    paste_at(page, cell(page, 0, 0), block)
    expect(page.locator("#said")).to_have_text("2 rows pasted, each cell where its head says.")
    expect(page.locator(".np-built-troubles").first).to_contain_text(": lost? – the product has 6 places")
    for row, drives in enumerate((("D01", "D02", "D03"), ("D04", "D05", "D06"))):
        for column, drive in enumerate(drives, 1):
            expect(cell(page, row, column)).to_have_value(f"{m}{drive}")
    lacking = page.locator("#lacking")
    expect(lacking).to_contain_text(f"1 product has empty places {m}S2: left, right, {pods.backplane}")
    lacking.get_by_role("link", name=f"{m}S2").click()
    expect(cell(page, 1, 4)).to_be_focused()
    lacking.get_by_role("link", name="let parts be missing on the order").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Edit")


def test_more_rows_than_go_in_one_act_are_not_pasted(page: Page, pods: PodShop) -> None:
    open_grid(page, pods.order(2))
    paste_at(page, cell(page, 0, 0), "\n".join(f"S{number}\tD{number}" for number in range(10_000)))
    expect(page.get_by_role("alert")).to_contain_text("At most 2,000 products at once; these are 10,000.")
    expect(cell(page, 0, 0)).to_have_value("")


def test_more_than_planned_is_said_before_anything_is_pressed(page: Page, pods: PodShop) -> None:
    order, m, lot = pods.order(1), mark(pods), pods.backplanes
    open_grid(page, order)
    rows = [[f"{m}S{n}", *(f"{m}D{3 * n + d:02d}" for d in (1, 2, 3)), f"{m}P{2 * n + 1:02d}", f"{m}P{2 * n + 2:02d}", lot] for n in (0, 1)]
    paste_at(page, cell(page, 0, 0), "\n".join("\t".join(row) for row in rows))
    foot = page.locator("#foot")
    expect(foot).to_contain_text("2 ready · only 1 still to be made")
    expect(foot.get_by_role("button", name="Finish")).to_have_count(0)
    expect(foot.get_by_role("link", name="plan more")).to_be_visible()


def test_a_block_from_a_spreadsheet_is_told_cell_by_cell_and_the_good_rows_are_finished(page: Page, pods: PodShop) -> None:
    order, m, lot = pods.order(3), mark(pods), pods.backplanes
    hold_units(actor=pods.actor, unit_ids=[unit(f"{m}D05").pk], reason="noisy")
    open_grid(page, order)
    rows = [
        [f"{m}S1", f"{m}D01", f"{m}D02", f"{m}D03", f"{m}P01", f"{m}P02", lot],
        [f"{m}S2", f"{m}D04", f"{m}D05", f"{m}D01", f"{m}P03", "NOPE", lot, "one too wide"],
    ]
    paste_at(page, cell(page, 0, 0), "\n".join("\t".join(row) for row in rows))
    trouble = page.locator(".np-built-troubles")
    expect(trouble).to_contain_text("4 cells cannot stand")
    for said in (
        "it is on hold (noisy)",
        f"it stands in {m}S1, bay 1 already",
        f"no {pods.supply} bears this number",
        "the product has 6 places",
    ):
        expect(trouble).to_contain_text(said)
    expect(cell(page, 1, 2)).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#foot")).to_contain_text("1 ready · 1 with trouble")
    finish(page, 1)
    expect(page.get_by_role("status").first).to_contain_text("Finished 1 product. 1 stayed here as a draft.")
    assert unit(f"{m}D02").parent == unit(f"{m}S1")
    assert not Serial.objects.filter(number=f"{m}S2").exists()
    expect(page.get_by_role("link", name="print labels")).to_be_visible()
    page.reload()
    expect(cell(page, 0, 0)).to_have_value(f"{m}S2")
    trouble.get_by_role("link", name="bay 2").click()
    expect(cell(page, 0, 2)).to_be_focused()


def test_a_product_is_scanned_and_then_its_parts(page: Page, pods: PodShop) -> None:
    order, m = pods.order(1), mark(pods)
    open_grid(page, order)
    scanner = page.locator("#scan")
    said = page.locator("#said")
    for code, answer in (
        (f"{m}S9", "is a new row: scan its parts now."),
        (f"{m}P07", f"→ {m}S9, left."),
        (f"{m}D03", f"→ {m}S9, bay 1."),
        (f"{m}D04", f"→ {m}S9, bay 2."),
        (f"{m}P08", f"→ {m}S9, right."),
        (pods.backplanes, f"→ {m}S9, {pods.backplane}."),
        (f"{m}D05", f"→ {m}S9, bay 3. It is complete."),
    ):
        scanner.fill(code)
        scanner.press("Enter")
        expect(said).to_contain_text(answer)
        expect(scanner).to_be_focused()
        expect(scanner).to_have_value("")
    scanner.fill(f"{m}D06")
    scanner.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(f"{m}S9 has no place left")
    finish(page, 1)
    expect(page.get_by_role("status").first).to_contain_text("Finished 1 product.")
    assert unit(f"{m}D05").place == "bay 3"


def test_units_not_known_where_and_what_failed_on_the_bench(page: Page, pods: PodShop) -> None:
    order, m = pods.order(1), mark(pods)
    open_grid(page, order)
    paste_at(page, cell(page, 0, 0), "\t".join([f"{m}S1", "", "", "", f"{m}P01", f"{m}P02", pods.backplanes]))
    expect(page.locator("#foot")).to_contain_text("1 not complete")
    page.get_by_text("Used besides, and what failed on the bench").click()
    page.get_by_label(f"{pods.drive} used, not known in which unit").fill(f"{m}D01..{m}D03")
    page.get_by_label("Failed on the bench").fill(f"{m}D09 clicks")
    page.get_by_role("button", name="Check").click()
    finish(page, 1)
    expect(page.get_by_role("status").first).to_contain_text("Finished 1 product.")
    assert (unit(f"{m}D02").parent, unit(f"{m}D02").status) == (None, Status.CONSUMED)
    assert unit(f"{m}D09").status == Status.REJECTED


def test_what_is_typed_outlives_the_page(page: Page, pods: PodShop) -> None:
    order, m = pods.order(1), mark(pods)
    open_grid(page, order)
    with page.expect_response(lambda answer: answer.headers["content-type"] == "application/json"):
        cell(page, 0, 0).fill(f"{m}S1")
        cell(page, 0, 0).press("ArrowRight")
        page.keyboard.type(f"{m}D01")
    page.reload()
    expect(cell(page, 0, 0)).to_have_value(f"{m}S1")
    expect(cell(page, 0, 1)).to_have_value(f"{m}D01")


def test_without_scripts_the_grid_is_a_text(new_context: NewContext, pods: PodShop) -> None:
    order, m = pods.order(1), mark(pods)
    page = new_context(java_script_enabled=False).new_page()
    open_grid(page, order)
    page.locator("summary").filter(has_text="The grid as text").click()
    refused = f"Product\tDisk\n{m}S1\t{m}D01"
    page.locator("#grid").fill(refused)
    page.get_by_label("Note").fill("night shift")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("alert")).to_contain_text("The product has no place “Disk”")
    expect(page.locator("#grid")).to_have_value(refused)
    expect(page.get_by_label("Note")).to_have_value("night shift")
    page.locator("#grid").fill(f"{m}S1\t{m}D01\t{m}D02\t{m}D03\t{m}P01\t{m}P02\t{pods.backplanes}")
    page.get_by_role("button", name="Check").click()
    finish(page, 1)
    expect(page.get_by_role("status").first).to_contain_text("Finished 1 product.")
    assert unit(f"{m}P02").parent == unit(f"{m}S1")


def test_an_order_is_made_booked_for_paused_and_called_off(page: Page, pods: PodShop) -> None:
    m = mark(pods)
    page.goto(f"/items/{pods.pod.pk}")
    page.goto(f"/manufacturing-orders/new?item={pods.pod.number}")
    page.get_by_label("Quantity").fill("5")
    if page.get_by_label("Site").count():
        page.get_by_label("Site").select_option(pods.shelf.site.name)
    page.get_by_role("button", name="Create the order").click()
    expect(page.get_by_text("Parts are missing at")).to_be_visible()
    page.get_by_role("button", name="Schedule").click()
    page.get_by_role("link", name="Book…").first.click()
    page.get_by_role("button", name="Book 12").click()
    expect(page.get_by_role("status").first).to_contain_text("12 units booked.")
    page.get_by_role("link", name="Bookings").click()
    page.get_by_role("checkbox", name=f"{m}D02").check()
    page.get_by_role("button", name="Free the ticked ones").click()
    expect(page.get_by_role("status").first).to_contain_text("1 unit freed.")
    page.get_by_label("Part", exact=True).first.select_option(pods.supply.number)
    page.get_by_label("Serial numbers").fill(f"{m}P01\n{m}D01")
    page.get_by_role("button", name="Book these").click()
    expect(page.get_by_role("alert")).to_contain_text(f"{m}D01: it is a {pods.drive}, not a {pods.supply}")
    page.goto(page.url.rsplit("/", 1)[0])
    page.get_by_role("link", name="Number products beforehand").click()
    page.get_by_role("button", name="Propose 5 numbers").click()
    page.get_by_role("button", name="Give these numbers").click()
    expect(page.get_by_role("status").first).to_contain_text("5 products numbered.")
    page.get_by_role("link", name="Back to the order").click()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("link", name="Finish products")).to_have_count(0)
    page.get_by_role("button", name="Cancel the order").first.click()
    page.locator("#cancel").get_by_role("button", name="Cancel the order").click()
    expect(page.get_by_role("status").first).to_contain_text("is canceled.")
    assert not Serial.objects.filter(reserved_line__document__number=page.locator("h1").inner_text()).exists()
