"""What a program must not get of shipping, returns and transfers: refused by rule, with the units, the cause and the way out."""

from __future__ import annotations

from typing import Any

import pytest

from nameplate.models import Serial, Tracking, User
from tests import world
from tests.api.asking import Program, program_of
from tests.operations.bad_input import Trouble, extent, trouble
from tests.operations.selling import ids, packed

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def program(administrator: User) -> Program:
    return program_of(administrator)


def refused(program: Program, address: str, body: dict[str, Any]) -> tuple[str, dict[str, str], set[str]]:
    """(rule, number → why, what the ways out do) of a refusal after which nothing is written; each unit in the way is led out of it."""
    before = extent()
    answer = program.post(address, body)
    assert (answer.status in {409, 422}, extent()) == (True, before), answer.content
    said = answer.json
    assert all(one["entry"] for one in said["units"])
    ways = {way["rel"] for way in said["ways"]}
    assert ways or said["way_out"]
    return said["rule"], {one["text"]: one["why"] for one in said["offenders"]}, ways


def test_what_cannot_be_shipped(program: Program) -> None:
    found = trouble()
    picks, customer = f"/shipments/{found.picking.pk}/picks", str(found.desk.shop.customer.pk)
    tried = {
        "X1": ("SSD, which none of its orders has a line for", "open"),
        "D7": ("on hold (Wet)", "free"),
        "D8": (f"reserved for {found.other}, Borealis Labs", "open-order"),
        "D2": ("not in stock: Shipped, at Kestrel Archive", "take-back"),
        "D1": ("not in stock: Returned", "open-return"),
    }
    for number, (why, way) in tried.items():
        rule, offenders, ways = refused(program, picks, {"serials": [number]})
        assert (rule, way in ways) == ("not-pickable", True), (number, ways)
        assert why in offenders[number], offenders
    for number in ("D7", "D8", "D2", "D1"):
        assert refused(program, "/direct-shipments", {"customer": customer, "serials": [number]})[0] == "not-shippable"
    assert program.post(picks, {"serials": ["D9", "D9"]}).status == 200
    assert refused(program, picks, {"serials": ["D9"]})[1] == {"D9": "in this shipment already"}
    assert packed(found.picking) == ["D9"]
    rule, _, ways = refused(program, f"/customer-orders/{found.sold.pk}/cancellation", {})
    assert (rule, ways) == ("wrong-status", {"open"})


def test_a_warranty_of_thirty_years_is_the_longest(program: Program) -> None:
    found = trouble()
    body = {"customer": str(found.desk.shop.customer.pk), "serials": ["D9"], "warranty_months": 361}
    assert refused(program, "/direct-shipments", body)[0] == "invalid-fields"
    said = program.post("/direct-shipments", body).json
    assert said["fields"] == {"warranty_months": "At most 360 months, which is 30 years."}
    assert program.post("/direct-shipments", {**body, "warranty_months": 360}).status == 201
    unit = Serial.objects.get(number="D9")
    assert unit.warranty_until is not None
    assert unit.shipped_on is not None
    assert unit.warranty_until.year == unit.shipped_on.year + 30


def test_the_way_out_is_said_to_a_program_not_to_whoever_has_a_form(program: Program) -> None:
    found = trouble()
    unit = Serial.objects.get(number="D9")
    screws = world.item(number="SCREW", tracking=Tracking.LOT)
    again = "Nothing was written: correct what is wrong and send it again."
    lots = {"item": str(screws.pk), "location": str(unit.location_id)}
    asked = [
        ("/re-entries", {"serials": ["D9"], "reason": ""}, again),
        ("/holds", {"units": [1]}, again),
        (f"/returns/{found.came_back.pk}/restocks", {}, again),
        ("/lots", {**lots, "quantity": "0"}, again),
        ("/moves", {"units": [str(unit.pk)], "location": str(unit.location_id)}, "Choose another location."),
    ]
    before = extent()
    said = [program.post(address, body) for address, body, _ in asked]
    assert [(one.status // 100, one.json["way_out"]) for one in said] == [(4, way_out) for _, _, way_out in asked]
    assert extent() == before
    entry = program.made("/holds", {"units": [str(unit.pk)], "reason": "scratched"})["id"]
    assert program.post(f"/entries/{entry}/reversal", {}).status == 201
    undone = program.post(f"/entries/{entry}/reversal", {}).json
    assert (undone["rule"], undone["way_out"]) == ("undone-already", "Nothing is left to do.")
    assert program.post(f"/customer-orders/{found.sold.pk}/cancellation", {}).json["way_out"]


def test_what_does_not_come_back_or_arrive(program: Program) -> None:
    found: Trouble = trouble()
    rule, offenders, _ = refused(program, "/returns", {"customer": str(found.desk.other.pk), "serials": ["D2"]})
    assert (rule, "shipped to Kestrel Archive" in offenders["D2"]) == ("not-theirs", True)
    rule, offenders, ways = refused(program, f"/transfer-orders/{found.transfer.pk}/arrivals", {"serials": ["D10"]})
    assert (rule, offenders) == ("not-arriving", {"D10": "it arrived already"})
    assert ways
    rule, offenders, ways = refused(program, f"/entries/{found.desk.sold.pk}/reversal", {})
    assert (rule, ways) == ("later-entries", {"undo"})
    assert offenders == {"D1": f"returned later ({found.came_back})"}
    assert program.post(f"/entries/{found.desk.sold.pk}/reversal", {"units": [str(ids("D2")[0])]}).status == 201
