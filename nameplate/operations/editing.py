"""What is noted of a unit beside where it is and whose: notes, the warranty date, custom fields; of one unit or of many in one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, units
from nameplate.models import Entry, FieldNoun, Request, Serial, User
from nameplate.operations import customizing
from nameplate.operations.cataloguing.changes import in_words
from nameplate.operations.cataloguing.texts import Text, read_date, read_texts, refuse_wrong
from nameplate.refusals import Conflict, Invalid, NotFound, Offender, Stale, TooLarge

MOST_UNITS = 50_000
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
    chosen = sorted(set(unit_ids))
    if not chosen:
        raise Invalid("no-units", "No unit is chosen.", fields={"units": "Choose at least one unit."})
    if len(chosen) > MOST_UNITS:
        raise TooLarge("too-many", f"At most {MOST_UNITS:,} units at once.", way_out="Edit them in parts.")
    with ledger.transacting():
        found = list(units.rows_of(chosen).only("pk", "number", "notes", "custom", "warranty_until", "withdrawn", "version").order_by("pk"))
        _refuse_missing(chosen, found)
        if version is not None and found[0].version != version:
            raise _stale(found[0], version, given)
        new = _read(found, given)
        edits = {unit.pk: edit for unit in found if (edit := _edit_of(unit, new))}
        if not edits:
            return None
        step = Step(Kind.EDITED, edits=list(edits.values()))
        groups = [Group([step], units=list(edits))]
        return ledger.post(actor=actor, act="edited", groups=groups, reason=reason.strip(), request=request)


def _read(found: Sequence[Serial], given: UnitFields) -> dict[str, Any]:
    """The new values by the ledger's names, or a sentence beside each field at fault."""
    wrong: dict[str, str] = {}
    new: dict[str, Any] = dict(read_texts(TEXTS, given, wrong))
    if "warranty_until" in given:
        new["warranty_until"] = read_date("Warranty until", given["warranty_until"], "warranty_until", wrong)
    # An archived option may stay on the one unit that has it; many are not given one anew.
    before = found[0].custom if len(found) == 1 else None
    custom = given.get("custom") or {}
    edit = customizing.read_custom(noun=FieldNoun.SERIALS, given=custom, before=before, wrong=wrong)
    refuse_wrong(wrong)
    return new | {f"custom.{slug}": edit.changed.get(slug, edit.before.get(slug)) for slug in custom}


def _edit_of(unit: Serial, new: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the new values that the unit does not have."""
    return {name: value for name, value in new.items() if _stands(unit, name) != value}


def _stands(unit: Serial, name: str) -> Any:
    return (unit.custom or {}).get(name.removeprefix("custom.")) if name.startswith("custom.") else getattr(unit, name)


def _refuse_missing(chosen: Sequence[int], found: Sequence[Serial]) -> None:
    missing = set(chosen) - {unit.pk for unit in found}
    if missing:
        offenders = [Offender(str(unit), "there is no such unit") for unit in sorted(missing)]
        raise NotFound("no-such-serial", f"{len(missing):,} of these units do not exist.", offenders=offenders)
    gone = [Offender(unit.number, "its number was withdrawn", unit.pk) for unit in found if unit.withdrawn]
    if gone:
        sentence = f"{gone[0].text} was withdrawn." if len(gone) == 1 else f"{len(gone):,} of these numbers were withdrawn."
        raise Conflict("not-possible", sentence, offenders=gone, way_out="Take them out and edit the others.")


def _stale(unit: Serial, version: int, given: UnitFields) -> Stale:
    typed = {name: in_words(value) for name, value in customizing.named_apart(given).items()}
    now = {name: in_words(_stands(unit, name)) for name in typed}
    fields = {name: f"It is “{now[name]}” now." if now[name] else "It is empty now." for name in typed if now[name] != typed[name]}
    return Stale(
        "stale",
        f"Something was done to {unit.number} since you opened it. Nothing was saved.",
        fields=fields,
        way_out="Compare with what it is now, and save again if yours is right.",
        extra={"yours": {"version": version, **typed}, "theirs": {"version": unit.version, **now}},
    )
