"""Many serial numbers in one place of a page: runs are folded, the first few are shown, the others unfold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nameplate.operations.entering.runs import counted_folds

MOST_SHOWN = 20
MOST_UNFOLDED = 500


@dataclass(frozen=True, slots=True)
class ShownNumbers:
    """Numbers and runs as `serials/numbers.html` shows them."""

    shown: Sequence[str]
    others: Sequence[str]
    more: int
    """How many numbers are not shown at once."""
    left: int
    """How many of these do not unfold either."""


def shown_numbers(numbers: Sequence[str], *, most: int = MOST_SHOWN) -> ShownNumbers:
    """The first `most` numbers and runs, and what unfolds behind them."""
    folds = counted_folds(numbers)
    others = folds[most : most + MOST_UNFOLDED]
    more = sum(count for _, count in folds[most:])
    left = more - sum(count for _, count in others)
    return ShownNumbers([text for text, _ in folds[:most]], [text for text, _ in others], more, left)
