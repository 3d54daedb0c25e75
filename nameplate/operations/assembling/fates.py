"""What becomes of a component that comes out: back to stock, Rejected, Returned from its customer, Written off."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from nameplate import functions
from nameplate.ledger import Group, Kind, Step
from nameplate.ledger.kinds import SWITCHES_INTO
from nameplate.models import Document, Reason, Status, User
from nameplate.operations.assembling.sites import refuse_place_elsewhere
from nameplate.operations.assembling.standing import Standing, work_around
from nameplate.operations.placing import place_of
from nameplate.operations.writing_off import open_write_off, write_off_reason
from nameplate.refusals import Invalid


class Fate(StrEnum):
    """The status that it comes out into, as the lists write it."""

    RECEIVED = "received"
    REJECTED = "rejected"
    RETURNED = "returned"
    WRITTEN_OFF = "written_off"


STATUS: Mapping[Fate, Status] = {
    Fate.RECEIVED: Status.RECEIVED,
    Fate.REJECTED: Status.REJECTED,
    Fate.RETURNED: Status.RETURNED,
    Fate.WRITTEN_OFF: Status.WRITTEN_OFF,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of components: their fate, and where they go unless they are written off."""

    fate: Fate
    location_id: int | None = None


@dataclass(slots=True)
class Why:
    """Why, and on which paper. `reason` is what the entry will say."""

    reason: str
    paper: Document | None = None
    write_off: Reason | None = None


@dataclass(slots=True)
class Leaving:
    """Components that come out, by what becomes of them, whether they are freed for that, and why they are on hold then."""

    units: dict[tuple[Outcome, bool, str], list[Standing]] = field(default_factory=dict)

    def add(self, unit: Standing, outcome: Outcome) -> None:
        """One more. What goes back into a lot that is on hold as a whole is on hold with it.

        On hold for its lot, it can come out all the same, or nobody could replace the parts of a lot that is recalled; on hold for a
        reason of its own it cannot.
        """
        hold = unit.lot_hold if outcome.fate is Fate.RECEIVED else ""
        with_lot = unit.hold != "" and unit.hold == unit.lot_hold
        self.units.setdefault((outcome, with_lot, hold), []).append(unit)

    @property
    def fates(self) -> set[Fate]:
        """The fates that occur."""
        return {outcome.fate for outcome, *_ in self.units}

    def groups(self, happened_on: date) -> list[Group]:
        """As the ledger takes them. Refused: a place where nothing is put, none where one is needed, or one at another site."""
        places = {outcome.location_id: place_of(outcome.location_id) for outcome, *_ in self.units if outcome.fate is not Fate.WRITTEN_OFF}
        found = []
        for (outcome, with_lot, hold), units in self.units.items():
            to: dict[str, object] = {"status": STATUS[outcome.fate]}
            if outcome.fate is not Fate.WRITTEN_OFF:
                place = places[outcome.location_id]
                refuse_place_elsewhere(units, place)
                to["location_id"] = place.pk
            if outcome.fate is Fate.RETURNED:
                to["returned_on"] = happened_on
            held = [Step(Kind.HELD, {"hold": hold})] if hold else []
            freed = [Step(Kind.FREED)] if with_lot else []
            found.append(Group([*freed, Step(Kind.REMOVED, to), *held], units=[unit.id for unit in units]))
        return found


def fates_for(units: Collection[Standing]) -> list[Fate]:
    """The fates that can be offered for all of these, the usual one first: as their products stand and as functions are switched."""
    away = {unit.away for unit in units if unit.parent_id is not None}
    first = [*([Fate.RETURNED] if away == {True} else []), *([Fate.RECEIVED] if True not in away else [])]
    off = functions.off()
    return [
        fate
        for fate in (*first, Fate.REJECTED, Fate.WRITTEN_OFF)
        if not SWITCHES_INTO.get(STATUS[fate]) or not off.issuperset(SWITCHES_INTO[STATUS[fate]])
    ]


def why(
    *,
    actor: User,
    units: Sequence[Standing],
    fates: Collection[Fate],
    reason: str,
    write_off: Reason | int | None,
    note: str,
    paper: Document | None = None,
) -> Why:
    """The reason and the paper of an act in which components come out with these fates.

    Under a repair, a rework or `paper` everything stands on that; else what is written off gets a write-off of its own (WO00001). Refused:
    no reason for what is Rejected; none of the company's for what is Written off.
    """
    reason = reason.strip()
    if Fate.REJECTED in fates and not reason:
        raise Invalid("reason-needed", "What is rejected needs a reason.", fields={"reason": "Say what is wrong with it."})
    found = Why(reason, paper or work_around(units))
    if Fate.WRITTEN_OFF in fates:
        found.write_off = write_off_reason(write_off or 0, field="write_off_reason")
        name = found.write_off.name
        if found.paper is None:
            found.paper = open_write_off(actor, found.write_off, note)
            found.reason = reason or name
        else:
            found.reason = f"{name}: {reason}" if reason else name
    return found
