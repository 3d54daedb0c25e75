"""Stock → Stock counts: what was counted where, how far it is, and what was missing."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.listings.yes_no import YES_NO, yes_no
from nameplate.models import DocumentKind, DocumentStatus

_BY = Link("created_by", links.USER, "s.created_by_id", nullable=False)
_ITEM = Link("item", links.ITEM, "c.item_id")
_PLACE = (
    "(SELECT min(y.name || ' · ' || x.name) FROM nameplate_countplace p JOIN nameplate_location x ON x.id = p.location_id "
    "JOIN nameplate_site y ON y.id = x.site_id WHERE p.count_id = s.id)"
)
_EXPECTED = "(SELECT count(*) FROM nameplate_expectedunit x WHERE x.count_id = s.id)"
_FOUND = (
    "(SELECT count(*) FROM nameplate_expectedunit x JOIN nameplate_countscan k ON k.count_id = x.count_id AND k.serial_id = x.serial_id "
    "AND NOT k.taken_back AND k.verdict <> 'seen' WHERE x.count_id = s.id)"
)
STATUSES = choices_of(
    [(one.value, str(one.label)) for one in (DocumentStatus.NEW, DocumentStatus.IN_PROGRESS, DocumentStatus.DONE, DocumentStatus.CANCELED)]
)

STOCK_COUNTS = Listing(
    name="stock-counts",
    label="Stock counts",
    table="nameplate_document s JOIN nameplate_stockcount c ON c.document_id = s.id",
    columns=(
        Column("number", "Number", "s.number", "link", key="s.number_key", order="s.sort_key", noun="stock-counts", ref="id"),
        Column("status", "Status", "s.status", "choice", order="s.status", choices=STATUSES),
        Column("item", "Item", "t.number", "link", _ITEM, key="t.number_key", order="t.number_key", noun="items", ref="item_id"),
        Column("place", "First place", _PLACE, filterable=False),
        Column("places", "Places", "(SELECT count(*) FROM nameplate_countplace p WHERE p.count_id = s.id)", "number", filterable=False),
        Column("expected", "Units expected", _EXPECTED, "number", filterable=False),
        Column("found", "Of them found", _FOUND, "number", filterable=False),
        Column("blind", "Blind", yes_no("c.blind"), "choice", choices=YES_NO, default_shown=False),
        Column("started_at", "Started", "c.frozen_at", "time", filterable=False),
        Column("created_at", "Created", "s.created_at", "time", order="s.created_at", default_shown=False),
        Column("created_by", "By whom", "t.username", via=_BY),
        Column("notes", "Note", "s.notes", filterable=False, default_shown=False),
    ),
    natural=("s.sort_key",),
    walked=("s.sort_key",),
    section="stock",
    scope=Sql("s.kind = %s", (DocumentKind.COUNT.value,)),
    search=search_in("s.number_key"),
    search_tips="Number",
    sort="-number",
)
