"""Taking an act back: for chosen units, wholly, and what is said when something stands in the way."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from nameplate import ledger
from nameplate.ledger import Group, Kind, Step
from nameplate.models import Entry, Serial
from tests import world
from tests.browser.fixtures import NewContext
from tests.browser.shop import Shop


def moved(shop: Shop, number: str) -> Entry:
    """The unit goes to another shelf of its site."""
    unit = Serial.objects.get(number=number)
    shelf = world.location(of=shop.shelf.site, name=f"Z-{number}")
    step = Step(Kind.MOVED, {"location_id": shelf.pk})
    return ledger.post(actor=shop.people["operator"], act="moved", groups=[Group([step], units=[unit.pk])])


def press_undo(page: Page) -> None:
    page.get_by_role("button", name="Undo", exact=True).click()


def test_chosen_units_are_scanned_and_the_others_stay(page: Page, shop: Shop) -> None:
    receipt = world.receipt(numbers=["CH-1", "CH-2", "CH-3", "CH-4"], at=shop.shelf)
    page.goto(f"/entries/{receipt.pk}/reversal")
    page.get_by_label("only these serial numbers").check()
    page.get_by_role("textbox", name="Serial numbers").fill("ch-1..ch-2\nCH-9")
    press_undo(page)
    expect(page.get_by_role("alert")).to_contain_text("CH-9")
    expect(page.get_by_role("textbox", name="Serial numbers")).to_have_value("ch-1..ch-2\nCH-9")
    page.get_by_role("textbox", name="Serial numbers").fill("ch-1..ch-2")
    press_undo(page)
    expect(page.get_by_role("status").first).to_contain_text("Undone for 2 units.")
    page.goto("/serials?serial=CH-?")
    assert page.locator("#list-rows [data-c=serial]").all_inner_texts() == ["CH-3", "CH-4"]


def test_what_stands_in_the_way_is_named_with_a_way_on(page: Page, shop: Shop) -> None:
    receipt = world.receipt(numbers=["WAY-1", "WAY-2", "WAY-3"], at=shop.shelf)
    later = moved(shop, "WAY-2")
    page.goto(f"/entries/{receipt.pk}/reversal")
    expect(page.get_by_text("1 of 3 units cannot go back yet")).to_be_visible()
    page.get_by_label("all 3 units").check()
    page.get_by_label("Reason").fill("never came")
    press_undo(page)
    refusal = page.get_by_role("alert")
    expect(refusal.get_by_role("link", name="WAY-2")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("never came")
    assert not Entry.objects.filter(reverses=receipt).exists()
    page.get_by_label("the 2 units that nothing stands in the way of").check()
    press_undo(page)
    expect(page.get_by_role("status").first).to_contain_text("Undone for 2 units.")

    page.goto(f"/entries/{later.pk}/reversal")
    press_undo(page)
    page.goto(f"/entries/{receipt.pk}/reversal")
    press_undo(page)
    expect(page.get_by_role("status").first).to_contain_text("Undone for 1 unit.")
    page.goto("/serials?serial=WAY-*")
    expect(page.get_by_role("heading", name="No unit matches")).to_be_visible()


def test_a_unit_undone_keeps_its_history_and_its_number_can_come_again(page: Page, shop: Shop) -> None:
    item = world.item()
    receipt = world.receipt(numbers=["TWICE-1"], of=item, at=shop.shelf)
    unit = Serial.objects.get(number="TWICE-1")
    page.goto(f"/serials/{unit.pk}")
    page.get_by_role("link", name=re.compile("^Undo: Received")).click()
    press_undo(page)
    expect(page.get_by_role("status").first).to_contain_text("Undone for 1 unit.")
    again = world.receipt(numbers=["TWICE-1"], of=item, at=shop.shelf)
    page.goto(f"/serials/{unit.pk}")
    expect(page.get_by_text("Withdrawn", exact=True).first).to_be_visible()
    page.get_by_text("The number came again").get_by_role("link", name="TWICE-1").click()
    expect(page).to_have_url(re.compile(f"/serials/{Serial.objects.exclude(pk=unit.pk).get(number='TWICE-1').pk}$"))
    expect(page.get_by_role("link", name=re.compile("^Undo: Received"))).to_be_visible()
    assert {receipt.pk, again.pk} == set(
        Entry.objects.filter(movements__serial__number="TWICE-1", reverses=None).values_list("pk", flat=True)
    )


def test_two_people_undo_at_once_and_it_happens_once(page: Page, shop: Shop, new_context: NewContext) -> None:
    receipt = world.receipt(numbers=["RACE-1", "RACE-2"], at=shop.shelf)
    other = new_context(as_="operator").new_page()
    for one in (page, other):
        one.goto(f"/entries/{receipt.pk}/reversal")
    press_undo(page)
    expect(page.get_by_role("status").first).to_contain_text("Undone for 2 units.")
    press_undo(other)
    expect(other.get_by_role("alert")).to_be_visible()
    assert Entry.objects.filter(reverses=receipt).count() == 1


def test_an_undo_is_not_undone(page: Page, shop: Shop) -> None:
    receipt = world.receipt(numbers=["BACK-1"], at=shop.shelf)
    page.goto(f"/entries/{receipt.pk}/reversal")
    press_undo(page)
    expect(page.get_by_role("status").first).to_contain_text("Undone for 1 unit.")
    expect(page.get_by_role("link", name="Undo…")).to_have_count(0)
    page.goto(f"{page.url}/reversal")
    expect(page.get_by_role("heading", name="An undo is not undone")).to_be_visible()
    page.goto(f"/entries/{receipt.pk}/reversal")
    expect(page.get_by_role("heading", name="It is undone already")).to_be_visible()
    expect(page.get_by_role("button", name="Undo", exact=True)).to_have_count(0)


def test_a_viewer_is_offered_no_undo(shop: Shop, new_context: NewContext) -> None:
    receipt = world.receipt(numbers=["LOOK-1"], at=shop.shelf)
    page = new_context(as_="viewer").new_page()
    page.goto(f"/serials/{Serial.objects.get(number='LOOK-1').pk}")
    expect(page.get_by_role("region", name="History")).to_contain_text("Received")
    expect(page.get_by_role("link", name=re.compile("^Undo"))).to_have_count(0)
    page.goto(f"/entries/{receipt.pk}/reversal")
    expect(page.get_by_text("does not include")).to_be_visible()
