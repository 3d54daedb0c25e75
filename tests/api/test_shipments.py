"""Sold over the API: ordered, reserved, picked with late binding, shipped in two parts, taken back; and at once."""

from __future__ import annotations

import pytest

from nameplate.models import Serial, Status, User
from nameplate.operations.lots import Contents, create_lot
from tests.api.asking import Program, program_of
from tests.operations.selling import Shop, shop


@pytest.fixture
def ours(db: None) -> Shop:
    return shop()


@pytest.fixture
def program(ours: Shop) -> Program:
    return program_of(ours.actor)


def test_the_whole_way_of_an_order(program: Program, ours: Shop) -> None:
    lines = [
        {"item": str(ours.drive.pk), "quantity": "3", "price": "92.40", "warranty_months": 12},
        {"item": str(ours.fan.pk), "quantity": "4"},
    ]
    order = program.made("/customer-orders", {"customer": str(ours.customer.pk), "customer_reference": "PO 4711", "lines": lines})
    assert (order["status"], order["total"], order["lines"][0]["warranty_months"]) == ("new", "277.2", 12)
    at = order["href"]
    drives, fans = order["lines"]
    entry = program.made(f"{at}/reservations", {"lines": [{"line": drives["id"], "quantity": "2"}]})
    assert (entry["act"], entry["units"]) == ("reserved", 2)
    program.made(f"{at}/reservations", {"lines": [{"line": fans["id"], "quantity": "1", "lot": str(ours.fans.pk)}]})

    paper = program.made("/shipments", {"orders": [order["id"]], "carrier": "Nordlicht"})
    judged = program.post(f"{paper['picks']}/preview", {"text": "D9, D1, NOPE"}).json
    assert (judged["good"], judged["bad"], judged["serials"]) == (2, 1, ["D9", "D1"])
    picked = program.post(paper["picks"], {"serials": ["D9", "D1"]}).json
    assert picked["lines"][0]["serials"] == ["D1", "D9"]
    assert program.get(at).json["lines"][0] | {"reserved": "2", "picked": "2"} == program.get(at).json["lines"][0]
    program.post(paper["picks"], {"goods": {"line": fans["id"], "quantity": "4"}})
    assert program.post(f"{paper['href']}/readiness").json["status"] == "ready"
    gone = program.post(f"{paper['href']}/departure", {"note": "Two boxes."}).json
    assert (gone["status"], gone["units"], program.get(at).json["status"]) == ("shipped", 2, "partly_shipped")
    unit = program.get(f"/serials?shipment=%3D{gone['number']}").json["items"][0]
    assert (unit["customer_order"], unit["customer_order_id"], unit["status"]) == (order["number"], order["id"], "shipped")

    rest = program.made("/shipments", {"orders": [order["id"]]})
    program.post(rest["picks"], {"serials": ["D2"]})
    program.post(f"{rest['href']}/departure")
    assert program.get(at).json["status"] == "shipped"
    assert program.get(f"{at}/serials.csv").content.decode().count("PO 4711") == 3

    program.made(f"/entries/{gone['entry']}/reversal")
    back = program.get(paper["href"]).json
    assert (back["status"], back["lines"][0]["serials"], back["entry"]) == ("ready", ["D1", "D9"], None)
    assert program.get(at).json["status"] == "partly_shipped"


def test_refusals_name_every_unit_and_what_causes_them(program: Program, ours: Shop) -> None:
    other = ours.order()
    ours.reserve(other, "D1")
    order = ours.order()
    paper = program.made("/shipments", {"orders": [str(order.pk)]})
    refused = program.post(paper["picks"], {"serials": ["D1", "D2"]})
    assert (refused.status, refused.json["rule"], refused.json["offenders"][0]["text"]) == (409, "not-pickable", "D1")
    assert refused.json["causes"][0]["label"] == other.number
    at = f"/customer-orders/{order.pk}"
    both = program.post(f"{at}/reservations", {"serials": ["D2"], "lines": []})
    assert both.json["rule"] == "units-or-serials"
    twice = {"lines": [{"line": "1", "quantity": "1"}, {"line": "1", "quantity": "1"}]}
    assert program.post(f"{at}/reservations", twice).json["rule"] == "line-twice"
    lots = {"lines": [{"line": "1", "quantity": "1", "lot": "1"}, {"line": "2", "quantity": "1"}]}
    assert program.post(f"{at}/reservations", lots).json["rule"] == "line-twice"
    assert program.post(paper["picks"], {"serials": ["D2"], "goods": {"line": "1", "quantity": "1"}}).json["rule"] == "units-or-serials"
    assert program.post(f"{paper['href']}/departure").json["rule"] == "nothing-picked"


