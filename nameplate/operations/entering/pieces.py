"""Where one number ends and the next begins: lines, separators, and quotation marks that take text literally."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nameplate.operations.entering.runs import read_run
from nameplate.serial_text import trim

LONGEST_TEXT = 8_000_000
"""Characters of an entry: fifty thousand numbers of 120 characters, and room for separators and quotation marks."""

# What a line must hold to need more than being taken whole: a separator, a quotation mark, a blank or a range.
_PLAIN = re.compile(r"[^,;\t\" ×.]*+(?:\.(?!\.)[^,;\t\" ×.]*+)*+\Z")
# Possessive, so that a thousand quotation marks cost no more than a thousand letters. A quotation mark that is not closed
# before the next separator takes the rest of the line, so that no half of it passes for a number.
_PIECE = re.compile(r'[ ]*+(?:(?P<quoted>"(?:[^"]|"")*+"[ ]*+(?=[,;\t]|\Z))|(?P<broken>".*+)|(?P<bare>[^,;\t]*+))', re.DOTALL)
_CLOSES_TOO_SOON = re.compile(r'"(?:[^"]|"")*+"')
_BLANK_PIECES = re.compile(r"[ ,;\t]*+")
_NEEDS_QUOTES = re.compile(r"[,;\t\"]")


@dataclass(slots=True)  # not frozen: fifty thousand of them cost twice the time
class Piece:
    """One entry between separators, trimmed. `text` is what it says: for a quoted one, what stands inside."""

    line: int
    raw: str
    text: str
    quoted: bool = False
    broken: bool = False
    """A quotation mark opens and does not close before the next separator."""

    @property
    def why_broken(self) -> str:
        """In words, without a capital and a full stop."""
        if _CLOSES_TOO_SOON.match(self.raw):
            return "something follows the quotation mark that closes here"
        return "a quotation mark opens here and does not close"


def lines_of(text: str) -> list[str]:
    """The lines, whichever system's. Only line feeds and carriage returns end a line; other breaks are refused as characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def pieces_of(text: str) -> Iterator[Piece]:
    """Every piece that is not blank, with the number of its line from 1."""
    for line_number, line in enumerate(lines_of(text), 1):
        if not line:
            continue
        if _PLAIN.match(line):
            yield Piece(line_number, line, line)
        else:
            for start, end, quoted, broken in _spans(line, _BLANK_PIECES):
                raw = trim(line[start:end])
                if raw:
                    text_inside = trim(raw[1:-1].replace('""', '"')) if quoted else raw
                    yield Piece(line_number, raw, text_inside, quoted, broken)


def _spans(line: str, skipped: re.Pattern[str] | None = None) -> Iterator[tuple[int, int, bool, bool]]:
    position = 0
    while position <= len(line):
        blank = skipped.match(line, position) if skipped else None
        position = blank.end() if blank else position
        match = _PIECE.match(line, position)
        if match is None:  # pragma: no cover - the bare piece may be empty, so something always matches
            raise AssertionError(line)
        yield match.start(), match.end(), match["quoted"] is not None, match["broken"] is not None
        position = match.end() + 1


def map_pieces(text: str, change: Callable[[Piece], str | None]) -> str:
    """`text` with each piece replaced by what `change` makes of it; None takes the piece and its line, if nothing else is on it, away."""
    changed = []
    for line_number, line in enumerate(lines_of(text), 1):
        written: list[str] = []
        separators: list[str] = []
        for start, end, quoted, broken in _spans(line):
            raw = trim(line[start:end])
            inside = trim(raw[1:-1].replace('""', '"')) if quoted else raw
            result = change(Piece(line_number, raw, inside, quoted, broken)) if raw else ""
            if result is not None:
                if written:
                    written.append(separators[-1] + " " if separators[-1] != "\t" else "\t")
                written.append(result)
            separators.append(line[end : end + 1])
        if written or not trim(line):
            changed.append("".join(written))
    return "\n".join(changed)


def literal(number: str) -> str:
    """`number` in quotation marks, which takes it as it is, whatever it looks like."""
    return '"' + number.replace('"', '""') + '"'


def as_entry(number: str) -> str:
    """`number` as the box must be given it to mean one number: quoted where a separator, a range or a count would be seen in it."""
    return literal(number) if _NEEDS_QUOTES.search(number) or read_run(number) is not None else number
