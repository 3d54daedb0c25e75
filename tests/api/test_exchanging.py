"""The catalogue as files over the API: a dry run says what the real run does, and a fault stops all of it."""

from __future__ import annotations

import base64

import pytest

from nameplate.models import Item, User
from tests.api.asking import Program, program_of

pytestmark = pytest.mark.usefixtures("any_database")
FILE = "Item number,Description,Cost\nA,one,2.5\nB,two,{cost}\n"


@pytest.fixture
def program(manager: User) -> Program:
    return program_of(manager)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_dry_run_and_then_the_real_one(program: Program) -> None:
    given = {"file": encoded(FILE.format(cost="3"))}
    dry = program.post("/items/imports", {**given, "dry_run": True})
    assert (dry.status, dry.json["made"], dry.json["faults"], Item.objects.count()) == (200, 2, [], 0)
    signed = {**given, "signature": dry.json["signature"]}
    done = program.post("/items/imports", signed, Idempotency_Key="k1")
    assert (done.json["dry_run"], done.json["made"]) == (False, 2)
    assert program.post("/items/imports", signed, Idempotency_Key="k1").json == done.json
    refused = program.post("/items/imports", signed)
    assert (refused.status, refused.json["rule"]) == (409, "changed-meanwhile")
    again = program.post("/items/imports", given).json
    assert (again["made"], again["changed"], again["unchanged"]) == (0, 0, 2)


def test_a_fault_is_named_by_line_and_column_and_stops_all(program: Program) -> None:
    given = {"file": encoded(FILE.format(cost="cheap"))}
    dry = program.post("/items/imports", {**given, "dry_run": True}).json
    assert [(fault["line"], fault["column"], fault["text"]) for fault in dry["faults"]] == [(3, "Cost", "cheap")]
    refused = program.post("/items/imports", given)
    assert (refused.status, refused.json["rule"]) == (422, "file-faults")
    assert [offender["line"] for offender in refused.json["offenders"]] == [3]
    assert program.post("/items/imports", {"file": "no base64!"}).json["rule"] == "invalid-request"
    assert not Item.objects.exists()


def test_what_goes_out_comes_in(program: Program) -> None:
    program.made("/vendors", {"name": "Tolomei", "contacts": [{"name": "Ada"}]})
    for form in ("csv", "xlsx"):
        answer = program.get(f"/vendors/export.{form}")
        assert answer.status == 200
        given = {"file": base64.b64encode(answer.content).decode()}
        assert program.post("/vendors/imports", given).json["unchanged"] == 1
