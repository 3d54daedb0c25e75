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


def what_was_done(entries: Iterable[Entry], said: Mapping[int, str] | None = None) -> list[Done]:
    """The entries in their order; `said` is by entry. One taken back for chosen units only still stands."""
    found = list(entries)
    undone = set(Entry.objects.filter(reverses__in=[one.pk for one in found], partial=False).values_list("reverses_id", flat=True))
    return [Done(one, one.pk in undone, (said or {}).get(one.pk, "")) for one in found]
