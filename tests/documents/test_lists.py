"""Lists and a unit's history as PDF: what is shown and found stands on the paper, and nothing else."""

from __future__ import annotations

import pytest

from nameplate import listings
from nameplate.documents import lists
from nameplate.models import FieldKind, Lot, Serial, User
from nameplate.operations.editing import edit_units
from nameplate.refusals import Invalid
from tests import world
from tests.documents.reading import texts_of


def test_a_list_says_what_is_shown_and_found(db: None, manager: User) -> None:
    world.receipt(numbers=["WD-1", "WD-2", "ST-9"])
    paper = lists.list_paper(
        actor=manager, listing=listings.ALL["serials"], params={"serial": "WD-*", "status": "received,planned"}, shown=["serial", "status"]
    )
    text = "".join(texts_of(paper.content))
    assert all(
        word in text
        for word in ("Serial numbers", "Serial number: WD-*", "Status: Received or Planned", "2 rows", "Status", "WD-1", "WD-2", "Received")
    )
    assert not any(word in text for word in ("ST-9", "Availability"))


def test_sums_are_in_whole_coins_on_paper_and_exact_in_an_export(db: None, manager: User) -> None:
    world.receipt(numbers=["WD-1", "WD-2", "ST-9"])
    Lot.objects.update(cost=1_234_567_891)
    value = listings.ALL["reports/stock-value"]
    paper = "".join(texts_of(lists.list_paper(actor=manager, listing=value, params={}).content))
    assert ("3,703.70" in paper, "3703.703673" in paper) == (True, False)
    assert any("3703.703673" in line for line in value.csv({}, actor=manager))


def test_a_wrong_filter_and_too_many_rows_are_refused(db: None, manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    world.receipt(numbers=["WD-1", "WD-2", "ST-9"])
    with pytest.raises(Invalid) as refusal:
        lists.list_paper(actor=manager, listing=listings.ALL["serials"], params={"received_on": "someday"})
    assert refusal.value.fields.keys() == {"received_on"}
    monkeypatch.setattr(lists, "MOST_ROWS", 2)
    with pytest.raises(Invalid) as refusal:
        lists.list_paper(actor=manager, listing=listings.ALL["serials"], params={})
    assert (refusal.value.rule, "CSV or XLSX" in refusal.value.way_out) == ("too-many", True)


def test_the_history_of_a_unit_is_told_in_the_words_of_its_page(db: None, manager: User) -> None:
    world.receipt(numbers=["WD-1"])
    world.custom_field(kind=FieldKind.CHOICE, name="Grade")
    unit = Serial.objects.get(number="WD-1")
    edit_units(actor=manager, unit_ids=[unit.pk], warranty_until="2027-03-31", custom={"grade": "red"})
    text = " ".join("".join(texts_of(lists.unit_history_paper(actor=manager, unit_id=unit.pk).content)).split())
    assert all(word in text for word in ("History of", "WD-1", unit.item.number, "Received"))
    assert all(word in text for word in ("Warranty until: nothing →", "2027-03-31", "Grade: nothing → Red"))
