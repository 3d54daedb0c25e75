"""Who works in the demo company, what they have at hand, and how each of them does a thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from nameplate.demo.days import Days
from nameplate.demo.numbers import Numbers
from nameplate.models import (
    Availability,
    Document,
    DocumentStatus,
    Entry,
    Item,
    Location,
    Party,
    Reason,
    ReasonKind,
    Serial,
    Status,
    User,
)
from nameplate.operations import moving, purchasing
from nameplate.operations.filing import attach
from nameplate.operations.purchasing import OrderLine
from nameplate.operations.receiving import LineReceipt, receive

Lines = Sequence[tuple[str, int]]
"""Item numbers and how many of each."""

DRIVES = ("HDD-3T-W", "HDD-3T-S", "HDD-3T-H", "HDD-4T-H")
HOME = {"HDD-3T-W": "Drives A-01", "HDD-3T-S": "Drives A-02", "HDD-3T-H": "Drives A-03", "HDD-4T-H": "Drives A-03"}
"""Where drives lie once they have been looked at; everything else goes where its item says."""


@dataclass
class Desk:
    """The people, and what they have at hand."""

    administrator: User
    manager: User
    operator: User
    items: Mapping[str, Item]
    vendors: Mapping[str, Party]
    customers: Mapping[str, Party]
    places: Mapping[str, Location]
    days: Days
    numbers: Numbers = field(default_factory=Numbers)
    random: Random = field(default_factory=lambda: Random(17))  # noqa: S311  # a demo shall look the same everywhere

    def draw_up(self, vendor: str, lines: Lines, status: DocumentStatus = DocumentStatus.NEW) -> Document:
        """An order promised for three weeks later; one that is only asked for has no reference yet."""
        initials = "".join(word[0] for word in vendor.split())
        return purchasing.create_purchase_order(
            actor=self.manager,
            vendor=self.vendors[vendor],
            vendor_reference="" if status == DocumentStatus.RFQ else f"{initials}-{self.random.randrange(4_000, 9_000)}",
            expected_on=self.days.ahead(15),
            lines=[OrderLine(item=self.items[number], quantity=count, price=price_of(self.items[number])) for number, count in lines],
            status=status,
        )

    def order(self, vendor: str, lines: Lines) -> Document:
        """The same, placed at once."""
        return purchasing.order(actor=self.manager, order=self.draw_up(vendor, lines))

    def receive(self, order: Document, lines: Sequence[LineReceipt], place: str) -> Entry:
        """What came of an order, put there."""
        return receive(actor=self.operator, order=order, lines=lines, location_id=self.places[place].pk)

    def move(self, units: Sequence[int], place: str, reason: str = "") -> None:
        """To another place of the site, where there is anything to carry."""
        if units:
            moving.move_units(actor=self.operator, unit_ids=units, location_id=self.places[place].pk, reason=reason)

    def free(self, item: str, count: int, *places: str) -> list[int]:
        """So many available units that lie at one of these places, those that came first. There must be as many."""
        found = self.lying(item, *places, availability=Availability.AVAILABLE)[:count]
        assert len(found) == count, f"Only {len(found)} of {count} {item} are free at {places}."
        return found

    def lying(self, item: str, *places: str, status: Status = Status.RECEIVED, **which: object) -> list[int]:
        """The units of an item that lie at one of these places in this status, those that came first."""
        there = [self.places[place] for place in places]
        found = Serial.objects.filter(item=self.items[item], status=status, location__in=there, parent=None, withdrawn=False, **which)
        return list(found.order_by("received_on", "pk").values_list("pk", flat=True))

    def show(self, noun: str, subject: int, name: str, photo: bytes) -> None:
        """A photograph of something that is to be seen."""
        attach(actor=self.operator, noun=noun, subject=subject, name=name, data=photo)

    def reason(self, kind: ReasonKind, name: str) -> Reason:
        """The company's reason of that name."""
        return Reason.objects.get(kind=kind, name=name)

    def ahead(self, days: int) -> date:
        """The working day so many working days from now."""
        return self.days.ahead(days)


def units_of(entry: Entry) -> list[int]:
    """The units of an entry in the order in which it names them."""
    return list(dict.fromkeys(entry.movements.order_by("pk").values_list("serial_id", flat=True)))


def only_line(order: Document) -> int:
    """The id of the order's one line."""
    return order.lines.get().pk


def price_of(item: Item) -> str | None:
    """What the item costs, as a price."""
    return None if item.cost is None else f"{item.cost / 1_000_000:.4f}"
