from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nameplate import serial_text
from nameplate.serial_cleaning import clean, kinds_in, suggestion_for
from nameplate.serial_text import (
    LONGEST,
    LONGEST_SORT_KEY,
    canonical,
    fold,
    lookalike_key,
    prepare,
    problem_of,
    sort_key,
    sort_ranges_of_prefix,
    upper_bound,
)

# Few characters, so that numbers meet, and those on both sides of the digits in byte order.
SHORT = st.text(st.sampled_from("0019aB-/:zé９"), max_size=9)
STORABLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def natural(key: str) -> list[tuple[int, int, str]]:
    """The order wanted: numbers by value and before whatever sorts behind digits, other characters by code point."""
    return [(ord("0"), int(part), "") if part.isdigit() else (ord(part), 0, part) for part in re.findall(r"[0-9]+|[^0-9]", key)]


@given(SHORT, SHORT)
@example("A9", "A10")
@example("A-1", "A1")
@example("A" + "9" * 119, "A1" + "0" * 118)
def test_binary_order_of_sort_keys_is_natural_order(one: str, other: str) -> None:
    a, b = canonical(one), canonical(other)
    assert (sort_key(a).encode() < sort_key(b).encode()) == (natural(a) < natural(b))
    assert (sort_key(a) == sort_key(b)) == (natural(a) == natural(b))


@given(st.integers(0, 10**120), st.integers(0, 10**120))
@example(10**8 - 1, 10**8)
@example(10**9 - 1, 10**9)
@example(10**99, 10**98)
def test_digit_runs_sort_by_value_whatever_their_length(one: int, other: int) -> None:
    assert (sort_key(f"x{one}") < sort_key(f"x{other}")) == (one < other)


@given(STORABLE)
def test_folding_a_key_changes_nothing(number: str) -> None:
    key = canonical(number)
    assert canonical(key) == key
    assert fold(fold(number)) == fold(number)
    assert unicodedata.is_normalized("NFKC", key)


def test_every_single_character_folds_to_a_fixed_point() -> None:
    wrong = [code for code in range(0x110000) if fold(folded := fold(chr(code))) != folded]
    assert wrong == []


@given(st.text(st.sampled_from("01aß-９"), min_size=1, max_size=LONGEST))
@example("1a" * 60)
@example("9" * 120)
@example("123456789-" * 12)
def test_the_sort_key_of_what_is_accepted_fits(number: str) -> None:
    if problem_of(number) is None:
        assert len(canonical(number)) <= LONGEST
        assert len(sort_key(canonical(number))) <= LONGEST_SORT_KEY


@given(SHORT, SHORT)
@example("A1", "A1")
@example("A0", "A00012")
@example("", "9")
@example("x" * 119 + "1", "x" * 119 + "1")
def test_ranges_of_a_prefix_hold_all_that_begin_so(prefix: str, other: str) -> None:
    prefix_key = canonical(prefix)
    for key in (canonical(prefix + other), canonical(other)):
        inside = [low <= sort_key(key) and (high is None or sort_key(key) < high) for low, high in sort_ranges_of_prefix(prefix_key)]
        if key.startswith(prefix_key):
            assert sum(inside) == 1
        elif "0" not in prefix_key + key:
            assert not any(inside), "without zeros the ranges are exact"


@given(SHORT)
def test_ranges_of_a_prefix_ascend_and_are_bounded(prefix: str) -> None:
    ranges = sort_ranges_of_prefix(canonical(prefix))
    assert 1 <= len(ranges) <= LONGEST
    for (_, high), (low, _) in pairwise(ranges):
        assert high is not None
        assert high <= low


def test_a_prefix_that_ends_in_no_digit_is_one_range() -> None:
    assert sort_ranges_of_prefix("wd-") == [("wd-", "wd.")]
    assert sort_ranges_of_prefix("") == [("", None)]


@given(STORABLE, STORABLE)
@example("\ud7ff", "")
@example("a\U0010ffff", "z")
def test_upper_bound_ends_a_prefix(prefix: str, rest: str) -> None:
    bound = upper_bound(prefix)
    assert bound is None or prefix + rest < bound
    assert bound is None or not bound.startswith(prefix)
    assert (bound is None) == (not prefix.strip("\U0010ffff"))
    assert bound is None or bound.encode() > prefix.encode()


