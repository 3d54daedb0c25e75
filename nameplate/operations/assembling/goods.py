"""Goods without serial numbers that come out of products: back into the lot that they are of, or written off."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from nameplate.ledger import Goods, bulk
from nameplate.models import Lot, LotStatus
from nameplate.operations.assembling.fates import Fate, Outcome
from nameplate.operations.assembling.sites import refuse_place_elsewhere
from nameplate.operations.assembling.standing import standing
from nameplate.operations.placing import place_of
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Conflict, Invalid, Offender

_INSIDE = (
    "SELECT c.parent_id, p.number, c.lot_id, l.number, i.id, i.number, i.unit, SUM(c.quantity) FROM nameplate_component c "
    "JOIN nameplate_serial p ON p.id = c.parent_id JOIN nameplate_lot l ON l.id = c.lot_id JOIN nameplate_item i ON i.id = l.item_id "
    "WHERE c.child_id IS NULL AND c.until_id IS NULL AND c.parent_id IN {ids} "
    "GROUP BY c.parent_id, p.number, c.lot_id, l.number, i.id, i.number, i.unit ORDER BY c.parent_id, i.number, c.lot_id"
)
FATES = (Fate.RECEIVED, Fate.WRITTEN_OFF)
"""What can become of them."""
ON_HOLD = (LotStatus.ON_HOLD, LotStatus.REJECTED)
"""In a lot that stands so, everything is on hold."""


@dataclass(frozen=True, slots=True)
class GoodsOut:
    """So much of a lot out of a product (all that is inside, where no quantity is given), and what becomes of it."""

    product_id: int
    lot_id: int
    outcome: Outcome
    quantity: Decimal | int | str | None = None


@dataclass(frozen=True, slots=True)
class GoodsInside:
    """So much of a lot directly inside a product, in millionths of the item's unit."""

    product_id: int
    product: str
    lot_id: int
    lot: str
    item_id: int
    item: str
    unit: str
    quantity: int


@dataclass(slots=True)
class GoodsLeaving:
    """What comes out of which products, by what becomes of it; what is not named stays inside."""

    taken: dict[tuple[int, int, Outcome], int] = field(default_factory=dict)
    """(product, lot, outcome) → how much."""

    @property
    def fates(self) -> set[Fate]:
        """The fates that occur."""
        return {outcome.fate for *_, outcome in self.taken}

    @property
    def products(self) -> set[int]:
        """Those that something comes out of."""
        return {product for product, *_ in self.taken}

    def changes(self) -> list[Goods]:
        """As the ledger takes them. What is written off comes out where its product lies and is gone from there in the same act.

        Refused: a product that is in no stock; a place where nothing is put, or one at another site; a lot that takes nothing back.
        """
        if not self.taken:
            return []
        here = _places_of(self.products)
        lots = {
            lot.pk: lot
            for lot in Lot.objects.select_for_update(no_key=True).filter(pk__in={lot for _, lot, _ in self.taken}).order_by("pk")
        }
        asked = {one.location_id for *_, one in self.taken if one.fate is Fate.RECEIVED}
        places = {location: place_of(location) for location in asked}
        units = standing(self.products)
        for location, place in places.items():
            refuse_place_elsewhere([units[product] for product, _, one in self.taken if one == Outcome(Fate.RECEIVED, location)], place)
        found: list[Goods] = []
        gone: dict[tuple[int, int], int] = {}
        for (product, lot, outcome), quantity in self.taken.items():
            if outcome.fate is Fate.WRITTEN_OFF:
                found.append(Goods(lot, here[product], quantity, parent_id=product))
                gone[lot, here[product]] = gone.get((lot, here[product]), 0) + quantity
            else:
                held = quantity if _is_on_hold(lots[lot]) else 0
                found.append(Goods(lot, places[outcome.location_id].pk, quantity, parent_id=product, held=held))
        return found + [Goods(lot, place, -quantity) for (lot, place), quantity in gone.items()]


def goods_inside(product_ids: Iterable[int]) -> list[GoodsInside]:
    """What of goods without serial numbers is directly inside these products, in one statement."""
    wanted = sorted(set(product_ids))
    rows = bulk.query(_INSIDE.format(ids=bulk.id_set()), [bulk.ids(wanted)]) if wanted else []
    return [
        GoodsInside(unit, number, lot, lot_number, item, item_number, measure, int(quantity))
        for unit, number, lot, lot_number, item, item_number, measure, quantity in rows
    ]


