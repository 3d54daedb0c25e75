"""Purchase orders over the API: from the request for quotation to what came of each line."""

from __future__ import annotations

import pytest

from nameplate.models import User
from tests.api.asking import Program, program_of
from tests.api.stock import placed

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def program(manager: User) -> Program:
    return program_of(manager)


def test_from_the_request_to_the_goods(program: Program) -> None:
    vendor = program.made("/vendors", {"name": "Westdale"})
    item = program.made("/items", {"number": "drive"})
    line = {"item": item["id"], "quantity": "3", "price": "92.4", "expected_on": "2026-12-24"}
    body = {
        "vendor": vendor["id"],
        "status": "rfq",
        "lines": [line],
        "vendor_reference": "Q-7",
        "expected_on": "2026-12-31",
        "notes": "a\nb",
    }
    made = program.post("/purchase-orders", body)
    assert made.status == 201
    order = made.json
    assert (order["status"], order["vendor_id"], order["expected_on"], order["notes"]) == ("rfq", vendor["id"], "2026-12-31", "a\nb")
    assert (order["total"], order["currency"], order["lines"][0]["price"], order["lines"][0]["amount"]) == ("277.2", "EUR", "92.4", "277.2")
    assert (order["lines"][0]["quantity"], order["lines"][0]["expected_on"], order["lines"][0]["lots"]) == ("3", "2026-12-24", [])

    assert program.made(f"{order['href']}/confirmation")["status"] == "new"
    ordered = program.made(f"{order['href']}/order")
    assert (ordered["status"], ordered["lines"][0]["lots"][0]["status"]) == ("ordered", "planned")
    assert program.made(f"{order['href']}/shipment", {"shipped_on": "2026-01-31"})["shipped_on"] == "2026-01-31"
    location = program.made("/locations", {"site": program.made("/sites", {"name": "Depot"})["id"], "name": "A1"})
    received = {"lines": [{"line": ordered["lines"][0]["id"], "serials": ["A1", "A2"]}], "location": location["id"]}
    program.made(order["receipts"], received)
    now = program.get(order["href"]).json
    assert (now["status"], now["received"], now["lines"][0]["received"], now["lines"][0]["to_come"]) == ("shipped", "2", "2", "1")
    assert [lot["status"] for lot in now["lines"][0]["lots"]] == ["received", "planned"]
    assert program.made(f"{order['href']}/cancellation", {"of": "rest", "reason": "Enough."})["status"] == "received"


def test_lines_are_added_changed_and_removed(program: Program) -> None:
    order = placed(program, {"drive": 3, "pod": 1})
    read = program.get(f"/purchase-orders/{order.id}")
    lines = [{"id": line["id"], "item": line["item_id"], "quantity": "5"} for line in read.json["lines"]]
    edited = program.patch(f"/purchase-orders/{order.id}", {"lines": lines, "vendor_reference": "R-1"}, If_Match=read.headers["ETag"])
    assert edited.status == 200
    assert [line["quantity"] for line in edited.json["lines"]] == ["5", "5"]
    assert edited.json["vendor_reference"] == "R-1"
    removed = program.patch(f"/purchase-orders/{order.id}", {"lines": lines[:1]}, If_Match=edited.headers["ETag"])
    assert (removed.status, set(removed.json["fields"])) == (422, {"lines"})


def test_a_wrong_line_is_named_by_its_place(program: Program) -> None:
    order = placed(program, {"drive": 3})
    vendor = program.get("/vendors").json["items"][0]["id"]
    lines = [
        {"item": order.items["drive"], "quantity": "1.5"},
        {"item": "999", "quantity": "1"},
        {"item": order.items["drive"], "quantity": "0", "price": "-1"},
    ]
    refused = program.post("/purchase-orders", {"vendor": vendor, "lines": lines})
    assert refused.status == 422
    assert set(refused.json["fields"]) == {"lines.0.quantity", "lines.1.item", "lines.2.price", "lines.2.quantity"}


def test_an_order_without_a_vendor_is_refused_whatever_its_version(program: Program) -> None:
    order = placed(program, {"drive": 3})
    for version, status in ((2, 422), (1, 409)):
        refused = program.patch(f"/purchase-orders/{order.id}", {"vendor": None, "version": version})
        assert refused.status == status
    assert program.patch(f"/purchase-orders/{order.id}", {"vendor": None, "version": 2}).json["fields"].keys() == {"vendor"}


def test_a_status_is_set_by_no_edit(program: Program) -> None:
    order = placed(program, {"drive": 3})
    for body in ({"status": "received", "version": 3}, {"shipped_on": "2026-01-01", "version": 3}, {"kind": "CO", "version": 3}):
        refused = program.patch(f"/purchase-orders/{order.id}", body)
        assert (refused.status, refused.json["rule"]) == (422, "invalid-request")
    assert program.post("/purchase-orders", {"vendor": "1", "status": "received"}).status == 422


def test_a_step_that_does_not_fit_says_why(program: Program) -> None:
    order = placed(program, {"drive": 3})
    refused = program.post(f"/purchase-orders/{order.id}/confirmation")
    assert (refused.status, refused.json["rule"]) == (409, "wrong-status")
    stale = program.post(f"/purchase-orders/{order.id}/shipment", {}, If_Match='"1"')
    assert (stale.status, stale.json["rule"]) == (412, "stale")
    order_read = program.get(f"/purchase-orders/{order.id}").json
    order_received = placed(program, {"pod": 1}, at=order.location, vendor=order_read["vendor_id"])
    order_received.receive(program, ["P1"])
    partly = program.post(f"/purchase-orders/{order_received.id}/cancellation")
    assert partly.status == 409
    assert program.post(f"/purchase-orders/{order.id}/cancellation", {"of": "rest"}).json["rule"] == "nothing-received"
