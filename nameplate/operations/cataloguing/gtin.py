"""GTINs, the numbers under barcodes: 8, 12, 13 or 14 digits of which the last checks the others by GS1's rule."""

from __future__ import annotations

LENGTHS = (8, 12, 13, 14)


def check_digit(others: str) -> str:
    """The digit that belongs behind `others`: from the right they count three times and once in turn, up to a whole ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(others)))
    return str(-total % 10)


def problem_of(gtin: str) -> str:
    """What is wrong with `gtin`, in a sentence; empty when it can stand."""
    if not (gtin.isascii() and gtin.isdigit()):
        return "A GTIN is 8, 12, 13 or 14 digits, without blanks or hyphens."
    if len(gtin) not in LENGTHS:
        return f"A GTIN has 8, 12, 13 or 14 digits; this one has {len(gtin)}."
    right = check_digit(gtin[:-1])
    if gtin[-1] != right:
        return f"Its last digit does not check the others: after {gtin[:-1]} comes {right}, not {gtin[-1]}. Read it off the label again."
    return ""
