r"""An item's accepted format: what its serial numbers look like, in a closed language that anybody may write.

`#` is a digit, `@` a letter, `?` any character, a final `*` the rest; `\` before one of them means the sign itself; everything
else stands for itself, whatever its case. Not a regular expression: matching is one pass, whoever wrote the pattern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from nameplate.refusals import Invalid
from nameplate.serial_text import LONGEST, Problem, fold, trim

_SIGNS = {"#": "[0-9]", "@": r"[^\W\d_]", "?": "."}
_MISREAD = {"o": "0", "O": "0", "Q": "0", "i": "1", "I": "1", "l": "1"}


@dataclass(frozen=True, slots=True)
class AcceptedFormat:
    """Every part is optional. `prefix` is taken off what is scanned or typed (not off quoted text), whatever its case.

    Raises `Invalid` on a pattern that cannot be read, and on lengths that no number can have.
    """

    pattern: str = ""
    shortest: int = 1
    longest: int = LONGEST
    characters: str = ""
    """The characters allowed, whatever their case; empty allows all. `a-z` is three characters, not a range."""
    prefix: str = ""
    _matcher: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _places: str = field(init=False, repr=False, compare=False)
    _allowed: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        matcher, places = _compile(self.pattern)
        object.__setattr__(self, "_matcher", matcher)
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "_allowed", frozenset(fold(self.characters)))
        self._refuse_contradiction()

    def _refuse_contradiction(self) -> None:
        if self.shortest > self.longest:
            message = f"At least {self.shortest} and at most {self.longest} characters: no number has both."
            raise Invalid("format-lengths", message, fields={"longest": f"At least {self.shortest}."})
        length, open_ended = len(self._places), self._matcher.pattern.endswith(r".*\Z")
        if self.pattern and (length > self.longest or (length < self.shortest and not open_ended)):
            message = f"The format has {length} signs, which no number of {self._lengths()} characters fits."
            raise Invalid("format-lengths", message, fields={"longest": "Make the lengths fit the format, or leave them empty."})

    def _lengths(self) -> str:
        return f"{self.shortest}" if self.shortest == self.longest else f"{self.shortest} to {self.longest}"

    def strip(self, number: str) -> str:
        """`number` without the prefix of this format; a number that is nothing but the prefix keeps it."""
        length = len(self.prefix)
        rest = trim(number[length:]) if length and number[:length].lower() == self.prefix.lower() else ""
        return rest or number

    def fits(self, number: str) -> bool:
        """Whether `problem_of` has nothing to say, without saying it: for looking through many words."""
        if not self.shortest <= len(number) <= self.longest or (self.pattern and not self._matcher.match(number[:LONGEST])):
            return False
        return not self._allowed or self._allowed.issuperset(fold(number))

    def problem_of(self, number: str) -> Problem | None:
        """Why `number` does not fit. A letter where the pattern has a digit is told with the digit that was probably meant."""
        if not self.shortest <= len(number) <= self.longest:
            return _misfit(f"It has {len(number)} characters; the item’s numbers have {self._lengths()}.")
        stranger = next((sign for sign in number if self._allowed and not self._allowed.issuperset(fold(sign))), "")
        if stranger:
            return _misfit(f"The item’s numbers have no “{stranger}” in them.")
        if not self.pattern or self._matcher.match(number[:LONGEST]):
            return None
        mended = self._with_digits(number)
        if mended != number and self._matcher.match(mended):
            message = "It has a letter where the item’s numbers have a digit."
            way_out = f"Use {mended}, or put it in quotation marks to keep it."
            return Problem("letter-for-digit", message, way_out, decide=True, suggestion=mended)
        return _misfit(f"It does not fit the item’s format, {self.pattern}.")

    def _with_digits(self, number: str) -> str:
        places = self._places.ljust(len(number))
        return "".join(_MISREAD.get(sign, sign) if place == "#" else sign for sign, place in zip(number, places, strict=False))


def _misfit(message: str) -> Problem:
    return Problem("wrong-format", message, "Check it on the unit; put it in quotation marks to keep it.", decide=True)


def _compile(pattern: str) -> tuple[re.Pattern[str], str]:
    """The matcher, and one sign a place: what each place of a number must be."""
    if len(pattern) > LONGEST:
        raise Invalid("format-too-long", f"A format has at most {LONGEST} signs.", fields={"pattern": "Shorten it."})
    parts: list[str] = []
    places = ""
    index = 0
    while index < len(pattern):
        sign = pattern[index]
        if sign == "\\" and pattern[index + 1 : index + 2] in ("#", "@", "?", "*", "\\"):
            index += 1
            parts.append(re.escape(pattern[index]))
            places += "="
        elif sign == "*":
            if index != len(pattern) - 1:
                raise Invalid("format-star", "“*” takes the rest and can only stand last.", fields={"pattern": "Move * to the end."})
            parts.append(".*")
        else:
            parts.append(_SIGNS.get(sign) or re.escape(sign))
            places += sign if sign in _SIGNS else "="
        index += 1
    return re.compile(r"\A" + "".join(parts) + r"\Z", re.IGNORECASE | re.DOTALL), places
