"""What a person must not get of shipping, returns and transfers: the page says why, and has the button that leads out of it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from nameplate.models import Serial, User
from tests.operations.bad_input import Trouble, extent, trouble
from tests.operations.selling import ids
from tests.web.test_customer_orders import press


@pytest.fixture
def browser(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def found(db: None) -> Trouble:
    return trouble()


def refused(browser: Client, page: str, action: str, **typed: object) -> str:
    """What the refusal says, tags taken out but for addresses; nothing is written."""
    before = extent()
    code, text = press(browser, page, action, **typed)
    assert (code in {409, 422}, extent()) == (True, before), text
    said = text.split('role="alert">', 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r'<(?:[^>]*?(href="[^"]*"))?[^>]*>', r"\1", said).split())


def test_what_cannot_be_shipped_leads_to_what_has_to_be_done_first(browser: Client, found: Trouble) -> None:
    customer = found.desk.shop.customer.number
    leads = {
        "D7": ("on hold (Wet)", f"/serials/{ids('D7')[0]}/hold"),
        "D8": (f"reserved for {found.other}", f"/customer-orders/{found.other.pk}"),
        "D2": ("Shipped, at Kestrel Archive", f"/returns/new?unit={ids('D2')[0]}"),
        "D1": ("not in stock: Returned", f"/returns/{found.came_back.pk}"),
    }
    for number, (why, page) in leads.items():
        at = f"/direct-shipments/new?unit={ids(number)[0]}"
        said = refused(browser, at, "/direct-shipments/new", unit=ids(number)[0], customer=customer)
        assert (why in said, f'href="{page}"' in said) == (True, True), said
    said = refused(browser, "/direct-shipments/new", "/direct-shipments/new", units="D9", customer=customer, warranty_months="361")
    assert "At most 360 months, which is 30 years." in said
    picks = f"/shipments/{found.picking.pk}/picks"
    text = browser.post(f"{picks}/preview", {"text-0": "X1\nD9\nD9", "idempotency_key": "k"}).json()["panels"]["0"]
    assert ("SSD, which none of its orders has a line for" in text, "Twice in this entry" in text) == (True, True)
    text = browser.post(
        f"/customer-orders/{found.sold.pk}/cancellation", {"idempotency_key": "c", "version": found.sold.version}
    ).content.decode()
    assert ("nothing of it is left to cancel" in text, f'href="/shipments/{found.desk.sold.document_id}"' in text) == (True, True)


def test_what_does_not_come_back_arrive_or_go_back_says_why(browser: Client, found: Trouble) -> None:
    unit = Serial.objects.get(number="D2")
    said = refused(browser, f"/returns/new?unit={unit.pk}", "/returns/new", unit=unit.pk, customer=found.desk.other.number)
    assert ("shipped to Kestrel Archive" in said, f'href="/shipments/{found.desk.sold.document_id}"' in said) == (True, True)
    arrivals = f"/transfer-orders/{found.transfer.pk}/arrivals"
    assert "arrived already" in browser.post(f"{arrivals}?check=1", {"units": "D10", "idempotency_key": "k"}).content.decode()
    back = found.came_back.entries.get(act="returned")
    at = f"/entries/{found.desk.sold.pk}/reversal"
    said = refused(browser, at, at, scope="all")
    assert (str(found.came_back) in said, f'href="/returns/{found.came_back.pk}"' in said) == (True, True)
    assert f'href="/entries/{back.pk}/reversal"' in said
