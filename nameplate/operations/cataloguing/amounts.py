"""Whole numbers and money of a form, each checked by one rule; a sentence for what cannot be taken."""

from __future__ import annotations

from decimal import Decimal

from nameplate.quantities import to_micro
from nameplate.refusals import Invalid

LONGEST_WARRANTY = 360
"""Months that a warranty can be given for."""
MOST_MONTHS = 1_000_000
"""More than this is no number of months, whatever its length."""


def read_whole(label: str, value: int | str | None, field: str, wrong: dict[str, str], *, most: int, least: int = 1) -> int | None:
    """The whole number from `least` to `most`, given as one or as text; None for nothing."""
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or not least <= int(text) <= most:
        wrong[field] = f"{label} is a whole number from {least} to {most:,}."
        return None
    return int(text)


def read_warranty(value: int | str | None, field: str, wrong: dict[str, str], *, least: int, before: int | None = None) -> int | None:
    """The months of warranty; None for nothing. `before` is what stands there: it may stay, however long it is."""
    months = read_whole("Warranty", value, field, wrong, most=MOST_MONTHS, least=least)
    if months is not None and months > LONGEST_WARRANTY and months != before:
        wrong[field] = f"At most {LONGEST_WARRANTY} months, which is {LONGEST_WARRANTY // 12} years."
        return None
    return months


def read_money(label: str, value: Decimal | int | str | None, field: str, wrong: dict[str, str]) -> int | None:
    """The amount in millionths, never below zero; None for nothing."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        micro = to_micro(value, field=field)
    except Invalid as refusal:
        wrong[field] = refusal.fields[field]
        return None
    if micro < 0:
        wrong[field] = f"{label} cannot be below zero."
        return None
    return micro
