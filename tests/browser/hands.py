"""Two pairs of hands for the same story: one with a mouse, one that never touches it."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page, expect

FAR = 250
"""Presses of Tab after which nothing is looked for any more."""
NEAR = 4
"""Presses before the goal from which on each is looked at; the count of what lies between need not be exact."""
BETWEEN = """element => {
  const stops = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter((stop) => !stop.disabled && stop.tabIndex >= 0 && stop.checkVisibility());
  return stops.indexOf(element) - stops.indexOf(document.activeElement);
}"""


class Hands(Protocol):
    """What a person does to a page."""

    def press(self, what: Locator) -> None:
        """Press a button, follow a link, tick a box."""

    def write(self, what: Locator, text: str) -> None:
        """Put this text into a field, in place of what stands there."""


class Mouse:
    """Points and clicks."""

    def press(self, what: Locator) -> None:
        """Click it."""
        what.click()

    def write(self, what: Locator, text: str) -> None:
        """Click into it and paste."""
        what.click()
        what.fill(text)


class Keyboard:
    """Goes from one thing to the next with Tab, as somebody does who cannot use a mouse."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._keys = page.keyboard

    def press(self, what: Locator) -> None:
        """Go there and press Enter, or Space where Enter would send the form; where it is a link, wait until it has led somewhere.

        A click waits for that by itself. A key does not, and the next thing to write into could be found on the page that is being left.
        """
        self._reach(what)
        ticked = what.evaluate("element => element.matches('input[type=checkbox], input[type=radio]')")
        before = self._page.url
        leads = what.evaluate("element => element.matches('a[href]') && element.href.split('#')[0] !== location.href.split('#')[0]")
        self._keys.press("Space" if ticked else "Enter")
        if leads:
            self._page.wait_for_url(lambda url: url != before)

    def write(self, what: Locator, text: str) -> None:
        """Go there and paste over everything."""
        self._reach(what)
        self._keys.press("Control+A")
        self._keys.insert_text(text)

    def _reach(self, what: Locator) -> None:
        expect(what).to_be_visible()
        for _ in range(what.evaluate(BETWEEN) - NEAR):  # far away nobody looks after each press
            self._keys.press("Tab")
        for _ in range(FAR):
            if what.evaluate("element => element === document.activeElement"):
                return
            self._keys.press("Tab")
        raise AssertionError(f"Tab never comes to {what}")
