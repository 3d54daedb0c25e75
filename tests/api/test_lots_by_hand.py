"""Lots by hand over the API: made, added to, edited, numbered, moved, held, corrected; each entry undone like any other."""

from __future__ import annotations

from typing import Any

import pytest

from nameplate.ledger import verify
from nameplate.models import FieldKind, FieldNoun, User
from tests import world
from tests.api.asking import Program, program_of
from tests.api.stock import location


@pytest.fixture
def program(manager: User) -> Program:
    return program_of(manager)


def held(program: Program) -> list[str]:
    return sorted(row["serial"] for row in program.get("/serials?availability=on_hold").json["items"])


def test_a_lot_from_its_making_to_its_undoing(program: Program) -> None:
    shelf = location(program)
    item = program.made("/items", {"number": "BOARD", "tracking": "serial"})["id"]
    judged = program.post("/lots/preview", {"item": item, "text": "B1..B3\nB2"}).json
    assert (judged["good"], judged["decide"], judged["duplicates"], judged["serials"]) == (3, 0, 1, ["B1", "B2", "B3"])

    body: dict[str, Any] = {"item": item, "serials": judged["serials"], "unreadable": 2, "location": shelf, "reason": "Opening stock"}
    made = program.post("/lots", {**body, "cost": "12.5", "vendor_batch": "K7"}, Idempotency_Key="lot-1")
    assert (made.status, made.headers["Location"]) == (201, made.json["href"])
    assert program.post("/lots", {**body, "cost": "12.5", "vendor_batch": "K7"}, Idempotency_Key="lot-1").json == made.json
    lot, entry = made.json["lot"], made.json["entry"]
    assert (lot["in_stock"], lot["cost"], lot["vendor_batch"], lot["status"], entry["units"]) == ("5", "12.5", "K7", "received", 5)

    at = f"/lots/{lot['id']}"
    assert program.made(f"{at}/serials", {"serials": ["B9"], "reason": "Found"})["units"] == 1
    assert program.made(f"{at}/numbers", {"serials": ["B4", "B5"]})["act"] == "corrected"
    assert held(program) == []

    site = program.get(f"/locations/{shelf}").json["site_id"]
    bench = program.made("/locations", {"site": site, "name": "Bench"})["id"]
    assert program.made("/moves", {"lot": lot["id"], "location": bench})["units"] == 6
    program.made("/holds", {"serials": ["B1"], "reason": "Scratched"})
    hold = program.made("/holds", {"lot": lot["id"], "reason": "Wet boxes"})
    assert (program.get(at).json["status"], program.get(at).json["hold"]) == ("on_hold", "Wet boxes")
    assert [program.get(f"/serials?hold={words}").json["count"] for words in ("wet*", "scratched", "!=")] == [5, 1, 6]
    program.made("/releases", {"lot": lot["id"]})
    assert held(program) == ["B1"]
    assert program.post(f"/entries/{hold['id']}/reversal", {}).status == 409

    version = program.get(at).json["version"]
    assert program.patch(at, {"notes": "Keep dry.", "version": version}).json["notes"] == "Keep dry."
    assert program.patch(at, {"notes": "Keep cool."}, If_Match=f'"{version}"').status == 412

    other = program.made("/lots", {"item": item, "serials": ["C1"], "location": shelf, "reason": "Opening stock"})["lot"]["id"]
    units = [row["id"] for row in program.get("/serials?serial=B9").json["items"]]
    moved = program.made("/lot-corrections", {"units": units, "lot": other, "reason": "Boxes mixed up."})
    assert program.get(f"/lots/{other}").json["in_stock"] == "2"
    program.made(f"/entries/{moved['id']}/reversal")
    assert verify() == []


@pytest.mark.parametrize(
    ("path", "body", "rule"),
    [
        ("/lots", {"item": "1", "serials": ["B1"], "location": "1"}, "invalid-request"),
        ("/lots", {"item": "999999", "serials": ["B1"], "reason": "x"}, "no-such-item"),
        ("/moves", {"location": "1"}, "units-or-serials"),
        ("/moves", {"lot": "1", "units": ["1"], "location": "1"}, "units-or-serials"),
        ("/moves", {"serials": ["NOBODY", "N\x00"], "location": "1"}, "units-not-found"),
        ("/holds", {"units": [], "reason": "x"}, "no-units"),
        ("/releases", {"lot": "999999"}, "no-such-lot"),
        ("/lots/999999/serials", {"serials": ["B1"], "reason": "x"}, "no-such-lot"),
    ],
)
def test_what_is_not_understood_is_refused(program: Program, path: str, body: Any, rule: str) -> None:
    assert program.post(path, body).json["rule"] == rule


def test_custom_values_of_a_lot_and_of_its_units(program: Program) -> None:
    world.custom_field(noun=FieldNoun.LOTS, name="Shift", required=True)
    world.custom_field(noun=FieldNoun.SERIALS, name="Hours", kind=FieldKind.WHOLE, required=True)
    item = program.made("/items", {"number": "BOARD", "tracking": "serial"})["id"]
    body = {"item": item, "serials": ["B1"], "location": location(program), "reason": "Opening stock"}
    assert set(program.post("/lots", body).json["fields"]) == {"custom.shift", "serials.custom.hours"}
    lot = program.made("/lots", {**body, "custom": {"shift": "night"}, "serial_custom": {"hours": 7}})["lot"]
    assert lot["custom"] == {"shift": "night"}
    assert program.get("/serials?serial=B1").json["items"][0]["custom"] == {"hours": 7}
    program.made(f"/lots/{lot['id']}/serials", {"serials": ["B2"], "reason": "Found", "serial_custom": {"hours": 9}})
    assert program.get("/serials?custom.hours=9").json["count"] == 1
    version = program.get(f"/lots/{lot['id']}").json["version"]
    assert program.patch(f"/lots/{lot['id']}", {"custom": {"shift": "day"}, "version": version}).json["custom"] == {"shift": "day"}
    assert program.patch(f"/lots/{lot['id']}", {"custom": {"shift": None}, "version": version + 1}).status == 422
    assert verify() == []


def test_lots_are_held_and_freed_in_one_entry(program: Program) -> None:
    shelf, item = location(program), program.made("/items", {"number": "BOARD", "tracking": "serial"})["id"]
    body = {"item": item, "location": shelf, "reason": "Opening stock"}
    lots = [program.made("/lots", {**body, "serials": [number]})["lot"]["id"] for number in ("B1", "C1")]
    assert program.made("/holds", {"lots": lots, "reason": "Wet boxes"})["units"] == 2
    assert held(program) == ["B1", "C1"]
    refusal = program.post("/holds", {"lots": lots, "reason": "Again"})
    assert (refusal.status, refusal.json["rule"], len(refusal.json["offenders"])) == (409, "on-hold", 2)
    assert [one["href"] for one in refusal.json["causes"]] == [f"/api/v1/lots/{lot}" for lot in lots]
    assert program.post("/holds", {"lots": lots, "lot": lots[0], "reason": "x"}).json["rule"] == "units-or-serials"
    assert program.post("/moves", {"lots": lots, "location": shelf}).json["rule"] == "invalid-request"
    program.made("/releases", {"lots": lots, "reason": "Dried"})
    assert held(program) == []
