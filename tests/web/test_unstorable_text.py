"""Text that a database cannot hold is answered like any other mistake, wherever it is sent."""

from __future__ import annotations

import pytest
from django.test import Client

from nameplate.models import Document, Item, Line, Role
from tests import world

pytestmark = pytest.mark.django_db
NUL = "a\x00b"


@pytest.fixture
def browser() -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(world.user(role=Role.ADMINISTRATOR))
    return client


@pytest.fixture
def order() -> Document:
    return world.purchase_order(lines=[(world.item(), 5)])


LISTS = ("serials", "items", "lots", "vendors", "customers", "sites", "locations", "purchase-orders", "entries")


@pytest.mark.parametrize("name", LISTS)
def test_in_a_search_and_in_filters(browser: Client, name: str) -> None:
    for parameter in (
        "q",
        "serial",
        "item",
        "number",
        "name",
        "vendor",
        "lot",
        "description",
        "note",
        "document",
        "sort",
        "after",
        "status",
    ):
        for text in (NUL, f"={NUL}", f"{NUL}*", f"a..{NUL}"):
            assert browser.get(f"/{name}", {parameter: text}).status_code in {200, 302}, (parameter, text)


def test_in_other_questions(browser: Client) -> None:
    for address in ("/search", "/options/items", "/options/vendors", "/options/locations", "/help/usage-tips"):
        assert browser.get(address, {"q": NUL}).status_code < 400, address


def test_in_forms(browser: Client) -> None:
    item = Item.objects.get(pk=world.item().pk)
    vendor = world.vendor()
    forms = {
        "/items/new": {
            "number": NUL,
            "description": NUL,
            "group": NUL,
            "unit": NUL,
            "tracking": NUL,
            "default_location": NUL,
            "notes": NUL,
        },
        f"/items/{item.pk}/edit": {"number": NUL, "unit": NUL, "tracking": "serial", "version": NUL},
        "/vendors/new": {"name": NUL, "number": NUL, "email": NUL, "phone": NUL, "address": NUL, "notes": NUL},
        "/sites/new": {"name": NUL, "address": NUL},
        "/purchase-orders/new": {
            "vendor": NUL,
            "vendor_reference": NUL,
            "notes": NUL,
            "rows": "1",
            "line-0-item": NUL,
            "line-0-quantity": NUL,
        },
    }
    for address, sent in forms.items():
        assert browser.post(address, sent).status_code in {409, 422}, address
    head = {"vendor": vendor.number, "rows": "1", "line-0-item": item.number, "line-0-quantity": "3", "expected_on": NUL}
    assert browser.post("/purchase-orders/new", head).status_code == 422


@pytest.mark.parametrize("field", ["text", "batch", "place", "note", "top place", "received_on", "idempotency_key", "version", "keep"])
@pytest.mark.parametrize("action", ["draft", "preview", "receive:1.0", "problems"])
def test_on_the_receipt_screen(browser: Client, order: Document, field: str, action: str) -> None:
    line = Line.objects.get(document=order)
    names = {
        "text": f"text-{line.pk}",
        "batch": f"batch-{line.pk}",
        "place": f"place-{line.pk}",
        "keep": f"keep-{line.pk}",
        "top place": "place",
    }
    sent = {f"text-{line.pk}": "A1", "action": action, names.get(field, field): NUL}
    assert browser.post(f"/purchase-orders/{order.pk}/receipts", sent).status_code < 500
    assert browser.post(f"/purchase-orders/{order.pk}/receipts/preview", sent).status_code < 500
    assert browser.get(f"/purchase-orders/{order.pk}/receipts").status_code == 200


def test_on_the_page_of_an_undo(browser: Client) -> None:
    for field in ("scope", "units", "reason", "unit", "idempotency_key"):
        entry = world.receipt(numbers=[f"{field}-1", f"{field}-2"])
        sent = {"scope": "all", field: NUL}
        assert browser.post(f"/entries/{entry.pk}/reversal", sent).status_code in {303, 409, 422}, field


def test_when_signing_in() -> None:
    assert Client().post("/account/login/", {"login": NUL, "password": NUL}).status_code == 200
