"""The serial number as text: what is refused, what counts as the same, and how numbers sort.

Three texts belong to a number. The *number* is kept as typed, trimmed, and never changed silently. The *key* decides whether two
numbers are the same. The *sort key* puts keys in natural order (A9 before A10) under plain binary collation, so that both
databases sort alike and an index serves the order. Nothing here ever treats a serial as a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LONGEST = 120
"""Characters of a number, and of its key: a key that folding makes longer is refused too."""
LONGEST_SORT_KEY = LONGEST + LONGEST // 2
"""A digit run grows by one character up to eight digits and by at most four beyond: digits alternating with letters grow most."""

SOFT_HYPHEN = "\u00ad"
DASHES = "\u02d7\u058a\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"
"""Everything that can be taken for the hyphen of the keyboard."""

_BLANKS = " \t\r\n"
# Letters and marks by category, yet drawn as nothing at all.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(
    chr(code) for low, high in ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF)) for code in range(low, high + 1)
)
_BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DIGITS = re.compile(r"[0-9]+")
_LAST_DIGITS = re.compile(r"[0-9]+\Z")
_FOLD_DASHES = str.maketrans(dict.fromkeys(DASHES, "-") | {SOFT_HYPHEN: ""})
_NAMES = {"\x00": "NUL", "\t": "tab", "\n": "line feed", "\r": "carriage return", "\x0b": "vertical tab", "\x0c": "form feed"}
_NAMES |= {"\x1b": "escape", "\x1d": "group separator", "\x7f": "delete", "\x85": "next line"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text cannot stand as it is. `rule` is a stable slug; `position` counts the trimmed text from 1, 0 means the whole."""

    rule: str
    message: str
    way_out: str = ""
    position: int = 0
    decide: bool = False
    """True: a person may let it stand. False: it is impossible."""
    suggestion: str = ""
    """What was probably meant, to be offered and never taken silently."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Numbers ready for the database, in the order given; the lists run in step, with each number's problem under its index."""

    numbers: list[str]
    keys: list[str]
    sort_keys: list[str]
    problems: Mapping[int, Problem]


def trim(number: str) -> str:
    """`number` without the blanks of a keyboard at its ends. Odder blanks stay, to be shown and cleaned on request."""
    return number.strip(_BLANKS)


