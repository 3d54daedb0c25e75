"""Every operation × every status × every availability: what people can do is what the published table allows, no more and no less."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from pytest_django import DjangoDbBlocker

from nameplate.ledger import Kind, verify
from nameplate.models import Entry, LotStatus, Movement, Serial, Status
from nameplate.refusals import Refused
from tests import proving
from tests.ledger.ground import taken_back
from tests.ledger.table import TABLE
from tests.ledger.test_table import STARTS
from tests.operations.acts import Act, Workshop
from tests.operations.acts_under_papers import ACTS

GRID = tuple(act for act in ACTS if act.in_grid)


@pytest.fixture(scope="module")
def _set_up(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Workshop]:
    with django_db_blocker.unblock(), taken_back():
        yield Workshop()


@pytest.fixture
def workshop(_set_up: Workshop, any_database: None) -> Iterator[Workshop]:
    """One for all tests of this file: what they do is rolled back, and with it the spares that they took."""
    spares = dict(_set_up.spares)
    yield _set_up
    _set_up.spares = spares


LOTS = {
    Status.PLANNED: {LotStatus.PLANNED},
    Status.RECEIVED: {LotStatus.RECEIVED, LotStatus.ON_HOLD},
    Status.REJECTED: {LotStatus.REJECTED},
    Status.RETURNED: {LotStatus.RMA_RETURNED},
}
"""The status of the lot beside each status of a unit, as the manual's page has it; the others say nothing of their lot."""


def lots_beside() -> dict[Status, set[LotStatus]]:
    """For each status that says something of the lot, the statuses of the lots in which such units are."""
    found: dict[Status, set[LotStatus]] = {}
    for status, lot in Serial.objects.filter(status__in=LOTS, withdrawn=False).values_list("status", "lot__status").distinct():
        found.setdefault(Status(status), set()).add(LotStatus(lot))
    return found


ELSEWHERE = {
    Kind.OPENED: "stock that begins, by hand and by file: tests of lots and of files",
    Kind.RECEIVED: "units that come on the line of an order: tests of receiving",
    Kind.PLANNED: "numbers given beforehand: tests of planning",
    Kind.WITHDRAWN: "numbers given up again: tests of planning",
}
"""Kinds that happen to no unit that stands somehow, but to numbers of a document; what tests them."""


def test_every_kind_of_the_table_is_done_by_something_that_people_do(workshop: Workshop) -> None:
    done: set[Kind] = set()
    for act in GRID:
        for start, facts in [case for case in STARTS if act.may(*case)][:1]:
            with taken_back():
                before = Entry.objects.latest("pk").pk
                act.do(workshop, workshop.units[start, facts])
                done |= {Kind(kind) for kind in Movement.objects.filter(entry_id__gt=before).values_list("kind", flat=True).distinct()}
    assert set(TABLE) - done <= ELSEWHERE.keys()


def test_the_lot_beside_every_status_has_the_status_that_it_should(workshop: Workshop) -> None:
    """As units begin, and after every act that people can do to any of them."""
    assert lots_beside() == LOTS | {Status.RECEIVED: {LotStatus.RECEIVED}}
    came: dict[Status, int] = {}
    for act in GRID:
        for start, facts in [case for case in STARTS if act.may(*case)][: 1 if not proving.PROVING else None]:
            with taken_back():
                act.do(workshop, workshop.units[start, facts])
                status = Status(Serial.objects.get(pk=workshop.units[start, facts]).status)
                came[status] = came.get(status, 0) + 1
                assert all(lots <= LOTS[one] for one, lots in lots_beside().items()), (act.name, start, facts)
    assert came.keys() >= {Status.RECEIVED, Status.REJECTED, Status.RETURNED}


@pytest.mark.parametrize("act", GRID, ids=lambda act: act.name)
def test_what_can_be_done_is_what_the_table_allows(workshop: Workshop, act: Act) -> None:
    wrong = []
    possible = 0
    random = Random(proving.seed("grid of statuses"))
    for start, facts in [*STARTS, ("withdrawn", frozenset[str]())]:
        if random.random() > proving.times(1, 6) / 6:
            continue  # the short form tries a sixth of them, drawn anew for each run
        expected = start != "withdrawn" and act.may(start, facts)
        possible += expected
        why = ""
        with taken_back():
            try:
                done = act.do(workshop, workshop.units[start, facts]) is not None
            except Refused as refusal:
                done, why = False, refusal.message
            if done:
                assert verify() == [], (act.name, start, facts)
        if done != expected:
            wrong.append((start, sorted(facts), f"refused: {why}" if why else "done"))
    assert wrong == [], wrong
    assert possible > 0 or not proving.PROVING
