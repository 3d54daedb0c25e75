"""What a cell says beyond its own value: where a unit is when that is no location, and whose it is or was. Pages and files say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nameplate.models import Status

SLUGS = {status: status.name.lower() for status in Status}
OURS_AGAIN = frozenset({Status.RECEIVED, Status.WRITTEN_OFF})
"""The statuses of units whose customer, where they name one, is the last that they had."""
_OURS = frozenset(SLUGS[status] for status in OURS_AGAIN)
_PLACES = {
    SLUGS[Status.SHIPPED]: "at the customer",
    SLUGS[Status.CONSUMED]: "in an order, unit unknown",
    SLUGS[Status.WRITTEN_OFF]: "gone",
}

Said = tuple[str, str]
"""Words, and the column of the row that is named behind them; either may be empty."""


@dataclass(frozen=True, slots=True)
class InWords:
    """How a column is told: by the columns of the row that it `needs`, its own among them."""

    needs: tuple[str, ...]
    say: Callable[[Mapping[str, Any]], Said]

    def text(self, row: Mapping[str, Any]) -> str | None:
        """The whole as plain text; None where nothing is to be said."""
        words, name = self.say(row)
        return " ".join(filter(None, (words, row[name] if name else ""))) or None


def _where(row: Mapping[str, Any]) -> Said:
    if row["location"] is not None:
        return "", "location"
    if row["product"] is not None:
        return "in", "product"
    if row["status"] == SLUGS[Status.PLANNED]:
        return f"expected on {row['source'] or 'an order'}", ""
    return _PLACES.get(row["status"], ""), ""


def _whose(row: Mapping[str, Any]) -> Said:
    return ("last:" if row["customer"] is not None and row["status"] in _OURS else ""), "customer"


WHERE = InWords(("location", "product", "status", "source"), _where)
WHOSE = InWords(("customer", "status"), _whose)
