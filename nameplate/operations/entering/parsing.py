"""From the text of the box to candidates: what each piece means, and what is wrong with it as text.

Quotation marks decide: a quoted piece is taken literally, so whatever a person may let stand (`Problem.decide`) passes in them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nameplate.operations.entering.accepted import AcceptedFormat
from nameplate.operations.entering.pieces import LONGEST_TEXT, Piece, as_entry, literal, pieces_of
from nameplate.operations.entering.runs import LIMIT, Run, read_run
from nameplate.refusals import TooLarge
from nameplate.serial_cleaning import WHAT, mend
from nameplate.serial_text import LONGEST, Prepared, Problem, lookalike_key, prepare, problem_of

# Most numbers of most entries: nothing in them can be a run, words, a label, a shortened number or too long.
ORDINARY = re.compile(r"[A-RT-Za-rt-z0-9][A-Za-z0-9_/:#()-]{0,119}\Z")


@dataclass(frozen=True, slots=True)
class Repeat:
    """A number that stands in the entry already, at `first_line`."""

    number: str
    first_line: int


@dataclass(slots=True)
class Candidate:
    """One piece of the entry.

    `numbers`, with their keys and sort keys in step, are what can be entered as far as text goes; `problem` says what is wrong
    with the piece, or with the rest of it: a range may hold 70 good numbers and one repeat.
    """

    line: int
    raw: str
    numbers: Sequence[str] = ()
    keys: Sequence[str] = ()
    sort_keys: Sequence[str] = ()
    problem: Problem | None = None
    repeats: Sequence[Repeat] = ()
    note: Problem | None = None
    """Worth a look, but in nobody's way: another number of the entry looks the same."""
    exact: bool = False
    """Somebody put it in quotation marks, or without them a prefix would come off its numbers."""
    stands_for: int = 1
    """How many numbers it writes, also where none of them can be taken as it stands: a range of 1,000 is 1,000 to decide."""

    @property
    def troubled(self) -> int:
        """How many numbers its problem is about."""
        return len(self.repeats) or self.stands_for

    def entry_of(self, number: str) -> str:
        """One of its numbers as the box must be given it to be read so again."""
        return literal(number) if self.exact else as_entry(number)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What an entry holds, in its order. No key is in it twice."""

    candidates: list[Candidate]

    @property
    def count(self) -> int:
        """How many numbers can be entered as far as text goes."""
        return sum(len(candidate.numbers) for candidate in self.candidates)

    @property
    def problems(self) -> Counter[str]:
        """How many pieces have each rule's problem."""
        return Counter(candidate.problem.rule for candidate in self.candidates if candidate.problem)

    @property
    def prepared(self) -> Prepared:
        """All numbers that can be entered as far as text goes, ready for the database."""
        numbers = [number for candidate in self.candidates for number in candidate.numbers]
        keys = [key for candidate in self.candidates for key in candidate.keys]
        return Prepared(numbers, keys, [key for candidate in self.candidates for key in candidate.sort_keys], {})


def parse(text: str, accepted: AcceptedFormat | None = None) -> Parsed:
    """The candidates of `text`. Raises `TooLarge` for more pieces than numbers are taken, or more text than they could fill.

    A run that goes beyond the limit, by itself or after what stands before it, has a problem and is not expanded.
    """
    if len(text) > LONGEST_TEXT:
        raise TooLarge("too-much-text", f"This is more text than {LIMIT:,} serial numbers could fill.", way_out="Enter it in parts.")
    candidates: list[Candidate] = []
    taken = 0
    for piece in pieces_of(text):
        if len(candidates) == LIMIT:
            raise TooLarge("too-many", f"More than {LIMIT:,} numbers go beyond one entry.", way_out="Enter them in parts.")
        if accepted is None and taken < LIMIT and ORDINARY.match(piece.raw):
            candidate = Candidate(piece.line, piece.raw, (piece.raw,))
        else:
            candidate = _read(piece, accepted, LIMIT - taken)
        taken += len(candidate.numbers)
        candidates.append(candidate)
    _prepare(candidates)
    _set_repeats_aside(candidates)
    _note_lookalikes(candidates)
    return Parsed(candidates)


def _read(piece: Piece, accepted: AcceptedFormat | None, room: int) -> Candidate:
    candidate = Candidate(piece.line, piece.raw)
    run = None if piece.quoted or piece.broken else read_run(piece.text)
    if piece.broken:
        way_out = "Close it right before the next separator; write a quotation mark within it twice."
        candidate.problem = Problem("quote-open", f"{piece.why_broken[:1].upper()}{piece.why_broken[1:]}.", way_out)
    elif isinstance(run, Problem):
        candidate.problem = run
    elif isinstance(run, Run):
        _take_run(candidate, run, accepted, room)
    elif room < 1:
        candidate.problem = _beyond(1)
    else:
        number = piece.text if piece.quoted or not accepted else accepted.strip(piece.text)
        candidate.problem = problem_of(number) or (None if piece.quoted else to_decide(number, accepted))
        if candidate.problem is None:
            candidate.numbers = (number,)
            candidate.exact = piece.quoted or _has_prefix(number, accepted)
    return candidate


def _has_prefix(number: str, accepted: AcceptedFormat | None) -> bool:
    return accepted is not None and accepted.strip(number) != number


