from __future__ import annotations

import fnmatch
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nameplate import serial_text
from nameplate.listings.filters import (
    Column,
    Compare,
    Contains,
    DateColumn,
    Either,
    Empty,
    Every,
    Exact,
    GrammarError,
    Not,
    NumberColumn,
    Prefix,
    Range,
    Sign,
    TextColumn,
    Wildcard,
)
from nameplate.listings.grammar import parse
from nameplate.listings.matching import matches
from nameplate.listings.search import from_the_start
from nameplate.listings.usage_tips import TIPS, Tip

TEXT = TextColumn()
NUMBER = NumberColumn()
DATE = DateColumn(date(2026, 11, 22))
COLUMNS: dict[str, Column] = {"text": TEXT, "number": NUMBER, "date": DATE}
VALUES = st.text(st.sampled_from("aB1-9."), max_size=6)


def stored(kind: str, value: str) -> str | Decimal | date:
    return {"text": str, "serial": str, "number": Decimal, "date": date.fromisoformat}[kind](value)  # type: ignore[operator,no-any-return]


@pytest.mark.parametrize("tip", TIPS, ids=lambda tip: tip.pattern)
def test_the_usage_tips_tell_the_truth(tip: Tip) -> None:
    column = COLUMNS.get(tip.kind, TEXT)
    found_by = parse(tip.pattern, column)
    if tip.kind == "serial" and found_by is not None:
        found_by = from_the_start(found_by)
    assert all(matches(found_by, stored(tip.kind, value), column) for value in tip.finds)
    assert not any(matches(found_by, stored(tip.kind, value), column) for value in tip.passes_over)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        (" , ", None),
        ("wD", Contains("wd")),
        ("WD-*", Prefix("wd-")),
        ("*WD*", Contains("wd", anywhere=True)),
        ("**WD**", Contains("wd", anywhere=True)),
        ("*", Wildcard((Sign.ANY,))),
        ("A?1", Wildcard(("a", Sign.ONE, "1"))),
        ("=A*", Exact("a*")),
        ("!=A, B", Every((Contains("b"), Not(Exact("a"))))),
        ("a,b,!c,!d", Every((Either((Contains("a"), Contains("b"))), Not(Contains("c")), Not(Contains("d"))))),
        ("=", Empty()),
        ('=""', Empty()),
        ("!=", Not(Empty())),
        ("a..b", Range("a", "b")),
        ("A1..", Range("a1", None)),
        ("..A1", Range(None, "a1")),
        (">= A", Compare(">=", "a")),
        ('"a..b"', Contains("a..b")),
        ('"A*"*', Prefix("a*")),
        ('"say ""x"""', Contains('say "x"')),
        ('"!x"', Contains("!x")),
        ("“a”", Contains("“a”")),
    ],
)
def test_text_filters(text: str, expected: object) -> None:
    assert parse(text, TEXT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", Exact(Decimal(12))),
        ("-2.5..4", Range(Decimal("-2.5"), Decimal(4))),
        ("1,2", Either((Exact(Decimal(1)), Exact(Decimal(2))))),
        ("!=3", Not(Exact(Decimal(3)))),
        ("=", Empty()),
        ("<2", Compare("<", Decimal(2))),
    ],
)
def test_number_filters(text: str, expected: object) -> None:
    assert parse(text, NUMBER) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026", Range(date(2026, 1, 1), date(2026, 12, 31))),
        ("2024-02", Range(date(2024, 2, 1), date(2024, 2, 29))),
        ("=2026-03-05", Exact(date(2026, 3, 5))),
        ("today", Exact(date(2026, 11, 22))),
        ("7d", Range(date(2026, 11, 16), date(2026, 11, 22))),
        ("1d", Exact(date(2026, 11, 22))),
        ("2026-01-15..2026-02", Range(date(2026, 1, 15), date(2026, 2, 28))),
        ("..2026-03", Range(None, date(2026, 3, 31))),
        ("2026-03..", Range(date(2026, 3, 1), None)),
        (">2026-03", Compare(">", date(2026, 3, 31))),
        (">=2026-03", Compare(">=", date(2026, 3, 1))),
        ("<2026-03", Compare("<", date(2026, 3, 1))),
        ("<=2026-03", Compare("<=", date(2026, 3, 31))),
    ],
)
def test_date_filters(text: str, expected: object) -> None:
    assert parse(text, DATE) == expected


