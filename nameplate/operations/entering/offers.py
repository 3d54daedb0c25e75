"""What the box offers to do with its text: clean all, take a column, take what fits, keep. Offers are data; a person takes them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nameplate.operations.entering.accepted import AcceptedFormat
from nameplate.operations.entering.parsing import Candidate, Parsed, parse
from nameplate.operations.entering.pieces import LONGEST_TEXT, Piece, as_entry, lines_of, literal, map_pieces
from nameplate.operations.entering.runs import Run, read_run
from nameplate.operations.entering.tables import names_serials
from nameplate.refusals import Invalid, TooLarge
from nameplate.serial_cleaning import KINDS, WHAT, clean, kinds_in
from nameplate.serial_text import problem_of, trim

_WORDS = re.compile(r'[^\s,;"]+')
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_KEEPABLE = ("several-words", "wrong-format", "letter-for-digit", "to-clean", "shortened-number")
_COLUMNS_HELP = {"several-words", "wrong-format", "twice", "too-long"}
_MOST_SEPARATORS = 1_000_000
_LOOKED_AT = 2_000
"""Characters of a line in which columns and fitting words are looked for."""
_MOST_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """One button of the box. `take(text, kind, argument)` does it; `count` is how many pieces or lines it would change."""

    kind: str
    argument: str
    count: int
    label: str
    examples: tuple[str, ...] = ()


def offers_for(text: str, parsed: Parsed, accepted: AcceptedFormat | None = None) -> list[Offer]:
    """All that would change something, the cleaning first."""
    troubled = [candidate for candidate in parsed.candidates if candidate.problem]
    rules = {candidate.problem.rule for candidate in troubled if candidate.problem}
    offers = _cleanings(troubled)
    if rules & _COLUMNS_HELP:
        if accepted:
            offers.extend(_fitting(text, accepted))
        offers.extend(_columns(text))
    offers.extend(_settled(troubled))
    return offers


def take(text: str, kind: str, argument: str = "", accepted: AcceptedFormat | None = None) -> str:
    """The text after an offer is taken. Lines that it does not concern stay as they are, so that nothing is lost.

    Kinds: `clean` (argument: a kind of cleaning, or empty for all), `column` (its number from 1), `format`, `suggestion` (the
    probable reading of each number), `once` (drop repeats), `keep` (argument: the rule; puts its pieces in quotation marks).
    """
    if len(text) > LONGEST_TEXT or sum(map(text.count, "\n,;\t")) > _MOST_SEPARATORS:
        raise TooLarge("too-much-text", "This is more text than the box can rearrange.", way_out="Enter it in parts.")
    if kind == "clean" and (not argument or argument in KINDS):
        kinds = (argument,) if argument else KINDS
        return map_pieces(text, lambda piece: piece.raw if piece.quoted or piece.broken else clean(piece.raw, kinds))
    if kind == "column" and re.fullmatch("[1-9][0-9]?", argument):
        return _take_column(text, int(argument))
    if kind == "format" and accepted:
        fits = [_first_fit(line, accepted) for line in lines_of(text)]
        return "\n".join(as_entry(fit) if fit else line for fit, line in zip(fits, lines_of(text), strict=True))
    if kind in ("suggestion", "once", "keep"):
        return _settle(text, kind, argument, accepted)
    raise Invalid("offer-unknown", "There is no such offer.", fields={"offer": "Reload the page."}, way_out="Reload the page.")


def _cleanings(troubled: Sequence[Candidate]) -> list[Offer]:
    found: dict[str, list[str]] = {}
    concerned = [candidate.raw for candidate in troubled if not candidate.raw.startswith('"')]
    several = 0
    for raw in concerned:
        kinds = kinds_in(raw)
        several += bool(kinds)
        for kind in kinds:
            found.setdefault(kind, []).append(raw)
    offers = [
        Offer("clean", kind, len(found[kind]), f"Clean {WHAT[kind]} in {len(found[kind]):,}", tuple(clean(raw) for raw in found[kind][:3]))
        for kind in KINDS
        if kind in found
    ]
    return [Offer("clean", "", several, f"Clean all {several:,}"), *offers] if len(offers) > 1 else offers


def _table_of(text: str) -> list[list[str]]:
    """Each line's cells, empty for a blank line: at tabs, semicolons or commas if half of the lines have them, else at blanks."""
    lines = lines_of(text)
    filled = sum(1 for line in lines if line.strip())
    for separator in "\t;,":
        if sum(separator in line for line in lines) * 2 >= max(filled, 1):
            # Line by line: a quotation mark that never closes must not swallow the rest.
            return [[cell.strip() for cell in _split(line[:_LOOKED_AT], separator)] for line in lines]
    return [[line.strip()] if _is_run(line) else line[:_LOOKED_AT].split() for line in lines]


