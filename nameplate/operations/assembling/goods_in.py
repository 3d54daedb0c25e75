"""Goods without serial numbers that go into products that exist: so much of a lot, or of an item that is followed by quantity alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from nameplate.ledger import Goods, bulk
from nameplate.models import Item, Location, LotStatus, Tracking
from nameplate.operations.assembling.bills import bills_of, counted_inside
from nameplate.operations.assembling.standing import Standing
from nameplate.operations.manufacturing.shelves import not_expired_before
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Conflict, Invalid, Offender, Refused
from nameplate.serial_text import canonical

_SPOTS = (
    "SELECT l.id, l.number, l.item_id, i.number, i.unit, i.tracking, l.status, l.hold, l.expires_on, p.id, p.name, t.id, t.name, "
    "COALESCE(k.quantity - k.reserved - k.held, 0) FROM nameplate_lot l JOIN nameplate_item i ON i.id = l.item_id "
    "LEFT JOIN nameplate_stock k ON k.lot_id = l.id AND k.quantity > 0 "
    f"LEFT JOIN nameplate_location p ON p.id = k.location_id AND p.purpose <> '{Location.Purpose.TRANSIT.value}' "
    "LEFT JOIN nameplate_site t ON t.id = p.site_id "
    f"WHERE l.id IN {{ids}} OR (l.item_id IN {{ids}} AND l.status = '{LotStatus.RECEIVED.value}' AND k.quantity > 0) "
    "ORDER BY l.expires_on IS NULL, l.expires_on, l.id, p.id"
)
_LOTS = "SELECT l.number_key, l.id FROM nameplate_lot l WHERE l.number_key IN {keys}"
_ITEMS = "SELECT i.number_key, i.id FROM nameplate_item i WHERE i.number_key IN {keys}"
WAY_OUT = "Send it there by a transfer order first."


@dataclass(frozen=True, slots=True)
class GoodsIn:
    """So much of a lot into a product; of an item, not of a lot, where that is followed by quantity alone.

    `location_id` may be left out where the lot lies in one place at the product's site.
    """

    product_id: int
    quantity: Decimal | int | str
    lot_id: int | None = None
    item_id: int | None = None
    location_id: int | None = None


class Named(NamedTuple):
    """What a number means: a lot, or an item that is followed by quantity alone."""

    lot_id: int | None
    item_id: int | None


@dataclass(slots=True)
class _Spot:
    """A lot at one of its places, or at none; `free` is what nobody else has a claim on, in millionths."""

    lot_id: int
    lot: str
    item_id: int
    item: str
    unit: str
    tracking: str
    status: str
    hold: str
    expires_on: date | str | None
    location_id: int | None
    location: str | None
    site_id: int | None
    site: str | None
    free: int


@dataclass(slots=True)
class GoodsEntering:
    """What goes into which products, from where."""

    taken: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """(product, lot, location) → how much, in millionths."""
    lines: list[tuple[Standing, _Spot, int]] = field(default_factory=list)
    """Line by line, the product, what goes into it, and how much of it."""

    @property
    def lots(self) -> set[int]:
        """Those of which something goes in."""
        return {lot for _, lot, _ in self.taken}

    def changes(self) -> list[Goods]:
        """As the ledger takes them."""
        return [Goods(lot, place, -quantity, parent_id=product) for (product, lot, place), quantity in self.taken.items()]

    def off_bill(self) -> list[Offender]:
        """What the products' bills do not have, each with its line. One statement."""
        bills = bills_of({product.item_id for product, *_ in self.lines}) if self.lines else None
        return [
            Offender(spot.lot, f"{why} (it is {spot.item})", None, line)
            for line, (product, spot, _) in enumerate(self.lines, 1)
            if bills is not None and (why := bills.against(product.item_id, spot.item_id, ""))
        ]

    def beyond_bill(self, out: Mapping[tuple[int, int], int] | None = None) -> list[Offender]:
        """The lines with which more of an item would be in a product than its bill has. Two statements.

        `out` is what comes out for it, (product, item) → how much: no more than came out goes in, whatever the bill has.
        """
        found: list[Offender] = []
        if not self.lines:
            return found
        bills = bills_of({product.item_id for product, *_ in self.lines})
        inside = counted_inside(product.id for product, *_ in self.lines)
        came: dict[tuple[int, int], int] = {}
        for line, (product, spot, quantity) in enumerate(self.lines, 1):
            key = (product.id, spot.item_id)
            gone, now = (out or {}).get(key, 0), came.get(key, 0) + quantity
            why = bills.too_many(product.item_id, spot.item_id, inside.get(key, 0) - gone + now) if now > gone else ""
            if why:
                found.append(Offender(spot.lot, f"{why} (it is {spot.item})", None, line))
            else:
                came[key] = now
        return found


