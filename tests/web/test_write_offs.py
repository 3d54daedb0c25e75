"""The pages of write-offs: from the box, from a unit, from a lot, from a search of the list; and taken in again."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from nameplate.models import Document, Lot, Reason, Serial, Status, Stock, Tracking, User
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.reasons import create_reason
from tests import world


@pytest.fixture
def lost(administrator: User) -> Reason:
    return create_reason(actor=administrator, kind="write-off", name="Lost")


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def lot(manager: User) -> Lot:
    place = world.location(of=world.site(name="Hall"))
    return create_lot(actor=manager, item=world.item(), contents=Contents(["A1", "A2", "A3"]), location_id=place.pk, reason="Stock")[0]


def unit(number: str) -> Serial:
    return Serial.objects.get(number=number)


def sent(browser: Client, address: str, **typed: object) -> tuple[int, str]:
    """The form at that address, filled in and sent: the status and what is said, on the page that follows or on the form."""
    page = browser.get(address).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    answer = browser.post(address.partition("?")[0], {**{name: text.replace("&amp;", "&") for name, text in hidden.items()}, **typed})
    return answer.status_code, (browser.get(answer["Location"]) if answer.status_code == 303 else answer).content.decode()


def test_numbers_from_the_box_with_the_mistakes_beside_their_fields(browser: Client, lot: Lot, lost: Reason) -> None:
    status, page = sent(browser, "/write-offs/new", units="A1\nnobody", reason="", happened_on="soon")
    assert (status, "Write the day like 2026-03-31" in page or "no unit bears it" in page, "A1\nnobody" in page) == (422, True, True)
    status, page = sent(browser, "/write-offs/new", units="A1", reason="")
    assert (status, "A write-off needs a reason." in page) == (422, True)
    status, page = sent(browser, "/write-offs/new", units="A1, A2", reason=lost.pk, note="Not in the cage.")
    assert (status, "2 units written off under WO" in page, "Not in the cage." in page) == (303, True, True)
    paper = Document.objects.get(kind="WO")
    assert browser.get(f"/write-offs/{paper.pk}", follow=True).content.decode().count(paper.number) > 0
    assert browser.get(f"/documents/{paper.pk}")["Location"] == f"/write-offs/{paper.pk}"
    assert paper.number in browser.get("/write-offs").content.decode()


def test_one_unit_from_its_page_and_found_again(browser: Client, lot: Lot, lost: Reason) -> None:
    address = f"/write-offs/new?unit={unit('A1').pk}"
    assert address in browser.get(f"/serials/{unit('A1').pk}").content.decode()
    assert sent(browser, address, reason=lost.pk)[0] == 303
    address = f"/re-entries/new?unit={unit('A1').pk}"
    assert address in browser.get(f"/serials/{unit('A1').pk}").content.decode()
    status, page = sent(browser, address, place="Hall · A-01", reason="Behind a rack", occasion="found again")
    assert (status, unit("A1").status, "in stock again" in page) == (303, Status.RECEIVED, True)


def test_all_that_a_search_finds_unless_it_finds_others_meanwhile(browser: Client, lot: Lot, lost: Reason, manager: User) -> None:
    address = "/write-offs/new?" + urlencode({"search": "serial=A1,A2"})
    assert "2 units" in browser.get(address).content.decode()
    stale = {"search": "serial=A1,A2", "seen": "3"}
    status, page = sent(browser, address, reason=lost.pk, **stale)
    assert (status, "The search finds 2 rows now, not 3." in page) == (409, True)
    assert sent(browser, address, reason=lost.pk)[0] == 303
    assert sorted(Serial.objects.filter(status=Status.WRITTEN_OFF).values_list("number", flat=True)) == ["A1", "A2"]
    assert "search=serial%3DA3" in browser.get("/serials?serial=A3").content.decode()


def test_a_quantity_of_a_lot_from_its_page(browser: Client, manager: User, lost: Reason) -> None:
    fans = create_lot(
        actor=manager,
        item=world.item(tracking=Tracking.LOT),
        contents=Contents(quantity=10),
        location_id=world.location().pk,
        reason="Stock",
    )[0]
    address = f"/write-offs/new?lot={fans.number}"
    assert address in browser.get(f"/lots/{fans.pk}").content.decode()
    assert fans.number in browser.get(address).content.decode()
    status, page = sent(browser, address, lot=fans.number, quantity="11", reason=lost.pk)
    assert (status, "At most 10." in page) == (409, True)
    assert sent(browser, address, lot=fans.number, quantity="4", reason=lost.pk)[0] == 303
    assert Stock.objects.get(lot=fans).quantity == 6_000_000


def test_without_a_reason_the_page_says_where_they_are_made(browser: Client, lot: Lot) -> None:
    assert "There is no reason for write-offs yet." in browser.get("/write-offs/new").content.decode()
