"""More parameters or fields than anybody needs: an answer in the site's look, and no fault in the log."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from nameplate.models import User

MANY = "&".join(f"a{n}=1" for n in range(6_001))


@pytest.fixture
def signed_in(client: Client, manager: User) -> Client:
    client.force_login(manager)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("path", ["/serials", "/items", "/purchase-orders/new", "/account/login/", "/nothing/here"])
@pytest.mark.parametrize("who", ["nobody", "manager"])
def test_thousands_of_parameters(client: Client, manager: User, path: str, who: str, caplog: pytest.LogCaptureFixture) -> None:
    client.raise_request_exception = False
    if who == "manager":
        client.force_login(manager)
    answer = client.get(f"{path}?{MANY}")
    if answer.status_code == 302:
        assert answer["Location"].startswith("/account/login/")
    else:
        assert answer.status_code in ({400, 404} if path == "/nothing/here" else {400})
        assert "stylesheet" in answer.content.decode()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert "Traceback" not in caplog.text


def test_thousands_of_fields(signed_in: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = signed_in.post("/items/new", MANY, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "That is too much at once" in answer.content.decode()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_thousands_of_parameters_of_a_program(signed_in: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = signed_in.get(f"/api/v1/serials?{MANY}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
