"""What a list can show, filter and sort by: each column is declared once, on one line, and every door reads that line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from nameplate import functions
from nameplate.access import Section
from nameplate.listings.in_words import InWords

Kind = Literal["text", "number", "quantity", "money", "date", "time", "choice", "link", "url", "changes"]
"""`quantity` and `money` count millionths, the latter a sum in the row's `currency`, else the company's, which people read in whole coins;
`link` leads to a page of ours, `url` wherever it says; `changes` is a document of [before, after] by name."""
NUMERIC = frozenset({"number", "quantity", "money"})
"""Kinds that are filtered as numbers, and set right."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a closed set: as stored, as written in addresses and answers, as people read it."""

    stored: int | str
    slug: str
    label: str


def choices_of(enum: Sequence[tuple[int | str, str]]) -> tuple[Choice, ...]:
    """The choices of a Django enumeration's `.choices`. Numbers are written as the label's words joined by `_`."""
    return tuple(
        Choice(stored, stored if isinstance(stored, str) else label.lower().replace(" ", "_"), label)
        for stored, label in ((stored, str(label)) for stored, label in enum)
    )


@dataclass(frozen=True, slots=True)
class Link:
    """A table that the list's rows point at. `source` is a FROM clause in which the linked row is `t`."""

    name: str
    source: str
    key: str
    """The list's own column that holds the linked row's id."""
    nullable: bool = True
    implied: tuple[tuple[str, str], ...] = ()
    """Columns of the list's row with the columns of `t` that always equal them."""
    among: str = ""
    """A condition on `t` that holds for every row pointed at, where most rows of the table are not."""
    around: Callable[[str], str] | None = None
    """Of a statement that finds linked rows' ids: a condition that an index tells and that holds for every row that may point at them,
    where `key` is worked out so that no index knows it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the values of a custom field are found by index: in `nameplate_fieldvalue`, under the field's id."""

    field_id: int
    column: str
    """text_key, prose_key, number or day."""
    stamp: str
    """Another one when the definition changed."""
    order: str = ""
    """What of the value `v` the field is sorted by."""
    exact: bool = False
    """Decimals: the column counts millionths."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Rows that a list leaves out until its column `column` is filtered: what was withdrawn, archived."""

    column: str
    shown: str
    """The condition on rows that are shown, worded as in the list's partial indexes."""
    hidden: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list. SQL here names the list's row `s`, and the linked row `t` when the column is read through a link."""

    name: str
    label: str
    value: str
    kind: Kind = "text"
    via: Link | None = None
    key: str = ""
    """Folded text that filters compare; a text without one is folded in Python, so only few distinct values may stand behind it."""
    order: str = ""
    """What it sorts by; empty when it cannot be sorted by."""
    nullable: bool = False
    filterable: bool = True
    choices: tuple[Choice, ...] = ()
    bits: bool = False
    """The stored number is a set of choices, not one."""
    noun: str = ""
    """The path segment of the page it links to, and in `ref` the row's name for that page's id."""
    ref: str = ""
    ref_value: str = ""
    """SQL of that id in the linked row, where it is not the linked row itself."""
    path: str = ""
    """The row's column that holds where it leads, in a list of things of several kinds."""
    default_shown: bool = True
    function: str = ""
    """The function without which it is not there, beside the one that what it links to belongs to."""
    within: tuple[str, str] | None = None
    """A column of the list's that is a closed set, and the choice without which there is no value here: why on hold, of what is."""
    right: Section | None = None
    """The section that one must be allowed to view in order to see it; None: the list's own."""
    tips: str = ""
    told: InWords | None = None
    """How people are told it, where that is more than its value; programs read the value."""
    kept: Kept | None = None
    """Of a custom field: where filters find it. `value` reads it from the JSON on its row."""

    @property
    def needs(self) -> str:
        """The function without which it is not there; empty for none."""
        return self.function or functions.of_noun(self.noun)

    @property
    def sortable(self) -> bool:
        """Whether the list can be sorted by it."""
        return bool(self.order)

    @property
    def orders_by_link(self) -> bool:
        """Whether its order is the order of linked rows, not of a column of the list's own row."""
        return self.via is not None and not self.order.startswith("s.")
