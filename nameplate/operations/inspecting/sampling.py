"""The rest of an inspection passed by a sample: all that waits but for what is known to be bad, which is judged by itself."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate.ledger import bulk
from nameplate.models import Document, Status, Verdict
from nameplate.operations.inspecting.lines import PRESENT, Judged, Waiting
from nameplate.refusals import Conflict

_PRESENT = f"({', '.join(str(status.value) for status in PRESENT)})"
_IN = "FROM nameplate_inspectedunit w JOIN nameplate_serial s ON s.id = w.serial_id WHERE w.inspection_id = %s "
_KNOWN_BAD = (
    f"SELECT w.serial_id {_IN} AND w.verdict = '{Verdict.WAITING.value}' AND NOT s.withdrawn AND s.status IN {_PRESENT} "
    f"AND (s.status = {Status.REJECTED.value} "
    "OR EXISTS (SELECT 1 FROM nameplate_checkresult r WHERE r.inspected_id = w.id AND r.fits IS NOT NULL AND NOT r.fits))"
)
_LEFT = f"SELECT s.number {_IN} AND w.verdict = '{Verdict.WAITING.value}' ORDER BY s.sort_key, s.id"


def known_bad(paper: Document) -> set[int]:
    """The units that wait and pass by no sample: rejected, or with a result out of its limits. One statement."""
    return {row[0] for row in bulk.query(_KNOWN_BAD, [paper.pk])}


def left_by_sample(paper_id: int) -> list[str]:
    """The numbers of units that wait still: once the rest has passed by a sample, those that have to be judged."""
    return [row[0] for row in bulk.query(_LEFT, [paper_id])]


def left_in_words(count: int) -> str:
    """What a page says of units that the sample leaves; empty for none."""
    units = "1 unit is" if count == 1 else f"{count:,} units are"
    return f"{units} left to be judged: rejected, or a result is out of its limits." if count else ""


def rest_of(paper: Document, waiting: dict[int, Waiting], judged: Sequence[Judged]) -> list[Judged]:
    """Everything else that waits and is not known to be bad, passed by the sample. Refused: items of which nothing was looked at."""
    named, bad = {one.unit.id for one in judged}, known_bad(paper)
    rest = [one for one in waiting.values() if one.id not in named and one.id not in bad and not one.gone]
    looked_at = {one.unit.item_id for one in judged}
    before = paper.inspection.units.filter(verdict__in=(Verdict.PASSED, Verdict.FAILED)).values_list("serial__item", flat=True)
    unseen = {one.item_id for one in rest} - looked_at - (set(before.distinct()) if rest else set())
    if unseen:
        named_items = sorted({one.item for one in rest if one.item_id in unseen})
        sentence = f"No unit of {', '.join(named_items)} was looked at, so there is no sample."
        raise Conflict("no-sample", sentence, fields={"rest": sentence}, way_out="Judge some of them first.")
    return [Judged(one, Verdict.SAMPLED, None, "") for one in rest]
