"""Days as they are typed: a day, a month, a year, today, the last days, the next ones."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?\Z")
_DAYS = re.compile(r"(\+?)([0-9]{1,5})d\Z")


def span_of(text: str, today: date) -> tuple[date, date]:
    """The first and the last day that `text` names: `2026`, `2026-03`, `2026-03-05`, `today`, `7d`, `+30d`.

    `7d` is today and the six days before, `+30d` today and the thirty days to come. Raises ValueError with a sentence for people.
    """
    word = text.strip().casefold()
    if word == "today":
        return today, today
    days = _DAYS.match(word)
    if days and int(days[2]):
        count = int(days[2])
        try:
            return (today, today + timedelta(days=count)) if days[1] else (today - timedelta(days=count - 1), today)
        except OverflowError:
            raise ValueError(f"{text.strip()} goes beyond the calendar.") from None
    match = _DAY.match(word)
    if match is None:
        raise ValueError(f"“{text}” is not a date. Write 2026-03-05, 2026-03, 2026, today, 7d or +30d.")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if match[3]:
            return date(year, month, day), date(year, month, day)
        if match[2]:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        raise ValueError(f"There is no {text.strip()} in the calendar.") from None
