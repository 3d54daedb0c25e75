"""Custom fields: named once, renamed freely, their kind settled by the first value, archived and back."""

from __future__ import annotations

from typing import Any

import pytest

from nameplate.ledger import custom_values
from nameplate.models import Change, CustomField, FieldKind, FieldNoun, FieldValue, User
from nameplate.operations import cataloguing
from nameplate.operations.cataloguing.custom_fields import MOST_FIELDS
from nameplate.operations.cataloguing.field_options import Option
from nameplate.refusals import Conflict, Forbidden, Invalid, Stale
from tests import world

KINDS = [kind for kind in FieldKind if kind != FieldKind.CHOICE]


def labels(field: CustomField, *, archived: bool = False) -> list[str]:
    return [option["label"] for option in field.options if option["archived"] is archived]


def test_a_field_is_known_by_its_first_name_whatever_it_is_called_later(administrator: User) -> None:
    field = world.custom_field(name="Größe (mm)", help="At its widest")
    other = world.custom_field(name="Grosse mm")
    renamed = cataloguing.edit_custom_field(actor=administrator, field=field, version=1, name="Width")
    assert (field.slug, other.slug) == ("groe_mm", "grosse_mm")
    assert (renamed.slug, renamed.name, renamed.help, renamed.version) == ("groe_mm", "Width", "At its widest", 2)
    again = world.custom_field(name="GRÖSSE (mm)")
    assert again.slug == "grosse_mm_2"
    change = Change.objects.filter(noun="custom-fields", subject=field.pk).latest("pk")
    assert (change.field, change.before, change.after) == ("name", "Größe (mm)", "Width")
    assert world.custom_field(name="固件").slug == "field"


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"name": ""}, {"name"}),
        ({"name": "a\u202eb"}, {"name"}),
        ({"name": "x" * 61}, {"name"}),
        ({"kind": "picture"}, {"kind"}),
        ({"noun": "vendors"}, {"noun"}),
        ({"kind": "choice", "options": []}, {"options"}),
        ({"kind": "choice", "options": ["Red", "red"]}, {"options"}),
        ({"kind": "whole", "default": "2.5"}, {"default"}),
        ({"kind": "link", "default": "javascript:alert(1)"}, {"default"}),
        ({"persistent": True}, {"persistent"}),
    ],
)
def test_what_no_field_can_be_is_refused_beside_the_input(administrator: User, given: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        cataloguing.create_custom_field(actor=administrator, **{"noun": "serials", "kind": "text", "name": "Field", **given})
    assert set(refusal.value.fields) == fields
    assert not CustomField.objects.exists()


def test_only_who_may_edit_settings_makes_fields(manager: User) -> None:
    with pytest.raises(Forbidden):
        cataloguing.create_custom_field(actor=manager, noun="items", kind="text", name="Colour")
    assert not CustomField.objects.exists()


def test_two_fields_of_a_noun_have_two_names(administrator: User) -> None:
    first = world.custom_field(name="Colour")
    world.custom_field(name="Colour", noun=FieldNoun.ITEMS)
    cataloguing.archive_custom_field(actor=administrator, field=first, version=1)
    with pytest.raises(Conflict) as refusal:
        cataloguing.create_custom_field(actor=administrator, noun="serials", kind="text", name="COLOUR")
    assert refusal.value.fields == {"name": "There is a field Colour already, archived; restore it instead."}
    assert cataloguing.restore_custom_field(actor=administrator, field=first, version=2).archived is False


def test_there_are_so_many_fields_and_no_more(administrator: User) -> None:
    CustomField.objects.bulk_create(
        CustomField(noun="lots", slug=f"f{n}", name=f"F{n}", name_key=f"f{n}", kind="text") for n in range(MOST_FIELDS)
    )
    with pytest.raises(Conflict, match="60 fields already"):
        cataloguing.create_custom_field(actor=administrator, noun="lots", kind="text", name="One more")
    world.custom_field(noun=FieldNoun.ITEMS)


def test_the_kind_is_settled_by_the_first_value_even_when_that_is_gone(administrator: User) -> None:
    field = world.custom_field(kind=FieldKind.TEXT)
    edited = cataloguing.edit_custom_field(actor=administrator, field=field, version=1, kind="whole", default="7")
    assert (edited.kind, edited.default) == ("whole", 7)
    custom_values.write(FieldNoun.SERIALS, {1: {field.slug: 3}})
    custom_values.write(FieldNoun.SERIALS, {1: {field.slug: None}})
    assert not FieldValue.objects.exists()
    with pytest.raises(Conflict) as refusal:
        cataloguing.edit_custom_field(actor=administrator, field=field, version=2, kind="text")
    assert refusal.value.rule == "kind-fixed"
    field.refresh_from_db()
    assert (field.kind, field.version) == ("whole", 2)


@pytest.mark.laid_by_hand
def test_an_option_is_renamed_and_archived_but_not_forgotten(administrator: User) -> None:
    field = world.custom_field(kind=FieldKind.CHOICE)
    options: list[Option | str] = [{"slug": "green", "label": "Leaf green"}, "Yellow", {"slug": "red", "label": "Red"}]
    unused = cataloguing.edit_custom_field(actor=administrator, field=field, version=1, options=options)
    assert (labels(unused), labels(unused, archived=True)) == (["Leaf green", "Yellow", "Red"], [])
    custom_values.write(FieldNoun.SERIALS, {1: {field.slug: "red"}})
    used = cataloguing.edit_custom_field(actor=administrator, field=field, version=2, options=["Yellow"])
    assert (labels(used), labels(used, archived=True)) == (["Yellow"], ["Leaf green", "Red"])
    back = cataloguing.edit_custom_field(actor=administrator, field=field, version=3, options=["Red", "Yellow"])
    assert [option["slug"] for option in back.options] == ["red", "yellow", "green"]


def test_fields_are_put_in_order(administrator: User) -> None:
    first, second, third = (world.custom_field(name=name) for name in ("One", "Two", "Three"))
    cataloguing.edit_custom_field(actor=administrator, field=third, version=1, position=1)
    assert list(CustomField.objects.of("serials")) == [third, first, second]
    cataloguing.edit_custom_field(actor=administrator, field=first, version=1, position=99)
    assert list(CustomField.objects.of("serials")) == [third, second, first]


def test_a_field_renamed_while_somebody_edits_it_shows_both(administrator: User) -> None:
    field = world.custom_field(name="Colour")
    cataloguing.edit_custom_field(actor=administrator, field=field, version=1, name="Paint")
    with pytest.raises(Stale) as refusal:
        cataloguing.edit_custom_field(actor=administrator, field=field, version=1, name="Finish")
    assert refusal.value.fields == {"name": "It is “Paint” now."}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_made(db: None, kind: FieldKind) -> None:
    assert world.custom_field(kind=kind).kind == kind.value
