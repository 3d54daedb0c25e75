"""What a verdict does to units, as the ledger is asked for it: those that stand alike and come to stand alike go together."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate.ledger import Group, Kind, Step
from nameplate.models import Document, Status, Verdict
from nameplate.operations.inspecting.lines import Judged, Waiting
from nameplate.refusals import Conflict, Offender

Case = tuple[bool, bool, int, str]


def groups_of(paper: Document, judged: Sequence[Judged], location_id: int | None) -> list[Group]:
    """The groups of the act. Refused: rejected units that pass while another hold keeps them where they are."""
    _refuse_held(judged)
    cases: dict[Case, list[int]] = {}
    for one in judged:
        failed = one.verdict is Verdict.FAILED
        cases.setdefault((failed, one.unit.own, one.unit.status, "" if failed else one.unit.lot_hold), []).append(one.unit.id)
    groups = []
    for (failed, own, status, lot_hold), units in cases.items():
        steps = _failed(own, status, location_id) if failed else _passed(own, status, lot_hold)
        if steps:
            groups.append(Group(steps, units=units))
    return groups


def taken_out(units: Sequence[Waiting]) -> list[Group]:
    """Units that leave the inspection unjudged: free of its hold, and on hold as their lot is."""
    cases: dict[str, list[int]] = {}
    for unit in units:
        if unit.own:
            cases.setdefault(unit.lot_hold, []).append(unit.id)
    return [Group(_passed(True, 0, hold), units=chosen) for hold, chosen in cases.items()]


def _passed(own: bool, status: int, lot_hold: str) -> list[Step]:
    """Only the inspection's own hold ends; a lot that is on hold as a whole has its units on hold too."""
    steps = [Step(Kind.FREED)] if own else []
    if status == Status.REJECTED:
        return [*steps, Step(Kind.RELEASED)]
    return [*steps, Step(Kind.HELD, {"hold": lot_hold})] if own and lot_hold else steps


def _failed(own: bool, status: int, location_id: int | None) -> list[Step]:
    """One that is Rejected already stays where it is."""
    steps = [Step(Kind.FREED)] if own else []
    if status == Status.REJECTED:
        return steps
    return [*steps, Step(Kind.REJECTED, {} if location_id is None else {"location_id": location_id})]


def _refuse_held(judged: Sequence[Judged]) -> None:
    offenders = [
        Offender(one.unit.number, f"it is on hold ({one.unit.hold})", one.unit.id)
        for one in judged
        if one.verdict is not Verdict.FAILED and one.unit.status == Status.REJECTED and one.unit.hold and not one.unit.own
    ]
    if offenders:
        first = f"{offenders[0].text}: {offenders[0].why}."
        sentence = first if len(offenders) == 1 else f"{len(offenders):,} rejected units are on hold for another reason."
        raise Conflict("not-judgeable", sentence, fields={"units": sentence}, offenders=offenders, way_out="Free them first.")
