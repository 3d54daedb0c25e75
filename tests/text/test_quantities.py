"""Quantities as people and programs write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Invalid


@pytest.mark.parametrize(
    ("written", "micro"),
    [
        ("2", 2_000_000),
        (" 2.5 ", 2_500_000),
        (".5", 500_000),
        ("1,500", 1_500_000_000),
        ("-1,234,567.25", -1_234_567_250_000),
        ("1E+3", 10**9),
    ],
)
def test_a_quantity_is_read_as_it_is_written(written: str, micro: int) -> None:
    assert to_micro(written) == micro


@pytest.mark.parametrize(
    "written",
    [
        "1,5",
        "1,50",
        "1,5000",
        "15,00",
        ",5",
        "1,000,00",
        "1,,000",
        "２",
        "1_000",
        "٣",
        "",
        " ",
        "NaN",
        "Infinity",
        "1 000",
        "1e9999",
        "0x10",
    ],
)
def test_what_is_no_quantity_is_refused_at_its_field(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        to_micro(written, field="lines.0.quantity")
    assert refused.value.rule == "not-a-number"
    assert set(refused.value.fields) == {"lines.0.quantity"}


def test_a_comma_that_groups_nothing_is_told_with_what_was_probably_meant() -> None:
    with pytest.raises(Invalid, match="does not group thousands") as refused:
        to_micro("1,5")
    assert "Write 1.5" in refused.value.way_out


def test_what_is_kept_reads_the_same_again() -> None:
    for micro in (0, 1, 999_999, 1_000_000, 12_345_678_900_000):
        assert to_micro(from_micro(micro)) == to_micro(f"{from_micro(micro):,f}") == micro
    assert from_micro(12_000_000) == Decimal(12)
