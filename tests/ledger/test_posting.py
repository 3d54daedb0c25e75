"""One writer for one unit and for many: bulk equals singles, all or nothing, the same number of statements, nothing half done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from nameplate.ledger import Goods, Group, Kind, Newcomers, Step, post, undo, verify
from nameplate.models import Entry, Lot, LotStatus, Movement, Serial, Status, Stock, StockMovement
from nameplate.refusals import Conflict, Invalid
from tests import proving
from tests.ledger.ground import Ground, R, taken_back


def standing() -> list[dict[str, Any]]:
    """How all units stand, without what tells one history from another."""
    rows = Serial.objects.order_by("key").values()
    return [{name: value for name, value in row.items() if name not in {"id", "outermost_id", "last_entry_id"}} for row in rows]


def quantities() -> list[tuple[int, ...]]:
    return sorted(Stock.objects.values_list("lot_id", "location_id", "quantity", "reserved", "held"))


def some(new: Newcomers, index: int) -> Newcomers:
    """One of the newcomers."""
    only = slice(index, index + 1)
    return Newcomers(new.item_id, new.numbers[only], new.keys[only], new.sort_keys[only])


def life(ground: Ground, units: list[int]) -> list[Callable[[list[int]], Entry]]:
    """Acts one after the other, each possible for the units after the one before."""
    papers = ground.papers
    return [
        lambda chosen: ground.do(Kind.MOVED, chosen, to={"location_id": ground.bin.pk}),
        lambda chosen: ground.do(Kind.HELD, chosen, to={"hold": "dusty"}),
        lambda chosen: ground.do(Kind.FREED, chosen),
        lambda chosen: ground.do(Kind.RESERVED, chosen, to={"reserved_line_id": ground.line.pk}),
        lambda chosen: ground.do(
            Kind.SHIPPED, chosen, to={"customer_id": ground.customer.pk}, document=papers["S"], order_id=papers["CO"].pk
        ),
    ]


def test_a_bulk_act_equals_the_same_single_ones(ground: Ground) -> None:
    new = ground.newcomers(7)
    to = {"location_id": ground.shelf.pk, "lot_id": ground.lots[LotStatus.RECEIVED].pk}
    outcomes = []
    for bulk in (True, False):
        with taken_back():
            for part in [new] if bulk else [some(new, index) for index in range(7)]:
                ground.do(Kind.RECEIVED, new=part, to=to)
            units = ground.named(new.keys)
            for act in life(ground, units):
                for chosen in [units] if bulk else [[unit] for unit in units]:
                    act(chosen)
            assert verify() == []
            outcomes.append((standing(), quantities()))
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0][0]) == 7


def test_one_bad_unit_among_a_thousand_stops_all_and_is_named(ground: Ground) -> None:
    entry = ground.receive(1000, "MANY-")
    units = ground.ids(entry)
    bad = units[499]
    ground.do(Kind.HELD, [bad], to={"hold": "cracked"})
    before = standing(), quantities(), Movement.objects.count()
    with pytest.raises(Conflict) as refusal:
        ground.do(Kind.SHIPPED, units, to={"customer_id": ground.customer.pk}, document=ground.papers["S"])
    assert [(offender.unit_id, offender.why) for offender in refusal.value.offenders] == [(bad, "it is on hold (cracked)")]
    assert refusal.value.extra["possible_count"] == 999
    assert (standing(), quantities(), Movement.objects.count()) == before
    with pytest.raises(Conflict) as refusal:
        undo(actor=ground.actor, entry=entry)
    assert [offender.unit_id for offender in refusal.value.offenders] == [bad]
    assert len(refusal.value.extra["possible"]) == 999
    assert (standing(), quantities(), Movement.objects.count()) == before


def counted(act: Callable[[], Entry], entries: list[Entry]) -> int:
    """How many statements the act takes; its entry joins the others."""
    seen = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        entries.append(act())
    return seen


def test_the_number_of_statements_does_not_depend_on_the_number_of_units(ground: Ground) -> None:
    counts: list[list[int]] = []
    for count in (2, 1000):
        entries: list[Entry] = []
        own = [counted(partial(ground.receive, count), entries)]
        units = ground.ids(entries[0])
        own += [counted(partial(act, units), entries) for act in life(ground, units)]
        own += [counted(partial(undo, actor=ground.actor, entry=entry), []) for entry in reversed(entries)]
        counts.append(own)
    assert counts[0] == counts[1]
    assert max(counts[0]) < 30


def test_components_move_with_their_product_in_as_many_statements_whatever_their_number(ground: Ground) -> None:
    counts = []
    for count in (2, 200):
        product = ground.unit(R)
        parts = ground.brought(R, count)
        built = counted(partial(ground.do, Kind.CONSUMED, parts, to={"parent_id": product}), [])
        moved = counted(partial(ground.do, Kind.MOVED, [product], to={"location_id": ground.bin.pk}), [])
        counts.append((built, moved))
        assert Serial.objects.filter(parent_id=product, location=ground.bin, outermost_id=product).count() == count
    assert counts[0] == counts[1]


# Time.


def test_history_is_ordered_by_sequence_though_the_clock_goes_back_a_day(ground: Ground) -> None:
    """The server's clock ran a day ahead when the units came, and was set right before they moved."""
    entry = ground.receive(2)
    units = ground.ids(entry)
    ahead = datetime.now(UTC) + timedelta(days=1)
    with taken_off("nameplate_entry"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE nameplate_entry SET happened_at = %s, recorded_at = %s WHERE id = %s", [stored(ahead), stored(ahead), entry.pk]
        )
    moved = ground.do(Kind.MOVED, units, to={"location_id": ground.bin.pk})
    assert moved.recorded_at < ahead
    history = list(Movement.objects.filter(serial_id=units[0]).order_by("seq").values_list("seq", "entry_id"))
    assert history == [(1, entry.pk), (2, moved.pk)]
    assert Serial.objects.get(pk=units[0]).location_id == ground.bin.pk
    with pytest.raises(Conflict) as refusal:
        undo(actor=ground.actor, entry=entry)
    assert refusal.value.rule == "later-entries"
    undo(actor=ground.actor, entry=moved)
    undo(actor=ground.actor, entry=entry)
    assert verify() == []


