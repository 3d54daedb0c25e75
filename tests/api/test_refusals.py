"""Whatever a refusal knows can be said as data."""

from __future__ import annotations

import inspect
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest

from nameplate import refusals
from nameplate.api.problems import problem
from nameplate.models import Item, Status
from nameplate.refusals import Refused


def every_refusal() -> list[type[Refused]]:
    found = [Refused]
    for kind in found:
        found += kind.__subclasses__()
    return [kind for kind in dict.fromkeys(found) if list(inspect.signature(kind).parameters)[:2] == ["rule", "message"]]


def test_there_are_refusals_of_every_family() -> None:
    assert {kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Refused)} <= set(every_refusal())


ODD = {
    "a count": (999, 999),
    "a list of integers": ([1, 2], [1, 2]),
    "a set": ({7}, [7]),
    "a tuple of decimals": ((Decimal("2.50"),), ["2.50"]),
    "a date": (date(2026, 3, 31), "2026-03-31"),
    "a time": (datetime(2026, 3, 31, tzinfo=UTC), "2026-03-31T00:00:00+00:00"),
    "odd keys": ({Decimal(1): {Status.RECEIVED: [None]}}, {"1": {"2": [None]}}),
    "beyond 64 bits": (2**70, str(2**70)),
    "half a character": ("a\ud800", "a?"),
    "an object": (Item(number="drive"), None),
}


@pytest.mark.parametrize("kind", every_refusal())
@pytest.mark.parametrize(("given", "said"), ODD.values(), ids=ODD)
def test_whatever_a_refusal_knows_can_be_said(kind: type[Refused], given: Any, said: Any) -> None:
    answer = problem(kind("odd", "Odd.", extra={"known": given, "possible": [1, 2**63], "status": 200}))
    body = orjson.loads(answer.content)
    assert answer.status_code == body["status"] == kind.status
    assert body["possible"] == ["1", str(2**63)]
    assert said is None or body["known"] == said


def test_a_count_under_the_name_of_ids_stays_a_count() -> None:
    assert orjson.loads(problem(Refused("odd", "Odd.", extra={"possible": 999})).content)["possible"] == 999
