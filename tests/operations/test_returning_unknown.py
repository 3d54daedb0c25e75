"""Units that come back and that the records never had."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.ledger import verify
from nameplate.models import Entry, LotStatus, Serial, Status
from nameplate.operations import returning
from nameplate.operations.returning import Said
from nameplate.operations.undoing import undo_entry
from tests.operations.orders import refused
from tests.operations.returning import Counter, counter, status
from tests.operations.selling import ids, unit


@pytest.fixture
def desk(any_database: None) -> Counter:
    return counter()


def test_a_number_that_nobody_knew_is_made_known_as_it_comes_and_is_gone_when_that_is_undone(desk: Counter) -> None:
    actor, shelf = desk.shop.actor, desk.shop.shelf.pk
    paper, said = desk.announced("D1"), Said(reason=desk.faulty, contradiction="Sold before the books began.")
    before = Entry.objects.count()
    old = returning.Unknown(desk.shop.drive, ["OLD-1", "OLD-2"])
    told = refused(lambda: returning.take_in_unknown(actor=actor, paper=paper, unknown=old, said=Said(), location_id=shelf))
    assert (list(told.fields), Entry.objects.count()) == (["contradiction"], before)
    known = returning.Unknown(desk.shop.drive, ["OLD-1", "D8"])
    told = refused(lambda: returning.take_in_unknown(actor=actor, paper=paper, unknown=known, said=said, location_id=shelf))
    assert ([one.text for one in told.offenders], Entry.objects.count()) == (["D8"], before)
    entry = returning.take_in_unknown(actor=actor, paper=paper, unknown=old, said=said, location_id=shelf)
    came = unit("OLD-1")
    assert (came.status, came.customer, came.shipment, came.return_doc) == (Status.RETURNED, desk.shop.customer, None, paper)
    assert (came.lot.status, came.lot.split_from, entry.units) == (LotStatus.RMA_RETURNED, None, 2)
    stands = returning.standing(paper)
    assert [one.number for one in stands.open_contradictions] == ["OLD-1", "OLD-2"]
    returning.settle_contradiction(actor=actor, paper=paper, unit_ids=ids("OLD-1"), how="On an invoice of 2019.")
    returning.restock(actor=actor, paper=paper, unit_ids=ids("OLD-2"))
    assert (unit("OLD-2").status, unit("OLD-2").lot.status) == (Status.RECEIVED, LotStatus.RECEIVED)
    undo_entry(actor=actor, entry_id=Entry.objects.latest("pk").pk)
    undo_entry(actor=actor, entry_id=entry.pk)
    assert not Serial.objects.filter(number__startswith="OLD", withdrawn=False).exists()
    assert [one.number for one in returning.standing(paper).units] == ["D1"]
    assert [line.quantity for line in paper.lines.all()] == [1_000_000]
    assert (status(paper), list(verify())) == ("New", [])


def test_the_statements_do_not_grow_with_the_units_that_nobody_knew(desk: Counter) -> None:
    counts = []
    for numbers in (["OLD-1"], [f"OLD-{number}" for number in range(2, 60)]):
        with CaptureQueriesContext(connection) as seen:
            returning.take_back(
                actor=desk.shop.actor,
                customer=desk.shop.customer,
                unknown=returning.Unknown(desk.shop.drive, numbers),
                location_id=desk.shop.shelf.pk,
                said=Said(contradiction="Sold before the books began."),
            )
        counts.append(len(seen))
    assert counts[0] == counts[1]
