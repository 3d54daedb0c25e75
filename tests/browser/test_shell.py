"""The frame of every page: signing in and out, themes, the search key, what a phone shows."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.fixtures import NewContext
from tests.browser.shop import PASSWORD


def test_signs_in_by_password_and_out_again(stranger: Page) -> None:
    stranger.goto("/items?number=BOLT-*")
    expect(stranger).to_have_url(re.compile(r"/account/login/\?next="))
    stranger.get_by_label("Username").fill("operator")
    stranger.get_by_label("Password").fill(PASSWORD)
    stranger.get_by_role("button", name="Sign in", exact=True).click()
    expect(stranger).to_have_url(re.compile(r"/items\?number=BOLT-\*"))

    stranger.get_by_role("button", name="your menu").click()
    stranger.get_by_role("button", name="Sign out").click()
    expect(stranger).to_have_url(re.compile("/account/login"))
    stranger.goto("/serials")
    expect(stranger.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_a_wrong_password_is_said_and_the_name_stays(stranger: Page) -> None:
    stranger.goto("/account/login/")
    stranger.get_by_label("Username").fill("operator")
    stranger.get_by_label("Password").fill("not this one")
    stranger.get_by_label("Password").press("Enter")
    expect(stranger.get_by_role("alert")).to_be_visible()
    expect(stranger.get_by_label("Username")).to_have_value("operator")


def test_the_theme_is_chosen_and_kept(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/serials")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="your menu").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.goto("/items")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="your menu").click()
    page.get_by_role("button", name="System").click()
    page.reload()
    expect(page.locator("html")).not_to_have_attribute("data-bs-theme", "dark")


def test_the_theme_is_chosen_without_scripts(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/serials")
    page.get_by_role("button", name="your menu").click()
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url(re.compile("/serials$"))
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_slash_goes_to_the_search_but_not_while_typing(page: Page) -> None:
    page.goto("/serials")
    page.keyboard.press("/")
    search = page.get_by_label("Search or scan")
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")


def test_a_phone_reaches_everything_by_its_menu(new_context: NewContext) -> None:
    page = new_context(phone=True).new_page()
    page.goto("/serials")
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("link", name="Vendors", exact=True).click()
    expect(page.get_by_role("heading", name="Vendors")).to_be_visible()
