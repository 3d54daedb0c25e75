"""How a file is read: which column is what, what holds for the whole file, and what a person decided. Plain values, so that it is kept.

A target that the file has no column for can be given once for all lines: the vendor, the location, the day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from nameplate.operations.importing.columns import Column
from nameplate.operations.importing.days import STYLES
from nameplate.operations.importing.targets import DESCRIPTION, ITEM, LOCATION, RECEIVED_ON, SERIAL, VENDOR, Target, targets
from nameplate.refusals import Invalid

RECEIPT, ANNOUNCEMENT = "receipt", "announcement"
MODES: Mapping[str, str] = {RECEIPT: "They are here: receive them", ANNOUNCEMENT: "They are on their way: announce them"}
DECISIONS: Mapping[str, str] = {
    "other-item": "Keep numbers that another item has too",
    "wrong-format": "Keep numbers that do not fit their item’s format",
    "to-clean": "Keep numbers with odd dashes, blanks or labels as they are",
}
"""What a person may let stand."""
ONCE_ONLY = frozenset({SERIAL, DESCRIPTION})
"""Targets that cannot be the same for a whole file."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A column and what it is. `label` is how the target was called when it was chosen: a field renamed since is told, not guessed."""

    column: int
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class FileMapping:
    """How a file is to be read. `order` is the number of a purchase order; empty: new ones are made, one for each item and vendor."""

    columns: tuple[Chosen, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    mode: str = RECEIPT
    order: str = ""
    dates: Mapping[str, str] = field(default_factory=dict)
    """The style of a date column, by target, where it was asked."""
    create_missing: bool = True
    """Items and vendors that are not known are made."""
    keep: tuple[str, ...] = ()
    clean: bool = False
    """Odd dashes, blanks and labels are mended as offered."""

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> FileMapping:
        """From what was kept."""
        columns = tuple(Chosen(**one) for one in plain.get("columns", ()))
        return cls(**{**plain, "columns": columns, "keep": tuple(plain.get("keep", ()))}) if plain else cls()

    @property
    def targets(self) -> dict[str, int]:
        """Target → its column."""
        return {one.target: one.column for one in self.columns}


def checked(mapping: FileMapping, columns: Sequence[Column]) -> FileMapping:
    """The mapping with the targets' labels as they are now, if the file can be read by it.

    Refused, beside each column or field at fault: a column that the file does not have, or given twice; a target that does not exist, was
    renamed since it was chosen, or is given twice; no serial number, item or vendor.
    """
    known = targets()
    wrong: dict[str, str] = {}
    heads = {column.number: column.head or f"column {column.number}" for column in columns}
    rule = _check_columns(mapping, heads, known, wrong)
    _check_constants(mapping, known, wrong)
    _check_needed(mapping, wrong)
    if mapping.mode not in MODES:
        wrong["mode"] = "Say whether the units are received or announced."
    for target, style in mapping.dates.items():
        if style not in STYLES:
            wrong[f"dates.{target}"] = f"Say one of: {', '.join(STYLES)}."
    for decision in mapping.keep:
        if decision not in DECISIONS:
            wrong["keep"] = f"Only these can be kept: {', '.join(DECISIONS)}."
    if wrong:
        message = next(iter(wrong.values())) if len(wrong) == 1 else f"{len(wrong)} things need another look before the file can be read."
        raise Invalid(rule, message, fields=wrong)
    labelled = tuple(Chosen(one.column, one.target, known[one.target].label) for one in mapping.columns)
    constants = {target: text.strip() for target, text in mapping.constants.items() if text.strip()}
    return FileMapping(**{**mapping.plain(), "columns": labelled, "constants": constants, "keep": mapping.keep})


def _check_columns(mapping: FileMapping, heads: Mapping[int, str], known: Mapping[str, Target], wrong: dict[str, str]) -> str:
    """Note what is wrong with the columns; the rule by which the whole is refused."""
    rule = "mapping-wrong"
    by_target: dict[str, int] = {}
    seen: set[int] = set()
    for one in mapping.columns:
        field_name = f"columns.{one.column}"
        target = known.get(one.target)
        if one.column not in heads:
            wrong[field_name] = f"The file has no column {one.column}."
        elif one.column in seen:
            rule, wrong[field_name] = "column-twice", f"“{heads[one.column]}” is given twice."
        elif target is None:
            rule, wrong[field_name] = "target-unknown", f"There is no “{one.label or one.target}” any more; choose what this column is."
        elif one.label and one.label != target.label:
            rule = "target-renamed"
            wrong[field_name] = f"“{one.label}” is called “{target.label}” now; choose it again if this column is that."
        elif one.target in by_target:
            rule = "target-twice"
            wrong[field_name] = f"“{heads[by_target[one.target]]}” is the {target.label.lower()} already; only one column can be."
        by_target.setdefault(one.target, one.column)
        seen.add(one.column)
    return rule


def _check_constants(mapping: FileMapping, known: Mapping[str, Target], wrong: dict[str, str]) -> None:
    for target, text in mapping.constants.items():
        if not text.strip():
            continue
        if target not in known or target in ONCE_ONLY:
            wrong[f"constants.{target}"] = "This cannot be given for the whole file."
        elif target in mapping.targets:
            wrong[f"constants.{target}"] = f"A column is the {known[target].label.lower()} already; leave this empty, or the column."


def _check_needed(mapping: FileMapping, wrong: dict[str, str]) -> None:
    given = {*mapping.targets, *(target for target, text in mapping.constants.items() if text.strip())}
    if SERIAL not in given:
        wrong["columns"] = "Say which column holds the serial numbers."
    if ITEM not in given:
        wrong[f"constants.{ITEM}"] = "Say which column is the item, or name the one item of the whole file."
    if mapping.order.strip():
        if VENDOR in given:
            wrong[f"constants.{VENDOR}"] = "The vendor is the order’s; leave this out."
    elif VENDOR not in given:
        wrong[f"constants.{VENDOR}"] = "Say who the units come from, or which column does."


def left_out(mapping: FileMapping) -> tuple[str, ...]:
    """Targets that mean nothing for units that are only announced."""
    return (RECEIVED_ON, LOCATION) if mapping.mode == ANNOUNCEMENT else ()
