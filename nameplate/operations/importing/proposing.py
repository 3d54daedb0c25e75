"""What the columns of a new file probably are: as the same head was read before, else by their heads, else by what is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nameplate.models import ImportMapping
from nameplate.operations.importing.columns import Column, fingerprint
from nameplate.operations.importing.days import READERS
from nameplate.operations.importing.mapping import Chosen, FileMapping
from nameplate.operations.importing.targets import RECEIVED_ON, Target, folded, targets


def remembered(columns: Sequence[Column]) -> list[ImportMapping]:
    """The mappings that were remembered for files with these heads, the newest first."""
    return list(ImportMapping.objects.filter(head=fingerprint([column.head for column in columns])).order_by("-saved_at", "-id"))


def proposed(columns: Sequence[Column]) -> tuple[FileMapping, str]:
    """The proposal, and the name of the remembered mapping that it is (empty: it is a guess)."""
    for known in remembered(columns):
        return FileMapping.of(known.mapping), known.name
    return FileMapping(columns=tuple(_guessed(columns))), ""


def _guessed(columns: Sequence[Column]) -> list[Chosen]:
    known = targets()
    taken: dict[str, int] = {}
    for column in columns:
        target = _by_head(column, known, taken)
        if target is not None:
            taken[target.name] = column.number
    if RECEIVED_ON not in taken:
        dated = [column for column in columns if column.number not in taken.values() and _all_days(column)]
        if len(dated) == 1:
            taken[RECEIVED_ON] = dated[0].number
    return sorted((Chosen(number, target, known[target].label) for target, number in taken.items()), key=lambda one: one.column)


def _by_head(column: Column, known: Mapping[str, Target], taken: Mapping[str, int]) -> Target | None:
    head = folded(column.head)
    for target in known.values():
        if target.name not in taken and (head in target.heads or (head and head == folded(target.label))):
            return target
    return None


def _all_days(column: Column) -> bool:
    return bool(column.examples) and all(any(read(text) for read in READERS.values()) for text in column.examples)
