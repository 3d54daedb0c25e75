"""Repairs under a return: begun under an order of their own, in which parts are replaced; ended with what was done and tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, LotChange, Step, bulk
from nameplate.models import Document, Entry, LotStatus, Repair, Request, ReturnOutcome, Status, User
from nameplate.operations.assembling.replacing import Replacing, exchanged
from nameplate.operations.assembling.reworking import BEGUN, ENDED, lock_rework, open_rework, settle_order
from nameplate.operations.choosing import chosen_once
from nameplate.operations.coming_back import UnitOnReturn, settle_returns
from nameplate.operations.returning.papers import begin
from nameplate.operations.returning.units import note_outcomes, refuse_rows, rows_here
from nameplate.refusals import Invalid

Got = ReturnOutcome
_WHOLE_LOTS = (
    "SELECT l.id FROM nameplate_lot l JOIN nameplate_serial s ON s.lot_id = l.id AND NOT s.withdrawn "
    "WHERE l.id IN (SELECT x.lot_id FROM nameplate_serial x WHERE x.id IN {ids}) "
    "AND l.status IN ('rma_returned', 'rma_inspection', 'rma_repair', 'rma_ready') "
    f"AND s.status = {Status.RETURNED.value} GROUP BY l.id HAVING count(*) = sum(CASE WHEN s.id IN {{ids}} THEN 1 ELSE 0 END) ORDER BY l.id"
)


def begin_repair(
    *,
    actor: User,
    paper: Document | int,
    unit_ids: Sequence[int],
    fault: str,
    ship_back: bool = True,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Take units that came back into repair, under an order of its own (RO00001) that says what is wrong. They stay where they lie.

    Refused: no fault said; each unit that does not lie here, is on hold, or is in repair already.
    """
    access.require(actor, "stock", "edit")
    if not fault.strip():
        raise Invalid("reason-needed", "Say what is to be repaired.", fields={"reason": "Say what is wrong with them."})
    with ledger.transacting():
        found = begin(paper, "A repair")
        rows = rows_here(found, chosen_once(unit_ids))
        order = _opened(actor, found, fault)
        units = [row.serial_id for row in rows]
        entry = ledger.post(
            actor=actor,
            act=BEGUN,
            document=order,
            groups=[Group([Step(Kind.WORK_BEGUN, {"work_id": order.pk})], units=units)],
            lot_changes=lots_that_wait(units, LotStatus.RMA_REPAIR),
            reason=fault.strip(),
            note=note.strip(),
            request=request,
        )
        note_outcomes(rows, [_after(ship_back)] * len(rows), fault, entry=entry)
        settle_returns(actor=actor, papers=[found.pk])
        return entry


def end_repair(
    *,
    actor: User,
    paper: Document | int,
    unit_ids: Sequence[int],
    fault: str = "",
    ship_back: bool = True,
    work: str = "",
    test: str = "",
    passed: bool = True,
    replaced: Replacing | None = None,
    request: Request | None = None,
) -> Entry:
    """End the repair of these units with what was done, what was replaced and what the test said, as one act.

    With a `fault`, units in no repair yet are taken into one and out of it by this, to be shipped back or kept. What is kept is restocked
    in the same act if it passed. Refused: units that are in no repair of this return and have no fault, or in several repairs at once; a
    component that is in none of them, and what `replace_components` refuses.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = begin(paper, "A repair")
        rows = rows_here(found, chosen_once(unit_ids))
        fresh = bool(fault.strip()) and all(row.work_id is None for row in rows)
        order = _opened(actor, found, fault) if fresh else _order(found, rows)
        note_work(order, work, test, passed)
        stays = [row.serial_id for row in rows if passed and ((not ship_back) if fresh else row.outcome == Got.REPAIR)]
        back = [row.serial_id for row in rows if row.serial_id not in set(stays)]
        parts, reason = _parts(actor, order, rows, replaced)
        through = [*([Step(Kind.WORK_BEGUN, {"work_id": order.pk})] if fresh else []), Step(Kind.WORK_ENDED)]
        groups = [Group([*through, Step(Kind.RESTOCKED)], units=stays), Group(through, units=back)]
        entry = ledger.post(
            actor=actor,
            act=ENDED,
            document=order,
            groups=[*parts, *(group for group in groups if group.units)],
            lot_changes=lots_that_wait(back, LotStatus.RMA_READY if passed else LotStatus.RMA_RETURNED),
            reason=fault.strip() if fresh else reason,
            note=work.strip(),
            request=request,
        )
        if fresh:
            note_outcomes(rows, [_after(ship_back)] * len(rows), fault, entry=entry)
        settle_order(order)
        settle_returns(actor=actor, papers=[found.pk])
        return entry


def _after(ship_back: bool) -> ReturnOutcome:
    return Got.REPAIR_AND_SHIP_BACK if ship_back else Got.REPAIR


def _opened(actor: User, paper: Document, fault: str) -> Document:
    order = open_rework(actor, fault.strip(), paper.party)
    Repair.objects.create(document=order, paper=paper)
    return order


def _parts(actor: User, order: Document, rows: Sequence[UnitOnReturn], replaced: Replacing | None) -> tuple[list[Group], str]:
    """What is replaced in these units under the order, and the reason of it: what was wrong with them, unless another one was said."""
    if replaced is None or not replaced.swaps:
        return [], ""
    asked = replace(replaced, reason=replaced.reason.strip() or order.notes)
    groups, told = exchanged(actor=actor, asked=asked, paper=order, of={row.serial_id for row in rows})
    return groups, told.reason


def note_work(order: Document, work: str, test: str, passed: bool) -> None:
    """Keep what was done and tested; what was said before stays where nothing is said now."""
    repair = order.repair
    repair.work, repair.test, repair.passed = work.strip()[:4_000] or repair.work, test.strip()[:4_000] or repair.test, passed
    repair.save()


def _order(paper: Document, rows: Sequence[UnitOnReturn]) -> Document:
    orders = {row.work_id for row in rows}
    ours = set(Repair.objects.filter(paper=paper).values_list("pk", flat=True))
    refuse_rows(paper, [row for row in rows if row.work_id not in ours], "it is in no repair of this return", "Say what was wrong.")
    first = rows[0].work_id
    others = [row for row in rows if row.work_id != first]
    refuse_rows(paper, others if len(orders) > 1 else [], "it is under another repair order", "End one repair order at a time.")
    return lock_rework(first or 0)


def lots_that_wait(unit_ids: Sequence[int], status: LotStatus) -> list[LotChange]:
    """Lots of which all that came back waits for the same now. One in which several things are waited for stays RMA returned."""
    if not unit_ids:
        return []
    units = bulk.ids(unit_ids)
    return [LotChange(row[0], status) for row in bulk.query(_WHOLE_LOTS.format(ids=bulk.id_set()), [units, units])]
