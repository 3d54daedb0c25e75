"""The order of a list: what was asked for, then the natural order and the id, so that no two rows ever tie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nameplate.listings.columns import Column
from nameplate.listings.paging import Term
from nameplate.listings.query import Order


@dataclass(frozen=True, slots=True)
class Sorting:
    """`lead` is the first column sorted by (None: the natural order), `own` its terms, `tail` the terms that follow."""

    lead: Column | None
    own: tuple[Term, ...]
    tail: tuple[Term, ...]
    natural_tail: bool
    """Whether the tail is just the natural order and the id, all in one direction: what every index of the list ends in."""

    @property
    def one_way(self) -> bool:
        """Whether one index, walked in one direction, gives the whole order."""
        return self.natural_tail and len(self.own) == 1 and self.own[0].descending == self.tail[0].descending

    @property
    def terms(self) -> tuple[Term, ...]:
        """The whole order."""
        return (*self.own, *self.tail)


def sorting_of(sorts: Sequence[Order], natural: Sequence[str], row_id: str) -> Sorting:
    """The order that `sorts` ask for. Ties run in the direction that was asked for last."""
    ending = (*natural, row_id)
    descending = bool(sorts) and sorts[-1].descending
    groups = [_terms_of(sort) for sort in sorts]
    asked = [term for group in groups for term in group]
    known = {term.expression for term in asked}
    ties = [Term(expression, descending) for expression in ending if expression not in known]
    leads_naturally = not sorts or sorts[0].column.order in ending
    own = () if leads_naturally else groups[0]
    tail = (*asked[len(own) :], *ties)
    natural_tail = tuple(term.expression for term in tail) == ending and len({term.descending for term in tail}) == 1
    return Sorting(None if leads_naturally else sorts[0].column, own, tail, natural_tail)


def _terms_of(sort: Order) -> tuple[Term, ...]:
    """One column's terms: its own value, or the linked row's and then that row's id, so that each linked row's units stay together."""
    column = sort.column
    link = column.via
    if link is None or not column.orders_by_link:
        return (Term(column.order, sort.descending, column.nullable),)
    looked_up = f"(SELECT {column.order} FROM {link.source} WHERE t.id = {link.key})"
    return (Term(looked_up, sort.descending, column.nullable or link.nullable), Term(link.key, sort.descending, link.nullable))
