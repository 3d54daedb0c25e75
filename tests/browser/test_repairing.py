"""A whole repair in a real browser: taken back, repaired with a drive replaced, shipped back. Three things are sent, no more."""

from __future__ import annotations

import uuid

from playwright.sync_api import Page, Request, expect

from nameplate.models import Document, Serial, Status
from nameplate.operations.shipping import ship_directly
from tests.browser.shop import Shop
from tests.documents.reading import texts_of
from tests.workshop import Workshop


def test_a_repair_with_a_replaced_drive_takes_three_submits(page: Page, shop: Shop) -> None:
    mark = f"{uuid.uuid4().hex[:5].upper()}-"
    work = Workshop(manager=shop.people["manager"], shelf=shop.shelf, prefix=mark)
    old, fresh = work.stock(work.drive, f"{mark}OLD", f"{mark}NEW")
    pod = work.build(work.pod, f"{mark}SP", [(old, "bay 1")])
    ship_directly(actor=work.manager, customer=work.customer, unit_ids=[pod], warranty_months=24)
    place = f"{shop.shelf.site} · {shop.shelf.name}"
    submits: list[str] = []

    def count(request: Request) -> None:
        if request.method == "POST" and request.is_navigation_request():
            submits.append(request.url)

    page.on("request", count)
    page.goto(f"/returns/new?customer={work.customer.number}")
    page.get_by_role("checkbox", name=f"{mark}SP {mark}POD").check()
    page.get_by_label("Where they lie now").fill(place)
    page.get_by_role("button", name="Take back", exact=True).click()
    page.get_by_role("button", name="Repair in one step…", exact=True).click()
    page.get_by_label("What was wrong").fill("Bearing")
    page.get_by_label("What was done").fill("New drive")
    page.get_by_label("Test result").fill("8 h, no errors")
    page.get_by_label("Replaced components").fill(f"{mark}OLD, {mark}NEW")
    page.get_by_label("What becomes of the old ones").select_option("rejected")
    page.get_by_label("Where the old ones go").fill(place)
    page.get_by_role("button", name="Repair in one step", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("is repaired.")
    page.get_by_role("button", name="Ship back…", exact=True).click()
    page.get_by_role("button", name="Ship back", exact=True).click()
    expect(page.locator(".np-steps [aria-current=step]")).to_have_text("Resolved")
    assert len(submits) == 3
    paper = Document.objects.get(kind="RMA", party=work.customer)
    stands = {unit.pk: (Status(unit.status), unit.parent_id) for unit in Serial.objects.filter(pk__in=[pod, old, fresh])}
    assert stands == {pod: (Status.SHIPPED, None), old: (Status.REJECTED, None), fresh: (Status.CONSUMED, pod)}
    report = " ".join(texts_of(page.request.get(f"/returns/{paper.pk}/repair-report.pdf").body()))
    assert all(word in report for word in ("New drive", f"{mark}NEW", "8 h, no errors"))
