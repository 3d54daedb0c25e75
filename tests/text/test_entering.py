from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nameplate.operations.entering.accepted import AcceptedFormat
from nameplate.operations.entering.offers import offers_for, take
from nameplate.operations.entering.parsing import Parsed, parse
from nameplate.operations.entering.pieces import LONGEST_TEXT, as_entry, literal, map_pieces
from nameplate.operations.entering.runs import LIMIT
from nameplate.refusals import Invalid, Refused, TooLarge
from nameplate.serial_text import canonical, problem_of, sort_key, trim

BOX = st.text(st.sampled_from('aB01 9.,;\t\n\r"x×–\u00a0:SN\u200b'), max_size=40)


def numbers(parsed: Parsed) -> list[str]:
    return parsed.prepared.numbers


def rules(text: str, accepted: AcceptedFormat | None = None) -> list[str]:
    return [candidate.problem.rule if candidate.problem else "" for candidate in parse(text, accepted).candidates]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A1\nA2\r\nA3\rA4", ["A1", "A2", "A3", "A4"]),
        ("A1, A2;A3\tA4,,", ["A1", "A2", "A3", "A4"]),
        ("  A1  \n\n\t\n", ["A1"]),
        ("A0098..A0101", ["A0098", "A0099", "A0100", "A0101"]),
        ("A98 .. A101", ["A98", "A99", "A100", "A101"]),
        ("0098..0100", ["0098", "0099", "0100"]),
        ("A7..A7", ["A7"]),
        ("WD1-08-X..wd1-11-x", ["WD1-08-X", "WD1-09-X", "WD1-10-X", "WD1-11-X"]),
        ("A0098 x 3", ["A0098", "A0099", "A0100"]),
        ("A9 X 2; B1×2; C1 × 2", ["A9", "A10", "B1", "B2", "C1", "C2"]),
        ('"A1..A5", "a, b", "say ""x"""', ["A1..A5", "a, b", 'say "x"']),
        ('"A0098 x 8"', ["A0098 x 8"]),
        ('3.5"-DRIVE', ['3.5"-DRIVE']),
        ("Ax8", ["Ax8"]),
        ("12E5\n0001\n001\n1\n123456789012345678", ["12E5", "0001", "001", "1", "123456789012345678"]),
    ],
)
def test_what_the_box_understands(text: str, expected: list[str]) -> None:
    parsed = parse(text)
    assert numbers(parsed) == expected
    assert not parsed.problems
    assert parsed.prepared.keys == [canonical(number) for number in expected]
    assert parsed.prepared.sort_keys == [sort_key(canonical(number)) for number in expected]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("5..1", "range-backwards"),
        ("A1..", "range-open"),
        ("..", "range-open"),
        ("A..B", "range-without-digits"),
        ("A1..B2", "range-mismatch"),
        ("A1-X..A2-Y", "range-mismatch"),
        ("A0098..A105", "range-padding"),
        ("A98..A0105", "range-padding"),
        ("1..999999999", "too-many"),
        ("A1..A50001", "too-many"),
        ("A1 x 50001", "too-many"),
        ("A1 x " + "9" * 5000, "too-long"),
        ("A1 x " + "9" * 100, "too-many"),
        ("1.." + "9" * 5000, "too-long"),
        ("A1 x 0", "count-zero"),
        ("A x 8", "range-without-digits"),
        ("A1\u202e..A5", "range-mismatch"),
        ("\u202eA1..\u202eA5", "refused-character"),
        ("１..５", "range-without-digits"),
        ('"abc', "quote-open"),
        ('"abc"def, A1', "quote-open"),
        ('""', "empty"),
        ('"A\x00"', "refused-character"),
        ("A\x00B", "refused-character"),
        ("A\u200bB", "refused-character"),
        ("A\u202eB", "refused-character"),
        ("A\x0cB", "refused-character"),
        ("x" * 200, "too-long"),
        ("17 HGST PL1310", "several-words"),
        ("WD–1", "to-clean"),
        ("１２", "to-clean"),
        ("SN: 17", "to-clean"),
        ("1.23457E+17", "shortened-number"),
    ],
)
def test_what_it_does_not_take_is_said_with_a_way_out(text: str, rule: str) -> None:
    parsed = parse(text)
    assert rules(text) == [rule]
    assert parsed.count == 0
    problem = parsed.candidates[0].problem
    assert problem is not None
    assert problem.message.endswith(".")
    assert problem.way_out.endswith(".")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"abc', "A quotation mark opens here and does not close."),
        ('"say ""abc, A1', "A quotation mark opens here and does not close."),
        ('"abc"def, A1', "Something follows the quotation mark that closes here."),
    ],
)
def test_what_is_wrong_with_quotation_marks_is_told(text: str, message: str) -> None:
    problem = parse(text).candidates[0].problem
    assert problem is not None
    assert problem.message == message


