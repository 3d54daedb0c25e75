"""Products are finished with the parts that went into them: one act of the ledger, undone as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from nameplate import access, functions, ledger
from nameplate.ledger import Goods, Group, Kind, LotChange, Newcomers, Step, units
from nameplate.models import (
    Document,
    DocumentStatus,
    Entry,
    FailedPart,
    Lot,
    LotStatus,
    MissingPart,
    Request,
    Serial,
    Status,
    Tracking,
    User,
)
from nameplate.operations.cataloguing.things import stale
from nameplate.operations.inspecting.arriving import arriving
from nameplate.operations.manufacturing.consuming import FailedUnit, GoodsUsed, Parts, UsedUnit, gather_parts
from nameplate.operations.manufacturing.expecting import NOUN, planned_lot, settle
from nameplate.operations.manufacturing.grid import Judged, ProductRow, judge_grid, refuse_cells
from nameplate.operations.manufacturing.orders import lock_order
from nameplate.operations.manufacturing.progress import Progress, booked_units, progress
from nameplate.operations.manufacturing.shelves import Shelves
from nameplate.operations.placing import place_of
from nameplate.operations.receiving.receipts import day_sent_as, moment_of
from nameplate.operations.reserved_goods import Spot, bookings
from nameplate.quantities import MILLIONTHS, from_micro, to_micro
from nameplate.refusals import Conflict, Invalid
from nameplate.serial_text import prepare

ACT = "built"
OPEN = (DocumentStatus.NEW, DocumentStatus.SCHEDULED, DocumentStatus.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Completion:
    """What was finished: product units with what is in each, or a quantity where the product has no serial numbers."""

    rows: Sequence[ProductRow] = ()
    quantity: Decimal | int | str | None = None
    used: Sequence[UsedUnit] = ()
    goods: Sequence[GoodsUsed] = ()
    failed: Sequence[FailedUnit] = ()
    keep: frozenset[str] = field(default_factory=frozenset)
    """Verdicts on product numbers that a person let stand: `other-item`."""
    expires_on: date | None = None
    """Of the lot that the products go into."""


@day_sent_as("happened_on")
def complete(
    *,
    actor: User,
    order: Document | int,
    completion: Completion,
    location_id: int | None = None,
    happened_on: date | None = None,
    note: str = "",
    version: int | None = None,
    standing: Progress | None = None,
    request: Request | None = None,
) -> Entry:
    """Finish products of an order: their numbers, the parts in each, what was used besides and what failed, all or nothing.

    Products go to `location_id`, else to the order's location, else to where the item is kept. Goods that are not followed at all are taken
    from the shelves by themselves; nothing else is. Of a lot, what is booked for the order goes first. Refused, cell by cell: a part that
    is unknown, of another item, on hold, promised elsewhere, at another site, used already or twice; a product number that is known.
    Refused besides: more products than are still to be made; parts that are missing, unless the order allows that: then they are recorded
    as missing. `standing` is how far the order is, where the caller has locked the order and read that since.
    """
    access.require(actor, "production", "edit")
    with ledger.transacting():
        document = order if standing and isinstance(order, Document) else lock_order(order)
        refuse_not_open(document, version)
        standing = standing or progress(document, shelves=False)
        shelves = Shelves(document, standing)
        judged = judge_grid(document, standing, completion.rows, keep=completion.keep, shelves=shelves)
        refuse_cells(judged, completion.rows)
        made = _made(standing, completion)
        place = _place(document, standing, location_id)
        parts = gather_parts(document, standing, judged, completion, made, shelves)
        work = _Work(document, standing, place, completion.expires_on)
        _products(work, judged, completion.rows, made)
        _parts(work, judged, parts)
        _rest(work, judged, made, parts)
        arrival = arriving(actor=actor, groups=work.groups, goods=work.goods, source=document)
        entry = ledger.post(
            actor=actor,
            act=ACT,
            document=document,
            groups=arrival.groups,
            goods=arrival.goods,
            lot_changes=work.lot_changes,
            known={**judged.known, **parts.known},
            happened_at=moment_of(happened_on, field="happened_on"),
            reason=parts.failures,
            note=note.strip(),
            request=request,
        )
        arrival.recorded(entry)
        _record(entry, work, parts)
        settle(actor=actor, document=document)
        return entry


def _record(entry: Entry, work: _Work, parts: Parts) -> None:
    """What is missing, and what was wrong with each part that failed."""
    FailedPart.objects.bulk_create(FailedPart(entry=entry, serial_id=unit, reason=reason) for unit, reason in parts.failed.items())
    MissingPart.objects.bulk_create(
        MissingPart(
            entry=entry,
            line=one.line,
            product_id=None if one.row is None else work.ids[one.row],
            place=one.place,
            quantity=one.quantity,
        )
        for one in parts.missing
    )


@dataclass(slots=True)
class _Work:
    """What the completion will post."""

    order: Document
    standing: Progress
    place: int
    expires_on: date | None
    groups: list[Group] = field(default_factory=list)
    goods: list[Goods] = field(default_factory=list)
    lot_changes: list[LotChange] = field(default_factory=list)
    ids: dict[int, int] = field(default_factory=dict)
    """Row → its product unit."""
    unbooked: dict[Spot, int] = field(default_factory=dict)
    """How much of goods is booked no more."""


def refuse_not_open(order: Document, version: int | None) -> None:
    """Refuse an order that nothing can be finished on, or that changed since the form was opened."""
    if order.status not in OPEN:
        label = DocumentStatus(order.status).label
        ways = {
            DocumentStatus.PAUSED: "Start it again first.",
            DocumentStatus.CANCELED: "It was canceled; make a new order.",
            DocumentStatus.DONE: "All of it is made; raise its quantity if more is to be made.",
            DocumentStatus.CLOSED: "It is closed; open it again first.",
        }
        raise Conflict(
            "not-under-way", f"{order} is {label}, so nothing can be finished on it.", way_out=ways[DocumentStatus(order.status)]
        )
    if version is not None and version != order.version:
        raise stale(order, version, noun=NOUN, typed={}, now={})


def _made(standing: Progress, completion: Completion) -> int:
    """How much is finished, in millionths. Refused: nothing; more than is still to be made; a quantity where units have numbers."""
    product = standing.product
    serial = product.item.tracking == Tracking.SERIAL
    if serial:
        functions.require_on(functions.SERIAL_NUMBERS, f"Making {product.item}", field="products")
        if completion.quantity is not None:
            raise Invalid(
                "serials-needed", f"{product.item} is followed by serial numbers.", fields={"products": "Give the units’ numbers."}
            )
        made = len(completion.rows) * MILLIONTHS
    else:
        if completion.rows:
            sentence = f"{product.item} has no serial numbers, so nothing can be said of single units."
            raise Invalid(
                "not-serial-tracked", sentence, fields={"products": "Give a quantity instead."}, way_out="Give a quantity instead."
            )
        made = to_micro(completion.quantity if completion.quantity is not None else 0)
    if made <= 0:
        field_name = "products" if serial else "quantity"
        raise Invalid("nothing-made", "Nothing is finished.", fields={field_name: "Say what was finished."})
    if made > product.to_make:
        much, most = f"{from_micro(made):,f} {product.item.unit}", f"{from_micro(product.to_make):,f}"
        sentence = f"{much} are more than the {most} still to be made of {product.item}."
        raise Conflict(
            "more-than-planned",
            sentence,
            fields={"products" if serial else "quantity": f"At most {from_micro(product.to_make):,f}."},
            way_out="Finish fewer, or raise the order’s quantity first.",
        )
    return made


def _place(order: Document, standing: Progress, location_id: int | None) -> int:
    chosen = location_id or order.manufacturing_order.location_id or standing.product.item.default_location_id
    place = place_of(chosen)
    if place.site_id != order.manufacturing_order.site_id:
        sentence = f"{order} is made at {order.manufacturing_order.site}; {place} is at {place.site}."
        raise Invalid("place-elsewhere", sentence, fields={"location": sentence})
    return place.pk


def _products(work: _Work, judged: Judged, rows: Sequence[ProductRow], made: int) -> None:
    """The products themselves, into the target lot; those announced are taken over."""
    lot = _take_lot(work, made)
    line = work.standing.product.line
    to = {"location_id": work.place, "lot_id": lot.pk, "made_by_id": work.order.pk, "source_id": work.order.pk}
    step = Step(Kind.PRODUCED, to, line_id=line.pk)
    if not rows:
        work.goods.append(Goods(lot.pk, work.place, made, line.pk))
        return
    new = [row for row, unit in judged.products.items() if unit is None]
    ready = prepare([rows[row].number for row in new])
    ids = list(units.reserve(len(new)))
    work.ids.update(zip(new, ids, strict=True))
    if new:
        fresh = Newcomers(work.standing.product.item.pk, ready.numbers, ready.keys, ready.sort_keys, ids=ids)
        work.groups.append(Group([step], new=fresh))
    announced = {row: unit for row, unit in judged.products.items() if unit is not None}
    work.ids.update(announced)
    if announced:
        work.groups.append(Group([step], units=list(announced.values())))
    _move_expected(work, lot, set(announced.values()))


def _take_lot(work: _Work, made: int) -> Lot:
    """The order's Planned lot becomes Received; what is still to be made gets a new Planned one."""
    product, order = work.standing.product, work.order
    lot = planned_lot(work.standing)
    if lot is None:
        lot = ledger.open_lot(item=product.item, status=LotStatus.RECEIVED, source=order, line=product.line)
    work.lot_changes.append(LotChange(lot.pk, LotStatus.RECEIVED, {"expires_on": work.expires_on} if work.expires_on else {}))
    if made < product.to_make:
        rest = ledger.open_lot(item=product.item, status=LotStatus.PLANNED, source=order, line=product.line, split_from=lot)
        work.lot_changes.append(LotChange(rest.pk, LotStatus.PLANNED))
    return lot


