"""The life of a pod, in a browser and over the API: ordered, built, a drive replaced, taken apart; and each step taken back."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from nameplate.ledger import verify
from nameplate.models import Entry, Serial, Status, User
from tests.api.asking import Program, program_of
from tests.browser.shop import Shop
from tests.pods import PodShop, pod_shop, unit


@dataclass
class Pods:
    """A pod shop whose numbers begin with a mark of its own, and its parts by what the story calls them."""

    shop: PodShop
    mark: str

    def row(self, product: str) -> list[str]:
        """What goes into it."""
        return [self.mark + part for part in (product, "D01", "D02", "D03", "P01", "P02")] + [self.shop.backplanes]

    @property
    def place(self) -> str:
        """Its shelf, as a page writes it."""
        return f"{self.shop.shelf.site.name} · {self.shop.shelf.name}"


def pods_of(actor: User) -> Pods:
    mark = f"{uuid.uuid4().hex[:5].upper()}-"
    return Pods(pod_shop(actor, mark=mark), mark)


def states(mark: str) -> dict[str, tuple[int, int | None, str]]:
    """Every unit of the story as it stands."""
    rows = Serial.objects.filter(number__startswith=mark, withdrawn=False).values_list("number", "status", "parent", "place")
    return {number: (status, parent, place) for number, status, parent, place in rows}


def said(page: Page, sentence: str) -> None:
    expect(page.get_by_role("status").first).to_contain_text(sentence)


def build(page: Page, pods: Pods) -> None:
    """An order for one, started, finished by a block from a spreadsheet."""
    page.goto("/manufacturing-orders")
    page.get_by_role("link", name="New manufacturing order").first.click()
    page.get_by_role("combobox", name="Product").fill(pods.shop.pod.number)
    page.get_by_label("Quantity").fill("1")
    if page.get_by_label("Site").count():
        page.get_by_label("Site").select_option(pods.shop.shelf.site.name)
    page.get_by_label("Finished goods go to").fill(pods.place)
    page.get_by_role("button", name="Create the order").click()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="Finish products").click()
    page.locator("summary").filter(has_text="The grid as text").click()
    page.locator("#grid").fill("\t".join(pods.row("POD-1")))
    page.locator("[data-do=check]").click()
    page.get_by_role("button", name="Finish 1 product now").click()
    said(page, "Finished 1 product.")


def replace(page: Page, pods: Pods) -> None:
    """The drive in bay 2 fails: out it goes, another in its place."""
    page.goto(f"/serials/{unit(f'{pods.mark}POD-1').pk}")
    page.get_by_role("link", name=f"Replace {pods.mark}D02").click()
    page.get_by_label("Component that goes in").fill(f"{pods.mark}D07")
    page.get_by_label("What becomes of it").select_option("Rejected")
    page.get_by_label("Where it goes").fill(pods.place)
    page.get_by_role("textbox", name=re.compile("^Reason")).fill("Clicks")
    page.get_by_role("button", name="Replace").click()
    said(page, f"{pods.mark}D07 is in at bay 2; {pods.mark}D02 is Rejected.")


def take_apart(page: Page, pods: Pods) -> None:
    """For good."""
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Take apart…").click()
    page.get_by_role("textbox", name=re.compile("^Reason")).fill("End of life")
    page.get_by_role("button", name="Take apart").click()
    said(page, "is taken apart under DA")


def undo(page: Page, entry: Entry) -> None:
    page.goto(f"/entries/{entry.pk}/reversal")
    page.get_by_role("button", name="Undo", exact=True).click()
    said(page, "Undone")


def test_in_a_browser(page: Page, shop: Shop) -> None:
    pods = pods_of(shop.people["manager"])
    steps = [build, replace, take_apart]
    before, entries = [], []
    for step in steps:
        before.append(states(pods.mark))
        step(page, pods)
        entries.append(Entry.objects.latest("pk"))
    assert unit(f"{pods.mark}POD-1").status == Status.CONSUMED
    assert unit(f"{pods.mark}D07").status == Status.RECEIVED
    for entry, stood in zip(reversed(entries), reversed(before), strict=True):
        undo(page, entry)
        assert states(pods.mark) == stood
    assert verify() == []


def test_over_the_api(db: None, manager: User) -> None:
    pods = pods_of(manager)
    program: Program = program_of(manager)
    places = ["bay 1", "bay 2", "bay 3", "left", "right"]
    before, entries = [], []

    def did(entry: dict[str, str]) -> None:
        entries.append(entry["id"])

    before.append(states(pods.mark))
    body = {"item": str(pods.shop.pod.pk), "quantity": "1", "location": str(pods.shop.shelf.pk)}
    order = program.made("/manufacturing-orders", body)
    product, *parts, lot = pods.row("POD-1")
    built = [{"serial": part, "place": place} for part, place in zip(parts, places, strict=True)]
    did(
        program.made(
            f"/manufacturing-orders/{order['id']}/completions", {"products": [{"serial": product, "parts": [*built, {"lot": lot}]}]}
        )
    )
    before.append(states(pods.mark))
    ids = {number: str(unit(pods.mark + number).pk) for number in ("POD-1", "D02", "D07")}
    swap = {"old": ids["D02"], "new": ids["D07"]}
    place = str(pods.shop.shelf.pk)
    did(program.made("/replacements", {"swaps": [swap], "fate": "rejected", "location": place, "reason": "Clicks"}))
    assert unit(f"{pods.mark}D07").place == "bay 2"
    before.append(states(pods.mark))
    did(program.made("/disassemblies", {"units": [ids["POD-1"]], "fate": "received", "location": place, "reason": "End of life"}))
    assert unit(f"{pods.mark}POD-1").status == Status.CONSUMED
    for entry, stood in zip(reversed(entries), reversed(before), strict=True):
        program.made(f"/entries/{entry}/reversal", {})
        assert states(pods.mark) == stood
    assert verify() == []