def _take_run(candidate: Candidate, run: Run, accepted: AcceptedFormat | None, room: int) -> None:
    candidate.stands_for = run.count
    if run.count > room:
        candidate.problem = _beyond(run.count)
        return
    run = _without_prefix(run, accepted)
    ends = [Run(run.prefix, start, 1, run.width, run.suffix).numbers()[0] for start in (run.start, run.start + run.count - 1)]
    # What the text of both ends may be, the text of those between may be: they differ in digits and stand between in length.
    troubled = ((end, problem_of(end) or to_decide(end, accepted)) for end in ends)
    candidate.problem = next((_of_range(run.count, end, problem) for end, problem in troubled if problem), None)
    if candidate.problem is None:
        candidate.numbers = run.numbers()
        candidate.exact = _has_prefix(ends[0], accepted)


def _of_range(count: int, end: str, problem: Problem) -> Problem:
    """The problem of one end, told of the range, which no suggestion and no quotation marks around the whole can mend."""
    words = f"{count:,} number{'' if count == 1 else 's'} as a range. “{end[:LONGEST]}”: {problem.message[:1].lower()}{problem.message[1:]}"
    way_out = "Type the range as it should read; to keep these numbers, put each in quotation marks by itself."
    return replace(problem, message=words, suggestion="", way_out=way_out if problem.decide else problem.way_out)


def _without_prefix(run: Run, accepted: AcceptedFormat | None) -> Run:
    """The run without the prefix that comes off single numbers too, where it stands before the digits that count up."""
    length = len(accepted.prefix) if accepted else 0
    if accepted is None or not length or run.prefix[:length].lower() != accepted.prefix.lower():
        return run
    return replace(run, prefix=run.prefix[length:].lstrip())


def _beyond(count: int) -> Problem:
    message = f"{count:,} more would go beyond {LIMIT:,} numbers." if count > 1 else f"This goes beyond {LIMIT:,} numbers."
    return Problem("too-many", message, "Enter the rest afterwards.")


def to_decide(number: str, accepted: AcceptedFormat | None) -> Problem | None:
    """What a person has to look at in unquoted text that could be a number."""
    kinds, cleaned = mend(number)
    if kinds:
        message = f"It holds {' and '.join(WHAT[kind] for kind in kinds)}, which copying adds."
        return Problem("to-clean", message, f"Use “{cleaned}”, or put it in quotation marks to keep it.", decide=True, suggestion=cleaned)
    words = len(number.split())
    if words > 1:
        way_out = "Take one column of these lines, or put it in quotation marks if it is one number."
        return Problem("several-words", f"There are {words} words here.", way_out, decide=True)
    if "E+" in number.upper() and _shortened(number):
        message = "A spreadsheet seems to have shortened this number; its last digits are lost."
        way_out = "Format the column as text and copy it again; put it in quotation marks if it really reads so."
        return Problem("shortened-number", message, way_out, decide=True)
    return accepted.problem_of(number) if accepted else None


def _shortened(number: str) -> bool:
    mantissa, _, exponent = number.upper().partition("E+")
    whole, point, decimals = mantissa.partition(".")
    return whole.isdecimal() and len(whole) == 1 and exponent.isdecimal() and (not point or decimals.isdecimal())


def _prepare(candidates: Sequence[Candidate]) -> None:
    """Fold all numbers in one go and hand each candidate its own."""
    prepared = prepare([number for candidate in candidates for number in candidate.numbers])
    start = 0
    for candidate in candidates:
        stop = start + len(candidate.numbers)
        if stop > start:
            candidate.keys, candidate.sort_keys = prepared.keys[start:stop], prepared.sort_keys[start:stop]
        start = stop


def _set_repeats_aside(candidates: Sequence[Candidate]) -> None:
    """Keep the first of equal keys; later ones leave their candidate and are told with both lines.

    Equal keys cannot meet within one candidate: the numbers of a run all differ in value.
    """
    holders: dict[str, Candidate] = {}
    for candidate in candidates:
        earlier = [holder for key in candidate.keys if (holder := holders.setdefault(key, candidate)) is not candidate]
        if earlier:
            _keep_new(candidate, holders)


def _keep_new(candidate: Candidate, holders: Mapping[str, Candidate]) -> None:
    lines = [holders[key].line if holders[key] is not candidate else 0 for key in candidate.keys]
    candidate.repeats = [Repeat(number, line) for number, line in zip(candidate.numbers, lines, strict=True) if line]
    first = candidate.repeats[0]
    where = f"line {first.first_line} and line {candidate.line}" if first.first_line != candidate.line else f"both on line {candidate.line}"
    message = f"Twice in this entry, {where}."
    if len(candidate.numbers) > 1:
        message = f"{len(candidate.repeats):,} of these are twice in this entry: “{first.number}”, {where}."
    candidate.problem = Problem("twice", message, "Only one is taken; remove the other.", decide=True)
    kept = [index for index, line in enumerate(lines) if not line]
    candidate.numbers = [candidate.numbers[index] for index in kept]
    candidate.keys = [candidate.keys[index] for index in kept]
    candidate.sort_keys = [candidate.sort_keys[index] for index in kept]


def _note_lookalikes(candidates: Sequence[Candidate]) -> None:
    """Two numbers that differ only in the kind of dash both stand, but the second is told of the first."""
    if all(key.isascii() for candidate in candidates for key in candidate.keys):
        return
    lines: dict[str, int] = {}
    for candidate in candidates:
        for key in candidate.keys:
            line = lines.setdefault(lookalike_key(key), candidate.line)
            if line != candidate.line:
                candidate.note = Problem("lookalike", f"It differs from line {line} only in the kind of dash.", "Check both.", decide=True)
