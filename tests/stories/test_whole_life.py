"""The whole life of a drive over the API: bought, inspected, built in, shipped, back, replaced, rejected; another comes for it.

Whose it is, where it is, and under which warranty: at each step, and afterwards as of any day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nameplate.demo.days import Days
from nameplate.ledger import verify
from nameplate.models import Serial, User
from nameplate.operations.cataloguing.bills import Part, set_bill
from nameplate.operations.cataloguing.items import create_item, edit_item
from tests.api.asking import Program, program_of
from tests.api.stock import Placed, placed

POD, DRIVE, SPARE = "SP-1", "WD-2", "WD-4"
SHELF, CUSTOMER = "Depot · A1", "Kestrel Archive"


@dataclass
class Life:
    """Who asks, and by which entry and on which day each step was done."""

    program: Program
    bought: Placed
    customer: str
    clock: Days
    entries: dict[str, str] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, ago: int) -> Iterator[None]:
        """What is done in it happens so many working days ago, by one entry that is remembered."""
        with self.clock.on(ago):
            yield
            self.days[name] = self.clock.ahead(0).isoformat()
            self.entries[name] = self.program.get("/entries?sort=-recorded_at").json["items"][0]["id"]

    def read(self, number: str) -> Any:
        """The unit."""
        return self.program.get(f"/serials/{Serial.objects.get(number=number, withdrawn=False).pk}").json

    def stands(self, number: str) -> tuple[Any, ...]:
        """Status, place, customer, product around it."""
        row = self.read(number)
        return row["status"], row["location"], row["customer"], row["product"]

    def stood(self, number: str, step: str) -> tuple[Any, ...] | None:
        """The same as of the end of the day of a step; None before it was known."""
        day, unit = self.days[step], self.read(number)
        steps = [row for row in self.program.get(unit["history"]).json["items"] if row["product"] is None]
        rows = [row for row in steps if row["happened_at"][:10] <= day]
        if not rows:
            return None
        homes = self.program.get(f"{unit['href']}/products").json["products"]
        inside = [home["product"] for home in homes if home["since"][:10] <= day < (home["until"] or "9")[:10]]
        if not inside:
            return rows[-1]["status"], rows[-1]["location"], rows[-1]["customer"], None
        around = self.stood(inside[0], step)
        assert around is not None
        return rows[-1]["status"], *around[1:3], inside[0]

    def inside(self, step: str) -> list[str]:
        """What was in the pod at the end of the day of a step, by bay."""
        address = f"{self.read(POD)['href']}/components?on={self.days[step]}"
        return [part["serial"] for part in sorted(self.program.get(address).json["components"], key=lambda part: part["place"])]

    def cannot_be_undone(self, step: str, paper: str) -> None:
        """What came after stands in the way, and its paper is named."""
        refused = self.program.post(f"/entries/{self.entries[step]}/reversal")
        assert (refused.status, refused.json["rule"]) == (409, "later-entries"), refused.content
        assert paper in " ".join([cause["label"] for cause in refused.json["causes"]]), refused.json


def begun(manager: User, clock: Days) -> Life:
    """Four drives of an inspected item are on order; a pod takes three of them."""
    program = program_of(manager)
    bought = placed(program, {"HDD": 4})
    drive = edit_item(actor=manager, item=int(bought.items["HDD"]), version=1, requires_inspection=True)
    pod = create_item(actor=manager, number="POD", made=True, bought=False, warranty_months=24)
    set_bill(actor=manager, item=pod, version=pod.version, parts=[Part(drive, 3, "bay 1..bay 3")])
    return Life(program, bought, program.made("/customers", {"name": CUSTOMER})["id"], clock)


def come_to_be(life: Life) -> str:
    """Bought, inspected, built in, shipped; the shipment's number."""
    program, place = life.program, life.bought.location
    with life.step("bought", 60):
        life.bought.receive(program, ["WD-1", DRIVE, "WD-3", SPARE])
    assert (life.stands(DRIVE), life.read(DRIVE)["availability"]) == (("received", SHELF, None, None), ["on_hold"])
    with life.step("inspected", 58):
        paper = program.get("/inspections").json["items"][0]
        passed = [{"serial": f"WD-{number}", "verdict": "passed"} for number in (1, 2, 3, 4)]
        program.made(f"/inspections/{paper['id']}/verdicts", {"units": passed})
    assert life.read(DRIVE)["availability"] == ["available"]
    life.cannot_be_undone("bought", paper["number"])
    with life.step("built", 50):
        item = program.get("/items?number=POD").json["items"][0]["id"]
        order = program.made("/manufacturing-orders", {"item": item, "quantity": "1", "location": place})
        parts = [{"serial": f"WD-{bay}", "place": f"bay {bay}"} for bay in (1, 2, 3)]
        program.made(f"/manufacturing-orders/{order['id']}/completions", {"products": [{"serial": POD, "parts": parts}]})
    assert life.stands(DRIVE) == ("consumed", SHELF, None, POD)
    life.cannot_be_undone("inspected", order["number"])
    with life.step("shipped", 40):
        sale = program.made("/customer-orders", {"customer": life.customer, "lines": [{"item": item, "quantity": "1"}]})
        shipment = program.made("/shipments", {"orders": [sale["id"]]})
        program.made(f"{shipment['href']}/picks", {"serials": [POD]})
        program.made(f"{shipment['href']}/departure")
    assert life.stands(POD) == ("shipped", None, CUSTOMER, None)
    assert life.stands(DRIVE) == ("consumed", None, CUSTOMER, POD)
    life.cannot_be_undone("built", shipment["number"])
    return str(shipment["number"])


