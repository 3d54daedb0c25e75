"""The sheet of a stock count: place by place what should be there, to be ticked off; of a blind count without quantities."""

from __future__ import annotations

from itertools import groupby

from django.utils import timezone

from nameplate.documents.paper import Printed
from nameplate.documents.purchase_orders import file_name
from nameplate.documents.section_pages import PaperSection, SectionPaper, drawn
from nameplate.models import Document, DocumentKind, StockCount, User
from nameplate.operations import counting
from nameplate.operations.company import company
from nameplate.operations.counting.expecting import ExpectedLot, ExpectedOne
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound

ABREAST = 3
"""Serial numbers beside each other."""
MOST_UNITS = 5_000
"""Units of one place on paper: more are scanned, not ticked."""
TICK = "☐"


def count_sheet(*, actor: User, count: int) -> Printed:
    """The sheet as PDF. Refused: there is no such count."""
    document = Document.objects.filter(pk=count, kind=DocumentKind.COUNT).first()
    if document is None:
        raise NotFound("not-found", "There is no such stock count.", way_out="Look for it in the list of stock counts.")
    known = counting.expected(actor=actor, count=document)
    head = StockCount.objects.select_related("item").get(pk=count)
    sections = [
        section
        for place, label in known.places.items()
        for section in _of_place(
            label,
            [] if head.blind else [one for one in known.units if one.location_id == place],
            [one for one in known.goods if one.location_id == place],
        )
    ]
    frozen = head.frozen_at and timezone.localtime(head.frozen_at).isoformat(sep=" ", timespec="minutes")[:16]
    made = f"What should be there since {frozen}" if frozen else "Not started yet"
    return Printed(file_name(document.number), drawn(SectionPaper("Stock count", document.number, company().name, made, sections)))


def _of_place(label: str, units: list[ExpectedOne], goods: list[ExpectedLot]) -> list[PaperSection]:
    found = []
    for item, several in groupby(sorted(units, key=lambda one: one.item), lambda one: one.item):
        numbers = [one.number for one in several]
        shown = numbers[:MOST_UNITS]
        rows = [_abreast(shown[at : at + ABREAST]) for at in range(0, len(shown), ABREAST)]
        note = "" if len(shown) == len(numbers) else f"and {len(numbers) - len(shown):,} more: scan them."
        count = f"{len(numbers):,} unit{'' if len(numbers) == 1 else 's'}"
        found.append(PaperSection(f"{label}: {item}, {count}", ["", "Serial number"] * ABREAST, [1, 8] * ABREAST, rows, note))
    if goods:
        rows = [[one.item, one.lot, _expected(one), one.unit, "______________"] for one in goods]
        found.append(PaperSection(f"{label}: by quantity", ["Item", "Lot", "Expected", "Unit", "Counted"], [6, 4, 3, 2, 5], rows))
    return found


def _abreast(numbers: list[str]) -> list[str]:
    cells = [cell for number in numbers for cell in (TICK, number)]
    return cells + [""] * (2 * ABREAST - len(cells))


def _expected(one: ExpectedLot) -> str:
    return "" if one.quantity is None else f"{from_micro(one.quantity):,}"
