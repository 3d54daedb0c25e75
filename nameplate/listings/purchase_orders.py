"""Purchase orders, with what was ordered and what the ledger says has come."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.models import DocumentKind, DocumentStatus, LotStatus

_VENDOR = Link("vendor", links.PARTY, "s.party_id")
_BY = Link("created_by", links.USER, "s.created_by_id", nullable=False)
_LINES = "(SELECT COUNT(*) FROM nameplate_line l WHERE l.document_id = s.id)"
_ORDERED = "(SELECT COALESCE(SUM(l.quantity), 0) FROM nameplate_line l WHERE l.document_id = s.id)"
_TOTAL = "(SELECT SUM(l.amount) FROM nameplate_line l WHERE l.document_id = s.id)"
_DUE = (
    "(SELECT MIN(COALESCE(l.expected_on, o.expected_on)) FROM nameplate_line l WHERE l.document_id = s.id AND EXISTS "
    f"(SELECT 1 FROM nameplate_lot t WHERE t.line_id = l.id AND t.status = '{LotStatus.PLANNED.value}'))"
)
"""The first day on which something is expected that has not come."""
_RECEIVED = (
    "(SELECT COALESCE(SUM(m.change), 0) FROM nameplate_line l "
    "JOIN nameplate_stockmovement m ON m.line_id = l.id WHERE l.document_id = s.id)"
)

STATUSES = choices_of(
    [
        (one.value, str(one.label))
        for one in (
            DocumentStatus.RFQ,
            DocumentStatus.NEW,
            DocumentStatus.APPROVED,
            DocumentStatus.ORDERED,
            DocumentStatus.SHIPPED,
            DocumentStatus.RECEIVED,
            DocumentStatus.CANCELED,
        )
    ]
)

PURCHASE_ORDERS = Listing(
    name="purchase-orders",
    label="Purchase orders",
    table="nameplate_document s JOIN nameplate_purchaseorder o ON o.document_id = s.id",
    columns=(
        Column("number", "Number", "s.number", "link", key="s.number_key", order="s.sort_key", noun="purchase-orders", ref="id"),
        Column("status", "Status", "s.status", "choice", order="s.status", choices=STATUSES),
        Column("vendor", "Vendor", "t.name", "link", _VENDOR, key="t.name_key", order="t.name_key", noun="vendors", ref="vendor_id"),
        Column("vendor_reference", "Vendor's reference", "o.vendor_reference"),
        Column("lines", "Lines", _LINES, "number", filterable=False),
        Column("ordered", "Ordered", _ORDERED, "quantity", filterable=False),
        Column("received", "Received", _RECEIVED, "quantity", filterable=False),
        Column("total", "Total", _TOTAL, "money", filterable=False, nullable=True),
        Column("currency", "Currency", "o.currency", default_shown=False),
        Column("due_on", "Due on", _DUE, "date", order=_DUE, nullable=True),
        Column("expected_on", "Expected on", "o.expected_on", "date", order="o.expected_on", nullable=True, default_shown=False),
        Column("ordered_on", "Ordered on", "o.ordered_on", "date", order="o.ordered_on", nullable=True, default_shown=False),
        Column("shipped_on", "Shipped on", "o.shipped_on", "date", order="o.shipped_on", nullable=True, default_shown=False),
        Column("created_at", "Made", "s.created_at", "time", order="s.created_at", default_shown=False),
        Column("created_by", "Made by", "t.username", via=_BY, default_shown=False),
        Column("notes", "Notes", "s.notes", filterable=False, default_shown=False),
    ),
    natural=("s.sort_key",),
    walked=("s.sort_key",),
    section="purchasing",
    scope=Sql("s.kind = %s", (DocumentKind.PURCHASE_ORDER.value,)),
    search=search_in("s.number_key"),
    search_tips="Number",
    sort="-number",
)
