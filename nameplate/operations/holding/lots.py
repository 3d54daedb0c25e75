"""Whole lots put on hold, and freed: one of them, or many in one act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from nameplate import access, ledger
from nameplate.ledger import Goods, Group, Kind, LotChange, Step, bulk
from nameplate.models import Entry, Lot, LotStatus, Request, Status, Tracking, User
from nameplate.models.serials import IN_STOCK as UNITS_IN_STOCK
from nameplate.operations.choosing import chosen_once, lots_once
from nameplate.operations.holding.reasons import FREED, HELD, hold_reason
from nameplate.operations.inspecting.waiting import freed, keep_back, waiting_of_lots
from nameplate.operations.lots.making import IN_STOCK, lock_lots
from nameplate.refusals import Cause, Conflict, Offender

MOST_CAUSES = 20
FREE = "NOT s.withdrawn AND s.hold = ''"
WITH_US = (
    f"(s.status IN ({', '.join(str(int(status)) for status in UNITS_IN_STOCK)}) OR (s.status = {Status.CONSUMED.value} "
    f"AND s.parent_id IS NOT NULL AND o.status NOT IN ({Status.SHIPPED.value}, {Status.WRITTEN_OFF.value})))"
)
"""In stock, or inside a product that is with us: what is at a customer, or gone, nobody could stop any more."""
_FREE_UNITS = (
    "SELECT s.id FROM nameplate_serial s JOIN nameplate_serial o ON o.id = s.outermost_id "
    f"WHERE s.lot_id IN {{ids}} AND {FREE} AND {WITH_US} ORDER BY s.id"
)
_HELD_UNITS = (
    "SELECT s.id FROM nameplate_serial s JOIN nameplate_lot l ON l.id = s.lot_id "
    f"JOIN nameplate_movement m ON m.serial_id = s.id AND m.kind = {Kind.HELD.value} JOIN nameplate_entry e ON e.id = m.entry_id "
    "WHERE s.lot_id IN {ids} AND NOT s.withdrawn AND s.hold = l.hold AND m.seq = (SELECT MAX(h.seq) FROM nameplate_movement h "
    f"WHERE h.serial_id = s.id AND h.kind = {Kind.HELD.value} AND NOT EXISTS (SELECT 1 FROM nameplate_entry r "
    "JOIN nameplate_movement u ON u.entry_id = r.id AND u.serial_id = h.serial_id WHERE r.reverses_id = h.entry_id)) AND ("
    "EXISTS (SELECT 1 FROM nameplate_lotmovement c WHERE c.lot_id = m.lot_id AND c.entry_id = m.entry_id AND c.status = '{on_hold}') "
    f"OR (e.act <> '{HELD}' AND (SELECT c.status FROM nameplate_lotmovement c WHERE c.lot_id = m.lot_id AND c.entry_id <= m.entry_id "
    "ORDER BY c.seq DESC LIMIT 1) = '{on_hold}')) ORDER BY s.id"
).replace("{on_hold}", LotStatus.ON_HOLD.value)
"""Units whose hold, by the last act that put them on hold and stands, is their lot's: by that very act, or since they came into it."""
_STOCK = (
    "SELECT k.lot_id, k.location_id, k.quantity, k.reserved, k.held FROM nameplate_stock k "
    "WHERE k.lot_id IN {ids} AND k.quantity > 0 ORDER BY k.lot_id, k.location_id"
)


def hold_lot(*, actor: User, lot: Lot | int, reason: str, request: Request | None = None) -> Entry:
    """The same as `hold_lots` for one."""
    return hold_lots(actor=actor, lot_ids=[lot if isinstance(lot, int) else lot.pk], reason=reason, request=request)


def hold_lots(*, actor: User, lot_ids: Sequence[int], reason: str, request: Request | None = None) -> Entry:
    """Put all that is in stock of these lots on hold, and the lots themselves: what comes into them later is on hold too. One act.

    Their units inside products that are with us are on hold too, so that those cannot be shipped; what is at a customer is left. Units that
    are on hold already stay so for their own reason. Refused, each lot named: one that is not Received, or on hold already.
    """
    access.require(actor, "stock", "edit")
    why = hold_reason(reason)
    chosen = lots_once(lot_ids)
    with ledger.transacting():
        lots = lock_lots(chosen)
        _refuse_unless_free(lots)
        by_serials, others = _by_tracking(lots)
        free = chosen_once(_ids(_FREE_UNITS, by_serials), none_is_fine=True)
        groups = [Group([Step(Kind.HELD, {"hold": why})], units=free)] if free else []
        stock = bulk.query(_STOCK.format(ids=bulk.id_set()), [bulk.ids(others)]) if others else []
        goods = [Goods(lot, place, 0, held=quantity - reserved - held) for lot, place, quantity, reserved, held in stock]
        changes = [LotChange(lot.pk, LotStatus.ON_HOLD, {"hold": why}) for lot in lots]
        return ledger.post(actor=actor, act=HELD, groups=groups, goods=goods, lot_changes=changes, reason=why, request=request)


