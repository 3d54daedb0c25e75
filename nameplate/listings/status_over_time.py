"""Units by status over time: how many units of each item stood in each status at the end of each month, week or day.

A unit stands as its last movement by then says that changed its placement and was not undone since. Each such movement takes the unit out
of one count and puts it into another, so a count is the sum of what came and went before: the ledger is read once, whatever is asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from nameplate import access
from nameplate.listings import links
from nameplate.listings.closed_sets import chosen
from nameplate.listings.columns import Choice, Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_items_of
from nameplate.listings.sql import Sql, fetch, postgresql
from nameplate.listings.standing import STANDS, day_literal, end_of, moment_literal
from nameplate.listings.summing import summed
from nameplate.models import Entry, Status
from nameplate.models.entries import ENTRY_STEP

DAY, WEEK, MONTH = 1, 2, 3
STEPS = (Choice(MONTH, "month", "Month"), Choice(WEEK, "week", "Week"), Choice(DAY, "day", "Day"))
MOST = {MONTH: 120, WEEK: 104, DAY: 92}
"""How many ends of each are told, back from today."""
_ITEM = Link("item", links.ITEM, "s.item_id", nullable=False)
_BY = Column("by", "Each", "s.step", "choice", order="s.step", choices=STEPS, default_shown=False)
_COLUMNS = (
    Column("day", "At the end of", "s.day", "date", order="s.day"),
    Column("item", "Item", "t.number", "link", _ITEM, key="t.number_key", order="t.number_key", noun="items", ref="item_id"),
    Column("description", "Description", "t.description", via=_ITEM, key="t.description_key"),
    Column("group", "Item group", 't."group"', via=_ITEM, default_shown=False),
    Column("status", "Status", "s.status", "choice", order="s.status", choices=choices_of(Status.choices)),
    Column("units", "Units", "s.units", "number", order="s.units"),
    _BY,
)

# What is withdrawn stands in no status (0), as what is not yet there.
_STOOD = (
    "SELECT m.serial_id, m.seq, {end} AS n, CASE WHEN m.withdrawn THEN 0 ELSE m.status END AS status FROM nameplate_movement m "
    f"JOIN nameplate_entry e ON e.id = m.entry_id WHERE {STANDS}"
)
_CAME_AND_WENT = (
    "SELECT i.item_id, t.status, t.past, t.n, COUNT(*) AS units FROM (SELECT x.serial_id, x.n, x.status, "
    "LAG(x.status, 1, 0) OVER (PARTITION BY x.serial_id ORDER BY x.seq) AS past FROM stood x) t "
    "JOIN nameplate_serial i ON i.id = t.serial_id WHERE t.status <> t.past GROUP BY i.item_id, t.status, t.past, t.n"
)
_CHANGED = (
    "SELECT item_id, status, n, CAST(SUM(units) AS bigint) FROM (SELECT item_id, status, n, units FROM moved WHERE status <> 0 "
    "UNION ALL SELECT item_id, past, n, -units FROM moved WHERE past <> 0) b GROUP BY item_id, status, n ORDER BY item_id, status, n"
)
_ROWS = (
    "SELECT (p.code * 8 + c.status) * {above} + c.item_id AS id, {by} AS step, p.day, c.item_id, c.status, "
    "CAST(SUM(COALESCE(d.units, 0)) OVER (PARTITION BY c.item_id, c.status ORDER BY p.n) AS bigint) AS units "
    "FROM (SELECT DISTINCT item_id, status FROM changed) c CROSS JOIN ends p "
    "LEFT JOIN changed d ON d.item_id = c.item_id AND d.status = c.status AND d.n = p.n"
)
"""`code` tells day, step and status, so that an id means the same row tomorrow; {above} lies above every item's id."""


def ends_of(step: int) -> list[date]:
    """The last days of the months, weeks (Sundays) or days since the first act, oldest first; the last is today."""
    today = timezone.localdate()
    first = Entry.objects.order_by("happened_at").values_list("happened_at", flat=True).first()
    since = today if first is None else timezone.localdate(first)
    found = [today]
    while found[-1] > since and len(found) < MOST[step]:
        found.append(_end_before(found[-1], step))
    return found[::-1]


