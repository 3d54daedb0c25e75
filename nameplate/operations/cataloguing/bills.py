"""Bills of materials: what one unit of a product is made of, at which places; and what an item is used in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from nameplate import access
from nameplate.ledger import bulk
from nameplate.ledger.transacting import transacting
from nameplate.models import BillLine, Item, Tracking, User
from nameplate.operations.cataloguing.changes import log_changes
from nameplate.operations.cataloguing.items import NOUN
from nameplate.operations.cataloguing.texts import refuse_wrong
from nameplate.operations.cataloguing.things import find, id_of, stale, write
from nameplate.operations.entering.runs import Run, read_run
from nameplate.quantities import MILLIONTHS, from_micro, to_micro
from nameplate.refusals import Cause, Conflict, Invalid, TooLarge
from nameplate.serial_text import canonical, refused_kind

MOST_LINES = 500
MOST_PLACES = 1_000
LONGEST_PLACE = 40
"""Characters: it stands on each movement of the unit that is put there."""


@dataclass(frozen=True, slots=True)
class Part:
    """A line as somebody gives it: `quantity` in one unit of the product, `places` like `bay 1..bay 45` or `left, right`."""

    component: Item | int
    quantity: Decimal | int | str
    places: str = ""


def bill_of(item: Item | int) -> list[BillLine]:
    """The lines of a product's bill, in their order."""
    return list(BillLine.objects.filter(product=id_of(item)).select_related("component").order_by("position"))


def where_used(item: Item | int) -> list[BillLine]:
    """The lines of other bills on which an item stands, by the product's number."""
    lines = BillLine.objects.filter(component=id_of(item)).select_related("product")
    return list(lines.order_by("product__number_key"))


def places_of(text: str) -> list[str]:
    """The places that a text names: `bay 1..bay 45`, `left, right`. Refused: one twice, one too long, a range that is none."""
    found: list[str] = []
    for piece in (part for line in text.splitlines() for part in line.split(",")):
        run = read_run(piece.strip()) if ".." in piece else None
        if run is not None and not isinstance(run, Run):
            raise _wrong_places(f"{run.message} {run.way_out}".strip())
        if run is not None and run.count > MOST_PLACES:
            raise _wrong_places(f"That would be {run.count:,} places; {MOST_PLACES:,} are the most.")
        found += run.numbers() if run is not None else filter(None, [" ".join(piece.split())])
    seen: set[str] = set()
    for place in found:
        if len(place) > LONGEST_PLACE:
            raise _wrong_places(f"“{place[:LONGEST_PLACE]}…” is too long; {LONGEST_PLACE} characters are the most.")
        if any(refused_kind(sign) for sign in place):
            raise _wrong_places("A place holds a character that cannot be shown; remove it.")
        if canonical(place) in seen:
            raise _wrong_places(f"“{place}” stands in it twice.")
        seen.add(canonical(place))
    if len(found) > MOST_PLACES:
        raise _wrong_places(f"These are {len(found):,} places; {MOST_PLACES:,} are the most.")
    return found


@transacting()
def set_bill(*, actor: User, item: Item | int, version: int, parts: Sequence[Part]) -> list[BillLine]:
    """Make these the lines of the product's bill, in this order; `version` is the item's, as the editor saw it.

    Orders under way keep theirs. Refused, each beside its line (`parts.0.quantity`): a product that is not made here; a component that does
    not exist, is archived, stands in it twice, or has the product somewhere inside itself; a part of a unit that has serial numbers; places
    that are not as many as units.
    """
    access.require(actor, "catalogue", "edit")
    product = find(Item, item, "item")
    before = bill_of(product)
    if product.version != version:
        raise stale(product, version, noun=NOUN, typed={"bill": f"{len(parts)} lines"}, now={"bill": described(before)})
    if parts and not product.made:
        sentence = f"{product} is not made here, so it has no bill of materials."
        raise Conflict("not-made", sentence, fields={"parts": sentence}, way_out="Say on its form that it is made.")
    lines = read_parts(product, parts)
    after = described(lines)
    if after != described(before):
        BillLine.objects.filter(product=product).delete()
        BillLine.objects.bulk_create(lines)
        write(product, {}, actor=actor, noun=NOUN, logged={}, touched=True)
        log_changes(actor=actor, noun=NOUN, subject=product.pk, changes=[("bill", described(before), after)])
    return bill_of(product)


