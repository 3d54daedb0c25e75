"""Numbering over the API."""

from __future__ import annotations

from nameplate.models import User
from tests.api.asking import program_of

AT = "/settings/numbering"


def test_patterns_and_proposed_numbers(administrator: User) -> None:
    program = program_of(administrator)
    upcoming = program.get(AT).json["series"][0]["upcoming"]
    first_number = int(upcoming[0].removeprefix("PO"))  # PostgreSQL's sequences go on from test to test
    assert upcoming == [f"PO{first_number + n:05d}" for n in range(3)]
    wrong = program.patch(AT, {"patterns": {"po": "PO{0}{0}"}, "version": 0})
    assert (wrong.status, list(wrong.json["fields"])) == (422, ["po"])
    found = program.patch(AT, {"patterns": {"po": "PO-{YYYY}-{0000}"}}, If_Match='"0"').json
    assert (found["version"], found["series"][0]["pattern"]) == (1, "PO-{YYYY}-{0000}")
    assert program.patch(AT, {"patterns": {}}, If_Match='"0"').status == 412
    item = program.made("/items", {"number": "POD", "serial_pattern": "SP-{000}"})
    proposals = f"/items/{item['id']}/proposed-serials"
    first = program.post(proposals, {"count": 2}, Idempotency_Key="k")
    again = program.post(proposals, {"count": 2}, Idempotency_Key="k")
    assert first.json == again.json == {"serials": ["SP-001", "SP-002"]}
    assert program.post(proposals, {"count": 0}).json["rule"] == "invalid-request"
