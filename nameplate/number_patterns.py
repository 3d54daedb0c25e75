"""How numbers are made: text, the day, and one counter, in a closed language that anybody may write.

`{YYYY}`, `{YY}`, `{MM}` and `{DD}` are the day; `{0000}` is the counter, as many zeros as digits; everything else stands for itself.
The day takes the same room every day and a counter that outgrows its zeros goes on longer: two counts never make the same number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from nameplate.refusals import Invalid
from nameplate.serial_text import canonical, refused_kind

MOST_ZEROS = 12
ROOM = 10
"""Digits that a counter must have room for, however few zeros it begins with."""
LONGEST_PATTERN = 160
_PIECE = re.compile(r"\{([^{}]*)\}|([{}])")
_DAY = {"YYYY": "{0:%Y}", "YY": "{0:%y}", "MM": "{0:%m}", "DD": "{0:%d}"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read. `before` and `after` stand around the counter, the day in them as `str.format` takes it."""

    text: str
    before: tuple[str, ...]
    zeros: int
    after: tuple[str, ...]

    def number(self, count: int, day: date) -> str:
        """The number that `count` makes on this day."""
        return f"{_filled(self.before, day)}{count:0{self.zeros}d}{_filled(self.after, day)}"


def read_pattern(text: str, *, longest: int, field: str = "pattern") -> Pattern:
    """The pattern that is written there. Refused: no counter or two, a brace too many, an unknown word, a number longer than `longest`."""
    text = text.strip()
    problem = _problem(text) or _too_long(text, longest)
    if problem:
        raise Invalid("bad-pattern", problem, fields={field: problem}, way_out="Write it like PO{00000} or PO-{YYYY}-{0000}.")
    pieces = _pieces(text)
    at = next(index for index, (name, _) in enumerate(pieces) if name.startswith("0"))
    return Pattern(text, _side(pieces[:at]), len(pieces[at][0]), _side(pieces[at + 1 :]))


def _pieces(text: str) -> list[tuple[str, str]]:
    """(placeholder, "") and ("", literal) in turn."""
    found, end = [], 0
    for match in _PIECE.finditer(text):
        found += [("", text[end : match.start()]), (match[1] or "", "")]
        end = match.end()
    return [piece for piece in [*found, ("", text[end:])] if piece != ("", "")]


def _problem(text: str) -> str:
    """What is wrong with how it is written; empty when nothing is."""
    if not text:
        return "A pattern is needed."
    if len(text) > LONGEST_PATTERN:
        return f"A pattern has at most {LONGEST_PATTERN} signs; this one has {len(text):,}."
    for match in _PIECE.finditer(text):
        name = match[1]
        if name is None:
            return "A brace stands around YYYY, YY, MM, DD or zeros, and nowhere else."
        if name not in _DAY and (not name or name.strip("0")):
            return f"There is no “{{{name[:20]}}}”; write {{YYYY}}, {{YY}}, {{MM}}, {{DD}}, or zeros as {{0000}}."
        if len(name) > MOST_ZEROS:
            return f"A counter has at most {MOST_ZEROS} zeros; it goes on longer by itself."
    counters = sum(name.startswith("0") for name, _ in _pieces(text))
    if counters != 1:
        return "There is no counter; write one, as {0000}." if not counters else f"There are {counters} counters; one is enough."
    strange = next((sign for _, literal in _pieces(text) for sign in literal if refused_kind(sign)), "")
    return f"It holds {refused_kind(strange)} (U+{ord(strange):04X}); remove it." if strange else ""


def _too_long(text: str, longest: int) -> str:
    room = sum(max(len(name), ROOM) if name.startswith("0") else len(name) for name, _ in _pieces(text))
    length = room + len(canonical("".join(literal for _, literal in _pieces(text))))
    return f"Its numbers can grow to {length} characters; {longest} are the most." if length > longest else ""


def _side(pieces: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(_DAY[name] if name else literal for name, literal in pieces)


def _filled(side: tuple[str, ...], day: date) -> str:
    return "".join(part.format(day) if part in _DAY.values() else part for part in side)
