"""Units on a shelf for an act to be measured: so many for the product and as many, alike, for the floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import orjson

from bench.company import PLACES
from bench.left import Side
from bench.product import Answer, Client
from bench.store import Store

LOCATION, NEAR, FAR = "3", "4", str(PLACES + 2 + 3)
"""Where units lie, the first storage location of the first site; one beside it; and one at another site."""


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


def naming_newest(store: Store, answer: Answer) -> Answer:
    """An answer that is a paper with several entries in time; the newest entry of all is what it was asked for."""
    answer.json()
    return replace(answer, body=orjson.dumps({"entry": store.query("SELECT max(id) FROM nameplate_entry")[0][0]}))
