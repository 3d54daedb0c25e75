"""Traces and dossiers over the API."""

from __future__ import annotations

import pytest

from nameplate.models import Serial
from tests import world
from tests.api.asking import Program, program_of
from tests.ledger.ground import Ground, R
from tests.listings.test_trace import build


@pytest.fixture
def ground(db: None) -> Ground:
    return Ground(actor=world.user(username="tracer"))


@pytest.fixture
def program(ground: Ground) -> Program:
    return program_of(ground.actor)


def test_the_whole_trace_each_row_under_its_own(program: Program, ground: Ground) -> None:
    drives = ground.brought(R, 2)
    (pod,), entry = build(ground, drives[:1])
    _, unknown = build(ground, drives[1:], known=False)
    found = program.get(f"/serials/{pod}/trace?direction=backward").json
    (row,) = found["items"]
    assert (row["level"], row["id"], row["link"], row["way"], row["now"]) == (1, str(drives[0]), "certain", "certain", True)
    assert (found["count"], found["capped"], found["root"]["number"]) == (1, False, Serial.objects.get(pk=pod).number)
    outward = program.get(f"/serials/{drives[1]}/trace").json["items"]
    assert [(one["noun"], one["link"], one["way"]) for one in outward] == [
        ("entries", "certain", "certain"),
        ("serials", "possible", "possible"),
    ]
    assert outward[0]["id"] == str(unknown.pk)
    assert program.get(f"/entries/{unknown.pk}/trace").json["items"][0]["way"] == "possible"
    assert program.get(f"/serials/{drives[0]}/trace?day=2001-01-01").json["items"] == []
    assert entry.pk != unknown.pk


def test_parameters_that_cannot_be_are_refused(program: Program, ground: Ground) -> None:
    unit = ground.unit(R)
    assert program.get(f"/serials/{unit}/trace?direction=sideways").status == 422
    assert program.get(f"/serials/{unit}/trace?day=someday").status == 422
    assert program.get("/serials/999999999/trace").status == 404
    assert program.get(f"/serials/{unit}/trace?day=9999-12-31").status == 200


def test_everything_about_a_lot_as_pdf_and_csv(program: Program, ground: Ground) -> None:
    lot = Serial.objects.get(pk=ground.unit(R)).lot_id
    assert program.get(f"/lots/{lot}/dossier.pdf").headers["Content-Type"] == "application/pdf"
    assert program.get(f"/lots/{lot}/dossier.csv").headers["Content-Type"] == "text/csv; charset=utf-8"
    assert program.get("/lots/999999999/dossier.pdf").status == 404
    assert program.get("/lots/999999999/dossier.csv").status == 404
