"""One value of a custom field: what was typed or sent, as it is stored, or the sentence that says what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from nameplate.models.custom_fields import CustomField, FieldKind
from nameplate.operations.cataloguing.changes import in_words
from nameplate.operations.cataloguing.texts import Text, read_texts
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Invalid
from nameplate.serial_text import fold

LONGEST_TEXT = 200
LONGEST_PROSE = 10_000
LONGEST_LINK = 500
MOST_DIGITS = 18
LONGEST_KEY = 2_000
"""Bytes of folded text: what an index takes is bounded."""
SCHEMES = ("http", "https", "mailto")
YES = frozenset({"yes", "true", "1", "y", "on"})
NO = frozenset({"no", "false", "0", "n", "off"})
_WHOLE = re.compile(r"[+-]?[0-9]+\Z")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+\Z")


class Unreadable(ValueError):
    """What was given is no value of the field; the sentence names the field and says what would be."""


def read_value(field: CustomField, given: object, *, before: object = None) -> Any:
    """The value as it is stored; None when nothing is given, which is refused by whoever needs a value.

    `before` is the value that stands there: an archived option may stay, but is not chosen anew. Raises `Unreadable`.
    """
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    if isinstance(given, dict | list):
        raise Unreadable(f"{field.name} takes one value.")
    if field.kind == FieldKind.CHOICE:
        return _choice(field, given, before)
    return _READERS[FieldKind(field.kind)](field.name, given)


def value_in_words(field: CustomField, value: object) -> str:
    """A stored value as people read it: an option by its label."""
    if field.kind == FieldKind.CHOICE:
        return next((str(option["label"]) for option in field.options if option["slug"] == value), in_words(value))
    return in_words(value)


def _text(longest: int, *, lines: bool = False) -> Callable[[str, object], str]:
    def read(name: str, given: object) -> str:
        wrong: dict[str, str] = {}
        found = read_texts({"text": Text(name, longest, lines=lines)}, {"text": _as_text(given)}, wrong)
        if wrong:
            raise Unreadable(wrong["text"])
        if not lines and len(fold(found["text"]).encode()) > LONGEST_KEY:
            raise Unreadable(f"{name} is too long once its special characters are written out; shorten it.")
        return found["text"]

    return read


def _as_text(given: object) -> str:
    return in_words(given) if isinstance(given, bool) else str(given)


def _whole(name: str, given: object) -> int:
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    text = _as_text(given).strip()
    plain = text.replace(",", "") if _GROUPED.match(text) else text
    if isinstance(given, bool) or not _WHOLE.match(plain):
        raise Unreadable(f"{name} takes a whole number, like 12 or -3; “{text[:40]}” is none.")
    if len(plain.lstrip("+-").lstrip("0")) > MOST_DIGITS:
        raise Unreadable(f"{name} has more than {MOST_DIGITS} digits.")
    return int(plain)


def _decimal(name: str, given: object) -> str:
    text = _as_text(given).strip()
    if isinstance(given, bool):
        raise Unreadable(f"{name} takes a number, like 12 or 2.5.")
    try:
        micro = to_micro(text)
    except Invalid as refusal:
        raise Unreadable(f"{name}: {refusal.message} {next(iter(refusal.fields.values()), '')}".strip()) from None
    return f"{from_micro(micro):f}"


def _date(name: str, given: object) -> str:
    if isinstance(given, dt.datetime):
        given = given.date()
    text = given.isoformat() if isinstance(given, dt.date) else _as_text(given).strip()
    try:
        day = dt.date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        day = None
    if day is None:
        raise Unreadable(f"{name} is a date; it looks like 2026-03-31.")
    return day.isoformat()


def _yes_no(name: str, given: object) -> bool:
    word = _as_text(given).strip().casefold()
    if word in YES or word in NO:
        return word in YES
    raise Unreadable(f"{name} takes yes or no.")


def _link(name: str, given: object) -> str:
    text = _text(LONGEST_LINK)(name, given)
    sentence = f"{name} is a link; it begins with https://, http:// or mailto:."
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        raise Unreadable(sentence) from None
    if parts.scheme not in SCHEMES or any(character.isspace() or character in '<>"\\' for character in text):
        raise Unreadable(sentence)
    if parts.scheme == "mailto" and "@" not in parts.path:
        raise Unreadable(f"{name} is a link to an address; it looks like mailto:name@example.com.")
    if parts.scheme != "mailto" and not host:
        raise Unreadable(f"{name} is a link; it looks like https://example.com/page.")
    return text


def _choice(field: CustomField, given: object, before: object) -> str:
    text = _as_text(given).strip()
    open_options = [option for option in field.options if not option["archived"] or option["slug"] == before]
    named: Mapping[str, str] = {fold(option["label"]): option["slug"] for option in open_options} | {
        option["slug"]: option["slug"] for option in open_options
    }
    found = named.get(text) or named.get(fold(text))
    if found is None:
        labels = ", ".join(option["label"] for option in open_options)
        raise Unreadable(f"{field.name} has no option “{text[:60]}”; there are: {labels}.")
    return found


_READERS: Mapping[FieldKind, Callable[[str, object], Any]] = {
    FieldKind.TEXT: _text(LONGEST_TEXT),
    FieldKind.LONG_TEXT: _text(LONGEST_PROSE, lines=True),
    FieldKind.WHOLE: _whole,
    FieldKind.DECIMAL: _decimal,
    FieldKind.DATE: _date,
    FieldKind.YES_NO: _yes_no,
    FieldKind.LINK: _link,
}
