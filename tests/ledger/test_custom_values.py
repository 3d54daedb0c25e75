"""Custom values of units: changed by the ledger alone, undone by it, and the same where pages and where filters find them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from nameplate.ledger import Kind, undo, verify
from nameplate.models import CustomField, Entry, FieldKind, FieldNoun, FieldValue, Lot, LotStatus, Movement, Serial
from tests import world
from tests.ledger.ground import Ground, R

VALUES: dict[FieldKind, tuple[Any, Any]] = {
    FieldKind.TEXT: ("FW 2.1Ä", "fw 2.1ä"),
    FieldKind.LONG_TEXT: ("Two\nLines", "two\nlines"),
    FieldKind.WHOLE: (4_000_787_030_016, 4_000_787_030_016),
    FieldKind.DECIMAL: ("2.5", 2_500_000),
    FieldKind.DATE: ("2026-03-31", "2026-03-31"),
    FieldKind.YES_NO: (False, 0),
    FieldKind.CHOICE: ("green", "green"),
    FieldKind.LINK: ("https://Example.com", "https://example.com"),
}
"""A value of each kind: as stored, and as filters find it."""
FINDS = ("text_key", "prose_key", "number", "day")


class Workshop(Ground):
    """Ground with a field of each kind."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.fields = {kind: world.custom_field(kind=kind, name=kind.label) for kind in FieldKind}
        self.slugs = {kind: field.slug for kind, field in self.fields.items()}

    def edit(self, units: list[int], **values: Any) -> Entry:
        """Give each of the units these values."""
        edits = {f"custom.{slug}": value for slug, value in values.items()}
        return self.do(Kind.EDITED, units, edits=[edits] * len(units))


def found(field: CustomField) -> dict[int, Any]:
    """By unit, the typed value."""
    rows = FieldValue.objects.filter(field=field).values("subject", *FINDS)
    one = {row["subject"]: next(value for name in FINDS if (value := row[name]) is not None) for row in rows}
    return {unit: value.isoformat() if hasattr(value, "isoformat") else value for unit, value in one.items()}


def custom(unit: int) -> dict[str, Any] | None:
    return Serial.objects.get(pk=unit).custom


def test_every_kind_is_kept_twice_and_undone_in_both_places(any_database: None) -> None:
    shop = Workshop()
    unit, other = shop.brought(R, 2)
    first = shop.edit([unit, other], **{shop.slugs[kind]: stored for kind, (stored, _) in VALUES.items()})
    for kind, (_, typed) in VALUES.items():
        assert found(shop.fields[kind]) == {unit: typed, other: typed}, kind
    assert custom(unit) == {shop.slugs[kind]: stored for kind, (stored, _) in VALUES.items()}
    assert CustomField.objects.filter(used=True).count() == len(FieldKind)
    second = shop.edit([unit], **{shop.slugs[FieldKind.WHOLE]: None, shop.slugs[FieldKind.CHOICE]: "red"})
    assert found(shop.fields[FieldKind.WHOLE]) == {other: VALUES[FieldKind.WHOLE][1]}
    assert verify() == []
    undo(actor=shop.actor, entry=second)
    assert found(shop.fields[FieldKind.WHOLE])[unit] == VALUES[FieldKind.WHOLE][1]
    undo(actor=shop.actor, entry=first, unit_ids=[unit])
    assert custom(unit) is None
    assert set(found(shop.fields[FieldKind.CHOICE])) == {other}
    assert verify() == []


def test_new_units_begin_with_values_that_undoing_their_receipt_takes_away(any_database: None) -> None:
    shop = Workshop()
    values = [{shop.slugs[FieldKind.WHOLE]: 1}, None, {shop.slugs[FieldKind.TEXT]: "x"}]
    new = replace(shop.newcomers(3), custom=values)
    entry = shop.do(Kind.RECEIVED, new=new, to={"location_id": shop.shelf.pk, "lot_id": shop.lots[LotStatus.RECEIVED].pk})
    units = shop.ids(entry)
    assert [custom(unit) for unit in units] == values
    assert Movement.objects.get(serial_id=units[0]).edits == {"custom.whole_number": [None, 1]}
    assert found(shop.fields[FieldKind.WHOLE]) == {units[0]: 1}
    assert verify() == []
    undo(actor=shop.actor, entry=entry)
    assert [custom(unit) for unit in units] == [None] * 3
    assert not FieldValue.objects.exists()
    assert verify() == []


def test_the_number_of_statements_does_not_grow_with_the_units(any_database: None, django_assert_max_num_queries: Any) -> None:
    shop = Workshop()
    few, many = shop.brought(R, 2), shop.brought(R, 60)
    shop.edit([*few, *many], text="the first marks the fields as used", whole_number=0)
    with django_assert_max_num_queries(200) as one:
        shop.edit(few, text="a", whole_number=1)
    with django_assert_max_num_queries(200) as other:
        shop.edit(many, text="b", whole_number=2)
    assert len(one.captured_queries) == len(other.captured_queries)


WRONG = {
    "text_key": ("text", "'another'"),
    "prose_key": ("long_text", "'another'"),
    "number": ("whole_number", "number + 1"),
    "day": ("date", "'2001-02-03'"),
}


@pytest.mark.parametrize("column", WRONG)
def test_a_corrupted_typed_value_is_named(any_database: None, column: str) -> None:
    shop = Workshop()
    unit = shop.unit(R)
    shop.edit([unit], **{shop.slugs[kind]: stored for kind, (stored, _) in VALUES.items()})
    slug, value = WRONG[column]
    field = CustomField.objects.get(slug=slug)
    run(f"UPDATE nameplate_fieldvalue SET {column} = {value} WHERE field_id = %s", field.pk)
    assert [(finding.table, finding.id, finding.column) for finding in verify()] == [("nameplate_fieldvalue", f"{field.pk}/{unit}", column)]


def test_a_missing_a_superfluous_and_an_unmarked_value_are_named(any_database: None) -> None:
    shop = Workshop()
    unit, other = shop.brought(R, 2)
    shop.edit([unit], text="x", yes_or_no=True)
    text, truth = shop.fields[FieldKind.TEXT], shop.fields[FieldKind.YES_NO]
    run("DELETE FROM nameplate_fieldvalue WHERE field_id = %s", text.pk)
    run("INSERT INTO nameplate_fieldvalue (field_id, subject, number) VALUES (%s, %s, 1)", truth.pk, other)
    run("UPDATE nameplate_customfield SET used = FALSE")
    named = {(finding.table, finding.id, finding.column) for finding in verify()}
    assert named == {
        ("nameplate_fieldvalue", f"{text.pk}/{unit}", "text_key"),
        ("nameplate_fieldvalue", f"{truth.pk}/{other}", "subject"),
        ("nameplate_customfield", str(truth.pk), "used"),
    }


def test_values_of_lots_and_items_are_compared_with_their_rows(any_database: None) -> None:
    shop = Workshop()
    field = world.custom_field(noun=FieldNoun.LOTS, name="Shift")
    lot = shop.lots[LotStatus.RECEIVED]
    Lot.objects.filter(pk=lot.pk).update(custom={"shift": "night"})
    assert [(finding.id, finding.column) for finding in verify()] == [(f"{field.pk}/{lot.pk}", "text_key")]


def run(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
