"""GTINs: GS1's check digit, told when it is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nameplate.operations.cataloguing.gtin import LENGTHS, check_digit, problem_of

# From GS1's own manual and from things on a desk.
REAL = ["40170725", "614141000036", "4006381333931", "0012345678905", "10614141000033", "9501101530003"]


@pytest.mark.parametrize("gtin", REAL)
def test_real_ones_pass(gtin: str) -> None:
    assert problem_of(gtin) == ""


@given(st.sampled_from(LENGTHS).flatmap(lambda length: st.text("0123456789", min_size=length - 1, max_size=length - 1)), st.data())
def test_one_digit_typed_wrongly_is_always_found(others: str, data: st.DataObject) -> None:
    gtin = others + check_digit(others)
    assert problem_of(gtin) == ""
    place = data.draw(st.integers(0, len(gtin) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != gtin[place]]))
    assert "check" in problem_of(gtin[:place] + wrong + gtin[place + 1 :])
