"""The receipt screen: what was typed for each line of a delivery, a verdict on every number, and the good ones received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from nameplate import access, ledger
from nameplate.models import Document, DocumentKind, Entry, Request, Tracking, User
from nameplate.operations.cataloguing import accepted_of
from nameplate.operations.drafting import discard_draft, save_draft
from nameplate.operations.entering.offers import Offer, offers_for
from nameplate.operations.entering.parsing import Candidate, Parsed, parse
from nameplate.operations.entering.pieces import as_entry
from nameplate.operations.purchasing import LineProgress, lock_order, progress
from nameplate.operations.receiving.lines import LineReceipt
from nameplate.operations.receiving.lookalikes import Lookalike, lookalikes_of
from nameplate.operations.receiving.receipts import receive, refuse_not_under_way
from nameplate.operations.receiving.verdicts import NEW, Bearers, Standing, Verdict, bearers_of, judged
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.refusals import Invalid, NotFound
from nameplate.serial_text import Problem, canonical, lookalike_key


@dataclass(frozen=True, slots=True)
class Box:
    """What was typed for one line: the box's text, or a quantity."""

    line_id: int
    text: str = ""
    quantity: str = ""
    location_id: int | None = None
    vendor_batch: str = ""
    expires_on: date | None = None
    keep: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """One row of the answer: a piece of the box with what is said of it. `units` counts the numbers it stands for."""

    line: int
    text: str
    standing: Standing
    rule: str
    message: str
    units: int
    unit_id: int | None = None
    suggestion: str = ""


@dataclass(slots=True)
class BoxAnswer:
    """What is said of one box. `missing` is what would still be to come after receiving the good ones, in units of the item."""

    progress: LineProgress
    rows: list[LineVerdict] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    """What stays in the box after the good ones are received."""
    done: int = 0
    """How many are not good only because their twin is: repeats, of which nothing stays once it is received."""

    @property
    def good(self) -> int:
        """How many units can be received now."""
        return len(self.numbers)

    @property
    def decide(self) -> int:
        """How many wait for a decision."""
        return sum(row.units for row in self.rows if row.standing == "decide")

    @property
    def bad(self) -> int:
        """How many are not possible."""
        return sum(row.units for row in self.rows if row.standing == "bad")

    @property
    def missing(self) -> Decimal:
        """How many would still be to come."""
        return from_micro(max(self.progress.to_come - self.good * MILLIONTHS, 0))

    @property
    def stays(self) -> int:
        """How many stay behind when the good ones are received."""
        return self.decide + self.bad - self.done


@dataclass(slots=True)
class _Sheet:
    """What the boxes of one receipt share: what is known of all their numbers, which line a number stands on first, which are good."""

    bearers: Bearers
    alike: Mapping[tuple[int, str], Lookalike]
    first: dict[tuple[int, str], int] = field(default_factory=dict)
    good: set[tuple[int, str]] = field(default_factory=set)


def preview(*, actor: User, order: Document | int, boxes: Sequence[Box]) -> dict[int, BoxAnswer]:
    """A verdict on every number of every box, by line. Writes nothing. As many statements for thirty lines as for one.

    Refused: a line that the order does not have; more text or numbers than one entry takes.
    """
    access.require(actor, "stock", "create")
    document = _order(order)
    known = {one.line.pk: one for one in progress(document)}
    parsed = {box.line_id: _parsed(_of(known, box), box) for box in boxes}
    keys = [key for one in parsed.values() if one for candidate in one.candidates for key in candidate.keys]
    sheet = _Sheet(bearers_of(keys), lookalikes_of(keys))
    return {box.line_id: _answer(document, known[box.line_id], box, parsed[box.line_id], sheet) for box in boxes}


def _order(order: Document | int) -> Document:
    """The order, unlocked: a preview waits for nobody."""
    found = Document.objects.filter(pk=order if isinstance(order, int) else order.pk, kind=DocumentKind.PURCHASE_ORDER).first()
    if found is None:
        raise NotFound("not-found", "There is no such purchase order.")
    return found


def _of(known: Mapping[int, LineProgress], box: Box) -> LineProgress:
    if box.line_id not in known:
        raise Invalid("no-such-line", "The order has no such line.", fields={"lines": "Load the page again."})
    return known[box.line_id]


def _parsed(found: LineProgress, box: Box) -> Parsed | None:
    return parse(box.text, accepted_of(found.item)) if found.item.tracking == Tracking.SERIAL and box.text.strip() else None


def _answer(document: Document, found: LineProgress, box: Box, parsed: Parsed | None, sheet: _Sheet) -> BoxAnswer:
    answer = BoxAnswer(found)
    if parsed is None:
        return answer
    keys = (key for candidate in parsed.candidates for key in candidate.keys)
    verdicts = judged(sheet.bearers, item_id=found.item.pk, order=document, keys=keys)
    for candidate in parsed.candidates:
        _judge(answer, candidate, verdicts, box, sheet)
        if candidate.problem is not None:
            _tell(answer, candidate, candidate.problem, sheet)
    answer.offers = offers_for(box.text, parsed, accepted_of(found.item))
    return answer


