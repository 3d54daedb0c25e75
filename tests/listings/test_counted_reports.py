"""Reports that count: units by status over time against the histories that were lived, ageing against the units that lie there."""

from __future__ import annotations

import calendar
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate import listings
from nameplate.ledger import Group, Kind, Step, post, undo
from nameplate.listings import ageing, status_over_time
from nameplate.models import Entry, Item, Lot, LotStatus, Role, Serial, Status
from tests import proving, world
from tests.ledger.ground import LOT_FOR, Ground, R, W, X

OVER_TIME, AGEING = "reports/status-over-time", "reports/ageing"
NEXT = {R: ((Kind.MOVED, R), (Kind.WRITTEN_OFF, W)), W: ((Kind.RE_ENTERED, R),), X: ((Kind.MOVED, X), (Kind.WRITTEN_OFF, W))}


@pytest.fixture
def ground(db: None) -> Ground:
    return Ground(actor=world.user(username="reporter", role=Role.ADMINISTRATOR))


def rows(ground: Ground, report: str, **params: str) -> list[dict[str, Any]]:
    page = listings.ALL[report].read({"size": "500", **params}, actor=ground.actor)
    assert page.errors == {}
    assert page.count == len(page.rows)
    return list(page.rows)


@dataclass
class Past:
    """Random lives over the last months, and what each unit was when, kept apart from the ledger."""

    ground: Ground
    random: Random
    lives: dict[int, list[tuple[int, datetime, Status]]] = field(default_factory=dict)

    def live(self, acts: int) -> None:
        """So many acts, each later than the one before; some of the last ones are undone again."""
        items = [self.ground.item, world.item()]
        moments = sorted(timezone.now() - timedelta(minutes=self.random.randrange(1, 60 * 24 * 150)) for _ in range(acts))
        for moment in moments:
            standing = [unit for unit, life in self.lives.items() if life]
            if not standing or self.random.random() < 0.3:
                self._open(self.random.choice(items), moment)
            else:
                self._act(self.random.choice(standing), moment)
        for unit in self.random.sample(sorted(self.lives), k=len(self.lives) // 2):
            undo(actor=self.ground.actor, entry=Entry.objects.get(pk=self.lives[unit][-1][0]), unit_ids=[unit])
            self.lives[unit].pop()

    def _open(self, item: Item, moment: datetime) -> None:
        status = self.random.choice((R, W, X))
        new = self.ground.newcomers(self.random.randrange(1, 3), item=item)
        lot = self.ground.lot(LOT_FOR.get(status, LotStatus.RECEIVED), item)
        to = self.ground.standing(status, lot_id=lot.pk)
        entry = post(
            actor=self.ground.actor, act="opened", groups=[Group([Step(Kind.OPENED, to)], new=new)], reason="so", happened_at=moment
        )
        for unit in self.ground.named(new.keys):
            self.lives[unit] = [(entry.pk, moment, status)]

    def _act(self, unit: int, moment: datetime) -> None:
        kind, status = self.random.choice(NEXT[self.lives[unit][-1][2]])
        to: dict[str, Any] = {"status": int(status)} if kind == Kind.RE_ENTERED else {}
        if kind in {Kind.MOVED, Kind.RE_ENTERED}:
            at = Serial.objects.get(pk=unit).location_id
            to["location_id"] = self.ground.bin.pk if at == self.ground.shelf.pk else self.ground.shelf.pk
        step = Step(kind, to)
        entry = post(
            actor=self.ground.actor,
            act=kind.name.lower(),
            groups=[Group([step], units=[unit])],
            document=self.ground.papers["WO"],
            reason="so",
            happened_at=moment,
        )
        self.lives[unit].append((entry.pk, moment, status))

    def counted(self, days: list[date]) -> Counter[tuple[date, int, Status]]:
        """How many units of each item were what at the end of each day."""
        found: Counter[tuple[date, int, Status]] = Counter()
        items = dict(Serial.objects.values_list("pk", "item_id"))
        for unit, life in self.lives.items():
            for day in days:
                by_then = [status for _, moment, status in life if timezone.localdate(moment) <= day]
                found.update([(day, items[unit], by_then[-1])] if by_then else [])
        return found


def month_ends() -> list[date]:
    today = timezone.localdate()
    months = [(today.year - (today.month <= back), (today.month - back - 1) % 12 + 1) for back in range(1, 7)]
    return [today, *(date(year, month, calendar.monthrange(year, month)[1]) for year, month in months)]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland"])
def test_counts_over_time_are_those_of_the_lives_that_were_lived(ground: Ground, zone: str) -> None:
    past = Past(ground, Random(proving.seed(f"status over time, {zone}")))
    with timezone.override(zone):
        past.live(proving.times(40, 400))
        today = timezone.localdate()
        sundays = [today, *(day for day in (today - timedelta(days=back) for back in range(1, 170)) if day.isoweekday() == 7)]
        days = [today - timedelta(days=back) for back in range(status_over_time.MOST[status_over_time.DAY])]
        for by, ends in (("month", month_ends()), ("week", sundays), ("day", days)):
            expected = past.counted(ends)
            page = listings.ALL[OVER_TIME].cells({"by": by}, actor=ground.actor)
            names = [column.name for column in page[0]]
            found = [dict(zip(names, cells, strict=True)) for cells in page[1]]
            slugs = {str(status.label).lower().replace(" ", "_"): status for status in Status}
            numbers = dict(Item.objects.values_list("number", "pk"))
            assert {(row["day"], numbers[row["item"]], slugs[row["status"]]): row["units"] for row in found} == expected
            whole = status_over_time.totals(actor=ground.actor, params={"by": by}).units
            sums: Counter[tuple[date, int]] = Counter()
            for (day, _, status), count in expected.items():
                sums[day, status] += count
            assert whole == sums


def test_today_is_what_the_list_of_units_shows_and_filters_narrow_rows_and_totals(ground: Ground) -> None:
    ground.brought(R, 3)
    gone = ground.brought(W, 2)
    ground.do(Kind.RE_ENTERED, gone[:1], to={"status": int(R), "location_id": ground.shelf.pk}, document=ground.papers["WO"], reason="so")
    undo(actor=ground.actor, entry=ground.receive(4))
    found = rows(ground, OVER_TIME, item=f'="{ground.item.number}"')
    assert {(row["status"], row["units"]) for row in found} == {("received", 4), ("written_off", 1)}
    assert rows(ground, OVER_TIME, item="nothing-has-this") == []
    assert [row["units"] for row in rows(ground, OVER_TIME, status="written_off", q=ground.item.number)] == [1]
    only = status_over_time.totals(actor=ground.actor, params={"status": "!received"})
    assert only.units == {(timezone.localdate(), int(W)): 1}
    page = listings.ALL[OVER_TIME].read({"by": "fortnight"}, actor=ground.actor)
    assert list(page.errors) == ["by"]


def test_ages_begin_when_the_day_says_and_each_filter_finds_its_units(ground: Ground) -> None:
    today = timezone.localdate()
    units = ground.brought(R, 12)
    for unit, days in zip(units, (0, 30, 31, 90, 91, 180, 181, 365, 366, 900, 5), strict=False):
        Serial.objects.filter(pk=unit).update(received_on=today - timedelta(days=days))
    Serial.objects.filter(pk=units[-1]).update(received_on=None)
    ground.brought(W, 2)
    Lot.objects.filter(pk=ground.lots[LotStatus.RECEIVED].pk).update(cost=2_500_000)
    found = {row["age"]: row for row in rows(ground, AGEING)}
    assert {age: (row["units"], str(row["value"])) for age, row in found.items()} == {
        "0-30": (3, "7.5"), "31-90": (2, "5"), "91-180": (2, "5"), "181-365": (2, "5"), "over-365": (2, "5"), "unknown": (1, "2.5"),
    }  # fmt: skip
    for total in ageing.totals(actor=ground.actor, params={}):
        behind = listings.ALL["serials"].read({"status": "received", "received_on": ageing.received_on(total.age)}, actor=ground.actor)
        assert (behind.errors, behind.count) == ({}, total.units), ageing.AGES[total.age - 1].label
    assert [total.units for total in ageing.totals(actor=ground.actor, params={"item": "nothing-has-this"})] == [0] * 5


@pytest.mark.parametrize("report", [OVER_TIME, AGEING])
def test_reports_take_as_many_statements_for_many_units_as_for_few(ground: Ground, report: str) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            rows(ground, report, item="*")
        return len(caught)

    ground.brought(R, 1)
    few = statements()
    ground.brought(R, 60)
    assert statements() == few
