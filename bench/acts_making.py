"""What manufacturing does in one call: products made, parts used, pods with all their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from bench.left import Side
from bench.product import Answer, Client
from bench.shelf import LOCATION, Shelf
from bench.store import Store

PODS, BAYS, SUPPLIES = 50, 45, 2
EACH = 50


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
