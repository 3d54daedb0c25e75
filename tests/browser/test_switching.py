"""A function switched off and on: what belongs to it goes and comes back, with all that is in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from nameplate.models import Switch
from tests.browser.fixtures import NewContext
from tests.browser.shop import Shop


@pytest.fixture
def all_on_again(shop: Shop) -> Iterator[None]:
    """Whatever becomes of this test, the shop's other visitors have everything."""
    yield
    Switch.objects.all().delete()


def flip(office: Page, function: str, *, on: bool) -> None:
    """Press its switch, also where something under way stands still then."""
    office.goto("/settings/functions")
    office.get_by_role("switch", name=function).click()
    anyway = office.get_by_role("button", name=f"Switch {function} off all the same")
    switched = office.locator(f'[role=switch][aria-checked="{str(on).lower()}"]').and_(office.get_by_role("switch", name=function))
    expect(anyway.or_(switched).first).to_be_visible()
    if anyway.is_visible():
        anyway.click()
    expect(switched).to_be_visible()


@pytest.mark.usefixtures("all_on_again")
def test_the_page_is_there_while_its_function_is_on(page: Page, new_context: NewContext) -> None:
    office = new_context(as_="administrator").new_page()
    menu = page.get_by_role("navigation", name="Main")
    rejecting = page.locator('#list-with a[href^="/rejections/new"]')
    page.goto("/serials?serial=A1")
    expect(rejecting).to_have_count(1)
    flip(office, "Returns (RMA)", on=False)
    flip(office, "Quality control", on=False)
    page.goto("/serials?serial=A1")
    expect(rejecting).to_have_count(0)
    expect(menu.get_by_role("link", name="Serial numbers", exact=True)).to_be_visible()
    expect(menu.get_by_role("link", name="Returns", exact=True)).to_have_count(0)
    flip(office, "Serial numbers", on=False)
    page.goto("/serials?serial=A1")
    expect(page.get_by_text("Serial numbers, which is switched off").first).to_be_visible()
    expect(menu.get_by_role("link", name="Serial numbers", exact=True)).to_have_count(0)
    flip(office, "Serial numbers", on=True)
    flip(office, "Quality control", on=True)
    flip(office, "Returns (RMA)", on=True)
    page.goto("/serials?serial=A1*")
    expect(page.locator("#list-rows [data-c=serial]").first).to_have_text("A1")
    expect(menu.get_by_role("link", name="Returns", exact=True)).to_be_visible()
