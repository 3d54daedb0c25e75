"""An accepted format tried on a few numbers before it is kept: a verdict on each, as a serial box would give it."""

from __future__ import annotations

from dataclasses import dataclass

from nameplate.operations.entering.accepted import AcceptedFormat
from nameplate.operations.entering.parsing import parse
from nameplate.refusals import TooLarge

MOST_TRIED = 100
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Trial:
    """What would become of one piece of text."""

    text: str
    fits: bool
    message: str


def try_numbers(text: str, accepted: AcceptedFormat) -> list[Trial]:
    """A verdict on each piece of `text`. Raises `TooLarge` for more than anybody tries by hand."""
    if len(text) > LONGEST_TEXT:
        raise TooLarge("too-much-text", "Try fewer numbers.", fields={"try_numbers": f"At most {MOST_TRIED} numbers."})
    return [
        Trial(one.raw, False, f"{one.problem.message} {one.problem.way_out}".strip())
        if one.problem
        else Trial(one.raw, True, _kept(one.raw, one.numbers))
        for one in parse(text, accepted).candidates[:MOST_TRIED]
    ]


def _kept(raw: str, numbers: object) -> str:
    found = list(numbers) if isinstance(numbers, list | tuple) else []
    if len(found) > 1:
        return f"{len(found):,} numbers, {found[0]} to {found[-1]}"
    return "fits" if not found or found[0] == raw else f"fits, and is kept as {found[0]}"
