"""The page of a lot by hand: what was typed into its box, a verdict on every number, and the good ones received."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nameplate import access, ledger
from nameplate.models import Entry, Item, Lot, Request, Tracking, User
from nameplate.operations.drafting import discard_draft, page_of, save_draft
from nameplate.operations.lots.contents import Contents
from nameplate.operations.lots.fields import LotFields
from nameplate.operations.lots.making import add_to_lot, create_lot
from nameplate.operations.receiving.handing_over import hand_over
from nameplate.operations.receiving.judging import BoxAnswer, Sheet, answer_of, parsed_of
from nameplate.operations.receiving.lookalikes import lookalikes_of
from nameplate.operations.receiving.unreadable import read_unreadable
from nameplate.operations.receiving.verdicts import bearers_of
from nameplate.refusals import Invalid


@dataclass(frozen=True, slots=True)
class HandBox:
    """What was typed: the box's text and how many have no readable number, or a quantity."""

    text: str = ""
    unreadable: str = ""
    quantity: str = ""
    keep: frozenset[str] = field(default_factory=frozenset)
    custom: Mapping[str, object] = field(default_factory=dict)
    """Values of the units' custom fields by slug, the same for all."""


def preview_box(*, actor: User, item: Item, box: HandBox) -> BoxAnswer:
    """A verdict on every number of the box, as received by hand. Writes nothing. Refused: more text or numbers than one entry takes."""
    access.require(actor, "stock", "create")
    parsed = parsed_of(item, box.text)
    keys = [key for candidate in parsed.candidates for key in candidate.keys] if parsed else []
    sheet = Sheet(None, bearers_of(keys), lookalikes_of(keys))
    return answer_of(BoxAnswer(item), box=0, text=box.text, parsed=parsed, keep=box.keep, sheet=sheet)


def draft_subject(item: Item, lot: Lot | None) -> str:
    """Under which subject the draft is kept: of a new lot of the item, or of more coming into `lot`."""
    return f"lots/{lot.pk}/serials" if lot is not None else f"items/{item.pk}/lots"


def receive_box(
    *,
    actor: User,
    item: Item,
    lot: Lot | None,
    box: HandBox,
    reason: str,
    location_id: int | None,
    received_on: dt.date | None,
    fields: LotFields,
    typed: Mapping[str, Any] | None = None,
    receipt_line: int | None = None,
    request: Request | None = None,
) -> tuple[Lot, Entry, BoxAnswer]:
    """Receive the good numbers of the box (or the quantity) into a new lot, or into `lot`; the rest is kept as the actor's draft.

    `typed` is the draft of all that was typed. `receipt_line` is the line of a purchase order from the draft of whose receipt the box came:
    what it holds leaves that draft. Refused as `create_lot` and `add_to_lot` are, and when the box holds nothing good.
    """
    with ledger.transacting():
        answer = preview_box(actor=actor, item=item, box=box)
        contents = _contents(item, box, answer)
        if lot is None:
            made, entry = create_lot(
                actor=actor,
                item=item,
                contents=contents,
                reason=reason,
                location_id=location_id,
                received_on=received_on,
                request=request,
                **fields,
            )
        else:
            made = lot
            entry = add_to_lot(
                actor=actor,
                lot=lot,
                contents=contents,
                reason=reason,
                location_id=location_id,
                received_on=received_on,
                request=request,
            )
        _keep_rest(actor, draft_subject(item, lot), draft_subject(item, made), answer, typed or {})
        if receipt_line is not None:
            hand_over(actor=actor, line_id=receipt_line, item=item, text=box.text, quantity=box.quantity, unreadable=box.unreadable)
        return made, entry, answer


def _contents(item: Item, box: HandBox, answer: BoxAnswer) -> Contents:
    if item.tracking != Tracking.SERIAL:
        return Contents(quantity=box.quantity)
    unreadable = read_unreadable(box.unreadable)
    if not answer.numbers and not unreadable:
        raise Invalid("nothing-good", "None of this can be received as it is.", fields={"serials": "Enter what is there."})
    return Contents(answer.numbers, unreadable, keep=box.keep, custom=box.custom)


def _keep_rest(actor: User, subject: str, later: str, answer: BoxAnswer, typed: Mapping[str, Any]) -> None:
    """What could not be received stays as a draft of the same lot, where it belongs once it is mended."""
    discard_draft(actor=actor, subject=subject, page=page_of(typed))
    if answer.rest:
        save_draft(actor=actor, subject=later, body={**typed, "text": "\n".join(answer.rest), "unreadable": "", "receipt_line": ""})
