"""The page that prints labels: what it shows, what it remembers, and what it says when a number cannot be printed."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.test import Client

from nameplate.models import User
from tests import world


def test_the_choice_is_shown_printed_and_remembered(client: Client, viewer: User) -> None:
    client.force_login(viewer)
    entry = world.receipt(numbers=["A1", "A2"])
    assert f'href="/labels?entry={entry.pk}"' in client.get(f"/entries/{entry.pk}").content.decode()
    text = client.get(f"/labels?entry={entry.pk}").content.decode()
    assert "Open 2 labels as PDF" in text
    picture = client.get(re.findall(r'src="(/labels/preview.svg[^"]+)"', text)[0].replace("&amp;", "&"))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    sent = {"entry": entry.pk, "chosen": "1", "code": "qr", "stock": "roll-62x29", "line": "lot", "start": "1"}
    opened = client.post("/labels", sent)
    assert opened.status_code == 303
    document = client.get(opened["Location"])
    assert document["Content-Disposition"] == 'inline; filename="labels.pdf"'
    assert document.content.startswith(b"%PDF-")
    text = client.get("/labels?unit=1").content.decode()
    assert '<option value="qr" selected>' in text
    assert '<option value="roll-62x29" selected>' in text
    assert re.findall(r'name="line" value="(\w+)" checked', text) == ["lot"]


def test_a_number_that_cannot_be_printed_is_named_in_place_of_the_picture(client: Client, viewer: User) -> None:
    client.force_login(viewer)
    world.receipt(numbers=["OK-1", "Ж-2"])
    search = quote("serial=*&sort=-serial")
    assert f"/labels?search={quote('serial=%2A')}" in client.get("/serials?serial=*").content.decode()
    answer = client.post("/labels", {"search": "serial=*", "chosen": "1", "code": "code128", "stock": "L7160", "start": "1"})
    assert answer.status_code == 422
    assert "Ж-2" in answer.content.decode()
    assert "Choose QR code or DataMatrix." in answer.content.decode()
    assert client.get(f"/labels?search={search}").status_code == 200
    assert client.get("/labels").status_code == 422
