"""What stands on a paper, as plain text: nothing here knows of databases, and nothing of it is markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished document: its bytes, and the name of its file without the ending."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Head:
    """Who writes: name, further lines, and the logo as the bytes of a PNG, or none."""

    name: str
    lines: Sequence[str]
    logo: bytes = b""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line of an order. What is not agreed is empty."""

    position: str
    item: str
    description: str
    remark: str
    quantity: str
    price: str
    amount: str
    numbers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class OrderPaper:
    """An order whole. `mark` is set beside the title, in capitals of its own."""

    head: Head
    title: str
    mark: str
    number: str
    addressee: Sequence[str]
    facts: Sequence[tuple[str, str]]
    currency: str
    lines: Sequence[PaperLine]
    total: str
    note: str
    boxes: Sequence[str] = ()
    """What is written on it by hand: an empty box for each above the signatures."""
    signed: Sequence[str] = ()
    """Who signs it by hand: a line for each at its foot."""