def come_back(life: Life, shipment: str) -> None:
    """Returned, repaired with another drive, shipped back: the return itself takes three requests."""
    program, place, warranty = life.program, life.bought.location, life.read(POD)["warranty_until"]
    with life.step("returned", 12):
        paper = program.made("/returns", {"customer": life.customer, "serials": [POD], "location": place, "complaint": "Bay 2 is red."})
    assert life.stands(POD) == ("returned", SHELF, CUSTOMER, None)
    assert life.stands(DRIVE) == ("consumed", SHELF, CUSTOMER, POD)
    [unit] = program.get(paper["href"]).json["unit_list"]
    assert (unit["in_warranty"], life.read(POD)["warranty_until"], life.read(POD)["shipment"]) == (True, warranty, shipment)
    life.cannot_be_undone("shipped", paper["number"])
    with life.step("in repair", 11):
        program.made(f"{paper['href']}/repairs", {"serials": [POD], "fault": "Bay 2 is red."})
    with life.step("replaced", 10):
        swap = {"old_serial": DRIVE, "new_serial": SPARE}
        program.made("/replacements", {"swaps": [swap], "fate": "rejected", "location": place, "reason": "Clicks"})
    assert life.stands(DRIVE) == ("rejected", SHELF, CUSTOMER, None)
    assert life.stands(SPARE) == ("consumed", SHELF, CUSTOMER, POD)
    with life.step("shipped back", 8):
        back = program.made(f"{paper['href']}/shipments", {"serials": [POD], "work": "Drive in bay 2 replaced.", "test": "24 h"})
    assert (back["status"], back["unit_list"][0]["outcome"]) == ("resolved", "repair_and_ship_back")
    assert life.stands(POD) == ("shipped", None, CUSTOMER, None)
    assert life.read(POD)["warranty_until"] == warranty


def be_replaced(life: Life) -> None:
    """The drive goes to its vendor, who sends another."""
    program = life.program
    with life.step("at its vendor", 5):
        vendor = program.get("/vendors").json["items"][0]["id"]
        paper = program.made("/vendor-returns", {"vendor": vendor, "serials": [DRIVE], "reason": "Clicks"})
    assert life.stands(DRIVE)[:2] == ("written_off", None)
    life.cannot_be_undone("replaced", paper["number"])
    with life.step("another came", 2):
        another = {"serial": DRIVE, "received": "WD-9"}
        program.made(f"{paper['href']}/replacements", {"replacements": [another], "location": life.bought.location})
    assert life.stands("WD-9") == ("received", SHELF, None, None)
    [gone] = life.read(DRIVE)["vendor_returns"]
    assert gone["received_id"] == life.read("WD-9")["id"]


def test_over_the_api(db: None, manager: User) -> None:
    clock = Days()
    with clock.on(62):
        life = begun(manager, clock)
    come_back(life, come_to_be(life))
    be_replaced(life)

    assert {step: life.stood(DRIVE, step) for step in life.days} == {
        "bought": ("received", SHELF, None, None),
        "inspected": ("received", SHELF, None, None),
        "built": ("consumed", SHELF, None, POD),
        "shipped": ("consumed", None, CUSTOMER, POD),
        "returned": ("consumed", SHELF, CUSTOMER, POD),
        "in repair": ("consumed", SHELF, CUSTOMER, POD),
        "replaced": ("rejected", SHELF, CUSTOMER, None),
        "shipped back": ("rejected", SHELF, CUSTOMER, None),
        "at its vendor": ("written_off", None, CUSTOMER, None),
        "another came": ("written_off", None, CUSTOMER, None),
    }
    assert [life.stood(SPARE, step) for step in ("built", "replaced", "another came")] == [
        ("received", SHELF, None, None),
        ("consumed", SHELF, CUSTOMER, POD),
        ("consumed", None, CUSTOMER, POD),
    ]
    was, now = ["WD-1", DRIVE, "WD-3"], ["WD-1", SPARE, "WD-3"]
    assert [life.inside(step) for step in ("inspected", "built", "in repair", "replaced", "another came")] == [[], was, was, now, now]
    assert life.stood("WD-9", "at its vendor") is None
    assert verify() == []
