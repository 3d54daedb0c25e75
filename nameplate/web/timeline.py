"""A unit's history in words: what happened, who did it under which document, and what was before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from nameplate.ledger.kinds import RULE, Kind
from nameplate.listings.unit_history import History, Step
from nameplate.models import NOUNS, CustomField, FieldNoun, Status
from nameplate.operations.cataloguing.changes import in_words
from nameplate.operations.customizing import value_in_words
from nameplate.operations.inspecting.judging import ACT as INSPECTED
from nameplate.operations.re_entering import Occasion
from nameplate.operations.undoing import NOT_UNDONE
from nameplate.web import marks

QUIET = frozenset({Kind.REFITTED})
"""Kinds that are written beside another and say nothing of their own."""

FIELDS = (
    ("lot_id", "Lot"),
    ("location_id", "Where"),
    ("parent_id", "Built into"),
    ("place", "Place"),
    ("customer_id", "Customer"),
    ("customer_order_id", "Customer order"),
    ("shipment_id", "Shipment"),
    ("reserved_line_id", "Reserved for"),
    ("at_vendor_id", "At vendor"),
    ("hold", "On hold"),
    ("warranty_until", "Warranty until"),
)


FLAGS = (("transfer_id", "In transit"), ("work_id", "In work"))
PAPERS = frozenset({"customer_order_id", "shipment_id", "reserved_line_id"})
"""Columns that lead to a document."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after; either side may be empty."""

    label: str
    before: SafeString | str
    after: SafeString | str


@dataclass(frozen=True, slots=True)
class Told:
    """One step as the page shows it."""

    step: Step
    title: str
    tone: str
    """The CSS class of the status it led to."""
    document: SafeString
    reason: str
    changes: Sequence[Change]
    later: bool
    """Recorded on a later day than it happened."""
    undoable: bool
    """It can be undone, as far as this unit alone can tell."""
    held: bool
    """It could be, if something later were undone before."""


def told(past: History, zone: ZoneInfo, *, may_undo: bool) -> list[Told]:
    """The steps as told, newest first."""
    fields = {field.slug: field for field in CustomField.objects.of(FieldNoun.SERIALS)} if any(step.edits for step in past.steps) else {}
    result = []
    for step in past.steps:
        own = step.product_id is None
        stands = own and may_undo and step.reverses is None and step.undone_by is None and step.act not in NOT_UNDONE
        result.append(
            Told(
                step=step,
                title=_title(step),
                tone=marks.status_class(step.after["status"]),
                document=document_link(step.document_id, step.document, step.document_kind),
                reason=_reason(step),
                changes=_changes(step, past.names, fields),
                later=_day(step.happened_at, zone) < _day(step.recorded_at, zone),
                undoable=stands and not step.held,
                held=stands and step.held,
            )
        )
    return result


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat()


def _title(step: Step) -> str:
    if step.reverses is not None:
        return "Undone"
    kinds = [Kind(kind) for kind in step.kinds if Kind(kind) not in QUIET] or [Kind(step.kinds[0])]
    labels = [RULE[kind].label if kind in RULE else "Undone" for kind in kinds]
    title = ", ".join([labels[0], *(label.lower() for label in labels[1:])])
    if kinds == [Kind.RE_ENTERED] and step.act in set(Occasion):
        return step.act.capitalize()
    if Kind.RECEIVED in kinds and step.party:
        return f"{title} from {step.party}"
    return f"{title} to {step.party}" if Kind.SHIPPED in kinds and step.party else title


def _reason(step: Step) -> str:
    """Why it was done to this unit: the reasons of an inspection are those of the units that failed in it."""
    return "" if step.act == INSPECTED and Kind.REJECTED not in step.kinds else step.reason


def document_link(document_id: int | None, number: str, kind: str) -> SafeString:
    """A document's number, linked where it has a page."""
    if document_id is None:
        return mark_safe("")
    path = NOUNS.get(kind)
    if path is None:
        return format_html('<span class="np-mono">{}</span>', number)
    return format_html('<a class="np-sn" href="/{}/{}">{}</a>', path, document_id, number)


def _changes(step: Step, names: Mapping[str, Mapping[int, Any]], fields: Mapping[str, CustomField]) -> list[Change]:
    before: Mapping[str, Any] = step.before or {}
    changes = []
    if before.get("status") != step.after["status"] or before.get("withdrawn", False) != step.after["withdrawn"]:
        changes.append(Change("Status", _status(step.before), _status(step.after)))
    for column, label in FIELDS:
        old, new = before.get(column), step.after[column]
        if (old or None) != (new or None):
            changes.append(Change(label, _shown(column, old, names), _shown(column, new, names)))
    for column, label in FLAGS:
        if bool(before.get(column)) != bool(step.after[column]):
            changes.append(Change(label, "yes" if before.get(column) else "", "yes" if step.after[column] else ""))
    for name, (old, new) in step.edits.items():
        if name in step.after:
            continue  # part of the placement, and told with it
        slug = name.removeprefix("custom.")
        field = fields.get(slug) if slug != name else None
        label = field.name if field else slug.replace("_", " ").capitalize()
        changes.append(Change(label, *(value_in_words(field, value) if field else in_words(value) for value in (old, new))))
    return changes


def _status(placement: Mapping[str, Any] | None) -> SafeString | str:
    if placement is None:
        return "new"
    return "withdrawn" if placement["withdrawn"] else Status(placement["status"]).label


def _shown(column: str, value: Any, names: Mapping[str, Mapping[int, Any]]) -> SafeString | str:
    """A value of a placement, linked where it has a page."""
    if not value:
        return ""
    row = names.get(column, {}).get(value)
    if column == "location_id" and row is not None:
        return f"{row.site.name} · {row.name}"
    if column == "lot_id" and row is not None:
        return marks.linked("lots", value, row.number)
    if column == "parent_id" and row is not None:
        return format_html('<a class="np-sn" href="/serials/{}">{}</a>', value, row.number)
    if column in PAPERS and row is not None:
        return document_link(row.pk, row.number, row.kind)
    if column in {"customer_id", "at_vendor_id"} and row is not None:
        noun = "customers" if column == "customer_id" else "vendors"
        return format_html('<a href="/{}/{}">{}</a>', noun, value, row.name)
    return str(row or value)
