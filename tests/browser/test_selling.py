"""A sale in a real browser: ordered, reserved, picked by scanning with late binding, shipped in two parts, printed, and taken back."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from nameplate.models import Document, Item, Party, Serial, Status
from tests import world
from tests.browser.fixtures import NewContext
from tests.browser.shop import Shop
from tests.documents.reading import texts_of

AT = ".np-steps [aria-current=step]"
"""Where a document stands."""


def said(page: Page) -> Locator:
    return page.get_by_role("status").first


def sell_three(page: Page, item: Item, customer: Party) -> Document:
    """An order for three, with a warranty of its own."""
    page.goto(f"/customer-orders/new?customer={customer.number}")
    page.get_by_label("Customer’s reference").fill("PO 4711")
    line = page.get_by_role("group", name="Line 1")
    line.get_by_label("Item").fill(item.number)
    line.get_by_label("Quantity").fill("3")
    line.get_by_label("Price of one").fill("92.4")
    line.get_by_label("Warranty in months").fill("12")
    page.get_by_role("button", name="Create the order", exact=True).click()
    expect(said(page)).to_contain_text("was created")
    return Document.objects.get(kind="CO", lines__item=item)


def scan(page: Page, *numbers: str) -> None:
    """A scanner types without looking where the cursor is; each number ends with Enter."""
    for number in numbers:
        page.keyboard.type(number)
        page.keyboard.press("Enter")


def ship(page: Page) -> None:
    page.get_by_role("button", name="Ship…", exact=True).click()
    page.get_by_role("button", name="Ship now", exact=True).click()
    expect(said(page)).to_contain_text("is shipped")


def of_item(item: Item, **which: object) -> list[str]:
    return list(Serial.objects.filter(item=item, **which).order_by("sort_key").values_list("number", flat=True))


def reserve_and_pick_two(page: Page, order: Document, item: Item) -> Document:
    """The oldest three are reserved; of the two that are scanned one was not, and takes the place of another."""
    page.get_by_role("link", name="Reserve", exact=True).click()
    page.get_by_role("button", name="Reserve these quantities").click()
    expect(said(page)).to_contain_text("3 units reserved: the first to expire, then the oldest.")
    expect(page.get_by_text("SO-1..SO-3")).to_be_visible()
    page.goto(f"/customer-orders/{order.pk}")
    page.get_by_role("button", name="New shipment").click()
    expect(said(page)).to_contain_text("Scan what goes into it.")
    scan(page, "SO-5", "SO-2", "SO-99")
    panel = page.locator("#panel-0")
    expect(panel).to_contain_text(f"reserved for {order.number}")
    expect(panel).to_contain_text("no unit bears this number")
    page.get_by_role("button", name="Pick 2", exact=True).click()
    expect(said(page)).to_contain_text("2 units picked. 1 stayed here as a draft.")
    assert of_item(item, reserved_line__document=order) == ["SO-1", "SO-2", "SO-5"]
    page.get_by_role("link", name=re.compile("^Open S")).click()
    return Document.objects.get(kind="S", shipment__orders=order)


def ship_the_rest(page: Page, order: Document) -> None:
    page.goto(f"/customer-orders/{order.pk}")
    expect(page.locator(AT)).to_have_text("Partly shipped")
    page.get_by_role("button", name="New shipment").click()
    page.get_by_role("button", name="Put 1 reserved into the box").click()
    expect(page.locator("#text-0")).to_have_value("SO-1")
    page.get_by_role("button", name="Pick 1", exact=True).click()
    expect(said(page)).to_contain_text("1 unit picked.")
    ship(page)
    page.goto(f"/customer-orders/{order.pk}")
    expect(page.locator(AT)).to_have_text("Shipped")


def test_from_the_order_to_the_last_unit_and_back(page: Page, shop: Shop) -> None:
    item = world.item(number="SSD-SOLD", description="Drive that is sold")
    world.receipt(numbers=[f"SO-{number}" for number in range(1, 7)], of=item, at=shop.shelf)
    order = sell_three(page, item, world.customer(name="Saltmarsh"))
    paper = reserve_and_pick_two(page, order, item)
    page.get_by_role("button", name="Ready for shipment").click()
    expect(said(page)).to_contain_text("is ready for shipment")
    ship(page)
    assert "SO-5" in texts_of(page.request.get(f"/shipments/{paper.pk}/packing-list.pdf").body())[0]
    expect(page.get_by_text("What went with it")).to_be_visible()
    ship_the_rest(page, order)

    page.goto(f"/serials/{Serial.objects.get(item=item, number='SO-5').pk}")
    for fact in ("Saltmarsh", order.number, paper.number, "at the customer", "until 20"):
        expect(page.locator(".np-facts")).to_contain_text(fact)
    page.get_by_role("link", name=re.compile("^Undo: Shipped to Saltmarsh")).click()
    page.get_by_label("all 2 units").check()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(said(page)).to_contain_text("Undone for 2 units.")
    page.goto(f"/shipments/{paper.pk}")
    expect(page.locator(AT)).to_have_text("Ready for shipment")
    assert of_item(item, status=Status.SHIPPED) == ["SO-1"]


def test_a_unit_that_somebody_else_holds_is_said_and_not_taken(page: Page, shop: Shop) -> None:
    item = world.item(number="SSD-HELD")
    world.receipt(numbers=["HE-1", "HE-2"], of=item, at=shop.shelf)
    first, second = (
        sell_three(page, one, world.customer(name=name)) for one, name in ((item, "Ostrava"), (world.item(number="SSD-NONE"), "Konstanz"))
    )
    page.goto(f"/customer-orders/{first.pk}/reservations")
    page.get_by_role("button", name="Reserve as much as there is").click()
    expect(said(page)).to_contain_text("2 units reserved")
    page.goto(f"/customer-orders/{second.pk}/edit")
    page.get_by_role("group", name="Line 1").get_by_label("Item").fill(item.number)
    page.get_by_role("button", name="Save the order", exact=True).click()
    page.get_by_role("button", name="New shipment").click()
    expect(said(page)).to_contain_text("Scan what goes into it.")
    scan(page, "HE-1")
    expect(page.locator("#panel-0")).to_contain_text(f"reserved for {first.number}, Ostrava")
    expect(page.get_by_role("button", name="Check the numbers").last).to_be_visible()


def test_what_the_list_finds_is_shipped_in_one_screen_on_a_phone(new_context: NewContext, shop: Shop) -> None:
    item = world.item(number="SSD-ONCE")
    world.receipt(numbers=["ON-1", "ON-2", "ON-3"], of=item, at=shop.shelf)
    customer = world.customer(name="Lakeside")
    page = new_context(as_="manager", phone=True).new_page()
    page.goto("/direct-shipments/new?search=item%3D%253DSSD-ONCE")
    page.get_by_label("Customer", exact=True).fill(customer.number)
    page.get_by_label("Customer’s reference").fill("4500018833")
    page.get_by_role("button", name="Ship 3 units now").click()
    expect(said(page)).to_contain_text("3 units shipped with S")
    expect(page.get_by_text("ON-1..ON-3")).to_be_visible()
    assert of_item(item, customer=customer, status=Status.SHIPPED) == ["ON-1", "ON-2", "ON-3"]
