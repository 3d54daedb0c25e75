"""The papers of a manufacturing order: the order for the bench, its picking list, its as-built list; `sheet_pages` draws them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from nameplate import access
from nameplate.documents.paper import Printed
from nameplate.documents.purchase_orders import file_name
from nameplate.documents.sheet_pages import drawn
from nameplate.documents.sheets import Block, Cell, Grid, Head, Sheet, Table, Title, Words
from nameplate.models import Document, DocumentStatus, Entry, Status, User
from nameplate.operations import manufacturing
from nameplate.operations.company import company
from nameplate.operations.manufacturing import (
    AsBuilt,
    BuiltPart,
    BuiltProduct,
    First,
    MissingHere,
    PartPick,
    PartProgress,
    Progress,
)
from nameplate.quantities import MILLIONTHS, from_micro
from nameplate.refusals import TooLarge

MOST_PARTS = 50_000
"""On one as-built list."""
NO_MORE = frozenset({DocumentStatus.CANCELED, DocumentStatus.CLOSED})


def order_document(*, actor: User, order: int) -> Printed:
    """What goes with the order through the workshop: what is made, of which parts, what is missing. The same order makes the same bytes.

    Refused: there is no such order.
    """
    access.require(actor, "production", "view")
    found = manufacturing.find_order(order)
    standing = manufacturing.progress(found)
    heads = [
        Head("Part", 34), Head("Description and places", 56), Head("In one", 20, right=True), Head("Needed", 22, right=True),
        Head("Used", 20, right=True), Head("Missing", 22, right=True),
    ]  # fmt: skip
    blocks: list[Block] = [Title("Parts", small="Missing is what is neither booked nor free at the site.")]
    blocks.append(Table(heads, [_part_row(part) for part in standing.parts]) if standing.parts else Words("It takes no parts."))
    if found.notes:
        blocks += [Title("Notes"), Words(found.notes)]
    return _printed(found, "Manufacturing order", "", _facts(found, standing), blocks)


def _part_row(part: PartProgress) -> list[str]:
    places = ", ".join(_folded(part.places))
    return [
        part.item.number,
        "\n".join(text for text in (part.item.description, places) if text),
        _amount(part.each, part),
        _amount(part.needed, part),
        _amount(part.used, part) if part.used else "",
        _amount(part.short, part) if part.short else "",
    ]


def picking_list(*, actor: User, order: int, first: First = "received") -> Printed:
    """What is to be fetched for the order: booked units and units that would serve, by location and lot, goods by lot.

    Refused: there is no such order.
    """
    access.require(actor, "production", "view")
    found = manufacturing.find_order(order)
    parts = [one for one in manufacturing.picks(actor=actor, order=found, first=first) if one.part.to_use]
    blocks = [block for one in parts for block in _picked(one)] or [Words("Nothing more goes in.")]
    return _printed(found, "Picking list", "picking", _facts(found, manufacturing.progress(found)), blocks)


def _picked(one: PartPick) -> Iterator[Block]:
    missing = f", {_amount(one.missing, one.part)} missing" if one.missing else ""
    aside = f"{_amount(one.part.to_use, one.part)} to fetch{missing}"
    yield Title(one.part.item.number, aside=aside, small=one.part.item.description)
    units = sorted(one.units, key=lambda unit: (not unit.booked, unit.location, unit.lot))
    for (booked, location, lot), found in groupby(units, key=lambda unit: (unit.booked, unit.location, unit.lot)):
        numbers = [Cell(unit.number) for unit in found]
        yield Title(location, number=lot, aside="booked" if booked else "proposed", small=f"{len(numbers):,} units", level=2)
        yield Grid(numbers, boxes=True)
    if one.goods:
        heads = [Head("Location", 60), Head("Lot", 60), Head("Quantity", 54, right=True)]
        yield Table(heads, [[goods.location, goods.lot, _amount(goods.quantity, one.part)] for goods in one.goods])
    if not one.units and not one.goods:
        yield Words("None is at the site.")


def as_built_list(*, actor: User, order: int, entry: int | None = None) -> Printed:
    """Each product with what went into which place, what is missing, and what the order used without saying in which; or of one completion.

    Refused: no such order or completion; more parts than one list holds.
    """
    found = manufacturing.as_built(actor=actor, order=order, entry=entry)
    if manufacturing.parts_in(found.products) > MOST_PARTS:
        raise TooLarge("too-many", f"An as-built list holds at most {MOST_PARTS:,} parts.", way_out="Print it completion by completion.")
    facts = _facts(found.order, found.standing)
    if found.entry is not None:
        facts.append(("Finished on", _day(found.entry)))
    return _printed(found.order, "As-built list", "as-built", facts, list(_built(found)))


def _built(found: AsBuilt) -> Iterator[Block]:
    if places := [[part.item.number, part.item.description, ", ".join(_folded(part.places))] for part in found.standing.parts]:
        yield Table([Head("Part", 40), Head("Description", 70), Head("Places", 64)], places)
    for product in found.products:
        missing = f"{len(product.missing):,} missing" if product.missing else ""
        status = "" if product.unit.status == Status.RECEIVED else Status(product.unit.status).label
        yield Title("", number=product.unit.number, aside=", ".join(filter(None, [f"{len(product.parts):,} parts", missing])), small=status)
        if cells := _cells(product):
            yield Grid(cells)
    if found.unknown:
        yield Title("Used by the order, not known in which product")
        for item, parts in groupby(found.unknown, key=lambda one: one.part.item.number):
            yield Title(item, level=2)
            yield Grid([Cell(_number(one)) for one in parts])
    if found.missing:
        yield Title("Missing, not known in which product")
        yield Grid([Cell(_amount(one.quantity, one.part), one.part.item.number, missing=True) for one in found.missing])
    if not found.products and not found.unknown:
        yield Words("Nothing is finished yet." if not found.standing.product.made else "The products have no serial numbers.")


def _cells(product: BuiltProduct) -> list[Cell]:
    """What is in the product and what is missing, in the order of its places."""
    rows: list[tuple[tuple[int, int], Cell]] = []
    for part in product.parts:
        text = f"{_number(part)} (gone)" if part.gone else _number(part)
        rows.append((_order(part), Cell(text, part.place or part.part.item.number)))
    for missing in product.missing:
        amount = "" if missing.quantity == MILLIONTHS else f" {_amount(missing.quantity, missing.part)}"
        rows.append((_order(missing), Cell(f"missing{amount}", missing.place or missing.part.item.number, missing=True)))
    return [cell for _, cell in sorted(rows, key=lambda row: row[0])]


def _order(one: BuiltPart | MissingHere) -> tuple[int, int]:
    places = one.part.places
    return one.part.line.position, places.index(one.place) if one.place in places else len(places)


def _number(one: BuiltPart) -> str:
    return one.number if one.unit_id is not None or one.quantity == MILLIONTHS else f"{one.number}, {_amount(one.quantity, one.part)}"


def _facts(order: Document, standing: Progress) -> list[tuple[str, str]]:
    head, product = order.manufacturing_order, standing.product
    days = [("Starts on", head.starts_on), ("Due on", head.due_on)]
    made = f", {from_micro(product.made):,f} made" if product.made else ""
    place = str(head.location) if head.location is not None else ""
    facts = [
        ("Product", product.item.number),
        ("Quantity", f"{from_micro(product.ordered):,f} {product.item.unit}{made}"),
        ("Description", product.item.description),
        ("Made at", head.site.name),
        ("Products go to", place),
        *((label, day.isoformat() if day is not None else "") for label, day in days),
        ("Parts may be missing", "yes" if head.may_miss_parts else ""),
    ]
    return [fact for fact in facts if fact[1]]


def _printed(order: Document, title: str, suffix: str, facts: Sequence[tuple[str, str]], blocks: Sequence[Block]) -> Printed:
    status = DocumentStatus(order.status)
    sheet = Sheet(company().name, title, order.number, status.label if status in NO_MORE else "", facts, blocks)
    return Printed("-".join(filter(None, [file_name(order.number), suffix])), drawn(sheet))


def _amount(quantity: int, part: PartProgress) -> str:
    return f"{from_micro(quantity):,f} {part.item.unit}"


def _day(entry: Entry) -> str:
    return f"{entry.happened_at:%Y-%m-%d}"


def _folded(places: Sequence[str]) -> list[str]:
    """Places that count on as `bay 1 to bay 45`, the others as they are."""
    found: list[str] = []
    runs: list[tuple[str, int, str, str]] = []
    for place in places:
        stem = place.rstrip("0123456789")
        figures = place[len(stem) :]
        at = int(figures) if figures else -1
        if runs and figures and runs[-1][0] == stem and runs[-1][1] + 1 == at:
            runs[-1] = (stem, at, runs[-1][2], place)
        else:
            runs.append((stem, at, place, place))
    for _, _, begin, end in runs:
        found.append(begin if begin == end else f"{begin} to {end}")
    return found
