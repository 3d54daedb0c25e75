"""The form of a custom field: what it is called and holds, and the options of a choice, each with its place."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from nameplate.models import CustomField, FieldKind, FieldNoun
from nameplate.operations.cataloguing.custom_fields import FieldFields
from nameplate.operations.cataloguing.field_options import Option
from nameplate.operations.customizing import value_in_words
from nameplate.web.forms import EditForm, long_text_field, new_key, text_field, whole_number

LABEL, PLACE = "option.", "place."


class FieldForm(EditForm):
    """What can be typed about a custom field."""

    name = text_field("Name", "As forms and columns call it.", required=True)
    kind = forms.ChoiceField(label="Holds", choices=FieldKind.choices, help_text="Settled once it has values.")
    options = long_text_field("Options", "One a line, in their order.", rows=5)
    default = text_field("Default", "What a new one begins with; of a choice the option, of a date like 2026-03-31.")
    help = text_field("Help", "Stands below the field, as this sentence does.")
    required = forms.BooleanField(
        label="Required", help_text="Asked for when something new is made, and when it is edited.", required=False
    )
    persistent = forms.BooleanField(label="Goes along with a split", help_text="A lot that is split off takes the value.", required=False)


def form_of(data: QueryDict | None, noun: FieldNoun, field: CustomField | None = None) -> FieldForm:
    """The form of a new field, or of one that stands."""
    first: dict[str, Any] = {"kind": FieldKind.TEXT.value, "version": 1, "idempotency_key": new_key()}
    if field is not None:
        first |= {name: getattr(field, name) for name in ("name", "kind", "help", "required", "persistent", "version")}
        first["default"] = value_in_words(field, field.default)
    form = FieldForm(data, initial=first)
    if noun != FieldNoun.LOTS:
        del form.fields["persistent"]
    if field is not None and field.used:
        del form.fields["kind"]
    if field is not None and field.options:
        form.fields["options"].label = "More options"
        form.fields["options"].help_text = "One a line. An archived one comes back when it is written here again."
        live = [option for option in field.options if not option["archived"]]
        for place, option in enumerate(live, 1):
            form.fields[LABEL + option["slug"]] = text_field(f"Option {place}")
            form.fields[LABEL + option["slug"]].initial = option["label"]
            form.fields[PLACE + option["slug"]] = text_field(f"Place of option {place}", inputmode="numeric")
            form.fields[PLACE + option["slug"]].initial = str(place)
    return form


def option_controls(form: FieldForm, field: CustomField) -> list[tuple[BoundField, BoundField]]:
    """The place and the label of each option that can be chosen."""
    slugs = [option["slug"] for option in field.options if PLACE + option["slug"] in form.fields]
    return [(form[PLACE + slug], form[LABEL + slug]) for slug in slugs]


def given(form: FieldForm, field: CustomField | None = None) -> FieldFields:
    """What was typed, as the operation takes it."""
    typed = form.typed()
    found = {name: typed[name] for name in ("name", "kind", "help", "required", "persistent", "default") if typed.get(name) is not None}
    kind = field.kind if field is not None and field.used else typed.get("kind")
    if kind == FieldKind.CHOICE:
        found["options"] = [*_standing(typed), *_added(str(typed.get("options") or ""))]
    return cast(FieldFields, found)  # the form's fields are those


def _standing(typed: dict[str, Any]) -> list[Option]:
    """The options that have a control, by the places typed; one whose label was emptied is left out."""
    named = {name.removeprefix(LABEL): str(value or "").strip() for name, value in typed.items() if name.startswith(LABEL)}
    places = {slug: whole_number(str(typed.get(PLACE + slug) or "").strip()) or len(named) + 1 for slug in named}
    return [Option(slug=slug, label=named[slug]) for slug in sorted(named, key=lambda slug: places[slug]) if named[slug]]


def _added(text: str) -> list[Option]:
    return [Option(label=line.strip()) for line in text.splitlines() if line.strip()]