@pytest.mark.parametrize(
    ("text", "kind", "position"),
    [
        ("!", "text", 1),
        ("a, !", "text", 4),
        ("!!a", "text", 2),
        (">", "text", 1),
        ("..", "text", 1),
        ("A10..A9", "text", 4),
        ("a..b..c", "text", 5),
        ('x"abc', "text", 2),
        ("a\x00b", "text", 2),
        ("\ud800", "text", 1),
        ("*a" * 11, "text", 1),
        ("12*", "number", 3),
        ("abc", "number", 1),
        ("1, nan", "number", 4),
        ("5..1", "number", 2),
        ("2026-02-30", "date", 1),
        ("yesterweek", "date", 1),
        ("0d", "date", 1),
        ("99999d..", "date", None),
        ("0000", "date", 1),
        ("2026-03..2026-02", "date", 8),
        ("1," * 101, "number", 201),
        ("x" * 1001, "text", 1001),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, kind: str, position: int | None) -> None:
    if position is None:
        assert parse(text, COLUMNS[kind]) is not None
        return
    with pytest.raises(GrammarError) as refusal:
        parse(text, COLUMNS[kind])
    assert refusal.value.position == position
    assert refusal.value.message


def test_natural_order_in_ranges() -> None:
    found_by = parse("A9..A11", TEXT)
    assert [value for value in ("A1", "A9", "a10", "A011", "A100", "B") if matches(found_by, value, TEXT)] == ["A9", "a10", "A011"]


def test_serial_numbers_are_found_by_their_key() -> None:
    assert matches(parse("=wd-１２", TEXT), "WD-12", TEXT)
    assert not matches(parse("=WD-1", TEXT), "WD–1", TEXT)


@given(st.text(st.sampled_from("aB1?*"), min_size=1, max_size=6), VALUES)
@example("*a*b*a", "abaaba")
def test_wildcards_mean_what_a_shell_means(pattern: str, value: str) -> None:
    if "*" in pattern or "?" in pattern:
        assert matches(parse(pattern, TEXT), value, TEXT) == fnmatch.fnmatchcase(value.lower(), pattern.lower())


@given(st.lists(st.tuples(st.booleans(), st.text(st.sampled_from("aB1"), min_size=1, max_size=2)), min_size=1, max_size=4), VALUES)
def test_a_list_is_any_plain_term_and_no_contradicted_one(terms: list[tuple[bool, str]], value: str) -> None:
    found_by = parse(", ".join(("!" if negative else "") + text for negative, text in terms), TEXT)
    plain = [text for negative, text in terms if not negative]
    wanted = any(text.lower() in value.lower() for text in plain) if plain else True
    wanted = wanted and not any(text.lower() in value.lower() for negative, text in terms if negative)
    assert matches(found_by, value, TEXT) == wanted


@given(st.text(min_size=1, max_size=8).filter(str.isprintable), st.text(max_size=12))
def test_quoted_text_is_literal(text: str, value: str) -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    assert parse(quoted, TEXT) == Contains(serial_text.fold(text))
    assert parse("=" + quoted, TEXT) == Exact(serial_text.fold(text))


@given(st.text(max_size=40), st.sampled_from(list(COLUMNS)))
@example('!="', "text")
def test_any_text_is_read_or_refused(text: str, kind: str) -> None:
    try:
        found_by = parse(text, COLUMNS[kind])
    except GrammarError as refusal:
        place = refusal.position
        assert 1 <= place <= max(1, len(text))
        return
    value: dict[str, str | Decimal | date] = {"text": text, "number": Decimal(1), "date": date(2026, 1, 1)}
    matches(found_by, value[kind], COLUMNS[kind])
    matches(found_by, None, COLUMNS[kind])


@given(st.dates(), st.dates(), st.dates())
def test_days_from_to(one: date, other: date, day: date) -> None:
    low, high = sorted((one, other))
    assert matches(parse(f"{low}..{high}", DATE), day, DATE) == (low <= day <= high)
    assert matches(parse(f"!{low}..{high}", DATE), day, DATE) == (not low <= day <= high)
