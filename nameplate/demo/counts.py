"""Two shelves counted: one count posted with what was missing and what lay in the wrong place, one still under way."""

from __future__ import annotations

from nameplate.demo.desk import Desk
from nameplate.models import Document, Location, ReasonKind, Serial, Status
from nameplate.operations import counting, reasons
from nameplate.operations.counting import Scan

NOT_FOUND = 2
"""Drives of the counted shelf that nobody found."""
STRAY = 3
"""Drives that lay there and should have been on another shelf."""


def count_shelves(desk: Desk) -> None:
    """What the manager and the operator counted together."""
    count = _started(desk, desk.places["Drives A-02"], notes="Quarterly count of the Seagate shelf.")
    there = _numbers(desk.places["Drives A-02"])
    strays = _numbers(desk.places["Drives A-01"])[:STRAY]
    half = len(there) // 2
    _scan(desk, count, there[:half], by_manager=True)
    _scan(desk, count, [*there[half:-NOT_FOUND], *strays, "5YD-unreadable"], by_manager=False)
    lost = next(one for one in reasons.reasons(ReasonKind.WRITE_OFF) if one.name == "Lost")
    counting.post_count(actor=desk.manager, count=count, reason=lost, note="Strays were put where they lay.")
    under_way = _started(desk, desk.places["Power B-01"], notes="The rest after lunch.")
    _scan(desk, under_way, _numbers(desk.places["Power B-01"])[:20], by_manager=False)


def _started(desk: Desk, place: Location, *, notes: str) -> Document:
    count = counting.create_count(actor=desk.manager, location_ids=[place.pk], notes=notes)
    return counting.start(actor=desk.manager, count=count)


def _numbers(place: Location) -> list[str]:
    found = Serial.objects.filter(location=place, status=Status.RECEIVED, parent=None, withdrawn=False, transfer=None, hold="")
    return list(found.order_by("sort_key").values_list("number", flat=True))


def _scan(desk: Desk, count: Document, numbers: list[str], *, by_manager: bool) -> None:
    scans = [Scan(f"demo-{at}", number) for at, number in enumerate(numbers)]
    counting.record_scans(actor=desk.manager if by_manager else desk.operator, count=count, scans=scans)