def entering(given: Sequence[GoodsIn], products: Mapping[int, Standing], *, prefix: str = "") -> GoodsEntering:
    """Where so much of each is taken from. Two statements, however many; nothing is written. `prefix` stands before the names of fields.

    Refused, each with its field: no quantity; neither lot nor item; what has serial numbers; a lot that is on hold, expected or gone; one
    that lies at another site than its product, at several places of it, or not so much of it free.
    """
    found = GoodsEntering()
    if not given:
        return found
    shelves = _Shelves(given)
    for index, one in enumerate(given):
        at = f"goods.{index}.{prefix}"
        amount = to_micro(one.quantity, field=f"{at}quantity")
        if amount <= 0:
            sentence = "More than zero, please."
            raise Invalid("not-positive", "The quantity must be more than zero.", fields={f"{at}quantity": sentence})
        product = products[one.product_id]
        for spot, quantity in shelves.take(one, product, amount, at):
            key = (product.id, spot.lot_id, spot.location_id or 0)
            found.taken[key] = found.taken.get(key, 0) + quantity
        found.lines.append((product, spot, amount))
    return found


def goods_named(numbers: Sequence[str], *, field_name: str = "lot") -> list[Named]:
    """What these numbers mean: of lots, else of items that are followed by quantity alone. Two statements. Refused: those of neither."""
    keys = {number: canonical(number).replace("\x00", "\ufffd") for number in numbers}
    texts = bulk.texts(sorted(set(keys.values())))
    lots = dict(bulk.query(_LOTS.format(keys=bulk.text_set()), [texts]))
    items = dict(bulk.query(_ITEMS.format(keys=bulk.text_set()), [texts]))
    unknown = [number for number, key in keys.items() if not key or (key not in lots and key not in items)]
    if unknown:
        sentence = f"There is no lot {unknown[0].strip()[:80]}." if unknown[0].strip() else "Give a lot."
        offenders = [Offender(number, "there is no such lot") for number in unknown]
        raise Invalid("no-such-lot", sentence, fields={field_name: sentence}, offenders=offenders)
    return [Named(lots.get(keys[number]), None if keys[number] in lots else items[keys[number]]) for number in numbers]


class _Shelves:
    """Where the lots lie, looked up once; what was taken is not given out twice."""

    def __init__(self, given: Sequence[GoodsIn]) -> None:
        lots, items = ({getattr(one, name) for one in given} - {None} for name in ("lot_id", "item_id"))
        rows = bulk.query(_SPOTS.format(ids=bulk.id_set()), [bulk.ids(sorted(lots)), bulk.ids(sorted(items))])
        self._lots: dict[int, list[_Spot]] = {}
        self._of_items: dict[int, list[_Spot]] = {}
        for spot in (_Spot(*row) for row in rows):
            self._lots.setdefault(spot.lot_id, []).append(spot)
            self._of_items.setdefault(spot.item_id, []).append(spot)
        self._items = Item.objects.in_bulk(sorted(items)) if items else {}

    def take(self, one: GoodsIn, product: Standing, amount: int, at: str) -> list[tuple[_Spot, int]]:
        """So much, from which spots. Refused as `entering` says."""
        if (one.lot_id is None) == (one.item_id is None):
            sentence = "Give a lot, or an item that is followed by quantity alone."
            raise Invalid("which-lot", sentence, fields={f"{at}lot": sentence})
        if one.item_id is not None:
            return self._take_any(one, product, amount, at)
        spots = self._lots.get(one.lot_id or 0, [])
        if not spots:
            raise Invalid("no-such-lot", "There is no such lot.", fields={f"{at}lot": "Choose a lot."})
        _refuse_lot(spots[0], at)
        spot = _only(_here(spots, one, product, at), at)
        if spot.free < amount:
            raise _not_enough(f"lot {spot.lot}", spot, spot.free, at)
        spot.free -= amount
        return [(spot, amount)]

    def _take_any(self, one: GoodsIn, product: Standing, amount: int, at: str) -> list[tuple[_Spot, int]]:
        """Of an item without lots that anybody knows: what expires first, then the oldest; nothing that has expired."""
        item = self._items.get(one.item_id or 0)
        if item is None:
            raise Invalid("no-such-item", "There is no such item.", fields={f"{at}item": "There is no such item."})
        if item.tracking == Tracking.SERIAL:
            raise _serials_needed(item.number, at)
        if item.tracking == Tracking.LOT:
            sentence = f"{item} is followed by lot: say which lot."
            raise Invalid("which-lot", sentence, fields={f"{at}lot": sentence})
        today = not_expired_before()
        spots = [spot for spot in self._of_items.get(item.pk, ()) if not spot.hold and str(spot.expires_on or "9999") >= today]
        spots = _here(spots, one, product, at) if spots else []
        if len({spot.location_id for spot in spots if spot.free > 0}) > 1:
            raise _which_place(item.number, [spot for spot in spots if spot.free > 0], at)
        found, left = [], amount
        for spot in spots:
            part = min(spot.free, left)
            if part > 0:
                spot.free, left = spot.free - part, left - part
                found.append((spot, part))
        if left:
            there = spots[0] if len({spot.location_id for spot in spots}) == 1 else None
            raise _not_enough(item.number, there, amount - left, at, unit=item.unit)
        return found


