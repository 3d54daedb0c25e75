"""On hold, and free again: units, whole lots, and quantities of goods without serial numbers. A hold always says why.

What is on hold can be moved, rejected, written off, corrected and edited; it cannot be built in, used, shipped or reserved.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from nameplate import access, ledger
from nameplate.ledger import Goods, Group, Kind, LotChange, Step
from nameplate.ledger.units import rows_of
from nameplate.models import Entry, Lot, LotStatus, Request, Serial, Stock, Tracking, User
from nameplate.models.serials import IN_STOCK, NUMBER_MISSING
from nameplate.operations.choosing import chosen_once
from nameplate.operations.inspecting.waiting import freed, keep_back, refuse_waiting, waiting_of
from nameplate.operations.lots.making import lock_lot, refuse_not_in_stock
from nameplate.operations.moving import stock_at
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Conflict, Invalid, Offender
from nameplate.serial_text import fold

LONGEST_REASON = 200
WHAT_IT_BLOCKS = (
    "What is on hold can be moved, rejected, written off and corrected. It cannot be built in, used, shipped or reserved, "
    "and a product with it inside cannot be shipped."
)
"""What the forms say. The rule itself stands in `ledger.kinds.GUARDS`."""
HELD, FREED = "put on hold", "freed from hold"


def hold_units(*, actor: User, unit_ids: Sequence[int], reason: str, request: Request | None = None) -> Entry:
    """Put units on hold. Refused, each named: one that is on hold already, or is neither expected, in stock nor built in."""
    access.require(actor, "stock", "edit")
    why = _reason(reason)
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


def hold_lot(*, actor: User, lot: Lot | int, reason: str, request: Request | None = None) -> Entry:
    """Put all of a lot that is in stock on hold, and the lot itself: what comes into it later is on hold too.

    Units that are on hold already stay so for their own reason. Refused: a lot that is not Received, or that is on hold already.
    """
    access.require(actor, "stock", "edit")
    why = _reason(reason)
    with ledger.transacting():
        found = lock_lot(lot)
        refuse_not_in_stock(found)
        if found.status == LotStatus.ON_HOLD:
            raise Conflict("on-hold", f"Lot {found} is on hold already ({found.hold}).", way_out="Free it first to give another reason.")
        groups: list[Group] = []
        goods: list[Goods] = []
        if found.item.tracking == Tracking.SERIAL:
            there = Serial.objects.filter(lot=found, withdrawn=False, status__in=IN_STOCK, hold="")
            free = list(there.order_by("pk").values_list("pk", flat=True))
            groups = [Group([Step(Kind.HELD, {"hold": why})], units=free)] if free else []
        else:
            goods = [Goods(found.pk, row.location_id, 0, held=row.quantity - row.reserved - row.held) for row in _stock(found)]
        changes = [LotChange(found.pk, LotStatus.ON_HOLD, {"hold": why})]
        return ledger.post(actor=actor, act=HELD, groups=groups, goods=goods, lot_changes=changes, reason=why, request=request)


def release_lot(*, actor: User, lot: Lot | int, reason: str = "", request: Request | None = None) -> Entry:
    """Free a lot from hold with all that is on hold for its reason; units on hold for another one stay so. Refused: it is not on hold."""
    access.require(actor, "stock", "edit")
    with ledger.transacting():
        found = lock_lot(lot)
        if found.status != LotStatus.ON_HOLD:
            raise Conflict("not-on-hold", f"Lot {found} is not on hold as a whole.", way_out="Choose the units that are.")
        groups: list[Group] = []
        goods: list[Goods] = []
        if found.item.tracking == Tracking.SERIAL:
            own = list(Serial.objects.filter(lot=found, withdrawn=False, hold=found.hold).order_by("pk").values_list("pk", flat=True))
            groups = freed(own)
        else:
            free = keep_back({row.location_id: row.held for row in _stock(found)}, waiting_of(found))
            goods = [Goods(found.pk, location, 0, held=-amount) for location, amount in free.items()]
        changes = [LotChange(found.pk, LotStatus.RECEIVED, {"hold": ""})]
        return ledger.post(actor=actor, act=FREED, groups=groups, goods=goods, lot_changes=changes, reason=reason.strip(), request=request)


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
    why = _reason(reason)
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
    return {row.location_id: row.held for row in _stock(lot) if row.pk != but.pk}


def _refuse_rejected(lot: Lot) -> None:
    if lot.status == LotStatus.REJECTED:
        raise Conflict("lot-status", f"Lot {lot} is Rejected.", way_out="Release it to stock; that frees it.")


def _stock(lot: Lot) -> list[Stock]:
    return list(Stock.objects.filter(lot=lot, quantity__gt=0).order_by("location_id"))


def _reason(reason: str) -> str:
    why = " ".join(reason.split())
    if not why:
        raise Invalid("reason-needed", "A hold needs a reason.", fields={"reason": "Say why it is on hold."})
    if len(why) > LONGEST_REASON:
        raise Invalid("too-long", "The reason is too long.", fields={"reason": f"At most {LONGEST_REASON} characters."})
    if fold(why) == NUMBER_MISSING:
        sentence = "This reason is kept for units received without a readable number; say it in other words."
        raise Invalid("reserved-reason", sentence, fields={"reason": sentence})
    return why


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
