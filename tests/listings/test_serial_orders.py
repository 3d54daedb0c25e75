"""Serial numbers by their notes and place, and in the orders that few units have a value for."""

from __future__ import annotations

from typing import Any

import pytest

from nameplate import listings
from nameplate.models import Lot, Role, Serial, User
from tests import world
from tests.ledger.ground import B, Ground, R
from tests.listings.test_trace import build

SERIALS = listings.ALL["serials"]
SORTS = ("vendor_batch", "built_into", "product", "place", "reserved_for", "return", "returned_on")


@pytest.fixture
def ground(db: None) -> Ground:
    """A product of two parts, two that came back, and one on the shelf."""
    ground = Ground(actor=world.user(role=Role.ADMINISTRATOR))
    build(ground, ground.brought(R, 2))
    ground.brought(B, 2, return_doc_id=ground.papers["RMA"].pk, returned_on="2026-03-04")
    ground.brought(R, 1)
    Lot.objects.filter(pk=Serial.objects.latest("pk").lot_id).update(vendor_batch="H-2211")
    return ground


def found(actor: User, **params: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    place: dict[str, str] = {}
    while True:
        page = SERIALS.read({"size": "1", **params, **place}, actor=actor)
        assert page.errors == {}
        rows += page.rows
        if page.next is None:
            return rows
        place = {"after": page.next}


def test_each_unit_stands_once_in_either_direction_and_the_empty_ones_last(ground: Ground) -> None:
    every = {row["id"] for row in found(ground.actor)}
    for name in SORTS:
        for sign in ("", "-"):
            for also in ({}, {"as_of": "today"}):
                rows = found(ground.actor, sort=f"{sign}{name}", **also)
                values = [row[name] for row in rows]
                said = [value for value in values if value is not None]
                assert ({row["id"] for row in rows}, len(rows)) == (every, len(every)), name
                assert said == sorted(said, reverse=sign == "-"), name
                assert values == [*said, *[None] * (len(values) - len(said))], name


def test_notes_and_places_are_found_by_what_they_contain(ground: Ground) -> None:
    noted = Serial.objects.filter(parent=None).earliest("pk")
    Serial.objects.filter(pk=noted.pk).update(notes="Prüfen: cracked LID")
    assert [row["id"] for row in found(ground.actor, notes="*lid*")] == [str(noted.pk)]
    assert [row["id"] for row in found(ground.actor, notes="*PRÜFEN*")] == [str(noted.pk)]
    assert len(found(ground.actor, notes="=")) == Serial.objects.count() - 1
    assert {row["place"] for row in found(ground.actor, place="bay*")} == {"bay 1", "bay 2"}
    assert len(found(ground.actor, place="bay 2")) == 1
