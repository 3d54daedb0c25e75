"""Rejections over the API, and their release."""

from __future__ import annotations

from nameplate.ledger import verify
from nameplate.models import User
from tests.api.asking import program_of
from tests.api.stock import location


def test_rejected_released_and_undone(operator: User, manager: User) -> None:
    program = program_of(manager)
    shelf = location(program)
    item = program.made("/items", {"number": "BOARD", "tracking": "serial"})["id"]
    program.made("/lots", {"item": item, "serials": ["B1", "B2"], "location": shelf, "reason": "Opening stock"})
    program = program_of(operator)
    body = {"serials": ["B1", "B2"], "reason": "Clicks", "note": "Both of one box."}
    made = program.post("/rejections", body, Idempotency_Key="r1")
    assert (made.status, made.json["act"], made.json["units"]) == (201, "rejected", 2)
    assert program.post("/rejections", body, Idempotency_Key="r1").json == made.json
    rows = program.get("/serials?status=rejected&lot_status=rejected").json["items"]
    assert [row["serial"] for row in rows] == ["B1", "B2"]
    assert program.post("/rejections", {"serials": ["B1"], "reason": "Again"}).status == 409
    assert program.post("/rejections", {"serials": ["B1"], "reason": " "}).status == 422
    assert program.post("/rejections", {"serials": ["B1"], "units": ["1"], "reason": "x"}).status == 422
    freed = program.made("/stock-releases", {"serials": ["B2"], "reason": "Passed"})
    assert program.post(f"/entries/{made.json['id']}/reversal").status == 409
    program.made(f"/entries/{freed['id']}/reversal")
    program.made(f"/entries/{made.json['id']}/reversal")
    assert verify() == []
