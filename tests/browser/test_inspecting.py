"""Quality control in a browser: received on hold, judged by scanning into two boxes, released; each step taken back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from nameplate.ledger import verify
from nameplate.models import Document, Entry, InspectedUnit, Item, Lot, LotStatus, Role, Serial, Status
from nameplate.operations.inspecting.plans import Check, set_plan
from nameplate.operations.reasons import create_reason
from tests import world
from tests.browser.deliveries import open_receipt, ordered, receive_button
from tests.browser.fixtures import NewContext
from tests.browser.shop import Shop


def said(page: Page, sentence: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(sentence)


def undo(page: Page, entry: Entry) -> None:
    page.goto(f"/entries/{entry.pk}/reversal")
    page.get_by_role("button", name="Undo", exact=True).click()
    said(page, "Undone")
    assert verify() == []


def require_inspection(desk: Page, item: Item) -> None:
    """Say it on the item's form, and make its plan."""
    desk.goto(f"/items/{item.pk}/edit")
    desk.get_by_label("Requires inspection").check()
    desk.get_by_role("button", name="Save the item").click()
    said(desk, "was saved")
    desk.get_by_role("link", name="Make a plan").click()
    desk.get_by_role("group", name="Check 1").get_by_label("Check", exact=True).fill("Read speed")
    desk.get_by_role("group", name="Check 1").get_by_label("Unit").fill("MB/s")
    desk.get_by_role("group", name="Check 1").get_by_label("Lowest").fill("140")
    desk.get_by_role("button", name="Add a check").click()
    desk.get_by_role("group", name="Check 2").get_by_label("Check", exact=True).fill("Label readable")
    desk.get_by_role("group", name="Check 2").get_by_label("Asks for").select_option("Yes or no")
    desk.get_by_role("button", name="Save the plan").click()
    said(desk, "is version 1")


def measure(desk: Page, paper: Document) -> None:
    """Paste what the bench found of two."""
    desk.goto(f"/inspections/{paper.pk}")
    desk.get_by_role("link", name="Enter results").click()
    desk.get_by_label("Results").fill("QCB-1\t152\tyes\nQCB-2\t96.7\tyes")
    desk.get_by_role("button", name="Keep the results").click()
    said(desk, "4 results kept")
    expect(desk.get_by_text(re.compile("By their results 1 pass and 1 fail"))).to_be_visible()


def judge(desk: Page, paper: Document) -> None:
    """Scan what passed and what failed; the mistake stays behind."""
    desk.goto(f"/inspections/{paper.pk}/verdicts")
    desk.get_by_role("textbox", name=re.compile("^Passed")).fill("QCB-1\nQCB-3..QCB-4\nQCB-99")
    desk.get_by_role("textbox", name=re.compile("^Failed")).fill("QCB-2")
    desk.get_by_label("Why they failed").select_option("Too slow")
    desk.get_by_label("Note on them").fill("Read twice")
    expect(desk.locator("#panel-passed").get_by_text("no unit bears it")).to_be_visible()
    desk.get_by_role("button", name="Record 3 passed, 1 failed").click()
    said(desk, "3 passed, 1 failed. 1 stayed here as a draft.")
    expect(desk.get_by_role("textbox", name=re.compile("^Passed"))).to_have_value("QCB-99")
    desk.get_by_role("textbox", name=re.compile("^Passed")).fill("")
    desk.get_by_label("The rest passes by this sample, not inspected").check()
    desk.get_by_role("button", name="Record 2 by sample").click()
    expect(desk.get_by_text("Passed by sample, not inspected")).to_be_visible()


def test_from_the_receipt_to_the_release_and_back(shop: Shop, new_context: NewContext) -> None:
    item = world.item(number="QC-BOARD", description="Board")
    create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind="rejection", name="Too slow")
    page, desk = (new_context(as_=role).new_page() for role in ("operator", "manager"))
    require_inspection(desk, item)
    order = ordered(shop, 6, of=Item.objects.get(pk=item.pk))
    open_receipt(page, order).fill("QCB-1..QCB-6")
    receive_button(page, 6).click()
    expect(page.get_by_role("status").first).to_contain_text("Received 6 units.")
    paper = Document.objects.get(inspection__source=order)
    page.goto("/serials?item=QC-BOARD&availability=on_hold")
    expect(page.get_by_role("link", name="QCB-6")).to_be_visible()
    page.goto(f"/inspections/{paper.pk}")
    expect(page.get_by_text("Somebody with the right to inspect judges these units.")).to_be_visible()

    measure(desk, paper)
    judge(desk, paper)
    rejected = Lot.objects.get(item=item, status=LotStatus.REJECTED)
    assert [unit.number for unit in Serial.objects.filter(lot=rejected)] == ["QCB-2"]
    desk.goto(f"/lots/{rejected.pk}")
    expect(desk.get_by_text("Rejected").first).to_be_visible()
    failed = Serial.objects.get(number="QCB-2")
    desk.goto(f"/serials/{failed.pk}")
    expect(desk.get_by_text("96.7")).to_be_visible()
    desk.get_by_role("link", name="Release to stock").click()
    desk.get_by_label("Reason").fill("It was the bench.")
    desk.get_by_role("button", name=re.compile("^Release to stock")).click()
    failed.refresh_from_db()
    assert failed.status == Status.RECEIVED

    for entry in Entry.objects.filter(movements__serial__item=item, reverses=None).distinct().order_by("-pk"):
        undo(desk, entry)
    paper.refresh_from_db()
    assert paper.status == "canceled"
    assert not Serial.objects.filter(item=item, withdrawn=False).exists()


def test_two_inspectors_at_once_and_a_page_gone_stale(shop: Shop, new_context: NewContext) -> None:
    item = world.item(requires_inspection=True)
    set_plan(actor=world.user(role=Role.MANAGER), item=item, version=0, checks=[Check("Speed")])
    world.receipt(numbers=["STALE-1", "STALE-2"], of=item, at=shop.shelf)
    paper = Document.objects.filter(kind="QC").latest("pk")
    first, second = (new_context(as_=role).new_page() for role in ("manager", "administrator"))
    for desk in (first, second):
        desk.goto(f"/inspections/{paper.pk}/verdicts")
        desk.get_by_role("textbox", name=re.compile("^Passed")).fill("STALE-1")
        expect(desk.get_by_role("button", name="Record 1 passed")).to_be_enabled()
    first.get_by_role("button", name="Record 1 passed").click()
    said(first, "1 passed, 0 failed.")
    second.get_by_role("button", name="Record 1 passed").click()
    expect(second.get_by_text("None of this can be judged as it is.")).to_be_visible()
    expect(second.locator("#panel-passed").get_by_text("judged already: passed")).to_be_visible()
    assert InspectedUnit.objects.filter(inspection=paper.pk, verdict="waiting").count() == 1