def release_lot(*, actor: User, lot: Lot | int, reason: str = "", request: Request | None = None) -> Entry:
    """The same as `release_lots` for one."""
    return release_lots(actor=actor, lot_ids=[lot if isinstance(lot, int) else lot.pk], reason=reason, request=request)


def release_lots(*, actor: User, lot_ids: Sequence[int], reason: str = "", request: Request | None = None) -> Entry:
    """Free lots from hold with all that is on hold for their reason; units on hold for another one stay so. One act.

    Refused, each lot named: one that is not on hold as a whole.
    """
    access.require(actor, "stock", "edit")
    chosen = lots_once(lot_ids)
    with ledger.transacting():
        lots = lock_lots(chosen)
        _refuse_unless_held(lots)
        by_serials, others = _by_tracking(lots)
        groups = freed(chosen_once(_ids(_HELD_UNITS, by_serials), none_is_fine=True))
        changes = [LotChange(lot.pk, LotStatus.RECEIVED, {"hold": ""}) for lot in lots]
        return ledger.post(
            actor=actor, act=FREED, groups=groups, goods=_freed_goods(others), lot_changes=changes, reason=reason.strip(), request=request
        )


def _by_tracking(lots: Sequence[Lot]) -> tuple[list[int], list[int]]:
    """The lots of units, and those of goods without serial numbers."""
    by_serials = [lot.pk for lot in lots if lot.item.tracking == Tracking.SERIAL]
    return by_serials, [lot.pk for lot in lots if lot.item.tracking != Tracking.SERIAL]


def _ids(sql: str, lot_ids: Sequence[int]) -> list[int]:
    return [row[0] for row in bulk.query(sql.format(ids=bulk.id_set()), [bulk.ids(lot_ids)])] if lot_ids else []


def _freed_goods(lot_ids: Sequence[int]) -> list[Goods]:
    """All that is on hold of these lots, but for what waits for an inspection."""
    if not lot_ids:
        return []
    held: dict[int, dict[int, int]] = defaultdict(dict)
    for lot, place, _, _, amount in bulk.query(_STOCK.format(ids=bulk.id_set()), [bulk.ids(lot_ids)]):
        held[lot][place] = amount
    waiting = waiting_of_lots(lot_ids)
    return [
        Goods(lot, place, 0, held=-amount) for lot, there in held.items() for place, amount in keep_back(there, waiting.get(lot, 0)).items()
    ]


def _refuse_unless_free(lots: Sequence[Lot]) -> None:
    if len(lots) == 1 and lots[0].status == LotStatus.ON_HOLD:
        sentence = f"Lot {lots[0]} is on hold already ({lots[0].hold})."
        raise Conflict("on-hold", sentence, way_out="Free it first to give another reason.")

    def objection(lot: Lot) -> str:
        if lot.status not in IN_STOCK:
            return f"it is {lot.get_status_display()}, not in stock"
        return f"it is on hold already ({lot.hold})" if lot.status == LotStatus.ON_HOLD else ""

    way_out = "Only Received lots are put on hold as a whole; units of others one by one. The list of lots has a filter of Status."
    _refuse_each(lots, objection, "on-hold", "cannot be put on hold", way_out)


def _refuse_unless_held(lots: Sequence[Lot]) -> None:
    if len(lots) == 1 and lots[0].status != LotStatus.ON_HOLD:
        raise Conflict("not-on-hold", f"Lot {lots[0]} is not on hold as a whole.", way_out="Choose the units that are.")

    def objection(lot: Lot) -> str:
        return "" if lot.status == LotStatus.ON_HOLD else f"it is {lot.get_status_display()}, not on hold as a whole"

    way_out = "Leave them out. The list of lots has those on hold by its filter of Status."
    _refuse_each(lots, objection, "not-on-hold", "cannot be freed", way_out)


def _refuse_each(lots: Sequence[Lot], objection: Callable[[Lot], str], rule: str, verb: str, way_out: str) -> None:
    """Refuse with every lot to which there is an objection. One that is not in stock at all speaks for the rule."""
    wrong = [(lot, why) for lot in lots if (why := objection(lot))]
    if not wrong:
        return
    first, why = wrong[0]
    raise Conflict(
        rule if any(lot.status in IN_STOCK for lot, _ in wrong) else "lot-status",
        f"Lot {first} {verb}: {why}." if len(wrong) == 1 else f"{len(wrong):,} of these lots {verb}; the first is {first}: {why}.",
        offenders=[Offender(lot.number, why) for lot, why in wrong],
        causes=[Cause("lots", lot.pk, lot.number) for lot, _ in wrong[:MOST_CAUSES]],
        way_out=way_out,
    )
