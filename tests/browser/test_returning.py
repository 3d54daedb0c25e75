"""Returns in a real browser: bought units shipped and returned; one restocked, one rejected, one repaired and shipped back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from nameplate.models import Document, Serial, Status
from nameplate.operations.shipping import ship_directly
from tests import world
from tests.browser.shop import Shop
from tests.documents.reading import texts_of

AT = ".np-steps [aria-current=step]"


def sold(shop: Shop) -> tuple[str, dict[str, int]]:
    """Three drives with a customer, who has a number."""
    item = world.item(number="HDD-RETURN")
    units = list(world.receipt(numbers=["RT-1", "RT-2", "RT-3"], of=item, at=shop.shelf).movements.values_list("serial_id", flat=True))
    customer = world.customer(name="Rookery Records")
    ship_directly(actor=shop.people["manager"], customer=customer, unit_ids=units, warranty_months=24)
    return customer.number, dict(Serial.objects.filter(pk__in=units).values_list("number", "pk"))


def stands(unit: int) -> Status:
    return Status(Serial.objects.get(pk=unit).status)


def tick(page: Page, number: str, button: str) -> None:
    """Only this unit, then on to the page of the act."""
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_role("checkbox", name=f"Choose {number}").check()
    page.get_by_role("button", name=button, exact=True).click()


def said(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("status").first).to_contain_text(words)


def look_in_the_list(page: Page) -> None:
    """Returned, and so is the lot that they are in now."""
    page.goto("/serials?columns=serial,status,lot_status&serial=RT-*")
    expect(page.locator("#list-rows [data-c=status]")).to_have_text(["Returned"] * 3)
    expect(page.locator("#list-rows [data-c=lot_status]")).to_have_text(["RMA returned"] * 3)


def test_what_comes_back_goes_its_ways(page: Page, shop: Shop) -> None:
    number, units = sold(shop)
    page.goto(f"/returns/new?customer={number}")
    for one in ("RT-1", "RT-2", "RT-3"):
        page.get_by_role("checkbox", name=re.compile(one)).check()
    page.get_by_label("What is wrong").fill("They click.")
    page.get_by_label("Where they lie now").fill(f"{shop.shelf.site} · {shop.shelf.name}")
    page.get_by_role("button", name="Take back", exact=True).click()
    said(page, "3 units taken back")
    expect(page.locator(AT)).to_have_text("Waiting for inspection")
    expect(page.get_by_text("in warranty")).to_have_count(3)
    paper = Document.objects.get(kind="RMA", party__number=number)
    look_in_the_list(page)
    page.goto(f"/returns/{paper.pk}")

    page.get_by_role("button", name="Restock RT-1").click()
    said(page, "1 unit is in stock again.")
    tick(page, "RT-2", "Reject…")
    page.get_by_label("Reason").fill("Dropped")
    page.get_by_role("button", name="Reject", exact=True).click()
    tick(page, "RT-3", "Repair…")
    page.get_by_label("What is wrong").fill("Bearing")
    page.get_by_role("button", name="Repair", exact=True).click()
    expect(page.locator(AT)).to_have_text("Waiting for action")
    assert [stands(units[one]) for one in ("RT-1", "RT-2", "RT-3")] == [Status.RECEIVED, Status.REJECTED, Status.RETURNED]
    tick(page, "RT-3", "Ship back…")
    page.get_by_label("What was done").fill("New bearing")
    page.get_by_role("button", name="Ship back", exact=True).click()
    expect(page.locator(AT)).to_have_text("Resolved")
    assert stands(units["RT-3"]) is Status.SHIPPED
    report = page.request.get(f"/returns/{paper.pk}/repair-report.pdf").body()
    assert "New bearing" in " ".join(texts_of(report))

    page.goto(f"/serials/{units['RT-1']}")
    expect(page.get_by_text("Last customer")).to_have_count(2)  # among the facts and in the side card
    expect(page.get_by_role("link", name=paper.number).first).to_be_visible()
    shipment = Document.objects.get(kind="S", party__number=number, shipment__orders__kind="CO")
    page.goto(f"/shipments/{shipment.pk}")
    page.get_by_role("link", name="Undo").first.click()
    expect(page.get_by_text(paper.number).first).to_be_visible()
