"""What the bill of materials says of a component in a product: whether it belongs there, and at which places."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from nameplate.ledger import bulk
from nameplate.models import BillLine, Tracking
from nameplate.operations.cataloguing.bills import LONGEST_PLACE, places_of
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.serial_text import canonical, refused_kind

_TAKEN = "SELECT s.parent_id, s.place, s.id, s.number FROM nameplate_serial s WHERE s.parent_id IN {ids} AND s.place <> '' ORDER BY s.id"
_INSIDE = (
    f"SELECT s.parent_id, s.item_id, {MILLIONTHS} * COUNT(*) FROM nameplate_serial s WHERE s.parent_id IN {{ids}} "
    "GROUP BY s.parent_id, s.item_id UNION ALL SELECT c.parent_id, l.item_id, SUM(c.quantity) FROM nameplate_component c "
    "JOIN nameplate_lot l ON l.id = c.lot_id WHERE c.child_id IS NULL AND c.until_id IS NULL AND c.parent_id IN {ids} "
    "GROUP BY c.parent_id, l.item_id"
)


@dataclass(slots=True)
class Bills:
    """The bills of some products' items. A product without one takes anything anywhere."""

    places: dict[tuple[int, int], dict[str, str]] = field(default_factory=dict)
    """(product's item, component's item) → the places of that line, as written, by how they are compared."""
    quantities: dict[tuple[int, int], int] = field(default_factory=dict)
    """(product's item, component's item) → how much of it one product takes, in millionths."""
    products: set[int] = field(default_factory=set)
    """The items that have a bill."""

    def against(self, product_item: int, component_item: int, place: str) -> str:
        """Why the bill does not have it so; empty where it does, or where there is none."""
        if product_item not in self.products:
            return ""
        if (product_item, component_item) not in self.places:
            return "it is not on the product’s bill of materials"
        known = self.places[product_item, component_item]
        if place and known and canonical(place) not in known:
            return f"the bill of materials has no place “{place}” for it"
        return ""

    def too_many(self, product_item: int, component_item: int, inside: int) -> str:
        """Why so much of a component (in millionths) is too much in one product; empty where it is not, or where it is not on the bill."""
        most = self.quantities.get((product_item, component_item))
        return "" if most is None or inside <= most else f"the bill of materials has only {from_micro(most):,f} of it"

    def spelled(self, product_item: int, component_item: int, place: str) -> str:
        """The place as the bill writes it, where it knows it."""
        return self.places.get((product_item, component_item), {}).get(canonical(place), place)


def bills_of(product_items: Collection[int]) -> Bills:
    """The bills of these items, in one statement."""
    found = Bills()
    lines = BillLine.objects.filter(product__in=set(product_items)).order_by("product", "position")
    for product, component, text, quantity in lines.values_list("product_id", "component_id", "places", "quantity"):
        found.products.add(product)
        found.quantities[product, component] = quantity
        found.places[product, component] = {canonical(place): place for place in places_of(text)}
    return found


def taken_places(products: Iterable[int]) -> dict[tuple[int, str], tuple[int, str]]:
    """(product, place as compared) → the unit that is there now, by id and number. One statement."""
    rows = bulk.query(_TAKEN.format(ids=bulk.id_set()), [bulk.ids(sorted(set(products)))])
    return {(product, canonical(place)): (unit, number) for product, place, unit, number in rows}


def counted_inside(products: Iterable[int]) -> dict[tuple[int, int], int]:
    """(product, component's item) → how much of it is directly inside now, in millionths: units, or goods. One statement."""
    rows = bulk.query(_INSIDE.format(ids=bulk.id_set()), [bulk.ids(sorted(set(products)))] * 2)
    return {(product, item): int(count) for product, item, count in rows}


def free_places(product_id: int, product_item: int) -> Sequence[tuple[str, str]]:
    """The places of the product's bill that no unit is at, in its order, each with the number of the item that belongs there."""
    taken = taken_places([product_id])
    lines = BillLine.objects.filter(product=product_item, component__tracking=Tracking.SERIAL).select_related("component")
    return [
        (place, line.component.number)
        for line in lines.order_by("position")
        for place in places_of(line.places)
        if (product_id, canonical(place)) not in taken
    ]


def wrong_place(place: str) -> str:
    """Why the text cannot be a place; empty when it can."""
    if len(place) > LONGEST_PLACE:
        return f"the place is too long; {LONGEST_PLACE} characters are the most"
    return "the place holds a character that cannot be shown" if any(refused_kind(sign) for sign in place) else ""
