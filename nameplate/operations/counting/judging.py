"""What a scan is answered: which unit bears the number, and how it stands against where it was scanned."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass
from typing import Any

from nameplate.ledger import bulk
from nameplate.models import Availability, ScanVerdict, Status
from nameplate.models.serials import IN_STOCK

_STATE = (
    "s.id, s.number, s.item_id, i.number, s.status, s.availability, s.location_id, t.name || ' · ' || l.name, s.version, "
    "p.name, o.number, x.location_id FROM nameplate_serial s JOIN nameplate_item i ON i.id = s.item_id "
    "LEFT JOIN nameplate_location l ON l.id = s.location_id LEFT JOIN nameplate_site t ON t.id = l.site_id "
    "LEFT JOIN nameplate_party p ON p.id = s.customer_id LEFT JOIN nameplate_serial o ON o.id = s.parent_id "
    "LEFT JOIN nameplate_expectedunit x ON x.serial_id = s.id AND x.count_id = %s "
)
_NOW = "SELECT s.key, {state} WHERE NOT s.withdrawn AND s.key IN {keys} ORDER BY s.id"
_ONE = f"SELECT {_STATE} WHERE s.id = %s"
_EARLIER = "SELECT n.key, {state} JOIN nameplate_name n ON n.serial_id = s.id WHERE NOT s.withdrawn AND n.key IN {keys} ORDER BY s.id"


@dataclass(frozen=True, slots=True)
class Bearer:
    """A unit that bears a scanned number, and how it stands now."""

    id: int
    number: str
    item_id: int
    item: str
    status: int
    availability: int
    location_id: int | None
    place: str | None
    version: int
    customer: str | None
    parent: str | None
    expected_at: int | None


def bearers_of(keys: Collection[str], *, count: int) -> dict[str, list[Bearer]]:
    """The units that bear each of these keys now; where none does, those that bore it once. Two statements."""
    found: dict[str, list[Bearer]] = {}
    for sql in (_NOW, _EARLIER):
        missing = [key for key in keys if key not in found]
        if not missing:
            break
        fresh: dict[str, list[Bearer]] = {}
        for key, *rest in bulk.query(sql.format(state=_STATE, keys=bulk.text_set()), [count, bulk.texts(missing)]):
            fresh.setdefault(key, []).append(Bearer(*rest))
        found |= fresh
    return found


def bearer(unit: int, *, count: int) -> Bearer:
    """The unit, as it stands now."""
    return Bearer(*bulk.query(_ONE, [count, unit])[0])


def meant(bearers: Collection[Bearer], *, item_id: int | None, here: int | None, seen: Container[int]) -> Bearer | None:
    """Which of several units is meant: of those expected here the first that is not `seen` yet, when all are, the first.

    Where none is, the only one that is expected elsewhere, that is not seen yet, that is in stock. None where that leaves several.
    """
    left = [one for one in bearers if item_id is None or one.item_id == item_id] or list(bearers)
    near = [one for one in left if one.expected_at is not None and here in (None, one.expected_at)]
    if near:
        return next((one for one in near if one.id not in seen), near[0])
    wishes: tuple[Callable[[Bearer], bool], ...] = (
        lambda one: one.expected_at is not None,
        lambda one: one.id not in seen,
        lambda one: one.status in IN_STOCK,
    )
    for wish in wishes:
        if len(left) > 1:
            left = [one for one in left if wish(one)] or left
    return left[0] if len(left) == 1 else None


def verdict_on(unit: Bearer, *, item_id: int | None, item: str, here: int | None) -> tuple[ScanVerdict, str]:
    """The verdict on the unit scanned at `here` (None: the place is not asked), with a sentence."""
    name = f"{unit.item} {unit.number}"
    if item_id is not None and unit.item_id != item_id:
        return ScanVerdict.OTHER, f"{name} is not counted here: this count is of {item}."
    if unit.status not in IN_STOCK:
        return ScanVerdict.GONE, f"{name}: {whereabouts(unit)}. Yet it lies here."
    if here is not None and unit.location_id != here:
        return ScanVerdict.ELSEWHERE, f"{name} should be at {unit.place}."
    facts = unit.availability
    if facts & Availability.RESERVED:
        return ScanVerdict.RESERVED, f"{name} is where it should be, and reserved for an order."
    held = " It is on hold." if facts & Availability.ON_HOLD else ""
    return ScanVerdict.OK, f"{name} is where it should be.{held}"


def whereabouts(unit: Bearer) -> str:
    """Where a unit went that is not in stock, for the middle of a sentence."""
    if unit.status == Status.SHIPPED:
        return f"it was shipped to {unit.customer}" if unit.customer else "it was shipped"
    if unit.status == Status.CONSUMED:
        return f"it is built into {unit.parent}" if unit.parent else "it was used up"
    return "it was written off" if unit.status == Status.WRITTEN_OFF else "it was announced and never received"


@dataclass(frozen=True, slots=True)
class GoodsMeant:
    """What a quantity is of: an item, and its lot where lots tell its goods apart. `wrong` says why it is of nothing."""

    item_id: int | None = None
    lot_id: int | None = None
    name: str = ""
    unit: str = ""
    wrong: str = ""


_LOTS = (
    "SELECT l.number_key, l.id, l.number, i.id, i.number, i.tracking, i.unit FROM nameplate_lot l "
    "JOIN nameplate_item i ON i.id = l.item_id WHERE l.number_key IN {keys}"
)
_ITEMS = (
    "SELECT i.number_key, i.id, i.number, i.tracking, i.unit, l.id, l.number, l.location_id FROM nameplate_item i "
    "LEFT JOIN (SELECT x.id AS id, x.number AS number, x.item_id AS item_id, g.location_id AS location_id FROM nameplate_expectedgoods g "
    "JOIN nameplate_lot x ON x.id = g.lot_id WHERE g.count_id = %s) l ON l.item_id = i.id WHERE i.number_key IN {keys} ORDER BY i.id, l.id"
)


class Shelf:
    """The lots and items that the scanned texts name. Two statements."""

    def __init__(self, keys: Collection[str], *, count: int) -> None:
        sent = bulk.texts(keys)
        self._lots = {row[0]: row[1:] for row in bulk.query(_LOTS.format(keys=bulk.text_set()), [sent])} if keys else {}
        rows = bulk.query(_ITEMS.format(keys=bulk.text_set()), [count, sent]) if keys else []
        self._items: dict[str, list[Any]] = {}
        for key, *rest in rows:
            self._items.setdefault(key, []).append(rest)

    def meant(self, key: str, *, here: int | None, counted: Mapping[int, str]) -> GoodsMeant:
        """What the text names at `here`. `counted` is the count's item, where it has one: id → number."""
        if key in self._lots:
            lot_id, lot, item_id, item, tracking, unit = self._lots[key]
            found = GoodsMeant(item_id, None if tracking == "none" else lot_id, f"{item}, lot {lot}" if tracking == "lot" else item, unit)
        elif key in self._items:
            rows = self._items[key]
            item_id, item, tracking, unit = rows[0][:4]
            lots = {row[4]: row[5] for row in rows if row[4] is not None and (here is None or row[6] == here)}
            if tracking == "lot" and len(lots) != 1:
                return GoodsMeant(wrong=f"{item} is followed by lot: give the number of the lot.")
            lot_id, lot = next(iter(lots.items())) if tracking == "lot" else (None, "")
            found = GoodsMeant(item_id, lot_id, f"{item}, lot {lot}" if lot else item, unit)
        else:
            return GoodsMeant(wrong="No lot and no item has this number.")
        if tracking == "serial":
            return GoodsMeant(wrong=f"{item} is followed by serial numbers: scan its units.")
        if counted and item_id not in counted:
            return GoodsMeant(wrong=f"{item} is not counted here: this count is of {next(iter(counted.values()))}.")
        return found
