"""Acts on units in stock: moved, rejected, inspected, written off."""

from __future__ import annotations

from bench.custom_fields import COLUMNS
from bench.left import Side
from bench.product import Answer, Client
from bench.shelf import NEAR, Shelf
from bench.store import Store


def _reason(store: Store, kind: str, name: str) -> str:
    """Only an administrator makes reasons, and the benchmark is none."""
    columns = "kind, name, name_key, position, archived, version"
    store.execute(f"INSERT INTO nameplate_reason ({columns}) VALUES ('{kind}', '{name}', '{name.lower()}', 1, FALSE, 1)")
    return str(store.query("SELECT max(id) FROM nameplate_reason")[0][0])


class Inspect:
    """Verdicts on units of an inspection: one in a hundred fails, the others pass by sample but for one that was looked at."""

    name = "inspect"

    def __init__(self, store: Store, client: Client, size: int) -> None:
        self.client, self.size, self.shelf = client, size, Shelf(store, client, [size])
        self.failing = size // 100
        self.reason = _reason(store, "rejection", "Dead")

    def prepare(self, turn: str) -> tuple[Side, Side]:
        ours, theirs = (self._opened(one) for one in self.shelf.fill(turn))
        return ours, theirs

    def _opened(self, side: Side) -> Side:
        """What fails and what passes are runs of their own: they come to stand differently."""
        paper = self.client.post("/api/v1/inspections", {"serials": side.numbers[0]}).json()
        run, at = side.units[0], self.failing
        return Side([run[:at], run[at:]], side.numbers, side.lots, [int(paper["id"])])

    def ask(self, side: Side) -> Answer:
        failed, looked_at = side.numbers[0][: self.failing], side.numbers[0][self.failing]
        units = [{"serial": number, "verdict": "failed", "reason": self.reason} for number in failed]
        verdicts = {"units": [*units, {"serial": looked_at, "verdict": "passed"}], "rest_by_sample": True}
        return self.client.post(f"/api/v1/inspections/{side.documents[0]}/verdicts", verdicts)


class Move:
    """To another shelf of the site."""

    name = "move"

    def __init__(self, store: Store, client: Client, size: int) -> None:
        self.client, self.size, self.shelf = client, size, Shelf(store, client, [size])

    def prepare(self, turn: str) -> tuple[Side, Side]:
        return self.shelf.fill(turn)

    def ask(self, side: Side) -> Answer:
        return self.client.post("/api/v1/moves", {"serials": side.numbers[0], "location": NEAR})


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
        self.reason = _reason(store, "write-off", "Lost")

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
