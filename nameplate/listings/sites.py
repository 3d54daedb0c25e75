"""Sites, and the locations in them."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Hidden, Link, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.yes_no import YES_NO, yes_no
from nameplate.models import Location

_SITE = Link("site", links.SITE, "s.site_id", nullable=False)
_LOCATIONS = "(SELECT COUNT(*) FROM nameplate_location l WHERE l.site_id = s.id AND NOT l.archived)"
_IN_STOCK = "(SELECT COALESCE(SUM(q.quantity), 0) FROM nameplate_stock q WHERE q.location_id = s.id)"
_ARCHIVED = Column("archived", "Archived", yes_no("s.archived"), "choice", choices=YES_NO, default_shown=False)
_NOT_ARCHIVED = Hidden("archived", "NOT s.archived", "s.archived")

SITES = Listing(
    name="sites",
    label="Sites",
    table="nameplate_site s",
    columns=(
        Column("name", "Site", "s.name", "link", key="s.name_key", order="s.name_key", noun="sites", ref="id"),
        Column("locations", "Locations", _LOCATIONS, "number", filterable=False),
        Column("address", "Address", "s.address", filterable=False),
        _ARCHIVED,
    ),
    natural=("s.name_key",),
    section="catalogue",
    hidden=_NOT_ARCHIVED,
    search=search_in("s.name_key"),
    search_tips="Name",
)

LOCATIONS = Listing(
    name="locations",
    label="Locations",
    table="nameplate_location s",
    columns=(
        Column("name", "Location", "s.name", "link", key="s.name_key", order="s.name_key", noun="locations", ref="id"),
        Column("site", "Site", "t.name", "link", _SITE, key="t.name_key", order="t.name_key", noun="sites", ref="site_id"),
        Column("purpose", "Purpose", "s.purpose", "choice", order="s.purpose", choices=choices_of(Location.Purpose.choices)),
        Column("in_stock", "Quantity there", _IN_STOCK, "quantity", filterable=False),
        _ARCHIVED,
    ),
    natural=("s.label_key",),
    section="catalogue",
    hidden=_NOT_ARCHIVED,
    search=search_in("s.label_key"),
    search_tips="Site or location",
)
