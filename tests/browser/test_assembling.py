"""A pod after it was built, in a browser: a drive replaced, one taken out, one put in, an unknown one placed, reworked, taken apart."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from nameplate.ledger import verify
from nameplate.models import Availability, Document, Entry, Serial, Status
from tests.browser.fixtures import NewContext
from tests.browser.shop import Shop
from tests.workshop import Workshop


def said(page: Page, sentence: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(sentence)


def bench(workshop: Workshop) -> str:
    return f"{workshop.shelf.site.name} · Bench"


def bays(page: Page) -> list[str]:
    """The numbers on the page's table of components, in their order."""
    return page.locator("#components tbody td:nth-child(2)").all_inner_texts()


def undo(page: Page, entry: Entry) -> None:
    page.goto(f"/entries/{entry.pk}/reversal")
    page.get_by_role("button", name="Undo", exact=True).click()
    said(page, "Undone")


def replace(page: Page, workshop: Workshop) -> None:
    """D2-1 out, BN-1 in; at first without the reason that a rejection needs."""
    page.get_by_role("link", name="Replace D2-1").click()
    page.get_by_label("Component that goes in").fill("bn-1")
    page.get_by_label("What becomes of it").select_option("Rejected")
    expect(page.get_by_label("Where it goes")).to_have_value(bench(workshop))
    page.get_by_role("button", name="Replace").click()
    expect(page.get_by_role("alert")).to_contain_text("needs a reason")
    expect(page.get_by_label("Component that goes in")).to_have_value("bn-1")
    page.get_by_role("textbox", name=re.compile("^Reason")).fill("Clicks")
    page.get_by_role("button", name="Replace").click()
    said(page, "BN-1 is in at bay 2; D2-1 is Rejected.")
    assert bays(page)[:3] == ["D1-1", "BN-1", "D3-1"]


def take_out_and_place(page: Page) -> None:
    """D3-1 out, and BU-1, which the order used without saying where, in its place."""
    page.get_by_role("link", name="Take out D3-1").click()
    page.get_by_role("button", name="Take out").click()
    said(page, "D3-1 is out: back in stock.")
    page.get_by_role("link", name="Put a component in").click()
    expect(page.get_by_label("Place in the product")).to_have_value("bay 3")
    page.get_by_label("Component", exact=True).fill("BU-1")
    page.get_by_label("It is inside already").check()
    page.get_by_role("button", name="Put it in").click()
    said(page, "BU-1 is in BP-1 at bay 3.")


def rework(page: Page, pod: int) -> None:
    """Into rework and out of it."""
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Take into rework…").click()
    page.get_by_label("What is to be done").fill("New backplane")
    page.get_by_role("button", name="Begin the rework").click()
    said(page, "1 unit is in rework under RO")
    assert Serial.objects.get(pk=pod).availability == Availability.IN_WORK
    page.get_by_role("button", name="They are done").click()
    said(page, "1 unit is done.")


def take_apart(page: Page, pod: int) -> None:
    """For good; the module is rejected."""
    page.goto(f"/serials/{pod}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Take apart…").click()
    page.get_by_label("What becomes of M1-1").select_option("Rejected")
    page.get_by_role("textbox", name=re.compile("^Reason")).fill("End of life")
    page.get_by_role("button", name="Take apart").click()
    said(page, "BP-1 is taken apart under DA")
    assert Serial.objects.get(number="M1-1").status == Status.REJECTED
    page.goto(f"/serials/{pod}")
    expect(page.get_by_text("Nothing is inside it.")).to_be_visible()


def test_a_pod_is_changed_from_its_page_and_everything_taken_back(page: Page, shop: Shop) -> None:
    workshop = Workshop(prefix="BR-")
    pod = workshop.full_pod("BP-1")
    workshop.stock(workshop.drive, "BN-1", "BU-1")
    workshop.use(workshop.unit("BU-1").pk)
    first = Entry.objects.latest("pk").pk
    page.goto(f"/serials/{pod}")
    expect(page.get_by_role("heading", name="Inside")).to_be_visible()
    assert bays(page) == ["D1-1", "D2-1", "D3-1", "M1-1", "F1-1"]
    replace(page, workshop)
    take_out_and_place(page)
    rework(page, pod)
    take_apart(page, pod)
    for entry in Entry.objects.filter(pk__gt=first, reverses=None).order_by("-pk"):
        undo(page, entry)
    page.goto(f"/serials/{pod}")
    assert bays(page) == ["D1-1", "D2-1", "D3-1", "M1-1", "F1-1"]
    assert verify() == []


def test_what_was_inside_is_shown_for_a_past_day(page: Page, shop: Shop) -> None:
    workshop = Workshop(prefix="PD-")
    built = timezone.localdate() - timedelta(days=8)
    drive = workshop.stock(workshop.drive, "PD-1", on=built)[0]
    pod = workshop.build(workshop.pod, "PP-1", [(drive, "bay 1")], on=built)
    page.goto(f"/serials/{pod}")
    page.get_by_label("as of the end of").fill((built - timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Nothing was inside it then.")).to_be_visible()
    page.get_by_label("as of the end of").fill(built.isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("cell", name="still inside")).to_be_visible()
    page.get_by_role("link", name="now", exact=True).click()
    expect(page.get_by_role("link", name="Replace PD-1")).to_be_visible()


def test_a_list_is_pasted_checked_and_done(page: Page, shop: Shop) -> None:
    workshop = Workshop(prefix="LI-")
    workshop.build(workshop.pod, "LP-1")
    workshop.stock(workshop.drive, "LN-1", "LN-2")
    page.goto("/installations/new")
    page.get_by_label("Component, product and place, on each line").fill("LN-1\tLP-1\tbay 1\nLN-2\tLP-1\tbay 1\nNOBODY\tLP-1")
    page.get_by_role("button", name="Check the list").last.click()
    expect(page.get_by_text("bay 1 is given twice")).to_be_visible()
    page.get_by_role("button", name="Build in 1 now").click()
    said(page, "1 unit built in. 2 lines stay here as a draft.")
    expect(page.locator("textarea").first).to_have_value(re.compile("NOBODY"))


def test_two_are_scanned_without_scripts_on_a_phone(shop: Shop, new_context: NewContext) -> None:
    workshop = Workshop(prefix="SC-")
    pod = workshop.full_pod("SP-9")
    workshop.stock(workshop.drive, "SN-9")
    page = new_context(as_="operator", phone=True, java_script_enabled=False).new_page()
    page.goto("/replacements/new")
    page.get_by_label("Component that comes out").fill("D1-9")
    page.get_by_label("Component that goes in").fill("SN-9")
    page.get_by_label("Where it goes").fill(bench(workshop))
    page.get_by_role("button", name="Replace").click()
    said(page, "SN-9 is in at bay 1; D1-9 is back in stock.")
    assert Serial.objects.get(number="SN-9").parent_id == pod
    assert not Document.objects.filter(kind="WO", entries__movements__serial__number="D1-9").exists()