def test_what_is_reserved_or_picked_is_freed_and_taken_out(program: Program, ours: Shop) -> None:
    order = ours.order((ours.drive, 2))
    at = f"/customer-orders/{order.pk}"
    program.made(f"{at}/reservations")
    paper = program.made("/shipments", {"orders": [str(order.pk)]})
    program.post(paper["picks"], {"serials": ["D1"]})
    assert program.post(f"{paper['picks']}/removal", {"serials": ["D1"]}).json["lines"] == []
    program.made(f"{at}/reservation-releases", {"serials": ["D1"]})
    program.made(f"{at}/reservation-releases", {"line": str(order.lines.get().pk)})
    assert program.get(at).json["lines"][0]["reserved"] == "0"


def test_an_order_and_a_shipment_are_edited_and_called_off(program: Program, ours: Shop) -> None:
    order = ours.order()
    at = f"/customer-orders/{order.pk}"
    line = {"id": str(order.lines.get().pk), "item": str(ours.drive.pk), "quantity": "5"}
    edited = program.patch(at, {"version": 1, "lines": [line], "customer_reference": "PO 9"}).json
    assert (edited["lines"][0]["quantity"], edited["customer_reference"]) == ("5", "PO 9")
    assert program.patch(at, {"notes": "x"}).status == 428
    paper = program.made("/shipments", {"orders": [str(order.pk)]})
    assert program.patch(paper["href"], {"tracking_number": "NC-1"}, If_Match='"1"').json["tracking_number"] == "NC-1"
    assert program.post(f"{paper['href']}/departure", {"version": 1}).json["rule"] == "stale"
    program.post(paper["picks"], {"serials": ["D1"]})
    program.post(f"{paper['href']}/readiness")
    assert program.post(f"{paper['href']}/reopening").json["status"] == "new"
    assert program.post(f"{paper['href']}/cancellation").json["status"] == "canceled"
    assert program.post(f"{at}/cancellation", {"of": "rest"}).json["rule"] == "nothing-shipped"
    assert program.post(f"{at}/cancellation", {"reason": "Elsewhere."}).json["status"] == "canceled"


def test_ten_thousand_units_leave_in_one_request(program: Program, ours: Shop) -> None:
    numbers = [f"T{number:05}" for number in range(10_000)]
    create_lot(actor=ours.actor, item=ours.drive, contents=Contents(numbers), location_id=ours.shelf.pk, reason="Found")
    body = {"customer": str(ours.customer.pk), "customer_reference": "PO 1", "serials": numbers}
    gone = program.made("/direct-shipments", body)
    assert (gone["status"], gone["units"], len(gone["lines"][0]["serials"])) == ("shipped", 10_000, 10_000)
    assert Serial.objects.filter(status=Status.SHIPPED).count() == 10_000


def test_papers_and_files_are_read(program: Program, ours: Shop, viewer: User) -> None:
    body = {"customer": str(ours.customer.pk), "serials": ["D1"], "goods": [{"lot": str(ours.fans.pk), "quantity": "2"}]}
    gone = program.made("/direct-shipments", body)
    reader = program_of(viewer)
    for name in ("packing-list.pdf", "waybill.pdf"):
        assert reader.get(f"{gone['href']}/{name}").content.startswith(b"%PDF")
    assert reader.get(f"/customers/{ours.customer.pk}/serials.xlsx").content.startswith(b"PK")
    assert (gone["lines"][1]["lots"], reader.get("/customers/999/serials.csv").status) == (
        [{"number": ours.fans.number, "quantity": "2"}],
        404,
    )
