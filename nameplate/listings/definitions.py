"""Custom fields as a list: whoever sees stock may read which there are, since every form and list has them."""

from __future__ import annotations

from nameplate.listings.columns import Column, Hidden, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.yes_no import YES_NO, yes_no
from nameplate.models import FieldKind, FieldNoun

CUSTOM_FIELDS = Listing(
    name="custom-fields",
    label="Custom fields",
    table="nameplate_customfield s",
    columns=(
        Column("noun", "Of", "s.noun", "choice", order="s.noun", choices=choices_of(FieldNoun.choices)),
        Column("slug", "Slug", "s.slug", key="s.slug", order="s.slug"),
        Column("name", "Name", "s.name", key="s.name_key", order="s.name_key"),
        Column("kind", "Holds", "s.kind", "choice", order="s.kind", choices=choices_of(FieldKind.choices)),
        Column("required", "Required", yes_no("s.required"), "choice", choices=YES_NO),
        Column("persistent", "Goes along with a split", yes_no("s.persistent"), "choice", choices=YES_NO),
        Column("help", "Help", "s.help", filterable=False),
        Column("position", "Place", "s.position", "number", order="s.position"),
        Column("archived", "Archived", yes_no("s.archived"), "choice", choices=YES_NO, default_shown=False),
    ),
    natural=("s.noun", "s.position"),
    section="stock",
    hidden=Hidden("archived", "NOT s.archived", "s.archived"),
)
"""Its page is the one that edits it; this is how the API reads it."""
