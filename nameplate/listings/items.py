"""Items: what is bought, made and kept."""

from __future__ import annotations

from nameplate.functions import QUALITY_CONTROL
from nameplate.listings import links
from nameplate.listings.columns import Column, Hidden, Link, choices_of
from nameplate.listings.custom_fields import Customs
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.yes_no import YES_NO, yes_no
from nameplate.models import Tracking

_IN_STOCK = "(SELECT COALESCE(SUM(q.quantity), 0) FROM nameplate_lot l JOIN nameplate_stock q ON q.lot_id = l.id WHERE l.item_id = s.id)"

_KEPT_AT = Link("default_location", links.PLACE, "s.default_location_id")


def _count(name: str, label: str) -> Column:
    """A number of days, months or characters that an item may have."""
    return Column(name, label, f"s.{name}", "number", order=f"s.{name}", nullable=True, default_shown=False)


COLUMNS = (
    Column("number", "Item number", "s.number", "link", key="s.number_key", order="s.number_key", noun="items", ref="id"),
    Column("description", "Description", "s.description", key="s.description_key", order="s.description_key"),
    Column("group", "Group", 's."group"'),
    Column("tracking", "Tracked by", "s.tracking", "choice", order="s.tracking", choices=choices_of(Tracking.choices)),
    Column("in_stock", "In stock", _IN_STOCK, "quantity", filterable=False),
    Column("unit", "Unit", "s.unit"),
    Column("bought", "Bought", yes_no("s.bought"), "choice", choices=YES_NO, default_shown=False),
    Column("made", "Made", yes_no("s.made"), "choice", choices=YES_NO, default_shown=False),
    Column(
        "requires_inspection",
        "Requires inspection",
        yes_no("s.requires_inspection"),
        "choice",
        choices=YES_NO,
        default_shown=False,
        function=QUALITY_CONTROL,
    ),
    Column("gtin", "GTIN", "s.gtin", key="s.gtin", order="s.gtin", default_shown=False),
    Column(
        "kept_at",
        "Default location",
        links.PLACE_LABEL,
        "link",
        _KEPT_AT,
        key="t.label_key",
        order="t.label_key",
        noun="locations",
        ref="default_location_id",
        default_shown=False,
    ),
    Column("cost", "Cost", "s.cost", "quantity", order="s.cost", nullable=True, default_shown=False),
    Column(
        "shelf_life_days", "Shelf life (days)", "s.shelf_life_days", "number", order="s.shelf_life_days", nullable=True, default_shown=False
    ),
    Column(
        "warranty_months", "Warranty (months)", "s.warranty_months", "number", order="s.warranty_months", nullable=True, default_shown=False
    ),
    Column("serial_format", "Accepted format", "s.serial_format", default_shown=False),
    _count("serial_shortest", "Fewest characters"),
    _count("serial_longest", "Most characters"),
    Column("serial_characters", "Allowed characters", "s.serial_characters", filterable=False, default_shown=False),
    Column("serial_prefix", "Prefix to take off", "s.serial_prefix", filterable=False, default_shown=False),
    Column("serial_pattern", "Numbering pattern", "s.serial_pattern", filterable=False, default_shown=False),
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
    customs=(Customs("items"),),
    search=search_in("s.number_key", "s.description_key"),
    search_tips="Item number or description",
)
