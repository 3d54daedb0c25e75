"""Reports → Goods used, rejected, written off: quantities without serial numbers, which the reports of units have no rows for.

Of goods that went into a product that is known, “Consumed in what” tells. Acts undone since are left out.
"""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Choice, Column, Link
from nameplate.listings.conditions import contains
from nameplate.listings.engine import Listing
from nameplate.listings.narrowed import Check
from nameplate.listings.sql import Sql, any_of
from nameplate.models import DocumentKind, LotStatus, Tracking, Verdict
from nameplate.serial_text import fold

USED, REJECTED, WRITTEN_OFF = "used", "rejected", "written_off"


def _kinds(*kinds: DocumentKind) -> str:
    return ", ".join(f"'{kind.value}'" for kind in kinds)


def _of_lot(column: str) -> str:
    return f"(SELECT l.{column} FROM nameplate_lot l WHERE l.id = s.lot_id)"


_GONE = _kinds(
    DocumentKind.MANUFACTURING_ORDER,
    DocumentKind.WRITE_OFF,
    # What comes out of a product under these comes out with it named; what is gone without is what was written off of it.
    DocumentKind.REPAIR,
    DocumentKind.DISASSEMBLY,
)
_FAILED = (
    f"d.kind IN ({_kinds(DocumentKind.INSPECTION, DocumentKind.RETURN)}) AND EXISTS (SELECT 1 FROM nameplate_lotmovement f "
    f"WHERE f.lot_id = s.lot_id AND f.seq = 1 AND f.entry_id = s.entry_id AND f.status = '{LotStatus.REJECTED.value}')"
)
"""What fails goes into a lot that the same act opens."""
_SAME = (
    "{0}.lot_id = s.lot_id AND {0}.location_id = s.location_id AND {0}.parent_id IS NULL "
    "AND COALESCE({0}.line_id, 0) = COALESCE(s.line_id, 0)"
)
_BACK = (
    "((SELECT COALESCE(SUM(b.change), 0) FROM nameplate_stockmovement b JOIN nameplate_entry r ON r.id = b.entry_id "
    f"WHERE r.reverses_id = s.entry_id AND {_SAME.format('b')}) - (SELECT COALESCE(SUM(-p.change), 0) FROM nameplate_stockmovement p "
    f"WHERE p.entry_id = s.entry_id AND p.id < s.id AND {_SAME.format('p')}))"
)
"""How much of it undos for some of the products took back; of what the same act took there several times, of the first first."""
_QUANTITY = (
    "CAST(CASE WHEN s.change > 0 THEN s.change WHEN NOT EXISTS (SELECT 1 FROM nameplate_entry r WHERE r.reverses_id = s.entry_id) "
    f"OR {_BACK} <= 0 THEN -s.change WHEN {_BACK} >= -s.change THEN 0 ELSE -s.change - {_BACK} END AS bigint)"
)
_SCOPE = (
    "s.parent_id IS NULL AND s.change <> 0 AND EXISTS (SELECT 1 FROM nameplate_entry e JOIN nameplate_document d ON d.id = e.document_id "
    f"WHERE e.id = s.entry_id AND e.reverses_id IS NULL AND ((s.change < 0 AND d.kind IN ({_GONE})) OR (s.change > 0 AND {_FAILED}))) "
    "AND NOT EXISTS (SELECT 1 FROM nameplate_entry r WHERE r.reverses_id = s.entry_id AND NOT r.partial) "
    "AND EXISTS (SELECT 1 FROM nameplate_lot l JOIN nameplate_item i ON i.id = l.item_id "
    f"WHERE l.id = s.lot_id AND i.tracking <> '{Tracking.SERIAL.value}') AND {_QUANTITY} > 0"
)
_KIND = "(SELECT d.kind FROM nameplate_entry e JOIN nameplate_document d ON d.id = e.document_id WHERE e.id = s.entry_id)"
_WHAT = (
    f"(CASE WHEN s.change > 0 THEN '{REJECTED}' WHEN {_KIND} = '{DocumentKind.MANUFACTURING_ORDER.value}' THEN '{USED}' "
    f"ELSE '{WRITTEN_OFF}' END)"
)
_VERDICTS = (
    "(SELECT CASE WHEN count(DISTINCT r.id) > 1 THEN 'several' ELSE min(r.name) END FROM nameplate_inspectedgoods g "
    f"JOIN nameplate_reason r ON r.id = g.reason_id WHERE g.judged_id = s.entry_id AND g.verdict = '{Verdict.FAILED.value}' "
    f"AND g.lot_id = {_of_lot('split_from_id')})"
)
_WRITE_OFF = (
    "(SELECT COALESCE(r.name, e.reason) FROM nameplate_entry e LEFT JOIN nameplate_writeoff w ON w.document_id = e.document_id "
    "LEFT JOIN nameplate_reason r ON r.id = w.reason_id WHERE e.id = s.entry_id)"
)
_WHY = (
    f"(CASE WHEN s.change > 0 THEN COALESCE({_VERDICTS}, {_WRITE_OFF}) "
    f"WHEN {_KIND} <> '{DocumentKind.MANUFACTURING_ORDER.value}' THEN {_WRITE_OFF} END)"
)
"""As the reason is called now. Of one lot an inspection may have failed parts for several reasons, which stand in it; the reason of a
completion is that of the units that failed in it.
"""