def _end_before(day: date, step: int) -> date:
    if step == MONTH:
        return day.replace(day=1) - timedelta(days=1)
    return day - timedelta(days=1 if step == DAY else day.isoweekday())


def _made(params: Mapping[str, str]) -> str:
    """The rows for the steps that `by` asks for; for months, where it asks for none."""
    asked = chosen(_BY, params.get("by", ""))
    wanted = [int(step) for step in asked] if params.get("by", "").strip() and not isinstance(asked, str) else []
    return f"({' UNION ALL '.join(_rows_of(step) for step in wanted or [MONTH])}) s"


def _rows_of(step: int) -> str:
    days = ends_of(step)
    bounds = [end_of(day) or datetime.combine(date.max, time(), timezone.get_default_timezone()) for day in days]
    ends = ", ".join(f"({n}, {day_literal(day)}, {day.toordinal() * 4 + step})" for n, day in enumerate(days))
    stood = _STOOD.format(end=_first_after("e.happened_at", bounds))
    # Read once: a page asks its rows three times, and the picture over it once more.
    changed = fetch(Sql(f"WITH stood AS ({stood}), moved AS ({_CAME_AND_WENT}) {_CHANGED}"))
    rows = _ROWS.format(by=step, above=ENTRY_STEP)
    return f"SELECT * FROM (WITH ends(n, day, code) AS (VALUES {ends}), changed AS ({_written(changed)}) {rows}) q WHERE q.units > 0"


def _written(changed: Sequence[tuple[int, ...]]) -> str:
    """Rows of (item, status, end, units) as SQL: they are numbers, and of our own."""
    names = ("item_id", "status", "n", "units")
    if postgresql():
        columns = zip(*changed, strict=True) if changed else ((),) * len(names)
        arrays = ", ".join(f"'{{{','.join(map(str, column))}}}'::bigint[]" for column in columns)
        return f"SELECT * FROM unnest({arrays}) AS u({', '.join(names)})"
    picks = ", ".join(f"json_extract(u.value, '$[{place}]') AS {name}" for place, name in enumerate(names))
    return f"SELECT {picks} FROM json_each('{json.dumps(changed)}') u"


def _first_after(moment: str, bounds: Sequence[datetime]) -> str:
    """SQL of which of the sorted `bounds` is the first behind `moment`, by halving; one more than the last where none is."""
    return _halved(bounds, 0, len(bounds), lambda at: f"{moment} < {moment_literal(bounds[at])}")


def _halved(bounds: Sequence[datetime], low: int, high: int, before: Callable[[int], str]) -> str:
    if low == high:
        return str(low)
    middle = (low + high) // 2
    below, above = _halved(bounds, low, middle, before), _halved(bounds, middle + 1, high, before)
    return f"CASE WHEN {before(middle)} THEN {below} ELSE {above} END"


STATUS_OVER_TIME = Listing(
    name="reports/status-over-time",
    label="Units by status over time",
    table="",
    made=_made,
    columns=_COLUMNS,
    natural=(),
    section="stock",
    search=search_items_of("s.item_id"),
    search_tips="Item or its description",
    sort="-day,item,status",
)


@dataclass(frozen=True, slots=True)
class Totals:
    """Over all rows that a search finds: the units in each status at each end, oldest first."""

    step: int
    days: Sequence[date]
    units: Mapping[tuple[date, int], int]


def totals(*, actor: access.Actor, params: Mapping[str, str]) -> Totals:
    """The same search added up over its items. Where several steps are asked for, the coarsest."""
    by, sums = "s.step, s.day, s.status", "CAST(SUM(s.units) AS bigint)"
    rows = summed(STATUS_OVER_TIME, actor=actor, params=params, by=by, sums=sums)
    step = max((row[0] for row in rows), default=MONTH)
    units = {(day if isinstance(day, date) else date.fromisoformat(day), status): count for by, day, status, count in rows if by == step}
    return Totals(step, sorted({day for day, _ in units}), units)
