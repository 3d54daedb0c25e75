"""Custom values where filters find them: each against the JSON on its subject's row, which for units is the fold of their edits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from nameplate.ledger.verifying.findings import Finding, shown, unwanted
from nameplate.models import CustomField, FieldValue, Item, Lot, Serial
from nameplate.serial_text import fold

CHUNK = 5_000
OWNERS = {"serials": Serial, "lots": Lot, "items": Item}
COLUMNS = ("text_key", "prose_key", "number", "day")
IN_COLUMN = {"long_text": 1, "whole": 2, "decimal": 2, "yes_no": 2, "date": 3}
"""The column in which a kind is found; every other stands in the first."""


def values() -> Iterator[Finding]:
    """A typed value for each value on the rows of units, lots and items, and none besides: two streams in the same order, side by side."""
    for noun, owner in OWNERS.items():
        fields = {field.slug: field for field in CustomField.objects.filter(noun=noun)}
        if not fields:
            continue
        rows = owner.objects.filter(custom__isnull=False).order_by("id").values_list("id", "custom")  # type: ignore[attr-defined]  # each has both
        expected = ((subject, _typed(fields, custom)) for subject, custom in rows.iterator(chunk_size=CHUNK))
        yield from _side_by_side(expected, _kept(noun))


def _side_by_side(expected: Iterator[tuple[int, Any]], found: Iterator[tuple[int, Any]]) -> Iterator[Finding]:
    one, other = next(expected, None), next(found, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[0] < other[0]):
            assert one is not None
            yield from _of_subject(one[0], one[1], {})
            one = next(expected, None)
        elif one is None or other[0] < one[0]:
            yield from _of_subject(other[0], {}, other[1])
            other = next(found, None)
        else:
            yield from _of_subject(one[0], one[1], other[1])
            one, other = next(expected, None), next(found, None)


def _of_subject(subject: int, expected: Mapping[int, tuple[Any, ...]], found: Mapping[int, tuple[Any, ...]]) -> Iterator[Finding]:
    for field in sorted({*expected, *found}):
        key = f"{field}/{subject}"
        if field not in expected:
            yield Finding("nameplate_fieldvalue", key, "subject", "no such value", shown(next(v for v in found[field] if v is not None)))
            continue
        for name, wanted, has in zip(COLUMNS, expected[field], found.get(field, (None,) * 4), strict=True):
            if wanted != has:
                yield Finding("nameplate_fieldvalue", key, name, shown(wanted), shown(has))


def _typed(fields: Mapping[str, CustomField], custom: Mapping[str, Any]) -> dict[int, tuple[Any, ...]]:
    """By field the columns that a row's values make, said anew: nothing of it is taken from the writer."""
    made = {}
    for slug, value in custom.items():
        field = fields.get(slug)
        if field is not None:
            columns: list[Any] = [None] * len(COLUMNS)
            columns[IN_COLUMN.get(field.kind, 0)] = _stored(field.kind, value)
            made[field.pk] = tuple(columns)
    return made


def _stored(kind: str, value: Any) -> Any:
    if kind == "decimal":
        return int(Decimal(value) * 10**6)
    if kind in {"whole", "yes_no"}:
        return int(value)
    if kind == "date":
        return date.fromisoformat(value).isoformat()
    return value if kind == "choice" else fold(value)


def _kept(noun: str) -> Iterator[tuple[int, dict[int, tuple[Any, ...]]]]:
    rows = (
        FieldValue.objects.filter(field__noun=noun)
        .order_by("subject", "field_id")
        .values_list("subject", "field_id", "text_key", "prose_key", "number", "day")
    )
    for subject, group in groupby(rows.iterator(chunk_size=CHUNK), key=itemgetter(0)):
        yield subject, {field: (*columns, day.isoformat() if day else None) for _, field, *columns, day in group}


def used_fields() -> Iterator[Finding]:
    """A field that has values is marked as used, so that its kind stays."""
    yield from unwanted(
        "nameplate_customfield",
        "used",
        "1, since it has values",
        "SELECT f.id, f.used FROM nameplate_customfield f WHERE NOT f.used "
        "AND EXISTS (SELECT 1 FROM nameplate_fieldvalue v WHERE v.field_id = f.id) ORDER BY f.id",
    )
