"""Units are ticked in the list and changed together, by mouse and by the keyboard alone; one is edited in its place while another does."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from nameplate.models import Entry, FieldKind, Serial
from nameplate.operations.editing import edit_units
from tests import world
from tests.browser.fixtures import NewContext
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.shop import Shop
from tests.browser.test_every_page import assert_no_barriers

Many = Callable[[int], str]
_marks = itertools.count(1)


@pytest.fixture
def many(shop: Shop) -> Many:
    """Units of an item of their own; the address of their list."""

    def made(count: int) -> str:
        mark = f"TICK{next(_marks)}"
        item = world.item(number=mark)
        world.receipt(numbers=[f"{mark}-{number}" for number in range(1, count + 1)], of=item, at=shop.shelf)
        return f"/serials?item=%3D{mark}"

    return made


def tick(page: Page, row: int, *keys: str) -> None:
    """Tick the box of this row, counted from 1."""
    page.locator("#list-rows [data-row]").nth(row - 1).click(modifiers=list(keys))  # type: ignore[arg-type]


def said(page: Page) -> str:
    """What the bar says is chosen."""
    return page.locator("#chosen [role=status]").inner_text()


def changed(page: Page, hands: Hands) -> Entry:
    """The warranty date of what is chosen, changed by the page; the entry."""
    hands.press(page.locator("#chosen").get_by_role("button", name="Bulk editing"))
    page.get_by_label("Warranty until", exact=True).fill("2029-03-31")
    expect(page.get_by_label("Change Warranty until")).to_be_checked()
    hands.press(page.get_by_role("button", name="Preview"))
    hands.press(page.get_by_role("button", name=re.compile("Change .* unit")))
    expect(page).to_have_url(re.compile("/entries/"))
    return Entry.objects.get(pk=int(page.url.rpartition("/")[2]))


def test_rows_ranges_pages_and_all_that_match(page: Page, many: Many) -> None:
    page.goto(many(130))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if "/serials" in request.url else None)
    tick(page, 2)
    tick(page, 5, "Shift")
    assert said(page) == "4 units chosen"
    assert requests == []
    page.get_by_role("link", name="Next").click()
    expect(page.locator("#list-rows tr").first).to_contain_text("-51")
    page.get_by_label("Choose this page").check()
    assert said(page) == "54 units chosen 4 not on this page"
    page.get_by_role("columnheader", name="Serial number").get_by_role("link").click()
    expect(page.locator("#list-rows tr").first).to_contain_text("-130")
    page.reload()
    expect(page.locator("#list-rows :checked")).to_have_count(20)
    assert said(page) == "54 units chosen 34 not on this page"
    page.get_by_role("button", name="Choose all 130 that match").click()
    tick(page, 1)
    assert said(page) == "129 units chosen"
    assert_no_barriers(page, 0)
    entry = changed(page, Mouse())
    left = Serial.objects.filter(number__startswith=f"{entry.movements.first().serial.item.number}-", warranty_until=None)  # type: ignore[union-attr]
    assert (entry.units, [unit.number.rpartition("-")[2] for unit in left]) == (129, ["130"])
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Undone for 129 units.")
    assert left.all().count() == 130


def test_another_search_keeps_what_was_ticked_and_lets_go_of_all_that_matched(page: Page, many: Many) -> None:
    page.goto(many(3))
    tick(page, 1)
    page.get_by_label("Filter Serial number").fill("*-3")
    expect(page.locator("#list-rows tr")).to_have_count(1)
    assert said(page) == "1 unit chosen 1 not on this page"
    page.locator("#chosen").get_by_role("button", name="Show only these").click()
    expect(page.locator("#list-chips")).to_contain_text("Chosen 1 row")
    expect(page.locator("#list-rows tr")).to_have_count(1)
    page.locator("#chosen").get_by_role("button", name="Clear").click()
    expect(page.locator("#chosen")).to_be_hidden()
    page.go_back()
    page.get_by_label("Filter Serial number").fill("")
    expect(page.locator("#list-rows tr")).to_have_count(3)
    tick(page, 1)
    page.get_by_role("button", name="Choose all 3 that match").click()
    page.get_by_label("Filter Serial number").fill("*-2")
    expect(page.locator("#list-rows tr")).to_have_count(1)
    expect(page.locator("#chosen")).to_be_hidden()


def test_by_the_keyboard_alone(page: Page, many: Many) -> None:
    page.goto(many(4))
    hands = Keyboard(page)
    hands.press(page.locator("#list-rows [data-row]").nth(1))
    page.locator("#list-rows [data-row]").nth(3).focus()
    page.keyboard.press("Shift+Space")
    assert said(page) == "3 units chosen"
    assert changed(page, hands).units == 3


def test_a_phone_ticks_too(new_context: NewContext, many: Many) -> None:
    page = new_context(phone=True).new_page()
    page.goto(many(3))
    page.locator("#list-rows .np-tick").nth(1).tap()
    assert said(page) == "1 unit chosen"
    page.locator("#chosen").get_by_role("button", name="More").tap()
    page.get_by_role("button", name="Put on hold").tap()
    expect(page.get_by_text("the one ticked in the list")).to_be_visible()


def test_what_is_noted_is_edited_in_its_place_and_a_stale_edit_shows_both(page: Page, shop: Shop) -> None:
    field = world.custom_field(name="Grade of wear", kind=FieldKind.TEXT)
    world.receipt(numbers=["NOTED-1"], of=world.item(number="NOTED"), at=shop.shelf)
    unit = Serial.objects.get(number="NOTED-1")
    page.goto(f"/serials/{unit.pk}")
    page.get_by_role("link", name="Edit what is noted").click()
    noted = page.locator("#noted")
    noted.get_by_label("Notes").fill("dented")
    edit_units(actor=shop.people["operator"], unit_ids=[unit.pk], notes="scratched", custom={field.slug: "b"}, warranty_until="2029-03-31")
    noted.get_by_role("button", name="Save").click()
    expect(noted).to_contain_text("It is “scratched” now.")
    expect(noted.get_by_label("Notes")).to_have_value("dented")
    expect(noted.get_by_label("Grade of wear")).to_have_value("b")
    expect(noted.get_by_label("Warranty until")).to_have_value("2029-03-31")
    page.evaluate("scrollTo(0, 0)")
    noted.get_by_role("button", name="Save").click()
    expect(page.locator("section#noted")).to_contain_text("dented")
    expect(page.locator(f"#entry-{Entry.objects.latest('pk').pk}")).to_contain_text("dented")
    unit.refresh_from_db()
    assert (unit.notes, unit.custom) == ("dented", {field.slug: "b"})
