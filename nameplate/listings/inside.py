"""What is, or was, inside a product, at every level; and the products that a unit was built into: the fold of movements that stand.

*As of a day* is what had happened by the end of it in the company's time zone, without the entries that were undone since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from nameplate import access
from nameplate.ledger import bulk, units
from nameplate.listings.standing import STANDS, end_of
from nameplate.models import Serial
from nameplate.quantities import from_micro
from nameplate.refusals import NotFound
from nameplate.serial_text import canonical, sort_key

MOST = 50_000
"""Units in one answer; there are hardly products with more inside."""

_LIVES = (
    "SELECT m.serial_id, m.parent_id, m.place, m.used_by_id, m.entry_id, e.happened_at FROM nameplate_movement m "
    f"JOIN nameplate_entry e ON e.id = m.entry_id WHERE m.serial_id IN {{units}} AND {STANDS} ORDER BY m.serial_id, m.seq"
)
_EVER_IN = "(SELECT c.child_id FROM nameplate_component c WHERE c.child_id IS NOT NULL AND c.parent_id IN {ids})"
_GOODS = (
    "SELECT c.parent_id, c.lot_id, l.number, i.id, i.number, i.unit, SUM(c.quantity), MIN(e.happened_at) FROM nameplate_component c "
    "JOIN nameplate_lot l ON l.id = c.lot_id JOIN nameplate_item i ON i.id = l.item_id JOIN nameplate_entry e ON e.id = c.since_id "
    "LEFT JOIN nameplate_entry x ON x.id = c.until_id WHERE c.child_id IS NULL AND c.parent_id IN {ids} AND e.happened_at < %s "
    "AND (x.id IS NULL OR (x.reverses_id IS NULL AND x.happened_at >= %s)) "
    "GROUP BY c.parent_id, c.lot_id, l.number, i.id, i.number, i.unit ORDER BY i.number, c.lot_id"
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A unit in a product, at a place of it, from one entry until another. Without a product: used by an order, unit unknown."""

    unit_id: int
    parent_id: int | None
    place: str
    order_id: int | None
    since_id: int
    since: datetime
    until_id: int | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Part:
    """A unit inside, `level` 1 directly in the product that was asked about; `product` is the one directly around it."""

    serial: Serial
    level: int
    product: Serial
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class Goods:
    """So much of a lot without serial numbers inside, in the item's unit."""

    product_id: int
    lot_id: int
    lot: str
    item_id: int
    item: str
    unit: str
    quantity: Decimal
    since: datetime


@dataclass(frozen=True, slots=True)
class Inside:
    """What is in a product: units depth first, those of a product by place and number; and goods without numbers."""

    on: date | None
    parts: Sequence[Part]
    goods: Sequence[Goods]
    more: bool
    """There are more units than are answered."""


@dataclass(frozen=True, slots=True)
class Home:
    """A product that a unit was built into, or the order that used it, with the item of the product."""

    stretch: Stretch
    product: Serial | None
    order: str


def inside(*, actor: access.Actor, unit_id: int, on: date | None = None) -> Inside:
    """What is inside the unit, or was at the end of the day `on`; a few statements for each level, however many units. Refused: no unit."""
    access.require(actor, "stock", "view")
    product = _unit(unit_id)
    moment = end_of(on)
    children: dict[int, list[Stretch]] = {}
    known: dict[int, Serial] = {unit_id: product}
    level: Collection[int] = [unit_id]
    count = 0
    while level and count <= MOST:
        around = set(level)
        ever = (one for one in _stretches(_EVER_IN, level) if one.parent_id in around and one.unit_id not in known)
        found = [one for one in ever if _stood(one, moment)]
        rows = _rows(stretch.unit_id for stretch in found)
        known |= rows
        for stretch in found:
            children.setdefault(stretch.parent_id or 0, []).append(stretch)
        level = sorted(rows)
        count += len(level)
    parts = list(_walk(unit_id, known, children))
    return Inside(on, parts[:MOST], _goods(known, moment), len(parts) > MOST)


