"""Transfer orders, with what is on each, what of it is on its way, and what is still to be settled."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.models import DocumentKind, DocumentStatus

_ORIGIN = Link("origin", links.SITE, "o.origin_id", nullable=False)
_DESTINATION = Link("destination", links.SITE, "o.destination_id", nullable=False)
_BY = Link("created_by", links.USER, "s.created_by_id", nullable=False)
_UNITS = "(SELECT count(*) FROM nameplate_transferunit u WHERE u.order_id = s.id)"
_GOODS = "(SELECT count(*) FROM nameplate_line g WHERE g.document_id = s.id)"
_ON_ITS_WAY = (
    "(SELECT count(*) FROM nameplate_transferunit u "
    "WHERE u.order_id = s.id AND (SELECT x.transfer_id FROM nameplate_serial x WHERE x.id = u.serial_id) = u.order_id)"
)
"""One unit of the order after the other: of a join PostgreSQL thinks that it had better look through all units that there are."""
_EXTRAS = "(SELECT count(*) FROM nameplate_transferextra e WHERE e.order_id = s.id AND e.settled = '')"
_LINES = (
    "(SELECT count(*) FROM (SELECT m.line_id FROM nameplate_line g JOIN nameplate_stockmovement m ON m.line_id = g.id "
    "JOIN nameplate_location p ON p.id = m.location_id AND p.purpose = 'transit' WHERE g.document_id = s.id "
    "GROUP BY m.line_id HAVING SUM(m.change) > 0) way)"
)
_OPEN = f"CAST(({_EXTRAS} + CASE WHEN o.finished THEN {_ON_ITS_WAY} + {_LINES} ELSE 0 END) AS bigint)"

STATUSES = choices_of(
    [
        (one.value, str(one.label))
        for one in (DocumentStatus.NEW, DocumentStatus.READY, DocumentStatus.SHIPPED, DocumentStatus.RECEIVED, DocumentStatus.CANCELED)
    ]
)

TRANSFER_ORDERS = Listing(
    name="transfer-orders",
    label="Transfer orders",
    table="nameplate_document s JOIN nameplate_transferorder o ON o.document_id = s.id",
    columns=(
        Column("number", "Number", "s.number", "link", key="s.number_key", order="s.sort_key", noun="transfer-orders", ref="id"),
        Column("status", "Status", "s.status", "choice", order="s.status", choices=STATUSES),
        Column("origin", "From", "t.name", "link", _ORIGIN, key="t.name_key", order="t.name_key", noun="sites", ref="origin_id"),
        Column(
            "destination",
            "To",
            "t.name",
            "link",
            _DESTINATION,
            key="t.name_key",
            order="t.name_key",
            noun="sites",
            ref="destination_id",
        ),
        Column("units", "Units", _UNITS, "number", filterable=False),
        Column("goods", "Lots without numbers", _GOODS, "number", filterable=False),
        Column("in_transit", "Units in transit", _ON_ITS_WAY, "number", filterable=False),
        Column("to_settle", "To settle", _OPEN, "number"),
        Column("shipped_on", "Shipped on", "o.shipped_on", "date", order="o.shipped_on", nullable=True),
        Column("created_at", "Created", "s.created_at", "time", order="s.created_at", default_shown=False),
        Column("created_by", "Created by", "t.username", via=_BY, default_shown=False),
        Column("notes", "Notes", "s.notes", filterable=False, default_shown=False),
    ),
    natural=("s.sort_key",),
    walked=("s.sort_key",),
    section="stock",
    scope=Sql("s.kind = %s", (DocumentKind.TRANSFER_ORDER.value,)),
    search=search_in("s.number_key"),
    search_tips="Number",
    sort="-number",
)
