"""The engine of every list: one declaration in, one page out. HTML, JSON and CSV read the same.

Paging takes two steps: first the ids of the page by one lean statement, then their rows by id. The number of statements does not
depend on how many rows there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from nameplate import access, functions
from nameplate.listings import custom_fields, export, neighbours, selections, walking
from nameplate.listings.as_of import day_of, wrong_day
from nameplate.listings.columns import Column, Hidden
from nameplate.listings.counting import CAP, capped_count
from nameplate.listings.custom_fields import Customs
from nameplate.listings.exactly import exact_hits, without
from nameplate.listings.narrowed import Check, Narrowed
from nameplate.listings.narrowing import narrow
from nameplate.listings.paging import Place, Term, Values, seal, unseal, values_of
from nameplate.listings.patience import within
from nameplate.listings.query import Order, Query, orders_in, parse, refuse_mistakes
from nameplate.listings.rows import Row, RowReader
from nameplate.listings.sorting import Sorting, sorting_of
from nameplate.listings.sql import FALSE, TRUE, Sql, all_of
from nameplate.listings.stretches import Found
from nameplate.listings.wildcards import literally

MOST_READERS = 100
"""An export reads whatever columns it was asked for; as many choices of them are kept ready."""
Search = Callable[[str], Check]
"""The condition under which a row is found by the text of the search box."""
Exact = Callable[[str], Sequence[Sql]]
"""The conditions under which the text of the search box is exactly a row's own name, the rows that are meant most first."""