def built_into(*, actor: access.Actor, unit_id: int) -> list[Home]:
    """The products that the unit was built into, newest first. Refused: there is no such unit."""
    access.require(actor, "stock", "view")
    _unit(unit_id)
    stretches = _stretches("{ids}", [unit_id])
    products = _rows(stretch.parent_id for stretch in stretches if stretch.parent_id is not None)
    orders = {stretch.order_id for stretch in stretches if stretch.order_id is not None}
    numbers = dict(bulk.query(f"SELECT id, number FROM nameplate_document WHERE id IN {bulk.id_set()}", [bulk.ids(orders)]))
    return [Home(stretch, products.get(stretch.parent_id or 0), numbers.get(stretch.order_id, "")) for stretch in reversed(stretches)]


def _stood(stretch: Stretch, moment: datetime | None) -> bool:
    return stretch.until is None if moment is None else stretch.since < moment and (stretch.until is None or stretch.until >= moment)


def _unit(unit_id: int) -> Serial:
    found = Serial.objects.select_related("item").filter(pk=unit_id).first()
    if found is None:
        raise NotFound("no-such-serial", "There is no such unit.", way_out="Search for its number: it may be written differently.")
    return found


def _stretches(which: str, ids: Iterable[int]) -> list[Stretch]:
    """Where these units were built in, in order: movements that stand alike are one stretch."""
    sql = _LIVES.format(units=which.format(ids=bulk.id_set()))
    found: list[Stretch] = []
    for unit, parent, place, order, entry, at in bulk.query(sql, [bulk.ids(ids)]):
        happened = _aware(at)
        last = found[-1] if found and found[-1].unit_id == unit and found[-1].until is None else None
        if last is not None and (last.parent_id, last.place, last.order_id) == (parent, place, order):
            continue
        if last is not None:
            found[-1] = replace(last, until_id=entry, until=happened)
        if parent is not None or order is not None:
            found.append(Stretch(unit, parent, place, order, entry, happened, None, None))
    return found


def _aware(value: Any) -> datetime:
    """A time as the driver answers it: SQLite has it as text, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if timezone.is_aware(value) else timezone.make_aware(value, timezone.get_fixed_timezone(0))


def _rows(unit_ids: Iterable[int]) -> dict[int, Serial]:
    wanted = sorted(set(unit_ids))
    if not wanted:
        return {}
    return {row.pk: row for row in units.rows_of(wanted).select_related("item")}


def _walk(product: int, known: dict[int, Serial], children: dict[int, list[Stretch]]) -> Iterable[Part]:
    """Depth first, without recursion: a product may be as deep as it likes."""
    stack = [(1, stretch) for stretch in _ordered(children.get(product, ()), known)]
    while stack:
        level, stretch = stack.pop()
        yield Part(known[stretch.unit_id], level, known[stretch.parent_id or product], stretch)
        stack += [(level + 1, one) for one in _ordered(children.get(stretch.unit_id, ()), known)]


def _ordered(stretches: Iterable[Stretch], known: dict[int, Serial]) -> list[Stretch]:
    """The last first, since it is a stack."""
    return sorted(stretches, key=lambda one: (sort_key(canonical(one.place)), known[one.unit_id].sort_key), reverse=True)


def _goods(products: Iterable[int], moment: datetime | None) -> list[Goods]:
    by_then = connection.ops.adapt_datetimefield_value(moment or timezone.now() + timedelta(days=1))
    rows = bulk.query(_GOODS.format(ids=bulk.id_set()), [bulk.ids(sorted(products)), by_then, by_then])
    return [
        Goods(product, lot_id, lot, item_id, item, unit, from_micro(int(quantity)), _aware(since))
        for product, lot_id, lot, item_id, item, unit, quantity, since in rows
    ]
