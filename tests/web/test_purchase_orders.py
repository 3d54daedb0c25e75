"""The pages of a purchase order: its form with lines, its progress, its steps."""

from __future__ import annotations

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nameplate.models import Document, DocumentStatus, Item, Location, Lot, LotStatus, Party, Role, Serial, User
from nameplate.operations import cataloguing, purchasing, receiving
from nameplate.operations.purchasing import OrderLine
from nameplate.operations.undoing import undo_entry
from tests import world

S = DocumentStatus


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def vendor(manager: User) -> Party:
    return cataloguing.create_vendor(actor=manager, name="Tolomei Distribution")


@pytest.fixture
def drive(manager: User) -> Item:
    return cataloguing.create_item(actor=manager, number="HDD-3T-W", description="Hard drive")


@pytest.fixture
def shelf(manager: User) -> Location:
    site = cataloguing.create_site(actor=manager, name="Main plant")
    return cataloguing.create_location(actor=manager, site=site, name="A-03-2")


@pytest.fixture
def placed(manager: User, vendor: Party, drive: Item) -> Document:
    made = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 3)])
    return purchasing.order(actor=manager, order=made)


def typed(*lines: tuple[str, str, str], **more: str) -> dict[str, str]:
    """The form as a browser sends it."""
    sent = {"vendor": "Tolomei Distribution", "rows": str(len(lines)), "version": "1", "idempotency_key": str(uuid.uuid4()), **more}
    for index, (item, quantity, expected) in enumerate(lines):
        sent |= {f"line-{index}-item": item, f"line-{index}-quantity": quantity, f"line-{index}-expected_on": expected}
    return sent


def press(browser: Client, order: Document, step: str, **more: str) -> int:
    order.refresh_from_db()
    sent = {"version": str(order.version), "idempotency_key": str(uuid.uuid4()), **more}
    return browser.post(f"/purchase-orders/{order.pk}/{step}", sent).status_code


def test_an_order_is_created_with_its_lines(browser: Client, vendor: Party, drive: Item) -> None:
    sent = typed(("hdd-3t-w", "12", "2026-12-01"), ("", "", ""), ("HDD-3T-W", "3", ""), vendor_reference="Q-1", currency="usd")
    sent["line-0-price"] = "92.4"
    answer = browser.post("/purchase-orders/new", sent)
    order = Document.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/purchase-orders/{order.pk}")
    assert (order.status, order.party) == (S.NEW, vendor)
    assert list(order.lines.order_by("position").values_list("item", "quantity")) == [(drive.pk, 12_000_000), (drive.pk, 3_000_000)]
    text = browser.get(f"/purchase-orders/{order.pk}").content.decode()
    assert "1,108.80 USD<small>1 line without a price</small>" in text
    assert "92.40 each" in text
    assert 'name="line-0-price" value="92.4"' in browser.get(f"/purchase-orders/{order.pk}/edit").content.decode()


def test_a_request_for_quotation_begins_as_one(browser: Client, vendor: Party) -> None:
    browser.post("/purchase-orders/new", typed(as_rfq="1"))
    assert Document.objects.get().status == S.RFQ


def test_rows_come_and_go_without_scripts_and_without_judging(browser: Client, vendor: Party) -> None:
    sent = typed(("HDD", "x", ""), ("PSU", "7", "2026-12-01"))
    page = browser.post("/purchase-orders/new?add=1", sent)
    text = page.content.decode()
    assert page.status_code == 200
    assert 'name="rows" value="3"' in text
    assert re.search(r'name="line-2-item"[^>]*autofocus', text)
    assert 'value="x"' in text
    assert "aria-invalid" not in text
    text = browser.post("/purchase-orders/new?remove=0", sent).content.decode()
    assert 'name="rows" value="1"' in text
    assert 'name="line-0-item" value="PSU"' in text
    assert not Document.objects.exists()


def test_a_refusal_stands_in_its_row(browser: Client, vendor: Party, drive: Item) -> None:
    sent = typed(("", "", ""), ("HDD-3T-W", "1.5", ""), ("NO-SUCH", "1", "soon"), notes="kept")
    answer = browser.post("/purchase-orders/new", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r'id="line-1-quantity-error">.*?whole units', page, re.DOTALL)
    assert re.search(r'id="line-2-item-error">.*?no such item', page, re.DOTALL)
    assert "kept" in page
    assert 'value="NO-SUCH"' in page
    assert not Document.objects.exists()


