"""How a transfer order stands: where each unit is by now, and how much of each line of goods has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from nameplate.ledger import bulk
from nameplate.ledger.kinds import Kind
from nameplate.models import Document, Line, Location, TransferExtra, TransferLine
from nameplate.operations.in_transit import ARRIVED, UNDER_WAY, goods_in_transit


class Fate(StrEnum):
    """What became of something on the order."""

    WAITING = "not sent yet"
    IN_TRANSIT = "in transit"
    ARRIVED = "arrived"
    AT_ORIGIN = "still at origin"
    ELSEWHERE = "arrived elsewhere"
    WRITTEN_OFF = "written off"
    EXTRA = "taken along"


_UNITS = (
    "SELECT s.id, s.number, s.item_id, s.lot_id, s.location_id, s.transfer_id, s.last_entry_id, u.taken_by_id "
    "FROM nameplate_transferunit u JOIN nameplate_serial s ON s.id = u.serial_id WHERE u.order_id = %s ORDER BY s.sort_key, s.id"
)
_ITEMS = "SELECT id, number, description, number_key FROM nameplate_item WHERE id IN {ids}"
_LOTS = "SELECT id, number FROM nameplate_lot WHERE id IN {ids}"
_PLACES = "SELECT id, name, site_id FROM nameplate_location WHERE id IN {ids}"
"""Named apart: an order has many units of few items, lots and places."""
_ON_THE_WAY = (
    "SELECT u.serial_id, u.taken_by_id FROM nameplate_transferunit u "
    "JOIN nameplate_serial s ON s.id = u.serial_id AND s.transfer_id = u.order_id WHERE u.order_id = %s"
)
_ENDS = (
    "SELECT m.serial_id, m.kind, p.site_id, m.entry_id FROM nameplate_transferunit u "
    "JOIN nameplate_movement b ON b.serial_id = u.serial_id AND b.transfer_id = u.order_id "
    "JOIN nameplate_movement m ON m.serial_id = b.serial_id AND m.seq = b.seq + 1 AND COALESCE(m.transfer_id, 0) <> b.transfer_id "
    "LEFT JOIN nameplate_location p ON p.id = m.location_id WHERE u.order_id = %s AND u.serial_id IN {ids} AND (SELECT 1 "
    "FROM nameplate_entry r JOIN nameplate_movement z ON z.entry_id = r.id AND z.serial_id = m.serial_id WHERE r.reverses_id = m.entry_id "
    "LIMIT 1) IS NULL ORDER BY m.serial_id, m.seq"
)
"""Without what was undone: after an arrival that had only taken it along, the unit is not in transit again."""
_ARRIVALS = f"SELECT id FROM nameplate_entry WHERE document_id = %s AND act = '{ARRIVED}' AND reverses_id IS NULL"
_End = tuple[int | None, int | None, int | None]
"""(kind, site, entry) of the movement by which a unit left transit."""
_LINES = (
    "SELECT m.line_id, p.purpose, p.site_id, SUM(m.change) FROM nameplate_line l JOIN nameplate_stockmovement m ON m.line_id = l.id "
    "JOIN nameplate_location p ON p.id = m.location_id WHERE l.document_id = %s GROUP BY m.line_id, p.purpose, p.site_id"
)


class UnitOnOrder(NamedTuple):
    """A unit of the order as it stands."""

    id: int
    number: str
    item_id: int
    item: str
    description: str
    lot_id: int
    lot: str
    location: str
    fate: Fate
    entry_id: int | None
    """The entry by which it left transit."""


@dataclass(frozen=True, slots=True)
class GoodsOnOrder:
    """A line of goods without serial numbers as it stands, in millionths."""

    line: Line
    detail: TransferLine
    in_transit: int
    arrived: int
    elsewhere: int
    written_off: int
    transit_lot: int | None
    transit_place: int | None

    @property
    def quantity(self) -> int:
        """What was to go."""
        return self.line.quantity


@dataclass(frozen=True, slots=True)
class TransferStanding:
    """The whole order."""

    order: Document
    units: list[UnitOnOrder]
    goods: list[GoodsOnOrder]
    extras: list[TransferExtra]
    """Numbers met at an arrival that were not on the order, open or settled."""
    counts: Counter[Fate]

    @property
    def in_transit(self) -> list[UnitOnOrder]:
        """The units that are still on their way, or missing."""
        return [unit for unit in self.units if unit.fate is Fate.IN_TRANSIT]

    @property
    def goods_in_transit(self) -> list[GoodsOnOrder]:
        """The lines of which something is still on its way, or missing."""
        return [line for line in self.goods if line.in_transit]

    @property
    def open_extras(self) -> list[TransferExtra]:
        """Those that nobody has settled yet."""
        return [extra for extra in self.extras if not extra.settled]

    @property
    def missing(self) -> bool:
        """Whether something has not come although nothing more is expected."""
        return self.order.transfer_order.finished and bool(self.in_transit or self.goods_in_transit)

    @property
    def to_settle(self) -> int:
        """Units, lines of goods and numbers of which somebody has to say what became: missing, or met beside the order."""
        return len(self.open_extras) + (len(self.in_transit) + len(self.goods_in_transit) if self.missing else 0)


def in_transit_under(order: Document) -> dict[int, int | None]:
    """The units of an order that is under way that have not come, without all else that `standing` says of them.

    Each with the entry that took it along, though it was not on the order; there hardly are such.
    """
    return dict(bulk.query(_ON_THE_WAY, [order.pk]))


def standing(order: Document) -> TransferStanding:
    """How the order stands. The number of statements does not grow with what is on it."""
    head = order.transfer_order
    under_way = order.status in UNDER_WAY
    rows = bulk.query(_UNITS, [order.pk])
    items = {pk: tuple(more) for pk, *more in _named(_ITEMS, {row[2] for row in rows})}
    lots = dict(_named(_LOTS, {row[3] for row in rows}))
    places = {pk: tuple(more) for pk, *more in _named(_PLACES, {row[4] for row in rows} - {None})}
    if len(items) > 1:
        rows.sort(key=lambda row: items[row[2]][2])
    # Of an order's units mostly the same is to be said: all but their numbers.
    cases = [row[2:] for row in rows]
    come = {case for case in set(cases) if case[3] != order.pk} if under_way else set()
    arrivals = {row[0] for row in bulk.query(_ARRIVALS, [order.pk])} if come else set()
    just_arrived = {case for case in come if _just_arrived(case, arrivals)}
    others = come - just_arrived
    ends = _ends(order, [row[0] for row, case in zip(rows, cases, strict=True) if case in others]) if others else {}

    @cache
    def told(case: tuple[Any, ...], end: _End | None) -> tuple[Any, ...]:
        item, lot, place, transfer, last, taken = case
        arrived = (Kind.ARRIVED, places[place][1], last) if case in just_arrived else (None, None, None)
        kind, site, entry = end or arrived
        fate = _fate(order, head.origin_id, head.destination_id, kind, site, in_transit=transfer == order.pk, extra=taken is not None)
        item_number, description, _ = items[item]
        where = places[place][0] if place is not None else ""
        return item, item_number, description, lot, lots[lot], where, fate, entry

    units = [UnitOnOrder._make(row[:2] + told(case, ends.get(row[0]))) for row, case in zip(rows, cases, strict=True)]
    extras = list(TransferExtra.objects.filter(order=order).select_related("noted_by", "settled_by").order_by("pk"))
    return TransferStanding(order, units, _goods(order), extras, Counter(map(attrgetter("fate"), units)))


def _named(sql: str, wanted: Iterable[int]) -> list[tuple[Any, ...]]:
    return bulk.query(sql.format(ids=bulk.id_set()), [bulk.ids(wanted)])


def _just_arrived(case: tuple[Any, ...], arrivals: Container[int]) -> bool:
    """Whether nothing happened to units of the order since they arrived: they lie where they came to."""
    _, _, place, _, last, taken = case
    return last in arrivals and taken is None and place is not None


def _ends(order: Document, units: Sequence[int]) -> dict[int, _End]:
    """How these units of the order left transit, of those that did."""
    ended = bulk.query(_ENDS.format(ids=bulk.id_set()), [order.pk, bulk.ids(units)])
    return {unit: (kind, site, entry) for unit, kind, site, entry in ended}


def _fate(order: Document, origin: int, destination: int, kind: int | None, site: int | None, *, in_transit: bool, extra: bool) -> Fate:
    if extra:
        return Fate.EXTRA
    if in_transit and order.status in UNDER_WAY:
        return Fate.IN_TRANSIT
    if kind == Kind.WRITTEN_OFF:
        return Fate.WRITTEN_OFF
    if kind == Kind.ARRIVED:
        return Fate.ARRIVED if site == destination else Fate.AT_ORIGIN if site == origin else Fate.ELSEWHERE
    return Fate.WAITING


def _goods(order: Document) -> list[GoodsOnOrder]:
    lines = TransferLine.objects.filter(line__document=order).select_related("line__item", "lot", "location__site")
    known = list(lines.order_by("line__position"))
    if not known:
        return []
    sums: dict[int, Counter[str]] = {one.line_id: Counter() for one in known}
    head = order.transfer_order
    for line, purpose, site, change in bulk.query(_LINES, [order.pk]):
        where = "transit" if purpose == Location.Purpose.TRANSIT else "there" if site == head.destination_id else "elsewhere"
        where = "origin" if where == "elsewhere" and site == head.origin_id else where
        sums[line][where] += int(change)
    lying = {line: (lot, place) for _, line, lot, place, _ in goods_in_transit([order.pk])}
    found = []
    for one in known:
        total = sums[one.line_id]
        lot, place = lying.get(one.line_id, (None, None))
        gone = -sum(total.values())
        found.append(GoodsOnOrder(one.line, one, total["transit"], total["there"], total["elsewhere"], gone, lot, place))
    return found