_ITEM = Link("item", links.ITEM, _of_lot("item_id"), nullable=False)
_OUT_OF = Link("lot", links.LOT, f"(CASE WHEN s.change > 0 THEN {_of_lot('split_from_id')} ELSE s.lot_id END)")
_INTO = Link("into", links.LOT, "(CASE WHEN s.change > 0 THEN s.lot_id END)")
_PLACE = Link("location", links.PLACE, "s.location_id", nullable=False)
_ENTRY = Link("entry", links.ENTRY, "s.entry_id", nullable=False)
_PAPER = Link("document", links.DOCUMENT, "(SELECT e.document_id FROM nameplate_entry e WHERE e.id = s.entry_id)", nullable=False)
_SOURCE = Link("source", links.DOCUMENT, _of_lot("source_id"))
_FATES = (Choice(USED, USED, "Used by an order"), Choice(REJECTED, REJECTED, "Rejected"), Choice(WRITTEN_OFF, WRITTEN_OFF, "Written off"))


def _named(text: str) -> Check:
    """Finds the number of the item or of the lot, anywhere in it."""
    found = contains("t.number_key", fold(text.strip()))
    return Check(
        any_of(
            [
                Sql(f"{_ITEM.key} IN (SELECT t.id FROM nameplate_item t WHERE {found.text})", found.params),
                Sql(f"s.lot_id IN (SELECT t.id FROM nameplate_lot t WHERE {found.text})", found.params),
            ]
        )
    )


GOODS_SPENT = Listing(
    name="reports/goods",
    label="Goods used, rejected, written off",
    table="nameplate_stockmovement s",
    columns=(
        Column("item", "Item", "t.number", "link", _ITEM, key="t.number_key", noun="items", ref="item_id"),
        Column("what", "What", _WHAT, "choice", choices=_FATES),
        Column("quantity", "Quantity", _QUANTITY, "quantity"),
        Column("unit", "Unit", "t.unit", via=_ITEM),
        Column("happened_at", "Happened", "t.happened_at", "time", _ENTRY, order="s.id", noun="entries", ref="entry_id"),
        Column("by_whom", "By whom", "u.username", via=_ENTRY),
        Column("reason", "Reason", _WHY),
        Column("document", "Document", "t.number", "link", _PAPER, key="t.number_key", noun="documents", ref="document_id"),
        Column("lot", "Out of lot", "t.number", "link", _OUT_OF, key="t.number_key", noun="lots", ref="lot_id"),
        Column("into", "Into lot", "t.number", "link", _INTO, key="t.number_key", noun="lots", ref="into_id", default_shown=False),
        Column(
            "location",
            "Where",
            links.PLACE_LABEL,
            "link",
            _PLACE,
            key="t.label_key",
            noun="locations",
            ref="location_id",
            default_shown=False,
        ),
        Column(
            "source",
            "Source document",
            "t.number",
            "link",
            _SOURCE,
            key="t.number_key",
            noun="documents",
            ref="source_id",
            default_shown=False,
        ),
        Column("vendor", "Vendor", "u.name", "link", _SOURCE, key="u.name_key", noun="vendors", ref="vendor_id", ref_value="u.id"),
        Column("note", "Note", "t.note", via=_ENTRY, filterable=False, default_shown=False),
    ),
    natural=(),
    walked=("s.id",),
    section="stock",
    scope=Sql(_SCOPE),
    search=_named,
    search_tips="Item or lot",
    sort="-happened_at",
)
