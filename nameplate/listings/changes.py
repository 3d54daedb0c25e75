"""The change log: who changed which field of an item, party, place, lot, order or setting, newest first.

A unit's edits are in its history instead.
"""

from __future__ import annotations

from collections.abc import Mapping

from nameplate import access
from nameplate.listings import links
from nameplate.listings.columns import Choice, Column, Link
from nameplate.listings.engine import Listing
from nameplate.listings.search import search_in
from nameplate.listings.sql import TRUE, Sql

LABELS = {
    "serial_format": "Accepted format",
    "serial_shortest": "Fewest characters",
    "serial_longest": "Most characters",
    "serial_characters": "Allowed characters",
    "serial_prefix": "Prefix to take off",
    "serial_pattern": "Numbering pattern",
    "tracking": "Followed by",
    "gtin": "GTIN",
    "shelf_life_days": "Shelf life in days",
    "warranty_months": "Warranty in months",
    "vendor_reference": "Vendor’s reference",
    "customer_reference": "Customer’s reference",
    "email": "E-mail",
    "bill": "Bill of materials",
    "may_miss_parts": "Parts may be missing",
    "inspection_plan": "Inspection plan",
    "expiry_warning": "Warn before a lot expires",
    "rma": "Returns (RMA)",
}
"""Fields that are called otherwise on their form."""

NOUNS: Mapping[str, tuple[str, str, str, str]] = {
    "items": ("Item", "nameplate_item", "number", "number_key"),
    "vendors": ("Vendor", "nameplate_party", "name", "name_key"),
    "customers": ("Customer", "nameplate_party", "name", "name_key"),
    "sites": ("Site", "nameplate_site", "name", "name_key"),
    "locations": ("Location", "nameplate_location", "name", "label_key"),
    "lots": ("Lot", "nameplate_lot", "number", "number_key"),
    "serials": ("Serial number", "nameplate_serial", "number", "key"),
    "purchase-orders": ("Purchase order", "nameplate_document", "number", "number_key"),
    "manufacturing-orders": ("Manufacturing order", "nameplate_document", "number", "number_key"),
    "inspections": ("Inspection", "nameplate_document", "number", "number_key"),
    "customer-orders": ("Customer order", "nameplate_document", "number", "number_key"),
    "shipments": ("Shipment", "nameplate_document", "number", "number_key"),
    "returns": ("Return", "nameplate_document", "number", "number_key"),
    "transfer-orders": ("Transfer order", "nameplate_document", "number", "number_key"),
    "vendor-returns": ("Return to vendor", "nameplate_document", "number", "number_key"),
    "settings": ("Setting", "nameplate_setting", "name", "name"),
    "functions": ("Function", "nameplate_switch", "name", "name"),
    "custom-fields": ("Custom field", "nameplate_customfield", "name", "slug"),
}
"""What is logged, as in the path: its label, its table, and the columns of its name and of that name folded."""
SETTINGS = ("settings", "functions", "custom-fields")
"""Nouns that only who may view settings reads about."""


def _of_thing(column: int) -> str:
    """SQL for one column of whatever was changed."""
    cases = (f"WHEN '{noun}' THEN (SELECT x.{of[column]} FROM {of[1]} x WHERE x.id = s.subject)" for noun, of in NOUNS.items())
    return f"(CASE s.noun {' '.join(cases)} ELSE '' END)"


_WORDED = " ".join(f"WHEN '{name}' THEN '{label}'" for name, label in LABELS.items())
_CUSTOM = "(SELECT c.name FROM nameplate_customfield c WHERE c.noun = s.noun AND 'custom.' || c.slug = s.field)"
_FIELD = f"COALESCE({_CUSTOM}, CASE s.field {_WORDED} ELSE upper(substr(s.field, 1, 1)) || replace(substr(s.field, 2), '_', ' ') END)"
_ADDRESS = (
    f"(CASE WHEN s.noun IN {SETTINGS[1:]!r} THEN '/settings/' || s.noun "
    f"WHEN s.noun = 'settings' THEN '/settings/' || {_of_thing(2)} "
    "ELSE '/' || s.noun || '/' || s.subject END)"
)


def _seen(actor: access.Actor) -> Sql:
    """What this actor may read of it."""
    return TRUE if access.may(actor, "settings", "view") else Sql(f"s.noun NOT IN {SETTINGS!r}")


CHANGES = Listing(
    name="changes",
    label="Change log",
    table="nameplate_change s",
    columns=(
        Column("changed_at", "Changed", "s.changed_at", "time", order="s.id"),
        Column("by_whom", "By whom", "t.username", via=Link("actor", links.USER, "s.actor_id", nullable=False)),
        Column("noun", "Kind", "s.noun", "choice", choices=tuple(Choice(noun, noun, of[0]) for noun, of in NOUNS.items())),
        Column("thing", "What", _of_thing(2), "link", key=f"COALESCE({_of_thing(3)}, '')", path="address"),
        Column("field", "Field", _FIELD),
        Column("before", "Before", "s.before", filterable=False),
        Column("after", "After", "s.after", filterable=False),
        Column("subject", "Its id", "s.subject", "number", default_shown=False),
        Column("address", "Its page", _ADDRESS, filterable=False, default_shown=False),
    ),
    natural=(),
    walked=("s.id",),
    section="catalogue",
    search=search_in(_of_thing(3)),
    search_tips="Number or name of what was changed",
    sort="-changed_at",
    sees=_seen,
)
