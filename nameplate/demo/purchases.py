"""What the demo company bought over two years and a half: orders in every status, received in parts, looked at, put on their shelves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from nameplate.demo.days import Story
from nameplate.demo.desk import DRIVES, Desk, Lines, only_line, units_of
from nameplate.demo.inspections import take_in
from nameplate.models import Document, DocumentStatus, Item, Tracking
from nameplate.operations import purchasing
from nameplate.operations.purchasing.approving import edit_rules
from nameplate.operations.receiving import LineReceipt


@dataclass(frozen=True)
class Purchase:
    """An order as it went: who sold what, when it was ordered, and on which later days which share of it came."""

    vendor: str
    lines: Lines
    ordered: int
    """Working days ago."""
    received: tuple[tuple[int, int], ...]
    """(working days ago, percent of what was ordered)"""
    place: str
    """Where what is no drive is put."""
    batch: str = ""


PAST = (
    Purchase("Tolomei Distribution", (("HDD-3T-W", 225),), 632, ((614, 60), (604, 40)), "", "WD-2402"),
    Purchase("Pinewood Electronics", (("PSU-760", 30), ("FAN-120", 90)), 628, ((612, 100),), "Power B-01", "R5"),
    Purchase("Aldermere Fasteners", (("SCR-632", 12000), ("CBL-SATA", 600)), 626, ((615, 100),), "Hardware C-01"),
    Purchase("Nordlicht Components", (("BP-5", 90), ("TIM-4", 20)), 624, ((607, 50), (598, 50)), "Boards B-02", "NL-0061"),
    Purchase("Harbour Drives", (("HDD-3T-S", 90),), 560, ((544, 100),), "", "KD-118"),
    Purchase("Tolomei Distribution", (("HDD-3T-W", 225),), 492, ((474, 100),), "", "WD-2441"),
    Purchase("Tolomei Distribution", (("HDD-3T-H", 96),), 448, ((430, 100),), "", "HT-5520"),
    Purchase("Pinewood Electronics", (("PSU-760", 24),), 440, ((421, 100),), "Power B-01", "R7"),
    Purchase("Tolomei Distribution", (("HDD-4T-H", 225),), 425, ((408, 100),), "", "HT-5604"),
    Purchase("Nordlicht Components", (("BP-5", 90), ("FAN-120", 120), ("TIM-4", 40)), 398, ((384, 100),), "Boards B-02", "NL-0093"),
    Purchase("Harbour Drives", (("HDD-3T-S", 90),), 352, ((334, 50), (326, 50)), "", "KD-131"),
    Purchase("Tolomei Distribution", (("HDD-3T-W", 180),), 312, ((292, 100),), "", "WD-2503"),
    Purchase("Tolomei Distribution", (("HDD-4T-H", 180), ("HDD-3T-H", 48)), 252, ((233, 100),), "", "HT-6101"),
    Purchase("Aldermere Fasteners", (("SCR-632", 8000), ("CBL-SATA", 300)), 240, ((228, 100),), "Hardware C-01"),
    Purchase("Harbour Drives", (("HDD-3T-S", 90),), 205, ((186, 100),), "", "KD-140"),
    Purchase("Pinewood Electronics", (("PSU-760", 24),), 180, ((165, 100),), "Power B-01", "R9"),
    Purchase("Tolomei Distribution", (("HDD-3T-W", 135),), 172, ((154, 100),), "", "WD-2519"),
    Purchase("Nordlicht Components", (("BP-5", 60), ("TIM-4", 20)), 118, ((104, 100),), "Boards B-02", "NL-0107"),
    Purchase("Tolomei Distribution", (("HDD-4T-H", 150),), 92, ((74, 60), (64, 30)), "", "HT-6188"),
)


def purchases(desk: Desk) -> Iterator[Story]:
    """Each order of the past, and those that wait for whoever looks around."""
    yield from (_bought(desk, purchase) for purchase in PAST)
    yield _announced(desk)
    yield _under_way(desk)


def _bought(desk: Desk, purchase: Purchase) -> Story:
    """Ordered; each share received, looked at, put on its shelf."""
    yield purchase.ordered
    order = desk.order(purchase.vendor, purchase.lines)
    for days, percent in purchase.received:
        yield days
        lines = zip(purchasing.progress(order), purchase.lines, strict=True)
        shares = [_share(desk, known.line.pk, known.item, ordered * percent // 100, purchase.batch) for known, (_, ordered) in lines]
        drives = purchase.lines[0][0] in DRIVES
        entry = desk.receive(order, shares, "Receiving" if drives else purchase.place)
        if drives:
            yield from take_in(desk, order, units_of(entry), days)


def _share(desk: Desk, line_id: int, item: Item, count: int, batch: str) -> LineReceipt:
    if item.tracking == Tracking.SERIAL:
        return LineReceipt(line_id, desk.numbers.take(item.number, count), vendor_batch=batch)
    expires_on = None if item.shelf_life_days is None else desk.ahead(0) + timedelta(days=item.shelf_life_days)
    return LineReceipt(line_id, quantity=count, vendor_batch=batch, expires_on=expires_on)


def _announced(desk: Desk) -> Story:
    """The vendor told the numbers beforehand, and the goods are on their way."""
    yield 19
    order = desk.order("Tolomei Distribution", (("HDD-4T-H", 90),))
    yield 6
    numbers = desk.numbers.take("HDD-4T-H", 60)
    purchasing.plan_numbers(actor=desk.manager, line=only_line(order), numbers=numbers, note="From the vendor’s advice.")
    yield 3
    purchasing.mark_shipped(actor=desk.manager, order=order)


def _under_way(desk: Desk) -> Story:
    """Ordered, approved, new, asked for; and of the order of last week the vendor said that it comes no more."""
    yield 9
    unwanted: Document = desk.order("Nordlicht Components", (("FAN-120", 200),))
    yield 7
    desk.order("Harbour Drives", (("HDD-3T-S", 120), ("HDD-3T-H", 60)))
    yield 5
    purchasing.cancel(actor=desk.manager, order=unwanted, reason="Nordlicht has no fans before spring.")
    yield 2
    edit_rules(actor=desk.administrator, version=0, approval=True)
    approved = desk.draw_up("Nordlicht Components", (("BP-5", 120),))
    purchasing.approve(actor=desk.administrator, order=approved)
    yield 1
    desk.draw_up("Aldermere Fasteners", (("SCR-632", 10000),))
    desk.draw_up("Pinewood Electronics", (("PSU-760", 40), ("FAN-120", 150)), DocumentStatus.RFQ)