def test_the_backward_range_is_told_clearly() -> None:
    problem = parse("5..1").candidates[0].problem
    assert problem is not None
    assert problem.message == "“5..1” runs backwards: 1 comes before 5."
    assert problem.way_out == "Write 1..5."


def test_a_huge_range_costs_nothing() -> None:
    tracemalloc.start()
    parsed = parse("A1..A999999999\nB1 x 999999999")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert parsed.count == 0
    assert peak < 1_000_000


def test_all_together_stay_within_the_limit() -> None:
    parsed = parse(f"A1..A{LIMIT}\nB1\nC1..C2")
    assert parsed.count == LIMIT
    assert rules(f"A1..A{LIMIT}\nB1\nC1..C2") == ["", "too-many", "too-many"]


def test_more_lines_than_the_limit_are_refused() -> None:
    with pytest.raises(TooLarge):
        parse("\n".join(f"A{value}" for value in range(LIMIT + 1)))
    with pytest.raises(TooLarge):
        parse("A" * (LONGEST_TEXT + 1))


def test_fifty_thousand_lines_with_one_duplicate() -> None:
    lines = [f"PL{value:06d}ab" for value in range(LIMIT)]
    lines[93] = lines[11].upper()
    text = "\n".join(lines)
    parsed = parse(text)
    assert parsed.count == LIMIT - 1
    [twice] = [candidate for candidate in parsed.candidates if candidate.problem]
    assert twice.problem is not None
    assert twice.problem.message == "Twice in this entry, line 12 and line 94."


def test_a_repeat_on_one_line() -> None:
    parsed = parse("A1, B2, a1")
    assert numbers(parsed) == ["A1", "B2"]
    assert parsed.candidates[2].problem is not None
    assert parsed.candidates[2].problem.message == "Twice in this entry, both on line 1."


def test_a_range_keeps_its_other_numbers() -> None:
    parsed = parse("A3\nA1..A5")
    assert numbers(parsed) == ["A3", "A1", "A2", "A4", "A5"]
    second = parsed.candidates[1]
    assert [(repeat.number, repeat.first_line) for repeat in second.repeats] == [("A3", 1)]
    assert second.keys == ["a1", "a2", "a4", "a5"]


def test_quotation_marks_decide() -> None:
    for raw in ("WD–1", "17 HGST PL1310", "SN: 17", "1.23457E+17", "１２"):
        assert numbers(parse(literal(raw))) == [raw]


def test_lookalikes_within_an_entry_are_noted() -> None:
    parsed = parse('WD-1\n"WD–1"')
    assert parsed.count == 2
    assert parsed.candidates[1].note is not None
    assert parsed.candidates[1].note.rule == "lookalike"


@given(st.text("aB-", max_size=3), st.integers(0, 10**7), st.integers(0, 40), st.integers(1, 9), st.text("z/", max_size=2))
def test_ranges_and_counts_agree_with_counting(prefix: str, start: int, more: int, width: int, suffix: str) -> None:
    expected = [f"{prefix}{value:0{width}d}{suffix}" for value in range(start, start + more + 1)]
    assert numbers(parse(f"{expected[0]}..{expected[-1]}")) == expected
    assert numbers(parse(f"{expected[0]} x {more + 1}")) == expected


@given(st.one_of(BOX, st.text(max_size=60)))
@example("\ud800")
@example('"' * 31)
@example("..............")
@example("x x 1")
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parsed = parse(text)
    except Refused:
        return
    prepared = parsed.prepared
    assert len(set(prepared.keys)) == len(prepared.keys) == parsed.count
    assert all(problem_of(number) is None and number == trim(number) for number in prepared.numbers)
    assert all(candidate.numbers or candidate.problem for candidate in parsed.candidates)
    assert all(candidate.line <= len(text.splitlines()) + 1 for candidate in parsed.candidates)


