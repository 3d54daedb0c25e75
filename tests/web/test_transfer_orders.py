"""The pages of transfer orders: from a search of the list, filled, shipped, received line by line, settled, printed."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nameplate.models import Document, DocumentStatus, Draft, Role, TransferExtra, TransferUnit, User
from nameplate.operations.reasons import create_reason
from nameplate.operations.transferring import GoodsToSend
from tests import world
from tests.operations.transfers import Yard, again, lying, unit, yard


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def ground(manager: User) -> Yard:
    return yard(manager)


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def sent(browser: Client, address: str, **typed: object) -> tuple[int, str]:
    """The form at that address, filled in and sent: the status and what is said, on the page that follows or on the form."""
    shown = browser.get(address).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown))
    answer = browser.post(address.partition("?")[0], {**{name: text.replace("&amp;", "&") for name, text in hidden.items()}, **typed})
    return answer.status_code, (browser.get(answer["Location"]) if answer.status_code == 303 else answer).content.decode()


def test_from_a_search_to_an_order(browser: Client, ground: Yard) -> None:
    assert "/transfer-orders/new?" in page(browser, "/serials?serial=A1")
    address = "/transfer-orders/new?" + urlencode({"search": "serial=A1,A2"})
    assert "2 units" in page(browser, address)
    status, said = sent(browser, address, destination="", location="")
    assert (status, "Say to which site it goes." in said) == (422, True)
    status, said = sent(browser, address, destination=ground.dock.site_id, location="nowhere")
    assert (status, "There is no place “nowhere”" in said) == (422, True)
    status, said = sent(browser, address, destination=ground.dock.site_id, location=f"{ground.dock.site} · Dock")
    order = Document.objects.get(kind="TO")
    assert (status, f"{order} was created." in said, order.transfer_units.count()) == (303, True, 2)
    assert order.number in page(browser, "/transfer-orders")
    assert browser.get(f"/documents/{order.pk}")["Location"] == f"/transfer-orders/{order.pk}"


def test_what_is_on_it_changes_until_it_leaves(browser: Client, ground: Yard) -> None:
    order = ground.order("A1")
    at = f"/transfer-orders/{order.pk}"
    status, said = sent(browser, f"{at}/contents", units="A2, nobody")
    assert (status, "A2, nobody" in said) == (422, True)
    status, said = sent(browser, f"{at}/contents", units="A2..A4", lot=ground.cable.number, quantity="99")
    assert (status, "At most 10." in said, order.transfer_units.count()) == (409, True, 1)
    assert sent(browser, f"{at}/contents", units="A2..A4", lot=ground.cable.number, quantity="4")[0] == 303
    line = order.lines.get().pk
    browser.post(f"{at}/removals", {"unit": [unit("A4").pk], "line": [line]})
    assert (order.transfer_units.count(), order.lines.count()) == (3, 0)
    status, said = sent(browser, f"{at}/edit", destination=ground.dock.site_id, origin=ground.shelf.site_id, location="", notes="Fragile")
    assert (status, "Fragile" in said) == (303, True)
    browser.post(f"{at}/readiness", {"idempotency_key": "r"})
    assert again(order).status == DocumentStatus.READY
    browser.post(f"{at}/shipment", {"idempotency_key": "s"})
    assert again(order).status == DocumentStatus.SHIPPED
    refused = browser.post(f"{at}/removals", {"unit": [unit("A1").pk]})
    assert (refused.status_code, "what is on it stays" in refused.content.decode()) == (409, True)
    assert "in transit" in page(browser, at)


def test_numbers_get_verdicts_and_the_good_ones_are_received(browser: Client, ground: Yard) -> None:
    order = ground.sent("A1", "A2", goods=[GoodsToSend(ground.cable, 4)])
    at = f"/transfer-orders/{order.pk}"
    told = browser.post(f"{at}/arrivals?check=1", {"units": "A1\nA3\nnobody"}).content.decode()
    for words in ("not on the order; it is at", "no unit bears this number", "A1\nA3\nnobody"):
        assert words in told
    assert unit("A1").transfer_id == order.pk
    status, said = sent(browser, f"{at}/arrivals", units="A1\nA3\nnobody", along="on", reason="")
    assert (status, "Say why they came along." in said) == (409, True)
    line = order.lines.get().pk
    status, said = sent(browser, f"{at}/arrivals", units="A1\nA3\nnobody", **{f"goods-{line}": "3"})
    assert (status, "1 unit received, 2 numbers noted as extra." in said) == (303, True)
    assert (unit("A1").location, unit("A3").location, lying(ground.cable.item)["Dock"]) == (ground.dock, ground.shelf, 3)
    status, said = sent(browser, f"{at}/arrivals", units="A3", along="on", reason="Was on the lorry", finished="on")
    assert (status, "Not everything came" in said, TransferExtra.objects.get(number="A3").settled) == (303, True, "taken along")
    assert TransferUnit.objects.get(serial=unit("A3")).taken_by is not None


def test_what_was_typed_of_an_arrival_outlives_a_reload_and_a_refusal_and_goes_with_its_receipt(browser: Client, ground: Yard) -> None:
    order = ground.sent("A1", "A2", goods=[GoodsToSend(ground.cable, 4)])
    at, goods = f"/transfer-orders/{order.pk}/arrivals", f"goods-{order.lines.get().pk}"
    browser.post(f"{at}?check=1", {"units": "A1\nnobody", "note": "Two boxes", "along": "on", goods: "3", "idempotency_key": "k"})
    kept = page(browser, at)
    for words in ("A1\nnobody", 'value="Two boxes"', 'value="3"', "no unit bears this number", "Empty the form"):
        assert words in kept, words
    assert "checked" in re.findall(r'<input[^>]*name="along"[^>]*>', kept)[0]
    other = Client()
    other.force_login(world.user(role=Role.MANAGER))
    assert "Two boxes" not in page(other, at)
    assert sent(browser, at, units="A3", along="on", note="Three boxes")[0] == 409
    assert ("Three boxes" in page(browser, at), "Two boxes" in page(browser, at)) == (True, False)
    assert browser.post(at, {"units": "A1", "idempotency_key": "k2"}).status_code == 303
    assert (Draft.objects.count(), unit("A1").location) == (0, ground.dock)
    browser.post(f"{at}?check=1", {"units": "A1", "idempotency_key": "k2"})
    assert Draft.objects.count() == 0
    browser.post(f"{at}?check=1", {"units": "A2", "idempotency_key": "k3"})
    browser.post(f"{at}?afresh=1", {"units": "A2", "idempotency_key": "k3"})
    assert (Draft.objects.count(), unit("A2").transfer_id) == (0, order.pk)


def test_a_file_lies_with_the_order(browser: Client, ground: Yard) -> None:
    at = f"/transfer-orders/{ground.order('A1').pk}"
    note = SimpleUploadedFile("delivery note.pdf", b"%PDF-1.4")
    assert browser.post(f"{at}/files", {"file": note, "idempotency_key": "f"}).status_code == 303
    assert "delivery note.pdf" in page(browser, at)


def test_all_of_it_at_once(browser: Client, ground: Yard) -> None:
    order = ground.sent("A1", "A2", goods=[GoodsToSend(ground.cable, 4)])
    status, said = sent(browser, f"/transfer-orders/{order.pk}/arrivals", everything="on")
    assert (status, "2 units received." in said, again(order).status) == (303, True, DocumentStatus.RECEIVED)
    assert "Nothing of it is on its way" not in page(browser, f"/transfer-orders/{order.pk}/arrivals")


def test_what_is_missing_is_settled(browser: Client, ground: Yard, administrator: User) -> None:
    lost = create_reason(actor=administrator, kind="write-off", name="Lost on the way")
    order = ground.sent("A1", "A2", goods=[GoodsToSend(ground.cable, 4)])
    at = f"/transfer-orders/{order.pk}"
    assert "to settle" not in page(browser, at)
    assert sent(browser, f"{at}/settlements", outcome="written_off", all="1", write_off_reason=lost.pk)[0] == 422
    sent(browser, f"{at}/arrivals", units="nobody", finished="on")
    assert "4 to settle" in page(browser, at)
    assert "A1" in page(browser, f"{at}/settlements")
    assert sent(browser, f"{at}/settlements", outcome="found")[0] == 422
    status, said = sent(browser, f"{at}/settlements", outcome="at_origin", unit=[unit("A1").pk], place=f"{ground.dock.site} · Dock")
    assert (status, f"Choose a location of {ground.shelf.site}." in said) == (422, True)
    extra = TransferExtra.objects.get().pk
    status, said = sent(browser, f"{at}/settlements", outcome="found", unit=[unit("A1").pk], extra=[extra])
    assert (status, "Settled: found." in said, unit("A1").location) == (303, True, ground.dock)
    assert sent(browser, f"{at}/settlements", outcome="written_off", all="1", write_off_reason=lost.pk)[0] == 303
    assert "Everything is settled" in page(browser, f"{at}/settlements")


def test_the_papers(browser: Client, ground: Yard) -> None:
    order = ground.order("A1", "A2")
    for paper in ("waybill", "picking-list"):
        answer = browser.get(f"/transfer-orders/{order.pk}/{paper}.pdf")
        assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")


def test_it_is_canceled(browser: Client, ground: Yard) -> None:
    order = ground.order("A1")
    answer = browser.post(f"/transfer-orders/{order.pk}/cancellation", {"idempotency_key": "c", "reason": "No lorry"})
    assert (answer.status_code, again(order).status) == (303, DocumentStatus.CANCELED)
    assert "No lorry" in page(browser, f"/transfer-orders/{order.pk}")
