"""What the pictures of reports are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nameplate.listings.query import Query

WIDE, TALL = 720, 190
"""What the bars of a picture stand in, in units of the drawing."""
LEFT, BELOW, ABOVE = 56, 22, 8
HIGH = TALL - BELOW - ABOVE
MOST_DRAWN, MOST_TOLD = 12, 100
"""How many bars are drawn, the longest first; more stand in the table beside the drawing, and the rows tell all."""
LONGEST_NAME = 18
LETTER = 8.5
"""How wide a letter of a name is at most, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of the drawing, and what it says and leads to."""

    x: float
    y: float
    wide: float
    high: float
    tone: str
    says: str
    href: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A word or a number at an axis."""

    x: float
    y: float
    text: str
    end: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its words, and its numbers as a table: each cell a text and where it leads."""

    title: str
    description: str
    bars: Sequence[Bar]
    marks: Sequence[Mark]
    lines: Sequence[float]
    legend: Sequence[tuple[str, str]]
    """The class and the name of each colour."""
    heads: Sequence[str]
    rows: Sequence[Sequence[tuple[str, str]]]
    choices: Sequence[tuple[str, str, bool]] = ()
    """Where other steps are shown, what they are called, and which is shown now."""
    wide: int = WIDE + 14
    tall: int = TALL


def own_rows(query: Query, **narrowed: str) -> str:
    """The report's own rows, narrowed further: an address without its path."""
    return "?" + query.address(**narrowed)


def asked(query: Query) -> dict[str, str]:
    """What the page is asked for, without its order, size and place."""
    beside = {"q": query.q, "as_of": query.as_of}
    return {**query.texts, **{name: text for name, text in beside.items() if text}}


def amount_of(number: int) -> str:
    """A count in a table of numbers."""
    return f"{number:,}" if number else "–"


def shortened(name: str) -> str:
    """A name as it fits beside a bar."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
