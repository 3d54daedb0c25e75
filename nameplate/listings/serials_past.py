"""Stock → Serial numbers as it was at the end of a past day: the rows of the list made from the last movements that stand by then.

The rows have the columns of the units' own, so that each column, filter and order of the list means the same of the past. Numbers, notes
and custom fields are those of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from nameplate.ledger.kinds import Kind
from nameplate.ledger.state import STATE
from nameplate.ledger.verifying.units import AVAILABILITY
from nameplate.listings.columns import Column
from nameplate.listings.engine import Listing
from nameplate.listings.sql import Sql, fetch, postgresql
from nameplate.listings.standing import by_end_of, last_standing, one_happened, one_stands
from nameplate.listings.write_offs import why_written_off
from nameplate.models import Status

OWN = ("id", "item_id", "number", "key", "sort_key", "notes", "custom")
"""Columns that a unit has by itself, whatever the day."""
NAMING_UNITS = frozenset({"q", "serial", "chosen", "withdrawn"})
"""Parameters that find units which are withdrawn by now."""
EVER_PRODUCTS = "t.id IN (SELECT c.parent_id FROM nameplate_component c WHERE c.parent_id IS NOT NULL)"


def as_it_was(listing: Listing, day: date, params: Mapping[str, str]) -> Listing:
    """The list at the end of the day. Units that were not there yet, or whose coming was undone since, are not in it."""
    by_then = by_end_of(day)
    every = not NAMING_UNITS.isdisjoint(params) or _withdrawn_since(by_then)
    # Worded as in the index of the natural order, as long as nothing is missed by it.
    live = "" if every else " AND NOT i.withdrawn"
    columns = tuple(_then(column, by_then) for column in listing.columns)
    return replace(listing, table=f"({rows(by_then, live)}) s", columns=columns, walked=listing.natural, walked_where_set=())


def rows(by_then: str, also: str = "") -> str:
    """SELECT of the units as they stood when the condition `by_then` held for no later entry. `also` narrows them: `AND …`."""
    placed = [f"{_placed(name, by_then)} AS {name}" for name in STATE]
    selected = [
        *(f"i.{name}" for name in OWN),
        *placed,
        f"{AVAILABILITY} AS availability",
        f"CASE WHEN m.parent_id IS NULL THEN i.id ELSE {_around('id', by_then)} END AS outermost_id",
        f"{_last_entry(by_then)} AS last_entry_id",
    ]
    if postgresql():
        # Of a lateral subquery it is certain that it is looked into once for each unit, by the key of movements.
        last = (
            f"LATERAL (SELECT m.* FROM nameplate_movement m WHERE m.serial_id = i.id AND {one_stands(by_then)} "
            "ORDER BY m.seq DESC LIMIT 1) m WHERE 1 = 1"
        )
    else:
        last = f"nameplate_movement m WHERE m.serial_id = i.id AND m.seq = {last_standing('i.id', by_then)}"
    return f"SELECT {', '.join(selected)} FROM nameplate_serial i CROSS JOIN {last}{also}"


def _placed(name: str, by_then: str) -> str:
    """A column of the placement, as the unit's row repeats it: a component is where its outermost product is, and whose that is."""
    if name == "lot_id":
        return f"CASE WHEN m.status = {Status.PLANNED.value} AND NOT m.withdrawn THEN {_expected_in(by_then)} ELSE m.lot_id END"
    if name == "location_id":
        return f"CASE WHEN m.parent_id IS NULL THEN m.location_id ELSE {_around(name, by_then)} END"
    if name == "customer_id":
        return f"CASE WHEN m.parent_id IS NULL THEN m.customer_id ELSE COALESCE({_around(name, by_then)}, m.customer_id) END"
    return _warranty(by_then) if name == "warranty_until" else f"m.{name}"


def _around(column: str, by_then: str) -> str:
    """A column of the outermost product around the component `m`."""
    product = "p.serial_id, p.parent_id, p.location_id, p.customer_id FROM {}nameplate_movement p WHERE p.serial_id = {}.parent_id"
    last = f"p.seq = {last_standing('p.serial_id', by_then)}"
    return (
        f"(WITH RECURSIVE up(id, parent_id, location_id, customer_id) AS (SELECT {product.format('', 'm')} AND {last} "
        f"UNION SELECT {product.format('up CROSS JOIN ', 'up')} AND {last}) SELECT up.{column} FROM up WHERE up.parent_id IS NULL)"
    )


def _expected_in(by_then: str) -> str:
    """The lot of a number that is expected: the undo of a receipt may have put it into another than it was announced in."""
    return (
        "COALESCE((SELECT u.lot_id FROM nameplate_movement u CROSS JOIN nameplate_entry e WHERE e.id = u.entry_id AND u.serial_id = i.id "
        f"AND u.seq > m.seq AND u.kind = {Kind.UNDONE.value} AND u.status = {Status.PLANNED.value} AND NOT u.withdrawn AND {by_then} "
        "ORDER BY u.seq DESC LIMIT 1), m.lot_id)"
    )


def _warranty(by_then: str) -> str:
    """The warranty date is undone by itself: it is what was said of it last, not what the last placement carries along."""
    return (
        "(SELECT m.warranty_until FROM nameplate_movement m WHERE m.serial_id = i.id "
        f"AND (m.seq = 1 OR (m.edits -> 'warranty_until') IS NOT NULL) AND {one_happened(by_then)} ORDER BY m.seq DESC LIMIT 1)"
    )


def _last_entry(by_then: str) -> str:
    return f"(SELECT m.entry_id FROM nameplate_movement m WHERE m.serial_id = i.id AND {one_happened(by_then)} ORDER BY m.seq DESC LIMIT 1)"


def _withdrawn_since(by_then: str) -> bool:
    """Whether any unit was in the list then that is withdrawn by now."""
    last = last_standing("i.id", by_then)
    sql = (
        "SELECT 1 FROM nameplate_serial i CROSS JOIN nameplate_movement m WHERE i.withdrawn AND m.serial_id = i.id "
        f"AND m.seq = {last} AND NOT m.withdrawn LIMIT 1"
    )
    return bool(fetch(Sql(sql)))


def _then(column: Column, by_then: str) -> Column:
    """The column as of then, where it reads more than the list's own row."""
    if column.via is not None and column.via.among:
        # Products of today are not those of then.
        return replace(column, via=replace(column.via, among=EVER_PRODUCTS))
    if column.name == "lot_status":
        status = _lot_status(by_then)
        return replace(column, value=status, order=status)
    if column.name == "write_off_reason":
        why = why_written_off(by_then)
        return replace(column, value=why, order=why)
    return column


def _lot_status(by_then: str) -> str:
    """The status of the linked lot, without what was undone of it since."""
    undone = (
        "SELECT 1 FROM nameplate_entry r JOIN nameplate_lotmovement z ON z.entry_id = r.id AND z.lot_id = y.lot_id "
        "WHERE r.reverses_id = y.entry_id"
    )
    return (
        "COALESCE((SELECT y.status FROM nameplate_lotmovement y CROSS JOIN nameplate_entry e WHERE e.id = y.entry_id AND y.lot_id = t.id "
        f"AND {by_then} AND NOT EXISTS ({undone}) ORDER BY y.seq DESC LIMIT 1), t.status)"
    )
