"""Goods that a completion used for its products together: what of them goes back when only some of the products are undone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from nameplate.ledger.goods_back import goods_back
from nameplate.ledger.kinds import Kind
from nameplate.ledger.moves import Goods
from nameplate.ledger.undoing import remaining_units
from nameplate.models import DocumentKind, Entry, Line, Tracking


def goods_of_products(entry: Entry, unit_ids: Collection[int]) -> list[Goods]:
    """The share of these products in the goods that no product is known to hold.

    Of parts taken by quantity each product takes as much as the next, so their share goes back. Which lot that was used besides went into
    which product nobody knows: it goes back with the last of them.
    """
    if entry.document is None or entry.document.kind != DocumentKind.MANUFACTURING_ORDER:
        return []
    made = set(entry.movements.filter(kind=int(Kind.PRODUCED)).values_list("serial_id", flat=True)) & remaining_units(entry)
    chosen = made & set(unit_ids)
    if not chosen:
        return []
    left = goods_back(entry)
    goods = [one for one in left if one.parent_id is None and (one.change > 0 or one.reserved > 0)]
    if chosen == made:
        return goods
    by_quantity = set(Line.objects.filter(pk__in={one.line_id for one in goods}, item__tracking=Tracking.NONE).values_list("pk", flat=True))
    shares = [_share(one, len(chosen), len(made)) for one in goods if one.line_id in by_quantity and one.change]
    return [one for one in shares if one.change] + _booked_again([one for one in goods if not one.change], left, chosen)


def _booked_again(bookings: Sequence[Goods], left: Sequence[Goods], chosen: Collection[int]) -> list[Goods]:
    """What was booked of the lots that these products held is booked again, as far as the completion took it from the booking."""
    theirs: dict[tuple[int, int], int] = {}
    for one in left:
        if one.parent_id in chosen and one.change > 0:
            theirs[one.lot_id, one.location_id] = theirs.get((one.lot_id, one.location_id), 0) + one.change
    found = []
    for one in bookings:
        spot = (one.lot_id, one.location_id)
        again = min(one.reserved, theirs.get(spot, 0))
        theirs[spot] = theirs.get(spot, 0) - again
        if again:
            found.append(replace(one, reserved=again, held=0))
    return found


def _share(goods: Goods, chosen: int, made: int) -> Goods:
    change, held, reserved = (much * chosen // made for much in (goods.change, goods.held, goods.reserved))
    return replace(goods, change=change, held=held, reserved=reserved)
