"""What copying and printing do to serial numbers, and how each could be put right.

Nothing here is ever applied silently: the box shows what it found and offers "clean all N".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

from nameplate.serial_text import DASHES, SOFT_HYPHEN, refused_kind, trim

_ODD_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_LINE_BREAKS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
# Bounded blanks keep the match linear; a name that runs straight into the number (SN123, SERIALNO5) may be part of it and stays.
_LABEL = re.compile(
    r"""(?ix) \A (?: s\s?[./]?\s?n\.? \s{0,3} (?: [:\#=] | (?:no|nr)\b[.:]? )
      | s/n \b [.\-]?
      | (?: serial | ser\. | serien ) [\s_-]{0,3} (?: (?:no|nr|num|number|nummer)\b | \# ) [.]? \s{0,3} [:\#=]?
      | serial \s{0,3} [:\#=]
    ) \s{0,3} (?=\S)"""
)


@dataclass(frozen=True, slots=True)
class Cleaning:
    """One kind of mending. `what` finishes the sentence "3 numbers contain …"."""

    kind: str
    what: str
    apply: Callable[[str], str]


def _translate(table: dict[str, str]) -> Callable[[str], str]:
    translation = str.maketrans(table)
    return lambda number: number.translate(translation)


def _without_invisible(number: str) -> str:
    return "".join(character for character in number if not refused_kind(character) or character in "\t\n\r\ufffd")


def _without_label(number: str) -> str:
    return _LABEL.sub("", number, count=1)


CLEANINGS = (
    Cleaning("line-break", "a line break of another kind", _translate(dict.fromkeys(_LINE_BREAKS, "\n"))),
    Cleaning("soft-hyphen", "a soft hyphen", _translate({SOFT_HYPHEN: ""})),
    Cleaning("dash", "a typographic dash", _translate(dict.fromkeys(DASHES, "-"))),
    # As phones and word processors write the dots of a range.
    Cleaning("ellipsis", "dots in one character", _translate({"\u2026": ".."})),
    Cleaning("space", "a no-break or other odd space", _translate(dict.fromkeys(_ODD_SPACES, " "))),
    Cleaning("width", "full-width characters", _translate({chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})),
    Cleaning("invisible", "an invisible character", _without_invisible),
    Cleaning("label", "a label such as “SN:”", _without_label),
)
KINDS = tuple(cleaning.kind for cleaning in CLEANINGS)
_BY_KIND = {cleaning.kind: cleaning for cleaning in CLEANINGS}
WHAT = {cleaning.kind: cleaning.what for cleaning in CLEANINGS}


@lru_cache(maxsize=4096)
def _kind_of_character(character: str) -> str:
    """The cleaning that would change `character`; empty when none would. A dash of full width counts as a dash."""
    return next((cleaning.kind for cleaning in CLEANINGS if cleaning.apply(character) != character), "")


def mend(number: str, kinds: Collection[str] = KINDS) -> tuple[tuple[str, ...], str]:
    """The kinds of cleaning, of those named, that change `number`, and what it is after them, trimmed.

    A line break of another kind becomes a new line, since two numbers may meet there.
    """
    present: tuple[str, ...] = ()
    if not (number.isascii() and number.isprintable()):
        found = {_kind_of_character(character) for character in set(number)}
        present = tuple(kind for kind in KINDS if kind in found and kind in kinds)
        for kind in present:
            number = _BY_KIND[kind].apply(number)
    # A label may come to light only when the characters are mended: `SN：5` has a full-width colon.
    if "label" in kinds and _LABEL.match(number):
        return (*present, "label"), trim(_without_label(number))
    return present, trim(number)


def kinds_in(number: str) -> tuple[str, ...]:
    """The kinds of cleaning that would change `number`."""
    return mend(number)[0]


def clean(number: str, kinds: Collection[str] = KINDS) -> str:
    """`number` mended in the ways named, and trimmed."""
    return mend(number, kinds)[1]


def suggestion_for(number: str) -> str | None:
    """What `number` would be once cleaned; None when there is nothing to clean, or nothing would be left."""
    cleaned = clean(number)
    return cleaned if cleaned and cleaned != trim(number) else None
