"""Which rows of a list are wanted: its scope, its filters and its search, as conditions that the walk can choose from.

Filters on linked rows are resolved first, to the set of ids they mean: the list's own statement then compares its own columns only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import timezone

from nameplate import serial_text
from nameplate.listings import filters, grammar, kept
from nameplate.listings.closed_sets import chosen
from nameplate.listings.columns import NUMERIC, Column, Kept
from nameplate.listings.conditions import condition_of, moment_term, plain_term, text_term
from nameplate.listings.filters import DateColumn, Filter, NumberColumn, TextColumn
from nameplate.listings.kept import KeptCheck
from nameplate.listings.matching import matches
from nameplate.listings.narrowed import Check, Chosen, Narrowed
from nameplate.listings.query import Query
from nameplate.listings.search import serial_check
from nameplate.listings.sql import TRUE, Sql, all_of, among, any_of, fetch

if TYPE_CHECKING:
    from nameplate.listings.engine import Listing

MOST_IDS = 20_000
"""Above that many linked rows their condition stays a subquery."""


def grammar_column(column: Column) -> filters.Column:
    """How the grammar sees the column."""
    if column.kind in ("date", "time"):
        return DateColumn(timezone.localdate())
    if column.kind in NUMERIC:
        return NumberColumn()
    natural = column.order.endswith("sort_key")
    return TextColumn(order=serial_text.sort_key if natural else str)


def narrow(listing: Listing, query: Query, columns: Sequence[Column]) -> Narrowed:
    """The list's scope and the query's filters; a filter that cannot be read is named in the query's errors and left out."""
    hidden = listing.hidden
    found = Narrowed(listing.table, listing.scope if hidden is not None and hidden.column in query.texts else listing.shown)
    by_name = {column.name: column for column in columns}
    kept_checks: list[KeptCheck] = []
    for name, text in query.texts.items():
        column = by_name[name]
        if hidden is not None and name == hidden.column:
            found = _narrow_hidden(found, listing, column, text, query)
            continue
        if column.kept is not None:
            found = _narrow_kept(found, column, column.kept, text, query, kept_checks)
            continue
        if column.choices:
            found = _narrow_choice(found, listing, column, text, query)
            continue
        seen_as = grammar_column(column)
        try:
            wanted = grammar.parse(text, seen_as)
        except filters.GrammarError as error:
            query.errors[name] = error.message
            continue
        if wanted is not None and column.key == "s.key":
            found = _narrow_number(found, listing, wanted, query)
        elif wanted is not None:
            found = _narrow(found, listing, column, wanted, seen_as)
    return found.also(kept.together(listing, kept_checks)) if kept_checks else found


def _narrow_kept(found: Narrowed, column: Column, where: Kept, text: str, query: Query, gathered: list[KeptCheck]) -> Narrowed:
    """By a custom field: one of a linked row at once, those of the list's own rows are gathered to be asked together."""
    check: KeptCheck | str
    if column.choices:
        check = kept.closed(column, where, text)
    else:
        seen_as = grammar_column(column)
        try:
            wanted = grammar.parse(text, seen_as)
        except filters.GrammarError as error:
            query.errors[column.name] = error.message
            return found
        if wanted is None:
            return found
        check = kept.ranged(where, wanted, seen_as)
    if isinstance(check, str):
        query.errors[column.name] = check
        return found
    if column.via is None:
        gathered.append(check)
        return found
    return _narrow_linked(found, column, check.of_linked, matches_nothing=check.finds_nothing)


def _narrow_hidden(found: Narrowed, listing: Listing, column: Column, text: str, query: Query) -> Narrowed:
    """Shown, hidden or both: in the words of the partial indexes."""
    hidden = listing.hidden
    picked = chosen(column, text)
    if hidden is None or isinstance(picked, str):
        query.errors[column.name] = str(picked)
        return replace(found, scope=listing.shown)
    conditions = [Sql(condition) for stored, condition in ((1, hidden.hidden), (0, hidden.shown)) if stored in picked]
    return replace(found, scope=all_of([found.scope, *conditions])) if len(conditions) == 1 else found


def _narrow_choice(found: Narrowed, listing: Listing, column: Column, text: str, query: Query) -> Narrowed:
    picked = chosen(column, text)
    if isinstance(picked, str):
        query.errors[column.name] = picked
        return found
    if column.via is not None:
        return _narrow_linked(found, column, among(column.value, picked), matches_nothing=False)
    if picked and isinstance(picked[0], str):
        return found.also(Check(among(column.value, picked)))
    return found.choosing(_numbers(listing, column, picked))


def _numbers(listing: Listing, column: Column, picked: Sequence[int | str]) -> Chosen:
    values = {int(value) for value in picked}
    if column.bits and column.value in listing.walked:
        # Of the many possible sums few occur; named alone, they keep SQLite from reading the whole table instead of their index.
        values &= _occurring(listing, column.value)
    return Chosen(column.value, tuple(sorted(values)))


