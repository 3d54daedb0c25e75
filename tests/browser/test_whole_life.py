"""The whole life of a drive in a real browser: bought, inspected, built in, shipped, back, replaced, rejected; another comes for it.

Each step is read on the pages of the drive and of its pod, and what came after it forbids its undo.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, Request, expect

from nameplate.ledger import verify
from nameplate.models import Document, Entry, Party, Role, Serial
from nameplate.operations import manufacturing
from nameplate.operations.cataloguing.bills import Part, set_bill
from nameplate.operations.cataloguing.items import create_item
from tests import world
from tests.browser.deliveries import open_receipt, ordered, receive_button
from tests.browser.shop import Shop


@dataclass
class Life:
    """A drive and the pod that it goes into, and whoever looks at them. `mark` begins all their numbers."""

    page: Page
    shop: Shop
    mark: str = field(default_factory=lambda: f"{uuid.uuid4().hex[:5].upper()}-")
    submits: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        manager = world.user(role=Role.MANAGER)
        self.drive = world.item(number=f"{self.mark}HDD", requires_inspection=True)
        self.pod = create_item(actor=manager, number=f"{self.mark}POD", made=True, bought=False, warranty_months=24)
        set_bill(actor=manager, item=self.pod, version=self.pod.version, parts=[Part(self.drive, 3, "bay 1..bay 3")])
        self.order = ordered(self.shop, 4, of=self.drive)
        made = manufacturing.create_manufacturing_order(actor=manager, item=self.pod, quantity=1, location=self.shop.shelf)
        self.making = manufacturing.start(actor=manager, order=made)
        self.customer: Party = world.customer(name=f"{self.mark}Archive")
        self.place = f"{self.shop.shelf.site.name} · {self.shop.shelf.name}"

    def unit(self, number: str) -> Serial:
        return Serial.objects.get(number=self.mark + number, withdrawn=False)

    def open(self, number: str, query: str = "") -> None:
        self.page.goto(f"/serials/{self.unit(number).pk}{query}")

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def said(self, sentence: str) -> None:
        expect(self.page.get_by_role("status").first).to_contain_text(sentence)

    def reads(self, number: str, *facts: str, status: str) -> None:
        """Its page says so over its history."""
        self.open(number)
        expect(self.page.locator(".np-st-large")).to_have_text(status)
        for fact in facts:
            expect(self.page.locator(".np-facts")).to_contain_text(fact)

    def bays(self, on: str = "") -> list[str]:
        """What is in the pod, or was at the end of a day, without the mark."""
        self.open("SP-1", f"?on={on}" if on else "")
        expect(self.page.get_by_role("heading", name="Inside")).to_be_visible()
        return [text.removeprefix(self.mark) for text in self.page.locator("#components tbody td:nth-child(2)").all_inner_texts()]

    def cannot_undo(self, entry: Entry, paper: str) -> None:
        """The page of the undo names what came after, and pressing it all the same changes nothing."""
        self.page.goto(f"/entries/{entry.pk}/reversal")
        expect(self.page.get_by_role("listitem").filter(has_text=paper).first).to_be_visible()
        self.press("Undo")
        expect(self.page.get_by_role("alert").first).to_contain_text(paper)
        assert not entry.reversals.exists()

    def count(self, request: Request) -> None:
        """Of what is sent, remember the addresses that change something."""
        if request.method == "POST" and not request.url.endswith("/preview"):
            self.submits.append(re.sub(r"^.*?//[^/]+|\d+", "", request.url))


def last() -> Entry:
    return Entry.objects.latest("pk")


def buy_and_inspect(life: Life) -> None:
    """Received some days ago, on hold for the inspection that passes them."""
    page = life.page
    open_receipt(page, life.order).fill(f"{life.mark}WD-1..{life.mark}WD-4")
    page.get_by_label("Received on").first.fill((timezone.localdate() - timedelta(days=6)).isoformat())
    receive_button(page, 4).click()
    life.said("Received 4 units.")
    life.reads("WD-2", life.place, "on hold", life.order.number, status="Received")
    received, paper = last(), Document.objects.get(inspection__source=life.order)
    page.goto(f"/inspections/{paper.pk}/verdicts")
    page.get_by_role("textbox", name=re.compile("^Passed")).fill(f"{life.mark}WD-1..{life.mark}WD-4")
    life.press("Record 4 passed")
    life.said("4 passed, 0 failed.")
    life.reads("WD-2", life.place, "available", status="Received")
    life.cannot_undo(received, paper.number)


def build_in_and_ship(life: Life) -> Entry:
    """Three of them go into a pod, and the pod to its customer; the entry of that."""
    page = life.page
    page.goto(f"/manufacturing-orders/{life.making.pk}/completions")
    page.locator("summary").filter(has_text="The grid as text").click()
    page.locator("#grid").fill("\t".join(life.mark + number for number in ("SP-1", "WD-1", "WD-2", "WD-3")))
    page.locator("[data-do=check]").click()
    life.press("Finish 1 product now")
    life.said("Finished 1 product.")
    built = last()
    life.reads("WD-2", f"in {life.mark}SP-1", life.place, status="Consumed")
    life.open("SP-1")
    page.get_by_role("link", name="Ship", exact=True).click()
    page.get_by_label("Customer", exact=True).fill(life.customer.number)
    page.get_by_role("button", name=re.compile("^Ship.* now$")).click()
    life.said("1 unit shipped")
    shipped = last()
    life.reads("SP-1", "at the customer", life.customer.name, "until 20", status="Shipped")
    life.reads("WD-2", f"in {life.mark}SP-1", life.customer.name, status="Consumed")
    life.cannot_undo(built, str(shipped.document))
    return shipped


def take_back_and_repair(life: Life, shipped: Entry) -> Entry:
    """Back, in repair, with another drive, home again; the entry by which the drive was replaced. The return takes three submits."""
    page, warranty = life.page, life.unit("SP-1").warranty_until
    page.on("request", life.count)
    life.open("SP-1")
    page.get_by_role("link", name="Take back", exact=True).click()
    page.get_by_label("What is wrong").fill("Bay 2 is red.")
    page.get_by_label("Where they lie now").fill(life.place)
    page.get_by_role("button", name=re.compile("^Take back")).click()
    life.said("1 unit taken back")
    expect(page.get_by_text("in warranty")).to_be_visible()
    paper = Document.objects.get(kind="RMA", party=life.customer)
    page.get_by_role("button", name="Repair…", exact=True).click()
    page.get_by_label("What is wrong").fill("Bay 2 is red.")
    life.press("Repair")
    life.reads("SP-1", life.place, life.customer.name, status="Returned")
    page.get_by_role("link", name=f"Replace {life.mark}WD-2").click()
    page.get_by_label("Component that goes in").fill(f"{life.mark}WD-4")
    page.get_by_label("What becomes of it").select_option("Rejected")
    page.get_by_label("Where it goes").fill(life.place)
    page.get_by_role("textbox", name=re.compile("^Reason")).fill("Clicks")
    life.press("Replace")
    life.said("is Rejected.")
    replaced = last()
    page.goto(f"/returns/{paper.pk}")
    page.get_by_role("button", name="Ship back…", exact=True).click()
    page.get_by_label("What was done").fill("Drive in bay 2 replaced.")
    life.press("Ship back")
    expect(page.locator(".np-steps [aria-current=step]")).to_have_text("Resolved")
    page.remove_listener("request", life.count)
    assert life.submits == ["/returns/new", "/returns//repairs", "/replacements/new", "/returns//shipments"]
    life.reads("SP-1", "at the customer", life.customer.name, status="Shipped")
    life.reads("WD-2", life.place, status="Rejected")
    life.reads("WD-4", f"in {life.mark}SP-1", life.customer.name, status="Consumed")
    assert life.unit("SP-1").warranty_until == warranty
    life.cannot_undo(shipped, paper.number)
    return replaced


def send_to_vendor(life: Life, replaced: Entry) -> None:
    """The drive goes where it came from, and another comes."""
    page = life.page
    life.open("WD-2")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("link", name="Return to vendor…").click()
    # By its number, where another test made a vendor of the same name.
    vendor = life.shop.vendor
    expect(page.get_by_label("Vendor", exact=True)).to_have_value(re.compile(f"^({re.escape(vendor.name)}|{vendor.number})$"))
    page.get_by_label("What is wrong with them").fill("Clicks")
    page.get_by_role("button", name=re.compile("^Send back")).click()
    life.said("1 unit is on the way back")
    paper = Document.objects.get(kind="RTV", entries=last())
    life.cannot_undo(replaced, paper.number)
    page.goto(f"/vendor-returns/{paper.pk}")
    page.get_by_role("link", name="Something came").click()
    page.get_by_label(f"What came for {life.mark}WD-2").fill(f"{life.mark}WD-9")
    page.get_by_label("Where to").fill(life.place)
    life.press("Receive")
    life.said("1 unit came")
    life.reads("WD-2", f"at {life.shop.vendor.name}", status="Written off")
    expect(page.locator("section[aria-labelledby=vendor]")).to_contain_text(f"replaced by {life.mark}WD-9")
    life.reads("WD-9", life.place, status="Received")


def test_in_a_browser(page: Page, shop: Shop) -> None:
    life = Life(page, shop)
    buy_and_inspect(life)
    shipped = build_in_and_ship(life)
    assert life.bays() == ["WD-1", "WD-2", "WD-3"]
    replaced = take_back_and_repair(life, shipped)
    send_to_vendor(life, replaced)

    assert life.bays() == ["WD-1", "WD-4", "WD-3"]
    assert life.bays(timezone.localdate().isoformat()) == ["WD-1", "WD-4", "WD-3"]
    assert life.bays((timezone.localdate() - timedelta(days=1)).isoformat()) == []
    life.open("WD-2", "?order=oldest")
    history = page.get_by_role("region", name="History")
    told = ["Received, put on hold", "Freed from hold", "Consumed", "Shipped", "Returned", "Work begun", "Removed", "Sent to vendor"]
    expect(history).to_contain_text(re.compile(".*".join(told), re.DOTALL))
    assert verify() == []
