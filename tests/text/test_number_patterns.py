"""Numbering patterns: what can be written, what it makes, and that two counts never make the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nameplate.number_patterns import read_pattern
from nameplate.refusals import Invalid
from nameplate.serial_text import canonical
from tests import proving

DAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("pattern", "count", "number"),
    [
        ("PO{00000}", 17, "PO00017"),
        ("PO-{YYYY}-{0000}", 1, "PO-2026-0001"),
        ("{YY}{MM}{DD}/{0}", 12, "260309/12"),
        ("{00}-A", 100, "100-A"),
        ("  L{000} ", 7, "L007"),
        ("100 %s {0} %(x)d", 7, "100 %s 7 %(x)d"),
    ],
)
def test_what_a_pattern_makes(pattern: str, count: int, number: str) -> None:
    assert read_pattern(pattern, longest=40).number(count, DAY) == number


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("", "needed"),
        ("PO", "no counter"),
        ("{YYYY}", "no counter"),
        ("{000}-{000}", "2 counters"),
        ("{{000}}", "brace"),
        ("PO{000", "brace"),
        ("}PO{000}", "brace"),
        ("PO{}{000}", "There is no “{}”"),
        ("{yyyy}{000}", "There is no “{yyyy}”"),
        ("{0.__class__}{000}", "There is no"),
        ("{item.number}{0}", "There is no"),
        ("{001}", "There is no"),
        ("{0000000000000}", "at most 12 zeros"),
        ("x" * 300 + "{0}", "at most 160"),
        ("x" * 35 + "{0}", "grow to 45"),
        ("ﷺ" * 3 + "{0}", "grow to"),
        ("A\u200b{0}", "invisible"),
        ("A\nB{0}", "line break"),
        ("A\x00{0}", "control"),
    ],
)
def test_what_cannot_be_read_says_why(pattern: str, says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_pattern(pattern, longest=40, field="po")
    assert says in refusal.value.fields["po"]


parts = st.lists(st.sampled_from(["{YYYY}", "{YY}", "{MM}", "{DD}", "A", "1", "0", "-", "ß"]), max_size=4).map("".join)
moments = st.tuples(st.integers(1, 200_000), st.integers(0, 4000).map(lambda days: DAY + timedelta(days=days)))


@given(before=parts, zeros=st.integers(1, 6), after=parts, one=moments, other=moments)
@proving.settings(short=60, full=5_000)
def test_two_counts_never_make_the_same_number_whatever_the_days(
    before: str, zeros: int, after: str, one: tuple[int, date], other: tuple[int, date]
) -> None:
    assume(one[0] != other[0])
    pattern = read_pattern(f"{before}{{{'0' * zeros}}}{after}", longest=60)
    assert canonical(pattern.number(*one)) != canonical(pattern.number(*other))
