"""Manufacturing orders, with what is made under each and what the ledger says is made."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.listings.yes_no import YES_NO, yes_no
from nameplate.models import DocumentKind, DocumentStatus

_PRODUCT = Link("product", links.ITEM, "p.item_id", nullable=False)
_SITE = Link("site", links.SITE, "o.site_id", nullable=False)
_PLACE = Link("location", links.PLACE, "o.location_id")
_BY = Link("created_by", links.USER, "s.created_by_id", nullable=False)
_MADE = "(SELECT COALESCE(SUM(m.change), 0) FROM nameplate_stockmovement m WHERE m.line_id = p.id)"

STATUSES = choices_of(
    [
        (one.value, str(one.label))
        for one in (
            DocumentStatus.NEW,
            DocumentStatus.SCHEDULED,
            DocumentStatus.IN_PROGRESS,
            DocumentStatus.PAUSED,
            DocumentStatus.DONE,
            DocumentStatus.CLOSED,
            DocumentStatus.CANCELED,
        )
    ]
)

MANUFACTURING_ORDERS = Listing(
    name="manufacturing-orders",
    label="Manufacturing orders",
    table="nameplate_document s JOIN nameplate_manufacturingorder o ON o.document_id = s.id "
    "JOIN nameplate_line p ON p.document_id = s.id AND p.position = 0",
    columns=(
        Column("number", "Number", "s.number", "link", key="s.number_key", order="s.sort_key", noun="manufacturing-orders", ref="id"),
        Column("status", "Status", "s.status", "choice", order="s.status", choices=STATUSES),
        Column(
            "product", "Product", "t.number", "link", _PRODUCT, key="t.number_key", order="t.number_key", noun="items", ref="product_id"
        ),
        Column("description", "Description", "t.description", via=_PRODUCT, key="t.description_key"),
        Column("quantity", "Quantity", "p.quantity", "quantity", filterable=False),
        Column("made", "Made", _MADE, "quantity", filterable=False),
        Column("unit", "Unit", "t.unit", via=_PRODUCT, default_shown=False),
        Column("site", "Site", "t.name", "link", _SITE, key="t.name_key", order="t.name_key", noun="sites", ref="site_id"),
        Column(
            "location",
            "Products go to",
            links.PLACE_LABEL,
            "link",
            _PLACE,
            key="t.label_key",
            noun="locations",
            ref="location_id",
            default_shown=False,
        ),
        Column("starts_on", "Starts on", "o.starts_on", "date", order="o.starts_on", nullable=True),
        Column("due_on", "Due on", "o.due_on", "date", order="o.due_on", nullable=True),
        Column("may_miss_parts", "Parts may be missing", yes_no("o.may_miss_parts"), "choice", choices=YES_NO, default_shown=False),
        Column("created_at", "Created", "s.created_at", "time", order="s.created_at", default_shown=False),
        Column("created_by", "Created by", "t.username", via=_BY, default_shown=False),
        Column("notes", "Notes", "s.notes", filterable=False, default_shown=False),
    ),
    natural=("s.sort_key",),
    walked=("s.sort_key",),
    section="production",
    scope=Sql("s.kind = %s", (DocumentKind.MANUFACTURING_ORDER.value,)),
    search=search_in("s.number_key"),
    search_tips="Number",
    sort="-number",
)
