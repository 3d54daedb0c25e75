"""The heads of a list's columns: sort links and filters, the chips of what is set, and mistakes beside where they were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from nameplate.listings import closed_sets, lookup
from nameplate.listings.columns import NUMERIC, Column
from nameplate.listings.engine import Page
from nameplate.listings.query import Order, Query, Shown
from nameplate.listings.selections import in_words
from nameplate.listings.wildcards import WILDCARDS, naming_column
from nameplate.web.table import mark_of

PLACEHOLDERS = {"date": "2026-03..", "time": "7d", "number": ">0", "quantity": ">0", "money": ">0"}

RANGES = {
    "day_terms": (
        ("today", "Today"),
        ("7d", "Last 7 days"),
        ("30d", "Last 30 days"),
        ("+30d", "Next 30 days"),
        ("=", "Empty"),
        ("!=", "Not empty"),
    ),
    "number_terms": ((">0", "More than 0"), ("=", "Empty"), ("!=", "Not empty")),
}
"""What is often asked of days and numbers, and how it is called."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a closed set in its filter."""

    slug: str
    mark: Markup
    chosen: bool


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over a column."""

    column: Column
    width: int
    """In pixels; 0 is as wide as what stands in it."""
    guest: bool
    """Whether it is shown only because it is filtered or sorted by."""
    text: str
    """The filter as typed."""
    error: str
    note: str
    """How the filter was understood otherwise than it may have been meant; empty where it was not."""
    sort_address: str
    """Where a click on the head leads; empty when the list cannot be sorted by it."""
    aria_sort: str
    rank: int
    """Which of several sorts this one is, from 1; 0 for none."""
    options: Sequence[Option]
    other: str
    """What a closed set's filter says beyond its options, such as `!received`; kept as it is."""
    placeholder: str

    @property
    def shape(self) -> str:
        """The classes of its cells in the head: how wide, and set right where it holds numbers."""
        return " ".join(filter(None, ("np-num" if self.column.kind in NUMERIC else "", f"np-w{self.width}" if self.width else "")))

    @property
    def range(self) -> str:
        """What its filter can be chosen as from – to: days or numbers; empty for neither."""
        return "day" if self.column.kind in {"date", "time"} else "number" if self.column.kind in NUMERIC else ""

    @property
    def looked_up(self) -> bool:
        """Whether its filter proposes what there is."""
        return lookup.proposes(self.column)

    @property
    def summary(self) -> str:
        """What the button of a closed set says."""
        chosen = [option for option in self.options if option.chosen]
        if self.other:
            return self.text
        return "any" if not chosen else f"{len(chosen)} of {len(self.options)}"


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that narrows the list, and the address without it."""

    label: str
    text: str
    address: str
    wrong: bool


def head_of(shown: Shown, page: Page, guest: bool) -> Head:
    """The head of one column."""
    query, column = page.query, shown.column
    text = query.texts.get(column.name, "")
    wanted = [part.strip() for part in text.split(",") if part.strip()] if column.choices else []
    known = {choice.slug for choice in column.choices}
    sorts = orders_of(page)
    position = next((n for n, order in enumerate(sorts) if order.column.name == column.name), None)
    descending = position is not None and sorts[position].descending
    return Head(
        column=column,
        width=shown.width,
        guest=guest,
        text=text,
        error=page.errors.get(column.name, ""),
        note=page.notes.get(column.name, ""),
        sort_address=_sorted_by(query, column, position is not None and not descending) if column.sortable else "",
        aria_sort="" if position is None else "descending" if descending else "ascending",
        rank=position + 1 if position is not None and len(sorts) > 1 else 0,
        options=[Option(choice.slug, mark_of(column, choice.slug), choice.slug in wanted) for choice in column.choices],
        other=", ".join(part for part in wanted if part not in known),
        placeholder=PLACEHOLDERS.get(column.kind, ""),
    )


def orders_of(page: Page) -> tuple[Order, ...]:
    """The order that the list is in."""
    return page.query.sorts or page.query.usual or page.listing.default_sorts or _natural(page)


def _natural(page: Page) -> tuple[Order, ...]:
    """The order that nobody asked for, where a column shows it."""
    first = page.listing.natural[:1]
    return tuple(Order(column, False) for column in page.columns if column.via is None and (column.order,) == tuple(first))[:1]


def _sorted_by(query: Query, column: Column, turn: bool) -> str:
    return "?" + query.address(sort=("-" if turn else "") + column.name)


def chips_of(page: Page) -> list[Chip]:
    """What narrows the list, in the order of the columns; the day and the search first."""
    query = page.query
    chips = [Chip("As of", query.as_of, _without(query, "as_of"), "as_of" in page.errors)] if query.as_of else []
    chips += [Chip("Search", query.q, _without(query, "q"), "q" in page.errors)] if query.q else []
    if query.chosen:
        chips.append(Chip("Chosen", in_words(page.listing, query) or "?", _without(query, "chosen"), "chosen" in page.errors))
    for column in page.columns:
        if column.name in query.texts:
            text = closed_sets.in_words(column, query.texts[column.name])
            chips.append(Chip(column.label, text, _without(query, column.name), column.name in page.errors))
    return chips


def as_filter(page: Page) -> Chip | None:
    """The same search with its text as a filter of the column that names the rows, where `*` and `?` in it are taken for others."""
    query, column = page.query, naming_column(page.columns)
    if column is None or column.name in query.texts or not any(sign in query.q for sign in WILDCARDS):
        return None
    return Chip(column.label, query.q, "?" + query.address(**{"q": "", column.name: query.q}), wrong=False)


def _without(query: Query, name: str) -> str:
    return "?" + query.address(**{name: ""})


def stray_errors(page: Page, columns: Sequence[Column]) -> list[tuple[str, str]]:
    """Mistakes that have no filter to stand beside: unknown parameters, the order, the size, the place."""
    shown = {column.name for column in columns} | {"q"}
    return [(name, message) for name, message in page.errors.items() if name not in shown]


def sort_choices(page: Page, columns: Sequence[Column]) -> list[tuple[str, str, bool]]:
    """Orders as a menu: value, words, chosen. It carries the order when filters are sent, and is how a phone sorts."""
    asked = ",".join(map(str, page.query.sorts))
    found = [("", "Your usual order" if page.query.usual else "The usual order", not asked)]
    for column in columns:
        if column.sortable:
            found += [(column.name, f"{column.label}, upwards", asked == column.name)]
            found += [(f"-{column.name}", f"{column.label}, downwards", asked == f"-{column.name}")]
    if asked and not any(chosen for _, _, chosen in found):
        found.append((asked, str(escape(asked)), True))
    return found
