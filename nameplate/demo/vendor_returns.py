"""What the demo company sent back to its vendors and what came for it; and a drive that it bought back."""

from __future__ import annotations

from collections.abc import Iterator

from nameplate.demo.days import Story
from nameplate.demo.desk import HOME, Desk, units_of
from nameplate.demo.inspections import take_in
from nameplate.models import Document, Serial, Status
from nameplate.operations import sending_back
from nameplate.operations.re_entering import Occasion, re_enter

ROUNDS = (
    ("Tolomei Distribution", "HDD-3T-W", 424, 401, "TD-RMA-1182"),
    ("Harbour Drives", "HDD-3T-S", 320, 296, "HD-54310"),
    ("Tolomei Distribution", "HDD-4T-H", 230, 203, "TD-RMA-1309"),
    ("Harbour Drives", "HDD-3T-S", 152, 133, "HD-54877"),
    ("Tolomei Distribution", "HDD-3T-W", 84, 66, "TD-RMA-1422"),
)
"""Vendor, item, when what lay rejected in quarantine went there, when others came for it (working days ago), the vendor's reference."""


def vendor_returns(desk: Desk) -> Iterator[Story]:
    """What went and was replaced over the years; and what waits for the vendor's word."""
    yield from (_exchanged(desk, *one) for one in ROUNDS)
    yield _supplies(desk)
    yield _credited(desk)
    yield _waiting(desk)
    yield _bought_back(desk)


def _exchanged(desk: Desk, vendor: str, item: str, sent: int, came: int, reference: str) -> Story:
    """The vendor sent another drive for each."""
    yield sent
    units = desk.lying(item, "Quarantine", status=Status.REJECTED)
    paper = _sent(desk, vendor, units, reference, "Failed here or at a customer; see the reports.")
    yield came
    numbers = dict(zip(units, desk.numbers.take(item, len(units)), strict=True))
    place = desk.places["Receiving"].pk
    entry = sending_back.receive_replacements(actor=desk.operator, vendor_return=paper, numbers=numbers, location_id=place)
    yield from take_in(desk, paper, units_of(entry), came)


def _supplies(desk: Desk) -> Story:
    """Three power supplies, for which two others came; the third came back mended."""
    yield 21
    units = desk.free("PSU-760", 3, "Power B-01")
    paper = _sent(desk, "Pinewood Electronics", units, "PE-RA-0417", "No voltage on one rail.")
    yield 6
    fresh = desk.numbers.take("PSU-760", 2)
    sending_back.receive_replacements(
        actor=desk.operator,
        vendor_return=paper,
        numbers={units[0]: fresh[0], units[1]: fresh[1], units[2]: Serial.objects.get(pk=units[2]).number},
        location_id=desk.places["Power B-01"].pk,
        note="Two new, one mended.",
    )


def _credited(desk: Desk) -> Story:
    """Two drives, for which there was money."""
    yield 18
    drives = desk.lying("HDD-3T-S", "Quarantine", status=Status.REJECTED)[:2]
    paper = _sent(desk, "Harbour Drives", drives, "HD-55102", "Click within the first day.")
    yield 12
    version = sending_back.edit_vendor_return(actor=desk.manager, vendor_return=paper, version=1, notes="Asked twice.").version
    yield 7
    sending_back.edit_vendor_return(actor=desk.manager, vendor_return=paper, version=version, outcome="Credited with invoice 7731.")


def _waiting(desk: Desk) -> Story:
    """Two that are with their vendor now."""
    yield 4
    drives = desk.free("HDD-3T-S", 2, HOME["HDD-3T-S"])
    _sent(desk, "Harbour Drives", drives, "", "Reallocated sectors after two runs.")


def _bought_back(desk: Desk) -> Story:
    yield 10
    sold = Serial.objects.filter(status=Status.SHIPPED, parent=None, item=desk.items["HDD-4T-H"], returns=None)
    re_enter(
        actor=desk.manager,
        unit_ids=[sold.latest("shipped_on", "pk").pk],
        location_id=desk.places["Inbound"].pk,
        occasion=Occasion.BOUGHT_BACK,
        reason="The customer ordered one too many and had not opened it.",
    )


def _sent(desk: Desk, vendor: str, units: list[int], reference: str, reason: str) -> Document:
    entry = sending_back.send_to_vendor(
        actor=desk.operator, vendor=desk.vendors[vendor], unit_ids=units, vendor_reference=reference, reason=reason
    )
    assert entry.document is not None  # it has a document of its own
    return entry.document
