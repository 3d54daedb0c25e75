"""What the results of checks propose: a unit of which all fit passes, one of which any does not fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nameplate import ledger
from nameplate.ledger import bulk
from nameplate.models import Document, Entry, Reason, Request, User, Verdict
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.refusals import Conflict

_PROPOSED = (
    "SELECT w.serial_id, COUNT(r.id), (SELECT COUNT(*) FROM nameplate_plancheck c WHERE c.plan_id = w.plan_id), "
    "SUM(CASE WHEN r.fits IS NOT NULL AND NOT r.fits THEN 1 ELSE 0 END) FROM nameplate_inspectedunit w "
    "LEFT JOIN nameplate_checkresult r ON r.inspected_id = w.id JOIN nameplate_serial s ON s.id = w.serial_id AND NOT s.withdrawn "
    f"WHERE w.inspection_id = %s AND w.verdict = '{Verdict.WAITING.value}' GROUP BY w.serial_id, w.plan_id, w.id ORDER BY w.id"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the results say so far: units whose every check was done and fits, units of which one does not, and the others."""

    passes: Sequence[int]
    fails: Sequence[int]
    open: int


def proposal_of(paper: Document) -> Proposal:
    """The proposal for what waits in the inspection. One statement."""
    passes, fails, undone = [], [], 0
    for unit, done, asked, bad in bulk.query(_PROPOSED, [paper.pk]):
        if bad:
            fails.append(unit)
        elif asked and done >= asked:
            passes.append(unit)
        else:
            undone += 1
    return Proposal(passes, fails, undone)


def judge_by_results(
    *,
    actor: User,
    inspection: Document,
    reason: Reason | int | None,
    passes: int,
    fails: int,
    location_id: int | None = None,
    happened_on: date | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Judge as the results propose; what is not checked wholly waits on. `passes` and `fails` are how many of each were shown.

    Refused as `judge` does, and when other units would be judged than were shown.
    """
    with ledger.transacting():
        found = proposal_of(inspection)
        if (len(found.passes), len(found.fails)) != (passes, fails):
            raise Conflict("changed-meanwhile", "The results propose something else now.", way_out="Nothing was judged. Look again.")
        verdicts = [Said(unit, True) for unit in found.passes] + [Said(unit, False, reason) for unit in found.fails]
        return judge(
            actor=actor,
            inspection=inspection,
            verdicts=verdicts,
            location_id=location_id,
            happened_on=happened_on,
            note=note,
            request=request,
        )
