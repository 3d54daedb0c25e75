"""Why something is written off or comes back, in the company's order. Whoever sees stock may read it: acts on stock are done for these."""

from __future__ import annotations

from nameplate.listings.columns import Column, Hidden, choices_of
from nameplate.listings.engine import Listing
from nameplate.listings.yes_no import YES_NO, yes_no
from nameplate.models import ReasonKind

REASONS = Listing(
    name="reasons",
    label="Reasons",
    table="nameplate_reason s",
    columns=(
        Column("kind", "Reason for", "s.kind", "choice", order="s.kind", choices=choices_of(ReasonKind.choices)),
        Column("name", "Reason", "s.name", key="s.name_key", order="s.name_key"),
        Column("position", "Place", "s.position", "number", order="s.position"),
        Column("archived", "Archived", yes_no("s.archived"), "choice", choices=YES_NO, default_shown=False),
    ),
    natural=("s.kind", "s.position"),
    section="stock",
    hidden=Hidden("archived", "NOT s.archived", "s.archived"),
)
"""Its page is the one that edits it; this is how the API reads it."""
