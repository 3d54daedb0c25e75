"""Functions over the API."""

from __future__ import annotations

from nameplate.models import User
from tests.api.asking import Program, program_of
from tests.api.stock import placed

SWITCH = "/settings/functions/serial-numbers/switch"


def test_switched_off_is_a_problem_that_names_the_function(administrator: User) -> None:
    program = program_of(administrator)
    order = placed(program, {"drive": 9})
    order.receive(program, ["A1"])
    refusal = program.post(SWITCH, {"on": False, "version": 0})
    assert (refusal.status, refusal.json["rule"]) == (409, "under-way")
    assert refusal.json["counts"] == {"units": 1, "orders": 1}
    assert program.post(SWITCH, {"on": False}).status == 428
    found = program.made(SWITCH, {"on": False, "version": 0, "confirmed": True})
    assert (found["on"], found["version"], found["under_way"]) == (False, 1, "1 unit in stock, 1 order line still to come")
    for answer in (
        program.get("/serials"),
        program.get("/serials.csv"),
        program.get("/serials/1"),
        program.post(f"/purchase-orders/{order.id}/receipts", order.receipt(["A2"])),
        program.post(f"/purchase-orders/{order.id}/lines/{order.line()}/serials", {"serials": ["A3"]}),
        program.post("/items", {"number": "other"}),
    ):
        assert (answer.status, answer.json["rule"], answer.json["functions"]) == (409, "switched-off", ["serial-numbers"])
    assert Program().get("/serials").status == 401
    assert program.post(SWITCH, {"on": True, "version": 0}).status == 409
    program.made(SWITCH, {"on": True, "version": 1})
    assert program.get("/serials").json["items"][0]["serial"] == "A1"