def _occurring(listing: Listing, column: str) -> set[int]:
    """The values of an indexed column of the list's own row, each found by one step along its index."""
    smallest = f"SELECT min({column}) FROM {listing.table} WHERE {listing.shown.text}"
    text = (
        f"WITH RECURSIVE h(value) AS (SELECT ({smallest}) UNION ALL SELECT ({smallest} AND {column} > h.value) "
        f"FROM h WHERE h.value IS NOT NULL) SELECT value FROM h WHERE value IS NOT NULL"
    )
    return {row[0] for row in fetch(Sql(text, listing.shown.params * 2))}


def _narrow_number(found: Narrowed, listing: Listing, wanted: Filter, query: Query) -> Narrowed:
    """By serial number. An exact number finds hidden units too, unless it is said which are wanted."""
    check = serial_check(wanted)
    query.notes.update({"serial": check.note} if check.note else {})
    hidden = listing.hidden
    if hidden is None or hidden.column in query.texts or not _names_numbers(wanted):
        return found.also(check)
    # Each half in the words of its own partial index.
    either = any_of([all_of([Sql(words), check.condition]) for words in (hidden.shown, hidden.hidden)])
    return replace(found, scope=listing.scope, sparse=True).also(Check(either))


def _names_numbers(wanted: Filter) -> bool:
    """Whether the filter only names numbers, each exactly."""
    terms = wanted.terms if isinstance(wanted, filters.Either) else (wanted,)
    return all(isinstance(term, filters.Exact) for term in terms)


def _narrow(found: Narrowed, listing: Listing, column: Column, wanted: Filter, seen_as: filters.Column) -> Narrowed:
    if column.within is not None:
        return _narrow_within(found, listing, column, column.within, wanted, seen_as)
    if column.via is None:
        return found.also(Check(_condition(listing, column, wanted, seen_as)))
    condition = _condition(listing, column, wanted, seen_as)
    return _narrow_linked(found, column, condition, matches_nothing=matches(wanted, None, seen_as))


def _condition(listing: Listing, column: Column, wanted: Filter, seen_as: filters.Column) -> Sql:
    """The condition on the row in which the column's value stands."""
    if column.kind == "date":
        return condition_of(wanted, plain_term(column.value))
    if column.kind == "time":
        return condition_of(wanted, moment_term(column.value))
    if column.kind in NUMERIC:
        return condition_of(wanted, plain_term(column.value, micro=column.kind != "number"))
    if not column.key:
        return _condition_by_values(listing, column, wanted, seen_as)
    key = f"COALESCE({column.key}, '')" if column.via is not None or column.nullable else column.key
    natural = column.order.endswith("sort_key")
    order = serial_text.sort_key if natural else str
    return condition_of(wanted, text_term(key, column.order if natural else key, order))


def _condition_by_values(listing: Listing, column: Column, wanted: Filter, seen_as: filters.Column) -> Sql:
    """For text without a folded key: its distinct values, which are few, are folded and matched here."""
    expression = f"COALESCE({column.value}, '')"
    table = listing.table if column.via is None else column.via.source
    scope = listing.scope if column.via is None else TRUE
    values = [row[0] for row in fetch(Sql(f"SELECT DISTINCT {expression} FROM {table} WHERE {scope.text}", scope.params))]
    return among(expression, sorted(value for value in values if matches(wanted, value, seen_as)))


def _narrow_within(
    found: Narrowed, listing: Listing, column: Column, within: tuple[str, str], wanted: Filter, seen_as: filters.Column
) -> Narrowed:
    """By text that rows of one choice alone have: its values are read, and its rows looked for, among these. Hidden rows have none."""
    owner = next(one for one in listing.columns if one.name == within[0])
    having = _numbers(listing, owner, chosen(owner, within[1]))
    whose = all_of([listing.shown, having.condition])
    values = {row[0] for row in fetch(Sql(f"SELECT DISTINCT {column.value} FROM {listing.table} WHERE {whose.text}", whose.params))}
    nothing = matches(wanted, "", seen_as)
    meant = sorted(value for value in values | {""} if matches(wanted, value, seen_as))
    found = found.also(Check(among(column.value, meant)))
    return found if nothing else found.choosing(having)


def _narrow_linked(found: Narrowed, column: Column, condition: Sql, *, matches_nothing: bool) -> Narrowed:
    link = column.via
    if link is None:
        raise TypeError(f"The column {column.name} is not read through a link.")
    where = all_of([Sql(link.among), condition]) if link.among else condition
    meant = Sql(f"SELECT t.id FROM {link.source} WHERE {where.text}", where.params)
    ids = [row[0] for row in fetch(Sql(f"{meant.text} LIMIT {MOST_IDS + 1}", meant.params))]
    null = matches_nothing and link.nullable
    if len(ids) <= MOST_IDS:
        if link.around is not None:
            found = found.also(Check(Sql(link.around(meant.text), meant.params)))
        return found.choosing(Chosen(link.key, tuple(ids), null))
    many = Sql(f"{link.key} IN ({meant.text})", meant.params)
    return found.also(Check(any_of([many, Sql(f"{link.key} IS NULL")]) if null else many))
