"""Judging by scanning into two boxes: what passed and what failed. The good numbers are judged in one act, the rest stays a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nameplate import access, ledger
from nameplate.ledger import bulk
from nameplate.models import Document, Entry, InspectedUnit, Item, Reason, Request, Status, User, Verdict
from nameplate.operations.cataloguing import accepted_of
from nameplate.operations.drafting import discard_draft, page_of, save_draft
from nameplate.operations.entering.accepted import AcceptedFormat
from nameplate.operations.entering.offers import Offer, offers_for
from nameplate.operations.entering.parsing import Candidate, Parsed, parse
from nameplate.operations.inspecting.documents import require_quality_control
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.receiving.judging import LineVerdict
from nameplate.refusals import Invalid, TooLarge

BOXES = ("passed", "failed")
MOST_UNITS = 50_000
_BEARERS = (
    "SELECT s.key, s.id, i.number, s.status, w.verdict, d.number FROM nameplate_serial s JOIN nameplate_item i ON i.id = s.item_id "
    "LEFT JOIN nameplate_inspectedunit w ON w.serial_id = s.id AND w.inspection_id = %s "
    f"LEFT JOIN nameplate_inspectedunit o ON o.serial_id = s.id AND o.verdict = '{Verdict.WAITING.value}' AND o.inspection_id <> %s "
    "LEFT JOIN nameplate_document d ON d.id = o.inspection_id WHERE NOT s.withdrawn AND s.key IN {keys} ORDER BY s.id"
)
Bearer = tuple[int, str, int, str | None, str | None]


@dataclass(slots=True)
class BoxSaid:
    """What is said of one box."""

    rows: list[LineVerdict] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    """What stays in the box once the good ones are judged."""
    bad: int = 0

    @property
    def good(self) -> int:
        """How many units can be judged now."""
        return len(self.units)


def formats_of(paper: Document) -> AcceptedFormat | None:
    """What the numbers of the inspection look like, where all its units are of one item."""
    items = list(Item.objects.filter(pk__in=InspectedUnit.objects.filter(inspection=paper.pk).values("serial__item"))[:2])
    return accepted_of(items[0]) if len(items) == 1 else None


def preview_boxes(*, actor: User, inspection: Document, texts: Mapping[str, str]) -> dict[str, BoxSaid]:
    """A verdict on every number of both boxes. Writes nothing. Refused: more text or numbers than one act takes."""
    access.require(actor, "stock", "inspect")
    require_quality_control()
    accepted = formats_of(inspection)
    parsed = {name: parse(texts.get(name, ""), accepted) for name in BOXES}
    if sum(one.count for one in parsed.values()) > MOST_UNITS:
        raise TooLarge("too-many", f"At most {MOST_UNITS:,} units in one act.", way_out="Enter them in parts.")
    bearers = _bearers(inspection, [key for one in parsed.values() for candidate in one.candidates for key in candidate.keys])
    first: dict[str, str] = {}
    return {name: _said(name, texts.get(name, ""), parsed[name], bearers, first, accepted) for name in BOXES}


def judge_boxes(
    *,
    actor: User,
    inspection: Document,
    texts: Mapping[str, str],
    reason: Reason | int | None,
    failed_note: str = "",
    rest_by_sample: bool = False,
    location_id: int | None = None,
    happened_on: date | None = None,
    note: str = "",
    typed: Mapping[str, Any] | None = None,
    request: Request | None = None,
) -> tuple[Entry, dict[str, BoxSaid]]:
    """Judge the good numbers of both boxes as one act; the rest is kept as the actor's draft, with what else was `typed`.

    Refused as `judge` does, and when neither box holds anything good.
    """
    with ledger.transacting():
        said = preview_boxes(actor=actor, inspection=inspection, texts=texts)
        if not rest_by_sample and not any(box.good for box in said.values()):
            raise Invalid("nothing-good", "None of this can be judged as it is.", fields={"units": "Enter what was inspected."})
        verdicts = [Said(unit, True) for unit in said["passed"].units]
        verdicts += [Said(unit, False, reason, failed_note) for unit in said["failed"].units]
        entry = judge(
            actor=actor,
            inspection=inspection,
            verdicts=verdicts,
            rest_by_sample=rest_by_sample,
            location_id=location_id,
            happened_on=happened_on,
            note=note,
            request=request,
        )
        rest = {name: "\n".join(box.rest) for name, box in said.items()}
        if any(rest.values()):
            save_draft(actor=actor, subject=draft_subject(inspection), body={**(typed or {}), **rest})
        else:
            discard_draft(actor=actor, subject=draft_subject(inspection), page=page_of(typed))
        return entry, said


def draft_subject(inspection: Document) -> str:
    """Under which subject the draft of verdicts is kept."""
    return f"inspections/{inspection.pk}/verdicts"


def _bearers(paper: Document, keys: Sequence[str]) -> dict[str, list[Bearer]]:
    found: dict[str, list[Bearer]] = {}
    if keys:
        for key, *bearer in bulk.query(_BEARERS.format(keys=bulk.text_set()), [paper.pk, paper.pk, bulk.texts(keys)]):
            found.setdefault(key, []).append((bearer[0], bearer[1], bearer[2], bearer[3], bearer[4]))
    return found


def _said(
    name: str, text: str, parsed: Parsed, bearers: Mapping[str, list[Bearer]], first: dict[str, str], accepted: AcceptedFormat | None
) -> BoxSaid:
    box = BoxSaid()
    for candidate in parsed.candidates:
        _judge(box, name, candidate, bearers, first)
        problem = candidate.problem
        if problem is not None:
            message = f"{problem.message} {problem.way_out}".strip()
            units = candidate.troubled
            box.rows.append(LineVerdict(candidate.line, candidate.raw, "bad", problem.rule, message, units, suggestion=problem.suggestion))
            # Of repeats nothing stays: their twin is judged, or stays itself.
            if not candidate.repeats:
                box.bad += candidate.troubled
                box.rest += [] if candidate.numbers else [candidate.raw]
    box.offers = offers_for(text, parsed, accepted)
    return box


def _judge(box: BoxSaid, name: str, candidate: Candidate, bearers: Mapping[str, list[Bearer]], first: dict[str, str]) -> None:
    """The rows for one piece: good numbers of a range share a row, each of the others has its own."""
    run: list[str] = []

    def close() -> None:
        if run:
            text = run[0] if len(run) == 1 else f"{run[0]} … {run[-1]}"
            box.rows.append(LineVerdict(candidate.line, text, "good", "waits", f"waits here; {name}", len(run)))
            run.clear()

    for number, key in zip(candidate.numbers, candidate.keys, strict=True):
        unit, why = _of(bearers.get(key, []))
        if not why and first.setdefault(key, name) != name:
            why = "it stands in both boxes"
        if not why and unit is not None:
            run.append(number)
            box.units.append(unit)
            continue
        close()
        box.rows.append(LineVerdict(candidate.line, number, "bad", "not-judgeable", why, 1, unit))
        box.bad += 1
        box.rest.append(candidate.entry_of(number))
    close()


def _of(bearers: Sequence[Bearer]) -> tuple[int | None, str]:
    """The unit that is meant, and what speaks against judging it."""
    waiting = [bearer for bearer in bearers if bearer[3] == Verdict.WAITING]
    if len(waiting) > 1:
        items = " and ".join(sorted(bearer[1] for bearer in waiting))
        return waiting[0][0], f"units of {items} bear it; judge it on its own page"
    if waiting:
        return waiting[0][0], ""
    judged = next((bearer for bearer in bearers if bearer[3] is not None), None)
    if judged is not None:
        return judged[0], f"judged already: {Verdict(str(judged[3])).label.lower()}"
    if not bearers:
        return None, "no unit bears it"
    unit, _, status, _, other = bearers[0]
    return unit, f"it waits in {other}, not here" if other else f"it is not in this inspection ({Status(status).label})"
