"""The kinds of files that the catalogue goes out and comes in by, under the path segment of their list."""

from __future__ import annotations

from collections.abc import Mapping

from nameplate.operations.exchanging.items import ITEMS
from nameplate.operations.exchanging.judging import Kind
from nameplate.operations.exchanging.parties import CUSTOMERS, VENDORS
from nameplate.operations.exchanging.places import SITES
from nameplate.refusals import NotFound

KINDS: Mapping[str, Kind] = {kind.noun: kind for kind in (ITEMS, VENDORS, CUSTOMERS, SITES)}


def kind_of(noun: str) -> Kind:
    """The kind of this noun. Refused: there is no such file."""
    if noun not in KINDS:
        raise NotFound("not-found", "Nothing of this kind is brought in by file.")
    return KINDS[noun]
