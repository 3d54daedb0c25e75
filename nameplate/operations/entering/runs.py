"""`A0098..A0105` and `A0098 x 8`: runs of numbers, measured before they are expanded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nameplate.serial_text import LONGEST, Problem, fold, trim

LIMIT = 50_000
"""Numbers in one entry."""

_DIGITS = re.compile(r"[0-9]+")
_COUNT = re.compile(r"\A(\S(?:.*\S)?)(?:\s+[xX]\s+|\s*×\s*)([0-9]+)\Z", re.DOTALL)
_LITERAL_HINT = "If this is one number, put it in quotation marks."


@dataclass(frozen=True, slots=True)
class Run:
    """`count` numbers from `start` on; the digits are padded to `width` between `prefix` and `suffix`."""

    prefix: str
    start: int
    count: int
    width: int
    suffix: str

    def numbers(self) -> list[str]:
        """All of them, in order; check `count` before."""
        prefix, suffix, width = self.prefix, self.suffix, self.width
        return [f"{prefix}{value:0{width}d}{suffix}" for value in range(self.start, self.start + self.count)]


def read_run(text: str) -> Run | Problem | None:
    """The run that `text` writes; None when it writes none. Only the last group of digits counts up. Nothing is expanded."""
    if ".." in text:
        first, _, last = text.partition("..")
        return _range(trim(first), trim(last))
    match = _COUNT.match(text) if len(text) <= 3 * LONGEST else None
    return _count(match[1], match[2]) if match else None


def _range(first: str, last: str) -> Run | Problem:
    written = f"“{first}..{last}”"
    if not first or not last:
        return Problem("range-open", "A range needs a first and a last number.", "Write A0098..A0105. " + _LITERAL_HINT)
    if max(len(first), len(last)) > LONGEST:
        return Problem("too-long", f"An end of the range has more than {LONGEST} characters.", "Enter only the serial numbers.")
    low_end, high_end = _around_last_digits(first), _around_last_digits(last)
    if low_end is None or high_end is None:
        return Problem("range-without-digits", f"{written} has nothing to count: both ends need digits.", _LITERAL_HINT)
    (prefix, low, suffix), (last_prefix, high, last_suffix) = low_end, high_end
    if fold(prefix) != fold(last_prefix) or fold(suffix) != fold(last_suffix):
        way_out = "Only the last group of digits counts up; write the rest alike at both ends. " + _LITERAL_HINT
        return Problem("range-mismatch", f"The ends of {written} differ in more than their last digits.", way_out)
    start, end = int(low), int(high)
    if end < start:
        return Problem("range-backwards", f"{written} runs backwards: {high} comes before {low}.", f"Write {last}..{first}.")
    if f"{end:0{len(low)}d}" != high:
        message = f"“{low}” and “{high}” are not padded with zeros alike."
        return Problem("range-padding", message, "Give both ends the same number of digits.")
    return _within_limit(Run(prefix, start, end - start + 1, len(low), suffix))


def _count(first: str, count_text: str) -> Run | Problem:
    parts = _around_last_digits(first) if len(first) <= LONGEST else None
    if parts is None:
        return Problem("range-without-digits", f"“{first[:LONGEST]}” has no digits to count up from.", _LITERAL_HINT)
    digits = count_text.lstrip("0")
    if not digits:
        return Problem("count-zero", "A count of 0 enters nothing.", "Write how many there are, like A0098 x 8.")
    # Beyond nine digits it is too many however it is counted, and converting would only cost time.
    count = int(digits) if len(digits) <= 9 else 10**10
    prefix, low, suffix = parts
    return _within_limit(Run(prefix, int(low), count, len(low), suffix))


def _around_last_digits(text: str) -> tuple[str, str, str] | None:
    """What stands before the last group of digits, the group, and what stands behind it."""
    runs = list(_DIGITS.finditer(text))
    return (text[: runs[-1].start()], runs[-1][0], text[runs[-1].end() :]) if runs else None


def _within_limit(run: Run) -> Run | Problem:
    if run.count > LIMIT:
        many = f"{run.count:,}" if run.count < 10**10 else "10,000,000,000 or more"
        return Problem("too-many", f"That would be {many} numbers; {LIMIT:,} go in one entry.", "Check it, or enter it in parts.")
    return run


def folded(numbers: Sequence[str], *, least: int = 3) -> list[str]:
    """The numbers with runs of at least `least` written as `A0098..A0105`, which reads back as the very same numbers."""
    return [text for text, _ in counted_folds(numbers, least=least)]


def counted_folds(numbers: Sequence[str], *, least: int = 3) -> list[tuple[str, int]]:
    """The same, each beside how many numbers it stands for."""
    found: list[tuple[str, int]] = []
    for run in _runs_of(numbers):
        found += [(f"{run[0]}..{run[-1]}", len(run))] if len(run) >= least else [(number, 1) for number in run]
    return found


def _runs_of(numbers: Sequence[str]) -> Iterator[list[str]]:
    run: list[str] = []
    wanted = ""
    for number in numbers:
        if run and number != wanted:
            yield run
            run = []
        run.append(number)
        wanted = _next_of(number)
    if run:
        yield run


def _next_of(number: str) -> str:
    """The number that follows by counting its last digits up; empty where none does, or where it would read as something else."""
    parts = None if ".." in number else _around_last_digits(number)
    if parts is None:
        return ""
    prefix, digits, suffix = parts
    following = f"{int(digits) + 1:0{len(digits)}d}"
    return f"{prefix}{following}{suffix}" if len(following) == len(digits) else ""
