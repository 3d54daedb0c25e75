"""What the demo company built: power modules, and pods with a module and 45 drives in each; orders in every status."""

from __future__ import annotations

from dataclasses import replace

from nameplate.demo.desk import Desk, day
from nameplate.models import Document, Entry
from nameplate.operations import manufacturing
from nameplate.operations.manufacturing import Completion, FailedUnit, sheet
from nameplate.operations.numbering import propose_serial_numbers


def build(desk: Desk) -> None:
    """A year of building, each order finished as it went; what failed on the bench was rejected while a pod was built."""
    modules = _order(desk, "PM-2", 14, 366, "Power B-01")
    _finish(desk, modules, 8, 361)
    first = _order(desk, "POD-45", 3, 340, "Assembly")
    _finish(desk, first, 3, 330, failed="No spin-up on the bench")
    manufacturing.close(actor=desk.manager, order=first)
    _finish(desk, modules, 6, 229)
    second = _order(desk, "POD-45", 4, 195, "Assembly")
    _finish(desk, second, 2, 183)
    _finish(desk, second, 2, 176, failed="Reallocated sectors in burn-in")


def leave_orders(desk: Desk) -> None:
    """Orders that wait for whoever looks around: in progress, paused, scheduled with parts booked, new, canceled."""
    going = _order(desk, "POD-45", 3, 24, "Assembly")
    manufacturing.plan_products(actor=desk.manager, order=going, numbers=_numbers(desk, "POD-45", 3))
    _finish(desk, going, 1, 0)
    paused = _order(desk, "PM-2", 6, 12, "Power B-01")
    _finish(desk, paused, 2, 0)
    manufacturing.pause(actor=desk.manager, order=paused)
    scheduled = _made(desk, "POD-45", 2, -20, "Assembly")
    manufacturing.schedule(actor=desk.manager, order=scheduled)
    for part in manufacturing.progress(scheduled).parts:
        if part.item.number in {"HDD-3T-W", "PM-2"}:
            manufacturing.book_proposed(actor=desk.operator, order=scheduled, line=part.line.pk)
    _made(desk, "POD-45", 10, -60, "Assembly")
    unwanted = _made(desk, "PM-2", 40, -30, "Power B-01")
    manufacturing.cancel(actor=desk.manager, order=unwanted, reason="The customer took another model.")


def _made(desk: Desk, item: str, quantity: int, days: int, place: str) -> Document:
    """An order that begins so many days ago, due three weeks later; it is made at the main plant, from whose shelves it takes its parts."""
    return manufacturing.create_manufacturing_order(
        actor=desk.manager,
        item=desk.items[item],
        quantity=quantity,
        site=desk.places[place].site,
        location=desk.places[place],
        starts_on=day(days),
        due_on=day(days - 21),
    )


def _order(desk: Desk, item: str, quantity: int, days: int, place: str) -> Document:
    return manufacturing.start(actor=desk.manager, order=_made(desk, item, quantity, days, place))


def _numbers(desk: Desk, item: str, count: int) -> list[str]:
    return propose_serial_numbers(actor=desk.manager, item=desk.items[item], count=count)


def _finish(desk: Desk, order: Document, count: int, days: int, *, failed: str = "") -> Entry:
    """So many products, with the parts that had lain longest; where something failed, another took its place."""
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
    return manufacturing.complete(actor=desk.manager, order=order, completion=completion, happened_on=day(days) if days else None)
