"""A form that cannot be taken any more gives back what was typed into it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from nameplate.models import Document, Draft, Item, User
from tests.web.receipts import address, lines, pressed, sent

MARKUP = "</textarea><script>alert(1)</script>"


@pytest.fixture
def strict(manager: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager)
    return client


def test_a_form_with_an_old_token_is_given_back(strict: Client) -> None:
    answer = strict.post("/items/new", {"number": MARKUP, "notes": "first\nsecond", "idempotency_key": "a-key"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "<h1>This page was open too long</h1>" in page
    assert escape(f"number: {MARKUP}") in page
    assert MARKUP not in page
    assert "first\nsecond" in page
    assert "a-key" not in page
    assert "reload the page" not in page.lower()
    assert not Item.objects.exists()


def test_a_form_sent_after_the_session_ended_is_given_back_in_full(client: Client, order: Document) -> None:
    numbers = "\n".join(f"WD-{n:06d}" for n in range(50_000))
    answer = client.post(address(order), sent(order, "preview", numbers))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "<h1>Sign in again</h1>" in page
    assert numbers in page
    assert f"/account/login/?next={address(order)}" in page
    assert "reload the page" not in page.lower()


def test_names_and_passwords_are_never_given_back(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "maria", "password": "correct horse"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Sign in again" in page
    assert "maria" not in page
    assert "correct horse" not in page


def test_a_button_without_anything_typed_asks_for_the_sign_in(client: Client, order: Document) -> None:
    answer = client.post(f"/purchase-orders/{order.pk}/cancellation", {"idempotency_key": "a", "version": "1"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def preview(screen: Client, order: Document, numbers: str, **more: Any) -> None:
    assert screen.post(f"{address(order)}/preview", sent(order, "", numbers, **more)).status_code == 200


def test_what_is_being_typed_is_kept_meanwhile(screen: Client, order: Document) -> None:
    drive, _ = lines(order)
    preview(screen, order, "WD-1")
    assert not Draft.objects.exists()
    preview(screen, order, "WD-1\nWD-2", keep_draft="1")
    assert Draft.objects.get().body["lines"][str(drive.pk)]["text"] == "WD-1\nWD-2"
    preview(screen, order, "", keep_draft="1")
    assert not Draft.objects.exists()


def test_a_late_check_does_not_bring_back_what_was_received(screen: Client, order: Document) -> None:
    assert screen.post(address(order), pressed(screen, order, "WD-1")).status_code == 303
    preview(screen, order, "WD-1", keep_draft="1")
    assert not Draft.objects.exists()
