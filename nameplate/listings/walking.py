"""The first step of a page: the ids of its rows and the order's values there, by lean statements.

Up to the cap, what the filters find is gathered behind a fence and sorted. Above it the order's own index is walked instead, from the
place where the page begins; which index that is depends on the order and on what was chosen. A planner left alone walks an order's
index for a handful of hits, and takes seconds where they all lie at its end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nameplate.listings.narrowed import Chosen, Narrowed
from nameplate.listings.paging import Place, Term, behind, beyond, ordering
from nameplate.listings.sorting import Sorting
from nameplate.listings.sql import Sql, all_of, among, fence, fetch, postgresql

if TYPE_CHECKING:
    from nameplate.listings.columns import Link
    from nameplate.listings.engine import Listing

Found = tuple[Any, ...]
"""An id, then the values of the order's terms."""

BUDGET = 20_000
"""How many rows of an index are looked at for a page before the filters' own indexes are asked instead."""
MOST_MERGED = 50
"""How many chosen values are walked side by side."""


class Walk:
    """The statements that find one page of a list."""

    def __init__(self, listing: Listing, narrowed: Narrowed, sorting: Sorting, limit: int, *, backwards: bool) -> None:
        self.listing = listing
        self.narrowed = narrowed
        self.sorting = sorting
        self.limit = limit
        self.backwards = backwards
        self.tail_order = ordering(sorting.tail, backwards)

    def fenced(self, place: Place | None, capped: bool) -> list[Found]:
        """Gather all that the filters find, then sort."""
        source, wanted = (Sql(self.listing.table), self.narrowed.condition) if capped else self.narrowed.searched
        terms = self.sorting.terms
        names = [Term(f"o{number}", term.descending, term.nullable) for number, term in enumerate(terms)]
        selected = ", ".join(f"{term.expression} AS o{number}" for number, term in enumerate(terms))
        inner = f"SELECT {self.listing.row_id} AS id, {selected} FROM {source.text} WHERE {wanted.text} {fence()}"
        further = behind(names, place) if place is not None else Sql("1 = 1")
        text = f"SELECT * FROM ({inner}) f WHERE {further.text} ORDER BY {ordering(names, self.backwards)} LIMIT {self.limit}"
        return fetch(Sql(text, source.params + wanted.params + further.params))

    def plain(self, driver: Sql, lead: str, further: Sql, residual: Sql | None, limit: int, *, whole: bool = False) -> list[Found]:
        """One stretch of an index, in its order: the rows under `driver` from `further` on; `lead` is the index's first column.

        With a `residual` condition only a budget of rows is looked at, unless the `whole` stretch is wanted.
        """
        listing = self.listing
        order = self.tail_order if not lead else f"{lead} {'DESC' if self._reversed else 'ASC'}, {self.tail_order}"
        selected = ", ".join([listing.row_id, *(term.expression for term in self.sorting.terms)])
        if residual is None or whole or listing.joined:
            where = all_of([self.narrowed.scope, driver, further, *([] if residual is None else [residual])])
            return fetch(Sql(f"SELECT {selected} FROM {listing.table} WHERE {where.text} ORDER BY {order} LIMIT {limit}", where.params))
        where = all_of([self.narrowed.scope, driver, further])
        inner = f"SELECT s.* FROM {listing.table} WHERE {where.text} ORDER BY {order} LIMIT {BUDGET}"
        text = f"SELECT {selected} FROM ({inner}) s WHERE {residual.text} ORDER BY {order} LIMIT {limit}"
        return fetch(Sql(text, where.params + residual.params))

    @property
    def _reversed(self) -> bool:
        return self.sorting.tail[-1].descending != self.backwards

    def merged(self, key: str, values: Sequence[int], further: Sql, residual: Sql | None, limit: int, *, by_value: bool = False) -> list[Found]:
        """The first `limit` rows of each value of `key`, side by side.

        Then the first of all of these; or, `by_value`, all of them, each with its value instead of the order's own terms.
        """
        listing = self.listing
        terms = self.sorting.tail if by_value else self.sorting.terms
        selected = ", ".join([listing.row_id, *([key] if by_value else []), *(term.expression for term in terms)])
        where = all_of([self.narrowed.scope, Sql(f"{key} = v.value"), further, *([] if residual is None else [residual])])
        ending = f"FROM {listing.table} WHERE {where.text} ORDER BY {self.tail_order} LIMIT {limit}"
        if postgresql():
            found = f"FROM unnest(%s::bigint[]) v(value) CROSS JOIN LATERAL (SELECT s.* {ending}) s"
            params: tuple[Any, ...] = (list(values), *where.params)
        else:
            found = f"FROM json_each(%s) v CROSS JOIN {listing.table} WHERE {listing.row_id} IN (SELECT {listing.row_id} {ending})"
            params = (json.dumps(list(values)), *where.params)
        return fetch(Sql(f"SELECT {selected} {found} ORDER BY {self.tail_order}{'' if by_value else f' LIMIT {limit}'}", params))

    def linked(self, link: Link, groups: Sql, residual: Sql | None, limit: int) -> list[Found]:
        """Linked rows in their order, and under each of them the list's rows in theirs."""
        heads = self._heads(link, groups, residual, limit)
        found: list[Found] = []
        size, start = 1, 0
        # The first linked row's units mostly fill the page; where they do not, the next few are asked together, then all the others.
        while start < len(heads) and len(found) < limit:
            chunk = dict(heads[start : start + size])
            rows = self.merged(link.key, list(chunk), Sql("1 = 1"), residual, limit - len(found), by_value=True)
            places = {value: number for number, value in enumerate(chunk)}
            rows.sort(key=lambda row: places[row[1]])
            found += [(row[0], chunk[row[1]], *row[1:]) for row in rows]
            start, size = start + size, 5 if size == 1 else limit
        return found[:limit]

    def _heads(self, link: Link, groups: Sql, residual: Sql | None, limit: int) -> list[tuple[int, Any]]:
        """The ids and keys of the next linked rows that have any row of the list, in order."""
        terms = self.link_terms()
        where = all_of([self.narrowed.scope, Sql(f"{link.key} = t.id"), *([] if residual is None else [residual])])
        text = (
            f"SELECT t.id, {terms[0].expression} FROM {link.source} WHERE {groups.text} "
            f"AND EXISTS (SELECT 1 FROM {self.listing.table} WHERE {where.text}) ORDER BY {ordering(terms, self.backwards)} LIMIT {limit}"
        )
        return [(row[0], row[1]) for row in fetch(Sql(text, groups.params + where.params))]

    def link_terms(self) -> tuple[Term, Term]:
        """The order of the linked rows by which the list is led."""
        lead, (key, row_id) = self.sorting.lead, self.sorting.own
        if lead is None:
            raise TypeError("A list in natural order is led by no link.")
        return Term(lead.order, key.descending, lead.nullable), Term("t.id", row_id.descending)


