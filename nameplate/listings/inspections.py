"""Stock → Inspections, and the units in them: what waits, what passed, what failed and why."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.models import DocumentKind, DocumentStatus, Verdict

_BY = Link("created_by", links.USER, "s.created_by_id", nullable=False)
_SOURCE = Link("source", links.DOCUMENT, "n.source_id")
STATUSES = choices_of(
    [(one.value, str(one.label)) for one in (DocumentStatus.NEW, DocumentStatus.IN_PROGRESS, DocumentStatus.DONE, DocumentStatus.CANCELED)]
)


def _units(*verdicts: Verdict) -> str:
    wanted = ", ".join(f"'{one.value}'" for one in verdicts)
    return f"(SELECT COUNT(*) FROM nameplate_inspectedunit w WHERE w.inspection_id = s.id AND w.verdict IN ({wanted}))"


def _goods(*verdicts: Verdict) -> str:
    wanted = ", ".join(f"'{one.value}'" for one in verdicts)
    return f"(SELECT COALESCE(SUM(g.quantity), 0) FROM nameplate_inspectedgoods g WHERE g.inspection_id = s.id AND g.verdict IN ({wanted}))"


def _count(name: str, label: str, value: str, kind: str = "number", *, shown: bool = True) -> Column:
    return Column(name, label, value, kind, filterable=False, default_shown=shown)  # type: ignore[arg-type]  # the two kinds of numbers


INSPECTIONS = Listing(
    name="inspections",
    label="Inspections",
    table="nameplate_document s JOIN nameplate_inspection n ON n.document_id = s.id",
    columns=(
        Column("number", "Number", "s.number", "link", key="s.number_key", order="s.sort_key", noun="inspections", ref="id"),
        Column("status", "Status", "s.status", "choice", order="s.status", choices=STATUSES),
        Column("source", "Came on", "t.number", "link", _SOURCE, key="t.number_key", noun="documents", ref="source_id"),
        Column("vendor", "Vendor", "u.name", "link", _SOURCE, key="u.name_key", noun="vendors", ref="vendor_id", ref_value="u.id"),
        _count("waiting", "Waiting", _units(Verdict.WAITING)),
        _count("passed", "Passed", _units(Verdict.PASSED)),
        _count("sampled", "By sample", _units(Verdict.SAMPLED)),
        _count("failed", "Failed", _units(Verdict.FAILED)),
        _count("goods_waiting", "Goods waiting", _goods(Verdict.WAITING), "quantity", shown=False),
        _count("goods_passed", "Goods passed", _goods(Verdict.PASSED, Verdict.SAMPLED), "quantity", shown=False),
        _count("goods_failed", "Goods failed", _goods(Verdict.FAILED), "quantity", shown=False),
        Column("created_at", "Opened", "s.created_at", "time", order="s.created_at"),
        Column("created_by", "By whom", "t.username", via=_BY, default_shown=False),
        Column("notes", "Note", "s.notes", filterable=False, default_shown=False),
    ),
    natural=("s.sort_key",),
    walked=("s.sort_key",),
    section="stock",
    scope=Sql("s.kind = %s", (DocumentKind.INSPECTION.value,)),
    search=search_in("s.number_key"),
    search_tips="Number",
    sort="-number",
)

_SERIAL = Link("serial", links.SERIAL, "s.serial_id", nullable=False)
_ITEM = Link("item", links.ITEM, "(SELECT x.item_id FROM nameplate_serial x WHERE x.id = s.serial_id)", nullable=False)
_PAPER = Link("inspection", links.DOCUMENT, "s.inspection_id", nullable=False)
_REASON = Link("reason", links.REASON, "s.reason_id")
_JUDGED = Link("judged", links.ENTRY, "s.judged_id")
_RESULTS = "(SELECT COUNT(*) FROM nameplate_checkresult r WHERE r.inspected_id = s.id{})"

INSPECTED_UNITS = Listing(
    name="inspected-units",
    label="Inspected units",
    table="nameplate_inspectedunit s",
    columns=(
        Column("serial", "Serial number", "t.number", "link", _SERIAL, key="t.key", noun="serials", ref="serial_id"),
        Column("item", "Item", "t.number", "link", _ITEM, key="t.number_key", noun="items", ref="item_id"),
        Column("inspection", "Inspection", "t.number", "link", _PAPER, key="t.number_key", noun="inspections", ref="inspection_id"),
        Column("verdict", "Verdict", "s.verdict", "choice", choices=choices_of(Verdict.choices)),
        Column("reason", "Reason", "t.name", via=_REASON, key="t.name_key", nullable=True),
        Column("note", "Note", "s.note", filterable=False),
        Column("checks", "Checks done", _RESULTS.format(""), "number", filterable=False, default_shown=False),
        Column("misfits", "Out of limits", _RESULTS.format(" AND NOT r.fits"), "number", filterable=False, default_shown=False),
        Column("judged_at", "Judged", "t.happened_at", "time", _JUDGED, nullable=True),
        Column("by_whom", "By whom", "u.username", via=_JUDGED, nullable=True),
    ),
    natural=(),
    walked=("s.id",),
    section="stock",
    sort="",
)
