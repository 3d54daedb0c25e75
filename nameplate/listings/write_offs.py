"""Stock → Write-offs: what was lost, broken or given up, why, and by whom."""

from __future__ import annotations

from nameplate.ledger.kinds import Kind
from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.listings.standing import one_stands
from nameplate.models import DocumentKind, DocumentStatus, Status

_BY = Link("created_by", links.USER, "s.created_by_id", nullable=False)
_REASON = Link("reason", links.REASON, "w.reason_id", nullable=False)
_ENTRY = "SELECT e.{} FROM nameplate_entry e WHERE e.document_id = s.id AND e.reverses_id IS NULL"
_GOODS = (
    "(SELECT COALESCE(SUM(-m.change), 0) FROM nameplate_stockmovement m JOIN nameplate_lot l ON l.id = m.lot_id "
    "JOIN nameplate_item i ON i.id = l.item_id AND i.tracking <> 'serial' "
    f"WHERE m.parent_id IS NULL AND m.entry_id = ({_ENTRY.format('id')}))"
)
"""What came out of a product on its way is named with it, and not counted."""
_UNITS = (
    f"(SELECT count(DISTINCT m.serial_id) FROM nameplate_movement m WHERE m.entry_id = ({_ENTRY.format('id')}) "
    f"AND m.status = {Status.WRITTEN_OFF.value})"
)
"""Those that went. Where a component was replaced, its entry touched its product and the new one too."""
STATUSES = choices_of([(one.value, str(one.label)) for one in (DocumentStatus.DONE, DocumentStatus.CANCELED)])

WRITE_OFFS = Listing(
    name="write-offs",
    label="Write-offs",
    table="nameplate_document s JOIN nameplate_writeoff w ON w.document_id = s.id",
    columns=(
        Column("number", "Number", "s.number", "link", key="s.number_key", order="s.sort_key", noun="write-offs", ref="id"),
        Column("status", "Status", "s.status", "choice", order="s.status", choices=STATUSES),
        Column("reason", "Reason", "t.name", via=_REASON, key="t.name_key", order="t.name_key"),
        Column("units", "Units", _UNITS, "number", filterable=False),
        Column("goods", "Goods without numbers", _GOODS, "quantity", filterable=False),
        Column("happened_at", "Happened", f"({_ENTRY.format('happened_at')})", "time", filterable=False),
        Column("created_at", "Recorded", "s.created_at", "time", order="s.created_at", default_shown=False),
        Column("created_by", "By whom", "t.username", via=_BY),
        Column("notes", "Note", "s.notes", filterable=False),
    ),
    natural=("s.sort_key",),
    walked=("s.sort_key",),
    section="stock",
    scope=Sql("s.kind = %s", (DocumentKind.WRITE_OFF.value,)),
    search=search_in("s.number_key"),
    search_tips="Number",
    sort="-number",
)


def why_written_off(by_then: str = "1 = 1") -> str:
    """SQL of why a unit `s` that is written off was, as the reason is called now: by its last write-off that stands.

    `by_then` narrows them by their entry `e`. What was sent to its vendor was not written off.
    """
    return (
        f"(CASE WHEN s.status = {Status.WRITTEN_OFF.value} AND s.at_vendor_id IS NULL THEN (SELECT COALESCE(r.name, e.reason) "
        "FROM nameplate_movement m JOIN nameplate_entry e ON e.id = m.entry_id "
        "LEFT JOIN nameplate_writeoff w ON w.document_id = e.document_id LEFT JOIN nameplate_reason r ON r.id = w.reason_id "
        f"WHERE m.serial_id = s.id AND m.status = {Status.WRITTEN_OFF.value} "
        f"AND m.kind IN ({Kind.WRITTEN_OFF.value}, {Kind.REMOVED.value}) AND {one_stands(by_then)} ORDER BY m.seq DESC LIMIT 1) END)"
    )