@dataclass(frozen=True)
class Page:
    """What a reader gets: rows, how many there are, the way on and back, and what was wrong with the address."""

    listing: Listing
    query: Query
    columns: Sequence[Column]
    rows: Sequence[Row]
    count: int
    capped: bool
    total: int
    total_capped: bool
    next: str | None
    previous: str | None
    errors: Mapping[str, str]
    notes: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Listing:
    """One list. `table` is a FROM clause whose row is `s`; `natural` is the order that breaks every tie, before the id."""

    name: str
    label: str
    table: str
    columns: Sequence[Column]
    natural: Sequence[str]
    section: access.Section
    scope: Sql = TRUE
    """What belongs to the list at all."""
    sees: Callable[[access.Actor], Sql] | None = None
    """What of it an actor may see, where that is not all or nothing."""
    made: Callable[[Mapping[str, str]], str] | None = None
    """Makes the FROM clause for one reading, of what is asked and of today, where it is not the same at all times."""
    then: Callable[[Listing, date, Mapping[str, str]], Listing] | None = None
    """Makes of it the list as it was at the end of a day, for what else is asked, where the ledger tells that."""
    day: date | None = None
    """The day at whose end it is told, where that was asked for."""
    hidden: Hidden | None = None
    """What is in it, but is left out until asked for."""
    search: Search | None = None
    search_tips: str = ""
    exact: Exact | None = None
    """The rows that a text names exactly: the search box shows them first, hidden ones too."""
    impossible: Callable[[Narrowed], bool] | None = None
    """Whether a CHECK of the database rules out that any row is found."""
    sort: str = ""
    """The order when none is asked for; empty is the natural one."""
    row_id: str = "s.id"
    walked: Sequence[str] = ()
    """Columns of `s` with an index on (column, natural order, id), the most telling first; the natural order's own at the end.
    Empty: the list is so short that it is always sorted whole."""
    walked_where_set: Sequence[str] = ()
    """Columns of `s` with such an index over the rows that have a value."""
    customs: tuple[Customs, ...] = ()
    """Whose custom fields are columns of it, beside those declared."""
    selectable: bool = False
    """Whether its rows can be ticked, and found again by `chosen`."""
    cap: int = CAP
    """How far it counts."""
    budget: int = 4_000
    """How many rows of an index are looked at for a page before everything that the filters find is gathered instead."""
    patience: float = 15.0
    """How many seconds a page of a past day may take."""
    _readers: dict[tuple[str, ...], RowReader] = field(default_factory=dict, repr=False)

    @cached_property
    def default_sorts(self) -> tuple[Order, ...]:
        """The order when none is asked for."""
        by_name = {column.name: column for column in self.columns}
        return tuple(Order(by_name[part.removeprefix("-")], part.startswith("-")) for part in self.sort.split(",") if part)

    @property
    def shown(self) -> Sql:
        """What the list shows when nothing is asked."""
        return all_of([Sql(self.hidden.shown), self.scope]) if self.hidden is not None else self.scope

    @property
    def joined(self) -> bool:
        """Whether a row of the list is made of several tables' rows."""
        return " JOIN " in self.table and not self.table.startswith("(")

    def within(self, scope: Sql) -> Listing:
        """The same list, narrowed for good: the lots of one item, the entries of one unit."""
        return replace(self, scope=scope, _readers={})

    def seen_by(self, actor: access.Actor) -> Listing:
        """The same list, narrowed to what `actor` may see of it."""
        return self if self.sees is None else replace(self.within(all_of([self.scope, self.sees(actor)])), sees=None)

    def meant(self, params: Mapping[str, str], actor: access.Actor) -> Listing:
        """The list to read for `actor` and `params`: narrowed to what they may see, of the day asked for, its rows made where they are."""
        seen = self.seen_by(actor)
        if seen.then is not None and "as_of" in params:
            day = day_of(params["as_of"])
            found = seen if isinstance(day, str) else replace(seen.then(seen, day, params), made=None, day=day)
            seen = replace(found, then=None, _readers={})
        return seen if seen.made is None else replace(seen, table=seen.made(params), made=None, _readers={})

    def mistakes(self, params: Mapping[str, str], *, actor: access.Actor) -> Mapping[str, str]:
        """What is wrong in `params`, by parameter. Refused: want of the right to the list."""
        meant = self.meant(params, actor)
        query = parse(params, columns := meant.readable(actor))
        meant.narrowed(query, columns)
        return query.errors

    def _meant_anew(self, params: Mapping[str, str]) -> bool:
        return self.sees is not None or self.made is not None or (self.then is not None and "as_of" in params)

    def visible(self, actor: access.Actor) -> tuple[Column, ...]:
        """The columns that `actor` may see, those of functions that are off aside."""
        off = functions.off()
        columns = (*self.columns, *custom_fields.columns_of(self.customs)) if self.customs else self.columns
        allowed = (column for column in columns if column.right is None or access.may(actor, column.right, "view"))
        return tuple(column for column in allowed if column.needs not in off)

    def readable(self, actor: access.Actor) -> tuple[Column, ...]:
        """The same, for whoever is about to read it. Refused: want of the right; a list whose function is off."""
        access.require(actor, self.section, "view")
        if function := functions.of_noun(self.name.partition("/")[0]):
            functions.require_on(function, f"The list of {self.label.lower()}")
        return self.visible(actor)

    def read(self, params: Mapping[str, str], *, actor: access.Actor, with_total: bool = True, usual_sort: str = "") -> Page:
        """One page. What is wrong in `params` is named in the page's `errors`; the rest is applied.

        `with_total` also counts the list as it is without filters; who does not show that saves a statement. `usual_sort` is the
        reader's own order, for when `params` ask for none.
        """
        if self._meant_anew(params):
            meant = self.meant(params, actor)
            with within(None if meant.day is None else self.patience):
                return meant.read(params, actor=actor, with_total=with_total, usual_sort=usual_sort)
        query = parse(params, columns := self.readable(actor))
        query.usual = orders_in(usual_sort, {column.name: column for column in columns})
        narrowed = self.narrowed(query, columns)
        sorting = self._order(query, narrowed)
        place = self._place(query, sorting)
        first = exact_hits(self, query, columns, sorting)
        narrowed = without(self, first, narrowed)
        above = first if place is None else []
        count, capped, found = walking.page(self, narrowed, sorting, place, query.size + 1 - len(above))
        count, capped = min(count + len(first), self.cap), capped or count + len(first) > self.cap
        wanted = with_total and query.filtered
        total, total_capped = capped_count(Sql(self.table), self.shown, self.cap) if wanted else (count, capped)
        back = place is not None and place.backwards
        more = len(found) > query.size - len(above)
        found = found[: query.size - len(above)]
        if back:
            found.reverse()
            above = [] if more else first
        rows = self.reader(columns).read([row[0] for row in [*above, *found]], self.scope)
        belongs = self._belongs_to(query)
        has_next, has_previous = (True, more) if back else (more, place is not None)
        return Page(
            listing=self,
            query=query,
            columns=columns,
            rows=rows,
            count=count,
            capped=capped,
            total=total,
            total_capped=total_capped,
            next=seal(belongs, values_of(found[-1])) if found and has_next else None,
            previous=seal(belongs, values_of(found[0])) if found and has_previous else None,
            errors=query.errors,
            notes=query.notes,
        )

    def ids(self, params: Mapping[str, str], *, actor: access.Actor, most: int) -> list[int]:
        """The ids of the rows that `params` describes, in the list's order; `most + 1` of them where there are more.

        Refused: a filter that cannot be read, so that nobody acts on more than was meant.
        """
        query = parse(params, columns := self.readable(actor))
        narrowed = self.narrowed(query, columns)
        sorting = self._order(query, narrowed)
        refuse_mistakes(query.errors)
        first = exact_hits(self, query, columns, sorting)
        _, _, found = walking.page(self, without(self, first, narrowed), sorting, None, most + 1 - len(first))
        return [int(row[0]) for row in [*first, *found]]

    def beside(self, params: Mapping[str, str], *, actor: access.Actor, row_id: int) -> tuple[int | None, int | None]:
        """The rows before and after this one in the search that `params` describes, though it has left that search meanwhile."""
        if self._meant_anew(params):
            return self.meant(params, actor).beside(params, actor=actor, row_id=row_id)
        _, rest, sorting, first = self._whole(params, actor)
        return neighbours.beside(self, rest, sorting, first, row_id)

    def csv(self, params: Mapping[str, str], *, actor: access.Actor) -> Iterator[str]:
        """The whole list that `params` describes, as lines of CSV, in constant memory."""
        if self._meant_anew(params):
            return self.meant(params, actor).csv(params, actor=actor)
        return export.lines(self, *self._whole(params, actor))

    def cells(self, params: Mapping[str, str], *, actor: access.Actor) -> tuple[list[Column], Iterator[list[Any]]]:
        """The same as values: the columns, and a list in their order for each row."""
        if self._meant_anew(params):
            return self.meant(params, actor).cells(params, actor=actor)
        columns = list((whole := self._whole(params, actor))[0])
        return columns, ([row[column.name] for column in columns] for row in export.rows(self, *whole))

    def _whole(self, params: Mapping[str, str], actor: access.Actor) -> tuple[Sequence[Column], Narrowed, Sorting, list[Found]]:
        columns = self.readable(actor)
        query = parse(params, columns)
        narrowed = self.narrowed(query, columns)
        sorting = self._order(query, narrowed)
        first = exact_hits(self, query, columns, sorting)
        return [one.column for one in query.columns] or columns, without(self, first, narrowed), sorting, first

    def narrowed(self, query: Query, columns: Sequence[Column]) -> Narrowed:
        """The list's scope, filters and search as conditions; wrong filters go to the query's errors and are left out."""
        found = narrow(self, query, columns)
        if query.q and self.search is not None:
            check = self.search(query.q)
            found = found.also(check)
            query.notes.update(literally(query.q, columns, check.note))
        elif query.q:
            query.errors["q"] = "This list has no search box."
        if query.chosen:
            found = selections.narrowed(self, query, found)
        if query.as_of and self.day is None:
            query.errors["as_of"] = wrong_day(query.as_of, acted_on=self.then is not None)
        if self.day is not None:
            found = found.told_by_rows()
        if self.impossible is not None and self.impossible(found):
            return found.also(Check(FALSE))
        return found

    def _order(self, query: Query, narrowed: Narrowed) -> Sorting:
        """The whole order; where rows are named one by one, hidden ones come last unless an order was asked for."""
        sorting = sorting_of(query.sorts or query.usual or self.default_sorts, self.natural, self.row_id)
        return self.hidden_last(sorting) if narrowed.sparse and not query.sorts else sorting

    def hidden_last(self, sorting: Sorting) -> Sorting:
        """Of two rows of one name, the one that bears it now comes first."""
        return sorting if self.hidden is None else replace(sorting, own=(Term(self.hidden.hidden), *sorting.own))

    def reader(self, columns: Sequence[Column]) -> RowReader:
        """What reads the rows of these columns."""
        names = tuple(column.name if column.kept is None else f"{column.name} {column.kept.stamp}" for column in columns)
        if names not in self._readers:
            if len(self._readers) >= MOST_READERS:
                self._readers.clear()
            self._readers[names] = RowReader(self.table, self.row_id, columns)
        return self._readers[names]

    def _belongs_to(self, query: Query) -> str:
        return f"{self.name}?{','.join(map(str, query.sorts or query.usual or self.default_sorts))}"

    def _place(self, query: Query, sorting: Sorting) -> Place | None:
        cursor, name = (query.before, "before") if query.before else (query.after, "after")
        if not cursor:
            return None
        values: Values | None = unseal(self._belongs_to(query), cursor, len(sorting.terms))
        if values is None:
            query.errors[name] = "This place does not belong to this list and order. Start from its first page."
            return None
        return Place(values, backwards=bool(query.before))
