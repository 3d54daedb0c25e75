"""What is noted of a unit beside where it is and whose: notes, the warranty date, custom fields; of one unit or of many in one act."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step, units
from nameplate.ledger.state import WARRANTY, WITHDRAWN, Unit
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
    seen: str = "",
    reason: str = "",
    request: Request | None = None,
    **given: Unpack[UnitFields],
) -> Entry | None:
    """Give these units what was given, in one act; None, with nothing written, when all of them have it already.

    `version` is the one that the editor of a single unit saw, `seen` the seal of the preview that the editor of many saw. Refused: a value
    that its field does not take, beside the field; a unit that does not exist or was withdrawn; an edit of another version than the one
    that stands, with both; units of which one of these values is another than the preview saw.
    """
    access.require(actor, "stock", "edit")
    chosen = sorted(chosen_once(unit_ids))
    with ledger.transacting():
        found = units.noted(chosen)
        if refused := refused_of(chosen, found):
            raise _refusal(refused)
        one = found[chosen[0]] if len(found) == 1 else None
        if version is not None and found[chosen[0]].version != version:
            raise _stale(found[chosen[0]], version, given)
        new = read_fields(given, one)
        if seen and seen != seal_of(found.values(), new):
            raise changed_meanwhile()
        edits = edits_of(found.values(), new)
        if not edits:
            return None
        groups = [Group([Step(Kind.EDITED, edits=list(edits.values()))], units=list(edits))]
        return ledger.post(actor=actor, act="edited", groups=groups, known=found, reason=reason.strip(), request=request)


def read_fields(given: UnitFields, unit: Unit | None = None) -> dict[str, Any]:
    """The new values by the ledger's names, or a sentence beside each field at fault.

    An archived option may stay on the one `unit` that has it; many are not given one anew.
    """
    wrong: dict[str, str] = {}
    new: dict[str, Any] = dict(read_texts(TEXTS, given, wrong))
    if "warranty_until" in given:
        day = read_date("Warranty until", given["warranty_until"], "warranty_until", wrong)
        new["warranty_until"] = day and day.isoformat()
    custom = given.get("custom") or {}
    before = {slug: unit.noted(f"custom.{slug}") for slug in custom} if unit else None
    edit = customizing.read_custom(noun=FieldNoun.SERIALS, given=custom, before=before, wrong=wrong)
    refuse_wrong(wrong)
    return new | {f"custom.{slug}": edit.changed.get(slug, edit.before.get(slug)) for slug in custom}


def edits_of(found: Iterable[Unit], new: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    """By unit those of the new values that it does not have, where there are any. Units that stand alike share them, as one object."""
    alike: dict[tuple[int, str | None], Mapping[str, Any]] = {}
    edits = {}
    for unit in found:
        edit = alike.get(key := (id(unit.edits), unit.state[WARRANTY]))
        if edit is None:
            edit = alike[key] = {name: value for name, value in new.items() if unit.noted(name) != value}
        if edit:
            edits[unit.id] = edit
    return edits


def seal_of(found: Iterable[Unit], new: Mapping[str, Any]) -> str:
    """What tells an edit of these units, and how they stand in its fields, from every other.

    Whoever changes one of them after it was read is noticed too: the ledger posts no unit of another version than the one it read.
    """
    names = sorted(new)  # a job's parameters come back in the order of the database
    stand = [(unit.id, unit.state[WITHDRAWN], *(unit.noted(name) for name in names)) for unit in found]
    return hashlib.sha256(repr(([(name, new[name]) for name in names], stand)).encode(errors="surrogatepass")).hexdigest()


def changed_meanwhile() -> Conflict:
    """The refusal of an edit that is another than its preview."""
    return Conflict("changed-meanwhile", "This is not what the preview showed.", way_out="Nothing was done. Look at it as it is now.")


def refused_of(chosen: Iterable[int], found: Mapping[int, Unit]) -> list[Offender]:
    """Which of the chosen units cannot be edited, and why."""
    missing = [Offender(str(unit), GONE) for unit in chosen if unit not in found]
    return missing + [Offender(unit.number, "its number was withdrawn", unit.id) for unit in found.values() if unit.state[WITHDRAWN]]


def _refusal(refused: Sequence[Offender]) -> Refused:
    missing = [one for one in refused if one.why == GONE]
    if missing:
        return NotFound("no-such-serial", f"{len(missing):,} of these units do not exist.", offenders=missing)
    sentence = f"{refused[0].text} was withdrawn." if len(refused) == 1 else f"{len(refused):,} of these numbers were withdrawn."
    return Conflict("not-possible", sentence, offenders=refused, way_out="Take them out and edit the others.")


def _stale(unit: Unit, version: int, given: UnitFields) -> Stale:
    """With both versions. A field that the editor left as they saw it, and somebody else changed, is no conflict: it is to be `taken`."""
    typed = {name: in_words(value) for name, value in customizing.named_apart(given).items()}
    now = {name: in_words(unit.noted(name)) for name in typed}
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


def _changed_since(unit: Unit, version: int) -> dict[str, str]:
    """What somebody saw, in words, of each field that was changed after the version that they saw."""
    later = (
        Movement.objects.filter(serial_id=unit.id, seq__gt=version, edits__isnull=False).order_by("-seq").values_list("edits", flat=True)
    )
    return {name: in_words(before) for edits in later for name, (before, _) in (edits or {}).items()}
