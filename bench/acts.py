"""Acts on ten thousand units in one call, and fifty pods of 47 parts in one submit, each beside the rows that it leaves, written bare.

To measure one more act, add a class with `prepare` and `ask` to `ACTS`. Its floor follows from what it leaves; where it changes rows that
belong to its documents or lots, in a table that no act changed so far, say so in `bench.left.CONCERNED`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from bench.acts_making import AsBuilt, Consume, Produce
from bench.acts_returning import Restock, Return
from bench.acts_sending import Arrive, Dispatch, Reserve, Ship
from bench.acts_stock import BulkEdit, Inspect, Move, Reject, WriteOff
from bench.databases import Kind
from bench.left import ActFloor, Side, before, read_left
from bench.measuring import Series
from bench.product import Answer, served
from bench.seeding import account, template
from bench.store import Store
from bench.writing import UNITS

ACTS = (AsBuilt, Consume, Produce, Inspect, Reject, WriteOff, BulkEdit, Move, Reserve, Ship, Return, Restock, Dispatch, Arrive)


@dataclass
class Acted:
    """What was measured of one act."""

    act: str
    size: int
    product: Series = field(default_factory=Series)
    floor: Series = field(default_factory=Series)


class Act(Protocol):
    """Something that is done to many units in one call."""

    @property
    def name(self) -> str:
        """What the report calls it."""

    @property
    def size(self) -> int:
        """How many units it is done to."""

    def prepare(self, turn: str) -> tuple[Side, Side]:
        """Two sides that stand alike: one for the product, one for the floor."""

    def ask(self, side: Side) -> Answer:
        """Do it: what is measured. It answers the entry, or a document with its `entry`."""


def measure(kind: Kind, turns: int, size: int) -> list[Acted]:
    """Each act so many times, on fresh copies of a company with some history."""
    source = template(kind, UNITS)
    found = []
    for act in ACTS:
        kind.copy(source, "acting")
        store = kind.open("acting")
        with served(kind.url("acting")) as product:
            found.append(_measured(store, act(store, product.program(account(kind, source).key), size), turns))
        store.close()
        kind.drop("acting")
    return found


def _measured(store: Store, act: Act, turns: int) -> Acted:
    found = Acted(act.name, act.size)
    side, _ = act.prepare("00")
    was = before(store, side)
    left = read_left(store, was, _entry(act.ask(side)))
    store.settle()
    for turn in range(1, turns + 1):
        ours, theirs = act.prepare(f"{turn:02d}")

        def product(ours: Side = ours) -> None:
            answer = act.ask(ours)
            _entry(answer)
            found.product.seconds.append(answer.seconds)

        def floor(theirs: Side = theirs, prefix: str = f"F{turn:02d}") -> None:
            found.floor.add(ActFloor(store, left, theirs, prefix))

        for one in (product, floor)[:: 1 if turn % 2 else -1]:
            one()
    return found


def _entry(answer: Answer) -> int:
    made = answer.json()
    entry = made.get("entry", made)
    return int(entry["id"] if isinstance(entry, dict) else entry)
