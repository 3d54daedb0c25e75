"""The whole way of a delivery, once with the mouse and once with the keyboard alone: ordered, received, found, known, undone."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from playwright.sync_api import Locator, Page, expect

from tests import proving
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.shop import PASSWORD

BOX = "{0}-001..{0}-006\n{0}-003\n{0}\u2011007\n{0}-0\u200b08\n{0}-009 pallet 4"
"""Six good numbers; a repeat, a typographic dash and several words to decide on; an invisible character."""


HANDS = ("keyboard", "mouse")
"""The short form tells the story by keyboard on SQLite and by mouse on PostgreSQL; the full form by both on both."""


@pytest.fixture(params=HANDS if proving.PROVING else [HANDS[connection.vendor == "postgresql"]])
def story(request: pytest.FixtureRequest, stranger: Page) -> Story:
    hands: Hands = Mouse() if request.param == "mouse" else Keyboard(stranger)
    return Story(stranger, hands, request.param.upper())


class Story:
    """Somebody at a page. `mark` tells the things of one telling from those of the other."""

    def __init__(self, page: Page, hands: Hands, mark: str) -> None:
        self.page = page
        self.hands = hands
        self.mark = mark

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name)

    def link(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("link", name=name, exact=isinstance(name, str))

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def goes_to(self, place: str) -> None:
        """By the rail."""
        self.hands.press(self.page.get_by_role("navigation", name="Main").get_by_role("link", name=re.compile(f"^{re.escape(place)}")))
        expect(self.page.get_by_role("heading", level=1)).to_have_text(place)

    def signs_in(self) -> None:
        self.page.goto("/")
        self.hands.write(self.field("Username"), "administrator")
        self.hands.write(self.field("Password"), PASSWORD)
        self.hands.press(self.page.get_by_role("button", name="Sign in", exact=True))
        expect(self.page.get_by_role("heading", name="Serial numbers", level=1)).to_be_visible()

    def makes_what_an_order_needs(self) -> None:
        self.goes_to("Vendors")
        self.hands.press(self.link("New vendor").first)
        self.hands.write(self.page.get_by_label("Name", exact=True).first, f"Kuusik {self.mark}")
        self.hands.press(self.button("Create the vendor"))
        expect(self.page.get_by_role("status")).to_contain_text("created")
        self.goes_to("Items")
        self.hands.press(self.link("New item").first)
        self.hands.write(self.page.get_by_label("Item number"), f"FAN-{self.mark}")
        self.hands.write(self.page.get_by_label("Description"), "Fan 120 mm")
        self.hands.press(self.button("Create the item"))
        expect(self.page.get_by_role("heading", level=1)).to_have_text(f"FAN-{self.mark}")
        self.goes_to("Sites and locations")
        self.hands.press(self.link("New site").first)
        self.hands.write(self.page.get_by_label("Name"), f"Hall {self.mark}")
        self.hands.press(self.button("Create the site"))
        self.hands.press(self.link("New location"))
        self.hands.write(self.page.get_by_label("Name"), "B-02")
        self.hands.press(self.page.get_by_role("button", name="Create the location", exact=True))
        expect(self.page.get_by_role("status")).to_contain_text("B-02")

    def orders_ten(self) -> None:
        self.goes_to("Purchase orders")
        self.hands.press(self.link("New purchase order").first)
        self.hands.write(self.page.get_by_label("Vendor", exact=True), f"Kuusik {self.mark}")
        line = self.page.get_by_role("group", name="Line 1")
        self.hands.write(line.get_by_label("Item"), f"FAN-{self.mark}")
        self.hands.write(line.get_by_label("Quantity"), "10")
        self.hands.press(self.page.get_by_role("button", name="Create the order", exact=True))
        self.hands.press(self.button("Mark as ordered"))
        expect(self.page.get_by_text("Ordered", exact=True).first).to_be_visible()

    def receives_what_is_good(self) -> None:
        self.hands.press(self.link("Receive"))
        self.hands.write(self.page.get_by_label("Where to").first, f"Hall {self.mark} · B-02")
        self.hands.write(self.box, BOX.format(self.mark))
        self.hands.press(self.button("Receive 6 now"))
        expect(self.page.get_by_role("status").first).to_contain_text("Received 6 units. 3 stayed here as a draft")

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile("^Serial numbers"))

    def finds_the_rest_again(self) -> None:
        rest = f"{self.mark}\u2011007\n{self.mark}-0\u200b08\n{self.mark}-009 pallet 4"
        expect(self.box).to_have_value(rest)
        self.page.reload()
        expect(self.box).to_have_value(rest)
        self.hands.press(self.button(re.compile("^Clean all 2")))
        expect(self.button("Receive 2 now")).to_be_visible()
        expect(self.box).to_have_value(f"{self.mark}-007\n{self.mark}-008\n{self.mark}-009 pallet 4")

    def finds_them_in_stock(self) -> None:
        self.goes_to("Serial numbers")
        self.hands.write(self.field("Filter Serial number"), f"{self.mark}-00*")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#list-count")).to_contain_text("6 match")
        expect(self.page.locator("#list-rows tr")).to_have_count(6)

    def reads_the_history_of_the_third(self) -> None:
        self.hands.press(self.link(f"{self.mark}-003"))
        history = self.page.get_by_role("region", name="History")
        expect(history).to_contain_text(f"Received from Kuusik {self.mark}")
        expect(history).to_contain_text("administrator · one of 6")
        expect(history).to_contain_text(f"Hall {self.mark} · B-02")

    def undoes_it_for_the_third(self) -> None:
        self.hands.press(self.link(re.compile("^Undo: Received")))
        expect(self.page.get_by_role("textbox", name="Serial numbers")).to_have_value(f"{self.mark}-003")
        self.hands.write(self.page.get_by_label("Reason"), "Sent back at the gate")
        self.hands.press(self.page.get_by_role("button", name="Undo", exact=True))
        expect(self.page.get_by_role("status").first).to_contain_text("Undone for 1 unit.")
        expect(self.page.get_by_text("Sent back at the gate")).to_be_visible()

    def undoes_the_whole_receipt(self) -> None:
        self.hands.press(self.page.get_by_role("link", name=re.compile("^entry ")))
        self.hands.press(self.page.get_by_role("link", name="Undo…"))
        self.hands.press(self.page.get_by_role("button", name="Undo", exact=True))
        expect(self.page.get_by_role("status").first).to_contain_text("Undone for 5 units.")
        self.page.goto(f"/serials?serial={self.mark}-*")
        expect(self.page.get_by_role("heading", name="No unit matches")).to_be_visible()
        expect(self.page.locator("#list-count")).to_contain_text("0 match")


def test_from_order_to_undo(story: Story) -> None:
    story.signs_in()
    story.makes_what_an_order_needs()
    story.orders_ten()
    story.receives_what_is_good()
    story.finds_the_rest_again()
    story.finds_them_in_stock()
    story.reads_the_history_of_the_third()
    story.undoes_it_for_the_third()
    story.undoes_the_whole_receipt()
