"""Custom fields on forms and pages: a control for each, what was typed into them, and values as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from nameplate.models import CustomField, FieldKind, FieldNoun
from nameplate.operations.cataloguing.changes import in_words
from nameplate.operations.customizing import value_in_words
from nameplate.refusals import Refused
from nameplate.web.forms import TypedForm, day_field, long_text_field, text_field

PREFIX = "custom."
KEYBOARDS = {FieldKind.WHOLE: "numeric", FieldKind.DECIMAL: "decimal", FieldKind.LINK: "url"}


def add_controls(form: TypedForm, noun: FieldNoun, stands: Mapping[str, Any] | None, *, new: bool = False, within: str = "") -> None:
    """Give the form a control for each custom field, beginning with the value that stands; for a `new` thing with the default.

    `within` begins their names, where a page has the fields of two things.
    """
    for field in CustomField.objects.of(noun).live():
        value = field.default if new else (stands or {}).get(field.slug)
        control = _control(field, value)
        control.initial = in_words(value)
        form.fields[within + PREFIX + field.slug] = control


def controls(form: TypedForm, within: str = "") -> list[BoundField]:
    """The form's custom fields, in their order."""
    return [form[name] for name in form.fields if name.startswith(within + PREFIX)]


def needed(
    noun: FieldNoun, typed: Mapping[str, str], refused: Refused | None, *, within: str = "", optional: bool = False
) -> list[BoundField]:
    """A control for each field that a new thing needs, with what was typed or else the default, and what was wrong with it.

    `optional` adds those that it can do without.
    """
    form = TypedForm({within + PREFIX + slug: text for slug, text in typed.items()} if typed else None)
    add_controls(form, noun, None, new=True, within=within)
    for field in CustomField.objects.of(noun).live().filter(required=False):
        if not optional:
            del form.fields[within + PREFIX + field.slug]
    if refused is not None and typed:
        form.tell(refused)
    return controls(form, within)


def sent(given: Mapping[str, str], within: str = "") -> dict[str, str]:
    """What was typed into custom fields, by slug."""
    start = within + PREFIX
    return {name.removeprefix(start): given[name] for name in given if name.startswith(start)}


def gathered(form: TypedForm) -> dict[str, Any]:
    """What was typed, custom values by slug under `custom`. A field that the page did not have when it was opened is not emptied."""
    typed = form.typed()
    own = [name for name in typed if name.startswith(PREFIX)]
    return typed | {"custom": {name.removeprefix(PREFIX): value for name in own if (value := typed.pop(name)) is not None}}


def shown(noun: FieldNoun, custom: Mapping[str, Any] | None) -> list[tuple[str, SafeString]]:
    """Every field of the noun by name with its value; archived ones are left out."""
    return [(field.name, _shown(field, (custom or {}).get(field.slug))) for field in CustomField.objects.of(noun).live()]


def _shown(field: CustomField, value: Any) -> SafeString:
    if value is None:
        return mark_safe('<span class="np-muted">—</span>')
    if field.kind == FieldKind.LINK:
        # Only http, https and mailto were taken when it was written.
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', value, value)
    if field.kind == FieldKind.LONG_TEXT:
        return format_html('<span class="np-lines">{}</span>', value)
    if field.kind == FieldKind.WHOLE:
        return format_html("{}", f"{value:,}")
    return format_html("{}", value_in_words(field, value))


def _control(field: CustomField, value: Any) -> forms.Field:
    if field.kind == FieldKind.LONG_TEXT:
        return long_text_field(field.name, field.help, required=field.required)
    if field.kind == FieldKind.DATE:
        control = day_field(field.name, field.help)
        control.required = field.required
        return control
    if field.kind in {FieldKind.YES_NO, FieldKind.CHOICE}:
        choices = [("yes", "Yes"), ("no", "No")] if field.kind == FieldKind.YES_NO else _options(field, value)
        return forms.ChoiceField(label=field.name, help_text=field.help, required=field.required, choices=[("", "—"), *choices])
    return text_field(field.name, field.help, required=field.required, inputmode=KEYBOARDS.get(FieldKind(field.kind), "text"))


def _options(field: CustomField, value: Any) -> list[tuple[str, str]]:
    """What can be chosen; an archived option only where it stands already."""
    return [(option["slug"], option["label"]) for option in field.options if not option["archived"] or option["slug"] == value]
