"""A list on paper: the columns that are shown, the rows that its filters find, in its order; and a unit's history in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils import timezone

from nameplate import access
from nameplate.documents.paper import Printed
from nameplate.documents.purchase_orders import file_name
from nameplate.documents.section_pages import PaperSection, SectionPaper, drawn
from nameplate.listings import Column, Listing, history_of
from nameplate.listings.closed_sets import in_words
from nameplate.listings.edited import PLAIN, Wording
from nameplate.listings.export import text_of
from nameplate.listings.query import parse, refuse_mistakes
from nameplate.listings.unit import unit
from nameplate.models import FieldNoun, Status
from nameplate.money import written_sum
from nameplate.operations.company import company
from nameplate.refusals import Invalid

MOST_ROWS = 5_000
NARROWEST, WIDEST = 12, 32
"""Signs that a column has room for, beside the others'."""
SAMPLE = 200
"""Rows that tell how wide each column is."""
HISTORY = ("happened_at", "kind", "product", "status", "lot", "location", "customer", "edits", "document", "by_whom", "reason", "undone_by")
"""What of a unit's steps stands on paper."""


def list_paper(*, actor: access.Actor, listing: Listing, params: Mapping[str, str], shown: Sequence[str] = ()) -> Printed:
    """The list as PDF, in the columns `shown` (none: those that it shows at first, and those that it is filtered and sorted by).

    Refused: a search that cannot be read; more than 5,000 rows.
    """
    refuse_mistakes(listing.mistakes(params, actor=actor))
    columns = listing.readable(actor)
    query = parse(params, columns)
    usual = [column.name for column in columns if column.default_shown]
    asked = [*query.texts, *(order.column.name for order in query.sorts)]
    names = list(shown) or list(dict.fromkeys([*usual, *asked]))
    section, count = _section(listing, params, actor, names)
    told = [f"{name}: {text}" for name, text in (("as of", query.as_of), ("search", query.q)) if text]
    found = "; ".join([*told, *_filters(columns, query.texts)])
    made = f"{count:,} rows on {timezone.localtime().isoformat(sep=' ', timespec='minutes')[:16]}"
    title = PaperSection(found or "All rows", section.columns, section.widths, section.rows, section.note)
    return Printed(file_name(listing.name.replace("/", "-")), drawn(SectionPaper(listing.label, "", company().name, made, [title])))


def unit_history_paper(*, actor: access.Actor, unit_id: int) -> Printed:
    """All that happened to a unit as PDF, oldest first. Refused: there is no such unit; more than 5,000 steps."""
    serial = unit(actor=actor, unit_id=unit_id).serial
    status = "Withdrawn" if serial.withdrawn else str(Status(serial.status).label)
    facts = [(label, value) for label, value in (("Item", serial.item.number), ("", serial.item.description), ("Status", status)) if value]
    head = PaperSection("The unit", ["", ""], [1, 6], facts)
    steps, _ = _section(history_of(unit_id), {}, actor, HISTORY, "History")
    made = f"As it stands on {timezone.localtime().isoformat(sep=' ', timespec='minutes')[:16]}"
    paper = SectionPaper("History of", serial.number, company().name, made, [head, steps])
    return Printed(f"history-{file_name(serial.number)}", drawn(paper))


def _filters(columns: Sequence[Column], texts: Mapping[str, str]) -> list[str]:
    by_name = {column.name: column for column in columns}
    return [f"{by_name[name].label}: {in_words(by_name[name], text)}" for name, text in texts.items()]


def _on_paper(column: Column, value: Any, words: Wording, currency: str) -> str:
    """As in the other exports; times to the minute and sums to the coin, which is what people read, and edits in words."""
    if column.kind == "money" and value is not None:
        return written_sum(value, currency)
    if column.kind == "changes":
        return words.told((one["name"], one["before"], one["after"]) for one in value or ())
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return text_of(column, value)


def _section(
    listing: Listing, params: Mapping[str, str], actor: access.Actor, names: Sequence[str], title: str = ""
) -> tuple[PaperSection, int]:
    """The rows as a table, and how many they are."""
    columns, cells = listing.cells(params, actor=actor)
    found = list(islice(cells, MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise Invalid(
            "too-many",
            f"A PDF takes up to {MOST_ROWS:,} rows, and these are more.",
            way_out="Export it as CSV or XLSX, which take any number, or narrow the list.",
        )
    by_name = {column.name: place for place, column in enumerate(columns)}
    chosen = [(columns[by_name[name]], by_name[name]) for name in names if name in by_name]
    words = Wording.of(FieldNoun.SERIALS) if any(column.kind == "changes" for column, _ in chosen) else PLAIN
    ours, said = company().currency, by_name.get("currency")
    rows = []
    for row in found:
        currency = ours if said is None else row[said] or ours
        rows.append([_on_paper(column, row[place], words, currency) for column, place in chosen])
    heads = [column.label for column, _ in chosen]
    longest = [max(map(len, [head, *(row[place] for row in rows[:SAMPLE])])) for place, head in enumerate(heads)]
    widths = [min(max(wide + 2, NARROWEST), WIDEST) for wide in longest]
    return PaperSection(title, heads, widths, rows, "" if rows else "Nothing."), len(rows)