@pytest.mark.parametrize(
    ("number", "rule", "position"),
    [
        ("", "empty", 0),
        (" \t", "empty", 0),
        ("\u00a0", "empty", 0),
        ("\u00ad", "empty", 0),
        ("A\x00B", "refused-character", 2),
        ("AB\u200b", "refused-character", 3),
        ("\u202eAB", "refused-character", 1),
        ("A\u2028B", "refused-character", 2),
        ("A\nB", "refused-character", 2),
        ("A\tB", "refused-character", 2),
        ("A\ufe0fB", "refused-character", 2),
        ("A\ud800", "refused-character", 2),
        ("A\ufffd", "refused-character", 2),  # noqa: PT014 - ruff takes the half character above for this one
        ("A\uffff", "refused-character", 2),
        ("x" * 121, "too-long", 0),
        ("x" * 200, "too-long", 0),
        ("ß" * 100, "too-long", 0),
    ],
)
def test_what_cannot_be_a_serial_number_is_named(number: str, rule: str, position: int) -> None:
    problem = problem_of(number)
    assert problem is not None
    assert (problem.rule, problem.position) == (rule, position)
    assert problem.message
    assert problem.way_out


def test_the_refused_character_is_named() -> None:
    problem = problem_of("A\u200bB")
    assert problem is not None
    assert problem.message == "Character 2 is an invisible character (U+200B, zero width space)."


@pytest.mark.parametrize(
    "number", ["WD-WCAV51234567", "0001", "12E5", "a.b/c", "S/N-7", "１２", "A\u00adB", "A–1", "x" * 120, "名板-7", "123456789012345678"]
)
def test_real_numbers_stand(number: str) -> None:
    assert problem_of(number) is None


def test_leading_zeros_make_three_numbers_that_sort_together() -> None:
    keys = [canonical(number) for number in ("0001", "001", "1")]
    assert len(set(keys)) == 3
    assert len({sort_key(key) for key in keys}) == 1


def test_capitals_and_full_width_digits_are_the_same_number() -> None:
    assert canonical(" wd-１２ ") == canonical("WD-12") == "wd-12"
    assert canonical("STRASSE") == canonical("straße")


def test_numbers_that_differ_in_the_kind_of_dash_are_lookalikes() -> None:
    hyphen, dash = canonical("WD-1"), canonical("WD–1")
    assert hyphen != dash
    assert lookalike_key(hyphen) == lookalike_key(dash)


@pytest.mark.parametrize(
    ("number", "kinds", "cleaned"),
    [
        ("WD–1", ("dash",), "WD-1"),
        ("A1…A3", ("ellipsis",), "A1..A3"),
        ("A\u00adB", ("soft-hyphen",), "AB"),
        ("A\u00a0", ("space",), "A"),
        ("A\u00a0B", ("space",), "A B"),
        ("Ａ１", ("width",), "A1"),
        ("A\u200bB", ("invisible",), "AB"),
        ("A\u2028B", ("line-break",), "A\nB"),
        ("SN: 17", ("label",), "17"),
        ("SN：17", ("width", "label"), "17"),
        ("S/N:17", ("label",), "17"),
        ("s/n 17", ("label",), "17"),
        ("Serial No. 17", ("label",), "17"),
        ("Serial number: WD-1", ("label",), "WD-1"),
    ],
)
def test_what_copying_adds_can_be_cleaned(number: str, kinds: tuple[str, ...], cleaned: str) -> None:
    assert kinds_in(number) == kinds
    assert suggestion_for(number) == cleaned


@pytest.mark.parametrize("number", ["SN123", "SN-1", "SERIALNO5", "Serial", "S/N", "SNR-55", "WD-1", "0001"])
def test_what_may_be_part_of_the_number_is_left_alone(number: str) -> None:
    assert suggestion_for(number) is None


@given(st.text(max_size=30))
def test_cleaning_changes_exactly_what_it_names(text: str) -> None:
    number = serial_text.trim(text)
    assert (clean(number) == number) == (not kinds_in(number))
    assert problem_of(number) is not None or problem_of(clean(number)) is None


@given(st.lists(st.one_of(SHORT, st.text(max_size=6)), max_size=8))
@example([])
@example(["A\nB", "C"])
@example(["", "A"])
@example(["A", "x" * 121])
def test_many_at_once_are_the_same_as_one_by_one(numbers: list[str]) -> None:
    prepared = prepare(numbers)
    assert prepared.numbers == [serial_text.trim(number) for number in numbers]
    assert prepared.keys == [canonical(number) for number in numbers]
    assert prepared.sort_keys == [sort_key(key) for key in prepared.keys]
    assert dict(prepared.problems) == {i: problem for i, number in enumerate(numbers) if (problem := problem_of(number))}
