"""Runs of numbers written short, and read back as the very same numbers."""

from __future__ import annotations

from random import Random

import pytest

from nameplate.operations.entering.parsing import parse
from nameplate.operations.entering.runs import folded
from tests import proving


@pytest.mark.parametrize(
    ("numbers", "short"),
    [
        (["A1", "A2", "A3"], ["A1..A3"]),
        (["A1", "A2"], ["A1", "A2"]),
        (["A9", "A10", "A11"], ["A9", "A10", "A11"]),
        (["A08", "A09", "A10", "A11"], ["A08..A11"]),
        (["A1", "A3", "A4", "A5", "B6"], ["A1", "A3..A5", "B6"]),
        (["X1Y", "X2Y", "X3Y"], ["X1Y..X3Y"]),
        (["ABC", "ABD", "ABE"], ["ABC", "ABD", "ABE"]),
        (["1..1", "1..2", "1..3"], ["1..1", "1..2", "1..3"]),
        ([], []),
    ],
)
def test_runs_of_three_or_more_are_folded(numbers: list[str], short: list[str]) -> None:
    assert folded(numbers) == short


def test_what_is_folded_reads_back_as_the_same_numbers() -> None:
    random = Random(4711)
    for _ in range(proving.times(50, 1_000)):
        width = random.randint(1, 5)
        numbers = sorted({random.randint(0, 10**width - 1) for _ in range(random.randint(1, 40))})
        texts = [f"WD-{number:0{width}}-X" for number in numbers]
        read = parse("\n".join(folded(texts)))
        assert [number for candidate in read.candidates for number in candidate.numbers] == texts
