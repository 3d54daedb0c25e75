"""Where the shelf and the books differ: what is missing, what was found elsewhere, what cannot be, and goods by quantity.

Only what nothing happened to since the count was started posts a difference: whatever was moved, shipped or used meanwhile stands in the
books as it was left, and says so here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from nameplate import access
from nameplate.ledger import bulk
from nameplate.models import Availability, CountScan, Document, ScanVerdict, StockCount, User
from nameplate.models.serials import IN_STOCK
from nameplate.operations.counting.goods import GoodsDifference, goods_differences
from nameplate.operations.counting.sightings import SEEN_AT_TWO, SeenTwice, seen_at_two_places

_STATUSES = ", ".join(str(one.value) for one in IN_STOCK)
_CHANGED = "EXISTS (SELECT 1 FROM nameplate_movement m WHERE m.serial_id = s.id AND m.seq > {since} AND m.placed)"
_LAST = "e.id, e.act, d.number, u.username"
_JOINS = (
    "JOIN nameplate_item i ON i.id = s.item_id JOIN nameplate_lot o ON o.id = s.lot_id JOIN nameplate_entry e ON e.id = s.last_entry_id "
    "JOIN nameplate_user u ON u.id = e.actor_id LEFT JOIN nameplate_document d ON d.id = e.document_id "
    "LEFT JOIN nameplate_location b ON b.id = s.location_id LEFT JOIN nameplate_site bt ON bt.id = b.site_id "
)
_UNIT = f"s.id, s.number, i.number, s.status, s.availability, bt.name || ' · ' || b.name, o.cost, {_LAST}, "
_MISSING = (
    f"SELECT {_UNIT} NULL, false, {_CHANGED.format(since='x.version')} FROM nameplate_expectedunit x "
    f"JOIN nameplate_serial s ON s.id = x.serial_id {_JOINS} WHERE x.count_id = %s AND NOT s.withdrawn AND NOT EXISTS "
    "(SELECT 1 FROM nameplate_countscan c WHERE c.count_id = x.count_id AND c.serial_id = s.id AND NOT c.taken_back) "
    "ORDER BY i.number_key, s.sort_key, s.id"
)
_ELSEWHERE = (
    f"SELECT {_UNIT} c.location_id, b.site_id <> h.site_id, {_CHANGED.format(since='COALESCE(x.version, c.version)')} "
    f"FROM nameplate_countscan c JOIN nameplate_serial s ON s.id = c.serial_id {_JOINS} JOIN nameplate_location h ON h.id = c.location_id "
    "LEFT JOIN nameplate_expectedunit x ON x.count_id = c.count_id AND x.serial_id = s.id "
    "WHERE c.count_id = %s AND NOT c.taken_back AND c.verdict NOT IN ('seen', 'other') AND s.location_id <> c.location_id "
    f"AND s.status IN ({_STATUSES}) AND NOT s.withdrawn ORDER BY i.number_key, s.sort_key, s.id"
)


@dataclass(frozen=True, slots=True)
class UnitDifference:
    """A unit that is missing, or that lies elsewhere than it should (`found_at`), with the last entry that concerns it."""

    id: int
    number: str
    item: str
    status: int
    availability: int
    place: str
    """Where the books have it; empty where it lies nowhere."""
    cost: int | None
    """Of its lot, in millionths of the company's currency; None where nobody said."""
    entry_id: int
    act: str
    document: str
    who: str
    found_at: int | None
    other_site: bool
    changed: bool
    kept: str = ""
    """Why nothing is posted of it whatever its state: it was seen at two places; of a count that is done, why nothing was posted."""

    @property
    def left_out(self) -> str:
        """Why no difference of it is posted; empty when one is."""
        if self.kept:
            return self.kept
        if self.changed or self.status not in IN_STOCK:
            return "something was done to it since"
        if self.found_at is None:
            return ""
        if self.availability & (Availability.IN_TRANSIT | Availability.IN_WORK):
            return "it is in transit or in work"
        return "it was found at another site: send it by a transfer order" if self.other_site else ""


