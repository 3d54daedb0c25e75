"""Numbers corrected by a program."""

from __future__ import annotations

from typing import Any

import pytest

from nameplate.ledger import verify
from nameplate.models import Entry, User
from tests.api.asking import Program, program_of
from tests.api.stock import placed


@pytest.fixture
def program(manager: User) -> Program:
    return program_of(manager)


@pytest.fixture
def units(program: Program) -> dict[str, str]:
    """The ids of three units of an item, by number."""
    placed(program, {"drive": 3}).receive(program, ["A-1", "A-2", "A-3"])
    return {row["serial"]: row["id"] for row in program.get("/serials").json["items"]}


def found(program: Program, text: str) -> Any:
    return [row["id"] for row in program.get(f"/serials?q={text}").json["items"]]


def test_a_corrected_number_is_found_under_both_and_undone_like_any_entry(program: Program, units: dict[str, str]) -> None:
    entry = program.made(f"/serials/{units['A-1']}/correction", {"number": "B-1", "reason": "The label was misread."})
    assert (entry["act"], entry["units"], entry["reason"], entry["reverses"]) == ("corrected", 1, "The label was misread.", None)
    assert program.get(f"/serials/{units['A-1']}").json["serial"] == "B-1"
    assert found(program, "A-1") == found(program, "B-1") == [units["A-1"]]
    undone = program.made(f"/entries/{entry['id']}/reversal")
    assert undone["reverses"] == entry["id"]
    steps = program.get(f"/serials/{units['A-1']}/history").json["items"]
    assert [(step["kind"], step["reverses"], step["undone_by"]) for step in steps] == [
        ("received", None, None),
        ("corrected", None, undone["id"]),
        ("undone", entry["id"], None),
    ]
    assert steps[1]["edits"] == [{"name": "number", "before": "A-1", "after": "B-1"}]
    assert program.get(f"/serials/{units['A-1']}").json["serial"] == "A-1"
    assert verify() == []


def test_a_number_that_another_bears_is_refused_or_swapped(program: Program, units: dict[str, str]) -> None:
    wanted = {"number": "a-2", "reason": "Mixed up."}
    refused = program.post(f"/serials/{units['A-1']}/correction", wanted)
    assert (refused.status, refused.json["rule"]) == (409, "not-correctable")
    assert [one["unit_id"] for one in refused.json["offenders"]] == [units["A-2"]]
    assert program.made(f"/serials/{units['A-1']}/correction", {**wanted, "swap": True})["units"] == 2
    assert {row["id"]: row["serial"] for row in program.get("/serials").json["items"]} == {
        units["A-1"]: "A-2",
        units["A-2"]: "A-1",
        units["A-3"]: "A-3",
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"number": "B-1"}, 422),
        ({"number": "B-1", "reason": " "}, 422),
        ({"number": "B-1", "reason": "typo", "swap": "yes"}, 422),
        ({"number": "A\u200b1", "reason": "typo"}, 409),
        ({"number": "A-1", "reason": "typo"}, 409),
    ],
)
def test_what_is_no_correction_is_refused_and_changes_nothing(program: Program, units: dict[str, str], body: Any, status: int) -> None:
    before = Entry.objects.count()
    refused = program.post(f"/serials/{units['A-1']}/correction", body)
    assert refused.status == status
    assert refused.json["fields"]
    assert Entry.objects.count() == before


def test_a_unit_that_is_not_there_or_was_taken_back(program: Program, units: dict[str, str]) -> None:
    wanted = {"number": "B-1", "reason": "typo"}
    assert program.post("/serials/999999/correction", wanted).status == 404
    entry = program.get(f"/serials/{units['A-1']}/history").json["items"][0]["entry_id"]
    program.made(f"/entries/{entry}/reversal")
    assert program.post(f"/serials/{units['A-1']}/correction", wanted).status == 404


def test_a_repeated_request_corrects_once(program: Program, units: dict[str, str]) -> None:
    path, wanted = f"/serials/{units['A-1']}/correction", {"number": "B-1", "reason": "typo"}
    first = program.made(path, wanted, Idempotency_Key="label-1")
    again = program.post(path, wanted, Idempotency_Key="label-1")
    assert (again.json, again.headers["Idempotency-Replayed"]) == (first, "true")
    assert Entry.objects.filter(act="corrected").count() == 1


def test_many_numbers_are_corrected_at_once_or_none(program: Program, units: dict[str, str]) -> None:
    text = "A-1,A-2\nA-2,A-1\nNOBODY,B-9"
    judged = program.post("/serials/corrections/preview", {"text": text}).json
    assert (judged["good"], judged["bad"], judged["lines"][2]["rule"]) == (2, 1, "unknown")
    pairs = [{"serial": "A-1", "number": "A-2"}, {"serial": "A-2", "number": "A-1"}, {"serial": "NOBODY", "number": "B-9"}]
    refused = program.post("/serials/corrections", {"corrections": pairs, "reason": "Mixed up."})
    assert (refused.status, refused.json["rule"], [one["line"] for one in refused.json["offenders"]]) == (409, "not-correctable", [3])
    entry = program.made("/serials/corrections", {"corrections": pairs[:2], "reason": "Mixed up."})
    assert entry["units"] == 2
    assert program.get(f"/serials/{units['A-1']}").json["serial"] == "A-2"
    program.made(f"/entries/{entry['id']}/reversal")
    assert program.get(f"/serials/{units['A-1']}").json["serial"] == "A-1"
