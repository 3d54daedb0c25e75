"""An accepted format tried on numbers: the verdict that a serial box would give."""

from __future__ import annotations

import pytest

from nameplate.operations.entering.accepted import AcceptedFormat
from nameplate.operations.entering.trying import try_numbers
from nameplate.refusals import Invalid, TooLarge


def test_each_number_gets_its_verdict() -> None:
    accepted = AcceptedFormat(pattern="WD-####", prefix="SN:")
    trials = try_numbers("WD-0001\nSN: WD-0002, WD-000O; WD-1\nWD-0003..WD-0005", accepted)
    assert [(trial.text, trial.fits) for trial in trials] == [
        ("WD-0001", True),
        ("SN: WD-0002", True),
        ("WD-000O", False),
        ("WD-1", False),
        ("WD-0003..WD-0005", True),
    ]
    assert trials[1].message == "fits, and is kept as WD-0002"
    assert "WD-0000" in trials[2].message
    assert trials[4].message == "3 numbers, WD-0003 to WD-0005"


def test_more_than_anybody_tries_is_refused() -> None:
    with pytest.raises(TooLarge):
        try_numbers("A" * 20_001, AcceptedFormat())


@pytest.mark.parametrize(
    ("pattern", "shortest", "longest"),
    [("####", 1, 3), ("####", 5, 120), ("", 7, 6), ("##*", 1, 1)],
)
def test_lengths_that_no_number_has_are_refused(pattern: str, shortest: int, longest: int) -> None:
    with pytest.raises(Invalid) as refusal:
        AcceptedFormat(pattern=pattern, shortest=shortest, longest=longest)
    assert refusal.value.rule == "format-lengths"


def test_a_format_that_is_open_at_its_end_may_be_longer() -> None:
    assert AcceptedFormat(pattern="##*", shortest=5, longest=8).problem_of("12345") is None
    with pytest.raises(Invalid):
        AcceptedFormat(pattern="##\\*", shortest=5)
