"""The list of units and the report of their value as of past days: against the ledger folded in plain Python, on random pasts."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate import listings
from nameplate.ledger import Group, Kind, Step, post, undo
from nameplate.listings import grammar, stock_value
from nameplate.listings.filters import TextColumn
from nameplate.listings.matching import matches
from nameplate.listings.selections import found_by
from nameplate.models import LotStatus, Movement, ReasonKind, Role, Serial, User
from nameplate.operations.re_entering import re_enter
from nameplate.operations.reasons import create_reason
from nameplate.operations.writing_off import write_off
from nameplate.quantities import to_micro
from nameplate.refusals import Invalid
from tests import proving, world
from tests.effort import rows_read_by
from tests.ledger.ground import Ground, R, S
from tests.listings import brute_force
from tests.listings.past import Past, Told

SERIALS = listings.ALL["serials"]
FILTERS: tuple[dict[str, str], ...] = (
    {}, {}, {"status": "received"}, {"status": "consumed,shipped"}, {"availability": "on_hold"}, {"availability": "!available"},
    {"location": "A-02"}, {"site": "!=", "status": "!received"}, {"customer": "kestrel"}, {"customer": "="}, {"lot": "L*"},
    {"shipped_on": "!="}, {"warranty_until": "!=", "status": "shipped"}, {"received_on": "="}, {"cost": ">2"}, {"serial": "N*-0001"},
    {"hold": "scr*"}, {"hold": "="},
)  # fmt: skip
SORTS = ("", "", "status", "-location", "customer,-serial", "-last_change", "lot", "availability,item", "-warranty_until", "cost")


ENDLESS = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000000) SELECT i FROM n) n"


def test_what_takes_too_long_is_stopped_and_said(actor: User) -> None:
    world.receipt(numbers=["A-1"])
    table = f"(SELECT u.* FROM nameplate_serial u CROSS JOIN {ENDLESS} WHERE n.i < 0) s"
    slow = replace(SERIALS, patience=0.05, then=lambda listing, *_: replace(listing, table=table))
    with pytest.raises(Invalid, match=r"takes more than 0\.05 seconds"):
        slow.read({"as_of": "2026-01-01"}, actor=actor)
    assert SERIALS.read({}, actor=actor).count == 1


@pytest.fixture
def ground(db: None) -> Ground:
    return Ground(actor=world.user(username="historian", role=Role.ADMINISTRATOR))


def paged(ground: Ground, params: Mapping[str, str]) -> list[dict[str, Any]]:
    """All rows, page by page; as many as the page counts."""
    found: list[dict[str, Any]] = []
    place: dict[str, str] = {}
    while True:
        page = SERIALS.read({**params, **place}, actor=ground.actor)
        assert page.errors == {}
        found += page.rows
        if page.next is None:
            assert page.count == len(found)
            return found
        place = {"after": page.next}


def told_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What of a row the ledger tells."""
    ids = ("lot_id", "location_id", "customer_id", "built_into_id", "product_id", "reserved_line_id", "customer_order_id", "return_id")
    plain = ("serial", "status", "availability", "place", "hold", "received_on", "shipped_on", "returned_on", "warranty_until")
    found = {name: None if row[name] is None else int(row[name]) for name in (*ids, "last_entry_id")}
    return found | {name: row[name] for name in plain}


def row_of(unit: Serial) -> dict[str, Any]:
    """The same of a unit that was folded."""
    slugs = {column.name: {int(choice.stored): choice.slug for choice in column.choices} for column in SERIALS.columns[4:6]}
    return {
        "lot_id": unit.lot_id, "location_id": unit.location_id, "customer_id": unit.customer_id, "built_into_id": unit.parent_id,
        "product_id": None if unit.outermost_id == unit.pk else unit.outermost_id, "reserved_line_id": unit.reserved_line_id,
        "customer_order_id": unit.customer_order_id, "return_id": unit.return_doc_id, "last_entry_id": unit.last_entry_id,
        "serial": unit.number, "status": slugs["status"][unit.status], "place": unit.place, "hold": unit.hold,
        "availability": [slug for bit, slug in slugs["availability"].items() if unit.availability & bit],
        "received_on": unit.received_on, "shipped_on": unit.shipped_on, "returned_on": unit.returned_on,
        "warranty_until": unit.warranty_until,
    }  # fmt: skip


