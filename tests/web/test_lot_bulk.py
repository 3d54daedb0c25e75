"""Lots ticked in their list, found by a search or typed into a box are put on hold in one act, and freed."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from nameplate.models import Entry, Lot, LotStatus, Tracking, User
from nameplate.operations.holding import hold_lot
from nameplate.operations.lots import Contents, create_lot
from tests import world
from tests.web.test_unit_bulk import sent


@pytest.fixture
def browser(manager: User) -> Client:
    item = world.item(number="BOARD")
    for number in ("A1", "B1", "C1"):
        world.receipt(numbers=[number], of=item)
    client = Client()
    client.force_login(manager)
    return client


def lot(number: str) -> Lot:
    return Lot.objects.get(serials__number=number)


def test_ticked_lots_and_all_that_match_go_to_the_act(browser: Client) -> None:
    listed = browser.get("/lots?item=BOARD").content.decode()
    assert 'href="/lots/holds/new?search=item%3DBOARD"' in listed
    assert len(re.findall(r"data-row=", listed)) == 3
    ticked = browser.post("/lots/selections", {"ids": f"{lot('A1').pk},{lot('C1').pk}", "to": "/lots/holds/new"})["Location"]
    shown = browser.get(ticked).content.decode()
    assert "<strong>2 lots</strong></a>, those ticked in the list" in shown
    assert "a product with it inside cannot be shipped" in shown
    status, page = sent(browser, ticked, reason="Wet boxes")
    assert (status, "2 lots on hold, with 2 units." in page) == (303, True)
    assert set(Lot.objects.filter(hold="Wet boxes").values_list("pk", flat=True)) == {lot("A1").pk, lot("C1").pk}
    status, page = sent(browser, "/lots/releases/new?" + urlencode({"search": "hold=wet*"}), reason="Dried")
    assert (status, "2 lots free, with 2 units." in page) == (303, True)
    assert not Lot.objects.filter(status=LotStatus.ON_HOLD).exists()


def test_the_entry_says_how_much_of_goods_went_on_hold(browser: Client, manager: User) -> None:
    screws, place = world.item(tracking=Tracking.LOT), world.location().pk
    goods = create_lot(actor=manager, item=screws, contents=Contents(quantity=40), location_id=place, reason="Stock")[0]
    entry = hold_lot(actor=manager, lot=goods, reason="Recall")
    assert "+40 pcs on hold" in browser.get(f"/entries/{entry.pk}").content.decode()


def test_lots_are_typed_and_what_stands_in_the_way_is_said_with_a_link(browser: Client, manager: User) -> None:
    hold_lot(actor=manager, lot=lot("B1"), reason="Recall")
    before = Entry.objects.count()
    box = f"{lot('A1')}\n{lot('B1')}"
    status, page = sent(browser, "/lots/holds/new", lots=box, reason="Wet boxes")
    there = [words in page for words in ("it is on hold already (Recall)", f'href="/lots/{lot("B1").pk}"', box)]
    assert (status, there) == (409, [True] * 3)
    status, page = sent(browser, "/lots/holds/new", lots="L99999", reason="Wet boxes")
    assert (status, "no lot bears it" in page, "Wet boxes" in page) == (422, True, True)
    status, page = sent(browser, "/lots/holds/new", lots="", reason="Wet boxes")
    assert (status, "Choose at least one lot." in page) == (422, True)
    assert sent(browser, "/lots/holds/new?" + urlencode({"search": "item=BOARD"}), reason="Wet", seen="2")[0] == 409
    assert Entry.objects.count() == before
