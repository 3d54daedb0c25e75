from __future__ import annotations

import pytest

from nameplate.models import User
from tests.api.asking import Program, program_of
from tests.api.stock import Placed, placed

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture
def program(manager: User) -> Program:
    return program_of(manager)


@pytest.fixture
def order(program: Program) -> Placed:
    return placed(program, {"drive": 5})


def test_received_units_are_found_and_taken_back(program: Program, order: Placed) -> None:
    receipt = program.post(f"/purchase-orders/{order.id}/receipts", {"lines": [{"line": order.line("drive"), "serials": ["A1", "A2"]}], "location": order.location})
    assert receipt.status == 201, receipt.content
    entry = receipt.json
    assert entry["units"] == 2
    assert receipt.headers["Location"] == entry["href"]
    assert [row["serial"] for row in program.get("/serials").json["items"]] == ["A1", "A2"]
    undone = program.post(f"/entries/{entry['id']}/reversal")
    assert undone.status == 201, undone.content
    assert program.get("/serials").json["items"] == []
