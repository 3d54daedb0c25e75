"""Write-offs over the API: units by number, goods by quantity, read, listed, undone; and what was found again."""

from __future__ import annotations

import pytest

from nameplate.ledger import verify
from nameplate.models import User
from tests.api.asking import Program, program_of
from tests.api.stock import location


@pytest.fixture
def program(administrator: User) -> Program:
    return program_of(administrator)


def test_from_the_shelf_to_written_off_and_back(program: Program) -> None:
    shelf = location(program)
    board = program.made("/items", {"number": "BOARD", "tracking": "serial"})["id"]
    fan = program.made("/items", {"number": "FAN", "tracking": "lot"})["id"]
    program.made("/lots", {"item": board, "serials": ["B1", "B2", "B3"], "location": shelf, "reason": "Opening stock"})
    fans = program.made("/lots", {"item": fan, "quantity": "10", "location": shelf, "reason": "Opening stock"})["lot"]["id"]
    reason = program.made("/reasons", {"kind": "write-off", "name": "Broken"})["id"]

    body = {"serials": ["B1", "B2"], "goods": [{"lot": fans, "quantity": "2.5"}], "reason": reason, "note": "Dropped."}
    made = program.post("/write-offs", body, Idempotency_Key="gone")
    assert (made.status, made.headers["Location"]) == (201, made.json["href"])
    assert program.post("/write-offs", body, Idempotency_Key="gone").json == made.json
    paper = made.json
    assert (paper["reason"], paper["units"], paper["goods"], paper["status"], paper["notes"]) == ("Broken", 2, "2.5", "done", "Dropped.")
    assert program.get(made.json["href"]).json == paper
    assert [row["number"] for row in program.get("/write-offs?reason=broken").json["items"]] == [paper["number"]]
    rows = program.get("/serials?status=written_off&write_off_reason=broken").json["items"]
    assert [(row["serial"], row["write_off_reason"]) for row in rows] == [("B1", "Broken"), ("B2", "Broken")]

    program.patch(f"/reasons/{reason}", {"version": 1, "name": "Smashed"})
    assert program.get("/serials?write_off_reason=smashed").json["count"] == 2
    assert program.get("/write-offs?reason=smashed").json["count"] == 1

    again = program.post("/write-offs", {"serials": ["B1", "B3"], "reason": reason})
    assert (again.status, [one["text"] for one in again.json["offenders"]]) == (409, ["B1"])
    assert program.post("/write-offs", {"serials": ["nobody"], "reason": reason}).status == 422
    assert program.post("/write-offs", {"serials": ["B3"], "reason": "999"}).status == 422

    found = program.made("/re-entries", {"serials": ["B2"], "location": shelf, "reason": "Behind a rack"})
    assert found["act"] == "found again"
    blocked = program.post(f"/entries/{paper['entry']['id']}/reversal")
    assert blocked.status == 409
    program.made(f"/entries/{found['id']}/reversal")
    program.made(f"/entries/{paper['entry']['id']}/reversal")
    assert program.get(made.json["href"]).json["status"] == "canceled"
    assert program.get(f"/lots/{fans}").json["in_stock"] == "10"
    assert verify() == []