def test_a_vendor_is_named_by_name_or_number(browser: Client, manager: User, vendor: Party) -> None:
    browser.post("/purchase-orders/new", typed(vendor=vendor.number))
    assert Document.objects.get().party == vendor
    twin = cataloguing.create_vendor(actor=manager, name="Tolomei Distribution")
    answer = browser.post("/purchase-orders/new", typed())
    assert answer.status_code == 422
    asked = browser.get("/purchase-orders/new", {"vendor": twin.number}).content.decode()
    assert f'value="{twin.number}"' in asked


def test_the_page_shows_progress_lots_and_the_next_step(browser: Client, manager: User, placed: Document, shelf: Location) -> None:
    line = placed.lines.get()
    lines = [receiving.LineReceipt(line.pk, numbers=["WD-1", "WD-2"])]
    entry = receiving.receive(actor=manager, order=placed, location_id=shelf.pk, lines=lines, note="first pallet")
    page = browser.get(f"/purchase-orders/{placed.pk}").content.decode()
    for lot in Lot.objects.all():
        assert lot.number in page
    assert f'href="/purchase-orders/{placed.pk}/receipts"' in page
    assert f'href="/entries/{entry.pk}/reversal"' in page
    assert "first pallet" in page
    assert 'max="3000000" value="2000000"' in page
    assert "Cancel the rest" in page
    assert "Mark as shipped" in page
    assert "Mark as ordered" not in page
    assert "np-tag-warn" not in page
    undo_entry(actor=manager, entry_id=entry.pk, unit_ids=[Serial.objects.get(number="WD-1").pk])
    page = browser.get(f"/purchase-orders/{placed.pk}").content.decode()
    assert '<span class="np-tag np-tag-warn">undone for some units</span>' in page
    assert f'href="/entries/{entry.pk}/reversal"' in page
    undo_entry(actor=manager, entry_id=entry.pk)
    page = browser.get(f"/purchase-orders/{placed.pk}").content.decode()
    assert '<span class="np-tag np-tag-warn">undone</span>' in page


def test_from_request_to_canceled_by_its_buttons(browser: Client, vendor: Party, drive: Item) -> None:
    browser.post("/purchase-orders/new", typed(("HDD-3T-W", "1", ""), as_rfq="1"))
    order = Document.objects.get()
    for step, status in (("confirmation", S.NEW), ("order", S.ORDERED), ("shipment", S.SHIPPED), ("cancellation", S.CANCELED)):
        assert press(browser, order, step) == 303
        order.refresh_from_db()
        assert order.status == status
    assert press(browser, order, "order") == 409
    assert Lot.objects.get().status == LotStatus.CANCELED
    page = browser.get(f"/purchase-orders/{order.pk}").content.decode()
    assert "/receipts" not in page
    assert "/cancellation" not in page


def test_the_rest_is_canceled_by_its_button(browser: Client, manager: User, placed: Document, shelf: Location) -> None:
    lines = [receiving.LineReceipt(placed.lines.get().pk, numbers=["WD-1"])]
    receiving.receive(actor=manager, order=placed, location_id=shelf.pk, lines=lines)
    assert press(browser, placed, "cancellation") == 409
    assert press(browser, placed, "cancellation", rest="1", reason="the vendor has no more") == 303
    placed.refresh_from_db()
    assert placed.status == S.RECEIVED


