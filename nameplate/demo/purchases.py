"""What the demo company bought over fourteen months: orders in every status, received in parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from nameplate.demo.desk import Desk, Lines, day, only_line
from nameplate.models import Document, DocumentStatus, Item, Tracking, User
from nameplate.operations import purchasing
from nameplate.operations.purchasing.approving import edit_rules
from nameplate.operations.receiving import LineReceipt


@dataclass(frozen=True)
class Purchase:
    """An order as it went: who sold what, when it was ordered, and on which later days which share of it came."""

    vendor: str
    lines: Lines
    ordered: int
    """Days ago."""
    received: tuple[tuple[int, int], ...] = ()
    """(days ago, percent of what was ordered)"""
    place: str = ""
    batch: str = ""


PAST = (
    Purchase("Tolomei Distribution", (("HDD-3T-W", 360),), 425, ((408, 60), (396, 40)), "Drives A-01", "WD-2441"),
    Purchase("Harbour Drives", (("HDD-3T-S", 540),), 398, ((377, 100),), "Drives A-02", "KD-118"),
    Purchase("Pinewood Electronics", (("PSU-760", 40), ("FAN-120", 120)), 390, ((369, 100),), "Power B-01", "R7"),
    Purchase("Aldermere Fasteners", (("SCR-632", 20000), ("CBL-SATA", 900)), 388, ((371, 100),), "Hardware C-01"),
    Purchase("Nordlicht Components", (("BP-5", 90),), 380, ((352, 50), (338, 50)), "Boards B-02", "NL-0093"),
    Purchase("Tolomei Distribution", (("HDD-3T-H", 450),), 331, ((315, 100),), "Drives A-03", "HT-5520"),
    Purchase("Harbour Drives", (("HDD-3T-S", 720),), 290, ((270, 25), (262, 75)), "Drives A-02", "KD-131"),
    Purchase("Pinewood Electronics", (("PSU-760", 60),), 255, ((236, 100),), "Power B-01", "R8"),
    Purchase("Tolomei Distribution", (("HDD-4T-H", 540), ("HDD-3T-W", 180)), 214, ((197, 100),), "Drives A-01", "HT-6101"),
    Purchase("Harbour Drives", (("HDD-3T-S", 360), ("HDD-3T-H", 270)), 160, ((141, 100),), "Drives A-03", "KD-140"),
    Purchase("Nordlicht Components", (("BP-5", 60), ("FAN-120", 200), ("TIM-4", 40)), 122, ((104, 100),), "Boards B-02", "NL-0107"),
    Purchase("Tolomei Distribution", (("HDD-4T-H", 630),), 76, ((58, 40), (44, 30)), "Drives A-01", "HT-6188"),
    Purchase("Pinewood Electronics", (("PSU-760", 80),), 47, ((21, 50),), "Power B-01", "R9"),
)


def buy(desk: Desk) -> None:
    """Fourteen months of buying, each order received as it came."""
    for purchase in PAST:
        order = desk.order(purchase.vendor, purchase.lines, purchase.ordered)
        for days, percent in purchase.received:
            _receive(desk, order, purchase, days, percent)


def _receive(desk: Desk, order: Document, purchase: Purchase, days: int, percent: int) -> None:
    """A share of every line, entered later with the day on which it came."""
    lines = zip(purchasing.progress(order), purchase.lines, strict=True)
    shares = [_share(desk, known.line.pk, known.item, ordered * percent // 100, purchase.batch, days) for known, (_, ordered) in lines]
    desk.receive(order, shares, purchase.place, days)


def _share(desk: Desk, line_id: int, item: Item, count: int, batch: str, days: int) -> LineReceipt:
    if item.tracking == Tracking.SERIAL:
        return LineReceipt(line_id, desk.numbers.take(item.number, count), vendor_batch=batch)
    expires_on = None if item.shelf_life_days is None else day(days) + timedelta(days=item.shelf_life_days)
    return LineReceipt(line_id, quantity=count, vendor_batch=batch, expires_on=expires_on)


def leave_work(desk: Desk, administrator: User) -> None:
    """Orders that wait for whoever looks around: announced by number, shipped, ordered, approved, new, asked for."""
    announced = desk.order("Tolomei Distribution", (("HDD-4T-H", 120),), 26)
    numbers = desk.numbers.take("HDD-4T-H", 72)
    purchasing.plan_numbers(actor=desk.manager, line=only_line(announced), numbers=numbers, note="From the vendor’s advice.")
    purchasing.mark_shipped(actor=desk.manager, order=announced, shipped_on=day(4))
    desk.order("Harbour Drives", (("HDD-3T-S", 180), ("HDD-3T-H", 90)), 9)
    edit_rules(actor=administrator, version=0, approval=True)
    approved = desk.draw_up("Nordlicht Components", (("BP-5", 120),), 2)
    purchasing.approve(actor=administrator, order=approved)
    desk.draw_up("Aldermere Fasteners", (("SCR-632", 10000),))
    desk.draw_up("Pinewood Electronics", (("PSU-760", 100), ("FAN-120", 150)), status=DocumentStatus.RFQ)
