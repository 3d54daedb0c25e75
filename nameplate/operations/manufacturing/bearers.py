"""Which units bear the numbers of a completion, and why one cannot be built in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from nameplate.ledger import bulk, units
from nameplate.ledger.state import HOLD, LOCATION, RESERVED, STATUS, TRANSFER, WORK, State, Unit
from nameplate.models import Document, Location, Status

_SQL = (
    "SELECT s.key, s.id, s.number, s.item_id, i.number, s.status, s.hold, s.transfer_id, s.work_id, d.id, d.number, p.name, p.site_id, "
    "t.name, CASE WHEN s.outermost_id <> s.id THEN (SELECT o.number FROM nameplate_serial o WHERE o.id = s.outermost_id) END, "
    "CASE WHEN s.customer_id IS NOT NULL THEN (SELECT c.name FROM nameplate_party c WHERE c.id = s.customer_id) END "
    "FROM nameplate_serial s JOIN nameplate_item i ON i.id = s.item_id "
    "LEFT JOIN nameplate_line l ON l.id = s.reserved_line_id LEFT JOIN nameplate_document d ON d.id = l.document_id "
    "LEFT JOIN nameplate_location p ON p.id = s.location_id LEFT JOIN nameplate_site t ON t.id = p.site_id "
    "WHERE NOT s.withdrawn AND {which} ORDER BY s.id"
)
"""Products and customers are looked up for the few units that have one: joined, PostgreSQL would read all units for that."""


class Bearer(NamedTuple):
    """A unit as far as building it in asks."""

    key: str
    id: int
    number: str
    item_id: int
    item: str
    status: int
    hold: str
    transfer_id: int | None
    work_id: int | None
    order_id: int | None
    """The order for which it is reserved."""
    order: str | None
    location: str | None
    site_id: int | None
    site: str | None
    product: str | None
    """The outermost product that it is in."""
    customer: str | None


def bearers_of(keys: Iterable[str]) -> dict[str, list[Bearer]]:
    """By key, the units that bear it, of whatever item. One statement."""
    wanted = sorted({key for key in keys if key and "\x00" not in key})
    found: dict[str, list[Bearer]] = {}
    if wanted:
        for row in bulk.query(_SQL.format(which=f"s.key IN {bulk.text_set()}"), [bulk.texts(wanted)]):
            found.setdefault(row[0], []).append(Bearer._make(row))
    return found


@dataclass(slots=True)
class Looked:
    """Units by their numbers: those that lie free, as the ledger knows them, and whatever else bears a number, with all there is to say."""

    free: dict[tuple[str, int], Unit]
    """(key, item) → the unit."""
    bearers: dict[str, list[Bearer]]
    """By key, for numbers without a free unit of the item that was wanted."""


def look_up(order: Document, wanted: Collection[tuple[str, int]], lines: Collection[int]) -> Looked:
    """The units that bear these numbers, each for an item. Free is what lies at the order's site, promised to nobody but one of `lines`.

    A constant number of statements: nearly all lie free, and of those nobody asks for the names of what they are at, in, or promised to.
    """
    found = units.bearing(key for key, _ in wanted)
    places = _places_of(order, {unit.state[LOCATION] for same in found.values() for unit in same} - {None})
    judged: dict[int, bool] = {}
    free: dict[tuple[str, int], Unit] = {}
    for key, item in wanted:
        same = found.get(key, ())
        unit = same[0] if len(same) == 1 and same[0].item_id == item else next((one for one in same if one.item_id == item), None)
        if unit is None:
            continue
        # By identity: units that stand alike share their placement.
        fine = judged.get(id(unit.state))
        if fine is None:
            fine = judged[id(unit.state)] = _lies_free(unit.state, places, lines)
        if fine:
            free[key, item] = unit
    return Looked(free, bearers_of(key for key, item in wanted if (key, item) not in free))


def _places_of(order: Document, places: Collection[int]) -> set[int]:
    """Those of these places that are at the order's site."""
    return set(Location.objects.filter(pk__in=places, site=order.manufacturing_order.site_id).values_list("pk", flat=True))


def _lies_free(state: State, places: Collection[int], lines: Collection[int]) -> bool:
    return (
        state[STATUS] == Status.RECEIVED
        and not state[HOLD]
        and state[TRANSFER] is None
        and state[WORK] is None
        and (state[RESERVED] is None or state[RESERVED] in lines)
        and state[LOCATION] in places
    )


def why_not(unit: Bearer, order: Document) -> tuple[str, str] | None:
    """(rule, why) the unit cannot be built in under this order; None when it can."""
    status = Status(unit.status)
    if status is Status.CONSUMED:
        return "used", f"it is used already, in {unit.product}" if unit.product else "it is used already by an order"
    if status is Status.SHIPPED:
        return "shipped", f"it was shipped{f' to {unit.customer}' if unit.customer else ''}"
    if status is not Status.RECEIVED:
        return "not-in-stock", "it is Planned: not received yet" if status is Status.PLANNED else f"it is {status.label}"
    if unit.hold:
        return "on-hold", f"it is on hold ({unit.hold})"
    if unit.transfer_id is not None:
        return "in-transit", "it is in transit"
    if unit.work_id is not None and unit.work_id != order.pk:
        return "in-work", "it is in repair or rework"
    if unit.order_id is not None and unit.order_id != order.pk:
        return "reserved", f"it is reserved for {unit.order}"
    if unit.site_id != order.manufacturing_order.site_id:
        return "other-site", f"it is at {unit.site}, and the order is made at {order.manufacturing_order.site}"
    return None
