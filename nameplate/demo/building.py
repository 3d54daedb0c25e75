"""What the demo company built: power modules, and pods with a module and 45 drives in each; orders in every status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from nameplate.demo.days import Story
from nameplate.demo.desk import HOME, Desk, units_of
from nameplate.ledger import Kind
from nameplate.models import Document, Entry
from nameplate.operations import manufacturing
from nameplate.operations.editing import edit_units
from nameplate.operations.manufacturing import Completion, FailedUnit, sheet
from nameplate.operations.numbering import propose_serial_numbers

FINISHED = "Finished D-01"
SHELVES = {**HOME, "PSU-760": "Power B-01", "PM-2": "Power B-01"}
"""Where the serial-tracked parts of a product are taken from."""


@dataclass(frozen=True)
class Built:
    """An order as it went: what, how many, when it began, and on which days how many were finished."""

    item: str
    began: int
    """Working days ago."""
    finished: tuple[tuple[int, int], ...]
    """(working days ago, how many)"""
    failed: str = ""
    """Why a part failed on the bench while the last of them were built."""
    place: str = "Assembly"


PAST = (
    Built("PM-2", 592, ((588, 6), (585, 4)), place="Power B-01"),
    Built("POD-45", 575, ((566, 2), (561, 1)), "No spin-up on the bench"),
    Built("POD-45", 452, ((443, 2), (436, 1)), "Reallocated sectors on the bench"),
    Built("PM-2", 412, ((406, 6), (402, 4)), place="Power B-01"),
    Built("POD-45X", 396, ((385, 2),), "Not seen by the controller"),
    Built("POD-45", 276, ((268, 2), (262, 1))),
    Built("POD-45X", 222, ((214, 2),)),
    Built("PM-2", 158, ((155, 8),), place="Power B-01"),
    Built("POD-45", 138, ((129, 2),), "Clicks on the bench"),
    Built("POD-45X", 58, ((49, 2),)),
)


def builds(desk: Desk) -> Iterator[Story]:
    """Each order of the past, and those that wait for whoever looks around."""
    yield from (_built(desk, built) for built in PAST)
    yield _going(desk)
    yield _paused(desk)
    yield _scheduled(desk)
    yield _not_begun(desk)


def _built(desk: Desk, built: Built) -> Story:
    """Planned and its parts booked; carried to the bench; finished as it went; closed."""
    yield built.began + 6
    order = _made(desk, built.item, sum(count for _, count in built.finished), built.place, 6)
    manufacturing.schedule(actor=desk.manager, order=order)
    yield built.began + 5
    booked = _book(desk, order)
    yield built.began
    if built.place == "Assembly":
        desk.move(booked, "Assembly")
    manufacturing.start(actor=desk.manager, order=order)
    *earlier, last = built.finished
    for days, count in earlier:
        yield days
        _put_away(desk, _finish(desk, order, count))
    days, count = last
    yield days
    _put_away(desk, _finish(desk, order, count, failed=built.failed))
    yield days - 1
    manufacturing.close(actor=desk.manager, order=order)


def _going(desk: Desk) -> Story:
    """One of three is finished, and the others have their numbers already."""
    yield 26
    order = _made(desk, "POD-45", 3, "Assembly", 2)
    yield 24
    manufacturing.start(actor=desk.manager, order=order)
    numbers = propose_serial_numbers(actor=desk.manager, item=desk.items["POD-45"], count=3)
    manufacturing.plan_products(actor=desk.manager, order=order, numbers=numbers)
    yield 3
    _finish(desk, order, 1)


def _paused(desk: Desk) -> Story:
    yield 12
    order = _made(desk, "PM-2", 6, "Power B-01", 0)
    manufacturing.start(actor=desk.manager, order=order)
    yield 8
    _finish(desk, order, 2)
    yield 7
    manufacturing.pause(actor=desk.manager, order=order)


def _scheduled(desk: Desk) -> Story:
    """Its parts are booked, and nobody else can use them."""
    yield 4
    order = _made(desk, "POD-45", 1, "Assembly", 15)
    manufacturing.schedule(actor=desk.manager, order=order)
    yield 3
    _book(desk, order)


def _not_begun(desk: Desk) -> Story:
    """Only written down; and one that nobody wants any more."""
    yield 6
    unwanted = _made(desk, "PM-2", 40, "Power B-01", 30)
    yield 2
    _made(desk, "POD-45X", 6, "Assembly", 45)
    manufacturing.cancel(actor=desk.manager, order=unwanted, reason="The customer took another model.")


def _made(desk: Desk, item: str, quantity: int, place: str, begins: int) -> Document:
    """An order that begins in so many days, due three weeks later; it takes its parts from the shelves of the main plant."""
    return manufacturing.create_manufacturing_order(
        actor=desk.manager,
        item=desk.items[item],
        quantity=quantity,
        site=desk.places[place].site,
        location=desk.places[place],
        starts_on=desk.ahead(begins),
        due_on=desk.ahead(begins + 15),
    )


def _book(desk: Desk, order: Document) -> list[int]:
    """The serial-tracked parts that have lain longest are promised to the order."""
    units: dict[int, list[int]] = {}
    for part in manufacturing.progress(order).parts:
        if part.item.number in SHELVES:
            units[part.line.pk] = desk.free(part.item.number, part.to_book // 1_000_000, SHELVES[part.item.number])
    return units_of(manufacturing.book_parts(actor=desk.operator, order=order, units=units))


def _finish(desk: Desk, order: Document, count: int, *, failed: str = "") -> Entry:
    """So many products, with what is booked; where something failed, another took its place."""
    standing = manufacturing.progress(order)
    grid = sheet.Sheet(manufacturing.columns_of(standing))
    sheet.number_rows(grid, actor=desk.manager, order=order, standing=standing, count=count)
    sheet.propose(grid, actor=desk.manager, order=order, standing=standing, first="received")
    completion = Completion(rows=grid.products())
    if failed:
        # The last part that was taken is put aside, and the one that was to come next is built in.
        spare = grid.rows[-1][1]
        grid.rows[-1][1] = ""
        taken = {cell for row in grid.rows for cell in row[1:]} | {spare}
        line = grid.columns[0].part.line.pk
        [(_, number)] = manufacturing.propose_units(actor=desk.manager, order=order, line=line, count=1, without=taken).units
        grid.rows[-1][1] = number
        completion = replace(completion, rows=grid.products(), failed=[FailedUnit(spare, failed)])
    return manufacturing.complete(actor=desk.operator, order=order, completion=completion)


def _put_away(desk: Desk, entry: Entry) -> None:
    """Pods run for a night before they are finished goods; modules lie where they are built."""
    made = list(entry.movements.filter(kind=int(Kind.PRODUCED)).order_by("serial_id").values_list("serial_id", flat=True))
    pods = entry.document is not None and entry.document.manufacturing_order.location_id == desk.places["Assembly"].pk
    if pods:
        edit_units(actor=desk.operator, unit_ids=made, custom={"burn_in": "passed", "tested_on": desk.ahead(0).isoformat()})
        desk.move(made, FINISHED)
