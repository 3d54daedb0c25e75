"""Freed again: reservations that an order no longer needs, and picks whose reservation is gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nameplate.ledger import Goods, Group, Kind, Step, bulk
from nameplate.models import Line
from nameplate.operations.reserved_goods import Spot, bookings
from nameplate.operations.sales.progress import progress_of_all
from nameplate.quantities import from_micro
from nameplate.refusals import Cause, Conflict

_RESERVED = "SELECT id FROM nameplate_serial WHERE reserved_line_id IN {lines} ORDER BY id"
_UNPICKED = (
    "SELECT s.id FROM nameplate_serial s WHERE s.reserved_line_id = %s AND NOT EXISTS "
    "(SELECT 1 FROM nameplate_pick p WHERE p.serial_id = s.id AND p.line_id = s.reserved_line_id) ORDER BY s.received_on, s.id"
)
_PICKED_GOODS = (
    "SELECT line_id, lot_id, location_id, SUM(quantity) FROM nameplate_pick WHERE line_id IN {lines} AND lot_id IS NOT NULL "
    "GROUP BY line_id, lot_id, location_id"
)
_LOOSE_UNITS = (
    "DELETE FROM nameplate_pick WHERE line_id IN {lines} AND serial_id IS NOT NULL AND NOT EXISTS "
    "(SELECT 1 FROM nameplate_serial s WHERE s.id = nameplate_pick.serial_id AND s.reserved_line_id = nameplate_pick.line_id)"
)
_LOOSE_GOODS = (
    "DELETE FROM nameplate_pick WHERE line_id IN {lines} AND lot_id IS NOT NULL AND (SELECT SUM(o.quantity) FROM nameplate_pick o WHERE "
    "o.line_id = nameplate_pick.line_id AND o.lot_id = nameplate_pick.lot_id AND o.location_id = nameplate_pick.location_id) > "
    "(SELECT COALESCE(SUM(m.reserved), 0) FROM nameplate_stockmovement m WHERE m.line_id = nameplate_pick.line_id "
    "AND m.lot_id = nameplate_pick.lot_id AND m.location_id = nameplate_pick.location_id)"
)


def unit_groups(unit_ids: Sequence[int]) -> list[Group]:
    """What frees these units, for the ledger."""
    return [Group([Step(Kind.UNRESERVED)], units=unit_ids)] if unit_ids else []


def all_reserved(lines: Collection[int]) -> tuple[list[int], list[Goods]]:
    """The units reserved for these order lines, and what frees the goods reserved for them."""
    units = [row[0] for row in bulk.query(_RESERVED.format(lines=bulk.id_set()), [bulk.ids(lines)])]
    return units, [Goods(lot, place, 0, line, reserved=-amount) for (line, lot, place), amount in bookings(lines).items()]


def unpicked(line: int) -> tuple[list[int], list[Goods]]:
    """The units reserved for the line that lie in no shipment, the oldest receipt first; and what frees such goods."""
    units = [row[0] for row in bulk.query(_UNPICKED, [line])]
    goods = [Goods(lot, place, 0, line, reserved=-amount) for (_, lot, place), amount in unpicked_goods([line]).items()]
    return units, goods


def unpicked_goods(lines: Collection[int]) -> dict[Spot, int]:
    """How much of goods is reserved for each of these lines and lies in no shipment, by lot and location."""
    picked = {row[:3]: int(row[3]) for row in bulk.query(_PICKED_GOODS.format(lines=bulk.id_set()), [bulk.ids(lines)])}
    left = {spot: amount - picked.get(spot, 0) for spot, amount in bookings(lines).items()}
    return {spot: amount for spot, amount in left.items() if amount > 0}


def forget_picks(unit_ids: Collection[int]) -> None:
    """Take these units out of whatever shipment they lie in."""
    bulk.execute(f"DELETE FROM nameplate_pick WHERE serial_id IN {bulk.id_set()}", [bulk.ids(unit_ids)])


def drop_loose_picks(lines: Collection[int]) -> None:
    """Forget what was picked for these order lines and is not reserved for them any more."""
    for sql in (_LOOSE_UNITS, _LOOSE_GOODS):
        bulk.execute(sql.format(lines=bulk.id_set()), [bulk.ids(lines)])


def refuse_overbooked(lines: Collection[int]) -> None:
    """Refuse an undo that would leave an order with more reserved than it wants, or with less than nothing."""
    if not lines:
        return
    below = [spot for spot, amount in bookings(lines).items() if amount < 0]
    orders = dict(Line.objects.filter(pk__in=lines).values_list("pk", "document_id"))
    for order_lines in progress_of_all(set(orders.values())).values():
        for one in order_lines:
            over = one.reserved > one.to_ship and one.line.pk in orders
            if not over and all(spot[0] != one.line.pk for spot in below):
                continue
            order = one.line.document
            if over:
                sentence = (
                    f"{order} wants {from_micro(one.to_ship):,f} more of {one.item}; {from_micro(one.reserved):,f} would be reserved."
                )
            else:
                sentence = f"What was reserved of {one.item} for {order} was shipped or freed since."
            raise Conflict(
                "later-entries",
                sentence,
                causes=[Cause("customer-orders", order.pk, order.number)],
                way_out="Look at the order; undo what was done later first.",
            )
