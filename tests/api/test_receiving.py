"""Receiving over the API, from the order to its undoing: each operation answers what it did, and the next one sees it."""

from __future__ import annotations

import pytest

from nameplate.models import Serial, User
from tests import world
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
    receipt = order.receive(program, ["A1", "A2"])
    assert receipt["units"] == 2
    assert receipt["act"] == "received"
    assert receipt["document_id"] == order.id
    assert [row["serial"] for row in program.get("/serials").json["items"]] == ["A1", "A2"]
    assert [row["serial"] for row in program.get(receipt["serials"]).json["items"]] == ["A1", "A2"]

    undone = program.made(receipt["reversal"], {"reason": "Wrong delivery."})
    assert undone["reverses"] == receipt["id"]
    assert undone["reason"] == "Wrong delivery."
    assert undone["reversal"] is None
    assert program.get("/serials").json["items"] == []
    assert program.get(receipt["href"]).json["undone"] == "yes"
    # What is withdrawn stands in no list, but the entry and its own page still have it.
    assert [row["withdrawn"] for row in program.get(receipt["serials"]).json["items"]] == ["yes", "yes"]


def test_a_receipt_answers_where_it_is(program: Program, order: Placed) -> None:
    answer = program.post(f"/purchase-orders/{order.id}/receipts", order.receipt(["A1"]))
    assert answer.status == 201
    assert answer.headers["Location"] == answer.json["href"]
    assert program.get(answer.headers["Location"]).json == answer.json


def test_chosen_units_are_taken_back_by_id_or_by_number(program: Program, order: Placed) -> None:
    receipt = order.receive(program, ["A1", "A2", "A3"])
    first = program.get("/serials?serial=A1").json["items"][0]["id"]
    assert program.made(receipt["reversal"], {"units": [first]})["units"] == 1
    assert program.made(receipt["reversal"], {"serials": [" a2 "]})["units"] == 1
    assert [row["serial"] for row in program.get("/serials").json["items"]] == ["A3"]


def test_numbers_that_are_not_in_the_entry_are_each_named(program: Program, order: Placed) -> None:
    receipt = order.receive(program, ["A1"])
    refused = program.post(receipt["reversal"], {"serials": ["A1", "B7", "B8"]})
    assert refused.status == 422
    assert [(one["text"], one["line"]) for one in refused.json["offenders"]] == [("B7", 2), ("B8", 3)]
    both = program.post(receipt["reversal"], {"serials": ["A1"], "units": ["1"]})
    assert (both.status, both.json["rule"]) == (422, "units-or-serials")


def test_undoing_twice_is_refused_with_the_entry_that_did_it(program: Program, order: Placed) -> None:
    receipt = order.receive(program, ["A1"])
    undone = program.made(receipt["reversal"])
    again = program.post(receipt["reversal"])
    assert (again.status, again.json["rule"]) == (409, "undone-already")
    assert again.json["causes"][0]["href"] == undone["href"]


def test_every_number_in_the_way_is_named_and_nothing_is_received(program: Program, order: Placed) -> None:
    order.receive(program, ["A1"])
    refused = program.post(f"/purchase-orders/{order.id}/receipts", order.receipt(["B1", "a1", "B1"]))
    assert (refused.status, refused.json["rule"]) == (409, "serials-not-receivable")
    assert [(one["text"], one["line"]) for one in refused.json["offenders"]] == [("a1", 2), ("B1", 3)]
    malformed = program.post(f"/purchase-orders/{order.id}/receipts", order.receipt(["B1", "B\u200b2", "B\x003"]))
    assert [one["line"] for one in malformed.json["offenders"]] == [2, 3]
    known = next(one for one in refused.json["offenders"] if one["line"] == 2)
    assert program.get(f"/serials/{known['unit_id']}").json["serial"] == "A1"
    assert Serial.objects.count() == 1


def test_a_quantity_is_received_of_what_has_no_numbers(program: Program) -> None:
    order = placed(program, {"screws": "10.5"}, tracking="none")
    line = {"line": order.line("screws"), "quantity": "2.5"}
    program.made(f"/purchase-orders/{order.id}/receipts", {"lines": [line], "location": order.location})
    progress = program.get(f"/purchase-orders/{order.id}").json["lines"][0]
    assert (progress["quantity"], progress["received"], progress["to_come"]) == ("10.5", "2.5", "8")
    lots = program.get("/lots?item=screws&status=received").json["items"]
    assert lots[0]["in_stock"] == "2.5"
    assert program.get(f"/lots/{lots[0]['id']}").json["stock"][0]["quantity"] == "2.5"
    assert program.get("/items?number=screws").json["items"][0]["in_stock"] == "2.5"


def test_all_lines_of_a_delivery_come_in_one_entry(program: Program) -> None:
    order = placed(program, {"drive": 2, "pod": 1})
    body = {
        "location": order.location,
        "note": "Two boxes.",
        "lines": [
            {"line": order.line("drive"), "serials": ["D1", "D2"], "vendor_batch": "B-17", "expires_on": "2031-01-31"},
            {"line": order.line("pod"), "serials": ["P1"]},
        ],
    }
    entry = program.made(f"/purchase-orders/{order.id}/receipts", body)
    assert (entry["units"], entry["note"]) == (3, "Two boxes.")
    assert program.get(f"/purchase-orders/{order.id}").json["status"] == "received"
    drive = program.get("/serials?serial=D1").json["items"][0]
    assert (drive["vendor_batch"], drive["expiry"]) == ("B-17", "2031-01-31")


