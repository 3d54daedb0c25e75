"""Shipments, with what lies in them or went with them."""

from __future__ import annotations

from nameplate.ledger.kinds import Kind
from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.models import DocumentKind, DocumentStatus

_CUSTOMER = Link("customer", links.PARTY, "s.party_id")
_SITE = Link("site", links.SITE, "o.site_id")
_BY = Link("created_by", links.USER, "s.created_by_id", nullable=False)
_FIRST = (
    "(SELECT d.{} FROM nameplate_document d WHERE d.id = "
    "(SELECT MIN(r.document_id) FROM nameplate_shipment_orders r WHERE r.shipment_id = s.id))"
)
_ORDERS = "(SELECT COUNT(*) FROM nameplate_shipment_orders r WHERE r.shipment_id = s.id)"
_WENT = (
    "SELECT COUNT(*) FROM nameplate_entry e JOIN nameplate_movement m ON m.entry_id = e.id "
    f"AND m.kind = {Kind.SHIPPED.value} WHERE e.document_id = s.id AND e.reverses_id IS NULL"
)
# What was taken back is asked of each unit, and only where anything was.
_UNITS = (
    "((SELECT COUNT(*) FROM nameplate_pick p WHERE p.shipment_id = s.id AND p.serial_id IS NOT NULL) + CASE WHEN EXISTS "
    "(SELECT 1 FROM nameplate_entry e JOIN nameplate_entry v ON v.reverses_id = e.id WHERE e.document_id = s.id) "
    f"THEN ({_WENT} AND NOT EXISTS (SELECT 1 FROM "
    "nameplate_entry v JOIN nameplate_movement w ON w.entry_id = v.id AND w.serial_id = m.serial_id WHERE v.reverses_id = e.id)) "
    f"ELSE ({_WENT}) END)"
)
_GOODS = (
    "((SELECT COALESCE(SUM(p.quantity), 0) FROM nameplate_pick p WHERE p.shipment_id = s.id AND p.lot_id IS NOT NULL) + "
    "(SELECT COALESCE(-SUM(m.change), 0) FROM nameplate_entry e JOIN nameplate_stockmovement m ON m.entry_id = e.id "
    "JOIN nameplate_lot l ON l.id = m.lot_id JOIN nameplate_item i ON i.id = l.item_id AND i.tracking <> 'serial' "
    "WHERE e.document_id = s.id))"
)
STATUSES = choices_of(
    [(one.value, str(one.label)) for one in (DocumentStatus.NEW, DocumentStatus.READY, DocumentStatus.SHIPPED, DocumentStatus.CANCELED)]
)

SHIPMENTS = Listing(
    name="shipments",
    label="Shipments",
    table="nameplate_document s JOIN nameplate_shipment o ON o.document_id = s.id",
    columns=(
        Column("number", "Number", "s.number", "link", key="s.number_key", order="s.sort_key", noun="shipments", ref="id"),
        Column("status", "Status", "s.status", "choice", order="s.status", choices=STATUSES),
        Column(
            "customer", "Customer", "t.name", "link", _CUSTOMER, key="t.name_key", order="t.name_key", noun="customers", ref="customer_id"
        ),
        Column("customer_order", "First order", _FIRST.format("number"), key=_FIRST.format("number_key"), nullable=True),
        Column("orders", "Orders", _ORDERS, "number", filterable=False),
        Column("units", "Units", _UNITS, "number", filterable=False),
        Column("goods", "Goods without numbers", _GOODS, "quantity", filterable=False, default_shown=False),
        Column("site", "From", "t.name", "link", _SITE, key="t.name_key", order="t.name_key", noun="sites", ref="site_id"),
        Column("shipped_on", "Shipped on", "o.shipped_on", "date", order="o.shipped_on", nullable=True),
        Column("carrier", "Carrier", "o.carrier"),
        Column("tracking_number", "Tracking number", "o.tracking_number"),
        Column("created_at", "Made", "s.created_at", "time", order="s.created_at", default_shown=False),
        Column("created_by", "Made by", "t.username", via=_BY, default_shown=False),
        Column("notes", "Notes", "s.notes", filterable=False, default_shown=False),
    ),
    natural=("s.sort_key",),
    walked=("s.sort_key",),
    section="stock",
    scope=Sql("s.kind = %s", (DocumentKind.SHIPMENT.value,)),
    search=search_in("s.number_key"),
    search_tips="Number",
    sort="-number",
)
