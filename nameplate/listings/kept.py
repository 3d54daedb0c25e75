"""Filters on custom fields: told from the typed table, which finds few hits by its index and looks one value up by its key.

The rarest of several filters leads: what it finds is looked at by the others before any unit's row is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nameplate.listings import filters
from nameplate.listings.closed_sets import chosen_or_nothing
from nameplate.listings.columns import Column, Kept
from nameplate.listings.conditions import condition_of, plain_term, text_term
from nameplate.listings.counting import CAP
from nameplate.listings.filters import Contains, Either, Every, Filter, Not, Wildcard
from nameplate.listings.matching import matches
from nameplate.listings.narrowed import Check
from nameplate.listings.sql import Sql, all_of, among, fetch, postgresql

if TYPE_CHECKING:
    from nameplate.listings.engine import Listing

TABLE = "nameplate_fieldvalue"


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """What is wanted of a field's value. `on` makes the condition on a row of the typed table of this alias."""

    kept: Kept
    on: Callable[[str], Sql]
    finds_nothing: bool
    """Whether rows without a value are wanted too."""
    quick: bool
    """Whether the index finds its hits without looking at every value."""

    def of(self, subject: str) -> Sql:
        """The condition on the thing whose id is `subject`; never NULL. A scalar subquery, which no planner turns into a join."""
        wanted = self.on("w")
        found = f"SELECT CASE WHEN {wanted.text} THEN 1 ELSE 0 END FROM {TABLE} w WHERE w.field_id = {self.kept.field_id}"
        return Sql(f"COALESCE(({found} AND w.subject = {subject}), {int(self.finds_nothing)}) = 1", wanted.params)

    @property
    def hits(self) -> Sql:
        """FROM and WHERE of the values that are wanted, as `v`."""
        wanted = self.on("v")
        return Sql(f"{TABLE} v WHERE v.field_id = {self.kept.field_id} AND {wanted.text}", wanted.params)

    @property
    def of_linked(self) -> Sql:
        """The condition on a linked row `t`."""
        if self.finds_nothing:
            return self.of("t.id")
        return Sql(f"t.id IN (SELECT v.subject FROM {self.hits.text})", self.hits.params)


def closed(column: Column, kept: Kept, text: str) -> KeptCheck | str:
    """The check of a choice or yes or no, or the sentence that says what is wrong with the filter."""
    found = chosen_or_nothing(column, text)
    if isinstance(found, str):
        return found
    values, nothing = found
    return KeptCheck(kept, lambda alias: among(f"{alias}.{kept.column}", values), nothing, quick=True)


def ranged(kept: Kept, wanted: Filter, seen_as: filters.Column) -> KeptCheck:
    """The check of text, numbers and days."""

    def on(alias: str) -> Sql:
        expression = f"{alias}.{kept.column}"
        if isinstance(seen_as, filters.TextColumn):
            return condition_of(wanted, text_term(expression, expression, str))
        return condition_of(wanted, plain_term(expression, micro=kept.exact))

    quick = kept.column != "prose_key" and not _looks_inside(wanted)
    return KeptCheck(kept, on, matches(wanted, None, seen_as), quick)


def _looks_inside(wanted: Filter) -> bool:
    match wanted:
        case Either(terms) | Every(terms):
            return any(map(_looks_inside, terms))
        case Not():
            return True
        case Wildcard(parts):
            return not isinstance(parts[0], str)
    return isinstance(wanted, Contains)


def together(listing: Listing, checks: Sequence[KeptCheck]) -> Check:
    """All filters on the custom fields of the list's own rows as one check, with the rows that the rarest of them finds as its source."""
    condition = all_of(check.of(listing.row_id) for check in checks)
    leader, count = _leader(checks)
    if leader is None or listing.joined:
        return Check(condition)
    rest = all_of(check.of("v.subject") for check in checks if check is not leader)
    found = Sql(f"SELECT v.subject AS id FROM {leader.hits.text} AND {rest.text}", leader.hits.params + rest.params)
    return Check(condition, source=rows_of(listing, found), whole=True, few=count <= CAP)


def _leader(checks: Sequence[KeptCheck]) -> tuple[KeptCheck | None, int]:
    """The filter with the fewest hits, as far as they are counted, and how many. Those that an index answers are asked first."""
    usable = [check for check in checks if not check.finds_nothing]
    best: tuple[KeptCheck | None, int] = (None, CAP + 1)
    for check in sorted(usable, key=lambda check: not check.quick):
        if best[0] is not None and best[1] <= CAP and not check.quick:
            break
        # No further than it takes to see that it finds no fewer.
        hits = check.hits
        count = fetch(Sql(f"SELECT count(*) FROM (SELECT 1 FROM {hits.text} LIMIT {best[1]}) counted", hits.params))[0][0]
        if best[0] is None or count < best[1]:
            best = check, count
    return best


def rows_of(listing: Listing, found: Sql) -> Sql:
    """A FROM clause of the list's rows with these ids, one look-up each: neither planner may think of reading the whole table."""
    if postgresql():
        row = f"(SELECT * FROM {listing.table} WHERE {listing.row_id} = f.id OFFSET 0) s"
        return Sql(f"({found.text} OFFSET 0) f CROSS JOIN LATERAL {row}", found.params)
    return Sql(f"({found.text}) f CROSS JOIN {listing.table} ON {listing.row_id} = f.id", found.params)
