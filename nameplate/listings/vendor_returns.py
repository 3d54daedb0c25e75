"""Stock → Returns to vendors: what went back to whom under which reference, and what came for it."""

from __future__ import annotations

from nameplate.ledger.kinds import Kind
from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.models import DocumentKind, DocumentStatus

_VENDOR = Link("vendor", links.PARTY, "s.party_id", nullable=False)
_BY = Link("created_by", links.USER, "s.created_by_id", nullable=False)
_UNITS = (
    "(SELECT count(*) FROM nameplate_entry e JOIN nameplate_movement m ON m.entry_id = e.id AND "
    f"m.kind = {Kind.SENT_TO_VENDOR.value} WHERE e.document_id = s.id AND NOT EXISTS (SELECT 1 FROM nameplate_entry x "
    "JOIN nameplate_movement w ON w.entry_id = x.id AND w.serial_id = m.serial_id WHERE x.reverses_id = e.id))"
)
_CAME = "(SELECT count(*) FROM nameplate_vendorreplacement r WHERE r.document_id = s.id)"
STATUSES = choices_of([(one.value, str(one.label)) for one in (DocumentStatus.SHIPPED, DocumentStatus.DONE, DocumentStatus.CANCELED)])

VENDOR_RETURNS = Listing(
    name="vendor-returns",
    label="Returns to vendors",
    table="nameplate_document s JOIN nameplate_vendorreturn o ON o.document_id = s.id",
    columns=(
        Column("number", "Number", "s.number", "link", key="s.number_key", order="s.sort_key", noun="vendor-returns", ref="id"),
        Column("status", "Status", "s.status", "choice", order="s.status", choices=STATUSES),
        Column("vendor", "Vendor", "t.name", "link", _VENDOR, key="t.name_key", order="t.name_key", noun="vendors", ref="vendor_id"),
        Column("vendor_reference", "Vendor’s reference", "o.vendor_reference"),
        Column("units", "Units", _UNITS, "number", filterable=False),
        Column("came", "Came for them", _CAME, "number", filterable=False),
        Column("sent_on", "Sent on", "o.sent_on", "date", order="o.sent_on", nullable=True),
        Column("reason", "Reason", "o.reason"),
        Column("outcome", "Outcome", "o.outcome"),
        Column("created_at", "Recorded", "s.created_at", "time", order="s.created_at", default_shown=False),
        Column("created_by", "By whom", "t.username", via=_BY, default_shown=False),
        Column("notes", "Notes", "s.notes", filterable=False, default_shown=False),
    ),
    natural=("s.sort_key",),
    walked=("s.sort_key",),
    section="stock",
    scope=Sql("s.kind = %s", (DocumentKind.VENDOR_RETURN.value,)),
    search=search_in("s.number_key"),
    search_tips="Number",
    sort="-number",
)
