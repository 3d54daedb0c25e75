"""What the demo company sent back to its vendors and what came for it; and a drive that it bought back."""

from __future__ import annotations

from nameplate.demo.desk import Desk, day, only_line
from nameplate.models import Serial, Status
from nameplate.operations import sending_back
from nameplate.operations.re_entering import Occasion, re_enter
from nameplate.operations.receiving import LineReceipt


def send_back(desk: Desk) -> None:
    """Three power supplies, for which two others came and the third came back mended; two drives, which were credited; two that wait."""
    units = _bought(desk, "Pinewood Electronics", "PSU-760", 8, "Power B-01")
    paper = _sent(desk, "Pinewood Electronics", units[:3], "PE-RA-0417", "No voltage on one rail.", 12)
    fresh = desk.numbers.take("PSU-760", 2)
    sending_back.receive_replacements(
        actor=desk.operator,
        vendor_return=paper,
        numbers={units[0]: fresh[0], units[1]: fresh[1], units[2]: Serial.objects.get(pk=units[2]).number},
        location_id=desk.places["Power B-01"].pk,
        note="Two new, one mended.",
    )
    drives = _bought(desk, "Harbour Drives", "HDD-3T-S", 6, "Drives A-02")
    paper = _sent(desk, "Harbour Drives", drives[:2], "HD-55102", "Clicks within the first day.", 10)
    version = sending_back.edit_vendor_return(actor=desk.manager, vendor_return=paper, version=1, notes="Asked twice.").version
    sending_back.edit_vendor_return(actor=desk.manager, vendor_return=paper, version=version, outcome="Credited with invoice 7731")
    _sent(desk, "Harbour Drives", drives[2:4], "", "Reallocated sectors after two runs.", 4)
    sold = Serial.objects.filter(status=Status.SHIPPED, parent=None, item=desk.items["HDD-4T-H"]).order_by("sort_key").first()
    sold = sold or Serial.objects.filter(status=Status.SHIPPED, parent=None).earliest("sort_key")
    re_enter(
        actor=desk.manager,
        unit_ids=[sold.pk],
        location_id=desk.places["Inbound"].pk,
        occasion=Occasion.BOUGHT_BACK,
        reason="The customer ordered one too many and had not opened it.",
    )


def _bought(desk: Desk, vendor: str, item: str, count: int, place: str) -> list[int]:
    order = desk.order(vendor, ((item, count),), 40)
    entry = desk.receive(order, [LineReceipt(only_line(order), desk.numbers.take(item, count))], place, 26)
    return list(entry.movements.order_by("serial_id").values_list("serial_id", flat=True))


def _sent(desk: Desk, vendor: str, units: list[int], reference: str, reason: str, days: int) -> int:
    entry = sending_back.send_to_vendor(
        actor=desk.manager,
        vendor=desk.vendors[vendor],
        unit_ids=units,
        vendor_reference=reference,
        reason=reason,
        sent_on=day(days),
    )
    assert entry.document_id is not None  # it has a document of its own
    return entry.document_id