def _judge(answer: BoxAnswer, candidate: Candidate, verdicts: Mapping[str, Verdict], box: Box, sheet: _Sheet) -> None:
    """The rows for one piece: alike numbers of a range share a row, each number that is not good has its own."""
    item_id = answer.progress.item.pk
    run: list[str] = []
    shared: Verdict | None = None

    def close() -> None:
        nonlocal run, shared
        if run and shared:
            text = run[0] if len(run) == 1 else f"{run[0]} … {run[-1]}"
            answer.rows.append(LineVerdict(candidate.line, text, shared.standing, shared.rule, shared.message, len(run), shared.unit_id))
        run, shared = [], None

    for number, key in zip(candidate.numbers, candidate.keys, strict=True):
        mine = (item_id, key)
        verdict = _verdict(verdicts.get(key, NEW), box, answer, sheet.first.setdefault(mine, box.line_id) != box.line_id)
        if verdict.standing == "good":
            verdict = _beside_lookalike(verdict, candidate, item_id, key, sheet)
            answer.numbers.append(number)
            sheet.good.add(mine)
        elif verdict.rule == "twice" and mine in sheet.good:
            answer.done += 1
        else:
            answer.rest.append(as_entry(number))
        if shared is None or verdict.rule != shared.rule or (verdict.rule in _EACH and verdict.unit_id is not None):
            close()
            shared = verdict
        run.append(number)
    close()


_EACH = frozenset({"lookalike", "known", "announced-elsewhere", "on-hold"})
"""Verdicts that name the one unit that they are about."""


def _tell(answer: BoxAnswer, candidate: Candidate, problem: Problem, sheet: _Sheet) -> None:
    """The row for what is wrong with a piece as text. Of repeats nothing stays in the box when their twins are received."""
    standing: Standing = "decide" if problem.decide or candidate.repeats else "bad"
    units = max(len(candidate.repeats), 1)
    message = f"{problem.message} {problem.way_out}".strip()
    answer.rows.append(LineVerdict(candidate.line, candidate.raw, standing, problem.rule, message, units, suggestion=problem.suggestion))
    item_id = answer.progress.item.pk
    left = [repeat for repeat in candidate.repeats if (item_id, canonical(repeat.number)) not in sheet.good]
    answer.done += len(candidate.repeats) - len(left)
    if not candidate.numbers and (left or not candidate.repeats):
        answer.rest.append(candidate.raw)


def _verdict(verdict: Verdict, box: Box, answer: BoxAnswer, elsewhere: bool) -> Verdict:
    if elsewhere:
        return Verdict("bad", "twice", "twice in this receipt, on another line of the same item")
    if verdict.standing == "decide" and verdict.rule in box.keep:
        verdict = Verdict("good", verdict.rule, f"kept: {verdict.message}", verdict.unit_id)
    room = answer.progress.to_come // MILLIONTHS
    if verdict.standing == "good" and answer.good >= room:
        return Verdict("bad", "more-than-ordered", f"more than the {room:,} still to come")
    return verdict


def _beside_lookalike(verdict: Verdict, candidate: Candidate, item_id: int, key: str, sheet: _Sheet) -> Verdict:
    """The verdict on a good number, with what it can be mistaken for: it is received, but not without a word."""
    if verdict.rule == "announced":
        return verdict
    unit = sheet.alike.get((item_id, lookalike_key(key))) if sheet.alike else None
    if unit is not None:
        words = f"it differs from {unit.number}, which is known already, only in the kind of dash: check both"
        return Verdict("good", "lookalike", f"{verdict.message}; {words}", unit.unit_id)
    if candidate.note is not None:
        return Verdict(
            "good", "lookalike", f"{verdict.message}. {candidate.note.message} {candidate.note.way_out}".strip(), verdict.unit_id
        )
    return verdict


def receive_boxes(
    *,
    actor: User,
    order: Document | int,
    boxes: Sequence[Box],
    location_id: int | None = None,
    received_on: date | None = None,
    note: str = "",
    version: int | None = None,
    typed: Mapping[str, Any] | None = None,
    request: Request | None = None,
) -> tuple[Entry, dict[int, BoxAnswer]]:
    """Receive the good numbers of every box (and the quantities) in one act; the rest is kept as the actor's draft of the receipt.

    `typed` is the draft of all that was typed; what was typed beside the numbers that stay is kept from it.
    Refused as `receive` is, and when no box holds anything good.
    """
    with ledger.transacting():
        document = lock_order(order)
        refuse_not_under_way(document, version)
        answers = preview(actor=actor, order=document, boxes=boxes)
        lines = [line for box in boxes if (line := _receipt_of(box, answers[box.line_id])) is not None]
        if not lines:
            raise Invalid("nothing-good", "None of this can be received as it is.", fields={"lines": "Enter what came."})
        entry = receive(
            actor=actor,
            order=document,
            lines=lines,
            location_id=location_id,
            received_on=received_on,
            note=note,
            version=version,
            request=request,
        )
        _keep_rest(actor, document, answers, typed or {})
        return entry, answers


def _receipt_of(box: Box, answer: BoxAnswer) -> LineReceipt | None:
    common: dict[str, Any] = {
        "line_id": box.line_id,
        "location_id": box.location_id,
        "vendor_batch": box.vendor_batch,
        "expires_on": box.expires_on,
        "keep": box.keep,
    }
    if answer.progress.item.tracking == Tracking.SERIAL:
        return LineReceipt(numbers=answer.numbers, **common) if answer.numbers else None
    return LineReceipt(quantity=box.quantity, **common) if box.quantity.strip() else None


def draft_subject(order: Document) -> str:
    """Under which subject the draft of a receipt on this order is kept."""
    return f"purchase-orders/{order.pk}/receipts"


def _keep_rest(actor: User, order: Document, answers: Mapping[int, BoxAnswer], typed: Mapping[str, Any]) -> None:
    lines: Mapping[str, Mapping[str, Any]] = typed.get("lines", {})
    rest = {str(line): {**lines.get(str(line), {}), "text": "\n".join(answer.rest)} for line, answer in answers.items() if answer.rest}
    if rest:
        save_draft(actor=actor, subject=draft_subject(order), body={**typed, "lines": rest})
    else:
        discard_draft(actor=actor, subject=draft_subject(order))
