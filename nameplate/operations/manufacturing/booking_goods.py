"""Parts without serial numbers are booked by quantity: so much of a lot on the shelf is promised to a manufacturing order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from nameplate import access, functions
from nameplate.ledger import Goods
from nameplate.models import Document, Location, Lot, Tracking, User
from nameplate.operations.manufacturing.orders import find_order
from nameplate.operations.manufacturing.progress import PartProgress, Progress, progress
from nameplate.operations.manufacturing.shelves import Shelves, Taken
from nameplate.operations.reserved_goods import Spot, bookings
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class BookedGoods:
    """So much of a lot for a part. `location_id` may be left out where one place has enough of it."""

    line_id: int
    lot: str
    quantity: Decimal | int | str
    location_id: int | None = None


@dataclass(frozen=True, slots=True)
class FreedGoods:
    """What of a lot is booked for a part at a place: all of it, or so much."""

    line_id: int
    lot_id: int
    location_id: int
    quantity: Decimal | int | str | None = None


@dataclass(frozen=True, slots=True)
class BookedLot:
    """What is booked for a part, in millionths of its unit."""

    part: PartProgress
    lot: Lot
    location: Location
    quantity: int


@dataclass(frozen=True, slots=True)
class GoodsProposal:
    """Lots that would serve for a part, as much as is still to be booked."""

    part: PartProgress
    goods: tuple[Taken, ...]

    @property
    def found(self) -> int:
        """How much that is, in millionths."""
        return sum(one.quantity for one in self.goods)

    @property
    def short(self) -> int:
        """How much is missing."""
        return max(self.part.to_book - self.found, 0)


def propose_goods(*, actor: User, order: Document | int, line: int) -> GoodsProposal:
    """Lots for a part of the order, first what expires first, then what came first; nothing is changed until somebody confirms them.

    What has expired or is on hold is not proposed. Refused: a part that has serial numbers.
    """
    access.require(actor, "production", "view")
    document = find_order(order)
    standing = progress(document)
    part = goods_part(standing, line, "line")
    return GoodsProposal(part, tuple(Shelves(document, standing, booked=False).take_any(part.item, part.to_book)))


def booked_goods(standing: Progress) -> list[BookedLot]:
    """What is booked for the order of goods without serial numbers, in the order of its parts. Three statements."""
    parts = {part.line.pk: part for part in standing.parts}
    found = {spot: amount for spot, amount in bookings(parts).items() if amount > 0}
    lots = Lot.objects.in_bulk({lot for _, lot, _ in found})
    places = Location.objects.select_related("site").in_bulk({place for *_, place in found})
    rows = [BookedLot(parts[line], lots[lot], places[place], amount) for (line, lot, place), amount in found.items()]
    return sorted(rows, key=lambda row: (row.part.line.position, row.lot.sort_key, row.location.pk))


def reserving(order: Document, standing: Progress, given: Sequence[BookedGoods]) -> list[Goods]:
    """What books these for the order, for the ledger.

    Refused, each with its field: a lot that is unknown, of another item, on hold, or of which less lies free in one place of the order's
    site; more than the part still takes.
    """
    shelves = Shelves(order, standing, booked=False)
    shelves.look_up(one.lot for one in given)
    left: dict[int, int] = {}
    found: list[Goods] = []
    for index, one in enumerate(given):
        part = goods_part(standing, one.line_id, f"goods.{index}.line")
        quantity = to_micro(one.quantity, field=f"goods.{index}.quantity")
        if quantity <= 0:
            raise Invalid(
                "not-positive", "The quantity must be more than zero.", fields={f"goods.{index}.quantity": "More than zero, please."}
            )
        most = left.setdefault(one.line_id, part.to_book)
        if quantity > most:
            sentence = f"{from_micro(quantity):,f} {part.item.unit} are more {part.item} than the {from_micro(most):,f} still to be booked."
            raise Conflict("more-than-needed", sentence, fields={f"goods.{index}.quantity": sentence}, way_out="Book less.")
        taken = shelves.take(one.lot, part.item, quantity, one.location_id)
        if not isinstance(taken, Taken):
            raise Conflict(taken[0], f"{one.lot}: {taken[1]}.", fields={f"goods.{index}.lot": f"{taken[1][0].upper()}{taken[1][1:]}."})
        left[one.line_id] = most - quantity
        found.append(Goods(taken.lot_id, taken.location_id, 0, one.line_id, reserved=quantity))
    return found


def freeing(standing: Progress, given: Sequence[FreedGoods]) -> list[Goods]:
    """What frees these, for the ledger. Refused, each with its field: more than is booked so for the order."""
    booked = bookings([part.line.pk for part in standing.parts])
    found: list[Goods] = []
    for index, one in enumerate(given):
        spot: Spot = (one.line_id, one.lot_id, one.location_id)
        most = booked.get(spot, 0)
        quantity = most if one.quantity is None else to_micro(one.quantity, field=f"goods.{index}.quantity")
        if quantity <= 0 or quantity > most:
            sentence = f"Only {from_micro(most):,f} of it are booked so." if most > 0 else "Nothing of it is booked so for this order."
            raise Conflict("not-booked", sentence, fields={f"goods.{index}.quantity": sentence})
        booked[spot] = most - quantity
        found.append(Goods(one.lot_id, one.location_id, 0, one.line_id, reserved=-quantity))
    return found


def goods_part(standing: Progress, line: int, field: str) -> PartProgress:
    """The part without serial numbers that the line stands for. Refused: it is none; Lots are off."""
    part = standing.part(line)
    if part is None:
        raise Invalid("no-such-line", "The order takes no such part.", fields={field: f"There is no part {line}."})
    if part.item.tracking == Tracking.SERIAL:
        raise Invalid("serials-needed", f"{part.item} is followed by serial numbers.", fields={field: "Choose its units instead."})
    if part.item.tracking == Tracking.LOT:
        functions.require_on(functions.LOTS, f"Booking {part.item}", field=field)
    return part


def spots_of(booked: Sequence[BookedLot]) -> Mapping[str, FreedGoods]:
    """What frees each of these wholly, by a key for forms."""
    return {
        f"{row.part.line.pk}-{row.lot.pk}-{row.location.pk}": FreedGoods(row.part.line.pk, row.lot.pk, row.location.pk) for row in booked
    }
