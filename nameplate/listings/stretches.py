"""The statements of a walk: each reads one stretch of one index, in the list's order, and no more of it than a page needs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nameplate.listings.narrowed import Chosen, Narrowed
from nameplate.listings.paging import Place, Term, behind, ordering
from nameplate.listings.sorting import Sorting
from nameplate.listings.sql import TRUE, Sql, all_of, fence, fetch, postgresql

if TYPE_CHECKING:
    from nameplate.listings.columns import Link
    from nameplate.listings.engine import Listing

Found = tuple[Any, ...]
"""An id, then the values of the order's terms."""


MOST_VALUES = 5_000
"""How many values of a column are gone through in one order; a column of days has no more in thirteen years."""


_OWN = re.compile(r"\bs\.\w+")
"""The columns of the list's row in a piece of SQL."""


class Walk:
    """One page's worth of a list's order, in the order or its mirror image.

    A stretch with conditions that its index does not answer is looked at up to a budget, and says whether that was enough; a `patient`
    walk (an export, which goes through everything anyhow) has no budget.
    """

    def __init__(self, listing: Listing, narrowed: Narrowed, sorting: Sorting, limit: int, *, backwards: bool, patient: bool) -> None:
        self.listing = listing
        self.narrowed = narrowed
        self.sorting = sorting
        self.limit = limit
        self.backwards = backwards
        self.patient = patient
        self.tail_order = ordering(sorting.tail, backwards)
        self.selected = ", ".join([listing.row_id, *(term.expression for term in sorting.terms)])

    def gathered(self, place: Place | None) -> tuple[int, list[Found]]:
        """How many rows the filters find (one more than the cap stands for more), and the page out of these."""
        inner, order, further = self._fenced(*self.narrowed.searched, place, f"LIMIT {self.listing.cap + 1}")
        names = ", ".join(f"p.{name}" for name in ["id", *(f"o{number}" for number in range(len(self.sorting.terms)))])
        text = (
            f"WITH f AS MATERIALIZED ({inner.text}) SELECT c.found, {names} FROM (SELECT count(*) AS found FROM f) c "
            f"LEFT JOIN (SELECT * FROM f WHERE {further.text} ORDER BY {order} LIMIT {self.limit}) p ON 1 = 1"
        )
        rows = fetch(Sql(f"{text} ORDER BY {order}", inner.params + further.params))
        return rows[0][0], [row[1:] for row in rows if row[1] is not None]

    def fenced(self, place: Place | None, also: Sql = TRUE) -> list[Found]:
        """Gather all that the filters find, however many (and what `also` says), then sort."""
        source, condition = self.narrowed.everything
        inner, order, further = self._fenced(source, all_of([condition, also]), place, fence())
        text = f"SELECT * FROM ({inner.text}) f WHERE {further.text} ORDER BY {order} LIMIT {self.limit}"
        return fetch(Sql(text, inner.params + further.params))

    def _fenced(self, source: Sql, wanted: Sql, place: Place | None, ending: str) -> tuple[Sql, str, Sql]:
        """The rows with their order's values as o0, o1…; the order by these; and the condition to be behind `place`."""
        terms = self.sorting.terms
        names = [Term(f"o{number}", term.descending, term.nullable) for number, term in enumerate(terms)]
        selected = ", ".join(f"{term.expression} AS o{number}" for number, term in enumerate(terms))
        text = f"SELECT {self.listing.row_id} AS id, {selected} FROM {source.text} WHERE {wanted.text} {ending}"
        further = TRUE if place is None else behind(names, place)
        return Sql(text, source.params + wanted.params), ordering(names, self.backwards), further

    def stretch(
        self, lead: str, driver: Sql, further: Sql, residual: Sql | None, limit: int, *, whole: bool = False
    ) -> tuple[list[Found], bool]:
        """The rows under `driver` from `further` on, along the index that begins with `lead`; and whether none can be missing."""
        listing = self.listing
        order = self.tail_order
        if lead:
            # NULLs of one column stand together wherever the database puts them, so the lead needs no care of its own here.
            order = f"{lead} {'DESC' if self.sorting.tail[-1].descending != self.backwards else 'ASC'}, {order}"
        where = all_of([self.narrowed.stretch, driver, further])
        if residual is None or whole or self.patient or listing.joined:
            where = where if residual is None else all_of([where, residual])
            text = f"SELECT {self.selected} FROM {listing.table} WHERE {where.text} ORDER BY {order} LIMIT {limit}"
            return fetch(Sql(text, where.params)), True
        inner = f"FROM {listing.table} WHERE {where.text} ORDER BY {order} LIMIT {listing.budget}"
        needed = ", ".join(sorted(set(_OWN.findall(f"{self.selected} {residual.text} {order}"))))
        text = f"SELECT {self.selected} FROM (SELECT {needed} {inner}) s WHERE {residual.text} ORDER BY {order} LIMIT {limit}"
        found = fetch(Sql(text, where.params + residual.params))
        if len(found) == limit:
            return found, True
        looked_at: int = fetch(Sql(f"SELECT count(*) FROM (SELECT 1 {inner}) looked_at", where.params))[0][0]
        return found, looked_at < listing.budget

    def merged(self, key: str, values: Sequence[Any], further: Sql, residual: Sql | None, limit: int) -> list[Found]:
        """The first `limit` rows of each of the `values` of `key`, each in its order with its value in front; all in the tail's order."""
        listing = self.listing
        where = all_of([self.narrowed.stretch, Sql(f"{key} = v.value"), further, *([] if residual is None else [residual])])
        ending = f"FROM {listing.table} WHERE {where.text} ORDER BY {self.tail_order} LIMIT {limit}"
        if postgresql():
            array = "bigint[]" if isinstance(values[0], int) else "date[]"
            found = f"FROM unnest(%s::{array}) v(value) CROSS JOIN LATERAL (SELECT s.* {ending}) s"
            params: tuple[Any, ...] = (list(values), *where.params)
        else:
            found = f"FROM json_each(%s) v CROSS JOIN {listing.table} WHERE {listing.row_id} IN (SELECT {listing.row_id} {ending})"
            params = (json.dumps(list(values)), *where.params)
        return fetch(Sql(f"SELECT {key}, {self.selected} {found} ORDER BY {self.tail_order}", params))

    def inhabited(self, ranges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """The ranges of the natural order that hold any row of the list."""
        listing, column = self.listing, self.listing.natural[0]
        low, high = ("v.low", "v.high") if postgresql() else ("json_extract(v.value, '$[0]')", "json_extract(v.value, '$[1]')")
        where = all_of([self.narrowed.scope, Sql(f"{column} >= {low} AND {column} < {high}")])
        first = f"(SELECT 1 FROM {listing.table} WHERE {where.text} ORDER BY {column}, {listing.row_id} LIMIT 1)"
        if postgresql():
            text = f"SELECT v.low, v.high FROM unnest(%s::text[], %s::text[]) v(low, high) WHERE {first} IS NOT NULL"
            params: tuple[Any, ...] = ([low for low, _ in ranges], [high for _, high in ranges], *where.params)
        else:
            text = f"SELECT {low}, {high} FROM json_each(%s) v WHERE {first} IS NOT NULL"
            params = (json.dumps(list(ranges)), *where.params)
        return sorted((row[0], row[1]) for row in fetch(Sql(text, params)))

    def linked_heads(self, link: Link, groups: Sql, residual: Sql | None) -> list[tuple[Any, Any]]:
        """The keys and ids of the next linked rows that have any row of the list (fulfilling `residual`), in order."""
        terms = self.link_terms()
        where = all_of([self.narrowed.stretch, Sql(f"{link.key} = t.id"), *([] if residual is None else [residual])])
        having = f"EXISTS (SELECT 1 FROM {self.listing.table} WHERE {where.text})"
        text = (
            f"SELECT {terms[0].expression}, t.id FROM {link.source} WHERE {groups.text} AND {having} "
            f"ORDER BY {ordering(terms, self.backwards)} LIMIT {self.limit}"
        )
        return [(row[0], row[1]) for row in fetch(Sql(text, groups.params + where.params))]

    def link_terms(self) -> tuple[Term, Term]:
        """The order of the linked rows by which the list is led."""
        lead, (key, row_id) = self.sorting.lead, self.sorting.own
        if lead is None:
            raise TypeError("A list in natural order is led by no link.")
        return Term(lead.order, key.descending, lead.nullable), Term("t.id", row_id.descending)

    def own_heads(self, column: str, further: Sql, chosen: Chosen | None) -> list[tuple[Any, ...]]:
        """The next values of one of the list's own columns, in order, each found by one step down its index."""
        best = "max" if self.sorting.own[0].descending != self.backwards else "min"
        sign = "<" if best == "max" else ">"
        scope, table = self.narrowed.stretch, self.listing.table
        most = MOST_VALUES if self.patient or chosen is not None else self.limit
        further = all_of([further, Sql(f"{column} IS NOT NULL")]) if column in self.listing.walked_where_set else further
        text = (
            f"WITH RECURSIVE h(value, step) AS (SELECT (SELECT {best}({column}) FROM {table} WHERE {scope.text} AND {further.text}), 1 "
            f"UNION ALL SELECT (SELECT {best}({column}) FROM {table} WHERE {scope.text} AND {column} {sign} h.value), step + 1 "
            f"FROM h WHERE h.value IS NOT NULL AND step < {most}) SELECT value FROM h WHERE value IS NOT NULL"
        )
        values = [row[0] for row in fetch(Sql(text, scope.params + further.params + scope.params))]
        return [(value,) for value in values if chosen is None or value in chosen.values]
