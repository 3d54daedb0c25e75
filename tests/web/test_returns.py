"""The pages of returns: opened from a unit, a customer and a shipment, received, inspected, restocked, repaired, sent back, printed."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nameplate import functions
from nameplate.models import Document, DocumentStatus, Repair, Status, Switch, User
from nameplate.operations.shipping import GoodsShipped, ship_directly
from tests.operations.returning import Counter, counter, row, status
from tests.operations.selling import ids, unit
from tests.web.test_transfer_orders import page, sent


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def desk(manager: User) -> Counter:
    return counter()


def test_it_is_opened_from_the_customer_the_shipment_and_the_unit(browser: Client, desk: Counter) -> None:
    party, [first] = desk.shop.customer, ids("D1")
    assert f"/returns/new?customer={party.number}" in page(browser, f"/customers/{party.pk}")
    assert f"/returns/new?unit={first}" in page(browser, f"/serials/{first}")
    assert f"/returns/new?shipment={desk.sold.document_id}" in page(browser, f"/shipments/{desk.sold.document_id}")
    offered = page(browser, f"/returns/new?customer={party.number}")
    assert all(f"pick-{one}" in offered for one in ids("D1", "D5"))
    assert f"pick-{ids('D6')[0]}" not in offered
    asked = browser.post("/returns/new", {"customer": party.name, "offer": "1", "complaint": "It clicks."}).content.decode()
    assert ("It clicks." in asked, f"pick-{first}" in asked) == (True, True)

    told, said = sent(browser, f"/returns/new?unit={first}", customer=desk.other.name, place="")
    assert (told, "cannot be Borealis Labs’s by the records" in said) == (409, True)
    told, said = sent(browser, f"/returns/new?unit={first}", customer=party.name, place="nowhere")
    assert (told, "There is no place “nowhere”" in said) == (422, True)
    place = f"{desk.shop.shelf.site} · {desk.shop.shelf.name}"
    told, said = sent(browser, f"/returns/new?unit={first}", customer=party.name, place=place, reason=desk.faulty)
    assert (told, "1 unit taken back with" in said, unit("D1").status) == (303, True, Status.RETURNED)
    told, said = sent(browser, f"/returns/new?customer={party.number}", customer=party.name, pick=ids("D2", "D3"), units="D4")
    paper = Document.objects.filter(kind="RMA").latest("pk")
    assert (told, f"{paper} was opened." in said, paper.returned_units.count()) == (303, True, 3)
    assert "Failed in use" in page(browser, "/reports/returned")
    assert paper.number in page(browser, "/returns")


def test_a_customers_page_lists_their_returns_while_there_are_returns(browser: Client, desk: Counter) -> None:
    at = f"/customers/{desk.shop.customer.pk}"
    assert "has sent nothing back yet" in page(browser, at)
    paper = desk.announced("D1", "D2")
    counts = []
    for more in (["D3", "D4", "D5"], []):
        with CaptureQueriesContext(connection) as statements:
            page(browser, at)
        counts.append(len(statements))
        for number in more:
            desk.announced(number)
    assert len(set(counts)) == 1
    card = re.sub(r"\s+", " ", page(browser, at).partition('id="returned"')[2])
    assert f'href="/returns/{paper.pk}">{paper.number}</a>' in card
    assert ('data-label="Units">2</td>' in card, "/returns?customer=" in card) == (True, True)
    Switch.objects.update_or_create(name=functions.RMA, defaults={"on": False})
    assert 'id="returned"' not in page(browser, at)


def test_each_act_has_its_page_and_what_was_typed_stays(browser: Client, desk: Counter) -> None:
    paper = desk.announced("D1", "D2", "D3", "D4")
    at = f"/returns/{paper.pk}"
    place = f"{desk.shop.shelf.site} · {desk.shop.shelf.name}"
    told, said = sent(browser, f"{at}/receipts", place=place, returned_on="soon", note="By van")
    assert (told, "Write the day like" in said, "By van" in said) == (422, True, True)
    sent(browser, f"{at}/receipts", place=place)
    assert "Waiting for inspection" in page(browser, at)
    first, second, third, fourth = ids("D1", "D2", "D3", "D4")
    restocked = browser.post(f"{at}/restocks", {"unit": first, "idempotency_key": "once"})
    assert (restocked.status_code, unit("D1").status) == (303, Status.RECEIVED)
    assert "<dt>Last customer</dt>" in page(browser, f"/serials/{first}")
    assert page(browser, "/serials?columns=serial,customer").count('<span class="np-muted">last:</span>') == 1
    told, said = sent(browser, f"{at}/rejections?unit={second}", reason="")
    assert (told, "Say what is wrong with them." in said) == (422, True)
    sent(browser, f"{at}/rejections?unit={second}", reason="Bent", ship_back="on")
    sent(browser, f"{at}/repairs?unit={third}", reason="Bearing", ship_back="on")
    sent(browser, f"{at}/repair-ends", work="New bearing", test="8 h")
    told, said = sent(browser, f"{at}/replacements?unit={fourth}", replacement="D6")
    assert (told, "not in stock" in said) == (409, True)
    sent(browser, f"{at}/replacements?unit={fourth}", replacement="D7")
    assert (row("D4").replacement, Repair.objects.get(paper=paper).work) == (unit("D7"), "New bearing")
    sent(browser, f"{at}/shipments", carrier="By van")
    browser.post(f"{at}/restocks", {"unit": fourth, "idempotency_key": "again"})
    assert status(paper) == DocumentStatus.RESOLVED.label
    shown = page(browser, f"/serials/{unit('D7').pk}")
    assert ("Replaces" in shown, paper.number in shown) == (True, True)
    assert paper.number in page(browser, f"/shipments/{unit('D2').shipment_id}")
    for name in ("form.pdf", "repair-report.pdf"):
        assert browser.get(f"{at}/{name}").content.startswith(b"%PDF")
    assert browser.get(f"/shipments/{unit('D2').shipment_id}/packing-list.pdf").content.startswith(b"%PDF")
    told, said = sent(browser, f"/shipments/{unit('D2').shipment_id}/edit", carrier="By bicycle", site=desk.shop.shelf.site_id)
    assert (told, "By bicycle" in said) == (303, True)
    told, said = sent(browser, f"{at}/edit", customer_reference="CLAIM-7")
    assert (told, "CLAIM-7" in said) == (303, True)


def test_a_contradiction_is_shown_until_it_is_swapped(browser: Client, desk: Counter) -> None:
    paper = desk.back("D6", contradiction="It lay in their box.")
    shown = page(browser, f"/returns/{paper.pk}")
    assert ("The records say otherwise" in shown, "shipped to Borealis Labs" in shown) == (True, True)
    swap = f"/shipment-swaps/new?unit={ids('D6')[0]}"
    told, said = sent(browser, swap, unit="D6", other="D77", reason="Labels")
    assert (told, "no unit bears it" in said) == (422, True)
    told, said = sent(browser, swap, unit="D6", other="D5", reason="Labels")
    assert (told, "The records say otherwise" in page(browser, f"/returns/{paper.pk}")) == (303, False)


def test_goods_are_taken_back_by_quantity_and_decided_in_parts(browser: Client, desk: Counter) -> None:
    fans, customer = desk.shop.fans, desk.shop.customer
    ship_directly(actor=desk.shop.actor, customer=customer, goods=[GoodsShipped(fans, 6)])
    place = f"{desk.shop.shelf.site} · {desk.shop.shelf.name}"
    took = re.search(r'name="(take-\d+-\d+)"', page(browser, f"/returns/new?customer={customer.number}"))
    assert took is not None
    told, said = sent(browser, f"/returns/new?customer={customer.number}", customer=customer.name, **{took[1]: "8"})
    assert (told, "cannot be" in said, 'value="8"' in said) == (409, True, True)
    told, said = sent(browser, f"/returns/new?customer={customer.number}", customer=customer.name, **{took[1]: "4"})
    paper = Document.objects.filter(kind="RMA").latest("pk")
    at, [row] = f"/returns/{paper.pk}", paper.returned_goods.all()
    assert (told, row.quantity) == (303, 4_000_000)
    told, said = sent(browser, f"{at}/contents", goods=fans.number, quantity="1", units="D1", reason=desk.faulty)
    assert (told, "1 unit and goods put on" in said, paper.returned_goods.count()) == (303, True, 2)
    told, said = sent(browser, f"{at}/receipts?goods={row.pk}", goods=row.pk, place=place, **{f"quantity-{row.pk}": "5"})
    assert (told, "Only 4" in said, 'value="5"' in said) == (409, True, True)
    sent(browser, f"{at}/receipts", place=place)
    told, said = sent(browser, f"{at}/rejections?goods={row.pk}", goods=row.pk, reason="Bent", **{f"quantity-{row.pk}": "1.5"})
    assert (told, "2.5 to be restocked or rejected, 1.5 rejected" in page(browser, at)) == (303, True)
    row.refresh_from_db()
    assert f"/returns/{paper.pk}" in page(browser, f"/lots/{row.back_id}")
    assert browser.post(f"{at}/restocks", {"goods": row.pk, "idempotency_key": "once"}).status_code == 303
    assert "1.5 rejected, 2.5 in stock again" in page(browser, at)
    assert "FAN" in page(browser, "/reports/returned")
    assert browser.get(f"{at}/form.pdf").content.startswith(b"%PDF")


def test_a_number_that_nobody_knows_is_taken_in_with_a_reason(browser: Client, desk: Counter) -> None:
    place = f"{desk.shop.shelf.site} · {desk.shop.shelf.name}"
    given = {"serials": "OLD-1\nD8", "item": desk.shop.drive.number, "place": place}
    told, said = sent(browser, "/returns/unknown-units/new", customer=desk.shop.customer.name, **given)
    assert (told, "Say why units are taken" in said, "OLD-1" in said) == (422, True, True)
    given["contradiction"] = "Sold before the books began."
    told, said = sent(browser, "/returns/unknown-units/new", customer=desk.shop.customer.name, **given)
    assert (told, "D8" in said) == (409, True)
    told, said = sent(browser, "/returns/unknown-units/new", customer=desk.shop.customer.name, **{**given, "serials": "OLD-1"})
    paper = Document.objects.filter(kind="RMA").latest("pk")
    assert (told, unit("OLD-1").status, f"{paper}" in said) == (303, Status.RETURNED, True)
    assert "never shipped by us, as far as the books know" in page(browser, f"/returns/{paper.pk}")
    told, said = sent(browser, f"/returns/{paper.pk}/unknown-units", **{**given, "serials": "OLD-2"})
    assert (told, row("OLD-2").paper) == (303, paper)
