"""Items: made, edited, archived; every edit logged, every stale one refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nameplate.models import Change, Item, Location, Lot, LotStatus, Role, Tracking, User
from nameplate.operations import cataloguing
from nameplate.operations.entering.parsing import parse
from nameplate.refusals import Conflict, Forbidden, Invalid, NotFound, Refused, Stale
from tests import world


def test_a_new_item_is_kept_as_typed_and_logged(manager: User) -> None:
    item = cataloguing.create_item(
        actor=manager, number="  HDD-3T-W ", description="Hard drive 3 TB", group="Drives", unit="pcs", made=True
    )
    item.refresh_from_db()
    assert (item.number, item.number_key, item.description_key) == ("HDD-3T-W", "hdd-3t-w", "hard drive 3 tb")
    assert (item.tracking, item.bought, item.made, item.version) == (Tracking.SERIAL, True, True, 1)
    change = Change.objects.get(noun="items", subject=item.pk)
    assert (change.field, change.after, change.actor) == ("created", "HDD-3T-W", manager)


@pytest.mark.parametrize("same", ["hdd-3t-w", " HDD-3T-W", "ＨＤＤ-3T-W"])
def test_a_number_is_taken_whatever_its_case_and_width(manager: User, same: str) -> None:
    item = cataloguing.create_item(actor=manager, number="HDD-3T-W")
    with pytest.raises(Conflict) as refusal:
        cataloguing.create_item(actor=manager, number=same)
    assert refusal.value.rule == "number-taken"
    assert "number" in refusal.value.fields
    assert [cause.id for cause in refusal.value.causes] == [item.pk]
    assert Item.objects.count() == 1


def test_the_number_of_an_archived_item_is_offered_for_restoring(manager: User) -> None:
    item = cataloguing.create_item(actor=manager, number="A")
    cataloguing.archive_item(actor=manager, item=item, version=1)
    with pytest.raises(Conflict, match="restore it instead"):
        cataloguing.create_item(actor=manager, number="a")


@pytest.mark.parametrize(
    ("fields", "at_fault", "says"),
    [
        ({"number": ""}, "number", "is needed"),
        ({"number": "  \t "}, "number", "is needed"),
        ({"number": "A\x00B"}, "number", "Character 2"),
        ({"number": "A\u200bB"}, "number", "invisible"),
        ({"number": "A\u202eB"}, "number", "writing direction"),
        ({"number": "A" * 101}, "number", "101 characters"),
        ({"number": "A", "description": "ﷺ" * 50}, "description", "too long"),
        ({"number": "A", "description": "line\nbreak"}, "description", "line break"),
        ({"number": "A", "description": "half \ud800"}, "description", "half a character"),
        ({"number": "A", "notes": "fine\nbut\x07"}, "notes", "control character"),
        ({"number": "A", "unit": ""}, "unit", "is needed"),
        ({"number": "A", "tracking": "sometimes"}, "tracking", "Choose"),
        ({"number": "A", "serial_format": "A*B"}, "serial_format", "last"),
        ({"number": "A", "tracking": "lot", "serial_format": "###"}, "serial_format", "Only"),
        ({"number": "A", "default_location": 999}, "default_location", "no such location"),
        ({"number": "A", "gtin": "4006381333932"}, "gtin", "after 400638133393 comes 1, not 2"),
        ({"number": "A", "gtin": "400638133393"}, "gtin", "comes"),
        ({"number": "A", "gtin": "4006 3813 3393 1"}, "gtin", "without blanks"),
        ({"number": "A", "gtin": "١٢٣٤٥٦٧٠"}, "gtin", "digits"),
        ({"number": "A", "cost": "1.2345678"}, "cost", "six decimals"),
        ({"number": "A", "cost": "-1"}, "cost", "below zero"),
        ({"number": "A", "cost": "1,5"}, "cost", "1.5"),
        ({"number": "A", "shelf_life_days": "a week"}, "shelf_life_days", "whole number"),
        ({"number": "A", "warranty_months": 361}, "warranty_months", "At most 360 months, which is 30 years."),
        ({"number": "A", "warranty_months": 0}, "warranty_months", "from 1"),
        ({"number": "A", "serial_shortest": 9, "serial_longest": 8}, "serial_longest", "no number has both"),
        ({"number": "A", "serial_format": "####", "serial_longest": 3}, "serial_longest", "4 signs"),
        ({"number": "A", "serial_longest": 121}, "serial_longest", "120"),
        ({"number": "A", "tracking": "none", "serial_prefix": "SN:"}, "serial_prefix", "Only"),
    ],
)
def test_a_field_that_cannot_be_taken_says_why(manager: User, fields: dict[str, Any], at_fault: str, says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        cataloguing.create_item(actor=manager, **fields)
    assert list(refusal.value.fields) == [at_fault]
    assert says in refusal.value.fields[at_fault]
    assert not Item.objects.exists()
    assert not Change.objects.exists()


def test_every_field_at_fault_is_told_at_once(manager: User) -> None:
    with pytest.raises(Invalid) as refusal:
        cataloguing.create_item(actor=manager, number="", unit="", notes="\x00")
    assert set(refusal.value.fields) == {"number", "unit", "notes"}


def test_prose_may_hold_joiners_and_new_signs(manager: User) -> None:
    item = cataloguing.create_item(actor=manager, number="A", description="می‌خواهم 👩‍🔧", notes="one\r\ntwo\tthree")
    item.refresh_from_db()
    assert item.description == "می‌خواهم 👩‍🔧"
    assert item.notes == "one\ntwo\tthree"


def test_an_edit_is_logged_field_by_field(manager: User) -> None:
    site = cataloguing.create_site(actor=manager, name="Main plant")
    shelf = cataloguing.create_location(actor=manager, site=site, name="A-03-2")
    item = cataloguing.create_item(actor=manager, number="A", description="old")
    cataloguing.edit_item(
        actor=manager, item=item, version=1, description="new", default_location=shelf, made=True, number="A", tracking="lot"
    )
    item.refresh_from_db()
    assert (item.description, item.default_location, item.version) == ("new", shelf, 2)
    rows = Change.objects.filter(noun="items", subject=item.pk).exclude(field="created")
    assert {(row.field, row.before, row.after) for row in rows} == {
        ("description", "old", "new"),
        ("default_location", "", "A-03-2"),
        ("made", "no", "yes"),
        ("tracking", "Serial numbers", "Lots"),
    }


def test_everything_about_an_item_is_kept_and_logged_in_words(manager: User) -> None:
    item = cataloguing.create_item(actor=manager, number="A")
    more: cataloguing.ItemFields = {
        "gtin": "04006381333931",
        "cost": "1,289.50",
        "shelf_life_days": " 90 ",
        "warranty_months": 24,
        "serial_shortest": 4,
        "serial_longest": "12",
        "serial_characters": "0123456789ABCDEF",
        "serial_prefix": "SN:",
    }
    cataloguing.edit_item(actor=manager, item=item, version=1, **more)
    item.refresh_from_db()
    assert (item.gtin, item.cost, item.shelf_life_days, item.warranty_months) == ("04006381333931", 1_289_500_000, 90, 24)
    logged = dict(Change.objects.filter(subject=item.pk).values_list("field", "after"))
    assert (logged["cost"], logged["shelf_life_days"], logged["serial_prefix"]) == ("1289.5", "90", "SN:")
    accepted = cataloguing.accepted_of(item)
    assert accepted is not None
    assert parse("sn: 00FF", accepted).candidates[0].numbers == ("00FF",)
    assert accepted.problem_of("00FG") is not None
    assert cataloguing.edit_item(actor=manager, item=item, version=2, cost="1289.5", shelf_life_days=90).version == 2
    cataloguing.edit_item(actor=manager, item=item, version=2, cost=None, gtin="", serial_shortest="", shelf_life_days=None)
    item.refresh_from_db()
    assert (item.cost, item.gtin, item.serial_shortest, item.shelf_life_days) == (None, "", None, None)


def test_a_warranty_that_stands_longer_than_any_can_be_given_now_stays(manager: User) -> None:
    item = cataloguing.create_item(actor=manager, number="A", warranty_months="360")
    Item.objects.filter(pk=item.pk).update(warranty_months=1_200)
    item = cataloguing.edit_item(actor=manager, item=item, version=1, warranty_months="1200", description="Old")
    assert (item.warranty_months, item.description) == (1_200, "Old")
    with pytest.raises(Invalid) as refused:
        cataloguing.edit_item(actor=manager, item=item, version=2, warranty_months="1199")
    assert refused.value.fields == {"warranty_months": "At most 360 months, which is 30 years."}
    item.refresh_from_db()
    assert (item.warranty_months, item.version) == (1_200, 2)


def test_an_edit_that_changes_nothing_leaves_no_trace(manager: User) -> None:
    item = cataloguing.create_item(actor=manager, number="A", description="same")
    cataloguing.edit_item(actor=manager, item=item, version=1, description=" same ", bought=True)
    item.refresh_from_db()
    assert item.version == 1
    assert Change.objects.count() == 1


def test_a_stale_edit_is_refused_with_both_versions(manager: User, administrator: User) -> None:
    item = cataloguing.create_item(actor=manager, number="A", description="first", group="g")
    cataloguing.edit_item(actor=administrator, item=item, version=1, description="theirs")
    with pytest.raises(Stale) as refusal:
        cataloguing.edit_item(actor=manager, item=item, version=1, description="mine", group="g")
    assert administrator.username in refusal.value.message
    assert refusal.value.extra == {
        "yours": {"version": 1, "description": "mine", "group": "g"},
        "theirs": {"version": 2, "description": "theirs", "group": "g"},
    }
    assert refusal.value.fields == {"description": "It is “theirs” now."}
    item.refresh_from_db()
    assert item.description == "theirs"


def test_tracking_is_settled_by_the_first_lot(manager: User) -> None:
    item = cataloguing.create_item(actor=manager, number="A")
    lot = Lot.objects.create(number="L1", number_key="l1", sort_key="l11", item=item, status=LotStatus.PLANNED)
    with pytest.raises(Conflict) as refusal:
        cataloguing.edit_item(actor=manager, item=item, version=1, tracking="lot")
    assert refusal.value.rule == "tracking-fixed"
    assert [cause.id for cause in refusal.value.causes] == [lot.pk]
    cataloguing.edit_item(actor=manager, item=item, version=1, tracking="serial", description="still editable")


def test_an_item_cannot_take_another_ones_number(manager: User) -> None:
    cataloguing.create_item(actor=manager, number="A")
    item = cataloguing.create_item(actor=manager, number="B")
    with pytest.raises(Conflict) as refusal:
        cataloguing.edit_item(actor=manager, item=item, version=1, number="a")
    assert refusal.value.rule == "number-taken"
    cataloguing.edit_item(actor=manager, item=item, version=1, number="b")


def test_archived_and_restored(manager: User) -> None:
    item = cataloguing.create_item(actor=manager, number="A")
    assert cataloguing.archive_item(actor=manager, item=item, version=1).archived
    assert cataloguing.archive_item(actor=manager, item=item, version=1).version == 2
    assert not cataloguing.restore_item(actor=manager, item=item, version=2).archived
    assert list(Change.objects.filter(field="archived").order_by("id").values_list("before", "after")) == [("no", "yes"), ("yes", "no")]


def test_the_default_location_is_one_where_goods_can_be(manager: User) -> None:
    site = cataloguing.create_site(actor=manager, name="Main plant")
    transit = Location.objects.get(site=site, purpose=Location.Purpose.TRANSIT)
    with pytest.raises(Invalid):
        cataloguing.create_item(actor=manager, number="A", default_location=transit)


def test_what_is_not_there_is_not_found(manager: User) -> None:
    with pytest.raises(NotFound):
        cataloguing.edit_item(actor=manager, item=12345, version=1, description="x")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_only_those_who_may(db: None, role: Role) -> None:
    person, manager = world.user(role=role), world.user(role=Role.MANAGER)
    item = cataloguing.create_item(actor=manager, number="A")
    attempts: tuple[Callable[[], object], ...] = (
        lambda: cataloguing.create_item(actor=person, number="B"),
        lambda: cataloguing.edit_item(actor=person, item=item, version=1, number="B"),
        lambda: cataloguing.archive_item(actor=person, item=item, version=1),
        lambda: cataloguing.restore_item(actor=person, item=item, version=1),
    )
    for attempt in attempts:
        with pytest.raises(Forbidden):
            attempt()
    assert Change.objects.count() == 1


def test_a_refusal_is_one_sentence(manager: User) -> None:
    with pytest.raises(Refused) as refusal:
        cataloguing.create_item(actor=manager, number="")
    assert str(refusal.value) == "Item number is needed."


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(exclude_categories=()), max_size=230))
def test_any_text_is_kept_as_typed_or_refused_by_name(manager: User, text: str) -> None:
    try:
        item = cataloguing.create_item(actor=manager, number=f"I{Item.objects.count()}", description=text)
    except Invalid as refusal:
        at_fault = list(refusal.fields)
    else:
        at_fault = []
    if at_fault:
        assert at_fault == ["description"]
        return
    item.refresh_from_db()
    assert item.description == text.strip()
    assert len(item.description_key.encode()) < 2_000
    assert cataloguing.edit_item(actor=manager, item=item, version=1, description=item.description).version == 1