def _is_run(text: str) -> bool:
    """Whether it is one range or count and nothing else: what stands beside its blanks are no columns and no number by itself."""
    run = read_run(trim(text))
    return isinstance(run, Run) and not re.search(r"\s", run.prefix + run.suffix)


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return line.split(separator)


def _columns(text: str) -> Iterator[Offer]:
    table = _table_of(text)
    for index in range(min(max(map(len, table), default=0), _MOST_COLUMNS)):
        cells = [row[index] for row in table if len(row) > max(index, 1) and row[index]]
        if cells:
            yield Offer("column", str(index + 1), len(cells), f"Take column {index + 1}", tuple(cells[:3]))


def _take_column(text: str, number: int) -> str:
    taken = []
    first = True
    for line, row in zip(lines_of(text), _table_of(text), strict=True):
        cell = row[number - 1] if len(row) >= number else ""
        head = first and names_serials(cell)
        first = first and not row
        taken.append("" if head else cell if _is_run(cell) else as_entry(cell) if cell else line)
    return "\n".join(taken)


def _first_fit(line: str, accepted: AcceptedFormat) -> str:
    if _QUOTED.fullmatch(line.strip()) or _is_run(line):
        return ""  # taken as it is
    for match in _WORDS.finditer(line, 0, _LOOKED_AT):
        word = match[0]
        number = accepted.strip(word)
        if accepted.fits(number) and problem_of(number) is None:
            return word
    return ""


def _fitting(text: str, accepted: AcceptedFormat) -> Iterator[Offer]:
    fits = [fit for line in lines_of(text) if (fit := _first_fit(line, accepted)) and fit != line.strip()]
    if fits:
        yield Offer("format", "", len(fits), "Take what fits the item’s format", tuple(fits[:3]))


def _settled(troubled: Sequence[Candidate]) -> Iterator[Offer]:
    """Taking the probable reading, dropping repeats, keeping as it stands."""
    misread = [c.problem.suggestion for c in troubled if c.problem and c.problem.rule == "letter-for-digit" and c.problem.suggestion]
    if misread:
        yield Offer("suggestion", "", len(misread), f"Use digits in {len(misread):,}", tuple(misread[:3]))
    repeated = [candidate.raw for candidate in troubled if candidate.repeats and not candidate.numbers]
    if repeated:
        yield Offer("once", "", len(repeated), f"Keep one of each, drop {len(repeated):,}", tuple(repeated[:3]))
    for rule in _KEEPABLE:
        kept = [candidate for candidate in troubled if candidate.problem and candidate.problem.rule == rule]
        if kept:
            count = sum(candidate.stands_for for candidate in kept)
            yield Offer("keep", rule, count, f"Keep {count:,} as they are", tuple(candidate.raw for candidate in kept[:3]))


def _settle(text: str, kind: str, rule: str, accepted: AcceptedFormat | None) -> str:
    candidates = iter(parse(text, accepted).candidates)

    def settle(piece: Piece) -> str | None:
        candidate = next(candidates)
        problem = candidate.problem
        if problem is None:
            return piece.raw
        if kind == "once" and candidate.repeats and not candidate.numbers:
            return None
        if kind == "suggestion" and problem.rule == "letter-for-digit" and problem.suggestion:
            return problem.suggestion
        if kind == "keep" and problem.rule == rule and rule in _KEEPABLE:
            return _kept(piece)
        return piece.raw

    return map_pieces(text, settle)


def _kept(piece: Piece) -> str:
    """The piece as it stands, in quotation marks; of a range each of its numbers, on a line of its own."""
    run = None if piece.quoted else read_run(piece.text)
    return "\n".join(map(literal, run.numbers())) if isinstance(run, Run) else literal(piece.text)
