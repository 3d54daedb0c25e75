"""Which units are on a return: put on it, and chosen among for what is done to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max

from nameplate.ledger import bulk
from nameplate.models import Document, Entry, Line, Reason, ReasonKind, ReturnOutcome, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.cataloguing.things import id_of
from nameplate.operations.coming_back import HERE, NOUN, UnitOnReturn, became, rows_of
from nameplate.operations.returning.candidates import Candidate, candidates, refuse_impossible, refuse_strangers, strangers
from nameplate.operations.returning.earlier import forget, remember
from nameplate.operations.returning.papers import cause
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Conflict, Invalid, Offender

TEXTS = {
    "complaint": Text("What is wrong", 2_000, lines=True),
    "contradiction": Text("Why it is taken all the same", 1_000, lines=True),
}
_COLUMNS = (
    "paper_id", "line_id", "serial_id", "reason_id", "complaint", "coming", "outcome", "finding", "contradiction", "known", "settled",
    "shipment_id", "customer_order_id", "shipped_on", "warranty_until",
)  # fmt: skip


_COUNT_HERE = (
    "SELECT count(*) FROM nameplate_returnunit u JOIN nameplate_serial s ON s.id = u.serial_id "
    f"WHERE u.paper_id = %s AND {{chosen}} AND {HERE}"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the customer says of the units that they send back."""

    reason: Reason | int | None = None
    """One of the company's reasons for returns."""
    complaint: str = ""
    coming: bool = True
    """False for units that stay with the customer."""
    contradiction: str = ""
    """Why units are taken that the records do not have with this customer."""


def put_on(actor: User, paper: Document, units: Sequence[Candidate], said: Said) -> None:
    """The units on the locked return, judged. A constant number of statements."""
    why, texts = read_said(said)
    refuse_impossible(units, paper)
    odd = {unit.id for unit in strangers(units, paper.party_id or 0)}
    if not texts["contradiction"]:
        refuse_strangers([unit for unit in units if unit.id in odd], str(paper.party))
    lines = grow_lines(paper, {item: count * MILLIONTHS for item, count in Counter(unit.item_id for unit in units).items()})
    rows = [
        (
            paper.pk, lines[unit.item_id], unit.id, why.pk if why else None, texts["complaint"], said.coming, "", "",
            texts["contradiction"] if unit.id in odd else "", unit.known[:1_000] if unit.id in odd else "", "",
            unit.shipment_id, unit.order_id, unit.shipped_on, unit.warranty_until,
        )
        for unit in units
    ]  # fmt: skip
    bulk.insert("nameplate_returnunit", _COLUMNS, rows)
    log_changes(actor=actor, noun=NOUN, subject=paper.pk, changes=[("units", "", f"{len(rows):,} put on it")])


def read_said(said: Said) -> tuple[Reason | None, dict[str, str]]:
    """The company's reason, and the complaint and the reason for the contradiction as they are kept. Refused: too long, no such reason."""
    wrong: dict[str, str] = {}
    texts = read_texts(TEXTS, {"complaint": said.complaint, "contradiction": said.contradiction}, wrong)
    refuse_wrong(wrong)
    return return_reason(said.reason), texts


def return_reason(reason: Reason | int | None) -> Reason | None:
    """The company's reason. Refused: none of returns, or an archived one."""
    if reason is None:
        return None
    found = Reason.objects.filter(pk=id_of(reason), kind=ReasonKind.RETURN, archived=False).first()
    if found is None:
        raise Invalid("no-such-reason", "There is no such reason.", fields={"reason": "Choose a reason for returns."})
    return found


def grow_lines(paper: Document, wanted: Mapping[int, int]) -> dict[int, int]:
    """By item, the return's line, which grows by so many millionths."""
    lines = {line.item_id: line for line in Line.objects.filter(document=paper)}
    last = Line.objects.filter(document=paper).aggregate(last=Max("position"))["last"] or 0
    fresh = [item for item in wanted if item not in lines]
    for line in lines.values():
        line.quantity += wanted.get(line.item_id, 0)
    Line.objects.bulk_update(lines.values(), ["quantity"])
    made = Line.objects.bulk_create(
        Line(document=paper, position=last + place, item_id=item, quantity=wanted[item]) for place, item in enumerate(fresh, 1)
    )
    return {line.item_id: line.pk for line in [*lines.values(), *made]}


