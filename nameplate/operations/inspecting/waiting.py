"""Units that wait for their inspection are on hold for it, and are freed by its verdict alone while Quality control is on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nameplate import functions
from nameplate.ledger import Group, Kind, Step, bulk
from nameplate.models import Lot, Verdict
from nameplate.refusals import Cause, Conflict, Offender

_HOLD = "waiting for inspection "
_WAITING = (
    "SELECT w.serial_id, d.number, d.id, s.number, s.hold FROM nameplate_inspectedunit w "
    "JOIN nameplate_document d ON d.id = w.inspection_id JOIN nameplate_serial s ON s.id = w.serial_id "
    f"WHERE w.verdict = '{Verdict.WAITING.value}' AND w.serial_id IN {{ids}} ORDER BY s.sort_key, s.id"
)


def hold_of(number: str) -> str:
    """Why a unit is on hold that waits in the inspection of that number."""
    return f"{_HOLD}{number}"


def holds_of(unit_ids: Iterable[int]) -> dict[int, str]:
    """Of these units, those that wait for an inspection, each with the hold that it has for that. None while Quality control is off."""
    if not functions.is_on(functions.QUALITY_CONTROL):
        return {}
    rows = bulk.query(_WAITING.format(ids=bulk.id_set()), [bulk.ids(unit_ids)])
    return {unit: hold_of(number) for unit, number, *_ in rows}


def freed(unit_ids: Sequence[int]) -> list[Group]:
    """What frees these units from another hold: those that wait for an inspection are on hold for that then."""
    holds = holds_of(unit_ids)
    by_hold: dict[str, list[int]] = {}
    for unit in unit_ids:
        by_hold.setdefault(holds.get(unit, ""), []).append(unit)
    return [Group([Step(Kind.FREED), *([Step(Kind.HELD, {"hold": hold})] if hold else [])], units=units) for hold, units in by_hold.items()]


def refuse_waiting(unit_ids: Sequence[int]) -> None:
    """Refuse to free units by hand that are on hold for their inspection, each named with it."""
    if not functions.is_on(functions.QUALITY_CONTROL):
        return
    rows = [row for row in bulk.query(_WAITING.format(ids=bulk.id_set()), [bulk.ids(unit_ids)]) if row[4] == hold_of(row[1])]
    if not rows:
        return
    papers = {paper: number for _, number, paper, *_ in rows}
    raise Conflict(
        "waits-for-inspection",
        f"{rows[0][3]} waits for inspection {rows[0][1]}." if len(rows) == 1 else f"{len(rows):,} of these wait for their inspection.",
        offenders=[Offender(unit_number, f"it waits for inspection {number}", unit) for unit, number, _, unit_number, _ in rows],
        causes=[Cause("inspections", paper, number) for paper, number in list(papers.items())[:20]],
        way_out="Pass them there: that frees them.",
    )


def waiting_of(lot: Lot) -> int:
    """How much of a lot without serial numbers waits for its inspection, in millionths. Nothing while Quality control is off."""
    return waiting_of_lots([lot.pk]).get(lot.pk, 0)


def waiting_of_lots(lot_ids: Sequence[int]) -> dict[int, int]:
    """The same by lot, of those of which something waits. One statement."""
    if not functions.is_on(functions.QUALITY_CONTROL):
        return {}
    rows = bulk.query(
        f"SELECT g.lot_id, SUM(g.quantity) FROM nameplate_inspectedgoods g WHERE g.verdict = '{Verdict.WAITING.value}' "
        f"AND g.lot_id IN {bulk.id_set()} GROUP BY g.lot_id",
        [bulk.ids(lot_ids)],
    )
    return {lot: int(quantity) for lot, quantity in rows}


def keep_back(held: Mapping[int, int], waiting: int) -> dict[int, int]:
    """By location, how much of what is on hold there can be freed, so that as much stays as waits for an inspection."""
    free = {}
    for location, amount in held.items():
        stays = min(amount, waiting)
        waiting -= stays
        free[location] = amount - stays
    return free
