"""The columns of a list and its saved searches, once by mouse, once by keyboard, and the chooser by a finger."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.fixtures import NewContext

FIRST = ["Serial number", "Status", "Item", "Description", "Availability", "Where", "Lot", "Customer", "Received on", "Source document"]


def heads(page: Page) -> Locator:
    return page.locator("#list-heads th > a > span, #list-heads th > span")


def head(page: Page, name: str) -> Locator:
    return page.locator(f'#list-heads th[data-c="{name}"]')


def dragged(page: Page, what: Locator, x: float, y: float = 0) -> None:
    """Press in the middle of `what`, go that far, let go."""
    box = what.bounding_box()
    assert box is not None
    start = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + x / 2, start[1] + y / 2, steps=4)
    page.mouse.move(start[0] + x, start[1] + y, steps=4)
    page.mouse.up()


def distance(one: Locator, other: Locator) -> float:
    """From the middle of one to just behind the middle of the other."""
    left, right = one.bounding_box(), other.bounding_box()
    assert left is not None
    assert right is not None
    return right["x"] + right["width"] * 0.75 - left["x"] - left["width"] / 2


def order(*names: str) -> list[str]:
    """The usual columns with these in front."""
    return [*names, *(name for name in FIRST if name not in names)]


def test_the_usual_columns_stand_side_by_side_and_what_is_cut_off_is_told(page: Page) -> None:
    page.goto("/serials?item==DRIVE-3T")
    expect(heads(page)).to_have_text(FIRST)
    box = page.locator(".np-list-scroll")
    assert box.evaluate("box => box.scrollWidth - box.clientWidth") <= 0
    page.goto("/serials?item==DRIVE-3T&columns=serial,description:64,item")
    cell = page.locator('#list-rows td[data-c="description"]').first
    cell.hover()
    expect(cell).to_have_attribute("title", "Hard drive 3 TB")
    for report in ("consumed", "rejected", "written-off", "shipped", "returned", "stock-value", "ageing", "status-over-time"):
        page.goto(f"/reports/{report}")
        assert box.evaluate("box => box.scrollWidth - box.clientWidth") <= 0, report


def test_columns_are_dragged_resized_hidden_and_stay_so(page: Page) -> None:
    page.goto("/serials")
    expect(heads(page)).to_have_text(FIRST)

    dragged(page, head(page, "status"), distance(head(page, "status"), head(page, "item")))
    expect(heads(page)).to_have_text(order("Serial number", "Item", "Status"))
    expect(page.locator("#list-rows tr").first.locator("td").nth(1)).to_have_attribute("data-c", "item")
    expect(page.locator("#list-filters td").nth(1).get_by_label("Filter Item")).to_be_visible()
    dragged(page, head(page, "description").locator(".np-edge"), -60)
    expect(page.locator("#list-said")).to_have_text(re.compile(r"Description is \d+ pixels wide\."))
    narrow = head(page, "description").evaluate("head => head.offsetWidth")
    head(page, "lot").hover()
    head(page, "lot").get_by_role("button", name="Lot: arrange").click()
    with page.expect_response("**/lists/serials/columns"):
        page.get_by_role("button", name="Hide").click()
    expect(heads(page)).to_have_text([name for name in order("Serial number", "Item", "Status") if name != "Lot"])

    page.reload()
    expect(heads(page)).to_have_text([name for name in order("Serial number", "Item", "Status") if name != "Lot"])
    assert head(page, "description").evaluate("head => head.offsetWidth") == narrow


def test_columns_are_chosen_in_a_dialog(page: Page) -> None:
    page.goto("/serials")
    page.get_by_role("link", name="Choose columns").click()
    dialog = page.get_by_role("dialog", name="Choose columns")
    dialog.get_by_label("Find a column").fill("warr")
    expect(dialog.locator(".np-choices li:visible")).to_have_count(1)
    dialog.get_by_label("Warranty until", exact=True).check()
    dialog.get_by_label("Find a column").fill("")
    # Held at the upper end, the other lines go by under it.
    dialog.locator("[data-c=warranty_until] .np-grip").hover()
    page.mouse.down()
    dialog.get_by_label("Find a column").hover()
    expect(dialog.locator(".np-choices li").first).to_have_attribute("data-c", "warranty_until")
    page.mouse.up()
    dialog.get_by_role("button", name="Show these columns").click()
    expect(heads(page).first).to_have_text("Warranty until")
    page.get_by_role("link", name="Choose columns").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset").click()
    expect(heads(page)).to_have_text(FIRST)


def test_a_search_by_two_columns_is_kept_and_opens_the_list(page: Page) -> None:
    page.goto("/serials")
    head(page, "received_on").get_by_role("link").click()
    expect(page).to_have_url(re.compile("sort=received_on"))
    head(page, "serial").get_by_role("link").click(modifiers=["Shift"])
    expect(page).to_have_url(re.compile("sort=received_on%2Cserial"))
    expect(head(page, "serial").locator("sup")).to_have_text("2")
    page.goto("/serials")
    expect(head(page, "received_on").locator("sup")).to_have_text("1")
    expect(head(page, "serial").locator("sup")).to_have_text("2")

    page.get_by_label("Filter Serial number").fill("A1, A1?, A1??")
    expect(page.locator("#list-count")).to_contain_text("match")
    told = page.locator("#list-count").inner_text()  # not a number: other tests of the shop have such units too
    page.get_by_role("link", name="Save this search").click()
    dialog = page.get_by_role("dialog", name="Save this search")
    dialog.get_by_label("Name").fill("Ones")
    dialog.get_by_label("Share it with everyone").check()
    dialog.get_by_label("Open the list with it").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("navigation", name="Saved searches").get_by_role("link", name="Ones")).to_have_attribute("aria-current", "true")
    page.goto("/serials")
    expect(page.locator("#list-count")).to_have_text(told)
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.locator("#list-count")).not_to_contain_text("match")


def test_columns_are_arranged_by_keyboard(page: Page) -> None:
    page.goto("/serials")
    head(page, "item").get_by_role("link").focus()
    page.keyboard.press("Alt+Shift+ArrowLeft")
    expect(page.locator("#list-said")).to_have_text("Item: column 2 of 10.")
    page.keyboard.press("Alt+Shift+ArrowLeft")
    expect(heads(page)).to_have_text(order("Item"))
    expect(head(page, "item").get_by_role("link")).to_be_focused()
    page.keyboard.press("Alt+Shift+ArrowLeft")
    expect(page.locator("#list-said")).to_have_text("Item is the first column.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Wider").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list-said")).to_have_text(re.compile(r"Item is \d+ pixels wide\."))
    page.keyboard.press("Escape")

    page.get_by_role("link", name="Choose columns").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Find a column")).to_be_focused()
    page.get_by_role("checkbox", name="Serial number").focus()
    page.keyboard.press("Alt+Shift+ArrowUp")
    expect(page.locator("dialog [data-said]")).to_have_text(re.compile("Serial number: place 1 of"))
    page.keyboard.press("Enter")
    expect(heads(page).first).to_have_text("Serial number")


def test_filters_and_searches_by_keyboard(page: Page) -> None:
    page.goto("/serials?columns=item,serial,received_on")
    page.get_by_label("Filter Item").focus()
    page.keyboard.type("driv")
    expect(page.get_by_role("option", name="DRIVE-3T")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Filter Item")).to_have_value("=DRIVE-3T")
    expect(page.locator("#list-count")).to_contain_text(re.compile(r"\d match"))
    page.get_by_role("button", name="Received on: from – to").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Last 7 days").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Filter Received on")).to_have_value("7d")
    expect(page.get_by_role("link", name="Received on 7d")).to_be_visible()

    page.get_by_role("link", name="Save this search").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_be_focused()
    page.keyboard.type("New drives")
    page.keyboard.press("Enter")
    tab = page.get_by_role("navigation", name="Saved searches").get_by_role("link", name="New drives")
    expect(tab).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="All", exact=True).focus()
    page.keyboard.press("Enter")
    expect(heads(page)).to_have_text(FIRST)
    tab.focus()
    page.keyboard.press("Enter")
    expect(heads(page)).to_have_text(["Item", "Serial number", "Received on"])


def test_columns_are_ordered_by_a_finger(new_context: NewContext) -> None:
    page = new_context(phone=True).new_page()
    page.goto("/serials")
    page.get_by_role("link", name="Choose columns").tap()
    grips = page.locator("dialog .np-grip")
    start, end = grips.nth(2).bounding_box(), grips.nth(0).bounding_box()
    assert start is not None
    assert end is not None
    finger = page.context.new_cdp_session(page)
    x, y = start["x"] + 10, start["y"] + 20
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        at = y + (end["y"] - 10 - y) * step / 8
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": at}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("dialog .np-choices li").first).to_have_attribute("data-c", "item")
    page.get_by_role("button", name="Show these columns").click()
    expect(page.locator("#list-rows tr").first.locator("td").first).to_have_attribute("data-c", "item")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
