"""The same request twice: one effect, one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from nameplate.models import Entry, Request, Serial, User
from nameplate.operations.once import Answer, once
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.refusals import Conflict, Invalid, Refused
from tests import world


def receipt(actor: User, order: int, line: int, shelf: int, numbers: list[str], key: str) -> Answer:
    def act(request: Request | None) -> tuple[int, dict[str, Any]]:
        entry = receive(actor=actor, order=order, lines=[LineReceipt(line, numbers)], location_id=shelf, request=request)
        return 201, {"entry": str(entry.pk)}

    return once(actor=actor, route="POST receipts", key=key, body=repr(numbers).encode(), act=act)


@pytest.fixture
def ordered(any_database: None) -> tuple[int, int, int]:
    order = world.purchase_order(lines=[(world.item(), 100)])
    return order.pk, order.lines.get().pk, world.location().pk


def test_a_repeat_gets_the_stored_answer_and_does_nothing(db: None, actor: User, ordered: tuple[int, int, int]) -> None:
    first = receipt(actor, *ordered, ["A1", "A2"], "k")
    again = receipt(actor, *ordered, ["A1", "A2"], "k")
    assert (first.status, again.status, again.replayed) == (201, 201, True)
    assert first.body == again.body
    assert Entry.objects.filter(act="received").count() == 1
    assert Entry.objects.get(act="received").request_id == Request.objects.get().pk


def test_another_body_under_the_same_key_is_refused(db: None, actor: User, ordered: tuple[int, int, int]) -> None:
    receipt(actor, *ordered, ["A1"], "k")
    with pytest.raises(Invalid) as refused:
        receipt(actor, *ordered, ["A2"], "k")
    assert refused.value.rule == "key-reused"
    assert Serial.objects.count() == 1


def test_a_refusal_gives_the_key_back(db: None, actor: User, ordered: tuple[int, int, int]) -> None:
    with pytest.raises(Conflict):
        receipt(actor, *ordered, ["A1", "A1"], "k")
    assert not Request.objects.exists()
    assert receipt(actor, *ordered, ["A1"], "k").status == 201


@pytest.mark.parametrize("key", ["x" * 201, "a\x00b", "a\nb"])
def test_keys_are_short_and_printable(db: None, actor: User, ordered: tuple[int, int, int], key: str) -> None:
    with pytest.raises(Invalid):
        receipt(actor, *ordered, ["A1"], key)


def test_ten_at_once_have_one_effect(committing: str, actor: User, ordered: tuple[int, int, int]) -> None:
    def one(_: int) -> Answer | str:
        try:
            return receipt(actor, *ordered, [f"B{n}" for n in range(50)], "same")
        except Refused as refusal:
            return refusal.rule
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(one, range(10)))
    done = [answer for answer in answers if isinstance(answer, Answer)]
    assert {answer for answer in answers if isinstance(answer, str)} <= {"busy", "in-progress"}
    assert len({answer.body["entry"] for answer in done}) == 1
    assert sum(not answer.replayed for answer in done) == 1
    assert Serial.objects.count() == 50
