"""Who buys and receives in the demo company, what they have at hand, and how each of them does a thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from nameplate.demo.numbers import Numbers
from nameplate.models import Document, DocumentStatus, Entry, Item, Location, Party, User
from nameplate.operations import purchasing
from nameplate.operations.purchasing import OrderLine
from nameplate.operations.receiving import LineReceipt, receive

Lines = Sequence[tuple[str, int]]
"""Item numbers and how many of each."""


@dataclass
class Desk:
    """Who buys and receives, and what they have at hand."""

    manager: User
    operator: User
    items: Mapping[str, Item]
    vendors: Mapping[str, Party]
    places: Mapping[str, Location]
    numbers: Numbers = field(default_factory=Numbers)

    def draw_up(self, vendor: str, lines: Lines, days: int = 0, status: DocumentStatus = DocumentStatus.NEW) -> Document:
        """An order drawn up so many days ago, promised for three weeks later; one that is only asked for has no reference yet."""
        initials = "".join(word[0] for word in vendor.split())
        return purchasing.create_purchase_order(
            actor=self.manager,
            vendor=self.vendors[vendor],
            vendor_reference="" if status == DocumentStatus.RFQ else f"{initials}-{9000 - 7 * days}",
            expected_on=day(days - 21),
            lines=[OrderLine(item=self.items[number], quantity=count, price=price_of(self.items[number])) for number, count in lines],
            status=status,
        )

    def order(self, vendor: str, lines: Lines, days: int) -> Document:
        """The same, placed on that day."""
        return purchasing.order(actor=self.manager, order=self.draw_up(vendor, lines, days), ordered_on=day(days))

    def receive(self, order: Document, lines: Sequence[LineReceipt], place: str, days: int) -> Entry:
        """What came of an order so many days ago, put there."""
        return receive(actor=self.manager, order=order, lines=lines, location_id=self.places[place].pk, received_on=day(days))


def day(days_ago: int) -> date:
    """A working day so many days ago, or the last one before it."""
    found = timezone.localdate() - timedelta(days=days_ago)
    return found - timedelta(days=max(0, found.weekday() - 4))


def only_line(order: Document) -> int:
    """The id of the order's one line."""
    return order.lines.get().pk


def price_of(item: Item) -> str | None:
    """What the item costs, as a price."""
    return None if item.cost is None else f"{item.cost / 1_000_000:.4f}"
