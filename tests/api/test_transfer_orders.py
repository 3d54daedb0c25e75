"""Transfer orders over the API: made, shipped, received short, settled, undone; and their papers."""

from __future__ import annotations

from typing import Any

import pytest

from nameplate.ledger import verify
from nameplate.models import User
from tests.api.asking import Program, program_of


@pytest.fixture
def program(administrator: User) -> Program:
    return program_of(administrator)


def two_sites(program: Program) -> tuple[list[str], list[str]]:
    """Two sites, and a location at each."""
    sites = [program.made("/sites", {"name": name})["id"] for name in ("Hall", "Depot")]
    return sites, [program.made("/locations", {"site": site, "name": "A-01"})["id"] for site in sites]


def shipped_order(program: Program) -> dict[str, Any]:
    """An order for B1 to B3 and 2.5 of a lot, on its way; B4 stayed."""
    sites, (shelf, dock) = two_sites(program)
    board, fan = (program.made("/items", {"number": number, "tracking": kind})["id"] for number, kind in (("B", "serial"), ("F", "lot")))
    program.made("/lots", {"item": board, "serials": ["B1", "B2", "B3", "B4"], "location": shelf, "reason": "Opening stock"})
    fans = program.made("/lots", {"item": fan, "quantity": "10", "location": shelf, "reason": "Opening stock"})["lot"]["id"]
    body = {"destination": sites[1], "location": dock, "serials": ["B1", "B2"], "goods": [{"lot": fans, "quantity": "2.5"}]}
    made = program.post("/transfer-orders", body, Idempotency_Key="go")
    assert (made.status, made.headers["Location"]) == (201, made.json["href"])
    assert program.post("/transfer-orders", body, Idempotency_Key="go").json == made.json
    order, at = made.json, f"/transfer-orders/{made.json['id']}"
    assert (order["origin_id"], order["status"], order["units"]) == (sites[0], "new", 2)
    assert program.post(f"{at}/contents", {"serials": ["B3", "B4"]}).json["units"] == 4
    assert program.post(f"{at}/removals", {"serials": ["B4"]}).json["units"] == 3
    assert program.patch(at, {"version": program.get(at).json["version"], "notes": "Fragile"}).json["notes"] == "Fragile"
    assert program.post(f"{at}/readiness").json["status"] == "ready"
    shipped = program.post(f"{at}/shipment", {"note": "Own van"}).json
    assert (shipped["status"], shipped["in_transit"], {one["fate"] for one in shipped["unit_list"]}) == ("shipped", 3, {"in transit"})
    twice = program.post(f"{at}/shipment")
    assert (twice.status, twice.json["rule"]) == (409, "wrong-status")
    return {**shipped, "at": at}


def test_from_one_site_to_another_and_what_did_not_come(program: Program) -> None:
    shipped = shipped_order(program)
    at = shipped["at"]
    reason = program.made("/reasons", {"kind": "write-off", "name": "Lost"})["id"]
    came = program.post(f"{at}/arrivals", {"serials": ["B1", "B4"]})
    assert (came.status, [one["text"] for one in came.json["offenders"]]) == (409, ["B4"])
    line = shipped["goods_list"][0]["line"]
    body = {"serials": ["B1"], "goods": [{"line": line, "quantity": "2"}], "noted": ["Z9", " b4 "], "finished": True}
    short = program.post(f"{at}/arrivals", body).json
    assert (short["status"], short["finished"], short["to_settle"]) == ("received", True, 5)
    known = {one["number"]: one["known"] for one in short["extras"]}
    assert (known["Z9"], known["b4"].partition(";")[0]) == ("no unit bears this number", "not on the order")
    assert [row["number"] for row in program.get("/transfer-orders?to_settle=>0").json["items"]] == [shipped["number"]]
    for twice in ({"serials": ["B1"]}, {"units": [shipped["unit_list"][0]["id"]]}):
        again = program.post(f"{at}/arrivals", twice)
        assert (again.status, again.json["offenders"][0]["why"]) == (409, "it arrived already")
    unknown = program.post(f"{at}/arrivals", {"serials": ["B2", "Z9"]})
    assert (unknown.status, [one["text"] for one in unknown.json["offenders"]]) == (422, ["Z9"])

    program.post(f"{at}/settlements", {"serials": ["B2"], "outcome": "found"})
    gone = {"serials": ["B3"], "outcome": "written_off", "write_off_reason": reason, "goods": [{"line": line, "quantity": "0.5"}]}
    program.post(f"{at}/settlements", gone)
    extras = [one["id"] for one in short["extras"]]
    settled = program.post(f"{at}/settlements", {"extras": extras, "outcome": "at_origin", "note": "Misread"}).json
    assert (settled["to_settle"], settled["extras"][0]["settled"]) == (0, "still at origin: Misread")
    assert [one["fate"] for one in settled["unit_list"]] == ["arrived", "arrived", "written off"]
    for paper in ("waybill", "picking-list"):
        assert program.get(f"{at}/{paper}.pdf").status == 200

    [arrival] = [one for one in program.get(f"/entries?document={shipped['number']}").json["items"] if one["act"] == "arrived"]
    program.made(f"/entries/{arrival['id']}/reversal")
    assert program.get(at).json["status"] == "shipped"
    assert verify() == []


def test_canceled_before_it_leaves(program: Program) -> None:
    sites, _ = two_sites(program)
    order = program.made("/transfer-orders", {"origin": sites[0], "destination": sites[1]})
    canceled = program.post(f"/transfer-orders/{order['id']}/cancellation", {"reason": "Not needed"})
    assert (canceled.status, canceled.json["status"]) == (200, "canceled")
    assert program.post("/transfer-orders", {"origin": sites[0], "destination": sites[0]}).status == 422
    assert program.get("/transfer-orders/999999").status == 404
