"""Items: what is bought, made and kept."""

from __future__ import annotations

from nameplate.listings.columns import Column, Hidden, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.yes_no import YES_NO, yes_no
from nameplate.models import Tracking

_IN_STOCK = "(SELECT COALESCE(SUM(q.quantity), 0) FROM nameplate_lot l JOIN nameplate_stock q ON q.lot_id = l.id WHERE l.item_id = s.id)"

COLUMNS = (
    Column("number", "Item number", "s.number", "link", key="s.number_key", order="s.number_key", noun="items", ref="id"),
    Column("description", "Description", "s.description", key="s.description_key", order="s.description_key"),
    Column("group", "Group", 's."group"'),
    Column("tracking", "Tracked by", "s.tracking", "choice", order="s.tracking", choices=choices_of(Tracking.choices)),
    Column("in_stock", "In stock", _IN_STOCK, "quantity", filterable=False),
    Column("unit", "Unit", "s.unit"),
    Column("bought", "Bought", yes_no("s.bought"), "choice", choices=YES_NO, default_shown=False),
    Column("made", "Made", yes_no("s.made"), "choice", choices=YES_NO, default_shown=False),
    Column("serial_format", "Accepted format", "s.serial_format", default_shown=False),
    Column("notes", "Notes", "s.notes", filterable=False, default_shown=False),
    Column("archived", "Archived", yes_no("s.archived"), "choice", choices=YES_NO, default_shown=False),
)

ITEMS = Listing(
    name="items",
    label="Items",
    table="nameplate_item s",
    columns=COLUMNS,
    natural=("s.number_key",),
    section="catalogue",
    hidden=Hidden("archived", "NOT s.archived", "s.archived"),
    search=search_in("s.number_key", "s.description_key"),
    search_tips="Item number or description",
)
