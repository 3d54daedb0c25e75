"""Receiving and undoing through the API, and beside each the same rows written bare, turn by turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench import bare
from bench.databases import Kind
from bench.floor import Receipt, ReceiptFloor, ReversalFloor, another, read_receipt, read_reversal
from bench.measuring import Series
from bench.product import Client, served
from bench.seeding import account, template
from bench.store import Store

UNITS = 100_000
"""How many units the database holds before."""


@dataclass
class Written:
    """What was measured of receipts of one size."""

    size: int
    receive: Series = field(default_factory=Series)
    receive_floor: Series = field(default_factory=Series)
    bare: Series = field(default_factory=Series)
    undo: Series = field(default_factory=Series)
    undo_floor: Series = field(default_factory=Series)


def measure(kind: Kind, repeats: dict[int, int]) -> list[Written]:
    """For each size so many turns, on a fresh copy of a company with some history."""
    source = template(kind, UNITS)
    found = []
    for size, times in repeats.items():
        kind.copy(source, "writing")
        store = kind.open("writing")
        with served(kind.url("writing")) as product:
            turns = Turns(store, product.program(account(kind, source).key), size)
            store.settle()
            for turn in range(times):
                turns.take(turn)
        found.append(turns.found)
        store.close()
        kind.drop("writing")
    return found


class Order:
    """A purchase order that is received and undone again and again, each time with other numbers."""

    def __init__(self, client: Client, size: int) -> None:
        self.client, self.size = client, size
        made = client.post("/api/v1/purchase-orders", {"vendor": "1", "lines": [{"item": "1", "quantity": str(size)}]}).json()
        self.id, self.line = made["id"], made["lines"][0]["id"]
        client.post(f"/api/v1/purchase-orders/{self.id}/order", {}).json()

    def receive(self, prefix: str) -> tuple[float, int]:
        """Receive all of it; the seconds it took and the entry."""
        numbers = [f"{prefix}-{index:07d}" for index in range(self.size)]
        data = {"lines": [{"line": self.line, "serials": numbers}], "location": "3"}
        answer = self.client.post(f"/api/v1/purchase-orders/{self.id}/receipts", data)
        return answer.seconds, int(answer.json()["id"])

    def undo(self, entry: int) -> tuple[float, int]:
        """Undo it; the seconds it took and the reversal."""
        answer = self.client.post(f"/api/v1/entries/{entry}/reversal", {})
        return answer.seconds, int(answer.json()["id"])


class Turns:
    """One turn: the product receives, the floor receives, the product undoes, the floor undoes; every other turn the floor goes first."""

    def __init__(self, store: Store, client: Client, size: int) -> None:
        self.store, self.found = store, Written(size)
        self.order, other = Order(client, size), Order(client, size)
        document = {int(self.order.id): int(other.id)}
        self.twin = {"line_id": {int(self.order.line): int(other.line)}, "document_id": document, "source_id": document}
        _, entry = self.order.receive("PW0000")
        self.theirs = read_receipt(store, entry)
        _, reversal = self.order.undo(entry)
        self.reversal = read_reversal(store, self.theirs, reversal)
        bare.make(store)

    def take(self, turn: int) -> None:
        """Measure everything once."""
        kept: dict[str, Any] = {}

        def receive() -> None:
            seconds, kept["entry"] = self.order.receive(f"PR{turn:04d}")
            self.found.receive.seconds.append(seconds)

        def receive_floor() -> None:
            kept["receipt"] = receipt = another(self.store, self.theirs, f"PF{turn:04d}", self.twin)
            self.found.receive_floor.add(ReceiptFloor(self.store, receipt))
            self.found.bare.add(bare.insertion(self.store, receipt))

        def undo() -> None:
            self.found.undo.seconds.append(self.order.undo(kept["entry"])[0])

        def undo_floor() -> None:
            receipt: Receipt = kept["receipt"]
            self.found.undo_floor.add(ReversalFloor(self.store, self.reversal, receipt, self.theirs))

        for pair in ((receive, receive_floor), (undo, undo_floor)):
            _each(pair if turn % 2 == 0 else pair[::-1])


def _each(acts: tuple[Callable[[], None], ...]) -> None:
    for act in acts:
        act()


@dataclass
class Grown:
    """Memory of the serving processes for one receipt, in bytes."""

    size: int
    idle: int
    peak: int

    @property
    def growth(self) -> int:
        """What the receipt added at its highest."""
        return self.peak - self.idle


def memory(kind: Kind, sizes: tuple[int, ...]) -> list[Grown]:
    """For each size a product newly started, warmed by a small receipt."""
    source = template(kind, UNITS)
    found = []
    for size in sizes:
        kind.copy(source, "memory")
        with served(kind.url("memory"), NAMEPLATE_WORKERS="1") as product:
            client = product.program(account(kind, source).key)
            warm = Order(client, 100)
            warm.undo(warm.receive("MW")[1])
            order = Order(client, size)
            idle = product.resident()
            product.forget_peak()
            order.receive("MR")
            found.append(Grown(size, idle, product.peak()))
        kind.drop("memory")
    return found
