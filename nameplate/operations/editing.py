"""What is noted of a unit beside where it is and whose: notes, the warranty date, custom fields; of one unit or of many in one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypedDict, Unpack

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, units
from nameplate.models import Entry, FieldNoun, Movement, Request, User
from nameplate.operations import customizing
from nameplate.operations.cataloguing.changes import in_words
from nameplate.operations.cataloguing.texts import Text, read_date, read_texts, refuse_wrong
from nameplate.operations.choosing import chosen_once
from nameplate.refusals import Conflict, NotFound, Offender, Refused, Stale

GONE = "there is no such unit"
TEXTS = {"notes": Text("Notes", 10_000, lines=True)}


class UnitFields(TypedDict, total=False):
    """What can be noted of a unit. What is left out keeps its value."""

    notes: str
    warranty_until: date | str | None
    custom: Mapping[str, object]
    """Values of custom fields by slug."""


def edit_units(
    *,
    actor: User,
    unit_ids: Sequence[int],
    version: int | None = None,
    reason: str = "",
    request: Request | None = None,
    **given: Unpack[UnitFields],
) -> Entry | None:
    """Give these units what was given, in one act; None, with nothing written, when all of them have it already.

    `version` is the one that the editor of a single unit saw. Refused: a value that its field does not take, beside the field; a unit that
    does not exist or was withdrawn; an edit of another version than the one that stands, with both.
    """
    access.require(actor, "stock", "edit")
    chosen = sorted(chosen_once(unit_ids))
    with ledger.transacting():
        found = read_units(chosen)
        if refused := refused_of(chosen, found):
            raise _refusal(refused)
        if version is not None and found[0].version != version:
            raise _stale(found[0], version, given)
        new = read_fields(given, found[0] if len(found) == 1 else None)
        edits = {unit.pk: edit for unit in found if (edit := edit_of(unit, new))}
        if not edits:
            return None
        step = Step(Kind.EDITED, edits=list(edits.values()))
        groups = [Group([step], units=list(edits))]
        return ledger.post(actor=actor, act="edited", groups=groups, reason=reason.strip(), request=request)


class Noted(NamedTuple):
    """A unit with what is noted of it; ten thousand of these are read in a third of the time that model instances take."""

    pk: int
    number: str
    notes: str
    custom: dict[str, Any] | None
    warranty_until: date | None
    withdrawn: bool
    version: int


def read_units(chosen: Sequence[int]) -> list[Noted]:
    """These units with what can be noted of them, in key order."""
    return [Noted(*row) for row in units.rows_of(chosen).order_by("pk").values_list(*Noted._fields)]


def read_fields(given: UnitFields, unit: Noted | None = None) -> dict[str, Any]:
    """The new values by the ledger's names, or a sentence beside each field at fault.

    An archived option may stay on the one `unit` that has it; many are not given one anew.
    """
    wrong: dict[str, str] = {}
    new: dict[str, Any] = dict(read_texts(TEXTS, given, wrong))
    if "warranty_until" in given:
        new["warranty_until"] = read_date("Warranty until", given["warranty_until"], "warranty_until", wrong)
    custom = given.get("custom") or {}
    edit = customizing.read_custom(noun=FieldNoun.SERIALS, given=custom, before=unit.custom if unit else None, wrong=wrong)
    refuse_wrong(wrong)
    return new | {f"custom.{slug}": edit.changed.get(slug, edit.before.get(slug)) for slug in custom}


def edit_of(unit: Noted, new: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the new values that the unit does not have."""
    return {name: value for name, value in new.items() if stands(unit, name) != value}


def stands(unit: Noted, name: str) -> Any:
    """What a unit has under one of the ledger's names."""
    return (unit.custom or {}).get(name.removeprefix("custom.")) if name.startswith("custom.") else getattr(unit, name)


def refused_of(chosen: Sequence[int], found: Sequence[Noted]) -> list[Offender]:
    """Which of the chosen units cannot be edited, and why."""
    known = {unit.pk for unit in found}
    missing = [Offender(str(unit), GONE) for unit in chosen if unit not in known]
    return missing + [Offender(unit.number, "its number was withdrawn", unit.pk) for unit in found if unit.withdrawn]


def _refusal(refused: Sequence[Offender]) -> Refused:
    missing = [one for one in refused if one.why == GONE]
    if missing:
        return NotFound("no-such-serial", f"{len(missing):,} of these units do not exist.", offenders=missing)
    sentence = f"{refused[0].text} was withdrawn." if len(refused) == 1 else f"{len(refused):,} of these numbers were withdrawn."
    return Conflict("not-possible", sentence, offenders=refused, way_out="Take them out and edit the others.")


def _stale(unit: Noted, version: int, given: UnitFields) -> Stale:
    """With both versions. A field that the editor left as they saw it, and somebody else changed, is no conflict: it is to be `taken`."""
    typed = {name: in_words(value) for name, value in customizing.named_apart(given).items()}
    now = {name: in_words(stands(unit, name)) for name in typed}
    seen = _changed_since(unit, version)
    taken = {name: now[name] for name in typed if name in seen and typed[name] == seen[name] != now[name]}
    fields = {
        name: f"It is “{now[name]}” now." if now[name] else "It is empty now."
        for name in typed
        if now[name] != typed[name] and name in seen and name not in taken
    }
    look = "Compare with what it is now, and save again if yours is right." if fields else "Save again: nobody changed what you changed."
    return Stale(
        "stale",
        f"Something was done to {unit.number} since you opened it. Nothing was saved.",
        fields=fields,
        way_out=f"What you had left alone shows what stands there now. {look}" if taken else look,
        extra={"yours": {"version": version, **typed}, "theirs": {"version": unit.version, **now}, "taken": taken},
    )


def _changed_since(unit: Noted, version: int) -> dict[str, str]:
    """What somebody saw, in words, of each field that was changed after the version that they saw."""
    later = (
        Movement.objects.filter(serial_id=unit.pk, seq__gt=version, edits__isnull=False).order_by("-seq").values_list("edits", flat=True)
    )
    return {name: in_words(before) for edits in later for name, (before, _) in (edits or {}).items()}
