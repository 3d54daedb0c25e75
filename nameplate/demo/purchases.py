"""What the demo company bought over fourteen months: orders in every status, received in parts, one receipt undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from nameplate.demo.numbers import Numbers
from nameplate.models import Document, DocumentStatus, Item, Location, Party, User
from nameplate.operations import purchasing
from nameplate.operations.purchasing import OrderLine
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.undoing import undo_entry


@dataclass(frozen=True)
class Purchase:
    """An order as it went: who sold what, when it was ordered, and on which later days which share of it came."""

    vendor: str
    lines: tuple[tuple[str, int], ...]
    ordered: int
    """Days ago."""
    received: tuple[tuple[int, int], ...] = ()
    """(days ago, percent of what was ordered)"""
    place: str = ""
    batch: str = ""


PAST = (
    Purchase("Tolomei Distribution", (("HDD-3T-W", 180),), 425, ((408, 60), (396, 40)), "Drives A-01", "WD-2441"),
    Purchase("Harbour Drives", (("HDD-3T-S", 270),), 398, ((377, 100),), "Drives A-02", "KD-118"),
    Purchase("Pinewood Electronics", (("PSU-760", 40), ("FAN-120", 120)), 390, ((369, 100),), "Power B-01", "R7"),
    Purchase("Aldermere Fasteners", (("SCR-632", 20000), ("CBL-SATA", 900)), 388, ((371, 100),), "Hardware C-01"),
    Purchase("Nordlicht Components", (("BP-5", 90),), 380, ((352, 50), (338, 50)), "Boards B-02", "NL-0093"),
    Purchase("Tolomei Distribution", (("HDD-3T-H", 225),), 331, ((315, 100),), "Drives A-03", "HT-5520"),
    Purchase("Harbour Drives", (("HDD-3T-S", 360),), 290, ((270, 25), (262, 75)), "Drives A-02", "KD-131"),
    Purchase("Pinewood Electronics", (("PSU-760", 60),), 255, ((236, 100),), "Power B-01", "R8"),
    Purchase("Tolomei Distribution", (("HDD-4T-H", 270), ("HDD-3T-W", 90)), 214, ((197, 100),), "Drives A-01", "HT-6101"),
    Purchase("Harbour Drives", (("HDD-3T-S", 180), ("HDD-3T-H", 135)), 160, ((141, 100),), "Drives A-03", "KD-140"),
    Purchase("Nordlicht Components", (("BP-5", 60), ("FAN-120", 200)), 122, ((104, 100),), "Boards B-02", "NL-0107"),
    Purchase("Tolomei Distribution", (("HDD-4T-H", 315),), 76, ((58, 40), (44, 30)), "Drives A-01", "HT-6188"),
    Purchase("Pinewood Electronics", (("PSU-760", 80),), 47, ((21, 50),), "Power B-01", "R9"),
)


@dataclass
class Desk:
    """Who buys and receives, and what they have at hand."""

    manager: User
    operator: User
    items: Mapping[str, Item]
    vendors: Mapping[str, Party]
    places: Mapping[str, Location]
    numbers: Numbers = field(default_factory=Numbers)


def buy(*, manager: User, operator: User, items: Mapping[str, Item], vendors: Mapping[str, Party], places: Mapping[str, Location]) -> None:
    """Fourteen months of buying, then the orders that are under way today."""
    desk = Desk(manager, operator, items, vendors, places)
    for purchase in PAST:
        order = _order(desk, purchase)
        for days, percent in purchase.received:
            _receive(desk, order, purchase, days, percent)
    _correct_a_mistake(desk)
    _leave_work_for_today(desk)


def _day(days_ago: int) -> date:
    """A working day so many days ago, or the last one before it."""
    day = timezone.localdate() - timedelta(days=days_ago)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _draw_up(
    desk: Desk, vendor: str, lines: Sequence[tuple[str, int]], days: int = 0, status: DocumentStatus = DocumentStatus.NEW
) -> Document:
    """An order drawn up so many days ago and promised for three weeks later; one that is only asked for has no reference yet."""
    initials = "".join(word[0] for word in vendor.split())
    return purchasing.create_purchase_order(
        actor=desk.manager,
        vendor=desk.vendors[vendor],
        vendor_reference="" if status == DocumentStatus.RFQ else f"{initials}-{9000 - 7 * days}",
        expected_on=_day(days - 21),
        lines=[OrderLine(item=desk.items[number], quantity=count) for number, count in lines],
        status=status,
    )


def _order(desk: Desk, purchase: Purchase) -> Document:
    order = _draw_up(desk, purchase.vendor, purchase.lines, purchase.ordered)
    return purchasing.order(actor=desk.manager, order=order, ordered_on=_day(purchase.ordered))


def _receive(desk: Desk, order: Document, purchase: Purchase, days: int, percent: int) -> None:
    """A share of every line, entered later with the day on which it came."""
    lines = zip(purchasing.progress(order), purchase.lines, strict=True)
    receive(
        actor=desk.manager,
        order=order,
        lines=[_share(desk, known.line.pk, known.item, ordered * percent // 100, purchase.batch) for known, (_, ordered) in lines],
        location_id=desk.places[purchase.place].pk,
        received_on=_day(days),
    )


def _share(desk: Desk, line_id: int, item: Item, count: int, batch: str) -> LineReceipt:
    if item.tracking == "serial":
        return LineReceipt(line_id, desk.numbers.take(item.number, count), vendor_batch=batch)
    return LineReceipt(line_id, quantity=count, vendor_batch=batch)


def _correct_a_mistake(desk: Desk) -> None:
    """A pallet received on the wrong order: the receipt is undone, and the same units come in where they belong."""
    wrong, right = (_order(desk, Purchase("Harbour Drives", (("HDD-3T-S", 45),), ordered)) for ordered in (34, 30))
    numbers = desk.numbers.take("HDD-3T-S", 45)
    entry = receive(
        actor=desk.manager,
        order=wrong,
        lines=[LineReceipt(_only_line(wrong), numbers)],
        location_id=desk.places["Drives A-02"].pk,
        received_on=_day(12),
    )
    undo_entry(actor=desk.manager, entry_id=entry.pk, reason=f"The pallet belongs to {right}, not to {wrong}.")
    receive(actor=desk.operator, order=right, lines=[LineReceipt(_only_line(right), numbers)], location_id=desk.places["Drives A-02"].pk)
    purchasing.cancel(actor=desk.manager, order=wrong, reason="Ordered twice.")


def _leave_work_for_today(desk: Desk) -> None:
    """Orders that wait for whoever looks around: announced by number, shipped, ordered, new, asked for."""
    announced = _order(desk, Purchase("Tolomei Distribution", (("HDD-4T-H", 120),), 26))
    purchasing.plan_numbers(
        actor=desk.manager, line=_only_line(announced), numbers=desk.numbers.take("HDD-4T-H", 72), note="From the vendor’s advice."
    )
    purchasing.mark_shipped(actor=desk.manager, order=announced, shipped_on=_day(4))
    _order(desk, Purchase("Harbour Drives", (("HDD-3T-S", 180), ("HDD-3T-H", 90)), 9))
    _draw_up(desk, "Aldermere Fasteners", (("SCR-632", 10000),))
    _draw_up(desk, "Pinewood Electronics", (("PSU-760", 100), ("FAN-120", 150)), status=DocumentStatus.RFQ)


def _only_line(order: Document) -> int:
    return order.lines.get().pk