def fold(text: str) -> str:
    """What comparisons see of `text`: NFKC and case folding until neither changes anything. Blanks at the ends stay (see `canonical`)."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text)
    # Folding can denormalise and normalising can bring capitals back; no character needs more than three rounds.
    for _ in range(4):
        again = unicodedata.normalize("NFKC", folded.casefold())
        if again == folded:
            break
        folded = again
    return folded


def canonical(number: str) -> str:
    """The key of `number`: two numbers of an item are the same exactly when their keys are equal. Folding a key changes nothing."""
    if number.isascii():
        return number.strip(_BLANKS).lower()
    return fold(fold(number.strip(_BLANKS)).strip(_BLANKS))


def lookalike_key(key: str) -> str:
    """`key` with every kind of dash as `-` and soft hyphens gone: equal for numbers that a reader takes for the same."""
    return key if key.isascii() else fold(key.translate(_FOLD_DASHES))


def _encode_run(match: re.Match[str]) -> str:
    """A digit run as its length and its digits: the length goes first, so that a longer run sorts behind a shorter one.

    Leading zeros do not count. One to eight digits have their length in one character; longer ones are `9`, the length of the
    length, the length. The first character is always a digit, so that runs stay between `/` and `:` where digits belong.
    """
    digits = match[0]
    if digits[0] == "0":
        digits = digits.lstrip("0") or "0"
    length = len(digits)
    return (_SHORT_MARKS[length] if length <= 8 else _length_mark(length)) + digits


_SHORT_MARKS = "012345678"


def _length_mark(length: int) -> str:
    if length <= 8:
        return _SHORT_MARKS[length]
    text = str(length)
    return f"9{len(text)}{text}"


def sort_key(key: str) -> str:
    """Text whose binary order is the natural order of keys: A2, A9, A10, A10B, A100.

    0001, 001 and 1 are three keys with one sort key; a list breaks the tie by id, so it must always sort by (sort key, id).
    Digit runs of any length are compared by value. Only ASCII digits count; NFKC has made those of full-width ones.
    """
    return _DIGITS.sub(_encode_run, key)


def upper_bound(prefix: str) -> str | None:
    """The first text behind all that begin with `prefix` in code point order; None when there is none (`prefix` is empty)."""
    for index in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[index]) + 1
        if code <= 0x10FFFF:
            # Surrogates cannot be stored, and no text stands between U+D7FF and U+E000.
            return prefix[:index] + chr(0xE000 if 0xD800 <= code <= 0xDFFF else code)
    return None


def sort_ranges_of_prefix(prefix_key: str) -> list[tuple[str, str | None]]:
    """Half-open ranges of sort keys, ascending, that together hold every key (of at most 120 characters) beginning with `prefix_key`.

    A prefix that does not end in a digit is one range. One that does is a range for each length that the begun digit run can
    reach: `A1` covers A1, A10 to A19, A100 to A199… A begun run of zeros only is one range, that of all runs there.
    The caller still compares the key, because leading zeros leave no trace in sort keys: the range of `A01-` holds `A1-` too.
    """
    run = _LAST_DIGITS.search(prefix_key)
    if run is None:
        low = sort_key(prefix_key)
        return [(low, upper_bound(low))]
    head = sort_key(prefix_key[: run.start()])
    digits = run[0].lstrip("0")
    if not digits:
        return [(head + "1", head + ":")]
    most = len(digits) + max(0, LONGEST - len(prefix_key))
    lows = [head + _length_mark(length) + digits for length in range(len(digits), most + 1)]
    return [(low, upper_bound(low)) for low in lows]


def problem_of(number: str) -> Problem | None:
    """Why `number`, once trimmed, cannot be a serial number; None when it can."""
    text = number.strip(_BLANKS)
    if len(text) > LONGEST:
        return _too_long(len(text))
    if text.isascii():
        if text and not _CONTROL.search(text):
            return None
    elif lookalike_key(canonical(text)):
        return _problem_beyond_ascii(text)
    if not text or not _CONTROL.search(text):
        return Problem("empty", "There is no serial number here.", "Type the number that is on the unit.")
    return _first_refused(text)


def _problem_beyond_ascii(text: str) -> Problem | None:
    refused = _first_refused(text)
    if refused:
        return refused
    length = len(canonical(text))
    return _too_long(length) if length > LONGEST else None


def _too_long(length: int) -> Problem:
    message = f"It has {length:,} characters; {LONGEST} is the most."
    return Problem("too-long", message, "Enter only the serial number, without the text around it.")


def _first_refused(text: str) -> Problem | None:
    for position, character in enumerate(text, 1):
        kind = refused_kind(character)
        if kind:
            name = _NAMES.get(character) or unicodedata.name(character, "without a name").lower()
            message = f"Character {position} is {kind} (U+{ord(character):04X}, {name})."
            lost = character == "\ufffd"
            way_out = "Read it off the unit, or copy it again." if lost else "Remove it, or copy the number again without it."
            return Problem("refused-character", message, way_out, position)
    return None


def refused_kind(character: str) -> str:
    """What sort of unprintable `character` is, in words; empty when it may stand in a serial number."""
    if " " <= character <= "~" or character == SOFT_HYPHEN:
        return ""
    if character in _BIDIRECTIONAL:
        return "a mark that changes the writing direction"
    if character == "\ufffd":
        return "a sign that could not be read"
    category = unicodedata.category(character)
    if category in ("Zl", "Zp") or character in "\n\r\x0b\x0c\x85":
        return "a line break"
    if category == "Cf" or character in _INVISIBLE:
        return "an invisible character"
    return {"Cc": "a control character", "Cs": "half a character", "Cn": "a code that stands for no character"}.get(category, "")


def prepare(numbers: Sequence[str]) -> Prepared:
    """Trim, check and fold many numbers at once; ten thousand plain ones take about 20 ms. Equal keys are not looked for here."""
    trimmed = [number.strip(_BLANKS) for number in numbers]
    text = "\n".join(trimmed)
    # One pass over one text instead of thousands of calls: a line feed within a number would be counted as one too many.
    if trimmed and text.isascii() and text.count("\n") == len(trimmed) - 1 and not _CONTROL.search(text.replace("\n", "")):
        lowered = text.lower()
        keys, sort_keys = lowered.split("\n"), sort_key(lowered).split("\n")
        lengths = set(map(len, trimmed))
        suspicious = 0 in lengths or max(lengths) > LONGEST
    else:
        keys = [canonical(number) for number in trimmed]
        sort_keys = [sort_key(key) for key in keys]
        suspicious = True
    problems: dict[int, Problem] = {}
    if suspicious:
        for index, number in enumerate(trimmed):
            problem = problem_of(number)
            if problem:
                problems[index] = problem
    return Prepared(trimmed, keys, sort_keys, problems)
