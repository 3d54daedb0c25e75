"""The pages of shipments: made, picked by scanning, packed, printed, shipped, taken back; and all of it in one screen."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from nameplate.models import Document, DocumentStatus, Status, User
from nameplate.operations import shipping
from nameplate.operations.drafting import load_draft
from nameplate.operations.entering.parsing import parse
from nameplate.operations.holding import hold_units
from nameplate.operations.shipping.picking import draft_subject
from tests import world
from tests.operations.selling import Shop, ids, lines, packed, reserved, shop, status, unit
from tests.web.test_customer_orders import key_in, press

S = DocumentStatus


@pytest.fixture
def ours(db: None) -> Shop:
    return shop()


@pytest.fixture
def browser(ours: Shop) -> Client:
    client = Client()
    client.force_login(ours.actor)
    return client


def picked(browser: Client, paper: Document, text: str) -> tuple[int, str]:
    """The box with this text, and its button pressed."""
    at = f"/shipments/{paper.pk}/picks"
    page = browser.post(at, {"text-0": text, "action": "preview", "idempotency_key": "k"}).content.decode()
    action = page.split('value="receive:')[1].split('"')[0]
    answer = browser.post(at, {"text-0": text, "action": f"receive:{action}", "idempotency_key": key_in(page)})
    return answer.status_code, (browser.get(answer["Location"]) if answer.status_code == 303 else answer).content.decode()


def test_a_shipment_is_made_for_an_order_picked_packed_shipped_and_undone(browser: Client, ours: Shop) -> None:
    order = ours.order((ours.drive, 3))
    ours.reserve(order, "D1", "D2")
    page = f"/customer-orders/{order.pk}"
    code, text = press(browser, page, f"{page}/shipments")
    paper = Document.objects.get(kind="S")
    assert (code, f"{paper.number} was made" in text, "Put 2 reserved into the box" in text) == (303, True, True)
    code, text = picked(browser, paper, "D1\nD9\nNOPE")
    assert (code, "2 units picked. 1 stayed here as a draft." in text, packed(paper)) == (303, True, ["D1", "D9"])
    assert reserved(order) == ["D1", "D9"]
    at = f"/shipments/{paper.pk}"
    for step, said in (("readiness", "is ready for shipment"), ("reopening", "is open again"), ("readiness", "is ready for shipment")):
        code, text = press(browser, at, f"{at}/{step}")
        assert (code, said in text) == (303, True), step
    assert "Nothing is picked for it now" in browser.get(f"{at}/picks").content.decode()
    code, text = press(browser, at, f"{at}/departure", note="Two boxes.")
    assert (code, "is shipped" in text, "What went with it" in text, status(order)) == (303, True, True, S.PARTLY_SHIPPED)
    one = browser.get(f"/serials/{ids('D9')[0]}").content.decode()
    assert all(part in one for part in (paper.number, order.number, "Kestrel Archive", "Shipped on", "Reserved for"))
    assert (paper.number in browser.get("/shipments").content.decode(), browser.get(f"{at}/packing-list.pdf").status_code) == (True, 200)
    found = browser.get(f"/serials?shipment=%3D{paper.number}").content.decode()
    assert ("D9" in found, f'href="{at}"' in found, f'href="/customer-orders/{order.pk}"' in found) == (True, True, False)
    entry = paper.entries.get(act="shipped")
    code, text = press(browser, f"/entries/{entry.pk}/reversal", f"/entries/{entry.pk}/reversal", scope="all")
    assert (code, status(paper), packed(paper), lines(order)) == (303, S.READY, ["D1", "D9"], [(2, 2, 0)])


def test_runs_of_numbers_are_folded_on_the_pages_and_read_back_as_the_very_numbers(browser: Client, ours: Shop) -> None:
    order = ours.order((ours.drive, 6))
    ours.reserve(order, "D1", "D2", "D3", "D4", "D7", "D9")
    for at in (f"/customer-orders/{order.pk}/reservations", f"/shipments/{ours.picked(order, 'D1', 'D2', 'D3', 'D4', 'D7', 'D9').pk}"):
        text = browser.get(at).content.decode()
        (cell,) = re.findall(r'<div class="np-sn np-wrap">([^<]+)</div>', text)
        assert cell.strip() == "D1..D4, D7, D9"
        assert [number for one in parse(cell).candidates for number in one.numbers] == ["D1", "D2", "D3", "D4", "D7", "D9"]


def test_the_screen_says_who_holds_what_and_keeps_what_was_typed(browser: Client, ours: Shop) -> None:
    other = ours.order(of=world.customer(name="Saltmarsh"))
    ours.reserve(other, "D1")
    paper = ours.shipment(ours.order((ours.drive, 2)))
    at = f"/shipments/{paper.pk}/picks"
    said = browser.post(f"{at}/preview", {"text-0": "D1\nD2", "keep_draft": "1", "idempotency_key": "k"}).json()
    assert f"reserved for {other.number}, Saltmarsh" in said["panels"]["0"]
    assert "Pick 1" in said["foot"]
    assert load_draft(actor=ours.actor, subject=draft_subject(paper)) == {"text": "D1\nD2", "keep": []}
    assert "D1\nD2" in browser.get(at).content.decode()
    offered = browser.post(f"{at}/preview", {"text-0": "", "action": "offer:0:reserved:", "idempotency_key": "k"}).json()
    assert offered["texts"] == {}
    stale = browser.post(at, {"text-0": "D2", "action": "receive:nothing", "idempotency_key": "k2"})
    assert (stale.status_code, "has changed since the button was shown" in stale.content.decode(), packed(paper)) == (409, True, [])
    kept = browser.post(at, {"text-0": "", "action": "draft", "idempotency_key": "k3"}, follow=True).content.decode()
    assert "The draft is empty now." in kept
    file = browser.post(at, {"text-0": "D1", "action": "problems", "idempotency_key": "k4"})
    assert f"reserved for {other.number}, Saltmarsh" in file.content.decode()


def test_goods_are_picked_by_quantity_and_taken_out(browser: Client, ours: Shop) -> None:
    order = ours.order((ours.fan, 4))
    line = order.lines.get().pk
    paper = ours.shipment(order)
    at = f"/shipments/{paper.pk}"
    spot = f"{ours.fans.pk}:{ours.shelf.pk}"
    code, text = press(browser, f"{at}/picks", f"{at}/picks/goods", line=line, quantity="2.5", spot=spot)
    assert (code, "2.5 picked." in text) == (303, True)
    code, text = press(browser, f"{at}/picks", f"{at}/picks/goods", line=line, quantity="2", spot="")
    assert (code, "At most 1.5." in text or "are still to pick" in text) == (409, True)
    code, text = press(browser, at, f"{at}/picks/removal", line=line)
    assert (code, "stays reserved" in text, lines(order)) == (303, True, [(2, 0, 0)])


def test_what_cannot_go_is_shown_before_it_is_tried(browser: Client, ours: Shop) -> None:
    paper = ours.picked(ours.order(), "D1", "D2")
    hold_units(actor=ours.actor, unit_ids=ids("D1"), reason="Wet")
    at = f"/shipments/{paper.pk}"
    text = browser.get(at).content.decode()
    assert ("Cannot go as they stand now" in text, "on hold (Wet)" in text) == (True, True)
    code, text = press(browser, at, f"{at}/departure")
    assert (code, "on hold (Wet)" in text, unit("D2").status) == (409, True, Status.RECEIVED)
    code, text = press(browser, at, f"{at}/picks/removal", unit=ids("D1")[0])
    assert (code, packed(paper)) == (303, ["D2"])
    code, text = press(browser, at, f"{at}/picks/removal", out="D9")
    assert (code, "lies in" in text, "D9" in text) == (409, True, True)
    press(browser, at, f"{at}/picks/removal", out="D2")
    assert packed(paper) == []


def test_a_shipment_is_made_and_edited_by_its_form(browser: Client, ours: Shop) -> None:
    first, second = ours.order(), ours.order()
    text = browser.get(f"/shipments/new?order={first.number}").content.decode()
    assert f'value="{first.number}"' in text
    code, text = press(browser, "/shipments/new", "/shipments/new", orders="CO9")
    assert (code, "There is no such customer order" in text) == (404, True)
    code, text = press(browser, "/shipments/new", "/shipments/new", orders=f"{first.number} {second.number}", carrier="Nordlicht")
    paper = Document.objects.get(kind="S")
    assert (code, list(paper.shipment.orders.order_by("pk")), paper.shipment.carrier) == (303, [first, second], "Nordlicht")
    at = f"/shipments/{paper.pk}"
    code, text = press(
        browser, f"{at}/edit", f"{at}/edit", orders=first.number, tracking_number="NC-1", address="Dock 4", site="", notes=""
    )
    assert (code, "NC-1" in text, "Dock 4" in text) == (303, True, True)
    code, text = press(browser, at, f"{at}/cancellation")
    assert (code, "is canceled" in text, status(paper)) == (303, True, S.CANCELED)


def test_an_order_and_a_shipment_in_one_screen(browser: Client, ours: Shop) -> None:
    page = browser.get("/direct-shipments/new?search=serial%3DD1*").content.decode()
    assert "Ship 2 units now" in page
    sent = {
        "search": "serial=D1*",
        "seen": "2",
        "idempotency_key": key_in(page),
        "customer": "Kestrel Archive",
        "customer_reference": "PO 9",
    }
    answer = browser.post("/direct-shipments/new", sent, follow=True)
    text = answer.content.decode()
    assert ("2 units shipped with" in text, "PO 9" in text, unit("D10").status) == (True, True, Status.SHIPPED)
    code, text = press(browser, "/direct-shipments/new", "/direct-shipments/new", units="D1\nD2", customer="Kestrel Archive")
    assert (code, "not in stock: Shipped, at Kestrel Archive" in text, "D1\nD2" in text) == (409, True, True)
    typed = {"lot": ours.fans.number, "quantity": "2", "customer": "Kestrel Archive", "shipped_on": "someday"}
    code, text = press(browser, "/direct-shipments/new", "/direct-shipments/new", **typed)
    assert (code, "Shipped on is not a date" in text) == (422, True)
    code, text = press(browser, "/direct-shipments/new", "/direct-shipments/new", **{**typed, "shipped_on": ""})
    assert (code, f"lot {ours.fans.number}: 2" in text) == (303, True)
    code, text = press(browser, "/direct-shipments/new", "/direct-shipments/new", lot="L9", customer="Kestrel Archive")
    assert (code, "There is no lot" in text) == (422, True)


def test_who_only_looks_sees_no_buttons(ours: Shop, viewer: User, client: Client) -> None:
    paper = ours.picked(ours.order(), "D1")
    client.force_login(viewer)
    text = client.get(f"/shipments/{paper.pk}").content.decode()
    assert ("/departure" in text, "/picks" in text, "Packing list" in text) == (False, False, True)
    shipping.ship(actor=ours.actor, shipment=paper)
    text = client.get(f"/shipments/{paper.pk}").content.decode()
    assert ("serials.csv" in text, "/reversal" in text) == (True, False)