@given(st.lists(st.text(max_size=12).map(trim).filter(lambda number: problem_of(number) is None), max_size=6, unique_by=canonical))
def test_quoted_numbers_come_back_byte_for_byte(expected: list[str]) -> None:
    assert numbers(parse("\n".join(literal(number) for number in expected))) == expected
    assert numbers(parse("; ".join(literal(number) for number in expected))) == expected


@given(BOX)
def test_an_offer_taken_leaves_an_entry_that_can_be_read(text: str) -> None:
    parsed = parse(text)
    for offer in offers_for(text, parsed, AcceptedFormat("@##")):
        after = parse(take(text, offer.kind, offer.argument, AcceptedFormat("@##")))
        assert offer.count > 0
        if offer.kind in ("clean", "once", "keep"):
            assert after.count >= 0


@given(BOX)
def test_pieces_left_as_they_are_mean_the_same(text: str) -> None:
    assert numbers(parse(map_pieces(text, lambda piece: piece.raw))) == numbers(parse(text))


def test_cleaning_all() -> None:
    text = 'WD–1, SN: 2\nA\u200b3\n"WD–1"\nB4..B5'
    assert {(offer.argument, offer.count) for offer in offers_for(text, parse(text)) if offer.kind == "clean"} == {
        ("", 3),
        ("dash", 1),
        ("label", 1),
        ("invisible", 1),
    }
    assert take(text, "clean") == 'WD-1, 2\nA3\n"WD–1"\nB4..B5'
    assert take(text, "clean", "dash") == 'WD-1, SN: 2\nA\u200b3\n"WD–1"\nB4..B5'


def test_lines_of_a_pdf_offer_a_column() -> None:
    text = "1 HGST PL1310LAGHK2BA\n2 HGST PL1310LAGH0211\nend of page"
    [offer] = [offer for offer in offers_for(text, parse(text)) if offer.kind == "column" and offer.argument == "3"]
    assert offer.examples == ("PL1310LAGHK2BA", "PL1310LAGH0211", "page")
    assert take(text, "column", "3") == "PL1310LAGHK2BA\nPL1310LAGH0211\npage"


def test_cells_of_a_spreadsheet_offer_a_column_without_its_head() -> None:
    text = "No\tSerial number\tModel\n1\tA, 1\tWD Green\n2\tB2\tWD Green"
    assert numbers(parse(take(text, "column", "2"))) == ["A, 1", "B2"]
    assert take(text + "\n\nloose", "column", "2").endswith("loose"), "a line without that column stays"


def test_taking_what_fits_the_format() -> None:
    accepted = AcceptedFormat("PL####LAG*")
    text = "1 HGST PL1310LAGHK2BA ok\nnothing here"
    [offer] = [offer for offer in offers_for(text, parse(text, accepted), accepted) if offer.kind == "format"]
    assert offer.count == 1
    assert take(text, "format", "", accepted) == "PL1310LAGHK2BA\nnothing here"


def test_keeping_dropping_and_reading_digits() -> None:
    accepted = AcceptedFormat("AB##")
    text = "AB1O\nAB12\nAB12\nXY"
    assert [(offer.kind, offer.argument) for offer in offers_for(text, parse(text, accepted), accepted) if offer.kind != "column"] == [
        ("suggestion", ""),
        ("once", ""),
        ("keep", "wrong-format"),
        ("keep", "letter-for-digit"),
    ]
    assert take(text, "suggestion", "", accepted) == "AB10\nAB12\nAB12\nXY"
    assert take(text, "once", "", accepted) == "AB1O\nAB12\nXY"
    assert take(text, "keep", "wrong-format", accepted) == 'AB1O\nAB12\nAB12\n"XY"'


def test_an_unknown_offer_is_refused() -> None:
    for kind, argument in (("clean", "everything"), ("column", "0"), ("column", "x"), ("format", ""), ("", "")):
        with pytest.raises(Invalid):
            take("A1", kind, argument)


