"""The one writer of custom values where filters and orders find them: typed, folded, beside the JSON on the row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nameplate.ledger import bulk
from nameplate.models import Lot
from nameplate.models.custom_fields import CustomField, FieldKind, FieldNoun
from nameplate.quantities import to_micro
from nameplate.serial_text import fold

TABLE = "nameplate_fieldvalue"
COLUMNS = ("field_id", "subject", "text_key", "prose_key", "number", "day")
KEY = ("field_id", "subject")
Typed = tuple[str | None, str | None, int | None, str | None]
"""text_key, prose_key, number, day."""


def write(noun: FieldNoun, changes: Mapping[int, Mapping[str, Any]], *, had: Mapping[str, Sequence[int]] | None = None) -> None:
    """Bring the values of these subjects up to date: by id and slug the value that stands now, None where none does.

    `had` are, by slug, those of them that have a value which is replaced; None where that is not known. A slug that no field has is left to
    the row's JSON. The number of statements is constant.
    """
    fields = {field.slug: field for field in CustomField.objects.of(noun)}
    if had is None:
        gone = [(fields[slug].pk, subject) for subject, values in changes.items() for slug in values if slug in fields]
    else:
        gone = [(fields[slug].pk, subject) for slug, subjects in had.items() if slug in fields for subject in subjects]
    if gone:
        bulk.execute(
            f"DELETE FROM {TABLE} WHERE (field_id, subject) IN (SELECT given.field_id, given.subject FROM {bulk.table(KEY)})",
            [bulk.table_value(gone)],
        )
    _insert(fields, changes)


def insert_new(noun: FieldNoun, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """The same for subjects that were not there before."""
    _insert({field.slug: field for field in CustomField.objects.of(noun)}, changes)


def of_new_lots(wanted: Sequence[tuple[Mapping[str, Any] | None, Lot | None]]) -> list[dict[str, Any] | None]:
    """What lots begin with: what is given, else persistent fields of the lot that they are split from, else defaults."""
    fields = list(CustomField.objects.of(FieldNoun.LOTS).live())
    persistent = {field.slug for field in fields if field.persistent}
    defaults = {field.slug: field.default for field in fields if field.default is not None}
    found = []
    for given, origin in wanted:
        taken = {} if origin is None else {slug: value for slug, value in (origin.custom or {}).items() if slug in persistent}
        # What was read by an operation is complete: a field that was emptied there takes no default here.
        begins = given if given is not None else defaults if origin is None else {}
        found.append({**taken, **begins} or None)
    return found


def _insert(fields: Mapping[str, CustomField], changes: Mapping[int, Mapping[str, Any]]) -> None:
    rows = list(_rows(fields, changes))
    if not rows:
        return
    bulk.insert(TABLE, COLUMNS, rows)
    fresh = {row[0] for row in rows} & {field.pk for field in fields.values() if not field.used}
    if fresh:
        CustomField.objects.filter(pk__in=fresh).update(used=True)


def _rows(fields: Mapping[str, CustomField], changes: Mapping[int, Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """In the order of the key: by field, then by subject."""
    for slug, field in sorted(fields.items(), key=lambda pair: pair[1].pk):
        known: dict[Any, Typed] = {}
        for subject in sorted(changes):
            value = changes[subject].get(slug)
            if value is None:
                continue
            typed = known.get(value)
            if typed is None:
                typed = known[value] = typed_columns(FieldKind(field.kind), value)
            yield (field.pk, subject, *typed)


def typed_columns(kind: FieldKind, value: Any) -> Typed:
    """The column in which a stored value is found."""
    match kind:
        case FieldKind.WHOLE | FieldKind.YES_NO:
            return None, None, int(value), None
        case FieldKind.DECIMAL:
            return None, None, to_micro(value), None
        case FieldKind.DATE:
            return None, None, None, value
        case FieldKind.LONG_TEXT:
            return None, fold(value), None, None
        case FieldKind.CHOICE:
            return value, None, None, None
        case _:
            return fold(value), None, None, None
