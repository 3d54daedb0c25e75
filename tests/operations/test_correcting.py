"""Numbers that were wrong: corrected, swapped, and found under both names."""

from __future__ import annotations

import pytest

from nameplate.ledger.verifying import verify
from nameplate.models import Item, Line, Movement, Name, Serial, User
from nameplate.operations.correcting import correct_numbers, swap_numbers
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Conflict, Forbidden, Invalid, NotFound
from tests import world


@pytest.fixture
def units(actor: User) -> dict[str, int]:
    """Four units of an item, by number."""
    item: Item = world.item()
    order = world.purchase_order(lines=[(item, 4)])
    numbers = ["A-1", "A-2", "A-3", "A-4"]
    receive(actor=actor, order=order, lines=[LineReceipt(Line.objects.get(document=order).pk, numbers)], location_id=world.location().pk)
    return dict(Serial.objects.values_list("number", "pk"))


def numbers() -> list[str]:
    return list(Serial.objects.order_by("pk").values_list("number", flat=True))


def test_a_corrected_number_is_found_under_both(actor: User, units: dict[str, int]) -> None:
    entry = correct_numbers(actor=actor, numbers={units["A-1"]: "B-1"}, reason="misread label")
    assert numbers() == ["B-1", "A-2", "A-3", "A-4"]
    assert Name.objects.get().key == "a-1"
    assert not Movement.objects.get(entry=entry).placed
    assert list(verify()) == []


def test_two_units_swap_in_one_act_and_back_by_its_undo(actor: User, units: dict[str, int]) -> None:
    entry = swap_numbers(actor=actor, first=units["A-1"], second=units["A-2"], reason="labels mixed up")
    assert numbers() == ["A-2", "A-1", "A-3", "A-4"]
    undo_entry(actor=actor, entry_id=entry.pk)
    assert numbers() == ["A-1", "A-2", "A-3", "A-4"]
    assert list(verify()) == []


def test_many_move_along_in_a_ring(actor: User, units: dict[str, int]) -> None:
    ring = {units["A-1"]: "A-2", units["A-2"]: "A-3", units["A-3"]: "A-1"}
    correct_numbers(actor=actor, numbers=ring, reason="one row off")
    assert numbers() == ["A-2", "A-3", "A-1", "A-4"]


def test_a_number_that_another_keeps_is_refused_with_its_holder(actor: User, units: dict[str, int]) -> None:
    with pytest.raises(Conflict) as refused:
        correct_numbers(actor=actor, numbers={units["A-1"]: "a-2"}, reason="typo")
    assert [offender.unit_id for offender in refused.value.offenders] == [units["A-2"]]
    assert numbers() == ["A-1", "A-2", "A-3", "A-4"]


def test_capitals_alone_can_be_corrected(actor: User, units: dict[str, int]) -> None:
    correct_numbers(actor=actor, numbers={units["A-1"]: "a-1"}, reason="as on the label")
    assert numbers()[0] == "a-1"


@pytest.mark.parametrize(("new", "why"), [("A-1", "already"), ("A\x00", "NUL"), ("", "no serial")])
def test_what_is_no_correction_is_refused(actor: User, units: dict[str, int], new: str, why: str) -> None:
    with pytest.raises(Conflict) as refused:
        correct_numbers(actor=actor, numbers={units["A-1"]: new}, reason="typo")
    assert why in str(refused.value.offenders[0].why)


def test_it_needs_a_reason_a_right_and_a_unit(actor: User, viewer: User, units: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        correct_numbers(actor=actor, numbers={units["A-1"]: "B"}, reason=" ")
    with pytest.raises(Forbidden):
        correct_numbers(actor=viewer, numbers={units["A-1"]: "B"}, reason="typo")
    with pytest.raises(NotFound):
        correct_numbers(actor=actor, numbers={999_999: "B"}, reason="typo")
    with pytest.raises(Invalid):
        swap_numbers(actor=actor, first=units["A-1"], second=units["A-1"], reason="typo")
