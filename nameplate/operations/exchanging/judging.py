"""What a file would do, line by line, before anything is done; and doing it, in as many statements for ten thousand lines as for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from nameplate.ledger import bulk
from nameplate.models import User
from nameplate.operations.customizing.reading import NO, YES
from nameplate.operations.exchanging.reading import FileColumn, GivenLine, GivenSheet
from nameplate.refusals import Conflict

Words = tuple[str, str, str]
"""Field, before, after: as the change log has them."""


@dataclass(slots=True)
class Judged:
    """What becomes of one line. `thing` is as it will stand; of one that stands already, `changed` names the columns that differ."""

    line: int
    noun: str
    name: str
    thing: Any
    new: bool
    changed: list[str] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    more: Any = None
    """What its kind writes beside the row."""

    @property
    def same(self) -> bool:
        """Whether nothing would be done."""
        return not self.new and not self.words


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file."""

    noun: str
    one: str
    many: str
    needed: Sequence[str]
    """A file must have one of these columns."""
    columns: Callable[[], Sequence[FileColumn]]
    """All that a file may have."""
    rows: Callable[[], tuple[Sequence[FileColumn], Iterator[Mapping[str, str]]]]
    """All things as an export has them: the columns, then the texts of each."""
    judge: Callable[[GivenSheet], list[Judged]]
    write: Callable[[User, Sequence[Judged]], None]
    """Insert and update; the log is written by whoever calls."""


def set_values(judged: Judged, values: Mapping[str, object], words: Callable[[Any, str], str], logged: Iterable[str]) -> None:
    """Set `values` on the thing, and note what differs from before; of `logged` fields in words."""
    thing = judged.thing
    before = {} if judged.new else {name: words(thing, name) for name in logged if name in values}
    for name, value in values.items():
        if judged.new:
            setattr(thing, name, value)
        elif getattr(thing, name) != value:
            setattr(thing, name, value)
            judged.changed.append(name)
    judged.words += [(name, text, words(thing, name)) for name, text in before.items() if name in judged.changed]


def yes_or_no(sheet: GivenSheet, line: GivenLine, name: str) -> bool | None:
    """What the cell says; None where it says nothing."""
    text = line.texts.get(name, "").strip().casefold()
    if text and text not in YES | NO:
        sheet.fault(line, name, "Write yes or no.")
    return None if not text else text in YES


def first_lines(sheet: GivenSheet, keyed: Iterable[tuple[GivenLine, Any]], name: str) -> dict[Any, GivenLine]:
    """The line on which each key stands first; every later one is a fault."""
    first: dict[Any, GivenLine] = {}
    for line, key in keyed:
        earlier = first.setdefault(key, line)
        if earlier is not line:
            sheet.fault(line, name, f"It stands on line {earlier.line} already; a file says each thing once.")
    return first


def insert_things(things: Sequence[models.Model]) -> None:
    """Insert new rows of one model, which get their ids."""
    if not things:
        return
    meta = things[0]._meta  # noqa: SLF001 (public by Django’s documentation)
    fields = [(one.column or one.attname, one.attname) for one in meta.concrete_fields]
    for thing, pk in zip(things, bulk.reserve_ids(meta.db_table, len(things)), strict=True):
        thing.pk = pk
    rows = [[getattr(thing, attribute) for _, attribute in fields] for thing in things]
    bulk.insert(meta.db_table, [column for column, _ in fields], rows)


def update_things(things: Sequence[Any], changed: Iterable[str]) -> None:
    """Write these columns of rows that stand, each one version on. Refused: somebody changed one of them meanwhile."""
    if not things:
        return
    meta = things[0]._meta  # noqa: SLF001 (public by Django’s documentation)
    fields = [meta.get_field(name) for name in sorted(set(changed))]
    types = {one.column: _type_of(one) for one in fields}
    rows = [[thing.pk, thing.version, *(getattr(thing, one.attname) for one in fields)] for thing in things]
    if bulk.update(meta.db_table, types, rows) != len(things):
        raise Conflict(
            "changed-meanwhile",
            "Somebody else changed some of these things at the same moment; nothing was changed by you.",
            way_out="Check the file once more.",
        )


def _type_of(one: models.Field[Any, Any]) -> str:
    """The column's type, as `bulk.update` is told."""
    target = one.target_field if isinstance(one, models.ForeignKey) else one
    if isinstance(target, models.BooleanField):
        return "boolean"
    if isinstance(target, models.JSONField):
        return "jsonb"
    return "bigint" if isinstance(target, models.IntegerField | models.AutoField) else "text"
