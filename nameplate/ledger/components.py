"""What follows from movements beside the unit's placement: component edges, numbers, notes and custom values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
from django.db import connection

from nameplate.ledger import bulk, custom_values, units
from nameplate.ledger.moves import Goods
from nameplate.ledger.projecting import NOTED
from nameplate.ledger.state import EMPTY, PARENT, PLACE, USED_BY, edge_of
from nameplate.ledger.stepping import EDITS, Act
from nameplate.models import Entry
from nameplate.models.custom_fields import FieldNoun
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Conflict
from nameplate.serial_text import prepare

EDGE_COLUMNS = ("parent_id", "child_id", "lot_id", "quantity", "place", "order_id", "since_id", "until_id")


def write_edges(entry: Entry, work: Act, goods: Sequence[Goods]) -> None:
    """Close the edge that a unit leaves and open the one that it enters; the same of goods that go into a known product or leave it.

    The edges of goods that an undo concerns are `take_back_goods_edges`'s.
    """
    rows: list[tuple[Any, ...]] = []
    if work.edges_changed:
        changed = [unit for unit in work.known.values() if edge_of(unit.before) != edge_of(unit.state)]
        left = [unit.id for unit in changed if edge_of(unit.before) != _NONE]
        if left:
            bulk.execute(
                f"UPDATE nameplate_component SET until_id = %s WHERE until_id IS NULL AND child_id IN {bulk.id_set()}",
                [entry.pk, bulk.ids(left)],
            )
        now = [(unit.id, unit.state) for unit in changed]
        now += [one for batch in work.newcomers for one in zip(batch.ids, batch.states, strict=True)]
        rows = [
            (state[PARENT], unit, None, MILLIONTHS, state[PLACE], state[USED_BY], entry.pk, None)
            for unit, state in now
            if edge_of(state) != _NONE and unit not in work.used_up
        ]
    if entry.reverses_id is None:
        rows += [(g.parent_id, None, g.lot_id, -g.change, "", None, entry.pk, None) for g in goods if g.parent_id and g.change < 0]
        rows += _goods_out(entry, goods)
    if rows:
        bulk.insert("nameplate_component", EDGE_COLUMNS, rows)


_NONE = edge_of(EMPTY)


def _goods_out(entry: Entry, goods: Sequence[Goods]) -> list[tuple[Any, ...]]:
    """End the edges of goods that leave products, the oldest first; where a part of one stays, the part that goes is a row of its own.

    Refused: more than is inside.
    """
    left: dict[tuple[int, int], int] = {}
    for one in goods:
        if one.parent_id and one.change > 0:
            left[one.parent_id, one.lot_id] = left.get((one.parent_id, one.lot_id), 0) + one.change
    if not left:
        return []
    ended: list[int] = []
    shrunk: list[tuple[int, int]] = []
    rows: list[tuple[Any, ...]] = []
    for row, parent, lot, quantity, place, order, since in bulk.query(_GOODS_INSIDE, [bulk.ids({parent for parent, _ in left})]):
        gone = min(quantity, left.get((parent, lot), 0))
        if not gone:
            continue
        left[parent, lot] -= gone
        if gone == quantity:
            ended.append(row)
        else:
            shrunk.append((quantity - gone, row))
            rows.append((parent, None, lot, gone, place, order, since, entry.pk))
    if any(left.values()):
        raise Conflict("not-inside", "So much is not inside the product.", way_out="Look at what is inside, and take that out.")
    bulk.execute(f"UPDATE nameplate_component SET until_id = %s WHERE id IN {bulk.id_set()}", [entry.pk, bulk.ids(ended)])
    if shrunk:
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE nameplate_component SET quantity = %s WHERE id = %s", shrunk)
    return rows


_GOODS_INSIDE = (
    "SELECT id, parent_id, lot_id, quantity, place, order_id, since_id FROM nameplate_component "
    f"WHERE child_id IS NULL AND until_id IS NULL AND parent_id IN {bulk.id_set()} ORDER BY id"
)


def take_back_goods_edges(entry: Entry, reversed_entry: Entry, goods: Sequence[Goods]) -> None:
    """End the edges of these goods that the reversed entry built in; those that it ended go on as if it never had."""
    products = {one.parent_id for one in goods if one.parent_id is not None}
    if products:
        bulk.execute(
            "UPDATE nameplate_component SET until_id = CASE WHEN until_id IS NULL THEN %s ELSE NULL END WHERE child_id IS NULL "
            f"AND parent_id IN {bulk.id_set()} AND (until_id = %s OR (since_id = %s AND until_id IS NULL))",
            [entry.pk, bulk.ids(products), reversed_entry.pk, reversed_entry.pk],
        )


@dataclass
class Edits:
    """What the movements of an entry edit beside placements, by unit. Units of which the same is edited share it, as one object."""

    numbers: dict[int, str] = field(default_factory=dict)
    notes: dict[int, str | None] = field(default_factory=dict)
    values: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    """Custom values that changed, by slug."""
    had: dict[str, list[int]] = field(default_factory=dict)
    """By slug, the units that had a value which changed."""
    custom: dict[int, str | None] = field(default_factory=dict)
    """What the row holds after them, as JSON."""
    shared: dict[str, str | None] = field(default_factory=dict)
    """Columns that all units of the entry have alike after it: they are written with the rows' placements, so each row is written once."""
    own: dict[str, Mapping[int, str | None]] = field(default_factory=dict)
    """Columns of which each unit of the entry has its own value after it, written so as well."""

    @property
    def columns(self) -> dict[str, Mapping[int, str | None]]:
        """What rows hold after the entry, by column."""
        return {"notes": self.notes, "custom": self.custom}


