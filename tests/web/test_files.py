"""Files on things, as pages."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nameplate.models import Lot, User
from tests import world

EVIL = b"<script>alert(1)</script>"


@pytest.fixture
def address(client: Client, operator: User) -> str:
    world.receipt(numbers=["A1"])
    client.force_login(operator)
    return f"/lots/{Lot.objects.get(stock__isnull=False).pk}"


def test_a_file_is_attached_listed_and_only_downloaded(client: Client, address: str) -> None:
    sent = {"file": SimpleUploadedFile("../pages/wéird.html", EVIL, "text/html"), "idempotency_key": "a"}
    assert client.post(f"{address}/files", sent)["Location"] == f"{address}/files"
    page = client.get(f"{address}/files").content.decode()
    found = re.search(rf'href="({address}/files/\d+)"', page)
    assert found is not None
    assert "SHA-256" in page
    assert "wéird.html" in client.get(address).content.decode()
    answer = client.get(found[1])
    assert answer.content == EVIL
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''w%C3%A9ird.html"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert client.post(f"{found[1]}/removal", {"idempotency_key": "b"}).status_code == 303
    assert client.get(found[1]).status_code == 404
    assert f'{found[1]}"' not in client.get(address).content.decode()


def test_nothing_chosen_is_said_beside_the_field(client: Client, address: str) -> None:
    answer = client.post(f"{address}/files", {"idempotency_key": "a"})
    assert (answer.status_code, "Choose a file that holds something." in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("noun", ["items", "vendors", "serials", "purchase-orders"])
def test_whoever_may_only_look_sees_no_way_to_change(client: Client, address: str, viewer: User, noun: str) -> None:
    client.force_login(viewer)
    found = re.search(rf'href="(/{noun}/\d+)"', client.get(f"/{noun}").content.decode())
    assert found is not None
    assert "Files</h2>" in client.get(found[1]).content.decode()
    assert "Attach it" not in client.get(f"{found[1]}/files").content.decode()
