"""Everything about one lot on paper, for an auditor; what is too long for paper is in the CSV, and the paper says so."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from nameplate import access
from nameplate.documents.paper import Printed
from nameplate.documents.purchase_orders import file_name
from nameplate.documents.section_pages import PaperSection, SectionPaper, drawn
from nameplate.listings.dossier import Section, dossier, lines
from nameplate.operations.company import company

MOST_ROWS = 500
"""Rows of one section on paper."""


def lot_dossier(*, actor: access.Actor, lot: int) -> Printed:
    """The lot's dossier as PDF. Refused: there is no such lot."""
    found = dossier(actor=actor, lot=lot)
    made = f"As it stands on {timezone.localtime().isoformat(sep=' ', timespec='minutes')[:16]}"
    sections = [_on_paper(section) for section in found.sections]
    paper = SectionPaper("Everything about lot", found.lot.number, company().name, made, sections)
    return Printed(f"lot-{file_name(found.lot.number)}", drawn(paper))


def lot_dossier_lines(*, actor: access.Actor, lot: int) -> tuple[str, Iterator[str]]:
    """The file's name, and the same whole as CSV. Refused: there is no such lot."""
    found = dossier(actor=actor, lot=lot)
    return f"lot-{file_name(found.lot.number)}", lines(found)


def _on_paper(section: Section) -> PaperSection:
    if section.long:
        return PaperSection(section.title, section.columns, section.widths, [], "Too long for paper: the CSV has it.")
    rows = list(section.rows)
    note = "" if rows else section.empty
    if len(rows) > MOST_ROWS:
        note = f"The first {MOST_ROWS:,} of {len(rows):,}: the CSV has all."
    return PaperSection(section.title, section.columns, section.widths, rows[:MOST_ROWS], note)
