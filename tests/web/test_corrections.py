"""Correcting a number from the unit's page."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nameplate.models import Line, Serial, User
from nameplate.operations.receiving import LineReceipt, receive
from tests import world


@pytest.fixture
def units(actor: User, client: Client) -> dict[str, int]:
    """Two units, by number, and somebody signed in."""
    order = world.purchase_order(lines=[(world.item(), 2)])
    receive(
        actor=actor, order=order, lines=[LineReceipt(Line.objects.get(document=order).pk, ["A-1", "A-2"])], location_id=world.location().pk
    )
    client.force_login(actor)
    return dict(Serial.objects.values_list("number", "pk"))


def test_a_number_is_corrected_and_stands_among_the_earlier_ones(client: Client, units: dict[str, int]) -> None:
    address = f"/serials/{units['A-1']}/correction"
    assert address in client.get(f"/serials/{units['A-1']}").content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, {"number": "B-1", "reason": "misread", "idempotency_key": "a"}).status_code == 303
    page = client.get(f"/serials/{units['A-1']}").content.decode()
    assert "B-1" in page
    assert "A-1" in page
    assert client.get("/search", {"q": "A-1"}, follow=True).redirect_chain[-1][0].endswith(f"/serials/{units['A-1']}")


def test_a_taken_number_is_refused_beside_the_field_and_swapped_when_asked(client: Client, units: dict[str, int]) -> None:
    address = f"/serials/{units['A-1']}/correction"
    refused = client.post(address, {"number": "A-2", "reason": "mixed up", "idempotency_key": "b"})
    assert refused.status_code == 409
    assert "swap the two" in refused.content.decode()
    assert 'value="A-2"' in refused.content.decode()
    assert client.post(address, {"number": "A-2", "swap": "on", "reason": "mixed up", "idempotency_key": "c"}).status_code == 303
    assert list(Serial.objects.order_by("pk").values_list("number", flat=True)) == ["A-2", "A-1"]


def test_a_pasted_list_is_checked_corrected_and_its_rest_kept(client: Client, units: dict[str, int]) -> None:
    address = "/serials/corrections"
    sent = {"text": "A-1,B-1\nNOBODY,B-2", "reason": "misread", "idempotency_key": "d"}
    page = client.post(address, {**sent, "action": "check"}).content.decode()
    button = re.search(r'value="(correct:[0-9a-f]+)"', page)
    assert button is not None
    assert "no unit bears it" in page
    stale = client.post(address, {**sent, "action": "correct:0"})
    assert (stale.status_code, Serial.objects.get(pk=units["A-1"]).number) == (409, "A-1")
    assert client.post(address, {**sent, "action": button[1], "idempotency_key": "e"})["Location"] == address
    assert ">NOBODY,B-2</textarea>" in client.get(address).content.decode()
    assert Serial.objects.get(pk=units["A-1"]).number == "B-1"


def test_a_list_in_a_file_fills_the_box(client: Client, units: dict[str, int]) -> None:
    file = SimpleUploadedFile("pairs.csv", b"old,new\nA-1,B-1\n")
    page = client.post("/serials/corrections", {"file": file, "action": "check", "idempotency_key": "f"}).content.decode()
    assert "Correct 1 now" in page
