"""The pages of customer orders: made with lines, edited, reserved for, called off; what was typed stays, and refusals stand beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from django.test import Client

from nameplate.models import Document, DocumentStatus, User
from nameplate.operations import sales, shipping
from tests.operations.selling import Shop, ids, lines, reserved, shop, status

S = DocumentStatus


@pytest.fixture
def ours(db: None) -> Shop:
    return shop()


@pytest.fixture
def browser(ours: Shop) -> Client:
    client = Client()
    client.force_login(ours.actor)
    return client


def key_in(page: str) -> str:
    found = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert found
    return found[1]


def press(browser: Client, page: str, action: str, **typed: object) -> tuple[int, str]:
    """A button or form of the page, sent to `action`: the status, and the page that follows."""
    text = browser.get(page).content.decode()
    version = re.search(r'name="version" value="(\d+)"', text)
    sent: Mapping[str, object] = {"idempotency_key": key_in(text), **({"version": version[1]} if version else {}), **typed}
    answer = browser.post(action, sent)
    return answer.status_code, (browser.get(answer["Location"]) if answer.status_code == 303 else answer).content.decode()


ROW = {"rows": "1", "line-0-item": "HDD", "line-0-quantity": "3", "line-0-price": "92.4", "line-0-expected_on": "2031-05-01"}


def test_an_order_is_made_with_its_lines(browser: Client, ours: Shop) -> None:
    page = f"/customer-orders/new?customer={ours.customer.number}"
    assert 'value="Kestrel Archive"' in browser.get(page).content.decode()
    typed = {**ROW, "customer": "Kestrel Archive", "customer_reference": "PO 4711", "line-0-warranty_months": "12"}
    code, text = press(browser, page, "/customer-orders/new", **typed)
    assert (code, "was created" in text, "277.20" in text, "PO 4711" in text, "12 months" in text) == (303, True, True, True, True)
    order = Document.objects.get(kind="CO")
    assert order.number in browser.get("/customer-orders").content.decode()
    assert order.number in browser.get(f"/customers/{ours.customer.pk}").content.decode()
    assert browser.get(f"/documents/{order.pk}")["Location"] == f"/customer-orders/{order.pk}"


def test_goods_that_were_reserved_and_picked_are_no_units(browser: Client, ours: Shop) -> None:
    order = ours.order((ours.fan, 4))
    sales.reserve_any(actor=ours.actor, order=order, quantities={order.lines.get().pk: 4})
    assert '<td class="np-num" data-label="Units">goods</td>' in browser.get(f"/customer-orders/{order.pk}").content.decode()


def test_an_items_page_says_which_customers_wait_for_it(browser: Client, ours: Shop) -> None:
    order, done = ours.order((ours.drive, 3), (ours.fan, 1)), ours.order((ours.drive, 1))
    ours.reserve(order, "D1", "D2")
    shipping.ship(actor=ours.actor, shipment=ours.picked(done, "D3"))
    page = browser.get(f"/items/{ours.drive.pk}").content.decode()
    assert ("Ordered by customers" in page, order.number in page, done.number in page) == (True, True, False)
    assert [re.sub(r"\s+", "", cell) for cell in re.findall(r'data-label="(?:To ship|Reserved)">([^<]+)<', page)] == ["3", "2"]


def test_mistakes_stand_beside_their_fields_and_what_was_typed_stays(browser: Client, ours: Shop) -> None:
    typed = {**ROW, "customer": "Nobody", "line-0-item": "GHOST", "line-0-quantity": "many", "customer_reference": "PO 4711"}
    code, text = press(browser, "/customer-orders/new", "/customer-orders/new", **typed)
    assert (code, "Choose a customer" in text, "There is no such item" in text) == (422, True, True)
    assert all(f'value="{part}"' in text for part in ("Nobody", "GHOST", "many", "PO 4711"))
    added = browser.post("/customer-orders/new?add=1", {**typed, "idempotency_key": "k"}).content.decode()
    assert added.count('role="group"') == 2
    removed = browser.post("/customer-orders/new?remove=0", {**typed, "idempotency_key": "k"}).content.decode()
    assert "GHOST" not in removed
    assert not Document.objects.filter(kind="CO").exists()


def test_a_line_that_was_begun_stays_and_an_edit_that_is_stale_says_so(browser: Client, ours: Shop) -> None:
    order = ours.order((ours.drive, 3))
    ours.reserve(order, "D1")
    page = f"/customer-orders/{order.pk}/edit"
    text = browser.get(page).content.decode()
    assert ("begun" in text, "at least 1" in text) == (True, True)
    line = order.lines.get()
    sent = {**ROW, "customer": "Kestrel Archive", "line-0-line": str(line.pk), "line-0-quantity": "5"}
    code, text = press(browser, page, page, **sent)
    assert (code, "was saved" in text, sales.progress(order)[0].ordered) == (303, True, 5_000_000)
    code, text = press(browser, page, page, **{**sent, "version": "1"})
    assert (code, "since you opened it" in text) == (409, True)


def test_any_units_then_these_are_reserved_and_freed(browser: Client, ours: Shop) -> None:
    order = ours.order((ours.drive, 3), (ours.fan, 4))
    drives, fans = (one.line.pk for one in sales.progress(order))
    page = f"/customer-orders/{order.pk}/reservations"
    code, text = press(browser, page, page, **{f"quantity-{drives}": "2", f"quantity-{fans}": ""})
    assert (code, "2 units reserved: the first to expire, then the oldest" in text, reserved(order)) == (
        303,
        True,
        ["D1", "D2"],
    )
    code, text = press(browser, page, page, **{f"quantity-{drives}": "9"})
    assert (code, "At most 1." in text, 'value="9"' in text) == (409, True, True)
    code, text = press(browser, page, page)
    assert (code, "Say how much to reserve" in text) == (422, True)
    code, text = press(browser, page, page, these="1", units="D9\nNOPE")
    assert (code, "no unit bears it" in text, "D9\nNOPE" in text) == (422, True, True)
    code, text = press(browser, page, page, these="1", units="D9")
    assert (code, reserved(order)) == (303, ["D1", "D2", "D9"])
    press(browser, page, page, all="1")
    assert lines(order) == [(3, 0, 0), (4, 0, 0)]
    code, text = press(browser, page, f"{page}/removal", line=str(fans))
    assert (code, "free again" in text, lines(order)[1]) == (303, True, (0, 0, 0))
    code, text = press(browser, page, f"{page}/removal", freed="D2, D9")
    assert (code, reserved(order)) == (303, ["D1"])
    code, text = press(browser, page, f"{page}/removal", freed="D9")
    assert (code, "not reserved for" in text) == (409, True)


def test_units_of_the_list_are_reserved_for_an_order(browser: Client, ours: Shop) -> None:
    order = ours.order((ours.drive, 2))
    page = browser.get("/reservations/new?search=serial%3DD1*").content.decode()
    assert "Reserve 2 units" in page
    sent = {"search": "serial=D1*", "seen": "2", "idempotency_key": key_in(page), "order": order.number.lower()}
    answer = browser.post("/reservations/new", sent)
    assert (answer.status_code, answer["Location"], reserved(order)) == (303, f"/customer-orders/{order.pk}", ["D1", "D10"])
    code, text = press(browser, "/reservations/new", "/reservations/new", units="D5", order="CO9")
    assert (code, "There is no such order" in text, "D5" in text) == (422, True, True)
    unit = browser.get(f"/serials/{ids('D1')[0]}").content.decode()
    assert (order.number in unit, "/reservations/new?unit=" in unit) == (True, False)


def test_an_order_is_called_off_and_its_rest(browser: Client, ours: Shop) -> None:
    order = ours.order((ours.drive, 2))
    ours.reserve(order, "D1", "D2")
    page = f"/customer-orders/{order.pk}"
    shipping.ship(actor=ours.actor, shipment=ours.picked(order, "D1"))
    code, text = press(browser, page, f"{page}/cancellation")
    assert (code, "is shipped already" in text) == (409, True)
    code, text = press(browser, page, f"{page}/cancellation", rest="1", reason="Enough.")
    assert (code, "rest canceled" in text, reserved(order), status(order)) == (303, True, [], S.SHIPPED)
    other = ours.order()
    code, text = press(browser, f"/customer-orders/{other.pk}", f"/customer-orders/{other.pk}/cancellation")
    assert (code, "is canceled" in text, status(other)) == (303, True, S.CANCELED)


def test_who_only_looks_sees_no_buttons(ours: Shop, viewer: User, client: Client) -> None:
    order = ours.order()
    client.force_login(viewer)
    text = client.get(f"/customer-orders/{order.pk}").content.decode()
    assert ("/edit" in text, "New shipment" in text, "Cancel the order" in text) == (False, False, False)