def test_any_past_day_is_what_the_ledger_tells_of_it(ground: Ground) -> None:
    random = Random(proving.seed(f"as of, {connection.vendor}"))
    past = Past(ground, random)
    past.live(proving.times(60, 400))
    told = Told()
    for day in past.some_days(proving.times(5, 40)):
        units = told.units_of(day)
        everything = paged(ground, {"as_of": str(day), "size": "200"})
        assert {int(row["id"]): told_of(row) for row in everything} == {unit: row_of(serial) for unit, serial in units.items()}, day
        for _ in range(4):
            filters, sort = random.choice(FILTERS), random.choice(SORTS)
            params = {**filters, "as_of": str(day), "size": "7", **({"sort": sort} if sort else {})}
            wanted = brute_force.in_order([unit for unit in units.values() if brute_force.shows(unit, filters)], sort)
            assert [row["serial"] for row in paged(ground, params)] == [unit.number for unit in wanted], params
            lines = list(csv.reader(SERIALS.csv({**params, "columns": "serial"}, actor=ground.actor)))
            assert [line[0] for line in lines[1:]] == [unit.number for unit in wanted], params


def test_what_was_in_stock_on_any_day_and_what_it_cost(ground: Ground) -> None:
    past = Past(ground, Random(proving.seed(f"units and value, {connection.vendor}")))
    past.live(proving.times(60, 400))
    told = Told()
    statuses = {"received": 2, "rejected": 6, "returned": 7}
    vendor = TextColumn(order=str)
    for number, day in enumerate(past.some_days(proving.times(5, 40))):
        wanted = ("", f"={past.ground.vendor.name}", "øst*", "!øst*", "=", "!=")[number % 6]
        asked = {name: text for name, text in {"as_of": str(day) if number else "", "vendor": wanted}.items() if text}
        page = listings.ALL["reports/stock-value"].read({**asked, "size": "500"}, actor=ground.actor)
        assert page.errors == {}
        found = {
            (int(row["item_id"]), int(row["site_id"]), statuses[row["status"]], row["vendor"]): (
                to_micro(row["quantity"]),
                to_micro(row["value"]),
            )
            for row in page.rows
        }
        expected = {key: amounts for key, amounts in told.worth(day).items() if matches(grammar.parse(wanted, vendor), key[3], vendor)}
        assert found == expected, (day, wanted)
        assert len(page.rows) == page.count == len(expected)
        totals = stock_value.totals(actor=ground.actor, params=asked)
        for status, name in ((2, "stock"), (6, "rejected"), (7, "returned")):
            of_it: dict[int, tuple[int, int]] = {}
            for (item, _, its, _), (quantity, value) in expected.items():
                if its == status and quantity:
                    before = of_it.get(item, (0, 0))
                    of_it[item] = (before[0] + quantity, before[1] + value)
            found_of_it = {total.item_id: getattr(total, name)[:2] for total in totals if getattr(total, name).quantity}
            assert found_of_it == of_it, (day, wanted, name)


def test_undoing_a_part_and_then_the_act_before_leads_back_behind_both(ground: Ground) -> None:
    pod, drive = ground.brought(R, 2)
    moved = ground.do(Kind.MOVED, [pod], to={"location_id": ground.bin.pk})
    built = ground.do(Kind.CONSUMED, [drive], to={"parent_id": pod}, document=ground.papers["MO"])
    undo(actor=ground.actor, entry=built)
    undo(actor=ground.actor, entry=moved)
    [row] = paged(ground, {"as_of": "today", "serial": Serial.objects.get(pk=pod).number})
    assert row["location_id"] == str(ground.shelf.pk)


