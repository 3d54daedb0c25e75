"""The purchase orders that a file's units stand on: new ones, one for each item and vendor, or lines of one that stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from nameplate.ledger.numbering import next_numbers
from nameplate.models import Document, DocumentKind, DocumentStatus, Item, Line, Party, PurchaseOrder, User
from nameplate.operations.cataloguing.changes import log_many
from nameplate.operations.purchasing import LineProgress, progress
from nameplate.quantities import MILLIONTHS
from nameplate.serial_text import canonical, sort_key

MOST_ORDERS = 5_000
"""New orders of one file."""


@dataclass(frozen=True, slots=True)
class Room:
    """What an order still takes, by item."""

    lines: Mapping[int, Sequence[LineProgress]]

    def left(self, item: int, *, announced: bool) -> int:
        """How many more units of an item may come, or be announced."""
        return sum(self.of_line(one, announced=announced) for one in self.lines.get(item, ()))

    @staticmethod
    def of_line(one: LineProgress, *, announced: bool) -> int:
        """The same of one line."""
        return max(one.to_come // MILLIONTHS - (one.planned if announced else 0), 0)


def room_of(number: str) -> tuple[Document | None, Room | None]:
    """The purchase order with this number, and what it still takes; (None, None) when there is none."""
    orders = Document.objects.filter(kind=DocumentKind.PURCHASE_ORDER, number_key=canonical(number))
    order = orders.select_related("party").first()
    if order is None:
        return None, None
    lines: dict[int, list[LineProgress]] = {}
    for one in progress(order):
        lines.setdefault(one.item.pk, []).append(one)
    return order, Room(lines)


@dataclass(slots=True)
class NewLine:
    """A line to be ordered: the units that came of one batch."""

    batch: str
    expires_on: dt.date | None
    custom: tuple[tuple[str, Any], ...] = ()
    """Values of the lot's custom fields."""
    units: list[int] = field(default_factory=list)
    """Their places among the file's lines."""
    line: Line | None = None


@dataclass(slots=True)
class NewOrder:
    """An order to be made: of one item, at one vendor."""

    item: Item
    vendor: Party
    lines: list[NewLine]
    document: Document | None = None


def make_orders(*, actor: User, orders: Sequence[NewOrder], status: DocumentStatus, day: dt.date) -> None:
    """Write the orders with their lines, placed on `day`; each gets the next number. A few statements, however many orders."""
    numbers = next_numbers("po", len(orders))
    for order, number in zip(orders, numbers, strict=True):
        key = canonical(number)
        order.document = Document(
            kind=DocumentKind.PURCHASE_ORDER,
            number=number,
            number_key=key,
            sort_key=sort_key(key),
            status=status,
            party=order.vendor,
            created_by=actor,
            created_at=timezone.now(),
        )
    documents = Document.objects.bulk_create(order.document for order in orders if order.document is not None)
    PurchaseOrder.objects.bulk_create(PurchaseOrder(document=document, ordered_on=day) for document in documents)
    for order in orders:
        for position, one in enumerate(order.lines, 1):
            one.line = Line(document=order.document, position=position, item=order.item, quantity=len(one.units) * MILLIONTHS)
    Line.objects.bulk_create(one.line for order in orders for one in order.lines if one.line is not None)
    log_many(actor=actor, noun="purchase-orders", changes=((document.pk, "created", "", document.number) for document in documents))