def test_a_preview_judges_every_number_and_writes_nothing(program: Program, order: Placed) -> None:
    order.receive(program, ["A1"])
    asked = {"lines": [{"line": order.line("drive"), "text": "A1\nB1..B3\nB2"}]}
    judged = program.made(f"/purchase-orders/{order.id}/receipts/preview", asked)["lines"][0]
    assert judged["line"] == order.line("drive")
    assert judged["serials"] == ["B1", "B2", "B3"]
    assert judged["good"] == 3
    assert {row["standing"] for row in judged["verdicts"]} >= {"good", "bad"}
    assert Serial.objects.count() == 1


def test_announced_numbers_are_planned_and_taken_over(program: Program, order: Placed) -> None:
    entry = program.made(f"/purchase-orders/{order.id}/lines/{order.line('drive')}/serials", {"serials": ["A1", "A2"]})
    assert entry["units"] == 2
    planned = program.get("/serials?status=planned&sort=serial").json["items"]
    assert [row["serial"] for row in planned] == ["A1", "A2"]
    program.made(f"/purchase-orders/{order.id}/withdrawals", {"units": [planned[1]["id"]], "reason": "Sent elsewhere."})
    order.receive(program, ["A1"])
    assert program.get(f"/serials/{planned[0]['id']}").json["status"] == "received"
    assert program.get("/serials?status=planned").json["count"] == 0


def test_a_number_of_another_item_is_announced_only_if_it_is_kept(program: Program, order: Placed) -> None:
    world.receipt(numbers=["K1"], of=world.item())
    path = f"/purchase-orders/{order.id}/lines/{order.line('drive')}/serials"
    refused = program.post(path, {"serials": ["K1"]})
    assert (refused.status, refused.json["rule"]) == (409, "serials-not-announceable")
    assert refused.json["fields"].keys() == {"serials", "keep"}
    assert program.made(path, {"serials": ["K1"], "keep": ["other-item"]})["units"] == 1


def test_a_line_of_another_order_is_no_line_of_this_one(program: Program, order: Placed) -> None:
    other = program.made("/purchase-orders", {"vendor": program.get("/vendors").json["items"][0]["id"]})
    path = f"/purchase-orders/{other['id']}/lines/{order.line('drive')}/serials"
    assert program.post(path, {"serials": ["A1"]}).status == 404
    refused = program.post(f"/purchase-orders/{other['id']}/receipts", order.receipt(["A1"]))
    assert refused.status == 409


def test_a_unit_says_how_it_stands_and_how_it_came_to_that(program: Program, order: Placed) -> None:
    order.receive(program, ["A1"])
    unit = program.get("/serials").json["items"][0]
    read = program.get(f"/serials/{unit['id']}").json
    assert {**unit, **read} == read
    assert (read["status"], read["availability"], read["parts"], read["version"]) == ("received", ["available"], [], 1)
    history = program.get(read["history"]).json
    assert [(step["act"], step["status"], step["location"]) for step in history["items"]] == [("received", "received", "Depot · A1")]
    assert history["items"][0]["recorded_at"].endswith("Z")


def test_receiving_on_another_version_of_the_order_is_stale(program: Program, order: Placed) -> None:
    refused = program.post(f"/purchase-orders/{order.id}/receipts", {**order.receipt(["A1"]), "version": 1})
    assert refused.status == 409
    assert refused.json["rule"] == "stale"
    assert refused.json["yours"] == 1
    assert refused.json["theirs"] == program.get(f"/purchase-orders/{order.id}").json["version"]


def test_more_than_ordered_and_canceled_orders_are_refused(program: Program, order: Placed) -> None:
    more = program.post(f"/purchase-orders/{order.id}/receipts", order.receipt([f"A{n}" for n in range(6)]))
    assert (more.status, more.json["rule"], more.json["to_come"], more.json["surplus"]) == (409, "more-than-ordered", "5", "1")
    program.made(f"/purchase-orders/{order.id}/cancellation", {"reason": "Too late."})
    canceled = program.post(f"/purchase-orders/{order.id}/receipts", order.receipt(["A1"]))
    assert (canceled.status, canceled.json["rule"]) == (409, "not-under-way")
    assert canceled.json["way_out"]
    assert [cause["href"] for cause in canceled.json["causes"]] == [f"/api/v1/purchase-orders/{order.id}"]


def test_more_than_ordered_is_received_when_the_line_lets_it_stand(program: Program, order: Placed) -> None:
    body = order.receipt([f"A{n}" for n in range(6)])
    body["lines"][0]["keep"] = ["more-than-ordered"]
    entry = program.made(f"/purchase-orders/{order.id}/receipts", body)
    assert entry["reason"] == "More came than was ordered: 1 pcs on line 1."
    assert program.get(f"/purchase-orders/{order.id}").json["lines"][0]["over"] == "1"
