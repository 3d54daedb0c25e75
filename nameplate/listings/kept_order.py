"""The order of a custom field, where so much is found that it is not sorted whole: along the index of the field's own values.

Values that few rows have are gathered together and sorted; one that many have is looked for along the natural order, where it is met soon.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from nameplate.listings.columns import Column, Kept
from nameplate.listings.paging import Place, Term, behind, beyond, ordering
from nameplate.listings.sql import TRUE, Sql, all_of, among, fence, fetch
from nameplate.listings.stretches import Found, Walk

ROUNDS = 4
"""How often more values are looked for, before all that is found is sorted after all."""


class _Group(NamedTuple):
    """The rows of one value: as it is kept, and as it is ordered by."""

    kept: Any
    order: Any
    size: int


def serves(walk: Walk) -> bool:
    """Whether the order is that of a custom field of the list's own rows, and the natural order within its values."""
    lead, listing = walk.sorting.lead, walk.listing
    ours = lead is not None and lead.kept is not None and lead.via is None
    return ours and walk.sorting.natural_tail and listing.day is None and not listing.joined and bool(listing.walked)


def page(walk: Walk, place: Place | None) -> list[Found] | None:
    """The first rows from the place on, in the list's order or its mirror image; None where that is not found in this way."""
    lead = walk.sorting.lead
    if lead is None or lead.kept is None or not serves(walk):
        return None
    found: list[Found] = []
    if place is not None and place.values[0] is None:
        found = _empty(walk, lead, beyond(walk.sorting.tail, place.values[1:], walk.backwards), walk.limit)
        if len(found) == walk.limit or not walk.backwards:
            return found
        place = None  # the values begin at their end
    for run in _runs(walk, lead, lead.kept, None if place is None else place.values[0]):
        if run is None:
            return None
        left = walk.limit - len(found)
        single = len(run) == 1 and run[0].size > walk.listing.cap
        found += _met(walk, lead, run[0], place, left) if single else _gathered(walk, lead.kept, run, place, left)
        if len(found) == walk.limit:
            return found
    return found if walk.backwards else found + _empty(walk, lead, TRUE, walk.limit - len(found))


def _runs(walk: Walk, lead: Column, kept: Kept, start: Any) -> Iterator[list[_Group] | None]:
    """Groups in their order, from the value `start` on: as many at a time as are gathered at once, or one that is too large for that.

    None at the end: there are more.
    """
    if lead.choices and kept.column == "text_key":
        yield from _packed(_options(walk, lead, kept, start), walk.listing.cap)
        return
    for _ in range(ROUNDS):
        groups = _next(walk, kept, start)
        cut = sum(group.size for group in groups) > walk.listing.cap
        if not groups:
            return
        if cut and len(groups) == 1:
            yield groups
            start = _after(walk, kept, groups[0].kept)
            if start is None:
                return
        else:
            yield groups[:-1] if cut else groups
            if not cut:
                return
            start = groups[-1].kept
    yield None


def _packed(groups: Sequence[_Group], most: int) -> Iterator[list[_Group]]:
    run: list[_Group] = []
    for group in groups:
        if run and sum(one.size for one in run) + group.size > most:
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _downwards(walk: Walk) -> bool:
    return walk.sorting.own[0].descending != walk.backwards


def _next(walk: Walk, kept: Kept, start: Any) -> list[_Group]:
    """The next values with how many rows have each, as far as can be gathered at once; the last is cut off where there are more."""
    direction, sign = ("DESC", "<=") if _downwards(walk) else ("ASC", ">=")
    value = f"v.{kept.column}"
    further = TRUE if start is None else Sql(f"{value} {sign} %s", (start,))
    inner = (
        f"SELECT {value} AS g FROM nameplate_fieldvalue v WHERE v.field_id = {kept.field_id} AND {value} IS NOT NULL AND {further.text} "
        f"ORDER BY {value} {direction} LIMIT {walk.listing.cap + 1}"
    )
    rows = fetch(Sql(f"SELECT g, count(*) FROM ({inner}) f GROUP BY g ORDER BY g {direction}", further.params))
    return [_Group(_parameter(row[0]), _parameter(row[0]), row[1]) for row in rows]


