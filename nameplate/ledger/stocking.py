"""Quantities: what the units of an act, and goods without numbers, change at each lot and location."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from nameplate.ledger import bulk
from nameplate.ledger.moves import Goods
from nameplate.ledger.state import HOLD, LOCATION, LOT, RESERVED, STATUS, WITHDRAWN, State, spot_of
from nameplate.ledger.stepping import Act
from nameplate.models import Entry
from nameplate.quantities import MILLIONTHS

Spot = tuple[int, int]
Row = tuple[Spot, int | None, int | None, bool]
"""What becomes one movement of stock: spot, line, product; and whether it comes out of that product, since as much of it may go in."""
MOVEMENT_COLUMNS = ("entry_id", "lot_id", "location_id", "seq", "change", "balance", "line_id", "parent_id", "held", "reserved")
_STANDING = itemgetter(STATUS, WITHDRAWN, LOT, LOCATION, RESERVED, HOLD)
"""All that stock asks of a placement."""


class Tally:
    """Changes of quantity, reserved and held by (lot, location), and of quantity by line within it."""

    def __init__(self) -> None:
        self.totals: dict[Spot, list[int]] = defaultdict(lambda: [0, 0, 0])
        self.lines: dict[Row, int] = defaultdict(int)
        self.holds: dict[Row, int] = defaultdict(int)
        """As `lines`, what goods without numbers go on hold or off it: nothing else says so. Units say it themselves."""
        self.promises: dict[Row, int] = defaultdict(int)
        """The same of what is reserved for an order line, or no longer."""

    def unit(self, state: State, sign: int, line_id: int | None, count: int = 1) -> None:
        """`count` units standing like `state` come (+1) or go (-1)."""
        spot = spot_of(state)
        if spot is None:
            return
        change = sign * MILLIONTHS * count
        totals = self.totals[spot]
        totals[0] += change
        if state[RESERVED]:
            totals[1] += change
        elif state[HOLD]:
            totals[2] += change
        self.lines[spot, line_id, None, False] += change

    def goods(self, change: Goods) -> None:
        """Goods without numbers come or go."""
        spot = (change.lot_id, change.location_id)
        row = (spot, change.line_id, change.parent_id, change.parent_id is not None and change.change > 0)
        self.totals[spot][0] += change.change
        self.lines[row] += change.change
        if change.held:
            self.totals[spot][2] += change.held
            self.holds[row] += change.held
        if change.reserved:
            self.totals[spot][1] += change.reserved
            self.promises[row] += change.reserved


def _cases(work: Act) -> Iterable[Sequence[Any]]:
    """Placement before, placement after, line, and how many units of the act share them as far as stock asks."""
    cases: dict[tuple[Any, Any, int | None], list[Any]] = {}
    for case in work.cases:
        if case.before is not case.state:
            alike = (_STANDING(case.before), _STANDING(case.state), case.line_id)
            cases.setdefault(alike, [case.before, case.state, case.line_id, 0])[3] += case.count
    return cases.values()


def tally(work: Act, goods: Sequence[Goods]) -> Tally:
    """What the act changes in stock."""
    found = Tally()
    for before, state, line, count in _cases(work):
        if spot_of(before) != spot_of(state):
            found.unit(before, -1, line, count)
            found.unit(state, +1, line, count)
        elif (before[RESERVED], before[HOLD]) != (state[RESERVED], state[HOLD]):
            found.unit(before, -1, None, count)
            found.unit(state, +1, None, count)
    arrivals: dict[tuple[State, int | None], int] = defaultdict(int)
    for batch in work.newcomers:
        lines = list(map(work.line_of.get, batch.ids))
        if lines and batch.states.count(batch.states[0]) == lines.count(lines[0]) == len(lines):
            arrivals[batch.states[0], lines[0]] += len(lines)
            continue
        for case in zip(batch.states, lines, strict=True):
            arrivals[case] += 1
    for (state, line), count in arrivals.items():
        found.unit(state, +1, line, count)
    for change in goods:
        found.goods(change)
    return found


def write(entry: Entry, work: Act, goods: Sequence[Goods]) -> None:
    """Lock the stock rows in key order, change them, and append a stock movement for each change with the balance after it.

    A quantity below zero is refused by the database and explained by `collisions`.
    """
    found = tally(work, goods)
    spots = sorted(spot for spot, totals in found.totals.items() if any(totals))
    moved = ((key, change) for key, change in found.lines.items() if change or found.holds.get(key) or found.promises.get(key))
    changes = sorted(moved, key=lambda row: -row[1])
    spots = sorted(set(spots) | {key[0] for key, _ in changes})
    if not spots:
        return
    counts: dict[Spot, int] = defaultdict(int)
    for (spot, *_), _ in changes:
        counts[spot] += 1
    rows = [[*spot, *found.totals[spot], counts[spot]] for spot in spots]
    after = _change_stock(rows)
    balance = {spot: after[spot][0] - found.totals[spot][0] for spot in spots}
    seq = {spot: after[spot][1] - counts[spot] for spot in spots}
    movements = []
    for row, change in changes:
        spot, line, parent, _ = row
        balance[spot] += change
        seq[spot] += 1
        held, reserved = found.holds.get(row) or None, found.promises.get(row) or None
        movements.append((entry.pk, *spot, seq[spot], change, balance[spot], line, parent, held, reserved))
    bulk.insert("nameplate_stockmovement", MOVEMENT_COLUMNS, movements)


def _change_stock(rows: list[list[int]]) -> dict[Spot, tuple[int, int]]:
    """Apply (lot, location, quantity, reserved, held, movements) and return (quantity, version) after by (lot, location)."""
    given = bulk.table(("lot", "location", "quantity", "reserved", "held", "movements"))
    value = bulk.table_value(rows)
    bulk.execute(
        "INSERT INTO nameplate_stock (lot_id, location_id, quantity, reserved, held, version) "
        f"SELECT given.lot, given.location, 0, 0, 0, 0 FROM {given} WHERE true ORDER BY 1, 2 ON CONFLICT (lot_id, location_id) DO NOTHING",
        [value],
    )
    if bulk.is_postgresql():
        bulk.query(
            f"SELECT s.id FROM nameplate_stock s JOIN {given} ON s.lot_id = given.lot AND s.location_id = given.location "
            "ORDER BY s.lot_id, s.location_id FOR UPDATE OF s",
            [value],
        )
    answer = bulk.query(
        "UPDATE nameplate_stock SET quantity = nameplate_stock.quantity + given.quantity, "
        "reserved = nameplate_stock.reserved + given.reserved, held = nameplate_stock.held + given.held, "
        f"version = nameplate_stock.version + given.movements FROM {given} "
        "WHERE nameplate_stock.lot_id = given.lot AND nameplate_stock.location_id = given.location "
        "RETURNING nameplate_stock.lot_id, nameplate_stock.location_id, nameplate_stock.quantity, nameplate_stock.version",
        [value],
    )
    return {(lot, location): (quantity, version) for lot, location, quantity, version in answer}
