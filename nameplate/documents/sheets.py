"""What stands on a paper of the workshop: a head with facts and a code to scan, then titles, tables and grids in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Title:
    """Begins a section, and is never left alone at the foot of a page. `number` is set in figures of one width; `aside` at the right."""

    text: str
    number: str = ""
    aside: str = ""
    small: str = ""
    level: int = 1


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a table's column; `wide` in millimetres."""

    text: str
    wide: float
    right: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts, each broken within its column; its heads are repeated on each page. The first column is set strong."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, and before it the place that it is in. `missing` in place of a number that is not there."""

    text: str
    label: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Many short texts in as many columns as fit, read downwards; with `boxes` each has one to tick."""

    cells: Sequence[Cell]
    boxes: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str


Block = Title | Table | Grid | Words


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper whole. `mark` is set beside the title, in capitals of its own."""

    company: str
    title: str
    number: str
    mark: str
    facts: Sequence[tuple[str, str]]
    blocks: Sequence[Block]
