"""What was typed into a receipt and is put into a lot by hand in its place leaves the draft of the receipt: it does not come up again."""

from __future__ import annotations

from typing import Any

from nameplate.models import DocumentKind, Item, Line, User
from nameplate.operations.drafting import discard_draft, load_draft, save_draft
from nameplate.operations.receiving.boxes import draft_subject
from nameplate.operations.receiving.judging import parsed_of
from nameplate.operations.receiving.unreadable import read_unreadable
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Refused, TooLarge


def hand_over(*, actor: User, line_id: int, item: Item, text: str, quantity: str, unreadable: str) -> None:
    """Take what stood in the box of a lot by hand out of the actor's draft of the receipt that it came from, at this line of the order.

    What the box did not hold stays in the draft; without anything left the line leaves it, and without lines the draft goes. What reads as
    no number goes in any case: it was mended in the box or waits in the lot's draft. Nothing happens without such a line or draft.
    """
    line = Line.objects.select_related("document").filter(pk=line_id, item=item, document__kind=DocumentKind.PURCHASE_ORDER).first()
    subject = draft_subject(line.document) if line is not None else ""
    draft = load_draft(actor=actor, subject=subject) or {}
    lines: dict[str, Any] = dict(draft.get("lines", {}))
    kept = lines.pop(str(line_id), None)
    if kept is None:
        return
    left = {
        "text": _text_without(item, kept.get("text", ""), text),
        "quantity": _quantity_without(kept.get("quantity", ""), quantity),
        "unreadable": _count_without(kept.get("unreadable", ""), unreadable),
    }
    if any(left.values()):
        lines[str(line_id)] = {**kept, **left}
    if lines:
        save_draft(actor=actor, subject=subject, body={**draft, "lines": lines})
    else:
        discard_draft(actor=actor, subject=subject)


def _text_without(item: Item, kept: str, put: str) -> str:
    """The numbers of `kept` that are not among those of `put`."""
    try:
        before, away = parsed_of(item, kept), parsed_of(item, put)
    except TooLarge:  # more than a box can compare: better twice in sight than lost
        return kept
    gone = {key for candidate in away.candidates for key in candidate.keys} if away else set()
    return "\n".join(
        candidate.entry_of(number)
        for candidate in (before.candidates if before else ())
        for number, key in zip(candidate.numbers, candidate.keys, strict=True)
        if key not in gone
    )


def _quantity_without(kept: str, put: str) -> str:
    try:
        left = to_micro(kept) - to_micro(put)
    except Refused:  # nothing was typed, or no quantity: this was mended when it was put
        return ""
    return str(from_micro(left)) if left > 0 else ""


def _count_without(kept: str, put: str) -> str:
    try:
        left = read_unreadable(kept) - read_unreadable(put)
    except Refused:  # no count: this was mended when it was put
        return ""
    return str(left) if left > 0 else ""
