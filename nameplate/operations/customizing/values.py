"""All custom values that a form, a program or a receipt gives for one thing: read together, each mistake beside its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nameplate.ledger import custom_values
from nameplate.models import User
from nameplate.models.custom_fields import CustomField, FieldNoun
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.customizing.reading import Unreadable, read_value, value_in_words

PREFIX = "custom."


@dataclass(frozen=True, slots=True)
class CustomEdit:
    """What becomes of a thing's custom values. `merged` is all of them as they will stand, `changed` the new ones by slug."""

    merged: dict[str, Any] | None
    changed: Mapping[str, Any]
    before: Mapping[str, Any]
    fields: Mapping[str, CustomField]


def read_custom(
    *,
    noun: FieldNoun,
    given: Mapping[str, object] | None,
    before: Mapping[str, Any] | None,
    new: bool = False,
    wrong: dict[str, str],
    fields: Mapping[str, CustomField] | None = None,
) -> CustomEdit:
    """Read what is given by slug; a sentence goes into `wrong` under `custom.<slug>` for each that cannot be taken.

    None or empty text takes a value away. For a `new` thing defaults fill in what is not given, and what is required must be there.
    `fields` are those of the noun by slug, for whoever reads many things.
    """
    stands, given = before or {}, given or {}
    if not given and not new:
        return CustomEdit(dict(stands) or None, {}, stands, {})
    if fields is None:
        fields = {field.slug: field for field in CustomField.objects.of(noun)}
    found: dict[str, Any] = {}
    for slug, value in given.items():
        _read_one(fields.get(slug), slug, value, stands, found, wrong)
    if new:
        _fill_in(fields, found, wrong)
    changed = {slug: value for slug, value in found.items() if value != stands.get(slug)}
    merged = {slug: value for slug, value in {**stands, **changed}.items() if value is not None}
    return CustomEdit(merged or None, changed, stands, fields)


def _read_one(
    field: CustomField | None, slug: str, given: object, stands: Mapping[str, Any], found: dict[str, Any], wrong: dict[str, str]
) -> None:
    name = PREFIX + slug
    if field is None:
        wrong[name] = "There is no such custom field."
        return
    if field.archived:
        wrong[name] = f"{field.name} is archived; restore the field first."
        return
    try:
        value = read_value(field, given, before=stands.get(slug))
    except Unreadable as problem:
        wrong[name] = str(problem)
        return
    if value is None and field.required:
        wrong[name] = f"{field.name} is needed."
        return
    found[slug] = value


def _fill_in(fields: Mapping[str, CustomField], found: dict[str, Any], wrong: dict[str, str]) -> None:
    for slug, field in fields.items():
        if field.archived or slug in found or PREFIX + slug in wrong:
            continue
        if field.default is not None:
            found[slug] = field.default
        elif field.required:
            wrong[PREFIX + slug] = f"{field.name} is needed."


def new_unit_values(given: Mapping[str, object] | None, wrong: dict[str, str], *, within: str = "") -> dict[str, Any] | None:
    """The custom values that new units begin with: what is given for all of them, and defaults. None when there are none.

    `within` stands before the names in `wrong`, where another thing's custom fields are given beside them.
    """
    own: dict[str, str] = {}
    found = read_custom(noun=FieldNoun.SERIALS, given=given, before=None, new=True, wrong=own).merged
    wrong.update({within + name: sentence for name, sentence in own.items()})
    return found


def keep_values(*, actor: User, noun: FieldNoun, subject: int, edit: CustomEdit, created: bool = False) -> None:
    """Keep an item's or lot's values where lists find them, and log each change; the row itself holds `edit.merged` already."""
    if not edit.changed:
        return
    custom_values.write(noun, {subject: edit.changed})
    if created:
        return
    log_changes(
        actor=actor,
        noun=noun.value,
        subject=subject,
        changes=[
            (PREFIX + slug, value_in_words(edit.fields[slug], edit.before.get(slug)), value_in_words(edit.fields[slug], value))
            for slug, value in edit.changed.items()
        ],
    )


def named_apart(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, each custom value under its own name `custom.<slug>`, as a stale edit compares them."""
    plain = {name: value for name, value in given.items() if name != "custom"}
    return plain | {PREFIX + slug: value for slug, value in (given.get("custom") or {}).items()}