def test_a_stale_button_and_a_stale_form_are_refused(browser: Client, manager: User, placed: Document, vendor: Party) -> None:
    seen = placed.version
    purchasing.edit_purchase_order(actor=manager, order=placed, version=seen, notes="theirs")
    assert browser.post(f"/purchase-orders/{placed.pk}/shipment", {"version": str(seen)}).status_code == 409
    line = placed.lines.get()
    sent = typed(("HDD-3T-W", "9", ""), version=str(seen), notes="mine") | {"line-0-line": str(line.pk)}
    answer = browser.post(f"/purchase-orders/{placed.pk}/edit", sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "It is “theirs” now." in page
    assert 'name="line-0-quantity" value="9"' in page
    assert f'name="version" value="{seen + 1}"' in page
    line.refresh_from_db()
    assert line.quantity == 3_000_000


def test_an_ordered_line_shows_no_way_to_remove_it(browser: Client, placed: Document) -> None:
    page = browser.get(f"/purchase-orders/{placed.pk}/edit").content.decode()
    assert re.search(r'name="line-0-item"[^>]*readonly', page)
    assert "?remove=0" not in page


def test_numbers_are_announced_and_taken_back(browser: Client, placed: Document) -> None:
    line = str(placed.lines.get().pk)
    at = f"/purchase-orders/{placed.pk}/lines/{line}"
    back = f"/purchase-orders/{placed.pk}/withdrawals"
    answer = browser.post(f"{at}/serials", {"numbers": "WD-1..WD-2", "note": "their file"})
    assert answer.status_code == 303
    units = list(Serial.objects.order_by("id").values_list("pk", "number"))
    assert [number for _, number in units] == ["WD-1", "WD-2"]
    assert "2 numbers announced." in browser.get(f"{at}/serials").content.decode()
    doubtful = browser.post(f"{at}/serials", {"numbers": "WD-9\nWD-8\u200b"})
    assert doubtful.status_code == 422
    assert "WD-9" in doubtful.content.decode()
    assert browser.post(back, {"line": line, "unit": [str(units[0][0])]}).status_code == 303
    assert browser.post(back, {"line": line, "unit": [str(units[0][0]), "x"]}).status_code == 409
    assert Serial.objects.filter(withdrawn=False).count() == 1
    assert browser.get(f"/purchase-orders/{placed.pk + 1}/lines/{line}/serials").status_code == 404
    world.receipt(numbers=["K-1"], of=world.item())
    assert 'name="keep"' not in browser.get(f"{at}/serials").content.decode()
    elsewhere = browser.post(f"{at}/serials", {"numbers": "K-1"})
    assert (elsewhere.status_code, 'name="keep"' in elsewhere.content.decode()) == (409, True)
    assert browser.post(f"{at}/serials", {"numbers": "K-1", "keep": "on"}).status_code == 303


def test_who_may_what(placed: Document, vendor: Party) -> None:
    operator, viewer = Client(), Client()
    operator.force_login(world.user(role=Role.OPERATOR))
    viewer.force_login(world.user(role=Role.VIEWER))
    at = f"/purchase-orders/{placed.pk}"
    seen = operator.get(at).content.decode()
    assert f"{at}/receipts" in seen
    assert f"{at}/edit" not in seen
    assert f"{at}/cancellation" not in seen
    assert f"{at}/receipts" not in viewer.get(at).content.decode()
    for step in ("confirmation", "order", "shipment", "cancellation"):
        assert press(operator, placed, step) == 403
        assert press(viewer, placed, step) == 403
        assert operator.get(f"{at}/{step}").status_code == 405
    for client in (operator, viewer):
        assert client.get("/purchase-orders/new").status_code == 403
        assert client.post("/purchase-orders/new", typed()).status_code == 403
        assert client.post(f"{at}/edit", typed()).status_code == 403
    line = placed.lines.get().pk
    assert viewer.post(f"{at}/lines/{line}/serials", {"numbers": "A"}).status_code == 403
    assert viewer.post(f"{at}/withdrawals", {"unit": "1"}).status_code == 403
    assert Client().get(at).status_code == 302


def test_another_kind_of_document_is_not_found(browser: Client, placed: Document) -> None:
    Document.objects.filter(pk=placed.pk).update(kind="MO")
    assert browser.get(f"/purchase-orders/{placed.pk}").status_code == 404


def test_too_many_rows_are_told(browser: Client, vendor: Party, drive: Item) -> None:
    answer = browser.post("/purchase-orders/new", typed(*[("HDD-3T-W", "1", "")] * 501))
    assert answer.status_code == 422
    assert "at most 500 lines" in answer.content.decode()


def test_the_page_asks_as_often_for_thirty_lines_as_for_one(browser: Client, manager: User, vendor: Party, drive: Item) -> None:
    counts = []
    for lines in (1, 30):
        order = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 2)] * lines)
        purchasing.order(actor=manager, order=order)
        for address in (f"/purchase-orders/{order.pk}", f"/purchase-orders/{order.pk}/edit"):
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(address).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 16


def test_a_step_that_was_passed_over_is_not_drawn_as_done(browser: Client, manager: User, placed: Document, shelf: Location) -> None:
    lines = [receiving.LineReceipt(placed.lines.get().pk, numbers=["WD-1", "WD-2", "WD-3"])]
    receiving.receive(actor=manager, order=placed, location_id=shelf.pk, lines=lines)
    page = browser.get(f"/purchase-orders/{placed.pk}").content.decode()
    assert '<li><span class="np-dot" aria-hidden="true"></span>Shipped</li>' in page
    assert '<li class="np-done"><span class="np-dot" aria-hidden="true"></span>Ordered</li>' in page
