"""The verdict: each unit of an inspection passes or fails, by itself or by a sample, any number of times until none waits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from nameplate import access, ledger
from nameplate.ledger import Goods, LotChange
from nameplate.models import Document, Entry, Reason, Request, Status, User, Verdict
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.coming_back import lock_returns, returns_carrying, settle_returns
from nameplate.operations.inspecting.documents import follow, lock_inspection, refuse_closed, require_quality_control
from nameplate.operations.inspecting.goods import GoodsSaid, judge_goods, write_pieces
from nameplate.operations.inspecting.lines import Judged, Waiting, numbers_of, take_out_what_is_gone, waiting_in, write_verdicts
from nameplate.operations.inspecting.moves import groups_of
from nameplate.operations.inspecting.photos import Photo
from nameplate.operations.inspecting.plans import settle_plans
from nameplate.operations.inspecting.reasons import in_words, reasons_for
from nameplate.operations.inspecting.results import Found, record
from nameplate.operations.inspecting.sampling import known_bad, left_in_words, rest_of
from nameplate.operations.placing import place_of
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.refusals import Conflict, Invalid, Offender, TooLarge

ACT = "inspected"
MOST_UNITS = 50_000


@dataclass(frozen=True, slots=True)
class Said:
    """The verdict on one unit. One that fails has a reason of the company's."""

    unit_id: int
    passed: bool
    reason: Reason | int | None = None
    note: str = ""


@dataclass(slots=True)
class _Work:
    """What the judgement will post and write."""

    judged: list[Judged] = field(default_factory=list)
    goods: list[Goods] = field(default_factory=list)
    lot_changes: list[LotChange] = field(default_factory=list)


@day_sent_as("happened_on")
def judge(
    *,
    actor: User,
    inspection: Document | int,
    verdicts: Sequence[Said] = (),
    goods: Sequence[GoodsSaid] = (),
    results: Sequence[Found] = (),
    photos: Sequence[Photo] = (),
    rest_by_sample: bool = False,
    location_id: int | None = None,
    happened_on: date | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Judge units and goods of an inspection as one act; what is not named waits on, unless `rest_by_sample` passes it uninspected.

    Units that pass are freed from the inspection's hold (rejected ones are Received again); units that fail go into a new lot, status
    Rejected, to `location_id` where it is given. A sample passes nothing that is rejected or has a result out of its limits: that waits
    on. `results` are kept beside the verdicts, `photos` with their units, where they are the results of the checks that they name. Refused,
    with every unit named: one that does not wait here, is named twice, is on hold for another reason and rejected, or is gone; a failure
    without a reason; a rest without a sample; a day to come, or before the last entry of a unit.
    """
    access.require(actor, "stock", "inspect")
    require_quality_control()
    if len(verdicts) > MOST_UNITS:
        raise TooLarge("too-many", f"At most {MOST_UNITS:,} units in one act.", way_out="Do it in parts.")
    with ledger.transacting():
        paper = lock_inspection(inspection)
        refuse_closed(paper)
        reasons = reasons_for([*(one.reason for one in verdicts), *(one.reason for one in goods)])
        if results or photos:
            record(actor=actor, document=paper, found=results, photos=photos)
        waiting = waiting_in(paper)
        work = _Work(_judged(verdicts, waiting, reasons))
        if rest_by_sample:
            work.judged += rest_of(paper, waiting, work.judged)
        work.goods, work.lot_changes, pieces = judge_goods(paper, goods, reasons)
        if not work.judged and not pieces:
            left = left_in_words(len(known_bad(paper))) if rest_by_sample else ""
            raise Invalid("nothing-judged", left or "Nothing is judged yet.", fields={"units": left or "Name what passed and what failed."})
        groups = groups_of(paper, work.judged, None if location_id is None else place_of(location_id).pk)
        settle_plans(paper)
        returns = _returns_of(work.judged)
        entry = ledger.post(
            actor=actor,
            act=ACT,
            document=paper,
            groups=groups,
            goods=work.goods,
            lot_changes=work.lot_changes,
            happened_at=moment_of(happened_on, field="happened_on"),
            known={one.unit.id: one.unit.unit for one in work.judged},
            reason=in_words([*(one.reason for one in work.judged), *(one.reason for one in pieces)]),
            note=note.strip(),
            request=request,
        )
        write_verdicts(entry, work.judged)
        write_pieces(entry, pieces)
        take_out_what_is_gone(paper, entry)
        follow([paper.pk])
        settle_returns(actor=actor, papers=returns)
        return entry


def _returns_of(judged: Sequence[Judged]) -> list[int]:
    """The returns, locked, out of which units were rejected that may pass now, and then are in stock again."""
    rejected = [one.unit.id for one in judged if one.unit.status == Status.REJECTED]
    returns = returns_carrying(rejected) if rejected else []
    lock_returns(returns)
    return returns


def _judged(verdicts: Sequence[Said], waiting: dict[int, Waiting], reasons: dict[int, Reason]) -> list[Judged]:
    """The verdicts with what they are about. Refused: each that cannot be."""
    offenders: list[Offender] = []
    judged: list[Judged] = []
    seen: set[int] = set()
    strangers = numbers_of(said.unit_id for said in verdicts if said.unit_id not in waiting)
    for line, said in enumerate(verdicts, 1):
        unit = waiting.get(said.unit_id)
        why = _objection(said, unit, seen)
        seen.add(said.unit_id)
        if why or unit is None:
            offenders.append(Offender(unit.number if unit else strangers[said.unit_id], why, said.unit_id, line=line))
            continue
        reason = None if said.passed or said.reason is None else reasons[id_of(said.reason)]
        judged.append(Judged(unit, Verdict.PASSED if said.passed else Verdict.FAILED, reason, said.note.strip()))
    if offenders:
        first = f"{offenders[0].text}: {offenders[0].why}."
        sentence = first if len(offenders) == 1 else f"{len(offenders):,} of these units cannot be judged so."
        raise Conflict("not-judgeable", sentence, fields={"units": sentence}, offenders=offenders, way_out="Take these out.")
    return judged


def _objection(said: Said, unit: Waiting | None, seen: Collection[int]) -> str:
    if unit is None:
        return "it does not wait in this inspection"
    if said.unit_id in seen:
        return "it is judged twice"
    if unit.gone:
        return f"it is {Status(unit.status).label}, not in stock"
    if not said.passed and said.reason is None:
        return "say why it failed"
    return ""
