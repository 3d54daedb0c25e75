"""What stands at a moment: what had happened by then, without what was undone since.

*As of a day* is what had happened by the end of it in the company's time zone, whenever it was recorded.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from nameplate.ledger.kinds import Kind
from nameplate.listings.sql import postgresql

# Reversals are left out: taking away what they undo leads back to the placement before by itself. `UNDONE` is what one leaves on the units
# that it took back, which need not be all of the entry's; of a product whose components changed it leaves `REFITTED`, as that has no
# placement of its own.
_UNDOES = (
    "SELECT 1 FROM nameplate_entry r JOIN nameplate_movement u ON u.entry_id = r.id AND u.serial_id = m.serial_id AND u.kind {kinds} "
    "WHERE r.reverses_id = m.entry_id"
)
_PLACED = f"m.placed AND m.kind <> {Kind.REFITTED.value}"
_ONLY_UNDONE = f"= {Kind.UNDONE.value}"
STANDS = f"{_PLACED} AND e.reverses_id IS NULL AND NOT EXISTS ({_UNDOES.format(kinds=_ONLY_UNDONE)})"
"""The movement `m` of the entry `e` changed its unit's placement and was not undone since."""

WHOLLY = "e.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM nameplate_entry r WHERE r.reverses_id = e.id AND NOT r.partial)"
"""The entry `e` was not undone wholly: what it did to lots and goods stands."""

ACTS, IS_ITS_ACT = "nameplate_entry w CROSS JOIN nameplate_entry e", "w.id = m.entry_id AND e.id = COALESCE(w.reverses_id, w.id)"
"""The act `e` to which a movement of goods `m` belongs: what an undo for some of its units took back belongs to the act that it undid."""


def end_of(on: date | None) -> datetime | None:
    """The first moment of the next day in the company's time zone."""
    if on is None or on >= date.max:
        return None
    return timezone.make_aware(datetime.combine(on + timedelta(days=1), time()))


def day_literal(day: date) -> str:
    """A day of our own in SQL."""
    return f"'{day.isoformat()}'::date" if postgresql() else f"'{day.isoformat()}'"


def moment_literal(moment: datetime) -> str:
    """A moment of our own in SQL, as the database keeps moments."""
    stored = f"'{connection.ops.adapt_datetimefield_value(moment)}'"
    return f"{stored}::timestamptz" if postgresql() else stored


def by_end_of(day: date) -> str:
    """The condition that the entry `e` happened by the end of the day."""
    end = end_of(day)
    return "1 = 1" if end is None else f"e.happened_at < {moment_literal(end)}"


def one_happened(by_then: str, kinds: str = f"IN ({Kind.UNDONE.value}, m.kind)") -> str:
    """The condition that a movement `m` of one unit, of whatever kind, had happened by then and was not undone since.

    PostgreSQL looks into these subqueries by their keys, once for each movement, whatever it knows of the tables' sizes; joins it would
    make by reading all entries, or all movements, for each unit as long as it knows nothing.
    """
    return (
        f"(SELECT e.reverses_id IS NULL AND {by_then} FROM nameplate_entry e WHERE e.id = m.entry_id) "
        f"AND ({_UNDOES.format(kinds=kinds)} LIMIT 1) IS NULL"
    )


def one_stands(by_then: str) -> str:
    """The condition that a movement `m` of one unit had changed its placement by then and was not undone since."""
    return f"{_PLACED} AND {one_happened(by_then, _ONLY_UNDONE)}"


def last_standing(unit: str, by_then: str) -> str:
    """SQL of the seq of the movement that says how the unit of that id stood; NULL where it was not there yet."""
    return f"(SELECT m.seq FROM nameplate_movement m WHERE m.serial_id = {unit} AND {one_stands(by_then)} ORDER BY m.seq DESC LIMIT 1)"