def _refuse_lot(spot: _Spot, at: str) -> None:
    """Refuse what has serial numbers, and a lot of which nothing may be taken."""
    if spot.tracking == Tracking.SERIAL:
        raise _serials_needed(spot.item, at)
    if spot.status != LotStatus.RECEIVED or spot.hold:
        stands = f"on hold ({spot.hold})" if spot.hold else LotStatus(spot.status).label
        sentence = f"Lot {spot.lot} is {stands}, so nothing of it is built in."
        raise Conflict("lot-status", sentence, fields={f"{at}lot": sentence}, offenders=[Offender(spot.lot, f"it is {stands}")])


def _here(spots: Sequence[_Spot], one: GoodsIn, product: Standing, at: str) -> list[_Spot]:
    """Where it lies of where it may be taken from. Refused: nowhere there; at another site than the product."""
    lying = [spot for spot in spots if spot.location_id is not None and one.location_id in (None, spot.location_id)]
    near = [spot for spot in lying if product.site_id in (None, spot.site_id)]
    if lying and not near:
        far, name = lying[0], _name(lying[0], one)
        sentence = f"{name} is at {far.site}, and {product.root} at {product.site}."
        offenders = [Offender(name, f"it is at {far.site}, and {product.root} at {product.site}")]
        raise Conflict("other-site", sentence, fields={f"{at}lot": sentence}, offenders=offenders, way_out=WAY_OUT)
    if not near:
        where = "there" if one.location_id is not None else "anywhere"
        sentence = f"Nothing of {_name(spots[0], one)} lies {where}."
        raise Conflict("not-enough", sentence, fields={f"{at}{'location' if one.location_id is not None else 'quantity'}": sentence})
    return near


def _name(spot: _Spot, one: GoodsIn) -> str:
    return f"Lot {spot.lot}" if one.lot_id is not None else spot.item


def _only(spots: Sequence[_Spot], at: str) -> _Spot:
    """The one place where any of it is free, or where it lies. Refused: several."""
    free = [spot for spot in spots if spot.free > 0] or spots
    if len(free) > 1:
        raise _which_place(f"Lot {free[0].lot}", free, at)
    return free[0]


def _which_place(name: str, spots: Sequence[_Spot], at: str) -> Refused:
    places = ", ".join(dict.fromkeys(f"{spot.site} · {spot.location}" for spot in spots))
    return Invalid("which-place", f"{name} lies at {places}.", fields={f"{at}location": f"It lies at {places}: say from where."})


def _not_enough(name: str, spot: _Spot | None, free: int, at: str, *, unit: str = "") -> Refused:
    where = f"at {spot.location}" if spot is not None else "there"
    measure = spot.unit if spot is not None else unit
    sentence = f"Only {from_micro(free):,f} {measure} of {name} are free {where}."
    way_out = "The rest is on hold, has expired, or is promised to an order."
    return Conflict("not-enough", sentence, fields={f"{at}quantity": sentence}, way_out=way_out)


def _serials_needed(item: str, at: str) -> Refused:
    return Invalid("serials-needed", f"{item} is followed by serial numbers.", fields={f"{at}lot": "Give its unit’s number instead."})
