"""Days as they are typed: a day, a month, a year, today, the last days."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?\Z")
_LAST_DAYS = re.compile(r"([0-9]{1,5})d\Z")


def span_of(text: str, today: date) -> tuple[date, date]:
    """The first and the last day that `text` names: `2026`, `2026-03`, `2026-03-05`, `today`, `7d` (today and the six days before).

    Raises ValueError with a sentence for people.
    """
    word = text.strip().casefold()
    if word == "today":
        return today, today
    last_days = _LAST_DAYS.match(word)
    if last_days and int(last_days[1]):
        try:
            return today - timedelta(days=int(last_days[1]) - 1), today
        except OverflowError:
            raise ValueError(f"{text.strip()} goes back beyond the calendar.") from None
    match = _DAY.match(word)
    if match is None:
        raise ValueError(f"“{text}” is not a date. Write 2026-03-05, 2026-03, 2026, today or 7d.")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if match[3]:
            return date(year, month, day), date(year, month, day)
        if match[2]:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        raise ValueError(f"There is no {text.strip()} in the calendar.") from None
