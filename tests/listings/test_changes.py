"""The change log as a list: what of which thing, in the words of its form, for whoever may read about it."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from nameplate.listings.changes import CHANGES, NOUNS
from nameplate.models import Change, User
from nameplate.operations import cataloguing
from nameplate.operations.company import edit_company
from tests import world


def read(actor: User, **params: str) -> list[dict[str, Any]]:
    page = CHANGES.read(params, actor=actor)
    assert not page.errors
    return list(page.rows)


@pytest.fixture
def edited(manager: User) -> int:
    item = cataloguing.create_item(actor=manager, number="HDD-3T", serial_format="WD-*")
    cataloguing.create_vendor(actor=manager, name="Tolomei")
    cataloguing.edit_item(actor=manager, item=item, version=1, serial_format="WD-####", cost="2.5")
    return item.pk


def test_each_field_is_a_line_newest_first(manager: User, edited: int) -> None:
    rows = read(manager)
    assert [(row["noun"], row["thing"], row["field"], row["before"], row["after"]) for row in rows] == [
        ("items", "HDD-3T", "Cost", "", "2.5"),
        ("items", "HDD-3T", "Accepted format", "WD-*", "WD-####"),
        ("vendors", "Tolomei", "Created", "", rows[2]["after"]),
        ("items", "HDD-3T", "Created", "", "HDD-3T"),
    ]
    assert (rows[0]["address"], rows[0]["by_whom"]) == (f"/items/{edited}", manager.username)


def test_it_is_narrowed_to_one_thing_and_filtered(manager: User, edited: int) -> None:
    assert len(read(manager, noun="items", subject=str(edited))) == 3
    assert [row["field"] for row in read(manager, thing="hdd*", field="=accepted format")] == ["Accepted format"]
    assert [row["thing"] for row in read(manager, q="tolo")] == ["Tolomei"]
    assert not read(manager, by_whom="nobody")
    lines = list(csv.reader(CHANGES.csv({"field": "cost"}, actor=manager)))
    assert [line[4] for line in lines] == ["Field", "Cost"]


def test_who_may_not_view_settings_reads_nothing_of_them(administrator: User, manager: User, viewer: User) -> None:
    edit_company(actor=administrator, version=0, name="Kestrel Storage")
    (row,) = read(manager)
    assert (row["thing"], row["address"], row["after"]) == ("company", "/settings/company", "Kestrel Storage")
    assert read(viewer, noun="settings") == []
    assert len(list(CHANGES.csv({}, actor=viewer))) == 1
    assert next(iter(CHANGES.cells({}, actor=viewer)[1]), None) is None


def test_every_kind_that_is_logged_has_its_words(manager: User) -> None:
    world.receipt(numbers=["A1"])
    assert set(Change.objects.values_list("noun", flat=True)) <= set(NOUNS)
