"""Custom fields as columns of lists, there as soon as they are defined, in every process.

A definition is read again only when one tiny statement says that the definitions are others than before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nameplate import functions
from nameplate.listings.columns import Choice, Column, Kept, Kind, Link
from nameplate.listings.sql import Sql, fetch, postgresql
from nameplate.listings.yes_no import YES_NO
from nameplate.models import CustomField, FieldKind

KINDS: Mapping[str, tuple[Kind, str]] = {
    FieldKind.TEXT: ("text", "text_key"),
    FieldKind.LONG_TEXT: ("text", "prose_key"),
    FieldKind.WHOLE: ("number", "number"),
    FieldKind.DECIMAL: ("quantity", "number"),
    FieldKind.DATE: ("date", "day"),
    FieldKind.YES_NO: ("choice", "number"),
    FieldKind.CHOICE: ("choice", "text_key"),
    FieldKind.LINK: ("url", "text_key"),
}
"""How a list sees a kind, and the column of the typed table in which its values are found."""

State = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Customs:
    """The custom fields of a noun in a list: of its own rows, or of the rows that they point at."""

    noun: str
    via: Link | None = None
    label: str = ""
    """What stands behind a linked row's field, so that two of one name are told apart."""

    @property
    def group(self) -> str:
        """The member of an answer's row that holds them, and with a point the beginning of their names in an address."""
        return "custom" if self.via is None else f"{self.via.name}.custom"


_known: dict[tuple[Customs, ...], tuple[State, tuple[Column, ...]]] = {}


def columns_of(customs: tuple[Customs, ...]) -> tuple[Column, ...]:
    """A column for each field that is not archived. Made anew when the definitions changed since they were made."""
    state = fetch(Sql("SELECT count(*), COALESCE(sum(version), 0), max(created_at) FROM nameplate_customfield"))[0]
    known = _known.get(customs)
    if known is not None and known[0] == state:
        return known[1]
    fields = list(CustomField.objects.live().order_by("position", "id")) if state[0] else []
    columns = tuple(column(one, field) for one in customs for field in fields if field.noun == one.noun)
    _known[customs] = (state, columns)
    return columns


def column(customs: Customs, field: CustomField) -> Column:
    """The column of one field."""
    row = "s" if customs.via is None else "t"
    kind, kept_in = KINDS[field.kind]
    order = _order(field, kept_in)
    kept = Kept(field.pk, kept_in, f"{field.pk}/{field.version}/{field.created_at.isoformat()}", order, field.kind == FieldKind.DECIMAL)
    return Column(
        name=f"{customs.group}.{field.slug}",
        label=f"{field.name} ({customs.label})" if customs.label else field.name,
        value=f"{row}.custom ->> '{_key(field)}'",
        kind=kind,
        via=customs.via,
        order=f"(SELECT {order} FROM nameplate_fieldvalue v WHERE v.field_id = {field.pk} AND v.subject = {row}.id)" if order else "",
        nullable=True,
        choices=_choices(field),
        default_shown=False,
        function=functions.of_noun(field.noun) if customs.via is not None else "",
        tips=field.help,
        kept=kept,
    )


def _key(field: CustomField) -> str:
    """The field in the JSON of a row. SQLite takes a bare key that begins with a digit for a place in a list."""
    return field.slug if postgresql() else f'$."{field.slug}"'


def _order(field: CustomField, kept_in: str) -> str:
    """What of the value `v` it sorts by: the typed value; of a choice the place of its option; of long text nothing."""
    if field.kind == FieldKind.CHOICE:
        places = " ".join(f"WHEN '{option['slug']}' THEN {place}" for place, option in enumerate(field.options))
        return f"CASE v.text_key {places} END"
    return "" if kept_in == "prose_key" else f"v.{kept_in}"


def _choices(field: CustomField) -> tuple[Choice, ...]:
    if field.kind == FieldKind.YES_NO:
        return YES_NO
    return tuple(Choice(option["slug"], option["slug"], option["label"]) for option in field.options)


def nested(customs: Sequence[Customs], row: dict[str, Any]) -> dict[str, Any]:
    """A row as programs get it: its custom values together, each group a member of its own."""
    groups = {one.group: one.group.replace(".", "_") for one in customs}
    found: dict[str, Any] = {name: {} for name in groups.values()}
    plain = {}
    for name, value in row.items():
        group, _, slug = name.rpartition(".")
        if group in groups:
            found[groups[group]][slug] = value
        else:
            plain[name] = value
    return plain | found
