"""The units of an inspection as rows: which wait, what is said of them, and back again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nameplate.ledger import bulk
from nameplate.ledger.state import HOLD, LOT, STATUS, WITHDRAWN, Unit
from nameplate.ledger.units import found_in
from nameplate.models import Document, Entry, Item, Lot, Reason, Status, Verdict
from nameplate.operations.inspecting.waiting import hold_of

PRESENT = (Status.PLANNED, Status.RECEIVED, Status.REJECTED, Status.RETURNED)
"""The statuses of units that are here or to come; one that waits and is none of these is gone."""
_GONE = f"NOT IN ({', '.join(str(status.value) for status in PRESENT)})"
_WAITING = (
    "FROM nameplate_inspectedunit w JOIN nameplate_serial s ON s.id = w.serial_id "
    f"WHERE w.inspection_id = %s AND w.verdict = '{Verdict.WAITING.value}' ORDER BY w.id"
)
_WORDS = (Verdict.PASSED, Verdict.SAMPLED, Verdict.FAILED, Verdict.LEFT)
_VERDICT = "CASE given.verdict " + " ".join(f"WHEN {index} THEN '{word.value}'" for index, word in enumerate(_WORDS)) + " END"
_WRITE = (
    f"UPDATE nameplate_inspectedunit SET verdict = {_VERDICT}, reason_id = NULLIF(given.reason, 0), judged_id = %s, "
    "note = {note} FROM {given} "
    f"WHERE nameplate_inspectedunit.id = given.line AND nameplate_inspectedunit.verdict = '{Verdict.WAITING.value}'"
)
_WRITE_ALIKE = (
    "UPDATE nameplate_inspectedunit SET verdict = %s, reason_id = %s, judged_id = %s, note = %s "
    f"WHERE id IN {{ids}} AND verdict = '{Verdict.WAITING.value}'"
)


class Waiting(NamedTuple):
    """A unit that waits in an inspection, as it stands; `line` is its row there."""

    line: int
    id: int
    number: str
    item_id: int
    item: str
    status: int
    withdrawn: bool
    hold: str
    lot_hold: str
    own: bool
    """Whether it is on hold for this very inspection."""
    unit: Unit
    """As the ledger knows it."""

    @property
    def gone(self) -> bool:
        """Whether there is nothing to judge any more."""
        return self.withdrawn or self.status not in PRESENT


class Judged(NamedTuple):
    """What is said of a unit."""

    unit: Waiting
    verdict: Verdict
    reason: Reason | None
    note: str


def numbers_of(unit_ids: Iterable[int]) -> dict[int, str]:
    """What units are called that may not be in the inspection; an id that is no unit's stands for itself. One statement; none for none."""
    named = {unit: str(unit) for unit in unit_ids}
    sql = f"SELECT id, number FROM nameplate_serial WHERE id IN {bulk.id_set()}"
    return named | dict(bulk.query(sql, [bulk.ids(named)])) if named else {}


def waiting_in(paper: Document) -> dict[int, Waiting]:
    """The units that wait in the inspection, by id, in their natural order. A constant number of statements."""
    own = hold_of(paper.number)
    lines = found_in(_WAITING, "w.id", [paper.pk])
    items = dict(Item.objects.filter(pk__in={unit.item_id for unit, _ in lines}).values_list("pk", "number"))
    holds = dict(Lot.objects.filter(pk__in={unit.state[LOT] for unit, _ in lines}).values_list("pk", "hold"))
    found = {}
    for unit, line in lines:
        pk, item_id, state = unit.id, unit.item_id, unit.state
        hold, lot_hold = state[HOLD], holds[state[LOT]]
        standing = state[STATUS], state[WITHDRAWN], hold, lot_hold, hold == own
        found[pk] = Waiting(line, pk, unit.number, item_id, items[item_id], *standing, unit)
    return found


def write_verdicts(entry: Entry, judged: Sequence[Judged]) -> None:
    """Say it on their rows. At most two statements, however many units and notes: of most, mostly the same is said."""
    if not judged:
        return
    alike: dict[tuple[Verdict, int | None, str], list[int]] = {}
    for one in judged:
        alike.setdefault((one.verdict, one.reason.pk if one.reason is not None else None, one.note), []).append(one.unit.line)
    most = max(alike, key=lambda said: len(alike[said]))
    bulk.execute(_WRITE_ALIKE.format(ids=bulk.id_set()), [most[0].value, most[1], entry.pk, most[2], bulk.ids(alike.pop(most))])
    if not alike:
        return
    notes = {note: index for index, note in enumerate(dict.fromkeys(note for _, _, note in alike))}
    rows = [[line, _WORDS.index(verdict), reason or 0, notes[note]] for (verdict, reason, note), lines in alike.items() for line in lines]
    sql = _WRITE.format(note=bulk.text_at("given.note"), given=bulk.table(("line", "verdict", "reason", "note")))
    bulk.execute(sql, [entry.pk, bulk.texts(notes), bulk.table_value(rows)])


def take_out_what_is_gone(paper: Document, entry: Entry) -> None:
    """Units that wait and are not here any more (written off, say) leave the inspection with this entry."""
    bulk.execute(
        f"UPDATE nameplate_inspectedunit SET verdict = '{Verdict.LEFT.value}', judged_id = %s "
        f"WHERE inspection_id = %s AND verdict = '{Verdict.WAITING.value}' AND EXISTS (SELECT 1 FROM nameplate_serial s "
        f"WHERE s.id = nameplate_inspectedunit.serial_id AND (s.withdrawn OR s.status {_GONE}))",
        [entry.pk, paper.pk],
    )
