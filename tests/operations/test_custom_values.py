"""One value of each kind: what is taken, as what it is stored, and the sentence for what is not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from nameplate.models import CustomField, FieldKind, FieldNoun
from nameplate.operations.customizing import Unreadable, convert_column, new_unit_values, read_custom, read_value, value_in_words
from tests import world

OPTIONS = [
    {"slug": "red", "label": "Red", "archived": False},
    {"slug": "green", "label": "Leaf green", "archived": False},
    {"slug": "blue", "label": "Blue", "archived": True},
]

TAKEN: list[tuple[FieldKind, object, Any]] = [
    (FieldKind.TEXT, "  FW 2.1 ", "FW 2.1"),
    (FieldKind.TEXT, 12, "12"),
    (FieldKind.TEXT, "   ", None),
    (FieldKind.TEXT, None, None),
    (FieldKind.LONG_TEXT, "one\r\ntwo ", "one\ntwo"),
    (FieldKind.WHOLE, "-0042", -42),
    (FieldKind.WHOLE, "3,000,592,982,016", 3_000_592_982_016),
    (FieldKind.WHOLE, "9" * 18, int("9" * 18)),
    (FieldKind.WHOLE, 7.0, 7),
    (FieldKind.DECIMAL, "2.50", "2.5"),
    (FieldKind.DECIMAL, 0.1, "0.1"),
    (FieldKind.DECIMAL, "1e3", "1000"),
    (FieldKind.DATE, "2026-03-31", "2026-03-31"),
    (FieldKind.DATE, dt.date(2026, 3, 31), "2026-03-31"),
    (FieldKind.YES_NO, "Yes", True),
    (FieldKind.YES_NO, 0, False),
    (FieldKind.YES_NO, False, False),
    (FieldKind.CHOICE, "leaf GREEN", "green"),
    (FieldKind.CHOICE, "red", "red"),
    (FieldKind.LINK, "https://example.com/a?b=c", "https://example.com/a?b=c"),
    (FieldKind.LINK, "mailto:stores@kestrel.example", "mailto:stores@kestrel.example"),
]
REFUSED: list[tuple[FieldKind, object, str]] = [
    (FieldKind.TEXT, "x" * 201, "201 characters"),
    (FieldKind.TEXT, "two\nlines", "remove it"),
    (FieldKind.TEXT, "\u0000", "U+0000"),
    (FieldKind.TEXT, "ﷺ" * 150, "too long once"),
    (FieldKind.TEXT, ["a"], "one value"),
    (FieldKind.LONG_TEXT, "x" * 10_001, "10,001 characters"),
    (FieldKind.WHOLE, "2.5", "a whole number"),
    (FieldKind.WHOLE, "٣", "a whole number"),
    (FieldKind.WHOLE, True, "a whole number"),
    (FieldKind.WHOLE, "1" * 19, "18 digits"),
    (FieldKind.DECIMAL, "1,5", "Write 1.5"),
    (FieldKind.DECIMAL, "0.0000001", "six decimals"),
    (FieldKind.DECIMAL, "NaN", "not a number"),
    (FieldKind.DECIMAL, "1000000000001", "At most"),
    (FieldKind.DATE, "31.3.2026", "2026-03-31"),
    (FieldKind.DATE, "2026-02-30", "2026-03-31"),
    (FieldKind.DATE, "20260331", "2026-03-31"),
    (FieldKind.YES_NO, "perhaps", "yes or no"),
    (FieldKind.CHOICE, "Blue", "there are: Red, Leaf green"),
    (FieldKind.LINK, "javascript:alert(1)", "https://"),
    (FieldKind.LINK, "https://", "https://example.com"),
    (FieldKind.LINK, "http://[::1", "https://"),
    (FieldKind.LINK, "mailto:nobody", "name@example.com"),
    (FieldKind.LINK, "https://a b", "https://"),
    (FieldKind.LINK, "//example.com", "https://"),
]


def field_of(kind: FieldKind) -> CustomField:
    return CustomField(noun=FieldNoun.SERIALS, slug="it", name="Field", kind=kind, options=OPTIONS if kind == FieldKind.CHOICE else [])


@pytest.mark.parametrize(("kind", "given", "stored"), TAKEN)
def test_what_is_taken_and_as_what(kind: FieldKind, given: object, stored: Any) -> None:
    value = read_value(field_of(kind), given)
    assert (value, type(value)) == (stored, type(stored))
    if value is not None:
        assert read_value(field_of(kind), value) == value, "what is stored reads as itself"


@pytest.mark.parametrize(("kind", "given", "says"), REFUSED)
def test_what_is_not_taken_is_said_under_the_field_s_name(kind: FieldKind, given: object, says: str) -> None:
    with pytest.raises(Unreadable) as problem:
        read_value(field_of(kind), given)
    sentence = str(problem.value)
    assert says in sentence
    assert "field" in sentence.lower()


def test_an_archived_option_may_stay_and_reads_as_before() -> None:
    field = field_of(FieldKind.CHOICE)
    assert read_value(field, "blue", before="blue") == "blue"
    assert value_in_words(field, "blue") == "Blue"


def test_a_column_of_a_file_is_read_with_its_mistakes_by_line(db: None) -> None:
    field = world.custom_field(kind=FieldKind.WHOLE, required=True, name="Failure")
    converted = convert_column(field, ["0", "1", "", "none", "0", "none"])
    assert converted.values == [0, 1, None, None, 0, None]
    assert sorted(converted.problems) == [2, 3, 5]
    assert converted.problems[2] == "Failure is needed."
    field.default = 7
    assert convert_column(field, ["", "1"]).values == [7, 1]


def test_new_things_take_defaults_and_what_is_required_must_be_there(db: None) -> None:
    world.custom_field(name="Grade", default="A")
    world.custom_field(name="Batch code", required=True)
    world.custom_field(name="Spare")
    wrong: dict[str, str] = {}
    assert new_unit_values({}, wrong) == {"grade": "A"}
    assert wrong == {"custom.batch_code": "Batch code is needed."}
    wrong = {}
    assert new_unit_values({"batch_code": "B7", "grade": ""}, wrong) == {"batch_code": "B7"}
    assert wrong == {}


def test_what_is_given_changes_what_stands_and_nothing_else(administrator: Any) -> None:
    world.custom_field(name="Grade", noun=FieldNoun.ITEMS, required=True)
    world.custom_field(name="Weight", noun=FieldNoun.ITEMS, kind=FieldKind.DECIMAL)
    wrong: dict[str, str] = {}
    stands = {"grade": "A", "weight": "2", "left_over": "x"}
    edit = read_custom(noun=FieldNoun.ITEMS, given={"weight": "", "grade": "A"}, before=stands, new=False, wrong=wrong)
    assert (edit.merged, edit.changed, wrong) == ({"grade": "A", "left_over": "x"}, {"weight": None}, {})
    read_custom(noun=FieldNoun.ITEMS, given={"grade": " ", "weight": "heavy", "colour": 1}, before=stands, new=False, wrong=wrong)
    assert set(wrong) == {"custom.grade", "custom.weight", "custom.colour"}
