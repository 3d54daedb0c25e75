"""Two deliveries of drives that the demo company inspects: one judged with a sample, one still on the bench."""

from __future__ import annotations

from nameplate.demo.desk import Desk, only_line
from nameplate.models import Document, DocumentKind, ReasonKind
from nameplate.operations import reasons
from nameplate.operations.cataloguing import edit_item
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.inspecting.plans import Check, set_plan
from nameplate.operations.inspecting.results import Found, Value, record_results
from nameplate.operations.receiving import LineReceipt

DRIVE = "HDD-3T-H"
CHECKS = (
    Check("Read speed", "number", "MB/s", lowest="140"),
    Check("Temperature under load", "number", "°C", lowest="10", highest="45"),
    Check("Label readable", "yes-no"),
)
MEASURED: tuple[tuple[str, str, bool], ...] = (
    ("152.4", "38", True),
    ("149.0", "39", True),
    ("96.7", "41", True),
    ("151.8", "37.5", True),
    ("150.2", "52", True),
    ("148.9", "40", True),
    ("153.0", "38", False),
    ("150.6", "39.5", True),
)
"""What the bench found of a sample: speed, temperature, label."""


def inspect(desk: Desk) -> None:
    """From some day on, drives of this kind are inspected: eight of the first delivery and the rest by sample; the second is half done."""
    item = desk.items[DRIVE]
    edit_item(actor=desk.manager, item=item, version=item.version, requires_inspection=True)
    set_plan(actor=desk.manager, item=item, version=0, checks=CHECKS)
    why = {one.name: one for one in reasons.reasons(ReasonKind.REJECTION)}
    first, units = _delivery(desk, 60, 33, 11, "HT-6240")
    record_results(actor=desk.manager, inspection=first, found=_found(units[: len(MEASURED)]))
    verdicts = [Said(unit, True) for unit in units[: len(MEASURED)]]
    verdicts[2] = Said(units[2], False, why["Too slow"], "Read twice, the same both times.")
    verdicts[4] = Said(units[4], False, why["Out of limits"], "Hot after ten minutes.")
    verdicts[6] = Said(units[6], True, note="The label was printed anew.")
    judge(
        actor=desk.manager,
        inspection=first,
        verdicts=verdicts,
        rest_by_sample=True,
        location_id=desk.places["Quarantine"].pk,
        note="Bench 1, eight of sixty.",
    )
    second, units = _delivery(desk, 24, 20, 3, "HT-6251")
    record_results(actor=desk.manager, inspection=second, found=_found(units[:5]))
    judge(actor=desk.manager, inspection=second, verdicts=[Said(unit, True) for unit in units[:2]])


def _delivery(desk: Desk, count: int, ordered: int, received: int, batch: str) -> tuple[Document, list[int]]:
    """A delivery that is on hold for its inspection: the inspection, and its units in their order."""
    order = desk.order("Tolomei Distribution", ((DRIVE, count),), ordered)
    desk.receive(order, [LineReceipt(only_line(order), desk.numbers.take(DRIVE, count), vendor_batch=batch)], "Drives A-03", received)
    paper = Document.objects.filter(kind=DocumentKind.INSPECTION).latest("pk")
    return paper, list(paper.inspection.units.order_by("pk").values_list("serial", flat=True))


def _found(units: list[int]) -> list[Found]:
    found = []
    for unit, (speed, heat, label) in zip(units, MEASURED, strict=False):
        values: dict[str, Value] = {"Read speed": speed, "Temperature under load": heat, "Label readable": label}
        found.append(Found(unit, values))
    return found