def described(lines: Sequence[BillLine]) -> str:
    """A bill in words, as the log keeps it."""
    return "; ".join(
        f"{from_micro(line.quantity):f} {line.component.unit} {line.component.number}{f' at {line.places}' if line.places else ''}"
        for line in lines
    )


def read_parts(product: Item, parts: Sequence[Part]) -> list[BillLine]:
    """Lines of a bill of `product` that are not written yet. Refused as `set_bill` says."""
    if len(parts) > MOST_LINES:
        raise TooLarge("too-many", f"{MOST_LINES} lines are the most.", fields={"parts": f"At most {MOST_LINES} lines."})
    components = Item.objects.in_bulk({id_of(part.component) for part in parts})
    wrong: dict[str, str] = {}
    seen: set[int] = set()
    lines = []
    for index, part in enumerate(parts):
        at = f"parts.{index}"
        component = components.get(id_of(part.component))
        if sentence := _wrong_component(product, component, seen):
            wrong[f"{at}.component"] = sentence
        if component is None:
            continue
        seen.add(component.pk)
        quantity = _quantity(part, component, f"{at}.quantity", wrong)
        text = ", ".join(" ".join(piece.split()) for line in part.places.splitlines() for piece in line.split(",") if piece.strip())
        try:
            places = places_of(text)
        except Invalid as refusal:
            wrong[f"{at}.places"] = refusal.message
            continue
        if places and len(places) * MILLIONTHS != quantity and f"{at}.quantity" not in wrong:
            wrong[f"{at}.places"] = f"These are {len(places):,} places for {from_micro(quantity):,f}."
        lines.append(BillLine(product=product, position=index + 1, component=component, quantity=quantity, places=text))
    refuse_wrong(wrong)
    _refuse_circles(product, lines)
    return lines


def _wrong_component(product: Item, component: Item | None, seen: set[int]) -> str:
    if component is None:
        return "There is no such item."
    if component.pk == product.pk:
        return "It would be inside itself."
    if component.pk in seen:
        return f"{component} stands in it twice; write one line."
    return f"{component} is archived." if component.archived else ""


def _quantity(part: Part, component: Item, field: str, wrong: dict[str, str]) -> int:
    typed = part.quantity.strip() if isinstance(part.quantity, str) else part.quantity
    try:
        quantity = to_micro(typed, field=field)
    except Invalid as refusal:
        wrong.update(refusal.fields)
        return 0
    if quantity <= 0:
        wrong[field] = "More than nothing, please."
    elif component.tracking == Tracking.SERIAL and quantity % MILLIONTHS:
        wrong[field] = f"{component} has serial numbers, so only whole units go in."
    return quantity


def _refuse_circles(product: Item, lines: Sequence[BillLine]) -> None:
    """Look through everything that the components are made of, level by level: a statement for each level, however many items."""
    inside = {line.component_id: index for index, line in enumerate(lines)}
    for parent, component in _levels(list(inside)):
        inside.setdefault(component, inside[parent])
        if component == product.pk:
            line = lines[inside[parent]]
            sentence = f"{product} is inside {line.component} already, so it would be inside itself."
            raise Conflict(
                "inside-itself",
                sentence,
                fields={f"parts.{inside[parent]}.component": sentence},
                causes=[Cause(NOUN, line.component_id, line.component.number)],
            )


def _levels(items: Sequence[int]) -> Iterator[tuple[int, int]]:
    seen = set(items)
    level = list(items)
    while level:
        rows = bulk.query(
            f"SELECT product_id, component_id FROM nameplate_billline WHERE product_id IN {bulk.id_set()} ORDER BY product_id, position",
            [bulk.ids(level)],
        )
        yield from rows
        level = [component for component in dict.fromkeys(row[1] for row in rows) if component not in seen]
        seen.update(level)


def _wrong_places(sentence: str) -> Invalid:
    return Invalid("bad-places", sentence, fields={"places": sentence})
