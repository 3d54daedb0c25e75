"""Dates as files write them: by year, by day or by month first. A column is read in one way, and only when there is but one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

_BY_YEAR = re.compile(r"([0-9]{4})([-/.]?)([0-9]{1,2})\2([0-9]{1,2})(?:[T ][0-9:.,+Zz -]*)?", re.ASCII)
_BY_DAY = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?:[T ][0-9:.,+Zz -]*)?", re.ASCII)

STYLES: Mapping[str, str] = {
    "year": "year first: 2026-03-31",
    "day": "day first: 31.03.2026 or 31/03/2026",
    "month": "month first: 03/31/2026",
}


def _by_year(text: str) -> dt.date | None:
    found = _BY_YEAR.fullmatch(text)
    if found is None or (not found[2] and len(found[3] + found[4]) != 4):
        return None
    return _date(found[1], found[3], found[4])


def _by_day(text: str) -> dt.date | None:
    found = _BY_DAY.fullmatch(text)
    return _date(found[4], found[3], found[1]) if found else None


def _by_month(text: str) -> dt.date | None:
    """Nobody writes the month first with points between."""
    found = _BY_DAY.fullmatch(text)
    return _date(found[4], found[1], found[3]) if found and found[2] != "." else None


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


READERS: Mapping[str, Callable[[str], dt.date | None]] = {"year": _by_year, "day": _by_day, "month": _by_month}


@dataclass(frozen=True, slots=True)
class Reading:
    """How the dates of a column are read. `style` is empty when a person has to choose among `choices`."""

    style: str
    choices: tuple[str, ...] = ()


def reading_of(texts: Collection[str]) -> Reading:
    """The one way in which all of these are dates; the ways to choose among, where several are and do not mean the same days.

    Where none fits all of them it is the one that fits most, so that the others are told line by line.
    """
    counts = {style: sum(read(text) is not None for text in texts) for style, read in READERS.items()}
    best = max(counts.values(), default=0)
    if not best:
        return Reading("year")
    fitting = [style for style, count in counts.items() if count == best]
    meanings = {tuple(READERS[style](text) for text in texts) for style in fitting}
    return Reading(fitting[0]) if len(meanings) == 1 else Reading("", tuple(fitting))


def read_day(text: str, style: str) -> dt.date | None:
    """The day that is written there, in this style."""
    return READERS[style](text)
