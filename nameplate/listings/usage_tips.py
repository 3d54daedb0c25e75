"""The table of the Usage tips page. Its examples are run against the grammar by the tests, so they are true."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tip:
    """A row: what to type, what it means, what it finds and what it passes over (`today` is 22 November 2026; "" is an empty cell)."""

    pattern: str
    meaning: str
    finds: tuple[str, ...]
    passes_over: tuple[str, ...]
    kind: str = "text"


TIPS = (
    Tip("WCAW", "contains it; capitals do not matter", ("WD-WCAWZ1881335", "wcaw"), ("WD-WMAZ2",)),
    Tip("WD-*", "begins with it: * is any characters, also none", ("WD-1", "wd-"), ("XWD-1",)),
    Tip("*-A", "ends with it", ("SP-A",), ("SP-AB",)),
    Tip("A?1", "? is exactly one character", ("AB1", "A01"), ("A1", "XAB1")),
    Tip("=A1", "exactly this and no more; * and ? stand for themselves", ("A1", "a1"), ("A10", "BA1")),
    Tip("!WD-*", "everything but this; empty cells too", ("ST-1", ""), ("WD-1",)),
    Tip("!=A1", "everything but exactly this", ("A10",), ("A1",)),
    Tip("A9..A11", "from … to, both in, numbers in their natural order", ("A9", "A10", "A11"), ("A8", "A12", "A110")),
    Tip("A100..", "from there on", ("A100", "A1000", "B"), ("A99",)),
    Tip("..A99", "up to there", ("A99", "A1"), ("A100",)),
    Tip(">A99", "behind it; <A99 before it; >=A99 and <=A99 with itself", ("A100",), ("A99", "A1")),
    Tip("WD-*, ST-*", "either", ("WD-1", "ST-1"), ("HI-1",)),
    Tip("WD-*, ST-*, !*X", "either, but none that ends in X", ("WD-1", "ST-1"), ("WD-X", "HI-1")),
    Tip("=", "empty", ("",), ("A",)),
    Tip("!=", "not empty", ("A",), ("",)),
    Tip('"A*, B"', "takes text literally: contains A*, B", ("xA*, B",), ("AC", "B")),
    Tip('="1..5"', "exactly the text 1..5", ("1..5",), ("3",)),
    Tip("Z0", "begins with it, as fewer than three characters are looked for at the start of a number", ("Z0-1",), ("AZ0",), "serial"),
    Tip("*Z0*", "contains it, however short it is", ("Z0-1", "AZ0"), ("Z1-0",), "serial"),
    Tip("!Z0", "all but those that contain it", ("Z1-0",), ("Z0-1", "AZ0"), "serial"),
    Tip("12", "the number", ("12", "12.0"), ("120",), "number"),
    Tip("2.5..4", "from … to", ("2.5", "4"), ("2.4", "4.1"), "number"),
    Tip(">100, <=5", "either", ("101", "5"), ("100", "6"), "number"),
    Tip("2026-03", "in this month; 2026 in this year, 2026-03-05 on this day", ("2026-03-01", "2026-03-31"), ("2026-04-01",), "date"),
    Tip("2026-01-15..2026-02", "from that day to the end of that month", ("2026-01-15", "2026-02-28"), ("2026-03-01",), "date"),
    Tip("2026-03..", "from the beginning of that month on", ("2026-03-01", "2027-01-01"), ("2026-02-28",), "date"),
    Tip("..2026-03", "up to the end of that month", ("2026-03-31", "2020-01-01"), ("2026-04-01",), "date"),
    Tip(">2026-03", "after that month; <2026-03 before it", ("2026-04-01",), ("2026-03-31",), "date"),
    Tip("today", "today", ("2026-11-22",), ("2026-11-21",), "date"),
    Tip("7d", "the last seven days, today being one of them", ("2026-11-22", "2026-11-16"), ("2026-11-15", "2026-11-23"), "date"),
    Tip("+30d", "today and the next thirty days", ("2026-11-22", "2026-12-22"), ("2026-11-21", "2026-12-23"), "date"),
)
