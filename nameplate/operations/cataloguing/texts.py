"""The texts of a form, cleaned and checked by one rule per field; every field at fault gets its own sentence."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from nameplate.refusals import Invalid
from nameplate.serial_text import canonical, refused_kind

_JOINERS = "\u200c\u200d\ufe0e\ufe0f"
"""Drawn as nothing, yet words of several languages are written with them; identifiers do without."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a field takes. An *identifier* is compared with others, so it holds nothing that cannot be seen."""

    label: str
    longest: int
    required: bool = False
    identifier: bool = False
    lines: bool = False
    """May have several lines."""


def read_texts(rules: Mapping[str, Text], given: Mapping[str, object], wrong: dict[str, str]) -> dict[str, str]:
    """The cleaned texts of `given` that `rules` name; a sentence goes into `wrong` for each that cannot be taken."""
    texts: dict[str, str] = {}
    for name, rule in rules.items():
        if name not in given:
            continue
        text = _trimmed(given[name], lines=rule.lines)
        sentence = _problem(rule, text)
        if sentence:
            wrong[name] = sentence
        else:
            texts[name] = text
    return texts


def require_texts(rules: Mapping[str, Text], given: Mapping[str, object], wrong: dict[str, str]) -> None:
    """Note in `wrong` every required field that is not given at all."""
    for name, rule in rules.items():
        if rule.required and name not in given:
            wrong[name] = f"{rule.label} is needed."


def read_date(label: str, value: dt.date | str | None, field: str, wrong: dict[str, str]) -> dt.date | None:
    """The date, given as one or as text; a sentence goes into `wrong` for what is neither."""
    if value is None or isinstance(value, dt.date):
        return value
    text = value.strip()
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        wrong[field] = f"{label} is not a date; it looks like 2026-03-31."
        return None


def problem_of_email(text: str) -> str:
    """Why `text` is no e-mail address; empty when it is one, or when there is none."""
    if text:
        try:
            validate_email(text)
        except ValidationError:
            return "This is not an e-mail address; it looks like name@example.com."
    return ""


def refuse_wrong(wrong: Mapping[str, str]) -> None:
    """Refuse with every sentence gathered, if there is one."""
    if not wrong:
        return
    message = next(iter(wrong.values())) if len(wrong) == 1 else f"{len(wrong)} fields need another look."
    raise Invalid("invalid-fields", message, fields=dict(wrong))


def _trimmed(value: object, *, lines: bool) -> str:
    text = "" if value is None else str(value)
    return (text.replace("\r\n", "\n").replace("\r", "\n") if lines else text).strip()


def _problem(rule: Text, text: str) -> str:
    if not text:
        return f"{rule.label} is needed." if rule.required else ""
    if len(text) > rule.longest:
        return f"{rule.label} has {len(text):,} characters; {rule.longest:,} is the most."
    if not rule.identifier and not rule.lines and text.isascii() and text.isprintable():
        return ""
    for position, character in enumerate(text, 1):
        kind = _refused(rule, character)
        if kind:
            return f"Character {position} of {rule.label.lower()} is {kind} (U+{ord(character):04X}); remove it."
    # Folding can make eighteen characters of one, and what is indexed must stay short.
    if not rule.lines and len(canonical(text)) > 2 * rule.longest:
        return f"{rule.label} is too long once its special characters are written out; shorten it."
    return "" if canonical(text) else f"{rule.label} holds nothing that can be seen."


def _refused(rule: Text, character: str) -> str:
    if rule.lines and character in "\n\t":
        return ""
    # A code unknown to this version of Unicode may be a sign newer than it: of no harm in prose.
    if not rule.identifier and (character in _JOINERS or unicodedata.category(character) == "Cn"):
        return ""
    return refused_kind(character)
