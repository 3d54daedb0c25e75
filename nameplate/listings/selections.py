"""The rows that somebody ticked, as a filter of their list: `chosen=17` is the kept selection 17, `chosen=!17` all but it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from nameplate import access
from nameplate.listings.counting import CAP
from nameplate.listings.kept import rows_of
from nameplate.listings.narrowed import Check, Narrowed
from nameplate.listings.query import Query
from nameplate.listings.sql import Sql, among, negated, postgresql
from nameplate.models import Selection
from nameplate.refusals import Conflict

if TYPE_CHECKING:
    from nameplate.listings.engine import Listing

GONE = "What was ticked is no longer kept. Tick the rows again."


def narrowed(listing: Listing, query: Query, found: Narrowed) -> Narrowed:
    """Narrowed to the rows that were ticked, hidden ones too, or to all others. A selection of another list, or none, is an error."""
    ids = _ids(listing.name, query.chosen) if listing.selectable else None
    if ids is None:
        query.errors["chosen"] = GONE
        return found
    condition = among(listing.row_id, ids)
    if query.chosen.startswith("!"):
        return found.also(Check(negated(condition)))
    if listing.hidden is not None and listing.hidden.column not in query.texts:
        found = replace(found, scope=listing.scope)
    if listing.joined:
        return found.also(Check(condition))
    ticked = Sql("SELECT g.id FROM unnest(%s::bigint[]) g(id)" if postgresql() else "SELECT g.value AS id FROM json_each(%s) g")
    source = rows_of(listing, replace(ticked, params=(ids if postgresql() else _document(ids),)))
    return found.also(Check(condition, source=source, whole=True, few=len(ids) <= CAP))


def found_by(listing: Listing, search: str, *, actor: access.Actor, most: int, expected: int | None = None) -> list[int]:
    """The ids of all rows that a search finds, given as the part of an address behind its question mark; one more than `most` at most.

    Refused: a search that cannot be read; one that finds others than `expected`, which whoever acts on them saw.
    """
    asked = {name: text for name, text in parse_qsl(search) if name not in {"size", "after", "before"}}
    found = listing.ids(asked, actor=actor, most=most)
    if expected is not None and len(found) != expected:
        sentence = f"The search finds {len(found):,} row{'' if len(found) == 1 else 's'} now, not {expected:,}."
        raise Conflict("changed-meanwhile", sentence, way_out="Nothing was done. Look at the list and begin again.")
    return found


def in_words(listing: Listing, query: Query) -> str:
    """What the query's selection is, for people: “3 rows”, “all but 3 rows”; nothing where it is no longer kept."""
    ids = _ids(listing.name, query.chosen)
    if ids is None:
        return ""
    return f"{'all but ' if query.chosen.startswith('!') else ''}{len(ids):,} row{'' if len(ids) == 1 else 's'}"


def _ids(listing: str, chosen: str) -> list[int] | None:
    text = chosen.removeprefix("!").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    kept: list[int] | None = Selection.objects.filter(pk=int(text), listing=listing).values_list("ids", flat=True).first()
    return kept


def _document(ids: list[int]) -> str:
    return "[" + ",".join(map(str, ids)) + "]"
