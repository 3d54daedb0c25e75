"""Returns over the API: taken back, repaired and shipped back, replaced, swapped, undone."""

from __future__ import annotations

import pytest

from nameplate.ledger import verify
from nameplate.models import User
from tests.api.asking import program_of
from tests.operations.returning import Counter, counter
from tests.operations.selling import ids


@pytest.fixture
def desk(manager: User) -> Counter:
    return counter()


def test_a_whole_return(manager: User, desk: Counter) -> None:
    program = program_of(manager)
    customer, place = str(desk.shop.customer.pk), str(desk.shop.shelf.pk)
    body = {"customer": customer, "serials": ["D1", "D2"], "reason": str(desk.faulty), "complaint": "It clicks."}
    made = program.post("/returns", body, Idempotency_Key="once")
    assert (made.status, made.headers["Location"], made.json["status"]) == (201, made.json["href"], "new")
    assert program.post("/returns", body, Idempotency_Key="once").json == made.json
    href = made.json["href"]
    refused = program.post("/returns", {**body, "serials": ["D6"]})
    assert (refused.status, refused.json["rule"], refused.json["offenders"][0]["text"]) == (409, "not-theirs", "D6")

    units = program.post(f"{href}/receipts", {"location": place}).json["unit_list"]
    assert [(one["serial"], one["reason"], one["in_warranty"], one["next"]) for one in units] == [
        ("D1", "Failed in use", True, "to be inspected"),
        ("D2", "Failed in use", True, "to be inspected"),
    ]
    assert program.post(f"{href}/receipts", {"location": place, "serials": ["D1"]}).status == 409
    program.post(f"{href}/repairs", {"serials": ["D1"], "fault": "Bearing"})
    instead = [{"unit": str(ids("D2")[0]), "replacement": str(ids("D8")[0])}]
    sent = program.post(f"{href}/shipments", {"serials": ["D1"], "replacements": instead, "work": "New bearing"}).json
    assert [(one["outcome"], one["done"]) for one in sent["unit_list"]] == [("repair_and_ship_back", True), ("replacement", False)]
    done = program.post(f"{href}/restocks", {"serials": ["D2"]}).json
    assert (done["status"], done["unit_list"][1]["replacement_id"]) == ("resolved", str(ids("D8")[0]))
    assert program.get(f"{href}/repair-report.pdf").content.startswith(b"%PDF")
    listed = program.get("/serials?return_reason=Failed*").json["items"]
    assert sorted((one["serial"], one["return"]) for one in listed) == [("D1", made.json["number"]), ("D2", made.json["number"])]
    assert program.get("/reports/returned?reason=Failed*").json["count"] == 2

    taken = program.made("/returns", {"customer": customer, "serials": ["D6"], "location": place, "contradiction": "In their box."})
    swap = {"unit": str(ids("D6")[0]), "other": str(ids("D5")[0]), "reason": "Mixed up"}
    assert program.post("/shipment-swaps", swap).status == 201
    assert program.get(taken["href"]).json["unit_list"][0]["settled"] == "Swapped with D5."
    assert verify() == []
