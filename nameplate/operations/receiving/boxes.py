"""The receipt screen: what was typed for each line of a delivery, a verdict on every number, and the good ones received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nameplate import access, ledger
from nameplate.models import Document, DocumentKind, Entry, Request, Tracking, User
from nameplate.operations.drafting import discard_draft, page_of, save_draft
from nameplate.operations.purchasing.orders import lock_order
from nameplate.operations.purchasing.progress import LineProgress, progress
from nameplate.operations.receiving.judging import BoxAnswer, Sheet, answer_of, parsed_of
from nameplate.operations.receiving.lines import LineReceipt
from nameplate.operations.receiving.lookalikes import lookalikes_of
from nameplate.operations.receiving.receipts import receive, refuse_not_under_way
from nameplate.operations.receiving.unreadable import read_unreadable
from nameplate.operations.receiving.verdicts import OVER, bearers_of
from nameplate.refusals import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Box:
    """What was typed for one line: the box's text and how many have no readable number, or a quantity."""

    line_id: int
    text: str = ""
    quantity: str = ""
    location_id: int | None = None
    vendor_batch: str = ""
    expires_on: date | None = None
    keep: frozenset[str] = field(default_factory=frozenset)
    unreadable: str = ""


def preview(*, actor: User, order: Document | int, boxes: Sequence[Box]) -> dict[int, BoxAnswer]:
    """A verdict on every number of every box, by line. Writes nothing. As many statements for thirty lines as for one.

    Refused: a line that the order does not have; more text or numbers than one entry takes.
    """
    access.require(actor, "stock", "create")
    document = _order(order)
    known = {one.line.pk: one for one in progress(document)}
    parsed = {box.line_id: parsed_of(_of(known, box).item, box.text) for box in boxes}
    keys = [key for one in parsed.values() if one for candidate in one.candidates for key in candidate.keys]
    sheet = Sheet(document, bearers_of(keys), lookalikes_of(keys))
    return {
        box.line_id: answer_of(
            BoxAnswer(known[box.line_id].item, known[box.line_id].to_come),
            box=box.line_id,
            text=box.text,
            parsed=parsed[box.line_id],
            keep=box.keep,
            sheet=sheet,
        )
        for box in boxes
    }


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


def receive_boxes(
    *,
    actor: User,
    order: Document | int,
    boxes: Sequence[Box],
    location_id: int | None = None,
    received_on: date | None = None,
    note: str = "",
    custom: Mapping[str, object] | None = None,
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
            custom=custom,
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
    if answer.item.tracking == Tracking.SERIAL:
        unreadable = read_unreadable(box.unreadable)
        return LineReceipt(numbers=answer.numbers, unreadable=unreadable, **common) if answer.numbers or unreadable else None
    return LineReceipt(quantity=box.quantity, **common) if box.quantity.strip() else None


def draft_subject(order: Document) -> str:
    """Under which subject the draft of a receipt on this order is kept."""
    return f"purchase-orders/{order.pk}/receipts"


def _keep_rest(actor: User, order: Document, answers: Mapping[int, BoxAnswer], typed: Mapping[str, Any]) -> None:
    lines: Mapping[str, Mapping[str, Any]] = typed.get("lines", {})
    rest = {str(line): _left_of(lines.get(str(line), {}), answer) for line, answer in answers.items() if answer.rest}
    if rest:
        save_draft(actor=actor, subject=draft_subject(order), body={**typed, "lines": rest})
    else:
        discard_draft(actor=actor, subject=draft_subject(order), page=page_of(typed))


def _left_of(typed: Mapping[str, Any], answer: BoxAnswer) -> dict[str, Any]:
    """What stays of a line's draft. That more came than was ordered was said of what is received now, not of what may come."""
    left = {**typed, "text": "\n".join(answer.rest), "unreadable": ""}
    if "keep" in left:
        left["keep"] = [verdict for verdict in left["keep"] if verdict != OVER]
    return left
