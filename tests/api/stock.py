"""Goods to work with, made through the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.api.asking import Program


@dataclass(frozen=True)
class Placed:
    """A purchase order that is placed: its id, a location to receive at, and the lines and items by item number."""

    id: str
    location: str
    lines: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)

    def line(self, item: str = "") -> str:
        return self.lines[item] if item else next(iter(self.lines.values()))

    def receipt(self, numbers: Sequence[str]) -> dict[str, Any]:
        """The body that receives these numbers on the first line."""
        return {"lines": [{"line": self.line(), "serials": list(numbers)}], "location": self.location}

    def receive(self, program: Program, numbers: Sequence[str]) -> Any:
        """The entry by which they were received."""
        return program.made(f"/purchase-orders/{self.id}/receipts", self.receipt(numbers))


def location(program: Program, name: str = "Depot") -> str:
    """The id of a shelf of a new site."""
    site = program.made("/sites", {"name": name})
    return str(program.made("/locations", {"site": site["id"], "name": "A1"})["id"])


def placed(program: Program, ordered: Mapping[str, int | str], *, tracking: str = "serial", at: str = "", vendor: str = "") -> Placed:
    """An order for so many of each item, placed."""
    at = at or location(program)
    vendor = vendor or program.made("/vendors", {"name": "Westdale"})["id"]
    items = {number: program.made("/items", {"number": number, "tracking": tracking})["id"] for number in ordered}
    lines = [{"item": items[number], "quantity": str(quantity)} for number, quantity in ordered.items()]
    order = program.made("/purchase-orders", {"vendor": vendor, "lines": lines})
    order = program.made(f"/purchase-orders/{order['id']}/order")
    return Placed(order["id"], at, {line["item"]: line["id"] for line in order["lines"]}, items)


def sold(program: Program, order: Placed, quantity: int = 1, **more: str) -> Any:
    """A customer order for so many of the first item of what was bought."""
    customer = more.pop("customer", "") or program.made("/customers", {"name": "Kestrel Archive"})["id"]
    lines = [{"item": next(iter(order.items.values())), "quantity": str(quantity)}]
    return program.made("/customer-orders", {"customer": customer, "lines": lines, **more})