def page(listing: Listing, narrowed: Narrowed, sorting: Sorting, place: Place | None, limit: int, capped: bool) -> list[Found]:
    """The first `limit` rows from `place` on, nearest first: in the list's order, or its mirror image when the place says backwards."""
    walk = Walk(listing, narrowed, sorting, limit, backwards=place is not None and place.backwards)
    found = None
    if sorting.natural_tail and listing.walked:
        if sorting.lead is None:
            found = _by_nature(walk, place, capped)
        elif sorting.lead.orders_by_link:
            found = _by_link(walk, place, capped)
        elif sorting.lead.order in listing.walked:
            found = _by_column(walk, sorting.lead.order, place, capped)
    return walk.fenced(place, capped) if found is None else found


def _short(found: list[Found], walk: Walk, residual: Sql | None) -> bool:
    """Whether rows may be missing because the budget ran out."""
    return residual is not None and len(found) < walk.limit


def _by_nature(walk: Walk, place: Place | None, capped: bool) -> list[Found] | None:
    """In natural order: along the index of what was chosen, or along the natural index itself."""
    tail = walk.sorting.tail
    further = beyond(tail, place.values, walk.backwards) if place is not None else Sql("1 = 1")
    driver = _driver(walk)
    residual = walk.narrowed.checks(without=driver)
    if residual is not None and not capped:
        return None
    if driver is not None and len(driver.values) > 1:
        return walk.merged(driver.expression, driver.values, further, residual, walk.limit)
    lead, only = ("", Sql("1 = 1")) if driver is None else (driver.expression, driver.condition)
    found = walk.plain(only, lead, further, residual, walk.limit)
    return None if _short(found, walk, residual) else found


