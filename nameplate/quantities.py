"""Quantities and money: Decimal at the doors, integers of one millionth in the database.

SQLite has no decimals (0.3 - 0.1 three times is below zero there), so the ledger counts millionths.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from nameplate.refusals import Invalid

MILLIONTHS = 1_000_000
LIMIT = 10**15 * MILLIONTHS // 10**3
"""The largest quantity in millionths: it leaves room for sums within 64 bits."""

# Decimal would also read digits of other scripts and underscores, which look like something else where they are shown again.
_WRITTEN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\Z")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?\Z")
"""Commas that group thousands, and nothing else: in `1,5` a comma is probably meant to be a point."""


def to_micro(value: Decimal | int | str, *, field: str = "quantity") -> int:
    """Millionths of `value`; a text may group thousands with commas.

    Refused: not a number, not finite, digits that are not ASCII, a comma elsewhere, more than six decimals, beyond 10^12.
    """
    try:
        number = Decimal(_plain(value, field) if isinstance(value, str) else value)
    except (InvalidOperation, ValueError, TypeError):
        raise Invalid("not-a-number", f"“{value}” is not a number.", fields={field: "Type a number, like 12 or 2.5."}) from None
    if not number.is_finite():
        raise Invalid("not-a-number", f"“{value}” is not a number.", fields={field: "Type a number, like 12 or 2.5."})
    if abs(number) > LIMIT // MILLIONTHS:
        raise Invalid("too-many", f"{value} is more than can be kept.", fields={field: "At most 1,000,000,000,000."})
    micro = (number * MILLIONTHS).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    if micro != number * MILLIONTHS:
        raise Invalid("too-fine", f"{value} has more than six decimals.", fields={field: "At most six decimals."})
    return int(micro)


def _plain(text: str, field: str) -> str:
    """`text` as Decimal may read it."""
    written = text.strip()
    if _GROUPED.match(written):
        return written.replace(",", "")
    if _WRITTEN.match(written):
        return written
    if "," in written and _WRITTEN.match(written.replace(",", ".", 1)):
        way = f"Write {written.replace(',', '.', 1)} for decimals; a comma only groups thousands, like 1,500."
        raise Invalid("not-a-number", f"The comma in “{written}” does not group thousands.", fields={field: way}, way_out=way)
    raise Invalid("not-a-number", f"“{written[:40]}” is not a number.", fields={field: "Type a number, like 12 or 2.5."})


def from_micro(micro: int) -> Decimal:
    """The Decimal that `micro` millionths stand for, without trailing zeros (12, not 12.000000)."""
    whole, rest = divmod(abs(micro), MILLIONTHS)
    text = f"{whole}.{rest:06d}".rstrip("0").rstrip(".") if rest else str(whole)
    return Decimal(text if micro >= 0 else f"-{text}")
