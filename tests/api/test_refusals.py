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
from nameplate.models import Item, Serial, Status, User
from nameplate.refusals import Refused
from tests.api.asking import program_of
from tests.api.stock import placed


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


def test_units_in_the_way_come_with_their_entry_and_the_ways_out(manager: User) -> None:
    program = program_of(manager)
    order = placed(program, {"drive": 3})
    units = [str(Serial.objects.get(number=number).pk) for number in ("A1", "A2") if order.receive(program, [number])]
    held = program.made("/holds", {"units": units, "reason": "scratched"})
    customer = program.made("/customers", {"name": "Kestrel Archive"})
    said = program.post("/direct-shipments", {"customer": customer["id"], "units": units}).json
    assert (said["rule"], [one["serial"] for one in said["units"]]) == ("not-shippable", ["A1", "A2"])
    entry = said["units"][0]["entry"]
    assert (entry["id"], entry["by_whom"], entry["href"]) == (held["id"], manager.username, f"/api/v1/entries/{held['id']}")
    free, undo = said["units"][0]["ways"]
    assert (free["rel"], free["page"], free["unit_ids"]) == ("free", f"/serials/{units[0]}/hold", units[:1])
    assert (undo["operation"], undo["href"]) == ("create_reversal", f"/api/v1/entries/{held['id']}/reversal")
    ways = [(way["rel"], way["operation"], way["href"], way["unit_ids"]) for way in said["ways"]]
    assert ways == [
        ("free", "create_release", "/api/v1/releases", units),
        ("list", "create_selection", "/api/v1/serials/selections", units),
    ]
    assert program.post(free["href"].removeprefix("/api/v1"), {"units": units}).status == 201