class _Edited(NamedTuple):
    """One movement's edits, apart by where they are written; kept with the object that they were read from."""

    edits: Mapping[str, Sequence[Any]]
    number: str | None
    notes: str | None
    values: Mapping[str, Any]
    had: Sequence[str]


def edits_of(work: Act) -> Edits:
    """What is to be written of numbers, notes and custom values."""
    found = Edits()
    read: dict[int, _Edited] = {}
    for unit, _, rest in work.movements:
        edits = rest[EDITS]
        if not edits:
            continue
        one = read.get(id(edits))
        if one is None:
            one = read[id(edits)] = _edited(edits)
        if one.number is not None:
            found.numbers[unit] = one.number
        if one.notes is not None:
            found.notes[unit] = one.notes
        # New units begin with theirs: their rows are written with them.
        if one.values and unit in work.known:
            found.values[unit] = {**found.values[unit], **one.values} if unit in found.values else one.values
            for slug in one.had:
                found.had.setdefault(slug, []).append(unit)
    _gather_rows(work, found)
    return found


def _edited(edits: Mapping[str, Sequence[Any]]) -> _Edited:
    number, notes = (edits[name][1] if name in edits else None for name in ("number", "notes"))
    own = {name.removeprefix(CUSTOM): pair for name, pair in edits.items() if name.startswith(CUSTOM)}
    values, had = {slug: now for slug, (_, now) in own.items()}, [slug for slug, (before, _) in own.items() if before is not None]
    return _Edited(edits, number, notes, values, had)


CUSTOM = "custom."


_NOTHING: Mapping[str, Any] = {}


def _gather_rows(work: Act, found: Edits) -> None:
    """What rows hold of notes and custom values after the entry, and how it is written: with their placements where all are known."""
    everyone = all(unit.edits is not None for unit in work.known.values())
    if found.notes and everyone:
        found.notes = {unit.id: found.notes.get(unit.id, unit.noted("notes")) for unit in work.known.values()}
    texts: dict[tuple[int, int], tuple[Any, Any, str | None]] = {}
    for unit in (work.known if everyone else found.values) if found.values else ():
        held, new = work.known[unit].edits or _NOTHING, found.values.get(unit, _NOTHING)
        known = texts.get(key := (id(held), id(new)))
        if known is None:
            before = {name.removeprefix(CUSTOM): value for name, value in held.items() if name.startswith(CUSTOM)}
            known = texts[key] = (held, new, _as_row({**before, **new}))
        found.custom[unit] = known[2]
    for column, values in found.columns.items():
        if not values or values.keys() != work.known.keys():
            continue
        if len(different := set(values.values())) == 1:
            found.shared[column] = different.pop()
        else:
            found.own[column] = values


def write_edits(entry: Entry, found: Edits) -> None:
    """Bring numbers, notes and custom values of units up to date, but for what was written with their rows."""
    if found.numbers:
        _write_numbers(entry, found.numbers)
    if found.values:
        custom_values.write(FieldNoun.SERIALS, found.values, had=found.had)
    for column, values in found.columns.items():
        if values and column not in found.shared and column not in found.own:
            bulk.assign("nameplate_serial", column, NOTED[column], values)


def _as_row(values: Mapping[str, Any]) -> str | None:
    kept = {name: value for name, value in values.items() if value is not None}
    return orjson.dumps(kept).decode() if kept else None


def _write_numbers(entry: Entry, numbers: dict[int, str]) -> None:
    """Give units new numbers and keep the old ones as names. Two steps, so that two units can swap theirs."""
    before = {pk: (item, number, key) for pk, item, number, key in units.rows_of(numbers).values_list("pk", "item_id", "number", "key")}
    prepared = prepare([numbers[unit] for unit in before])
    bulk.execute(
        f"UPDATE nameplate_serial SET key = '!' || id || '/' || key WHERE id IN {bulk.id_set()}",
        [bulk.ids(before)],
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE nameplate_serial SET number = %s, key = %s, sort_key = %s WHERE id = %s",
            list(zip(prepared.numbers, prepared.keys, prepared.sort_keys, before, strict=True)),
        )
    bulk.insert(
        "nameplate_name",
        ("serial_id", "item_id", "number", "key", "until_id"),
        [(unit, item, number, key, entry.pk) for unit, (item, number, key) in before.items()],
    )
    bulk.reindex_keys([(unit, key) for unit, (_, _, key) in before.items()])
