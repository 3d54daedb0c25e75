"""The pages of returns to vendors: sent from a unit and from the box, what came typed beside each, edited, on paper."""

from __future__ import annotations

from django.test import Client

from nameplate.models import Document, Lot, Serial, Status, User
from tests import world
from tests.web.test_write_offs import browser, lot, sent, unit

__all__ = ["browser", "lot"]


def test_from_a_unit_to_what_came_for_it(browser: Client, lot: Lot, manager: User) -> None:
    world.vendor(name="Westdale")
    address = f"/vendor-returns/new?unit={unit('A1').pk}"
    assert address in browser.get(f"/serials/{unit('A1').pk}").content.decode()
    status, page = sent(browser, address, vendor="nobody", reason="")
    assert (status, "Choose a vendor" in page, "The reason is needed." in page) == (422, True, True)
    status, page = sent(browser, address, vendor="Westdale", vendor_reference="RA-4711", reason="Clicks")
    paper = Document.objects.get(kind="RTV")
    assert (status, "1 unit is on the way back" in page, "RA-4711" in page) == (303, True, True)
    assert paper.number in browser.get("/vendor-returns?vendor_reference=RA-4711").content.decode()
    assert paper.number in browser.get(f"/serials/{unit('A1').pk}").content.decode()
    assert browser.get(f"/vendor-returns/{paper.pk}/document.pdf").content.startswith(b"%PDF")

    page = f"/vendor-returns/{paper.pk}/replacements"
    field = f"unit-{unit('A1').pk}"
    status, text = sent(browser, page, place="Hall · A-01", **{field: "A2"})
    assert (status, text.count("A2") > 1, "np-error" in text) == (409, True, True)
    status, text = sent(browser, page, place="Hall · A-01", **{field: "N-1"})
    assert (status, unit("N-1").status, f"/serials/{unit('N-1').pk}" in text, "Done" in text) == (303, Status.RECEIVED, True, True)
    assert "came for" in browser.get(f"/serials/{unit('N-1').pk}").content.decode()
    assert "replaced by" in browser.get(f"/serials/{unit('A1').pk}").content.decode()


def test_from_the_box_and_ended_by_an_outcome(browser: Client, lot: Lot) -> None:
    vendor = world.vendor(name="Westdale")
    assert sent(browser, "/vendor-returns/new", vendor=vendor.number, units="A1, A2", reason="Clicks")[0] == 303
    paper = Document.objects.get(kind="RTV")
    status, page = sent(browser, f"/vendor-returns/{paper.pk}/edit", outcome="Credited", vendor_reference="", notes="")
    assert (status, "Credited" in page, "Done" in page) == (303, True, True)
    assert Serial.objects.filter(at_vendor=vendor).count() == 2