def shrink_lines(gone: Mapping[int, int]) -> None:
    """Lines of a return have so many millionths less on them; an empty one goes, unless the ledger names it."""
    for line in Line.objects.filter(pk__in=gone):
        line.quantity -= gone[line.pk]
        if line.quantity > 0:
            line.save(update_fields=["quantity"])
        elif not line.stock_movements.exists():
            line.delete()


def rows_chosen(paper: Document, unit_ids: Sequence[int]) -> list[UnitOnReturn]:
    """The return's rows of these units. Refused: units that are not on it, each named."""
    chosen = set(unit_ids)
    rows = [row for row in rows_of(paper.pk) if row.serial_id in chosen]
    missing = chosen - {row.serial_id for row in rows}
    if missing:
        offenders = [Offender(unit.number, f"it is not on {paper}", unit.id) for unit in candidates(sorted(missing))]
        sentence = f"{offenders[0].text} is not on {paper}." if len(offenders) == 1 else f"{len(offenders):,} units are not on {paper}."
        raise Conflict("not-on-return", sentence, fields={"units": sentence}, offenders=offenders, causes=[cause(paper)])
    return rows


def refuse_not_here(paper: Document, unit_ids: Sequence[int]) -> None:
    """As `rows_here` refuses, where nobody asks more of the units than that they lie here, as nearly always they do."""
    if bulk.query(_COUNT_HERE.format(chosen=bulk.among("u.serial_id")), [paper.pk, bulk.ids(unit_ids)])[0][0] < len(unit_ids):
        rows_here(paper, unit_ids)


def rows_here(paper: Document, unit_ids: Sequence[int]) -> list[UnitOnReturn]:
    """The same, of units that came with it and still lie with us. Refused: any other, each named."""
    rows = rows_chosen(paper, unit_ids)
    refuse_rows(paper, [row for row in rows if row.received_by_id is None], "it has not come back yet", "Receive it first.")
    refuse_rows(paper, [row for row in rows if not row.here], "it is not here any more", "Open it to see where it went.")
    return rows


def refuse_gone(paper: Document, rows: Sequence[UnitOnReturn]) -> None:
    """Refuse those of the rows that were announced and cannot come any more, each named with what became of it."""
    refuse_rows(paper, [row for row in rows if row.gone], lambda row: f"it is {became(row)} by now", "Take it off the return.")


def refuse_rows(paper: Document, rows: Sequence[UnitOnReturn], why: str | Callable[[UnitOnReturn], str], way_out: str) -> None:
    """Refuse these rows, each named."""
    if rows:
        offenders = [Offender(row.number, why if isinstance(why, str) else why(row), row.serial_id) for row in rows]
        first = f"{offenders[0].text}: {offenders[0].why}."
        sentence = first if len(rows) == 1 else f"{len(rows):,} of these units; {first}"
        raise Conflict("return-unit", sentence, fields={"units": sentence}, offenders=offenders, causes=[cause(paper)], way_out=way_out)


def note_outcomes(
    rows: Sequence[UnitOnReturn], outcomes: Sequence[ReturnOutcome], finding: str = "", *, entry: Entry | None, replaced: bool = False
) -> None:
    """Keep what each gets by this entry, or by a decision alone; and what was found, where something was said.

    `replaced` says that the entry moved what the customer got in their place. Two statements for each outcome at most.
    """
    if entry is None:
        forget(row.id for row in rows)
    else:
        remember(entry, [row.id for row in rows], replaced=replaced)
    by_outcome: dict[ReturnOutcome, list[int]] = {}
    for row, outcome in zip(rows, outcomes, strict=True):
        by_outcome.setdefault(outcome, []).append(row.id)
    for outcome, chosen in by_outcome.items():
        bulk.execute(f"UPDATE nameplate_returnunit SET outcome = %s WHERE id IN {bulk.id_set()}", [outcome.value, bulk.ids(chosen)])
    if finding.strip():
        rows_set = bulk.ids(row.id for row in rows)
        bulk.execute(f"UPDATE nameplate_returnunit SET finding = %s WHERE id IN {bulk.id_set()}", [finding.strip()[:2_000], rows_set])
