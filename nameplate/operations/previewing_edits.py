"""What an edit of many units would do, before it is done: how many would change from what, how many stand so already, which cannot."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from nameplate import access
from nameplate.ledger import units
from nameplate.ledger.state import WITHDRAWN, Unit
from nameplate.listings.export import escaped
from nameplate.models import CustomField, FieldNoun, User
from nameplate.operations import customizing
from nameplate.operations.cataloguing.changes import in_words
from nameplate.operations.choosing import chosen_once
from nameplate.operations.editing import UnitFields, edits_of, read_fields, refused_of, seal_of
from nameplate.refusals import Invalid, Offender

MOST_BEFORE = 4
"""Values that stand now which are told apart; the others are counted together."""
LABELS = {"notes": "Notes", "warranty_until": "Warranty until"}
LONGEST = 60
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of the edit. `before` are the values that units have now and lose, the most common first, with how many have them."""

    name: str
    label: str
    after: str
    units: int
    standing: int
    """How many have the new value already."""
    before: Sequence[tuple[str, int]]
    others: int
    """How many lose a value that is not among `before`."""


@dataclass(frozen=True, slots=True)
class EditPreview:
    """What an edit would do. `changing` are the units that would be different after it."""

    changing: Sequence[int]
    standing: int
    """Units that stand so already in every field."""
    refused: Sequence[Offender]
    fields: Sequence[FieldChange]
    seal: str
    """What `edit_units` takes as `seen`."""

    @property
    def kept(self) -> int:
        """How many units the edit can be done to, changed by it or not."""
        return len(self.changing) + self.standing


def preview_edit(*, actor: User, unit_ids: Sequence[int], **given: Unpack[UnitFields]) -> EditPreview:
    """The same that `edit_units` decides, told and not done. Refused: no field; a value that its field does not take, beside the field."""
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids)
    refuse_nothing(given)
    found = units.noted(chosen)
    new = read_fields(given, next(iter(found.values())) if len(found) == 1 else None)
    refused = refused_of(chosen, found)
    good = [unit for unit in found.values() if not unit.state[WITHDRAWN]]
    changing = list(edits_of(good, new))
    words = _Words()
    fields = [_change(words, name, value, good) for name, value in new.items()]
    return EditPreview(changing, len(good) - len(changing), refused, fields, seal_of(found.values(), new))


def refuse_nothing(given: UnitFields) -> None:
    """Refuse an edit of no field at all."""
    if not any(given.get(name) if name == "custom" else True for name in given):
        raise Invalid("nothing-to-edit", "No field is chosen.", way_out="Tick what shall be different, and say what it shall be.")


class _Words:
    """Labels of fields and values in words."""

    def __init__(self) -> None:
        self._fields: Mapping[str, CustomField] = {f"custom.{field.slug}": field for field in CustomField.objects.of(FieldNoun.SERIALS)}

    def label(self, name: str) -> str:
        return LABELS[name] if name in LABELS else self._fields[name].name

    def value(self, name: str, value: Any) -> str:
        field = self._fields.get(name)
        text = in_words(value) if field is None else customizing.value_in_words(field, value)
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _change(words: _Words, name: str, value: Any, good: Sequence[Unit]) -> FieldChange:
    now = Counter(unit.noted(name) for unit in good)
    standing = now.pop(value, 0)
    common = [(words.value(name, before), count) for before, count in now.most_common(MOST_BEFORE)]
    changing = now.total()
    others = changing - sum(count for _, count in common)
    return FieldChange(name, words.label(name), words.value(name, value), changing, standing, common, others)


def labels_of(new: Iterable[str]) -> str:
    """The fields of an edit by their labels, in a sentence: “Grade and Warranty until”."""
    words = _Words()
    labels = [words.label(name) for name in new]
    return " and ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)


def refused_file(refused: Sequence[Offender]) -> bytes:
    """The refused units as CSV, each with why."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Serial number", "Why not"])
    writer.writerows([escaped(one.text), escaped(one.why)] for one in refused)
    return out.getvalue().encode("utf-8-sig")