def stored(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


@contextmanager
def taken_off(table: str) -> Iterator[None]:
    """The guard of a ledger table, for what only a wrong clock could have written."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [f"{table}_no_update"])
        [(statement,)] = cursor.fetchall()
        cursor.execute(f"DROP TRIGGER {table}_no_update")
        yield
        cursor.execute(statement)


def said(ground: Ground, unit: int, moment: datetime) -> Entry:
    """A move that somebody says happened then."""
    step = Step(Kind.MOVED, {"location_id": ground.bin.pk})
    return post(actor=ground.actor, act="moved", groups=[Group([step], units=[unit])], happened_at=moment)


def test_what_somebody_says_is_neither_in_the_future_nor_before_the_last_entry(ground: Ground) -> None:
    early = datetime.now(UTC)
    unit = ground.unit(R)
    with pytest.raises(Invalid) as future:
        said(ground, unit, datetime.now(UTC) + timedelta(minutes=5))
    assert future.value.rule == "in-the-future"
    with pytest.raises(Conflict) as refusal:
        said(ground, unit, early)
    assert refusal.value.rule == "before-last-entry"
    assert [(offender.unit_id, offender.entry_id) for offender in refusal.value.offenders] == [(unit, refusal.value.causes[0].id)]
    said(ground, unit, datetime.now(UTC))


def test_every_entry_has_a_person_and_the_servers_time(ground: Ground) -> None:
    before = datetime.now(UTC)
    entry = Entry.objects.get(pk=ground.receive(1).pk)
    assert entry.actor_id == ground.actor.pk
    assert before <= entry.recorded_at <= datetime.now(UTC)
    assert entry.happened_at <= entry.recorded_at


# Undo, once more.


def test_an_entry_undone_is_not_undone_again_nor_is_its_undo(ground: Ground) -> None:
    entry = ground.receive(2)
    reversal = undo(actor=ground.actor, entry=entry)
    for again, rule in ((entry, "undone-already"), (reversal, "reversal")):
        with pytest.raises(Conflict) as refusal:
            undo(actor=ground.actor, entry=again)
        assert refusal.value.rule == rule
        assert refusal.value.causes


def test_undone_for_some_units_and_then_for_the_others(ground: Ground) -> None:
    entry = ground.receive(3)
    first, *others = ground.ids(entry)
    assert undo(actor=ground.actor, entry=entry, unit_ids=[first]).partial
    with pytest.raises(Conflict, match="undone already"):
        undo(actor=ground.actor, entry=entry, unit_ids=[first])
    assert not undo(actor=ground.actor, entry=entry, unit_ids=others).partial
    assert Serial.objects.filter(withdrawn=False).count() == 0
    assert verify() == []


def test_goods_that_were_used_since_stand_in_the_way(ground: Ground) -> None:
    lot = ground.lot(item=ground.screws)
    came = post(actor=ground.actor, act="received", goods=[Goods(lot.pk, ground.shelf.pk, 5_000_000)])
    post(actor=ground.actor, act="used", goods=[Goods(lot.pk, ground.shelf.pk, -1_000_000)])
    with pytest.raises(Conflict) as refusal, transaction.atomic():
        undo(actor=ground.actor, entry=came)
    assert (refusal.value.rule, len(refusal.value.causes)) == ("later-entries", 1)
    assert list(StockMovement.objects.filter(lot=lot).order_by("seq").values_list("change", "balance")) == [
        (5_000_000, 5_000_000),
        (-1_000_000, 4_000_000),
    ]
    assert verify() == []


def test_more_units_than_sqlite_takes_parameters(ground: Ground) -> None:
    """Sets travel as one parameter, so that no library's limit decides how much is one act."""
    count = proving.times(1200, 20_000)
    entry = ground.receive(count)
    units = ground.ids(entry)
    with few_parameters():
        moved = ground.do(Kind.MOVED, units, to={"location_id": ground.bin.pk})
        ground.do(Kind.EDITED, units, edits=[{"notes": "counted", "custom.colour": "red"}] * count)
        undo(actor=ground.actor, entry=moved)
        undo(actor=ground.actor, entry=entry)
    assert Lot.objects.get(status=LotStatus.RECEIVED).serials.filter(withdrawn=False).count() == 0
    assert Serial.objects.filter(status=Status.PLANNED, withdrawn=True).count() == count


@contextmanager
def few_parameters() -> Iterator[None]:
    """SQLite as some are built: 999 parameters a statement."""
    if connection.vendor != "sqlite":
        yield
        return
    import sqlite3

    before = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
    try:
        yield
    finally:
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)


def test_an_act_sets_the_columns_that_it_changes_and_no_others(ground: Ground) -> None:
    product, *units = ground.brought(R, 4)
    with CaptureQueriesContext(connection) as asked:
        ground.do(Kind.HELD, units, to={"hold": "dusty"})
    [update] = [one["sql"] for one in asked if "UPDATE nameplate_serial SET" in one["sql"] and "last_entry_id" in one["sql"]]
    assert re.findall(r"(?:SET |, )(\w+) = (?:m|CASE)", update.partition(" FROM ")[0]) == [
        "hold",
        "availability",
        "version",
        "last_entry_id",
    ]
    ground.do(Kind.FREED, units)
    ground.do(Kind.CONSUMED, units, to={"used_by_id": ground.papers["MO"].pk}, each={"parent_id": [product] * 3, "place": ["a", "b", "c"]})
    ground.do(Kind.MOVED, [product], to={"location_id": ground.bin.pk})
    rows = Serial.objects.filter(pk__in=units).order_by("pk").values_list("place", "parent", "outermost", "location")
    assert list(rows) == [(place, product, product, ground.bin.pk) for place in "abc"]
    assert verify() == []
