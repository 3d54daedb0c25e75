"""Units put on hold one by one, and freed."""

from __future__ import annotations

from collections.abc import Sequence

from nameplate import access, ledger
from nameplate.ledger import Group, Kind, LotChange, Step
from nameplate.ledger.units import rows_of
from nameplate.models import Entry, Lot, LotStatus, Request, User
from nameplate.models.serials import NUMBER_MISSING
from nameplate.operations.choosing import chosen_once
from nameplate.operations.holding.reasons import FREED, HELD, hold_reason
from nameplate.operations.inspecting.waiting import freed, refuse_waiting
from nameplate.refusals import Conflict, Offender


def hold_units(*, actor: User, unit_ids: Sequence[int], reason: str, request: Request | None = None) -> Entry:
    """Put units on hold. Refused, each named: one that is on hold already, or is neither expected, in stock nor built in."""
    access.require(actor, "stock", "edit")
    why = hold_reason(reason)
    chosen = chosen_once(unit_ids)
    with ledger.transacting():
        groups = [Group([Step(Kind.HELD, {"hold": why})], units=chosen)]
        return ledger.post(actor=actor, act=HELD, groups=groups, reason=why, request=request)


def release_units(*, actor: User, unit_ids: Sequence[int], reason: str = "", request: Request | None = None) -> Entry:
    """Free units from hold; a lot that was on hold as a whole no longer is.

    Refused, each named: a unit that is not on hold, whose number is missing, or that waits for an inspection.
    """
    access.require(actor, "stock", "edit")
    chosen = chosen_once(unit_ids)
    with ledger.transacting():
        _refuse_missing(chosen)
        refuse_waiting(chosen)
        concerned = set(rows_of(chosen).values_list("lot", flat=True).distinct())
        lots = Lot.objects.filter(pk__in=concerned, status=LotStatus.ON_HOLD).order_by("pk")
        changes = [LotChange(lot.pk, LotStatus.RECEIVED, {"hold": ""}) for lot in lots]
        return ledger.post(actor=actor, act=FREED, groups=freed(chosen), lot_changes=changes, reason=reason.strip(), request=request)


def _refuse_missing(unit_ids: Sequence[int]) -> None:
    missing = list(rows_of(unit_ids).filter(hold=NUMBER_MISSING).order_by("sort_key", "id").values_list("pk", "number"))
    if missing:
        raise Conflict(
            "number-missing",
            f"{missing[0][1]} waits for its real number."
            if len(missing) == 1
            else f"{len(missing):,} of these wait for their real numbers.",
            offenders=[Offender(number, "its number is missing", unit) for unit, number in missing],
            way_out="Give them their numbers: that frees them.",
        )
