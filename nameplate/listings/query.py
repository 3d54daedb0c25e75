"""What an address asks of a list: filters, order, page size and place; each understood or refused by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from nameplate.listings.columns import Column
from nameplate.refusals import Invalid

RESERVED = ("q", "chosen", "as_of", "sort", "columns", "size", "after", "before")
DEFAULT_SIZE = 50
LARGEST_SIZE = 500
LONGEST_TEXT = 2000
MOST_SORTS = 3
NARROWEST, WIDEST = 64, 640
STEP = 16
"""Widths are multiples of it, so that each is one class of the stylesheet."""


@dataclass(frozen=True, slots=True)
class Order:
    """One column of the order that was asked for."""

    column: Column
    descending: bool

    def __str__(self) -> str:
        return ("-" if self.descending else "") + self.column.name


@dataclass(frozen=True, slots=True)
class Shown:
    """A column that is shown, and how wide in pixels; 0 is as wide as what stands in it."""

    column: Column
    width: int = 0

    def __str__(self) -> str:
        return f"{self.column.name}:{self.width}" if self.width else self.column.name


@dataclass(slots=True)
class Query:
    """The parameters as understood. `texts` are the filters as typed, wrong ones too, so that a form can show them again."""

    q: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    sorts: tuple[Order, ...] = ()
    usual: tuple[Order, ...] = ()
    """The reader's own order, which holds while none is asked for."""
    columns: tuple[Shown, ...] = ()
    """The columns that were asked for, in their order; none: those that the reader usually has."""
    size: int = DEFAULT_SIZE
    after: str = ""
    before: str = ""
    chosen: str = ""
    """A kept selection whose rows alone are wanted: `17`; `!17` all but these."""
    as_of: str = ""
    """The day at whose end the list is wanted, as typed."""
    errors: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    """What was understood otherwise than it may have been meant, by parameter."""

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.q or self.texts or self.chosen)

    def address(self, **changed: str) -> str:
        """The query string of this search without its place; `changed` parameters replace or add to it, empty ones leave."""
        params = {"q": self.q, "chosen": self.chosen, **self.texts, "as_of": self.as_of}
        params["sort"] = ",".join(map(str, self.sorts))
        params["columns"] = ",".join(map(str, self.columns))
        params["size"] = "" if self.size == DEFAULT_SIZE else str(self.size)
        params.update(changed)
        return urlencode({name: value for name, value in params.items() if value})


def parse(params: Mapping[str, str], columns: Sequence[Column]) -> Query:
    """Understand `params`; what cannot be is left out and named in `errors`."""
    query = Query()
    by_name = {column.name: column for column in columns}
    for name, value in params.items():
        problem = _problem_of_text(value)
        if name not in RESERVED and not (name in by_name and by_name[name].filterable):
            known = ", ".join(column.name for column in columns if column.filterable)
            query.errors[_printable(name)] = f"There is no such filter. There are: {known}."
        elif problem:
            query.errors[name] = problem
        elif name in RESERVED:
            _take(query, name, value.strip(), by_name)
        elif value.strip():
            query.texts[name] = value
    if query.after and query.before:
        query.errors["before"] = "Say after or before, not both."
        query.before = ""
    return query


def _take(query: Query, name: str, value: str, columns: Mapping[str, Column]) -> None:
    """A reserved parameter."""
    if not value:
        return
    if name == "q":
        query.q = value
    elif name == "chosen":
        query.chosen = value
    elif name == "as_of":
        query.as_of = value
    elif name == "sort":
        _take_sort(query, value, columns)
    elif name == "columns":
        query.columns, problem = columns_in(value, columns)
        if problem:
            query.errors["columns"] = problem
    elif name == "size":
        if value.isascii() and value.isdigit() and len(value) < 5 and 1 <= int(value) <= LARGEST_SIZE:
            query.size = int(value)
        else:
            query.errors["size"] = f"Say a whole number from 1 to {LARGEST_SIZE}."
    elif name == "after":
        query.after = value
    else:
        query.before = value


def columns_in(text: str, columns: Mapping[str, Column]) -> tuple[tuple[Shown, ...], str]:
    """The columns that `text` names (`serial:176,status`), each once, and what is wrong with it; what is wrong is left out."""
    found: dict[str, Shown] = {}
    problem = ""
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, width = part.partition(":")
        if name not in columns:
            problem = problem or f"There is no column “{_printable(name)}”. There are: {', '.join(columns)}."
        elif width and not (width.isascii() and width.isdigit() and len(width) < 5):
            problem = problem or f"“{_printable(width)}” is no width in pixels."
            found.setdefault(name, Shown(columns[name]))
        else:
            found.setdefault(name, Shown(columns[name], fitting(int(width or 0))))
    return tuple(found.values()), problem


def fitting(width: int) -> int:
    """The nearest width that a column can have."""
    return min(max(round(width / STEP) * STEP, NARROWEST), WIDEST) if width else 0


def orders_in(text: str, columns: Mapping[str, Column]) -> tuple[Order, ...]:
    """The order that was kept as `text`; what cannot be sorted by any more is left out."""
    parts = [(part.strip().removeprefix("-"), part.strip().startswith("-")) for part in text.split(",")]
    return tuple(Order(columns[name], down) for name, down in parts if name in columns and columns[name].sortable)[:MOST_SORTS]


def _take_sort(query: Query, value: str, columns: Mapping[str, Column]) -> None:
    sorts: dict[str, Order] = {}
    for part in value.split(","):
        name = part.strip().removeprefix("-")
        if name not in columns or not columns[name].sortable:
            known = ", ".join(column.name for column in columns.values() if column.sortable)
            query.errors["sort"] = f"“{_printable(name)}” cannot be sorted by. There are: {known}; with - in front the other way round."
            return
        sorts.setdefault(name, Order(columns[name], part.strip().startswith("-")))
    if len(sorts) > MOST_SORTS:
        query.errors["sort"] = f"Sort by at most {MOST_SORTS} columns."
        return
    query.sorts = tuple(sorts.values())


def refuse_mistakes(errors: Mapping[str, str]) -> None:
    """Refuse what was asked of the rows of a search that has a mistake in it."""
    if errors:
        name, message = next(iter(errors.items()))
        raise Invalid("bad-query", f"{name}: {message}", fields=dict(errors), way_out="Mend the search in the list.")


def _problem_of_text(value: str) -> str:
    if len(value) > LONGEST_TEXT:
        return f"This is longer than {LONGEST_TEXT:,} characters."
    if "\x00" in value:
        return "This holds a NUL character, which nothing here does."
    if any("\ud800" <= character <= "\udfff" for character in value):
        return "This holds half a character, which nothing here does."
    return ""


def _printable(name: str) -> str:
    """A parameter's name fit to be shown and to be sent back."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in name)
    return shown[:60] + ("…" if len(shown) > 60 else "")