def _after(walk: Walk, kept: Kept, value: Any) -> Any:
    """The value after this one; None when it was the last."""
    best, sign = ("max", "<") if _downwards(walk) else ("min", ">")
    column = f"v.{kept.column}"
    text = f"SELECT {best}({column}) FROM nameplate_fieldvalue v WHERE v.field_id = {kept.field_id} AND {column} {sign} %s"
    return _parameter(fetch(Sql(text, (value,)))[0][0])


def _options(walk: Walk, lead: Column, kept: Kept, start: Any) -> list[_Group]:
    """The options from the place of `start` on, each with how many rows have it, counted until it is more than are gathered at once."""
    places = list(enumerate(choice.slug for choice in lead.choices))
    if _downwards(walk):
        places = [one for one in reversed(places) if start is None or one[0] <= start]
    else:
        places = [one for one in places if start is None or one[0] >= start]
    counted = (
        "SELECT count(*) FROM (SELECT 1 FROM nameplate_fieldvalue v "
        f"WHERE v.field_id = {kept.field_id} AND v.text_key = %s LIMIT {walk.listing.cap + 1}) f"
    )
    if not places:
        return []
    sizes = fetch(Sql(f"SELECT {', '.join(f'({counted})' for _ in places)}", tuple(slug for _, slug in places)))[0]
    return [_Group(slug, order, size) for (order, slug), size in zip(places, sizes, strict=True)]


def _gathered(walk: Walk, kept: Kept, run: Sequence[_Group], place: Place | None, limit: int) -> list[Found]:
    """The first rows of these groups behind the place, sorted."""
    names = [Term(f"o{number}", term.descending, term.nullable) for number, term in enumerate(walk.sorting.terms)]
    tail = ", ".join(f"{term.expression} AS o{number}" for number, term in enumerate(walk.sorting.tail, 1))
    value = f"v.{kept.column}"
    if kept.order != value:
        which = among(value, [group.kept for group in run])
    else:
        low, high = (run[-1].kept, run[0].kept) if _downwards(walk) else (run[0].kept, run[-1].kept)
        which = Sql(f"{value} >= %s AND {value} <= %s", (low, high))
    condition = walk.narrowed.condition
    inner = (
        f"SELECT {walk.listing.row_id} AS id, {kept.order} AS o0, {tail} FROM nameplate_fieldvalue v CROSS JOIN {walk.listing.table} "
        f"WHERE v.field_id = {kept.field_id} AND {which.text} AND {walk.listing.row_id} = v.subject AND {condition.text} {fence()}"
    )
    further = TRUE if place is None else behind(names, place)
    text = f"SELECT * FROM ({inner}) f WHERE {further.text} ORDER BY {ordering(names, walk.backwards)} LIMIT {limit}"
    return fetch(Sql(text, which.params + condition.params + further.params))


def _met(walk: Walk, lead: Column, group: _Group, place: Place | None, limit: int) -> list[Found]:
    """The first rows of a large group behind the place, met along the natural order."""
    own = place is not None and _parameter(place.values[0]) == group.order
    further = beyond(walk.sorting.tail, place.values[1:], walk.backwards) if place is not None and own else TRUE
    return _along(walk, Sql(f"{lead.order} = %s", (group.order,)), further, limit)


def _empty(walk: Walk, lead: Column, further: Sql, limit: int) -> list[Found]:
    """The first rows that have no value of the field, along the natural order."""
    return _along(walk, Sql(f"{lead.order} IS NULL"), further, limit)


def _along(walk: Walk, which: Sql, further: Sql, limit: int) -> list[Found]:
    residual = walk.narrowed.residual(None)
    wanted = which if residual is None else all_of([residual, which])
    return walk.stretch("", TRUE, further, wanted, limit, whole=True)[0]


def _parameter(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value
