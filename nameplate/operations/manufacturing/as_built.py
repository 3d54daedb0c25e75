"""What was built under an order, as it left the bench: each product with what went into which place, what is missing, what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nameplate import access
from nameplate.ledger import bulk
from nameplate.ledger.kinds import Kind
from nameplate.models import Document, Entry, MissingPart, Serial, Tracking, User
from nameplate.operations.manufacturing.orders import find_order
from nameplate.operations.manufacturing.progress import PartProgress, Progress, progress
from nameplate.refusals import NotFound

_BUILT = "SELECT e.id FROM nameplate_entry e WHERE e.document_id = %s AND e.act = 'built' AND e.reverses_id IS NULL"
_EDGES = (
    "SELECT c.parent_id, c.since_id, c.child_id, s.number, c.lot_id, l.number, COALESCE(s.item_id, l.item_id), c.place, c.quantity, "
    "CASE WHEN c.until_id IS NULL THEN 0 ELSE 1 END FROM nameplate_component c LEFT JOIN nameplate_serial s ON s.id = c.child_id "
    "LEFT JOIN nameplate_lot l ON l.id = c.lot_id LEFT JOIN nameplate_entry u ON u.id = c.until_id "
    "WHERE c.since_id IN ({entries}) AND (u.reverses_id IS NULL OR u.reverses_id <> c.since_id) ORDER BY s.sort_key, c.id"
)
_GOODS = (
    "SELECT m.line_id, m.lot_id, l.number, SUM(-m.change) FROM nameplate_stockmovement m JOIN nameplate_entry e ON e.id = m.entry_id "
    "JOIN nameplate_lot l ON l.id = m.lot_id WHERE m.line_id IN {lines} AND COALESCE(e.reverses_id, e.id) IN ({entries}) "
    "GROUP BY m.line_id, m.lot_id, l.number ORDER BY m.line_id, m.lot_id"
)


@dataclass(frozen=True, slots=True)
class BuiltPart:
    """A unit, or a quantity of a lot, in a product; `quantity` in millionths. `gone` when it is there no more."""

    part: PartProgress
    place: str
    number: str
    unit_id: int | None
    lot_id: int | None
    quantity: int
    gone: bool = False


@dataclass(frozen=True, slots=True)
class MissingHere:
    """What a product was finished without."""

    part: PartProgress
    place: str
    quantity: int


@dataclass(slots=True)
class BuiltProduct:
    """A product unit with its parts in the order of the places."""

    unit: Serial
    entry_id: int
    parts: list[BuiltPart] = field(default_factory=list)
    missing: list[MissingHere] = field(default_factory=list)


@dataclass(slots=True)
class AsBuilt:
    """An order, or one completion of it, as built. What the order used without saying in which product stands apart."""

    order: Document
    entry: Entry | None
    standing: Progress
    products: list[BuiltProduct]
    unknown: list[BuiltPart] = field(default_factory=list)
    missing: list[MissingHere] = field(default_factory=list)


def as_built(*, actor: User, order: int, entry: int | None = None) -> AsBuilt:
    """What was finished under the order, undone completions aside: ten statements, however many products and parts.

    With `entry` that one completion alone. Refused: no such order; an entry that is no completion of it.
    """
    access.require(actor, "production", "view")
    document = find_order(order)
    completion = Entry.objects.filter(pk=entry, document=document, act="built", reverses=None).first() if entry is not None else None
    if entry is not None and completion is None:
        raise NotFound("not-found", "The order has no such completion.", way_out="Look for it in the journal.")
    which, named = (_BUILT, document.pk) if completion is None else ("%s", completion.pk)
    standing = progress(document)
    found = AsBuilt(document, completion, standing, _products(document, which, named))
    _add_parts(found, which, named)
    _add_missing(found)
    return found


def _products(order: Document, which: str, named: int) -> list[BuiltProduct]:
    """The units that were finished, by their numbers; what was undone is Planned again or withdrawn."""
    rows = bulk.query(
        f"SELECT m.serial_id, MAX(m.entry_id) FROM nameplate_movement m WHERE m.kind = {Kind.PRODUCED.value} AND m.entry_id IN ({which}) "
        "AND NOT EXISTS (SELECT 1 FROM nameplate_movement b JOIN nameplate_entry r ON r.id = b.entry_id "
        "WHERE b.serial_id = m.serial_id AND b.seq > m.seq AND r.reverses_id = m.entry_id) GROUP BY m.serial_id",
        [named],
    )
    entries = {int(unit): int(entry) for unit, entry in rows}
    units = Serial.objects.filter(made_by=order, pk__in=entries).order_by("sort_key", "pk")
    return [BuiltProduct(unit, entries[unit.pk]) for unit in units]


def _add_parts(found: AsBuilt, which: str, named: int) -> None:
    parts = {part.item.pk: part for part in found.standing.parts}
    products = {one.unit.pk: one for one in found.products}
    known: dict[tuple[int, int], int] = {}
    for parent, _, child, number, lot, lot_number, item, place, quantity, gone in bulk.query(_EDGES.format(entries=which), [named]):
        part = parts.get(item)
        if part is None:
            continue
        built = BuiltPart(part, place, number or lot_number, child, lot, int(quantity), bool(gone))
        if parent in products:
            products[parent].parts.append(built)
        elif parent is None:
            found.unknown.append(built)
        if lot is not None:
            known[part.line.pk, lot] = known.get((part.line.pk, lot), 0) + int(quantity)
    for product in found.products:
        product.parts.sort(key=_place)
    goods = {part.line.pk: part for part in found.standing.parts if part.item.tracking != Tracking.SERIAL}
    sql = _GOODS.format(lines=bulk.id_set(), entries=which)
    for line, lot, number, used in bulk.query(sql, [bulk.ids(goods), named]) if goods else ():
        if (rest := int(used) - known.get((line, lot), 0)) > 0:
            found.unknown.append(BuiltPart(goods[line], "", number, None, lot, rest))


def _place(built: BuiltPart) -> tuple[int, int]:
    """Parts as on the order, places as on the part."""
    places = built.part.places
    return built.part.line.position, places.index(built.place) if built.place in places else len(places)


def _add_missing(found: AsBuilt) -> None:
    parts = {part.line.pk: part for part in found.standing.parts}
    products = {one.unit.pk: one for one in found.products}
    undone = Entry.objects.filter(reverses__document=found.order, partial=False).values("reverses")
    rows = MissingPart.objects.filter(entry__document=found.order).exclude(entry__in=undone).order_by("pk")
    if found.entry is not None:
        rows = rows.filter(entry=found.entry)
    for row in rows:
        missing = MissingHere(parts[row.line_id], row.place, row.quantity)
        if row.product_id is None:
            found.missing.append(missing)
        elif row.product_id in products and products[row.product_id].entry_id == row.entry_id:
            products[row.product_id].missing.append(missing)


def parts_in(products: Sequence[BuiltProduct]) -> int:
    """How many parts stand on the list, missing ones among them."""
    return sum(len(one.parts) + len(one.missing) for one in products)
