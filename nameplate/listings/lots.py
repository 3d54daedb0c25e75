"""Stock → Lots: each batch of an item from one source."""

from __future__ import annotations

from nameplate.functions import EXPIRY_DATES
from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.custom_fields import Customs
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.models import LotStatus

_ITEM = Link("item", links.ITEM, "s.item_id", nullable=False)
_SOURCE = Link("source", links.DOCUMENT, "s.source_id")
_SPLIT = Link("split_from", links.LOT, "s.split_from_id")
_IN_STOCK = "CAST((SELECT COALESCE(SUM(q.quantity), 0) FROM nameplate_stock q WHERE q.lot_id = s.id) AS bigint)"
"""The cast gives it the affinity of a number, without which SQLite takes what a filter compares it with for text."""
_WHERE = (
    "(SELECT CASE count(*) WHEN 0 THEN '' WHEN 1 THEN min(h.name || ' · ' || p.name) ELSE count(*) || ' places' END FROM nameplate_stock q "
    "JOIN nameplate_location p ON p.id = q.location_id JOIN nameplate_site h ON h.id = p.site_id WHERE q.lot_id = s.id AND q.quantity > 0)"
)

LOTS = Listing(
    name="lots",
    label="Lots",
    table="nameplate_lot s",
    columns=(
        Column("number", "Lot", "s.number", "link", key="s.number_key", order="s.sort_key", noun="lots", ref="id"),
        Column("item", "Item", "t.number", "link", _ITEM, key="t.number_key", order="t.number_key", noun="items", ref="item_id"),
        Column("description", "Description", "t.description", via=_ITEM, key="t.description_key", order="t.description_key"),
        Column("status", "Status", "s.status", "choice", order="s.status", choices=choices_of(LotStatus.choices)),
        Column("in_stock", "In stock", _IN_STOCK, "quantity"),
        Column("on_hold", "On hold", _IN_STOCK.replace("quantity", "held"), "quantity", default_shown=False),
        Column("reserved", "Reserved", _IN_STOCK.replace("quantity", "reserved"), "quantity", default_shown=False),
        Column("where", "Where", _WHERE, filterable=False, default_shown=False),
        Column(
            "source",
            "Source document",
            "t.number",
            "link",
            _SOURCE,
            key="t.number_key",
            order="t.sort_key",
            noun="documents",
            ref="source_id",
        ),
        Column("vendor", "Vendor", "u.name", "link", _SOURCE, key="u.name_key", noun="vendors", ref="vendor_id", ref_value="u.id"),
        Column("vendor_batch", "Vendor batch", "s.vendor_batch"),
        Column("expiry", "Expiry", "s.expires_on", "date", order="s.expires_on", nullable=True, function=EXPIRY_DATES),
        Column(
            "split_from",
            "Split from",
            "t.number",
            "link",
            _SPLIT,
            key="t.number_key",
            noun="lots",
            ref="split_from_id",
            default_shown=False,
        ),
        Column("hold", "Why on hold", "s.hold", default_shown=False),
        Column("created_at", "Opened", "s.created_at", "time", order="s.created_at", default_shown=False),
        Column("notes", "Notes", "s.notes", filterable=False, default_shown=False),
    ),
    natural=("s.sort_key",),
    walked=("s.sort_key",),
    section="stock",
    customs=(Customs("lots"), Customs("items", _ITEM, "item")),
    search=search_in("s.number_key"),
    search_tips="Lot number",
    selectable=True,
)
