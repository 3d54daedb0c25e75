"""Undo by the database alone says the same as undo unit by unit."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from nameplate.ledger import Kind, undo
from nameplate.ledger.state import STATE
from nameplate.ledger.untouched import untouched
from nameplate.ledger.verifying import verify
from nameplate.models import Entry, Lot, Movement, Serial, StockMovement
from tests.effort import read_by
from tests.ledger.ground import Ground, P, R


def received(ground: Ground) -> Entry:
    return ground.receive(5)


def moved(ground: Ground) -> Entry:
    return ground.do(Kind.MOVED, ground.brought(R, 5), to={"location_id": ground.bin.pk})


def shipped(ground: Ground) -> Entry:
    to = {"customer_id": ground.customer.pk, "shipment_id": ground.papers["S"].pk, "warranty_until": "2031-01-01"}
    return ground.do(Kind.SHIPPED, ground.brought(R, 5), to=to, document=ground.papers["S"])


def reserved(ground: Ground) -> Entry:
    return ground.do(Kind.RESERVED, ground.brought(R, 5), to={"reserved_line_id": ground.line.pk})


def held(ground: Ground) -> Entry:
    return ground.do(Kind.HELD, [*ground.brought(R, 3), *ground.brought(P, 2)], to={"hold": "damp"})


def rejected(ground: Ground) -> Entry:
    return ground.do(Kind.REJECTED, ground.brought(R, 5), reason="scratched")


ACTS = [received, moved, shipped, reserved, held, rejected]


def left(entry: Entry, reversal: Entry) -> dict[str, Any]:
    """What a reversal leaves, without the ids that differ from run to run."""
    units = sorted(Movement.objects.filter(entry=entry).values_list("serial_id", flat=True))
    columns = ("availability", "version", *STATE)
    return {
        "rows": list(Serial.objects.filter(pk__in=units).order_by("pk").values_list(*columns)),
        "movements": list(
            Movement.objects.filter(entry=reversal).order_by("serial_id").values_list("seq", "kind", "line_id", "placed", *STATE)
        ),
        "stock": sorted(StockMovement.objects.filter(entry=reversal).values_list("lot", "location", "change", "line")),
        "lots": list(Lot.objects.order_by("pk").values_list("status", "version")),
        "entry": (reversal.units, reversal.partial, reversal.reverses_id),
    }


@pytest.mark.parametrize("act", ACTS)
def test_both_ways_leave_the_same(db: None, ground: Ground, act: Any) -> None:
    entry = act(ground)
    units = set(Movement.objects.filter(entry=entry).values_list("serial_id", flat=True))
    results = []
    for chosen in (None, units):
        point = transaction.savepoint()
        reversal = undo(actor=ground.actor, entry=entry, unit_ids=chosen)
        results.append(left(entry, reversal))
        assert list(verify()) == []
        transaction.savepoint_rollback(point)
    assert results[0] == results[1]


def test_it_is_taken_for_what_is_untouched_and_left_alone_otherwise(db: None, ground: Ground) -> None:
    entry = received(ground)
    assert untouched(entry) is not None
    ground.do(Kind.HELD, ground.ids(entry)[:1], to={"hold": "damp"})
    assert untouched(entry) is None


def test_undoing_new_units_reads_no_more_where_there_are_many_others(ground: Ground) -> None:
    """On SQLite a join on false once read all movements for each unit."""
    few, later = ground.receive(20), ground.receive(20)
    least = read_by(lambda: undo(actor=ground.actor, entry=few))
    for _ in range(4):
        ground.receive(1000)
    assert 0 < read_by(lambda: undo(actor=ground.actor, entry=later)) < 3 * least
