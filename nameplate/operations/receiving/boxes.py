"""The receipt screen: what was typed for each line of a delivery, a verdict on every number, and the good ones received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from nameplate import access, ledger
from nameplate.models import Document, DocumentKind, Entry, Request, Tracking, User
from nameplate.operations.drafting import discard_draft, save_draft
from nameplate.operations.entering.accepted import AcceptedFormat
from nameplate.operations.entering.offers import Offer, offers_for
from nameplate.operations.entering.parsing import Candidate, parse
from nameplate.operations.entering.pieces import as_entry
from nameplate.operations.purchasing import LineProgress, lock_order, progress
from nameplate.operations.receiving.receipts import LineReceipt, receive, refuse_not_under_way
from nameplate.operations.receiving.verdicts import NEW, Standing, Verdict, verdicts_of
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.refusals import Invalid, NotFound


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


def preview(*, actor: User, order: Document | int, boxes: Sequence[Box]) -> dict[int, BoxAnswer]:
    """A verdict on every number of every box, by line. Writes nothing. Statements: one a box, however many numbers.

    Refused: a line that the order does not have; more text or numbers than one entry takes.
    """
    access.require(actor, "stock", "create")
    document = _order(order)
    known = {one.line.pk: one for one in progress(document)}
    seen: dict[tuple[int, str], int] = {}
    return {box.line_id: _answer(document, _of(known, box), box, seen) for box in boxes}


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


def _answer(document: Document, found: LineProgress, box: Box, seen: dict[tuple[int, str], int]) -> BoxAnswer:
    answer = BoxAnswer(found)
    if found.item.tracking != Tracking.SERIAL or not box.text.strip():
        return answer
    accepted = AcceptedFormat(found.item.serial_format) if found.item.serial_format else None
    parsed = parse(box.text, accepted)
    verdicts = verdicts_of(item_id=found.item.pk, order_id=document.pk, keys=parsed.prepared.keys)
    room = found.to_come // MILLIONTHS
    for candidate in parsed.candidates:
        _judge(answer, candidate, verdicts, box, room, seen)
    answer.offers = offers_for(box.text, parsed, accepted)
    return answer


def _judge(
    answer: BoxAnswer, candidate: Candidate, verdicts: Mapping[str, Verdict], box: Box, room: int, seen: dict[tuple[int, str], int]
) -> None:
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
        verdict = _verdict(verdicts.get(key, NEW), box, number, answer, room, seen.setdefault((item_id, key), box.line_id) != box.line_id)
        if verdict.standing == "good":
            answer.numbers.append(number)
        else:
            answer.rest.append(as_entry(number))
        if shared is None or verdict.rule != shared.rule or (verdict.standing == "bad" and verdict.unit_id is not None):
            close()
            shared = verdict
        run.append(number)
    close()
    problem = candidate.problem
    if problem is not None:
        standing: Standing = "decide" if problem.decide or candidate.repeats else "bad"
        answer.rows.append(
            LineVerdict(
                candidate.line,
                candidate.raw,
                standing,
                problem.rule,
                f"{problem.message} {problem.way_out}".strip(),
                max(len(candidate.repeats), 1),
                suggestion=problem.suggestion,
            )
        )
        if not candidate.numbers:
            answer.rest.append(candidate.raw)


def _verdict(verdict: Verdict, box: Box, number: str, answer: BoxAnswer, room: int, elsewhere: bool) -> Verdict:
    if elsewhere:
        return Verdict("bad", "twice", "twice in this receipt, on another line of the same item")
    if verdict.standing == "decide" and verdict.rule in box.keep:
        verdict = Verdict("good", verdict.rule, f"kept: {verdict.message}", verdict.unit_id)
    if verdict.standing == "good" and answer.good >= room:
        return Verdict("bad", "more-than-ordered", f"more than the {room:,} still to come")
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
    request: Request | None = None,
) -> tuple[Entry, dict[int, BoxAnswer]]:
    """Receive the good numbers of every box (and the quantities) in one act; the rest is kept as the actor's draft of the receipt.

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
        _keep_rest(actor, document, boxes, answers)
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


def _keep_rest(actor: User, order: Document, boxes: Sequence[Box], answers: Mapping[int, BoxAnswer]) -> None:
    rest = {
        str(box.line_id): {"text": "\n".join(answers[box.line_id].rest), "vendor_batch": box.vendor_batch}
        for box in boxes
        if answers[box.line_id].rest
    }
    if rest:
        save_draft(actor=actor, subject=draft_subject(order), body={"lines": rest})
    else:
        discard_draft(actor=actor, subject=draft_subject(order))
