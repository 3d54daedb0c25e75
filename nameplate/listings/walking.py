"""The first step of a page: the ids of its rows and the order's values there.

What the filters find is gathered behind a fence and sorted, as long as it is no more than is counted. Beyond that the order's own index
is walked instead, from the place where the page begins; which index that is depends on the order and on what was chosen. A planner left
alone walks an order's index for a handful of hits, and takes seconds where they all lie at its end.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from nameplate.listings import kept_order
from nameplate.listings.conditions import between
from nameplate.listings.counting import capped_count
from nameplate.listings.narrowed import Chosen, Narrowed
from nameplate.listings.paging import Place, behind, beyond
from nameplate.listings.sorting import Sorting
from nameplate.listings.sql import TRUE, Sql, all_of, among, postgresql
from nameplate.listings.stretches import Found, Walk
from nameplate.serial_text import sort_ranges_of_prefix

if TYPE_CHECKING:
    from nameplate.listings.columns import Link
    from nameplate.listings.engine import Listing

MOST_MERGED = 50
"""How many chosen values are walked side by side."""
MOST_HEADS = 5
"""How many groups are looked through one after the other for rows that fulfil further conditions."""


def page(listing: Listing, narrowed: Narrowed, sorting: Sorting, place: Place | None, limit: int) -> tuple[int, bool, list[Found]]:
    """How many rows there are, whether more than are counted, and the first `limit` from `place` on, nearest first.

    They come in the list's order, or in its mirror image when the place says backwards.
    """
    walk = Walk(listing, narrowed, sorting, limit, backwards=place is not None and place.backwards, patient=False)
    way = _way(walk)
    if way is not None:
        found = _walked(walk, way[0], way[1], place)
        if found is not None:
            return *capped_count(*narrowed.searched, listing.cap), found
    count, gathered = walk.gathered(place)
    if count <= listing.cap:
        return count, False, gathered
    return listing.cap, True, _exhaustive(walk, place)


def _exhaustive(walk: Walk, place: Place | None) -> list[Found]:
    """The page where hits are many, but too far from the place for the budget."""
    if walk.sorting.lead is None and walk.sorting.natural_tail and walk.listing.walked and walk.narrowed.covered:
        further = TRUE if place is None else beyond(walk.sorting.tail, place.values, walk.backwards)
        return walk.stretch("", TRUE, further, walk.narrowed.residual(None), walk.limit, whole=True)[0]
    kept = kept_order.page(walk, place)
    if kept is not None:
        return kept
    nulls = _nulls(walk)
    if nulls is None or walk.backwards or (place is not None and place.values[len(walk.sorting.own) - 1] is None):
        return walk.fenced(place)
    if not postgresql():
        # SQLite would gather by the filters' index, however many they find, where the column's own has few rows to look at.
        walk.patient = True
        way = _way(walk)
        found = None if way is None else _walked(walk, way[0], way[1], place)
        return walk.fenced(place) if found is None else found
    found = walk.fenced(place, Sql(f"{nulls} IS NOT NULL"))
    if len(found) < walk.limit:
        found += _empty(walk, nulls, TRUE, walk.narrowed.residual(None), walk.limit - len(found), whole=True)[0]
    return found


def _nulls(walk: Walk) -> str | None:
    """The leading column if it may be empty and an index leads with it: its empty rows are most of the list, and come last."""
    lead = walk.sorting.lead
    if lead is None or not walk.sorting.natural_tail or not walk.sorting.own[-1].nullable:
        return None
    column = lead.via.key if lead.via is not None and lead.orders_by_link else lead.order
    return column if _has_index(walk.listing, column) else None


def chunk(listing: Listing, narrowed: Narrowed, sorting: Sorting, place: Place | None, limit: int) -> list[Found]:
    """The next rows from the place on, uncounted: of an export, which goes through all of them, or the one beside another."""
    walk = Walk(listing, narrowed, sorting, limit, backwards=place is not None and place.backwards, patient=True)
    way = _way(walk)
    found = None if way is None else _walked(walk, way[0], way[1], place)
    if found is None and kept_order.serves(walk) and (narrowed.checks() is None or capped_count(*narrowed.searched, listing.cap)[1]):
        # Each time a little of an index, rather than each time everything.
        found = kept_order.page(walk, place)
    return walk.fenced(place) if found is None else found


def sorts_everything(listing: Listing, narrowed: Narrowed, sorting: Sorting) -> bool:
    """Whether each call of `chunk` sorts all rows that are found, since nothing serves the order: then many are asked for at a time."""
    walk = Walk(listing, narrowed, sorting, 1, backwards=False, patient=True)
    return _way(walk) is None and not kept_order.serves(walk)


def _way(walk: Walk) -> tuple[Chosen | None, Sql | None] | None:
    """The chosen values that the walk follows, and the conditions that it must look at rows for; None when no index serves the order."""
    lead, listing, narrowed = walk.sorting.lead, walk.listing, walk.narrowed
    if narrowed.gathered:
        return None
    if lead is None:
        if not listing.walked or not walk.sorting.natural_tail:
            return None
        driver = _driver(walk)
        return driver, narrowed.residual(driver)
    column = lead.via.key if lead.via is not None and lead.orders_by_link else lead.order
    if not _has_index(listing, column):
        return None
    chosen = next((choice for choice in narrowed.chosen if choice.expression == column), None)
    return chosen, narrowed.residual(chosen)


def _has_index(listing: Listing, column: str) -> bool:
    return column in listing.walked or column in listing.walked_where_set


def _driver(walk: Walk) -> Chosen | None:
    """Of what was chosen, the values whose index leads in natural order: few of them, links rather than closed sets."""
    walked = [*walk.listing.walked_where_set, *walk.listing.walked]
    usable = [c for c in walk.narrowed.chosen if c.expression in walked and not c.null and 0 < len(c.values) <= MOST_MERGED]
    return min(usable, key=lambda choice: (len(choice.values) > 1, walked.index(choice.expression)), default=None)


def _walked(walk: Walk, chosen: Chosen | None, residual: Sql | None, place: Place | None) -> list[Found] | None:
    """The page, or None when the budget ran out before it was certain."""
    if walk.sorting.lead is None:
        return _by_nature(walk, chosen, residual, place)
    found: list[Found] = []
    for rows, certain in _groups(walk, chosen, residual, place):
        found += rows
        if len(found) >= walk.limit:
            return found[: walk.limit]
        if not certain:
            return None
    return found


def _by_nature(walk: Walk, driver: Chosen | None, residual: Sql | None, place: Place | None) -> list[Found] | None:
    """In natural order: along the index of what was chosen, within a prefix, or along the natural index itself."""
    further = TRUE if place is None else beyond(walk.sorting.tail, place.values, walk.backwards)
    if driver is not None and len(driver.values) > 1:
        return [row[1:] for row in walk.merged(driver.expression, driver.values, further, residual, walk.limit)][: walk.limit]
    if driver is None and walk.narrowed.prefix:
        return _within_prefix(walk, further, residual)
    lead, only = ("", TRUE) if driver is None else (driver.expression, driver.condition)
    found, certain = walk.stretch(lead, only, further, residual, walk.limit)
    return found if certain else None


def _within_prefix(walk: Walk, further: Sql, residual: Sql | None) -> list[Found] | None:
    """Within the stretches of the natural order that hold a prefix, one after the other."""
    ranges = sort_ranges_of_prefix(walk.narrowed.prefix)
    inhabited = walk.inhabited([(low, high) for low, high in ranges if high is not None])
    if walk.sorting.tail[0].descending != walk.backwards:
        inhabited.reverse()
    found: list[Found] = []
    for low, high in inhabited[:MOST_HEADS]:
        rows, certain = walk.stretch("", between(walk.listing.natural[0], low, high), further, residual, walk.limit - len(found))
        found += rows
        if len(found) == walk.limit or not certain:
            return found if certain else None
    return found if len(inhabited) <= MOST_HEADS else None


Rows = tuple[list[Found], bool]


def _groups(walk: Walk, chosen: Chosen | None, residual: Sql | None, place: Place | None) -> Iterator[Rows]:
    """The stretches of a walk led by a column: the place's own group first, then the groups behind it, the rows without a value last.

    Each is only asked for when those before did not fill the page.
    """
    lead = walk.sorting.lead
    if lead is None:
        raise TypeError("A list in natural order has no groups.")
    link = lead.via if lead.orders_by_link else None
    column = lead.order if link is None else link.key
    nullable = walk.sorting.own[-1].nullable
    if link is None and walk.sorting.one_way and chosen is None and walk.narrowed.stretch == walk.narrowed.scope:
        yield from _along_column(walk, column, residual, place)
        return
    own = None if place is None else place.values[len(walk.sorting.own) - 1]
    behind_nothing = place is not None and own is None
    if place is not None and _wants(chosen, own):
        further = _behind_tail(walk, place.values[len(walk.sorting.own) :])
        if own is None:
            yield _empty(walk, column, further, residual, walk.limit)
        else:
            yield walk.stretch(column, Sql(f"{column} = %s", (own,)), further, residual, walk.limit)
    if not behind_nothing or walk.backwards:
        yield from _heads(walk, link, column, chosen, residual, None if behind_nothing else place)
    if nullable and not behind_nothing and not walk.backwards and (chosen is None or chosen.null):
        yield _empty(walk, column, TRUE, residual, walk.limit)


def _empty(walk: Walk, column: str, further: Sql, residual: Sql | None, limit: int, *, whole: bool = False) -> Rows:
    """The rows without a value of the column: along its index where they are in it, or else in natural order."""
    lead = "" if column in walk.listing.walked_where_set else column
    return walk.stretch(lead, Sql(f"{column} IS NULL"), further, residual, limit, whole=whole)


def _along_column(walk: Walk, column: str, residual: Sql | None, place: Place | None) -> Iterator[Rows]:
    """Along the index of one of the list's own columns from end to end, the rows where it is NULL last (first, backwards)."""
    nullable = walk.sorting.own[0].nullable
    at_null = place is not None and place.values[0] is None
    parts = ["values", "nulls"] if nullable else ["values"]
    for part in reversed(parts) if walk.backwards else parts:
        further = TRUE
        if place is not None and (part == "nulls") == at_null:
            terms, values = (walk.sorting.tail, place.values[1:]) if at_null else (walk.sorting.terms, place.values)
            further = beyond(terms, values, walk.backwards)
        elif place is not None and at_null is not walk.backwards:
            continue
        if part == "nulls":
            yield _empty(walk, column, further, residual, walk.limit)
        else:
            yield walk.stretch(column, Sql(f"{column} IS NOT NULL") if nullable else TRUE, further, residual, walk.limit)


