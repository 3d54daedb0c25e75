"""Rows that somebody ticked in a list, kept so that an address can name them, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from nameplate import access
from nameplate.ledger import transacting
from nameplate.models import Selection, User
from nameplate.operations.choosing import MOST_UNITS
from nameplate.refusals import Invalid, TooLarge

KEPT = timedelta(days=30)
"""How long a selection is kept at least; its author's next one clears the older ones away."""


def keep_selection(*, actor: User, listing: str, section: access.Section, ids: Sequence[int]) -> Selection:
    """Keep these rows of the list `listing`, which people see who may view `section`. The list finds them by `chosen` from then on.

    Refused: none at all; more than one act takes.
    """
    access.require(actor, section, "view")
    chosen = sorted(set(ids))
    if not chosen:
        raise Invalid("no-rows", "Nothing is ticked.", fields={"ids": "Tick at least one row."})
    if len(chosen) > MOST_UNITS:
        raise TooLarge("too-many", f"At most {MOST_UNITS:,} rows can be ticked.", way_out="Narrow the list, and choose all that match.")
    with transacting():
        Selection.objects.filter(actor=actor, created_at__lt=timezone.now() - KEPT).delete()
        return Selection.objects.create(listing=listing, ids=chosen, actor=actor)
