"""Goods without serial numbers that are rejected, and released again: a quantity goes into a lot of its own and back.

Nothing but its lot says that a quantity is rejected, or came back from a customer, so all of it stays on hold: nobody books, builds in or
ships what is on hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from nameplate import access, ledger
from nameplate.ledger import Goods, LotChange
from nameplate.ledger.lot_rules import lot_before
from nameplate.ledger.lots import LotToOpen, open_lots
from nameplate.models import Entry, Lot, LotStatus, Request, Stock, Tracking, User
from nameplate.operations.inspecting.waiting import waiting_of
from nameplate.operations.lots.making import lock_lot
from nameplate.operations.moving import stock_at
from nameplate.operations.returned_goods import APART
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Conflict, Invalid

RELEASED = "released"
IN_STOCK = (LotStatus.RECEIVED, LotStatus.ON_HOLD)


@dataclass(slots=True)
class Splitting:
    """Quantities on their way from lot to lot, gathered for one act: each lot is split once, however often something is taken from it."""

    goods: list[Goods] = field(default_factory=list)
    lot_changes: list[LotChange] = field(default_factory=list)
    _opened: dict[int, Lot] = field(default_factory=dict)

    def reject(self, lot: Lot, stock: Stock, quantity: int, location_id: int | None) -> None:
        """So much of what is on hold there fails; it goes to that location, or stays where it lies."""
        if lot.status == LotStatus.REJECTED:
            return
        into = self._split(lot, LotStatus.REJECTED)
        self._move(lot, into, stock, quantity, location_id or stock.location_id, held=quantity)

    def free(self, lot: Lot, stock: Stock, quantity: int) -> None:
        """So much of what is on hold there is good: free, or back in the lot before; in a lot on hold as a whole it stays on hold."""
        if lot.status not in (LotStatus.REJECTED, *APART):
            self.goods += [Goods(lot.pk, stock.location_id, 0, held=-quantity)] if lot.status != LotStatus.ON_HOLD else []
            return
        into = lot_before(lot, IN_STOCK) or self._split(lot, LotStatus.RECEIVED)
        self._move(lot, into, stock, quantity, stock.location_id, held=quantity if into.status == LotStatus.ON_HOLD else 0)

    def _move(self, lot: Lot, into: Lot, stock: Stock, quantity: int, location_id: int, *, held: int) -> None:
        self.goods += [Goods(lot.pk, stock.location_id, -quantity, held=-quantity), Goods(into.pk, location_id, quantity, held=held)]

    def _split(self, lot: Lot, status: LotStatus) -> Lot:
        found = self._opened.get(lot.pk)
        if found is None:
            [found] = open_lots([LotToOpen.split_off(lot, status)])
            self._opened[lot.pk] = found
            self.lot_changes.append(LotChange(found.pk, status))
        return found


def release_rejected_goods(
    *,
    actor: User,
    lot: Lot | int,
    quantity: Decimal | int | str | None = None,
    location_id: int | None = None,
    reason: str = "",
    request: Request | None = None,
) -> Entry:
    """A rejected quantity (all that lies there, where none is given) is good after all: in stock again, in the lot it was split from.

    Refused: a lot that is not Rejected, or whose item has serial numbers; more than lies there and does not wait for an inspection.
    """
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = lock_lot(lot)
        if found.item.tracking == Tracking.SERIAL:
            raise Invalid("serials-needed", f"{found.item} is followed by serial numbers.", fields={"lot": "Choose its units instead."})
        if found.status != LotStatus.REJECTED:
            sentence = f"Lot {found} is {LotStatus(found.status).label}, not Rejected."
            raise Conflict("lot-status", sentence, fields={"lot": sentence})
        stock = stock_at(found, location_id)
        most = max(stock.held - waiting_of(found), 0)
        amount = most if quantity is None else to_micro(quantity)
        if amount <= 0 and quantity is not None:
            raise Invalid("not-positive", "The quantity must be more than zero.", fields={"quantity": "More than zero, please."})
        if amount > most or not most:
            sentence = f"Only {from_micro(most):,} of lot {found} can be released at {stock.location}."
            raise Conflict("not-enough", sentence, fields={"quantity": f"At most {from_micro(most):,}."})
        work = Splitting()
        work.free(found, stock, amount)
        return ledger.post(
            actor=actor, act=RELEASED, goods=work.goods, lot_changes=work.lot_changes, reason=reason.strip(), request=request
        )
