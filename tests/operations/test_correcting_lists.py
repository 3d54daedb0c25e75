"""Many numbers corrected from a pasted list: each line judged, the good ones in one act."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.ledger import verify
from nameplate.models import Draft, Item, Location, Serial, User
from nameplate.operations.correcting import correct_from_list, judge_pairs, text_of_file
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Forbidden, Invalid
from tests import world


@pytest.fixture
def shelf(db: None) -> Location:
    return world.location()


@pytest.fixture
def drive(actor: User, shelf: Location) -> Item:
    """A1 to A5 of an item with a format, and one without a readable number."""
    item = world.item(number="DRIVE", serial_format="?*")
    create_lot(actor=actor, item=item, contents=Contents([f"A{n}" for n in range(1, 6)], 1), location_id=shelf.pk, reason="Opening stock")
    return item


def verdicts(actor: User, text: str, item: Item | None = None) -> list[tuple[str, str]]:
    return [(pair.standing, pair.rule) for pair in judge_pairs(actor=actor, text=text, item=item).pairs]


def numbers() -> list[str]:
    return list(Serial.objects.filter(hold="").order_by("pk").values_list("number", flat=True))


def test_good_lines_are_corrected_in_one_act_and_the_rest_is_kept(actor: User, drive: Item) -> None:
    text = "old,new\na1,B1\nA2;A3\nA3\tA2\nNOBODY,B9\n"
    entry, answer = correct_from_list(actor=actor, text=text, reason="misread")
    assert (entry.units, answer.rest, numbers()) == (3, ["NOBODY,B9"], ["B1", "A3", "A2", "A4", "A5"])
    assert Draft.objects.get(actor=actor).body == {"text": "NOBODY,B9"}
    assert verdicts(actor, "A1,C1") == [("bad", "former")]
    undo_entry(actor=actor, entry_id=entry.pk)
    assert numbers() == ["A1", "A2", "A3", "A4", "A5"]
    assert verify() == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("A1", ["not-a-pair"]),
        ("A1,B1,DRIVE,more", ["not-a-pair"]),
        ('A1,"B1', ["quote-open"]),
        ("A1,A1", ["same"]),
        ("A1,a1", [""]),
        ("A1,B1\nA1,B2", ["", "twice"]),
        ("A1,B1\nA2,b1", ["", "twice"]),
        ("A1,A2", ["taken"]),
        ("A1,A2\nA2,A3\nA3,A3", ["taken", "taken", "same"]),
        ("A1,A2\nA2,A3\nA3,A1", ["", "", ""]),
        ("A1,B\u200b1", ["refused-character"]),
        ("A1,1.2E+05", ["shortened-number"]),
        ('A1,"1.2E+05"', [""]),
        ("A1,B 1", ["several-words"]),
        ("A1,B1,OTHER", ["elsewhere"]),
        ("A1,{missing}", ["number-missing"]),
    ],
)
def test_each_line_is_told_what_is_wrong_with_it(actor: User, drive: Item, text: str, rules: list[str]) -> None:
    missing = Serial.objects.exclude(hold="").get().number
    assert [rule for _, rule in verdicts(actor, text.replace("{missing}", missing))] == rules


def test_a_number_of_two_items_waits_for_the_choice_of_one(actor: User, drive: Item, shelf: Location) -> None:
    other = world.item(number="OTHER")
    create_lot(actor=actor, item=other, contents=Contents(["A1"], keep=frozenset({"other-item"})), location_id=shelf.pk, reason="Found")
    answer = judge_pairs(actor=actor, text="A1,B1")
    assert (answer.pairs[0].rule, [number for _, number in answer.items]) == ("ambiguous", ["DRIVE", "OTHER"])
    assert verdicts(actor, "A1,B1", drive) == verdicts(actor, "A1,B1,drive") == [("good", "")]


def test_the_real_number_in_a_list_frees_a_unit_that_waited_for_it(actor: User, drive: Item) -> None:
    waiting = Serial.objects.exclude(hold="").get()
    correct_from_list(actor=actor, text=f"{waiting.number},A6", reason="read with a lens")
    assert numbers()[-1] == "A6"


def test_nothing_good_no_reason_or_no_right_writes_nothing(actor: User, viewer: User, drive: Item) -> None:
    with pytest.raises(Invalid, match="None of these"):
        correct_from_list(actor=actor, text="A1,A2", reason="x")
    with pytest.raises(Invalid, match="reason"):
        correct_from_list(actor=actor, text="A1,B1", reason=" ")
    with pytest.raises(Forbidden):
        judge_pairs(actor=viewer, text="A1,B1")
    assert numbers() == ["A1", "A2", "A3", "A4", "A5"]


def test_a_file_gives_its_first_two_columns(actor: User, drive: Item) -> None:
    text = text_of_file('old;new\r\n="A1";"B,1"\r\nA2;B2\r\n'.encode("utf-8-sig"))
    assert [(pair.old, pair.new) for pair in judge_pairs(actor=actor, text=text).pairs] == [("A1", "B,1"), ("A2", "B2")]


def test_judging_takes_as_many_statements_for_many_lines_as_for_few(actor: User, drive: Item, shelf: Location) -> None:
    create_lot(actor=actor, item=drive, contents=Contents([f"C{n}" for n in range(300)]), location_id=shelf.pk, reason="Opening stock")
    counts = []
    for count, good in ((2, 0), (300, 300)):
        text = "\n".join(f"C{n},{'A9' if n == 299 else f'C{n + 1}'}" for n in range(count))
        with CaptureQueriesContext(connection) as statements:
            assert len(judge_pairs(actor=actor, text=text).numbers) == good
        counts.append(len(statements))
    assert counts[0] == counts[1]
