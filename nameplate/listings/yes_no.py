"""Yes and no as a closed set: the two databases keep truth values differently, so lists see 1 and 0."""

from __future__ import annotations

from nameplate.listings.columns import Choice

YES_NO = (Choice(1, "yes", "Yes"), Choice(0, "no", "No"))


def yes_no(expression: str) -> str:
    """SQL that is 1 where the boolean column `expression` is true, else 0."""
    return f"(CASE WHEN {expression} THEN 1 ELSE 0 END)"
