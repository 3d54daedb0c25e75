"""Shelves counted every few months: posted with what was missing and what lay in the wrong place; one count is still under way."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from nameplate.demo.days import Story
from nameplate.demo.desk import HOME, Desk
from nameplate.demo.pictures import label_of
from nameplate.models import CountScan, Document, ExpectedUnit, Location, ReasonKind, ScanVerdict, Serial, Status
from nameplate.operations import counting
from nameplate.operations.counting import Scan
from nameplate.operations.re_entering import re_enter

PAST = (
    (500, "Drives A-01", 1, 0),
    (382, "Drives A-02", 0, 2),
    (310, "Drives A-03", 1, 1),
    (190, "Drives A-01", 0, 4),
    (102, "Drives A-03", 1, 2),
)
"""Working days ago, the shelf, how many drives nobody found there, and how many lay there that should have been on the next one."""


def counts(desk: Desk) -> Iterator[Story]:
    """Those of the past, the one of last week, one that waits for the afternoon, one that is drawn up."""
    yield from (_counted(desk, *past) for past in PAST)
    yield _last(desk)
    yield _under_way(desk)


def _counted(desk: Desk, days: int, shelf: str, missing: int, strays: int) -> Story:
    """Counted in an afternoon and posted the day after; what had strayed is carried home later."""
    yield days
    count = _started(desk, desk.places[shelf], notes="Quarterly count.")
    free = _numbers(desk.places[shelf])
    found = _beside(desk, shelf)[:strays]
    _scan(desk, count, [*_but(count, free[len(free) - missing :]), *found], by_manager=False)
    yield days - 1
    _post(desk, count, "Strays were put where they lay." if strays else "")
    yield days - 3
    for item, home in HOME.items():
        desk.move(desk.lying(item, shelf, number__in=found), home)


def _last(desk: Desk) -> Story:
    """Two people scanned. Two drives were not found, of which one turned up since; one is built in by the books; a label is torn."""
    yield 15
    count = _started(desk, desk.places["Drives A-02"], notes="Quarterly count of the Seagate shelf.")
    missing = _numbers(desk.places["Drives A-02"])[-2:]
    there = _but(count, missing)
    half = len(there) // 2
    _scan(desk, count, there[:half], by_manager=True)
    used = Serial.objects.filter(status=Status.CONSUMED, withdrawn=False).order_by("sort_key")[0]
    _scan(desk, count, [*there[half - 1 :], *_beside(desk, "Drives A-02")[:3], used.number, "5YD-unreadable"], by_manager=False)
    torn = CountScan.objects.get(count=count.pk, verdict=ScanVerdict.UNKNOWN)
    note = "Seagate, label torn off below the bar code; lay at the very back."
    counting.describe_scan(actor=desk.operator, count=count, scan=torn.pk, note=note, photo=label_of("5YD", torn=True))
    yield 14
    _post(desk, count, "Strays were put where they lay.")
    yield 11
    found = Serial.objects.filter(number=missing[-1], item=desk.items["HDD-3T-S"]).get()
    place = desk.places["Drives A-02"].pk
    re_enter(actor=desk.operator, unit_ids=[found.pk], location_id=place, reason="Behind the rack.")


def _under_way(desk: Desk) -> Story:
    yield 1
    count = _started(desk, desk.places["Power B-01"], notes="The rest after lunch.")
    _scan(desk, count, _numbers(desk.places["Power B-01"])[:12], by_manager=False)
    counting.create_count(actor=desk.manager, location_ids=[desk.places["Spares S-01"].pk], blind=True, notes="Blind, by two people.")


def _started(desk: Desk, place: Location, *, notes: str) -> Document:
    count = counting.create_count(actor=desk.manager, location_ids=[place.pk], notes=notes)
    return counting.start(actor=desk.manager, count=count)


def _post(desk: Desk, count: Document, note: str) -> None:
    counting.post_count(actor=desk.manager, count=count, reason=desk.reason(ReasonKind.WRITE_OFF, "Lost"), note=note)


def _beside(desk: Desk, shelf: str) -> list[str]:
    """What lies free on another shelf."""
    return _numbers(desk.places[next(other for other in HOME.values() if other != shelf)], reserved_line=None)


def _numbers(place: Location, **which: object) -> list[str]:
    found = Serial.objects.filter(location=place, status=Status.RECEIVED, parent=None, withdrawn=False, transfer=None, hold="", **which)
    return list(found.order_by("sort_key").values_list("number", flat=True))


def _but(count: Document, missing: Collection[str]) -> list[str]:
    """All that the count expects, what is on hold with the rest, but for these."""
    expected = Serial.objects.filter(pk__in=ExpectedUnit.objects.filter(count=count.pk).values("serial")).order_by("sort_key")
    return list(expected.exclude(number__in=missing).values_list("number", flat=True))


def _scan(desk: Desk, count: Document, numbers: list[str], *, by_manager: bool) -> None:
    scans = [Scan(f"demo-{at}", number) for at, number in enumerate(numbers)]
    counting.record_scans(actor=desk.manager if by_manager else desk.operator, count=count, scans=scans)