def _driver(walk: Walk) -> Chosen | None:
    """The chosen values whose index is walked: few of them, links rather than closed sets."""
    expressions = walk.listing.walked
    usable = [c for c in walk.narrowed.chosen if c.expression in expressions and not c.null and 0 < len(c.values) <= MOST_MERGED]
    return min(usable, key=lambda choice: (len(choice.values) > 1, expressions.index(choice.expression)), default=None)


def _by_column(walk: Walk, column: str, place: Place | None, capped: bool) -> list[Found] | None:
    """Along the index of one of the list's own columns; rows where it is NULL come last."""
    residual = walk.narrowed.checks()
    term = walk.sorting.own[0]
    if (residual is not None and not capped) or term.descending != walk.sorting.tail[-1].descending:
        return None
    parts = [(False, Sql(f"{column} IS NOT NULL")), (True, Sql(f"{column} IS NULL"))] if term.nullable else [(False, Sql("1 = 1"))]
    if walk.backwards:
        parts.reverse()
    found: list[Found] = []
    for null, driver in parts:
        further = Sql("1 = 1")
        if place is not None:
            at_null = place.values[0] is None
            if at_null is null:
                terms = walk.sorting.tail if null else walk.sorting.terms
                further = beyond(terms, place.values[1:] if null else place.values, walk.backwards)
            elif at_null is not walk.backwards:
                continue
        found += walk.plain(driver, column, further, residual, walk.limit - len(found))
        if _short(found, walk, residual):
            return None
        if len(found) == walk.limit:
            break
    return found


def _by_link(walk: Walk, place: Place | None, capped: bool) -> list[Found] | None:
    """Linked row by linked row: the place's own one first, then those behind it, then the rows that point at none."""
    lead = walk.sorting.lead
    if lead is None or lead.via is None or lead.via.key not in walk.listing.walked:
        return None
    link = lead.via
    chosen = next((choice for choice in walk.narrowed.chosen if choice.expression == link.key), None)
    residual = walk.narrowed.checks(without=chosen)
    if residual is not None and not capped:
        return None
    found: list[Found] = []
    for rows in _link_parts(walk, link, place, chosen, residual):
        found += rows
        if len(found) >= walk.limit:
            break
    return found[: walk.limit]


def _link_parts(walk: Walk, link: Link, place: Place | None, chosen: Chosen | None, residual: Sql | None) -> Iterator[list[Found]]:
    """The stretches of a walk by link, nearest first; each is only asked for when those before did not fill the page."""
    own = None if place is None else place.values[1]
    in_groups = place is None or own is not None
    if place is not None and (chosen is None or (own in chosen.values if own is not None else chosen.null)):
        at = Sql(f"{link.key} IS NULL") if own is None else Sql(f"{link.key} = %s", (own,))
        further = beyond(walk.sorting.tail, place.values[2:], walk.backwards)
        yield walk.plain(at, link.key, further, residual, walk.limit, whole=True)
    if in_groups or walk.backwards:
        yield walk.linked(link, _groups(walk, chosen, place if in_groups else None), residual, walk.limit)
    if in_groups and not walk.backwards and link.nullable and (chosen is None or chosen.null):
        yield walk.plain(Sql(f"{link.key} IS NULL"), link.key, Sql("1 = 1"), residual, walk.limit, whole=True)


def _groups(walk: Walk, chosen: Chosen | None, place: Place | None) -> Sql:
    """The linked rows that come behind the place's own."""
    conditions = [] if place is None else [behind(walk.link_terms(), Place(place.values[:2], walk.backwards))]
    return all_of([*conditions, *([] if chosen is None else [among("t.id", chosen.values)])])
