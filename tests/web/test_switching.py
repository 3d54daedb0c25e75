"""Settings → Functions as a page, and what the pages hide while a function is off."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from nameplate.functions import EXPIRY_DATES, LOTS, SERIAL_NUMBERS
from nameplate.models import Role, Switch, User
from tests import world


@pytest.fixture
def browser(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator)
    return client


def off(*names: str) -> None:
    for name in names:
        Switch.objects.create(name=name, on=False)


def test_a_function_goes_off_after_a_second_thought_and_on_again(browser: Client) -> None:
    world.receipt(numbers=["A1"])
    answer = browser.post("/settings/functions/serial-numbers/switch", {"on": "no", "version": "0"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "1 unit in stock" in page
    assert "Switch Serial numbers off all the same" in page
    answer = browser.post("/settings/functions/serial-numbers/switch", {"on": "no", "version": "0", "confirmed": "yes"})
    assert answer.status_code == 303
    page = browser.get("/settings/functions").content.decode()
    assert "Serial numbers is off." in page
    assert "Standing still: 1 unit in stock." in page
    assert browser.post("/settings/functions/serial-numbers/switch", {"on": "yes", "version": "0"}).status_code == 409
    assert browser.post("/settings/functions/serial-numbers/switch", {"on": "yes", "version": "1"}).status_code == 303
    assert browser.get("/serials").status_code == 200


def test_hidden_pages_say_what_is_off_and_where_it_is_switched_on(browser: Client) -> None:
    unit = world.receipt(numbers=["A1"]).movements.get().serial_id
    off(SERIAL_NUMBERS, LOTS)
    for address in ("/serials", "/serials.csv", f"/serials/{unit}", f"/serials/{unit}/correction", "/lots", "/lots/1", "/lots/999"):
        answer = browser.get(address)
        assert answer.status_code == 409, address
        page = answer.content.decode()
        assert f"needs {'Lots' if 'lots' in address else 'Serial numbers'}, which is switched off." in page
        assert 'href="/settings/functions"' in page
    assert browser.post(f"/serials/{unit}/correction", {"number": "A2", "reason": "x"}).status_code == 409
    assert browser.get("/")["Location"] == "/items"
    assert browser.get("/search?q=A1")["Location"] == "/items?q=A1"
    rail = re.search(r'<nav class="np-side".*?</nav>', browser.get("/items").content.decode(), re.DOTALL)
    assert rail is not None
    assert 'href="/serials"' not in rail[0]
    assert 'href="/lots"' not in rail[0]
    other = Client()
    other.force_login(world.user(role=Role.OPERATOR))
    assert 'href="/settings/functions"' not in other.get("/lots").content.decode()


def test_columns_go_with_their_function_and_come_back(browser: Client) -> None:
    world.receipt(numbers=["A1"])
    lots = browser.get("/lots.csv").getvalue().decode().splitlines()[0]
    off(EXPIRY_DATES)
    assert browser.get("/lots.csv").getvalue().decode().splitlines()[0] == lots.replace(",Expiry", "")
    off(LOTS)
    head = browser.get("/serials.csv").getvalue().decode().splitlines()[0]
    assert "Lot" not in head
    assert "A1" in browser.get("/serials").content.decode()
    Switch.objects.update(on=True)
    assert browser.get("/lots.csv").getvalue().decode().splitlines()[0] == lots


def test_who_may_only_look_sees_no_switch(manager: User) -> None:
    client = Client()
    client.force_login(manager)
    page = client.get("/settings/functions").content.decode()
    assert 'role="switch"' not in page
    assert "Serial numbers" in page


def test_files_of_units_go_with_serial_numbers_and_those_of_the_catalogue_stay(browser: Client) -> None:
    off(SERIAL_NUMBERS)
    assert browser.get("/imports/new").status_code == 409
    assert browser.get("/vendors/imports").status_code == 200
