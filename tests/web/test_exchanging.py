"""The catalogue as files, on its page: looked through first, kept until it is brought in, its bad lines to be downloaded."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nameplate.models import Draft, Item, Role, User
from tests import world


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def choose(browser: Client, content: str, name: str = "items.csv") -> str:
    answer = browser.post("/items/imports", {"action": "check", "file": SimpleUploadedFile(name, content.encode())})
    assert (answer.status_code, answer["Location"]) == (303, "/items/imports")
    return browser.get("/items/imports").content.decode()


def press(browser: Client, page: str, action: str, key: str = "") -> tuple[int, str]:
    signature = re.findall(r'name="signature" value="([^"]+)"', page)[0]
    sent = {"action": action, "signature": signature, "idempotency_key": key or str(uuid.uuid4())}
    answer = browser.post("/items/imports", sent)
    return answer.status_code, answer.get("Location", "") or answer.content.decode()


def test_a_file_is_looked_through_before_it_is_brought_in(browser: Client) -> None:
    old = world.item(number="PSU-760", description="old")
    page = choose(browser, "Item number,Description\nPSU-760,<b>new</b>\nFAN-120,Fan\n")
    assert "&lt;b&gt;new&lt;/b&gt;" in page
    assert Item.objects.count() == 1
    key = str(uuid.uuid4())
    assert press(browser, page, "bring", key) == (303, "/items")
    assert press(browser, page, "bring", key) == (303, "/items")
    old.refresh_from_db()
    assert (old.description, Item.objects.count()) == ("<b>new</b>", 2)
    assert "1 made, 1 changed, 0 left as they were." in browser.get("/items").content.decode()
    assert not Draft.objects.exists()


def test_bad_lines_are_shown_and_downloaded(browser: Client) -> None:
    page = choose(browser, "Item number,GTIN,colour\nA,4006381333932,red\nB,,\n")
    assert "after 400638133393 comes 1, not 2" in page
    assert "“colour”" in page
    assert 'value="bring"' not in page
    status, said = press(browser, page, "bring")
    assert status == 422
    assert "1 line needs another look; nothing was brought in." in said
    download = browser.get("/items/imports/bad-lines.csv")
    assert download["Content-Disposition"] == 'attachment; filename="items-bad-lines.csv"'
    assert download.content.decode("utf-8-sig").splitlines()[1].startswith("A,4006381333932,red,2,")
    assert press(browser, page, "discard") == (303, "/items/imports")
    assert browser.get("/items/imports/bad-lines.csv").status_code == 404
    assert not Item.objects.exists()


def test_what_changed_meanwhile_is_looked_through_again(browser: Client) -> None:
    page = choose(browser, "Item number,Description\nA,one\n")
    world.item(number="A")
    status, said = press(browser, page, "bring")
    assert status == 409
    assert "The file would do something else by now" in said
    assert press(browser, said, "bring") == (303, "/items")


@pytest.mark.parametrize("content", ["", "Serial number\nX\n", "%PDF-1.7"])
def test_what_is_no_such_file_is_refused_at_once(browser: Client, content: str) -> None:
    answer = browser.post("/items/imports", {"action": "check", "file": SimpleUploadedFile("x.csv", content.encode())})
    assert answer.status_code == 422
    assert not Draft.objects.exists()
    assert browser.post("/items/imports", {"action": "check"}).status_code == 422


def test_everybody_who_looks_at_the_list_gets_its_file(browser: Client) -> None:
    world.item(number="=1+1")
    client = Client()
    client.force_login(world.user(role=Role.VIEWER))
    answer = client.get("/items/export.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="items.csv"'
    assert "'=1+1,A part" in answer.content.decode("utf-8-sig")
    assert client.get("/items/export.xlsx").content.startswith(b"PK")
    page = client.get("/items/imports").content.decode()
    assert "/items/export.xlsx" in page
    assert 'type="file"' not in page
