"""Rows that were ticked, as a filter of their list: these, all but these, together with others; the same in page, count and file."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest

from nameplate.ledger import bulk
from nameplate.listings import ALL
from nameplate.listings.selections import found_by
from nameplate.listings.serials import SERIALS
from nameplate.models import Entry, Selection, Serial, User
from nameplate.operations.choosing import MOST_UNITS
from nameplate.operations.selecting import keep_selection
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Conflict, Invalid, TooLarge
from tests import world

Keep = Callable[..., int]


@pytest.fixture
def keep(manager: User) -> Keep:
    """Keeps units by their numbers; the selection's id."""

    def keeping(*numbers: str, listing: str = "serials") -> int:
        ids = list(Serial.objects.filter(number__in=numbers).values_list("pk", flat=True))
        return keep_selection(actor=manager, listing=listing, section="stock", ids=ids).pk

    world.receipt(numbers=[f"S{number}" for number in range(1, 31)])
    return keeping


def numbers(actor: User, **asked: str) -> list[str]:
    """What the list shows, and that its count and its file say the same."""
    page = SERIALS.read(asked, actor=actor)
    assert dict(page.errors) == {}
    found = [row["serial"] for row in page.rows]
    assert page.count == len(found)
    lines = list(csv.DictReader(SERIALS.csv(asked, actor=actor)))
    assert [line.get("Serial number") or line["\ufeffSerial number"] for line in lines] == found
    assert len(found_by(SERIALS, "&".join(f"{name}={text}" for name, text in asked.items()), actor=actor, most=100)) == len(found)
    return found


def test_a_selection_is_a_filter_like_any_other(keep: Keep, manager: User) -> None:
    three = keep("S2", "S10", "S30")
    assert numbers(manager, chosen=str(three)) == ["S2", "S10", "S30"]
    assert numbers(manager, chosen=str(three), sort="-serial", serial="S?0") == ["S30", "S10"]
    assert numbers(manager, chosen=f"!{three}", serial="S1,=S2,=S30") == ["S1", *(f"S{number}" for number in range(11, 20))]
    assert SERIALS.read({"chosen": str(three)}, actor=manager).query.address() == f"chosen={three}"


def test_what_was_ticked_is_found_though_it_is_withdrawn_by_now(keep: Keep, manager: User) -> None:
    world.receipt(numbers=["X1"])
    both = keep("X1", "S1")
    undo_entry(actor=manager, entry_id=Entry.objects.latest("pk").pk)
    assert numbers(manager, chosen=str(both)) == ["S1", "X1"]
    assert numbers(manager, chosen=str(both), withdrawn="no") == ["S1"]


@pytest.mark.parametrize("text", ["0", "!", "x", "9" * 30, "1,2"])
def test_what_names_no_selection_is_said(keep: Keep, manager: User, text: str) -> None:
    page = SERIALS.read({"chosen": text}, actor=manager)
    assert "chosen" in page.errors
    with pytest.raises(Invalid):
        SERIALS.ids({"chosen": text}, actor=manager, most=10)
    mine = keep("S1")
    assert "chosen" in ALL["lots"].read({"chosen": str(mine)}, actor=manager).errors


def test_whoever_acts_on_a_search_is_told_when_it_finds_others(keep: Keep, manager: User) -> None:
    assert len(found_by(SERIALS, "serial=S1*&size=25", actor=manager, most=100, expected=11)) == 11
    with pytest.raises(Conflict) as refusal:
        found_by(SERIALS, "serial=S1*", actor=manager, most=100, expected=12)
    assert refusal.value.rule == "changed-meanwhile"


def test_none_and_too_many_are_not_kept_and_old_ones_are_cleared_away(keep: Keep, manager: User, operator: User) -> None:
    first, theirs = keep("S1"), keep_selection(actor=operator, listing="serials", section="stock", ids=[1]).pk
    with pytest.raises(Invalid):
        keep_selection(actor=manager, listing="serials", section="stock", ids=[])
    with pytest.raises(TooLarge):
        keep_selection(actor=manager, listing="serials", section="stock", ids=range(1, MOST_UNITS + 2))
    bulk.execute("UPDATE nameplate_selection SET created_at = '2026-01-01 00:00:00+00'")
    second = keep("S2")
    assert set(Selection.objects.values_list("pk", flat=True)) == {theirs, second} != {first}
