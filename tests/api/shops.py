"""The pod shop of `tests.pods`, seen by a program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nameplate.models import User
from tests.api.asking import Answer, Program, program_of
from tests.pods import PodShop, pod_shop


@dataclass(frozen=True)
class Bench:
    """A program that builds pods, and an order for some of them."""

    program: Program
    shop: PodShop
    order: Any

    @property
    def at(self) -> str:
        """Where the order is."""
        return f"/manufacturing-orders/{self.order['id']}"

    def part(self, item: str) -> str:
        """The id of the order's part of this item."""
        return next(str(one["id"]) for one in self.order["parts"] if one["item"] == item)

    def pod(self, number: str, drives: Sequence[str], supplies: Sequence[str]) -> dict[str, Any]:
        """One pod with these parts, by their places."""
        parts = [{"place": f"bay {bay}", "serial": drive} for bay, drive in enumerate(drives, 1)]
        parts += [{"place": place, "serial": supply} for place, supply in zip(("left", "right"), supplies, strict=True)]
        return {"serial": number, "parts": [*parts, {"lot": self.shop.backplanes}]}

    def finish(self, *pods: dict[str, Any], **more: Any) -> Answer:
        """Ask that these pods be finished."""
        return self.program.post(f"{self.at}/completions", {"products": list(pods), **more})

    def now(self) -> Any:
        """The order as it stands."""
        return self.program.get(self.at).json

    def undo(self, entry: Any) -> Any:
        """Take an entry back."""
        return self.program.made(f"/entries/{entry['id']}/reversal")


def bench(manager: User, *, quantity: int = 2, started: bool = True, drives: int = 12, bays: int = 3, **more: Any) -> Bench:
    """A shop with an order for so many pods."""
    shop, program = pod_shop(manager, drives=drives, bays=bays), program_of(manager)
    order = program.made(
        "/manufacturing-orders", {"item": str(shop.pod.pk), "quantity": str(quantity), "location": str(shop.shelf.pk), **more}
    )
    if started:
        order = program.made(f"/manufacturing-orders/{order['id']}/start")
    return Bench(program, shop, order)