def test_what_is_withdrawn_by_now_was_expected_then(ground: Ground) -> None:
    new = ground.newcomers(2)
    to = {"lot_id": ground.lots[LotStatus.PLANNED].pk}
    ground.do(Kind.PLANNED, new=new, to=to, document=ground.papers["PO"])
    units = ground.named(new.keys)
    ground.do(Kind.WITHDRAWN, units[:1])
    assert [row["status"] for row in paged(ground, {"as_of": "today"})] == ["planned"]
    assert [row["status"] for row in paged(ground, {"as_of": "today", "withdrawn": "yes"})] == ["planned"]


def test_a_later_write_off_does_not_give_its_reason_to_an_earlier_one(ground: Ground) -> None:
    day, today = timezone.localdate() - timedelta(days=30), str(timezone.localdate())
    lost, damaged = (create_reason(actor=ground.actor, kind=ReasonKind.WRITE_OFF, name=name) for name in ("Lost", "Damaged"))
    to = {"location_id": ground.shelf.pk, "lot_id": ground.lots[LotStatus.RECEIVED].pk}
    new = Group([Step(Kind.RECEIVED, to)], new=ground.newcomers(1))
    units = ground.ids(post(actor=ground.actor, act="received", groups=[new], happened_at=timezone.now() - timedelta(days=31)))
    write_off(actor=ground.actor, reason=lost, unit_ids=units, happened_on=day)
    found = re_enter(actor=ground.actor, unit_ids=units, location_id=ground.shelf.pk, reason="behind the rack")
    again = write_off(actor=ground.actor, reason=damaged, unit_ids=units)

    def why(**asked: str) -> list[str]:
        return [row["write_off_reason"] for row in paged(ground, asked)]

    assert (why(as_of=str(day)), why(as_of=today), why()) == (["Lost"], ["Damaged"], ["Damaged"])
    assert (why(as_of=str(day), write_off_reason="lost"), why(as_of=str(day), write_off_reason="damaged")) == (["Lost"], [])
    undo(actor=ground.actor, entry=again)
    undo(actor=ground.actor, entry=found)
    assert (why(as_of=today), why()) == (["Lost"], ["Lost"])


def test_nothing_is_done_to_what_was_there_once(ground: Ground) -> None:
    ground.brought(R, 1)
    before = Movement.objects.count()
    with pytest.raises(Invalid) as refused:
        found_by(SERIALS, f"status=received&as_of={timezone.localdate()}", actor=ground.actor, most=10)
    assert "today" in refused.value.fields["as_of"]
    assert Movement.objects.count() == before


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("2026-02-30", "calendar"), ("March", "2026-03-05"), (str(timezone.localdate() + timedelta(days=1)), "to come")],
)
def test_a_day_that_cannot_be_told_is_named_and_the_rest_applied(ground: Ground, day: str, sentence: str) -> None:
    ground.brought(R, 1)
    page = SERIALS.read({"as_of": day, "status": "shipped"}, actor=ground.actor)
    assert sentence in page.errors["as_of"]
    assert page.rows == []
    assert "as_of" in listings.ALL["lots"].read({"as_of": "2026-01-01"}, actor=ground.actor).errors


def test_as_many_statements_for_many_units_as_for_few(ground: Ground) -> None:
    def statements(report: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            listings.ALL[report].read({"as_of": "today", "item": "*", "size": "100"}, actor=ground.actor)
        return len(caught)

    ground.brought(R, 1)
    few = [statements(report) for report in ("serials", "reports/stock-value")]
    ground.brought(R, 60)
    ground.brought(S, 3)
    assert [statements(report) for report in ("serials", "reports/stock-value")] == few


def test_units_and_value_reads_each_unit_once_when_the_database_knows_no_sizes(ground: Ground) -> None:
    """Before its first vacuum PostgreSQL went through all entries, and all movements, for each unit."""
    for _ in range(60):
        ground.receive(2, lot=ground.lot())
    few = rows_read_by(stock_value.STOCK_VALUE.meant({}, ground.actor).table)
    for _ in range(120):
        ground.receive(2, lot=ground.lot())
    assert rows_read_by(stock_value.STOCK_VALUE.meant({}, ground.actor).table) < 4 * few