@pytest.mark.parametrize(
    ("accepted", "number", "rule"),
    [
        (AcceptedFormat("PL####*"), "pl1310LAG", ""),
        (AcceptedFormat("PL####*"), "PL131", "wrong-format"),
        (AcceptedFormat("PL####*"), "PL13l0", "letter-for-digit"),
        (AcceptedFormat("@?#"), "é-1", ""),
        (AcceptedFormat("@?#"), "1-1", "wrong-format"),
        (AcceptedFormat(r"\#\*\\"), "#*\\", ""),
        (AcceptedFormat("a.c"), "abc", "wrong-format"),
        (AcceptedFormat(shortest=3, longest=4), "A1", "wrong-format"),
        (AcceptedFormat(shortest=3, longest=4), "A123", ""),
        (AcceptedFormat(characters="0123456789ABCDEF-"), "ab-12", ""),
        (AcceptedFormat(characters="0123456789ABCDEF-"), "ag-12", "wrong-format"),
    ],
)
def test_accepted_formats(accepted: AcceptedFormat, number: str, rule: str) -> None:
    assert rules(number, accepted) == [rule]
    assert accepted.fits(number) == (not rule)


def test_a_format_may_strip_a_prefix_but_not_from_quoted_text() -> None:
    accepted = AcceptedFormat("##", prefix="S-")
    assert numbers(parse('s-12\n34\n"S-56"', accepted)) == ["12", "34", "S-56"]


@pytest.mark.parametrize("pattern", ["a*b", "**", "x" * 121])
def test_a_format_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(Invalid):
        AcceptedFormat(pattern)


@pytest.mark.parametrize("number", ["A1", "a, b", "A1..A5", "A1 x 5", 'say "x"', '"x"', "A×5"])
def test_a_number_put_into_the_box_means_one_number(number: str) -> None:
    assert numbers(parse(as_entry(number))) == [number]


def test_the_prefix_comes_off_a_range_as_off_single_numbers() -> None:
    accepted = AcceptedFormat("@##", prefix="sn:")
    assert numbers(parse("SN:A01..SN:A03\nSN: A07 x 2", accepted)) == ["A01", "A02", "A03", "A07", "A08"]
    assert numbers(parse("K1 x 2", AcceptedFormat(prefix="K1"))) == ["K1", "K2"]


def test_offers_leave_quoted_numbers_and_whole_ranges_what_they_are() -> None:
    accepted = AcceptedFormat("W##", prefix="S-")
    assert take('"S-W12"\nS-W13 black', "format", accepted=accepted) == '"S-W12"\nS-W13'
    misread = "O1..O3\nO7"
    digits = AcceptedFormat("##")
    assert [offer.count for offer in offers_for(misread, parse(misread, digits), digits) if offer.kind == "suggestion"] == [1]
    assert take(misread, "suggestion", accepted=digits) == "O1..O3\n07"
    kept = take("O1..O3", "keep", "letter-for-digit", digits)
    assert numbers(parse(kept, digits)) == ["O1", "O2", "O3"]


def test_a_range_that_misses_the_format_counts_and_is_kept_as_its_numbers() -> None:
    accepted = AcceptedFormat("WD-*")
    text = "A001..A1000\nA9 x 3\nXY"
    parsed = parse(text, accepted)
    assert [candidate.troubled for candidate in parsed.candidates] == [1000, 3, 1]
    problem = parsed.candidates[0].problem
    assert problem
    assert problem.message == "1,000 numbers as a range. “A001”: it does not fit the item’s format, WD-*."
    assert "put each in quotation marks by itself" in problem.way_out
    [keep] = [offer for offer in offers_for(text, parsed, accepted) if offer.kind == "keep"]
    assert (keep.count, keep.label) == (1004, "Keep 1,004 as they are")
    assert take("A8 x 3", "keep", "wrong-format", accepted) == '"A8"\n"A9"\n"A10"'


def test_ranges_and_counts_are_no_columns() -> None:
    accepted = AcceptedFormat("WD-#")
    text = "A9 x 3\nA1 .. A3\nWD-1 x 2"
    assert {offer.kind for offer in offers_for(text, parse(text, accepted), accepted)} == {"keep"}
    assert take("1 WD-1 new\nA9 x 3", "column", "1") == "1\nA9 x 3"
    assert take("WD-1 x 2\nWD-4 new", "format", accepted=accepted) == "WD-1 x 2\nWD-4"
