"""Quantities of lots without serial numbers put on hold, and freed."""

from __future__ import annotations

from decimal import Decimal

from nameplate import access, ledger
from nameplate.ledger import Goods, LotChange
from nameplate.models import Document, Entry, Lot, LotStatus, Request, Stock, Tracking, User
from nameplate.operations.holding.reasons import FREED, HELD, hold_reason
from nameplate.operations.inspecting.waiting import keep_back, waiting_of
from nameplate.operations.lots.making import lock_lot
from nameplate.operations.moving import stock_at
from nameplate.operations.returned_goods import APART, returns_of_lots
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Cause, Conflict, Invalid


def hold_goods(
    *,
    actor: User,
    lot: Lot | int,
    quantity: Decimal | int | str,
    reason: str,
    location_id: int | None = None,
    request: Request | None = None,
) -> Entry:
    """Put a quantity of a lot without serial numbers on hold. Refused: more than lies there free."""
    access.require(actor, "stock", "edit")
    why = hold_reason(reason)
    with ledger.transacting():
        found = _without_serials(lot)
        row = stock_at(found, location_id)
        amount = _amount(quantity, row.quantity - row.reserved - row.held, f"is free at {row.location}")
        return ledger.post(actor=actor, act=HELD, goods=[Goods(found.pk, row.location_id, 0, held=amount)], reason=why, request=request)


def release_goods(
    *,
    actor: User,
    lot: Lot | int,
    quantity: Decimal | int | str,
    location_id: int | None = None,
    reason: str = "",
    request: Request | None = None,
) -> Entry:
    """Free a quantity of a lot without serial numbers; a lot on hold as a whole no longer is.

    Refused: more than is on hold there; a rejected lot; what waits for an inspection.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = _without_serials(lot)
        row = stock_at(found, location_id)
        _refuse_rejected(found)
        free = keep_back({row.location_id: row.held, **_held_elsewhere(found, row)}, waiting_of(found))[row.location_id]
        words = "does not wait for an inspection" if free < row.held else f"is on hold at {row.location}"
        amount = _amount(quantity, free, words)
        changes = [LotChange(found.pk, LotStatus.RECEIVED, {"hold": ""})] if found.status == LotStatus.ON_HOLD else []
        goods = [Goods(found.pk, row.location_id, 0, held=-amount)]
        return ledger.post(actor=actor, act=FREED, goods=goods, lot_changes=changes, reason=reason.strip(), request=request)


def _held_elsewhere(lot: Lot, but: Stock) -> dict[int, int]:
    """By location, what of the lot is on hold in other places: that waits for an inspection before what lies here does."""
    rows = Stock.objects.filter(lot=lot, quantity__gt=0).exclude(pk=but.pk).order_by("location_id")
    return {row.location_id: row.held for row in rows}


def _refuse_rejected(lot: Lot) -> None:
    if lot.status == LotStatus.REJECTED:
        raise Conflict("lot-status", f"Lot {lot} is Rejected.", way_out="Release it to stock; that frees it.")
    if lot.status in APART:
        papers = Document.objects.filter(pk__in=returns_of_lots([lot.pk]))
        causes = [Cause(paper.noun, paper.pk, paper.number) for paper in papers]
        sentence = f"Lot {lot} came back from a customer."
        raise Conflict("lot-status", sentence, causes=causes, way_out="Restock it on its return; that frees it.")


def _without_serials(lot: Lot | int) -> Lot:
    found = lock_lot(lot)
    if found.item.tracking == Tracking.SERIAL:
        raise Invalid("serials-needed", f"{found.item} is followed by serial numbers.", fields={"quantity": "Choose its units instead."})
    return found


def _amount(quantity: Decimal | int | str, most: int, words: str) -> int:
    amount = to_micro(quantity)
    if amount <= 0:
        raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
    if amount > most:
        raise Conflict("not-enough", f"Only {from_micro(most):,} {words}.", fields={"quantity": f"At most {from_micro(most):,}."})
    return amount
