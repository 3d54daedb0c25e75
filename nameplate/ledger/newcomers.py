"""Rows of units that had none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nameplate.ledger import bulk
from nameplate.ledger.moves import Newcomers
from nameplate.ledger.state import STATE, State, availability_of

SERIAL_COLUMNS = ("id", "item_id", "number", "key", "sort_key", "notes", "custom", *STATE, "availability", "outermost_id")
SERIAL_TAIL = ("earlier_id", "last_entry_id", "version")


def insert_new(rows: Iterable[tuple[Any, ...]], stretches: Iterable[tuple[int, int]]) -> None:
    """Insert rows for units that have none, however many items they are of: one bulk write. `stretches` are their ids, first to last."""
    bulk.insert("nameplate_serial", (*SERIAL_COLUMNS, *SERIAL_TAIL), rows)
    for first, last in stretches:
        bulk.index_keys(first, last)


def new_rows(
    new: Newcomers,
    unit_ids: Sequence[int],
    states: Sequence[State],
    outermost: Sequence[int],
    *,
    entry_id: int,
    version: int,
    earlier: Mapping[tuple[int, str], int],
) -> Iterator[tuple[Any, ...]]:
    """The rows of units that have none. `earlier` maps (item, key) to the withdrawn unit that bore the number before."""
    item, customs = new.item_id, new.custom or [None] * len(new.numbers)
    availability = {state: availability_of(state) for state in set(states)}
    for unit, number, key, sort_key, custom, state, root in zip(
        unit_ids, new.numbers, new.keys, new.sort_keys, customs, states, outermost, strict=True
    ):
        before = earlier.get((item, key)) if earlier else None
        yield unit, item, number, key, sort_key, "", custom, *state, availability[state], root, before, entry_id, version


def earlier_holders(newcomers: Sequence[Newcomers]) -> dict[tuple[int, str], int]:
    """The newest withdrawn unit of each (item, key) that had one. One statement, however many items."""
    if not newcomers:
        return {}
    rows = bulk.query(
        f"SELECT item_id, key, max(id) FROM nameplate_serial WHERE withdrawn AND key IN {bulk.text_set()} GROUP BY item_id, key",
        [bulk.texts(key for new in newcomers for key in new.keys)],
    )
    return {(item, key): unit for item, key, unit in rows}