def leaving(given: Sequence[GoodsOut], *, products: Collection[int] | None = None, rest: Outcome | None = None) -> GoodsLeaving:
    """What comes out: what is `given`, and with it all the rest of what is inside `products`, with the outcome `rest`.

    Refused, each named: more than is inside; a fate that goods cannot have; something inside of which nobody says what becomes of it.
    """
    found = GoodsLeaving()
    asked = {one.product_id for one in given} if products is None else products
    left = {(one.product_id, one.lot_id): one for one in goods_inside(asked)}
    amounts = {spot: one.quantity for spot, one in left.items()}
    for index, one in enumerate(given):
        _refuse_fate(one.outcome, f"goods.{index}.fate")
        inside = amounts.get((one.product_id, one.lot_id), 0)
        amount = inside if one.quantity is None else to_micro(one.quantity, field=f"goods.{index}.quantity")
        if amount <= 0 and one.quantity is not None:
            raise Invalid(
                "not-positive", "The quantity must be more than zero.", fields={f"goods.{index}.quantity": "More than zero, please."}
            )
        if amount > inside or not inside:
            raise _not_inside(one, left, f"goods.{index}.quantity")
        amounts[one.product_id, one.lot_id] = inside - amount
        _add(found, one.product_id, one.lot_id, one.outcome, amount)
    if products is not None and any(amounts.values()):
        if rest is None or rest.fate not in FATES:
            raise _not_said([one for spot, one in left.items() if amounts[spot]])
        for (product, lot), amount in amounts.items():
            if amount:
                _add(found, product, lot, rest, amount)
    return found


def _add(found: GoodsLeaving, product: int, lot: int, outcome: Outcome, amount: int) -> None:
    key = (product, lot, outcome)
    found.taken[key] = found.taken.get(key, 0) + amount


def _refuse_fate(outcome: Outcome, field_name: str) -> None:
    if outcome.fate not in FATES:
        sentence = "What has no serial numbers goes back to stock or is written off."
        raise Invalid("no-such-fate", sentence, fields={field_name: sentence})


def _not_inside(one: GoodsOut, left: Mapping[tuple[int, int], GoodsInside], field_name: str) -> Conflict:
    known = left.get((one.product_id, one.lot_id))
    if known is None:
        sentence = "Nothing of that lot is directly inside that product."
    else:
        sentence = f"Only {from_micro(known.quantity):,f} {known.unit} of lot {known.lot} are inside {known.product}."
    return Conflict("not-inside", sentence, fields={field_name: sentence})


def _not_said(found: Sequence[GoodsInside]) -> Invalid:
    offenders = [
        Offender(one.product, f"{from_micro(one.quantity):,f} {one.unit} {one.item} of lot {one.lot}", one.product_id) for one in found
    ]
    sentence = f"Say what becomes of {offenders[0].why} in {offenders[0].text}."
    return Invalid(
        "goods-left",
        sentence if len(offenders) == 1 else f"Say what becomes of the {len(offenders):,} quantities without serial numbers inside.",
        fields={"goods": "Back to stock, or written off."},
        offenders=offenders,
    )


def _places_of(products: Collection[int]) -> dict[int, int]:
    """Where each product, or the outermost one around it, lies. Refused, each named: one that lies nowhere here."""
    rows = bulk.query(
        "SELECT s.id, s.number, r.location_id FROM nameplate_serial s JOIN nameplate_serial r ON r.id = s.outermost_id "
        f"WHERE s.id IN {bulk.id_set()} ORDER BY s.id",
        [bulk.ids(sorted(products))],
    )
    offenders = [
        Offender(number, "it is not in stock, so what has no serial number stays inside", unit) for unit, number, at in rows if at is None
    ]
    if offenders:
        first = offenders[0]
        sentence = f"{first.text}: {first.why}." if len(offenders) == 1 else f"{len(offenders):,} of these products are not in stock."
        raise Conflict("not-in-stock", sentence, fields={"goods": sentence}, offenders=offenders)
    return {unit: at for unit, _, at in rows}


def _is_on_hold(lot: Lot) -> bool:
    if lot.status not in (LotStatus.RECEIVED, *ON_HOLD):
        sentence = f"Lot {lot} is {LotStatus(lot.status).label} and takes nothing back."
        raise Conflict("lot-status", sentence, fields={"goods": sentence}, way_out="Write it off.")
    return lot.status in ON_HOLD