def _wants(chosen: Chosen | None, own: Any) -> bool:
    return chosen is None or (chosen.null if own is None else own in chosen.values)


def _behind_tail(walk: Walk, values: Sequence[Any]) -> Sql:
    """The rows behind the place within its own group."""
    if walk.sorting.natural_tail:
        return beyond(walk.sorting.tail, tuple(values), walk.backwards)
    return behind(walk.sorting.tail, Place(tuple(values), walk.backwards))


def _heads(walk: Walk, link: Link | None, column: str, chosen: Chosen | None, residual: Sql | None, place: Place | None) -> Iterator[Rows]:
    """Group by group, in the order of the groups: the first alone, for it mostly fills the page, then more and more at a time."""
    if link is None:
        heads = walk.own_heads(column, _behind_value(walk, column, place), chosen)
    else:
        heads = walk.linked_heads(link, _behind_link(walk, link, chosen, place), residual if walk.patient else None)
    left = walk.limit
    if residual is not None and not walk.patient:
        for number, head in enumerate(heads):
            rows, certain = walk.stretch(column, Sql(f"{column} = %s", (_parameter(head[-1]),)), TRUE, residual, left)
            yield rows, certain and (number + 1 < MOST_HEADS or number + 1 == len(heads) < walk.limit)
            left -= len(rows)
        return
    start, size = 0, 1
    while start < len(heads):
        values = [_parameter(head[-1]) for head in heads[start : start + size]]
        places = {value: number for number, value in enumerate(values)}
        rows = walk.merged(column, values, TRUE, residual, left)
        rows.sort(key=lambda row: places[_parameter(row[0])])
        yield [row[1:] for row in rows[:left]], True
        left -= len(rows)
        start, size = start + size, MOST_HEADS if size == 1 else walk.limit


def _parameter(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _behind_value(walk: Walk, column: str, place: Place | None) -> Sql:
    if place is None or place.values[0] is None:
        return TRUE
    sign = "<" if walk.sorting.own[0].descending != walk.backwards else ">"
    return Sql(f"{column} {sign} %s", (place.values[0],))


def _behind_link(walk: Walk, link: Link, chosen: Chosen | None, place: Place | None) -> Sql:
    """The linked rows behind the place's own, as far as what was chosen leaves them."""
    conditions = [] if place is None else [behind(walk.link_terms(), Place(place.values[:2], walk.backwards))]
    for own, linked in link.implied:
        conditions += [among(linked, choice.values) for choice in walk.narrowed.chosen if choice.expression == own and not choice.null]
    return all_of([*conditions, *([] if chosen is None else [among("t.id", chosen.values)])])
