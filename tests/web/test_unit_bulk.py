"""The same done to all that a search of the list finds, or to what is typed into the box."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from nameplate.ledger import verify
from nameplate.models import Lot, Serial, Status, User
from nameplate.operations.lots import Contents, create_lot
from tests import world


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def lot(manager: User) -> Lot:
    place = world.location(of=world.site(name="Hall"))
    world.location(name="B-02", of=place.site)
    return create_lot(actor=manager, item=world.item(), contents=Contents(["A1", "A2", "A3"]), location_id=place.pk, reason="Stock")[0]


def sent(browser: Client, address: str, **typed: str) -> tuple[int, str]:
    """The form at that address, filled in and sent: the status and the page that follows, or the form again."""
    page = browser.get(address).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    answer = browser.post(address.partition("?")[0], {**{name: text.replace("&amp;", "&") for name, text in hidden.items()}, **typed})
    return answer.status_code, (browser.get(answer["Location"]) if answer.status_code == 303 else answer).content.decode()


def found(noun: str, search: str) -> str:
    return f"/{noun}/new?" + urlencode({"search": search})


def test_each_act_for_all_that_a_search_finds(browser: Client, lot: Lot) -> None:
    listed = browser.get("/serials?serial=A1,A2").content.decode()
    for noun in ("moves", "holds", "releases", "rejections", "stock-releases", "write-offs"):
        assert f"/{noun}/new?search=serial%3DA1" in listed
    for noun, typed, said in (
        ("moves", {"place": "Hall · B-02", "reason": "", "note": "Tidied"}, "2 units moved."),
        ("holds", {"reason": "Wet boxes"}, "2 units on hold."),
        ("releases", {"reason": "Dried"}, "2 units free."),
        ("rejections", {"reason": "Clicks", "place": "", "note": ""}, "2 units rejected."),
        ("stock-releases", {"reason": "Passed"}, "2 units in stock again."),
    ):
        status, page = sent(browser, found(noun, "serial=A1,A2"), **typed)
        assert (status, said in page) == (303, True), (noun, page[:300])
    assert dict(Serial.objects.values_list("number", "status")) == {"A1": 2, "A2": 2, "A3": 2}
    assert verify() == []


def test_mistakes_are_said_and_nothing_is_lost(browser: Client, lot: Lot) -> None:
    status, page = sent(browser, "/rejections/new", units="A1\nnobody", reason="Clicks", place="Nowhere")
    assert (status, "There is no place" in page, "A1\nnobody" in page, "Clicks" in page) == (422, True, True, True)
    status, page = sent(browser, "/rejections/new", units="A1\nnobody", reason="Clicks")
    assert (status, "no unit bears it" in page) == (422, True)
    status, page = sent(browser, "/moves/new", units="A1", place="Hall · A-01")
    assert (status, "it is there already" in page) == (409, True)
    status, page = sent(browser, found("holds", "serial=A1"), reason="Wet", seen="2")
    assert (status, "The search finds 1 row now, not 2." in page) == (409, True)
    assert not Serial.objects.exclude(status=Status.RECEIVED).exists()


def test_one_unit_is_rejected_and_released_from_its_page(browser: Client, lot: Lot) -> None:
    unit = Serial.objects.get(number="A1")
    address = f"/rejections/new?unit={unit.pk}"
    assert address in browser.get(f"/serials/{unit.pk}").content.decode()
    assert sent(browser, address, reason="Clicks")[0] == 303
    address = f"/stock-releases/new?unit={unit.pk}"
    assert address in browser.get(f"/serials/{unit.pk}").content.decode()
    assert sent(browser, address, reason="")[0] == 303
    unit.refresh_from_db()
    assert unit.status == Status.RECEIVED


def test_an_address_that_means_nothing_is_said_at_once(browser: Client, lot: Lot) -> None:
    assert browser.get("/rejections/new?unit=999999").status_code == 404
    assert browser.get("/write-offs/new?unit=x").status_code == 404
    assert browser.get(found("moves", "status=lost")).status_code == 422
