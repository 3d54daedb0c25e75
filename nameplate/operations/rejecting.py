"""Rejected, and released to stock again: units that failed, and units that turned out to be good after all."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate import access, functions, ledger
from nameplate.ledger import Group, Kind, Step
from nameplate.ledger.kinds import RULE
from nameplate.models import Entry, Request, User
from nameplate.operations.choosing import chosen_once
from nameplate.operations.coming_back import lock_returns, returns_carrying, settle_returns
from nameplate.operations.placing import place_of
from nameplate.refusals import Invalid

REJECTED, RELEASED = "rejected", "released"


def can_reject() -> bool:
    """Whether a function is on that rejects units at all."""
    return any(functions.is_on(name) for name in RULE[Kind.REJECTED].switches)


def reject_units(
    *,
    actor: User,
    unit_ids: Sequence[int],
    reason: str,
    location_id: int | None = None,
    note: str = "",
    request: Request | None = None,
) -> Entry:
    """Put units that failed into a lot of their own, status Rejected, split from the one they were in; reservations of them end.

    `location_id` says where they go, when they do not stay where they lie. Refused: no reason; Quality control and returns both off; each
    unit that is not Planned, Received or Returned, and each that is only expected while no location is given.
    """
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids)
    if not reason.strip():
        raise Invalid("reason-needed", "A rejection needs a reason.", fields={"reason": "Say what is wrong with them."})
    with ledger.transacting():
        to = {} if location_id is None else {"location_id": place_of(location_id).pk}
        returns = returns_carrying(chosen)
        lock_returns(returns)
        groups = [Group([Step(Kind.REJECTED, to)], units=chosen)]
        entry = ledger.post(actor=actor, act=REJECTED, groups=groups, reason=reason.strip(), note=note.strip(), request=request)
        settle_returns(actor=actor, papers=returns)
        return entry


def release_rejected(*, actor: User, unit_ids: Sequence[int], reason: str = "", request: Request | None = None) -> Entry:
    """Rejected units are good after all: Received again, in the lot they were split from. Refused: each not Rejected, or on hold."""
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids)
    with ledger.transacting():
        returns = returns_carrying(chosen)
        lock_returns(returns)
        groups = [Group([Step(Kind.RELEASED)], units=chosen)]
        entry = ledger.post(actor=actor, act=RELEASED, groups=groups, reason=reason.strip(), request=request)
        settle_returns(actor=actor, papers=returns)
        return entry
