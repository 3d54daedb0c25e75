"""Custom fields: made, edited, put in order, archived. A field's slug stays, whatever it is called later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from nameplate import access
from nameplate.ledger.transacting import transacting
from nameplate.models import User
from nameplate.models.custom_fields import CustomField, FieldKind, FieldNoun
from nameplate.operations import customizing
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.field_options import Option, labels_of, options_of, slug_of
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong, require_texts
from nameplate.operations.cataloguing.things import find, refuse_stale, set_archived, told_when_taken, write
from nameplate.refusals import Cause, Conflict
from nameplate.serial_text import canonical

NOUN = "custom-fields"
MOST_FIELDS = 60
"""Of one noun, archived ones aside."""
TEXTS = {"name": Text("Name", 60, required=True, identifier=True), "help": Text("Help", 200)}


class FieldFields(TypedDict, total=False):
    """What can be typed about a custom field. What is left out keeps its value.

    `options` of a choice are labels, or options that stand already with their slug. `position` counts from 1 among the noun's fields.
    """

    name: str
    kind: str
    required: bool
    default: object
    help: str
    options: Sequence[Option | str]
    persistent: bool
    position: int


@transacting()
def create_custom_field(*, actor: User, noun: str, **given: Unpack[FieldFields]) -> CustomField:
    """A new field of serial numbers, lots or items; it is a column and a filter of their lists at once."""
    access.require(actor, "settings", "edit")
    wrong: dict[str, str] = {}
    require_texts({"name": TEXTS["name"]}, given, wrong)
    if noun not in FieldNoun.values:
        wrong["noun"] = "Choose what has the field: " + ", ".join(FieldNoun.values) + "."
    if "kind" not in given:
        wrong["kind"] = "Choose what the field holds: " + ", ".join(FieldKind.values) + "."
    field = CustomField(noun=noun, kind=FieldKind.TEXT)
    for name, value in _read(given, field, wrong).items():
        setattr(field, name, value)
    refuse_wrong(wrong)
    siblings = list(CustomField.objects.of(noun))
    _refuse_too_many(siblings)
    field.slug = slug_of(field.name, {sibling.slug for sibling in siblings}, otherwise="field")
    field.position = len(siblings) + 1
    with told_when_taken(lambda: _taken(field, field.name)):
        field.save(force_insert=True)
    log_changes(actor=actor, noun=NOUN, subject=field.pk, changes=[("created", "", field.name)])
    return field


@transacting()
def edit_custom_field(*, actor: User, field: CustomField | int, version: int, **given: Unpack[FieldFields]) -> CustomField:
    """The field with what was given; `version` is the one that the editor saw. Refused: another kind once there were values."""
    access.require(actor, "settings", "edit")
    found = find(CustomField, field, "custom field")
    refuse_stale(found, version, {name: value for name, value in given.items() if name not in {"options", "default"}}, noun=NOUN)
    wrong: dict[str, str] = {}
    values = _read(given, found, wrong)
    refuse_wrong(wrong)
    if found.used and values.get("kind", found.kind) != found.kind:
        sentence = f"{found} has values already, so what it holds is settled."
        raise Conflict(
            "kind-fixed", sentence, fields={"kind": sentence}, way_out="Archive it and make a new field that holds the other kind."
        )
    options = values.pop("options", found.options)
    logged = {name: value for name, value in given.items() if name not in {"options", "position"}}
    with told_when_taken(lambda: _taken(found, str(values.get("name", "")))):
        if options != found.options:
            log_changes(actor=actor, noun=NOUN, subject=found.pk, changes=[("options", labels_of(found.options), labels_of(options))])
            values["options"] = options
        found = write(found, values, actor=actor, noun=NOUN, logged=logged)
    return _moved(found, given["position"]) if "position" in given else found


@transacting()
def archive_custom_field(*, actor: User, field: CustomField | int, version: int) -> CustomField:
    """Take the field off forms and lists; its values stay, and come back when it is restored."""
    access.require(actor, "settings", "edit")
    return set_archived(find(CustomField, field, "custom field"), True, actor=actor, noun=NOUN, version=version)


@transacting()
def restore_custom_field(*, actor: User, field: CustomField | int, version: int) -> CustomField:
    """Bring an archived field back, with its values."""
    access.require(actor, "settings", "edit")
    found = find(CustomField, field, "custom field")
    if found.archived:
        _refuse_too_many(CustomField.objects.of(found.noun))
    return set_archived(found, False, actor=actor, noun=NOUN, version=version)


def _read(given: Mapping[str, Any], field: CustomField, wrong: dict[str, str]) -> dict[str, Any]:
    """The columns that `given` sets, checked against each other and against what the field is already."""
    values: dict[str, Any] = dict(read_texts(TEXTS, given, wrong))
    if "name" in values:
        values["name_key"] = canonical(values["name"])
    values.update({name: bool(given[name]) for name in ("required", "persistent") if name in given})
    if given.get("kind", field.kind) not in FieldKind.values:
        wrong["kind"] = "Choose what the field holds: " + ", ".join(FieldKind.values) + "."
        return values
    kind = values["kind"] = str(given.get("kind", field.kind))
    if values.get("persistent", field.persistent) and field.noun != FieldNoun.LOTS:
        wrong["persistent"] = "Only a lot’s field goes along when a lot is split."
    options = field.options if kind == FieldKind.CHOICE else []
    if "options" in given and kind == FieldKind.CHOICE:
        options = options_of(given["options"], field.options, keep=field.used, wrong=wrong)
    elif kind == FieldKind.CHOICE and not options:
        wrong["options"] = "A choice needs at least one option."
    values["options"] = options
    named = CustomField(noun=field.noun, kind=kind, name=values.get("name", field.name) or "Default", options=options)
    try:
        values["default"] = customizing.read_value(named, given.get("default", field.default))
    except customizing.Unreadable as problem:
        wrong["default"] = str(problem)
    return values


def _refuse_too_many(siblings: Sequence[CustomField] | Any) -> None:
    if sum(not sibling.archived for sibling in siblings) >= MOST_FIELDS:
        sentence = f"There are {MOST_FIELDS} fields already, which is the most."
        raise Conflict("too-many", sentence, way_out="Archive one that nobody needs any more.")


def _moved(field: CustomField, position: int) -> CustomField:
    """Put the field at its place among those of its noun, the others closing up."""
    others = [sibling for sibling in CustomField.objects.of(field.noun) if sibling.pk != field.pk]
    others.insert(min(max(position, 1), len(others) + 1) - 1, field)
    for number, sibling in enumerate(others, 1):
        sibling.position = number
    CustomField.objects.bulk_update(others, ["position"])
    # Its version tells every process that the definitions are others now.
    field.version += 1
    field.save(update_fields=["version"])
    return field


def _taken(field: CustomField, name: str) -> Conflict | None:
    """The refusal that names the field of this name, if there is another one."""
    other = CustomField.objects.filter(noun=field.noun, name_key=canonical(name)).exclude(pk=field.pk).first()
    if other is None:
        return None
    sentence = f"There is a field {other} already" + (", archived; restore it instead." if other.archived else ".")
    return Conflict("name-taken", sentence, fields={"name": sentence}, causes=[Cause(NOUN, other.pk, other.name)])
