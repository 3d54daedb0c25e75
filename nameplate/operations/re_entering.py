"""Re-entered: units that had left are in stock again, in a lot of their own, their earlier life with them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, Step
from nameplate.models import Entry, Request, User
from nameplate.operations.choosing import chosen_once
from nameplate.operations.coming_back import lock_returns, returns_carrying, settle_returns
from nameplate.operations.holding.coming import hold_with_their_lots
from nameplate.operations.placing import place_of
from nameplate.operations.sending_back.standing import link, lock_returns_of, settle
from nameplate.refusals import Invalid


class Occasion(StrEnum):
    """How a unit came to be here again; it is what its entry calls the act."""

    FOUND = "found again"
    BOUGHT_BACK = "bought back"
    TRADED_IN = "traded in"
    SENT_BACK = "sent back by vendor"


def re_enter(
    *,
    actor: User,
    unit_ids: Sequence[int],
    location_id: int | None,
    reason: str,
    occasion: Occasion = Occasion.FOUND,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Take units in again that were shipped, written off, sent to their vendor, or used up without anybody knowing in what.

    They come into new lots at the location, and a return to a vendor that waits for one of them waits no longer. Refused, each named: no
    reason; a unit that is in stock, expected, inside a product, or on hold. That it left by mistake is undone instead, and what a customer
    sends back for repair or credit is a return.
    """
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids)
    if not reason.strip():
        raise Invalid("reason-needed", "Say why it is here again.", fields={"reason": "Say how it came to be here again."})
    with ledger.transacting():
        place = place_of(location_id)
        announced = returns_carrying(chosen)
        lock_returns(announced)
        awaited = lock_returns_of(chosen)
        groups = [Group([Step(Kind.RE_ENTERED, {"location_id": place.pk})], units=chosen)]
        entry = ledger.post(actor=actor, act=occasion.value, groups=groups, reason=reason.strip(), note=note.strip(), request=request)
        if awaited:
            link(entry.pk, [(paper, unit, unit) for paper, unit in awaited])
            settle(actor=actor, papers={paper for paper, _ in awaited})
        settle_returns(actor=actor, papers=announced)
        hold_with_their_lots(actor=actor, entry=entry)
        return entry


def as_occasion(text: str) -> Occasion:
    """The occasion that is written so. Refused: there is none."""
    try:
        return Occasion(text)
    except ValueError:
        raise Invalid("no-such-occasion", "Say how it came to be here again.", fields={"occasion": "Choose one of these."}) from None
