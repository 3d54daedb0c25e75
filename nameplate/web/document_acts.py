"""What was done under a document, as the table on its page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from nameplate.models import Entry


class Done(NamedTuple):
    """An entry, whether all of it was taken back, and what the page says of it besides."""

    entry: Entry
    undone: bool
    said: str
    mark: str
    """What the page says of how far it was taken back; empty where it was not."""


def what_was_done(entries: Iterable[Entry], said: Mapping[int, str] | None = None) -> list[Done]:
    """The entries in their order; `said` is by entry. One taken back for chosen units only still stands."""
    found = list(entries)
    reversals = Entry.objects.filter(reverses__in=[one.pk for one in found]).order_by("-partial")
    partial = dict(reversals.values_list("reverses_id", "partial"))  # of several the one that is whole comes last
    marks = {entry: "undone for some units" if some else "undone" for entry, some in partial.items()}
    return [Done(one, partial.get(one.pk) is False, (said or {}).get(one.pk, ""), marks.get(one.pk, "")) for one in found]
