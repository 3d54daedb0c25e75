"""Returns to vendors over the API: sent, listed, read, replaced, edited, undone; and units bought back."""

from __future__ import annotations

import pytest

from nameplate.ledger import verify
from nameplate.models import User
from tests.api.asking import Program, program_of
from tests.api.stock import placed


@pytest.fixture
def program(manager: User) -> Program:
    return program_of(manager)


def test_from_the_vendor_and_back_and_what_came_for_it(program: Program) -> None:
    order = placed(program, {"drive": 9})
    order.receive(program, ["A1", "A2", "A3"])
    vendor = program.get("/vendors").json["items"][0]["id"]
    body = {"vendor": vendor, "serials": ["A1", "A2"], "vendor_reference": "RA-4711", "reason": "Clicks"}
    made = program.post("/vendor-returns", body, Idempotency_Key="back")
    assert (made.status, made.headers["Location"]) == (201, made.json["href"])
    assert program.post("/vendor-returns", body, Idempotency_Key="back").json == made.json
    paper = made.json
    assert (paper["vendor"], paper["status"], paper["units"], paper["came"]) == ("Westdale", "shipped", 2, 0)
    assert program.post("/vendor-returns", body).status == 409
    assert program.get("/vendor-returns?vendor_reference=RA-4711").json["items"][0]["number"] == paper["number"]

    address = f"{paper['href']}/replacements"
    two = [{"serial": "A1", "received": "N-1"}, {"unit": paper["unit_list"][1]["id"], "received": "A2"}]
    entry = program.made(address, {"replacements": two, "location": order.location})
    assert (entry["act"], entry["document"]) == ("replacement received", paper["number"])
    assert program.post(address, {"replacements": two, "location": order.location}).json["rule"] == "replaced-already"
    assert program.post(address, {"replacements": [two[0], two[0]], "location": order.location}).status == 422
    read = program.get(paper["href"]).json
    assert (read["status"], [one["received"] for one in read["unit_list"]]) == ("done", ["N-1", "A2"])
    gone = program.get(f"/serials/{paper['unit_list'][0]['id']}").json
    assert [one["received_id"] for one in gone["vendor_returns"]] == [read["unit_list"][0]["received_id"]]

    edited = program.patch(paper["href"], {"version": read["version"], "outcome": "Credited"})
    assert (edited.status, edited.json["outcome"]) == (200, "Credited")
    assert program.get(f"{paper['href']}/document.pdf").content.startswith(b"%PDF")
    program.made(f"/entries/{entry['id']}/reversal")

    back = program.made("/re-entries", {"serials": ["A1"], "location": order.location, "occasion": "bought back", "reason": "Trade fair"})
    assert back["act"] == "bought back"
    assert verify() == []
