"""Acts on ten thousand units in one call, and fifty pods of 47 parts in one submit, each beside the rows that it leaves, written bare.

To measure one more act, add a class with `prepare` and `ask` to `ACTS`; its floor follows from what it leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from bench.custom_fields import COLUMNS
from bench.databases import Kind
from bench.left import ActFloor, Side, before, read_left
from bench.measuring import Series
from bench.product import Answer, Client, served
from bench.seeding import account, template
from bench.store import Store
from bench.writing import UNITS

LOCATION = "3"
PODS, BAYS, SUPPLIES = 50, 45, 2
EACH = 50


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
    return int(made.get("entry", made)["id"])


class Shelf:
    """Units on a shelf, received two sides at a time: lines of one order, for each item one for either side."""

    def __init__(self, store: Store, client: Client, sizes: Sequence[int], turns: int = 40) -> None:
        self.store, self.client, self.sizes = store, client, sizes
        vendor = client.post("/api/v1/vendors", {"name": f"Measured {sizes}"}).json()["id"]
        self.items = [client.post("/api/v1/items", {"number": f"MEASURED-{at}"}).json()["id"] for at in range(len(sizes))]
        lines = [{"item": item, "quantity": str(size * turns)} for item, size in zip(self.items, sizes, strict=True) for _ in range(2)]
        order = client.post("/api/v1/purchase-orders", {"vendor": vendor, "lines": lines}).json()
        self.order = client.post(f"/api/v1/purchase-orders/{order['id']}/order", {}).json()

    def fill(self, turn: str) -> tuple[Side, Side]:
        """So many more of each, in lots of their own."""
        numbers = [[f"{side}{turn}{at}-{index:07d}" for index in range(size)] for at, size in enumerate(self.sizes) for side in ("P", "Q")]
        lines = [{"line": line["id"], "serials": found} for line, found in zip(self.order["lines"], numbers, strict=True)]
        data = {"lines": lines, "location": LOCATION}
        entry = self.client.post(f"/api/v1/purchase-orders/{self.order['id']}/receipts", data).json()["id"]
        runs = [self._run(int(entry), found) for found in numbers]
        sides = [[(run, found) for run, found in zip(runs, numbers, strict=True)][at::2] for at in range(2)]
        ours, theirs = (
            Side(units=[run for (run, _), _ in one], numbers=[found for _, found in one], lots=[lot for (_, lot), _ in one])
            for one in sides
        )
        return ours, theirs

    def _run(self, entry: int, numbers: Sequence[str]) -> tuple[range, int]:
        mark = self.store.mark
        sql = f"SELECT min(id), max(id), count(*), min(lot_id) FROM nameplate_serial WHERE last_entry_id = {mark} AND number LIKE {mark}"
        first, last, count, lot = self.store.query(sql, [entry, numbers[0].rpartition("-")[0] + "-%"])[0]
        if last - first + 1 != count or count != len(numbers):
            raise RuntimeError("The units of one line did not get ids in one run.")
        return range(first, last + 1), int(lot)


class Reject:
    """Failed units go to a lot of their own."""

    name = "reject"

    def __init__(self, store: Store, client: Client, size: int) -> None:
        self.client, self.size, self.shelf = client, size, Shelf(store, client, [size])

    def prepare(self, turn: str) -> tuple[Side, Side]:
        return self.shelf.fill(turn)

    def ask(self, side: Side) -> Answer:
        return self.client.post("/api/v1/rejections", {"serials": side.numbers[0], "reason": "Measured."})


class WriteOff:
    """Lost units, under a document."""

    name = "write off"

    def __init__(self, store: Store, client: Client, size: int) -> None:
        self.client, self.size, self.shelf = client, size, Shelf(store, client, [size])
        columns = "kind, name, name_key, position, archived, version"
        # Only an administrator makes reasons, and the benchmark is none.
        store.execute(f"INSERT INTO nameplate_reason ({columns}) VALUES ('write-off', 'Lost', 'lost', 1, FALSE, 1)")
        self.reason = str(store.query("SELECT max(id) FROM nameplate_reason")[0][0])

    def prepare(self, turn: str) -> tuple[Side, Side]:
        return self.shelf.fill(turn)

    def ask(self, side: Side) -> Answer:
        return self.client.post("/api/v1/write-offs", {"serials": side.numbers[0], "reason": self.reason})


class BulkEdit:
    """The warranty date and a custom field of all of them set, each to one value."""

    name = "bulk edit"

    def __init__(self, store: Store, client: Client, size: int) -> None:
        self.client, self.size, self.shelf = client, size, Shelf(store, client, [size])
        # Only an administrator makes fields, and the benchmark is none.
        columns = COLUMNS.removeprefix("id, ")
        values = "'serials', 'grade', 'Grade', 'grade', 'text', FALSE, '', '[]', FALSE, 1, FALSE, TRUE, 1, '2026-01-01 00:00:00'"
        store.execute(f"INSERT INTO nameplate_customfield ({columns}) VALUES ({values})")

    def prepare(self, turn: str) -> tuple[Side, Side]:
        return self.shelf.fill(turn)

    def ask(self, side: Side) -> Answer:
        data = {"units": [str(unit) for unit in side.ids], "warranty_until": "2031-03-31", "custom": {"grade": "Tested twice"}}
        return self.client.post("/api/v1/serials/edits", data)


class Orders:
    """Manufacturing orders for a product, two at a time, started."""

    def __init__(self, store: Store, client: Client, product: dict[str, Any], parts: Sequence[dict[str, str]] = ()) -> None:
        self.store, self.client = store, client
        item = client.post("/api/v1/items", {**product, "made": True}).json()
        self.item = item["id"]
        if parts:
            bill = orjson.dumps({"parts": parts, "version": item["version"]})
            client.ask("PUT", f"/api/v1/items/{self.item}/bill", bill).json()

    def place(self, quantity: int, shelf: tuple[Side, Side] = (Side(), Side())) -> tuple[Side, Side]:
        """An order for either side, with its lines and its target lot."""
        ours, theirs = (self._side(quantity, one) for one in shelf)
        return ours, theirs

    def _side(self, quantity: int, shelf: Side) -> Side:
        made = self.client.post("/api/v1/manufacturing-orders", {"item": self.item, "quantity": str(quantity), "location": LOCATION})
        order = int(made.json()["id"])
        self.client.post(f"/api/v1/manufacturing-orders/{order}/start", {}).json()
        mark = self.store.mark
        lines = [row[0] for row in self.store.query(f"SELECT id FROM nameplate_line WHERE document_id = {mark} ORDER BY position", [order])]
        lots = [row[0] for row in self.store.query(f"SELECT id FROM nameplate_lot WHERE source_id = {mark} ORDER BY id", [order])]
        return Side(shelf.units, shelf.numbers, [*shelf.lots, *lots], [order], lines)


def _finish(client: Client, side: Side, completion: dict[str, Any]) -> Answer:
    return client.post(f"/api/v1/manufacturing-orders/{side.documents[0]}/completions", completion)


class Produce:
    """Products with numbers of their own, of which no parts are followed."""

    name = "produce"

    def __init__(self, store: Store, client: Client, size: int) -> None:
        self.client, self.size, self.turn = client, size, ""
        self.orders = Orders(store, client, {"number": "MADE"})

    def prepare(self, turn: str) -> tuple[Side, Side]:
        self.turn = turn
        return self.orders.place(self.size)

    def ask(self, side: Side) -> Answer:
        return _finish(self.client, side, {"products": [{"serial": f"M{self.turn}-{index:07d}"} for index in range(self.size)]})


class Consume:
    """Units that an order uses, not known in which product: fifty for each."""

    name = "consume"

    def __init__(self, store: Store, client: Client, size: int) -> None:
        self.client, self.size, self.shelf = client, size, Shelf(store, client, [size])
        parts = [{"component": self.shelf.items[0], "quantity": str(EACH)}]
        self.orders = Orders(store, client, {"number": "MADE", "tracking": "lot"}, parts)

    def prepare(self, turn: str) -> tuple[Side, Side]:
        return self.orders.place(self.size // EACH, self.shelf.fill(turn))

    def ask(self, side: Side) -> Answer:
        return _finish(
            self.client, side, {"quantity": str(self.size // EACH), "used": [{"part": str(side.lines[1]), "serials": side.numbers[0]}]}
        )


class AsBuilt:
    """Fifty pods, each with 45 drives in their bays and two power supplies."""

    name = "as-built, parts"
    size = PODS * (BAYS + SUPPLIES)

    def __init__(self, store: Store, client: Client, size: int) -> None:
        self.client, self.turn = client, ""
        self.shelf = Shelf(store, client, [PODS * BAYS, PODS * SUPPLIES])
        drive, supply = self.shelf.items
        parts = [
            {"component": drive, "quantity": str(BAYS), "places": f"bay 1..bay {BAYS}"},
            {"component": supply, "quantity": str(SUPPLIES), "places": "left, right"},
        ]
        self.orders = Orders(store, client, {"number": "POD"}, parts)

    def prepare(self, turn: str) -> tuple[Side, Side]:
        self.turn = turn
        return self.orders.place(PODS, self.shelf.fill(turn))

    def ask(self, side: Side) -> Answer:
        drives, supplies = side.numbers
        return _finish(self.client, side, {"products": [self._pod(drives, supplies, at) for at in range(PODS)]})

    def _pod(self, drives: Sequence[str], supplies: Sequence[str], at: int) -> dict[str, Any]:
        parts = [{"place": f"bay {bay + 1}", "serial": drives[at * BAYS + bay]} for bay in range(BAYS)]
        parts += [{"place": place, "serial": supplies[at * SUPPLIES + index]} for index, place in enumerate(("left", "right"))]
        return {"serial": f"POD{self.turn}-{at:07d}", "parts": parts}


ACTS = (AsBuilt, BulkEdit, Consume, Produce, Reject, WriteOff)
