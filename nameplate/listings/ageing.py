"""Ageing in stock: how many Received units of each item have lain how long since they were received, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from nameplate import access
from nameplate.listings import links
from nameplate.listings.columns import Choice, Column, Link
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_items_of
from nameplate.listings.summing import summed
from nameplate.models import Status

OLDEST = (30, 90, 180, 365)
"""The most days of each age but the last."""
AGES = (
    Choice(1, "0-30", "0–30 days"),
    Choice(2, "31-90", "31–90 days"),
    Choice(3, "91-180", "91–180 days"),
    Choice(4, "181-365", "181–365 days"),
    Choice(5, "over-365", "over a year"),
    Choice(6, "unknown", "day not known"),
)
_ITEM = Link("item", links.ITEM, "s.item_id", nullable=False)
_COLUMNS = (
    Column("item", "Item", "t.number", "link", _ITEM, key="t.number_key", order="t.number_key", noun="items", ref="item_id"),
    Column("description", "Description", "t.description", via=_ITEM, key="t.description_key"),
    Column("group", "Item group", 't."group"', via=_ITEM, default_shown=False),
    Column("age", "Received", "s.age", "choice", order="s.age", choices=AGES),
    Column("units", "Units", "s.units", "number", order="s.units"),
    Column("value", "Value", "s.value", "money", order="s.value"),
    Column("unpriced", "Without a cost", "s.unpriced", "number", order="s.unpriced", default_shown=False),
    Column("oldest", "Oldest received on", "s.oldest", "date", order="s.oldest", nullable=True),
)


def _made(_: Mapping[str, str]) -> str:
    """The rows as of today in the company's time zone."""
    today = timezone.localdate()
    young = " ".join(f"WHEN x.received_on >= '{today - timedelta(days=days)}' THEN {age}" for age, days in enumerate(OLDEST, 1))
    return (
        "(SELECT q.item_id * 8 + q.age AS id, q.item_id, q.age, COUNT(*) AS units, CAST(COALESCE(SUM(q.cost), 0) AS bigint) AS value, "
        "COUNT(*) - COUNT(q.cost) AS unpriced, MIN(q.received_on) AS oldest FROM (SELECT x.item_id, x.received_on, l.cost, "
        f"CASE WHEN x.received_on IS NULL THEN 6 {young} ELSE 5 END AS age FROM nameplate_serial x JOIN nameplate_lot l ON l.id = x.lot_id "
        f"WHERE x.status = {Status.RECEIVED.value} AND NOT x.withdrawn) q GROUP BY q.item_id, q.age) s"
    )


def received_on(age: int) -> str:
    """The filter of days that finds the units of this age, as of today."""
    today = timezone.localdate()
    if age > len(OLDEST):
        return "=" if age > len(OLDEST) + 1 else f"<{today - timedelta(days=OLDEST[-1])}"
    latest = "" if age == 1 else f"{today - timedelta(days=OLDEST[age - 2] + 1)}"
    return f"{today - timedelta(days=OLDEST[age - 1])}..{latest}"


AGEING = Listing(
    name="reports/ageing",
    label="Ageing in stock",
    table="",
    made=_made,
    columns=_COLUMNS,
    natural=(),
    section="stock",
    search=search_items_of("s.item_id"),
    search_tips="Item or its description",
    sort="-age,-units",
)


@dataclass(frozen=True, slots=True)
class AgeTotal:
    """All units of one age that a search finds; `value` in millionths, without the units whose lot has no cost."""

    age: int
    units: int
    value: int
    unpriced: int
    oldest: date | None


def totals(*, actor: access.Actor, params: Mapping[str, str]) -> Sequence[AgeTotal]:
    """The same search added up over its items, youngest first; ages that no unit has are there with nothing, but for the unknown."""
    sums = "SUM(s.units), SUM(s.value), SUM(s.unpriced), MIN(s.oldest)"
    rows = summed(AGEING, actor=actor, params=params, by="s.age", sums=sums)
    known = {row[0]: AgeTotal(row[0], int(row[1]), int(row[2]), int(row[3]), _day(row[4])) for row in rows}
    return [known.get(age, AgeTotal(age, 0, 0, 0, None)) for age in range(1, 7) if age < 6 or age in known]


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
