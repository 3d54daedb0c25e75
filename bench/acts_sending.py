"""Acts by which units leave: reserved for a customer order and shipped; sent to another site, and received there."""

from __future__ import annotations

from dataclasses import replace

from bench.left import Side
from bench.product import Answer, Client
from bench.shelf import FAR, Shelf, naming_newest
from bench.store import Store


class Reserve:
    """For a line of a customer order, unit by unit."""

    name = "reserve"

    def __init__(self, store: Store, client: Client, size: int) -> None:
        self.client, self.size, self.shelf = client, size, Shelf(store, client, [size])
        self.customer = client.post("/api/v1/customers", {"name": "Measured"}).json()["id"]

    def prepare(self, turn: str) -> tuple[Side, Side]:
        ours, theirs = (self._ordered(one) for one in self.shelf.fill(turn))
        return ours, theirs

    def _ordered(self, side: Side) -> Side:
        line = {"item": self.shelf.items[0], "quantity": str(self.size)}
        order = self.client.post("/api/v1/customer-orders", {"customer": self.customer, "lines": [line]}).json()
        lines = [int(line["id"]) for line in order["lines"]]
        return Side(side.units, side.numbers, side.lots, [int(order["id"])], lines)

    def ask(self, side: Side) -> Answer:
        return self.client.post(f"/api/v1/customer-orders/{side.documents[0]}/reservations", {"serials": side.numbers[0]})


class Ship(Reserve):
    """What was picked leaves."""

    name = "ship"

    def _ordered(self, side: Side) -> Side:
        side = super()._ordered(side)
        shipment = self.client.post("/api/v1/shipments", {"orders": [str(side.documents[0])]}).json()["id"]
        self.client.post(f"/api/v1/shipments/{shipment}/picks", {"serials": side.numbers[0]}).json()
        return replace(side, documents=[*side.documents, int(shipment)])

    def ask(self, side: Side) -> Answer:
        return self.client.post(f"/api/v1/shipments/{side.documents[1]}/departure", {})


class Dispatch:
    """All units of a transfer order are on their way."""

    name = "dispatch"

    def __init__(self, store: Store, client: Client, size: int) -> None:
        self.store, self.client, self.size, self.shelf = store, client, size, Shelf(store, client, [size])

    def prepare(self, turn: str) -> tuple[Side, Side]:
        ours, theirs = (self._ordered(one) for one in self.shelf.fill(turn))
        return ours, theirs

    def _ordered(self, side: Side) -> Side:
        order = self.client.post("/api/v1/transfer-orders", {"destination": "2", "location": FAR, "serials": side.numbers[0]}).json()
        return replace(side, documents=[int(order["id"])])

    def ask(self, side: Side) -> Answer:
        return naming_newest(self.store, self._sent(side))

    def _sent(self, side: Side) -> Answer:
        return self.client.post(f"/api/v1/transfer-orders/{side.documents[0]}/shipment", {})


class Arrive(Dispatch):
    """All that is in transit under a transfer order has come."""

    name = "arrive"

    def _ordered(self, side: Side) -> Side:
        side = super()._ordered(side)
        self._sent(side).json()
        return side

    def ask(self, side: Side) -> Answer:
        answer = self.client.post(f"/api/v1/transfer-orders/{side.documents[0]}/arrivals", {"serials": side.numbers[0]})
        return naming_newest(self.store, answer)
