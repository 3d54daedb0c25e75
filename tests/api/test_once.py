"""The same request twice: one effect and one answer, also when both come at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from nameplate.models import Entry, Item, Request, Role, Serial
from tests import world
from tests.api.asking import Answer, Program, program_of
from tests.api.stock import placed


def test_a_repeated_write_has_one_effect_and_one_answer(db: None) -> None:
    program = program_of(world.user(role=Role.MANAGER))
    first = program.post("/items", {"number": "drive"}, Idempotency_Key="k-1")
    again = program.post("/items", {"number": "drive"}, Idempotency_Key="k-1")
    assert (first.status, again.status) == (201, 201)
    assert first.json == again.json
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Item.objects.count() == 1


def test_a_key_holds_for_its_route_its_actor_and_its_body(db: None) -> None:
    program = program_of(world.user(role=Role.MANAGER))
    other = program_of(world.user(role=Role.MANAGER))
    program.made("/vendors", {"name": "Westdale"}, Idempotency_Key="k-1")
    program.made("/customers", {"name": "Westdale"}, Idempotency_Key="k-1")
    other.made("/vendors", {"name": "Westdale"}, Idempotency_Key="k-1")
    for body in (b'{"name": "Tamarin"}', b'{ "name":"Westdale"}'):
        refused = program.post("/vendors", body, Idempotency_Key="k-1")
        assert (refused.status, refused.json["rule"]) == (422, "key-reused")


def test_a_refusal_leaves_the_key_free(db: None) -> None:
    program = program_of(world.user(role=Role.MANAGER))
    program.made("/items", {"number": "drive"})
    assert program.post("/items", {"number": "DRIVE"}, Idempotency_Key="k-1").status == 409
    assert not Request.objects.exists()
    assert program.post("/items", {"number": "drive 2"}, Idempotency_Key="k-1").status == 201


@pytest.mark.parametrize("key", ["x" * 201, "a\tb", "\x7f"])
def test_a_key_that_cannot_be_kept(db: None, key: str) -> None:
    refused = program_of(world.user(role=Role.MANAGER)).post("/items", {"number": "drive"}, Idempotency_Key=key)
    assert (refused.status, refused.json["rule"]) == (422, "bad-key")


def test_every_kind_of_write_can_be_repeated(db: None) -> None:
    program = program_of(world.user(role=Role.MANAGER))
    order = placed(program, {"drive": 4})
    receipt = order.receive(program, ["A1"])
    writes = [
        ("POST", f"/purchase-orders/{order.id}/receipts", order.receipt(["A2"])),
        ("POST", f"/purchase-orders/{order.id}/lines/{order.line()}/serials", {"serials": ["A3"]}),
        ("POST", f"/purchase-orders/{order.id}/shipment", {}),
        ("POST", receipt["reversal"], {}),
        ("PATCH", f"/items/{order.items['drive']}", {"notes": "n", "version": 1}),
        ("POST", f"/purchase-orders/{order.id}/cancellation", {"of": "rest"}),
        ("PATCH", f"/purchase-orders/{order.id}", {"notes": "n", "version": 4}),
        ("POST", f"/items/{order.items['drive']}/archival", {"version": 2}),
    ]
    for number, (method, path, body) in enumerate(writes):
        first = program.ask(method, path, body, Idempotency_Key=f"k-{number}")
        assert first.status in {200, 201}, (path, first.content)
        again = program.ask(method, path, body, Idempotency_Key=f"k-{number}")
        assert (again.status, again.json, again.headers.get("Idempotency-Replayed")) == (first.status, first.json, "true")


def test_ten_at_once_have_one_effect(committing: str) -> None:
    manager = world.user(role=Role.MANAGER)
    order = placed(program_of(manager), {"drive": 200})
    headers = program_of(manager).headers
    body = order.receipt([f"A{number}" for number in range(200)])
    before = Entry.objects.count()

    def ask(_: int) -> Answer:
        try:
            return Program(dict(headers)).post(f"/purchase-orders/{order.id}/receipts", body, Idempotency_Key="k-1")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(ask, range(10)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert Serial.objects.count() == 200
    assert Entry.objects.count() == before + 1


def test_without_a_key_only_one_of_ten_receives_the_same_numbers(committing: str) -> None:
    """The control: what the key spares is a conflict for nine of them, never a second unit."""
    manager = world.user(role=Role.MANAGER)
    order = placed(program_of(manager), {"drive": 200})
    headers = program_of(manager).headers
    body = order.receipt([f"A{number}" for number in range(20)])

    def ask(_: int) -> Answer:
        try:
            return Program(dict(headers)).post(f"/purchase-orders/{order.id}/receipts", body)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(ask, range(10)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 9
    assert Serial.objects.count() == 20
