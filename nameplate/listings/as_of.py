"""`as_of=2026-03-05` in an address: the list as it was at the end of that day."""

from __future__ import annotations

import re
from datetime import date

from django.utils import timezone

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(text: str) -> date | str:
    """The day that is asked for, or the sentence that says what is wrong with it."""
    asked, today = text.strip(), timezone.localdate()
    if asked.casefold() == "today":
        return today
    try:
        day = date.fromisoformat(asked) if _DAY.fullmatch(asked) else None
    except ValueError:
        return f"There is no {asked} in the calendar."
    if day is None:
        return "Say a day as 2026-03-05."
    return day if day <= today else "That day is yet to come."


def wrong_day(text: str, *, acted_on: bool) -> str:
    """Why a list is not told as of this day: it is no past day, or the list has none. `acted_on`: its rows were to be acted on."""
    day = day_of(text)
    if isinstance(day, str):
        return day
    return "What is there today can be acted on, not what was there then." if acted_on else "This list shows today alone."
