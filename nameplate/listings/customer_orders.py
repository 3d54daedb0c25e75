"""Customer orders, with what was ordered and what the ledger says is reserved and shipped of it."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.models import DocumentKind, DocumentStatus
from nameplate.quantities import MILLIONTHS

_CUSTOMER = Link("customer", links.PARTY, "s.party_id")
_BY = Link("created_by", links.USER, "s.created_by_id", nullable=False)
_LINES = "(SELECT COUNT(*) FROM nameplate_line l WHERE l.document_id = s.id)"
_ORDERED = "(SELECT COALESCE(SUM(l.quantity), 0) FROM nameplate_line l WHERE l.document_id = s.id)"
_TOTAL = "(SELECT SUM(l.amount) FROM nameplate_line l WHERE l.document_id = s.id)"
_RESERVED = (
    f"((SELECT COUNT(*) * {MILLIONTHS} FROM nameplate_line l JOIN nameplate_serial u ON u.reserved_line_id = l.id "
    "WHERE l.document_id = s.id)"
    " + (SELECT COALESCE(SUM(m.reserved), 0) FROM nameplate_line l JOIN nameplate_stockmovement m ON m.line_id = l.id "
    "WHERE l.document_id = s.id))"
)
_SHIPPED = (
    "(SELECT COALESCE(-SUM(m.change), 0) FROM nameplate_line l "
    "JOIN nameplate_stockmovement m ON m.line_id = l.id WHERE l.document_id = s.id)"
)
_DUE = (
    "(CASE WHEN s.status IN ('new', 'partly_shipped') THEN (SELECT MIN(COALESCE(l.expected_on, o.expected_on)) FROM nameplate_line l "
    "WHERE l.document_id = s.id AND l.quantity > (SELECT COALESCE(-SUM(m.change), 0) FROM nameplate_stockmovement m "
    "WHERE m.line_id = l.id)) END)"
)
"""The first day on which the customer expects something that has not gone."""
STATUSES = choices_of(
    [
        (one.value, str(one.label))
        for one in (DocumentStatus.NEW, DocumentStatus.PARTLY_SHIPPED, DocumentStatus.SHIPPED, DocumentStatus.CANCELED)
    ]
)

CUSTOMER_ORDERS = Listing(
    name="customer-orders",
    label="Customer orders",
    table="nameplate_document s JOIN nameplate_customerorder o ON o.document_id = s.id",
    columns=(
        Column("number", "Number", "s.number", "link", key="s.number_key", order="s.sort_key", noun="customer-orders", ref="id"),
        Column("status", "Status", "s.status", "choice", order="s.status", choices=STATUSES),
        Column(
            "customer", "Customer", "t.name", "link", _CUSTOMER, key="t.name_key", order="t.name_key", noun="customers", ref="customer_id"
        ),
        Column("customer_reference", "Customer's reference", "o.customer_reference"),
        Column("lines", "Lines", _LINES, "number", filterable=False),
        Column("ordered", "Ordered", _ORDERED, "quantity", filterable=False),
        Column("reserved", "Reserved", _RESERVED, "quantity", filterable=False),
        Column("shipped", "Shipped", _SHIPPED, "quantity", filterable=False),
        Column("total", "Total", _TOTAL, "money", filterable=False, nullable=True),
        Column("currency", "Currency", "o.currency", default_shown=False),
        Column("due_on", "Due on", _DUE, "date", order=_DUE, nullable=True),
        Column("expected_on", "Expected on", "o.expected_on", "date", order="o.expected_on", nullable=True, default_shown=False),
        Column("created_at", "Made", "s.created_at", "time", order="s.created_at", default_shown=False),
        Column("created_by", "Made by", "t.username", via=_BY, default_shown=False),
        Column("notes", "Notes", "s.notes", filterable=False, default_shown=False),
    ),
    natural=("s.sort_key",),
    walked=("s.sort_key",),
    section="sales",
    scope=Sql("s.kind = %s", (DocumentKind.CUSTOMER_ORDER.value,)),
    search=search_in("s.number_key"),
    search_tips="Number",
    sort="-number",
)
