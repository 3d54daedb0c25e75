"""Inspections over the API: from the receipt to the release, each step undone; plans and results; goods; what is refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from nameplate.ledger import verify
from nameplate.models import User
from nameplate.operations.inspecting.plans import Check, set_plan
from tests.api.asking import Program, program_of
from tests.api.stock import Placed, placed

PNG = b"\x89PNG\r\n\x1a\n."


@pytest.fixture
def program(manager: User) -> Program:
    return program_of(manager)


@pytest.fixture
def reason(administrator: User) -> str:
    return str(program_of(administrator).made("/reasons", {"kind": "rejection", "name": "Clicks"})["id"])


@pytest.fixture
def order(program: Program) -> Placed:
    """An order for nine drives, which are inspected."""
    found = placed(program, {"drive": 9})
    item = program.get(f"/items/{found.items['drive']}").json
    program.patch(f"/items/{found.items['drive']}", {"requires_inspection": True, "version": item["version"]})
    return found


def units(program: Program, query: str = "") -> dict[str, dict[str, Any]]:
    return {row["serial"]: row for row in program.get(f"/serials?{query}").json["items"]}


def counted(program: Program, at: str) -> tuple[Any, ...]:
    """How it stands, and how many wait, passed, passed by sample and failed."""
    found = program.get(at).json
    return tuple(found[name] for name in ("status", "waiting", "passed", "sampled", "failed"))


def inspection(program: Program) -> dict[str, Any]:
    """The latest one."""
    return dict(program.get("/inspections?sort=-number").json["items"][0])


def test_received_judged_released_and_each_step_undone(program: Program, order: Placed, reason: str) -> None:
    received = order.receive(program, ["A1", "A2", "A3", "A4"])
    paper = inspection(program)
    assert (paper["status"], paper["waiting"], paper["source"], units(program)["A1"]["availability"]) == (
        "new",
        4,
        program.get(f"/purchase-orders/{order.id}").json["number"],
        ["on_hold"],
    )
    at = f"/inspections/{paper['id']}"
    body = {
        "units": [
            {"serial": "A1", "verdict": "passed"},
            {"unit": units(program)["A2"]["id"], "verdict": "failed", "reason": reason, "note": "Loud"},
        ],
        "note": "Bench 2",
    }
    made = program.post(f"{at}/verdicts", body, Idempotency_Key="v1")
    assert (made.status, made.json["act"], made.json["units"], made.json["reason"]) == (201, "inspected", 2, "Clicks")
    assert program.post(f"{at}/verdicts", body, Idempotency_Key="v1").json == made.json
    assert units(program, "status=rejected").keys() == {"A2"}
    rows = program.get(f"/inspected-units?inspection=%3D{paper['number']}&verdict=failed").json["items"]
    assert [(row["serial"], row["reason"], row["note"]) for row in rows] == [("A2", "Clicks", "Loud")]
    rest = program.made(f"{at}/verdicts", {"rest_by_sample": True})
    assert (rest["left"], counted(program, at)) == ([], ("done", 0, 1, 2, 1))
    released = program.made("/stock-releases", {"serials": ["A2"], "reason": "It was the bench."})
    assert program.get(f"{at}/report.pdf").content.startswith(b"%PDF")

    blocked = program.post(f"/entries/{made.json['id']}/reversal")
    assert (blocked.status, blocked.json["rule"]) == (409, "later-entries")
    for entry in (released, rest, made.json):
        program.made(f"/entries/{entry['id']}/reversal")
    assert (program.get(at).json["status"], program.get(at).json["waiting"]) == ("new", 4)
    program.made(f"/entries/{received['id']}/reversal")
    assert program.get(at).json["status"] == "canceled"
    assert verify() == []


def test_a_plan_its_results_and_what_is_kept(program: Program, order: Placed, reason: str, manager: User) -> None:
    at = f"/items/{order.items['drive']}/inspection-plan"
    assert program.get(at).json["checks"] == []
    checks = [{"name": "Temperature", "unit": "°C", "highest": "45"}, {"name": "Label readable", "kind": "yes-no"}]
    plan = program.ask("PUT", at, {"checks": checks, "version": 0})
    assert (plan.status, plan.json["version"], plan.json["checks"][0]["lowest"]) == (200, 1, None)
    assert program.ask("PUT", at, {"checks": [], "version": 0}).status == 409
    assert program.ask("PUT", at, {"checks": [{"name": " "}], "version": 1}).json["fields"].keys() == {"checks.0.name"}
    order.receive(program, ["A1", "A2"])
    paper = f"/inspections/{inspection(program)['id']}"
    found = [{"serial": "A1", "results": {"Temperature": "31", "Label readable": True}}, {"serial": "A2", "results": {"temperature": "52"}}]
    assert program.post(f"{paper}/results", {"units": found}).status == 200
    assert program.post(f"{paper}/results", {"units": [{"serial": "A1", "results": {"Weight": "3"}}]}).json["rule"] == "bad-results"
    rows = program.get("/check-results?fits=no").json["items"]
    assert [(row["serial"], row["check"], row["result"], row["number"], row["highest"]) for row in rows] == [
        ("A2", "Temperature", "52", "52", "45")
    ]
    csv = program.get("/check-results.csv?number=<40").content.decode()
    assert csv.count("Temperature") == 1
    assert "A1" in csv
    verdict = {"serial": "A2", "verdict": "failed", "reason": reason, "results": {"Label readable": False}}
    program.made(f"{paper}/verdicts", {"units": [verdict]})
    assert len(program.get("/check-results?serial=A2&verdict=failed").json["items"]) == 2
    set_plan(actor=manager, item=int(order.items["drive"]), version=1, checks=[Check("Weight")])
    assert program.get("/check-results?fits=no&check=Temperature").json["items"][0]["plan_version"] == 1


def test_verdicts_and_results_bring_photos(program: Program, operator: User, order: Placed, reason: str) -> None:
    at = f"/items/{order.items['drive']}/inspection-plan"
    program.ask("PUT", at, {"checks": [{"name": "Label", "kind": "file"}, {"name": "Temperature"}], "version": 0})
    order.receive(program, ["A1", "A2"])
    paper = f"/inspections/{inspection(program)['id']}"
    picture = {"name": "label.png", "base64": base64.b64encode(PNG).decode()}
    kept = program.post(f"{paper}/results", {"units": [{"serial": "A1", "files": [{**picture, "check": "label"}]}]})
    assert kept.status == 200
    one = {
        "serial": "A2",
        "verdict": "failed",
        "reason": reason,
        "results": {"Temperature": "31"},
        "files": [{**picture, "name": "dent.png"}],
    }
    broken = {**one, "files": [picture, {**picture, "base64": "?"}]}
    assert program.post(f"{paper}/verdicts", {"units": [broken]}).json["fields"].keys() == {"units.0.files.1.base64"}
    empty = {**one, "files": [{"name": "x", "base64": ""}]}
    assert program.post(f"{paper}/verdicts", {"units": [empty]}).json["fields"].keys() == {"units.0.files.0"}
    unasked = {**one, "files": [{**picture, "check": "Temperature"}], "results": {}}
    assert program.post(f"{paper}/verdicts", {"units": [unasked]}).json["offenders"][0]["why"] == "Temperature: it asks for no file"
    assert program_of(operator).post(f"{paper}/results", {"units": [{"serial": "A1", "files": [picture]}]}).status == 403
    drive = units(program)["A2"]["id"]
    assert program.get(f"/serials/{drive}/files").json["items"] == []
    program.made(f"{paper}/verdicts", {"units": [one]})
    [file] = program.get(f"/serials/{drive}/files").json["items"]
    assert (file["name"], program.get(file["href"].removeprefix("/api/v1")).content) == ("dent.png", PNG)
    assert [(row["check"], row["result"]) for row in program.get("/check-results?serial=A1").json["items"]] == [("Label", "label.png")]
    by_id = program.made(f"/serials/{units(program)['A1']['id']}/files", {**picture, "name": "again.png"})["id"]
    program.post(f"{paper}/results", {"units": [{"serial": "A1", "results": {"Label": by_id}}]})
    assert program.get("/check-results?serial=A1").json["items"][0]["result"] == "again.png"


def test_goods_by_hand_and_the_rest_called_off(program: Program, reason: str) -> None:
    fans = placed(program, {"fan": 100}, tracking="lot")
    program.made(f"/purchase-orders/{fans.id}/receipts", {"lines": [{"line": fans.line(), "quantity": "100"}], "location": fans.location})
    lot = program.get("/lots?status=received").json["items"][0]["id"]
    paper = program.made("/inspections", {"goods": [{"lot": lot, "quantity": "40"}], "note": "A random look."})
    assert paper["goods_waiting"] == "40"
    at = f"/inspections/{paper['id']}"
    program.made(f"{at}/verdicts", {"goods": [{"lot": lot, "quantity": "12.5", "verdict": "failed", "reason": reason, "note": "Bent"}]})
    rejected = program.get("/lots?status=rejected").json["items"][0]
    assert program.get(at).json["goods_failed"] == "12.5"
    program.made("/goods-releases", {"lot": rejected["id"], "quantity": "2.5", "reason": "Straightened"})
    assert program.post("/goods-releases", {"lot": lot}).status == 409
    called = program.made(f"{at}/cancellation", {"reason": "No time"})
    assert (called["act"], program.get(at).json["status"]) == ("inspection canceled", "done")
    assert verify() == []


def test_what_makes_no_sense_is_refused(program: Program, operator: User, order: Placed, reason: str) -> None:
    order.receive(program, ["A1", "A2"])
    at = f"/inspections/{inspection(program)['id']}"
    one = {"serial": "A1", "verdict": "passed"}
    for body, status, rule in (
        ({"units": [{"verdict": "passed"}]}, 422, "units-or-serials"),
        ({"units": [one, one]}, 422, "twice"),
        ({"units": [{"serial": "A1", "verdict": "failed"}]}, 409, "not-judgeable"),
        ({"units": [{"serial": "nobody", "verdict": "passed"}]}, 422, "units-not-found"),
        ({"rest_by_sample": True}, 409, "no-sample"),
        ({"units": [one], "happened_on": "2999-01-01"}, 422, "in-the-future"),
        ({}, 422, "nothing-judged"),
    ):
        answer = program.post(f"{at}/verdicts", body)
        assert (answer.status, answer.json["rule"]) == (status, rule)
    assert program_of(operator).post(f"{at}/verdicts", {"units": [one]}).status == 403
    assert program.post("/releases", {"serials": ["A1"]}).json["rule"] == "waits-for-inspection"
    assert program.post("/inspections", {"serials": ["A1"]}).json["rule"] == "not-inspectable"
    assert program.get("/inspections/999999").status == 404
    assert program.get("/inspections/999999/report.pdf").status == 404