def _move_expected(work: _Work, lot: Lot, came: set[int]) -> None:
    """Numbers given beforehand that are not finished yet move to the new Planned lot; where nothing more is made they are withdrawn."""
    if not work.standing.product.planned:
        return
    waiting = Serial.objects.filter(lot=lot, status=Status.PLANNED, withdrawn=False).exclude(pk__in=came)
    left = list(waiting.order_by("pk").values_list("pk", flat=True))
    if left:
        rest = work.lot_changes[-1]
        goes_on = rest.status == LotStatus.PLANNED
        work.groups.append(Group([Step(Kind.PLANNED, {"lot_id": rest.lot_id}) if goes_on else Step(Kind.WITHDRAWN)], units=left))


def _parts(work: _Work, judged: Judged, parts: Parts) -> None:
    """What goes in: units into their product, or used by the order where that is not known; goods likewise; what failed is rejected."""
    order = work.order.pk
    by_line: dict[int, list[tuple[int, int, str]]] = {}
    columns = [(column.part.line.pk, column.place) for column in judged.columns]
    for (row, column), unit in judged.units.items():
        line, place = columns[column]
        by_line.setdefault(line, []).append((unit, work.ids[row], place))
    for line, found in by_line.items():
        chosen, products, places = zip(*found, strict=True)
        step = Step(Kind.CONSUMED, {"used_by_id": order}, {"parent_id": products, "place": places}, line_id=line, order_id=order)
        work.groups.append(Group([step], units=chosen))
    for line, unknown in parts.used.items():
        step = Step(Kind.CONSUMED, {"used_by_id": order}, line_id=line, order_id=order)
        work.groups.append(Group([step], units=unknown))
    if parts.failed:
        work.groups.append(Group([Step(Kind.REJECTED)], units=list(parts.failed)))
    for (row, column), taken in judged.lots.items():
        line = judged.columns[column].part.line.pk
        work.goods.append(Goods(taken.lot_id, taken.location_id, -taken.quantity, line, parent_id=work.ids[row]))
    work.goods += [Goods(taken.lot_id, taken.location_id, -taken.quantity, line) for line, taken in parts.goods]
    cells = [(judged.columns[column].part.line.pk, taken) for (_, column), taken in judged.lots.items()]
    for line, taken in (*cells, *parts.goods):
        if taken.booked:
            spot = (line, taken.lot_id, taken.location_id)
            work.unbooked[spot] = work.unbooked.get(spot, 0) + taken.booked


def _rest(work: _Work, judged: Judged, made: int, parts: Parts) -> None:
    """What was booked and went in is booked no more; with the last product nothing is, so what is left is freed in the same act."""
    lines = [part.line.pk for part in work.standing.parts]
    if made >= work.standing.product.to_make:
        work.unbooked = bookings(lines)
    work.goods += [Goods(lot, place, 0, line, reserved=-amount) for (line, lot, place), amount in work.unbooked.items()]
    if made < work.standing.product.to_make:
        return
    gone = {*judged.units.values(), *(unit for used in parts.used.values() for unit in used), *parts.failed}
    booked = booked_units(lines).values() if any(part.booked for part in work.standing.parts) else ()
    left = sorted({unit for found in booked for unit in found} - gone)
    if left:
        work.groups.append(Group([Step(Kind.UNRESERVED)], units=left))
