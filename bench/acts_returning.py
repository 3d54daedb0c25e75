"""Acts by which units come back from a customer: received under a return, and stock again."""

from __future__ import annotations

from dataclasses import replace

from bench.left import Side
from bench.product import Answer, Client
from bench.shelf import LOCATION, Shelf, naming_newest
from bench.store import Store


class Return:
    """All units of a return that the customer announced have come."""

    name = "return"

    def __init__(self, store: Store, client: Client, size: int) -> None:
        self.store, self.client, self.size, self.shelf = store, client, size, Shelf(store, client, [size])
        self.customer = client.post("/api/v1/customers", {"name": "Measured"}).json()["id"]

    def prepare(self, turn: str) -> tuple[Side, Side]:
        ours, theirs = (self._announced(one) for one in self.shelf.fill(turn))
        return ours, theirs

    def _announced(self, side: Side) -> Side:
        """Shipped to the customer, who sends them back."""
        whose = {"customer": self.customer, "serials": side.numbers[0]}
        gone = self.client.post("/api/v1/direct-shipments", whose).json()
        paper = self.client.post("/api/v1/returns", whose).json()
        return replace(side, documents=[int(gone["customer_orders"][0]["id"]), int(gone["id"]), int(paper["id"])])

    def ask(self, side: Side) -> Answer:
        return naming_newest(self.store, self._received(side))

    def _received(self, side: Side) -> Answer:
        """All that is expected: nobody names it again."""
        return self.client.post(f"/api/v1/returns/{side.documents[2]}/receipts", {"location": LOCATION})


class Restock(Return):
    """What came back is good."""

    name = "restock"

    def _announced(self, side: Side) -> Side:
        """Received too: the lot of the return comes behind the one that they go back to."""
        side = super()._announced(side)
        self._received(side).json()
        lot = self.store.query(f"SELECT lot_id FROM nameplate_serial WHERE id = {side.units[0][0]}")[0][0]
        return replace(side, lots=[*side.lots, int(lot)])

    def ask(self, side: Side) -> Answer:
        units = {"units": [str(unit) for unit in side.ids]}
        return naming_newest(self.store, self.client.post(f"/api/v1/returns/{side.documents[2]}/restocks", units))