@dataclass(frozen=True)
class Differences:
    """All of a count."""

    missing: list[UnitDifference]
    elsewhere: list[UnitDifference]
    goods: list[GoodsDifference]
    contradictions: list[CountScan]
    """Units that the books have shipped, used, written off or never received: to be settled by hand."""
    unknown: list[CountScan]
    two_places: list[SeenTwice]
    """Units that were seen at two places: to be settled by taking the wrong scan back. Until then nothing is posted of them."""
    gone: list[UnitDifference] = field(init=False)
    """What is missing and would be written off."""
    moved: list[UnitDifference] = field(init=False)
    """What was found elsewhere and would be moved."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "gone", [one for one in self.missing if not one.left_out])
        object.__setattr__(self, "moved", [one for one in self.elsewhere if not one.left_out])

    @property
    def left_out(self) -> list[UnitDifference]:
        """Units of which no difference is posted, each with its reason."""
        return [one for one in (*self.missing, *self.elsewhere) if one.left_out]

    @property
    def value(self) -> int:
        """What the missing units and goods cost, by their lots, in millionths of the company's currency."""
        return _sum(one.cost for one in self.gone) + _sum(one.value for one in self.goods)

    @property
    def without_cost(self) -> int:
        """Of how many missing units nobody knows the cost."""
        return sum(one.cost is None for one in self.gone)

    @property
    def any(self) -> bool:
        """Whether posting would change anything."""
        return bool(self.gone or self.moved or any(one.change and not one.left_out for one in self.goods))

    @property
    def seal(self) -> str:
        """What tells these differences from others: which units and goods would be posted, how, and what is lost by it.

        A page that shows them sends it along.
        """
        units = sorted((one.id, one.found_at or 0) for one in (*self.gone, *self.moved))
        goods = sorted((one.item_id, one.lot, one.location_id, one.change) for one in self.goods if one.change and not one.left_out)
        return hashlib.sha256(repr((units, goods, self.value)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a count is."""

    expected: int
    found: int
    """Expected units that were scanned."""
    scans: int
    people: list[tuple[str, int]]
    """Who scanned, and how often."""

    @property
    def missing(self) -> int:
        """Expected units that nobody scanned."""
        return self.expected - self.found


def differences(*, actor: User, count: Document, until: int | None = None) -> Differences:
    """The differences as they stand now; what was seen at two places, as it was up to the entry `until`. A fixed number of statements."""
    access.require(actor, "stock", "view")
    odd = CountScan.objects.filter(count=count.pk, taken_back=False, verdict__in=(ScanVerdict.GONE, ScanVerdict.UNKNOWN))
    kept = list(odd.select_related("serial", "location", "by").order_by("pk"))
    head = StockCount.objects.get(pk=count.pk)
    twice = seen_at_two_places(count.pk, until=until)
    unclear = {one.id for one in twice}
    strays = [_read(row) for row in bulk.query(_ELSEWHERE, [count.pk])]
    return Differences(
        [_read(row) for row in bulk.query(_MISSING, [count.pk])],
        [replace(one, kept=SEEN_AT_TWO) if one.id in unclear else one for one in strays],
        goods_differences(head),
        [one for one in kept if one.verdict == ScanVerdict.GONE and one.serial is not None and one.serial.status not in IN_STOCK],
        [one for one in kept if one.verdict == ScanVerdict.UNKNOWN],
        twice,
    )


def standing(*, actor: User, count: Document) -> Standing:
    """How many units are expected, how many of them were found, by whom."""
    access.require(actor, "stock", "view")
    expected, found = bulk.query(
        "SELECT count(*), count(c.id) FROM nameplate_expectedunit x LEFT JOIN nameplate_countscan c ON c.count_id = x.count_id "
        "AND c.serial_id = x.serial_id AND NOT c.taken_back AND c.verdict <> 'seen' WHERE x.count_id = %s",
        [count.pk],
    )[0]
    people = bulk.query(
        "SELECT u.username, count(*) FROM nameplate_countscan c JOIN nameplate_user u ON u.id = c.by_id "
        "WHERE c.count_id = %s AND NOT c.taken_back GROUP BY u.username ORDER BY u.username",
        [count.pk],
    )
    return Standing(expected, found, sum(number for _, number in people), [(who, number) for who, number in people])


def _read(row: tuple[Any, ...]) -> UnitDifference:
    unit, number, item, status, facts, place, cost, entry, act, document, who, found_at, other_site, changed = row
    return UnitDifference(
        unit,
        number,
        item,
        status,
        facts,
        place or "",
        cost,
        entry,
        act,
        document or "",
        who,
        found_at,
        bool(other_site),
        bool(changed),
    )


def _sum(amounts: Iterable[int | None]) -> int:
    return sum(amount or 0 for amount in amounts)
