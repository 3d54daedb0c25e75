"""What was posted of a count that is done, told in the form of its differences: from its entries, whatever became of the units since."""

from __future__ import annotations

from dataclasses import replace

from nameplate import access
from nameplate.ledger import bulk
from nameplate.models import CountScan, Document, Entry, ScanVerdict, StockCount, StockMovement, Tracking, User
from nameplate.operations.counting.differences import Differences, UnitDifference, differences
from nameplate.operations.counting.goods import GoodsDifference
from nameplate.operations.counting.posting import ACT

_POSTED = (
    "SELECT s.id, s.number, i.number, p.status, t.name || ' · ' || b.name, o.cost, e.id, e.act, d.number, u.username, "
    "CASE WHEN m.entry_id = %s THEN m.location_id END FROM nameplate_movement m "
    "JOIN nameplate_movement p ON p.serial_id = m.serial_id AND p.seq = m.seq - 1 JOIN nameplate_serial s ON s.id = m.serial_id "
    "JOIN nameplate_item i ON i.id = s.item_id JOIN nameplate_entry e ON e.id = p.entry_id JOIN nameplate_user u ON u.id = e.actor_id "
    "LEFT JOIN nameplate_document d ON d.id = e.document_id LEFT JOIN nameplate_lot o ON o.id = p.lot_id "
    "LEFT JOIN nameplate_location b ON b.id = p.location_id LEFT JOIN nameplate_site t ON t.id = b.site_id "
    "WHERE m.entry_id IN (%s, %s) ORDER BY i.number_key, s.sort_key, s.id"
)
_NOT_POSTED = "nothing was posted of it"


def outcome(*, actor: User, count: Document) -> Differences:
    """What was written off, moved and changed, and what was left as it was, with why as far as it can still be told.

    A fixed number of statements. Places, last entries and costs are those from before the posting.
    """
    access.require(actor, "stock", "view")
    head = StockCount.objects.get(pk=count.pk)
    own = Entry.objects.filter(document=count, act=ACT).order_by("-pk").values_list("pk", flat=True)[0]
    written = Entry.objects.filter(document=head.write_off_id or 0, reverses=None).values_list("pk", flat=True).first() or own
    posted = [_read(*row) for row in bulk.query(_POSTED, [own, own, written])]
    known = {one.id for one in posted}
    now = differences(actor=actor, count=count, until=own)
    odd = CountScan.objects.filter(count=count.pk, taken_back=False).select_related("serial", "location", "by").order_by("pk")
    strays = set(odd.filter(verdict=ScanVerdict.ELSEWHERE).values_list("serial", flat=True))
    left = [one for one in now.elsewhere if one.id in strays]
    return Differences(
        [one for one in posted if one.found_at is None] + _left(now.missing, known),
        [one for one in posted if one.found_at is not None] + _left(left, known),
        _goods(now.goods, own, written),
        list(odd.filter(verdict=ScanVerdict.GONE)),
        now.unknown,
        now.two_places,
    )


def _read(
    unit: int,
    number: str,
    item: str,
    status: int,
    place: str | None,
    cost: int | None,
    entry: int,
    act: str,
    document: str | None,
    who: str,
    found_at: int | None,
) -> UnitDifference:
    return UnitDifference(unit, number, item, status, 0, place or "", cost, entry, act, document or "", who, found_at, False, False)


def _left(units: list[UnitDifference], posted: set[int]) -> list[UnitDifference]:
    return [replace(one, kept=one.left_out or _NOT_POSTED) for one in units if one.id not in posted]


def _goods(rows: list[GoodsDifference], own: int, written: int) -> list[GoodsDifference]:
    """The rows with what the entries changed of them; those that they did not touch stay as they are."""
    moved = StockMovement.objects.filter(entry__in=(own, written), lot__item__tracking__in=(Tracking.LOT, Tracking.NONE))
    worth: dict[tuple[int, str, int], int] = {}
    columns = ("lot__item", "lot__item__tracking", "lot__number", "location", "change", "lot__cost", "entry")
    for item, tracking, lot, place, change, cost, entry in moved.values_list(*columns):
        key = (item, lot if tracking == Tracking.LOT else "", place)
        lost = -change * (cost or 0) // 1_000_000 if entry == written and change < 0 else 0
        worth[key] = worth.get(key, 0) + lost
    for row in rows:
        row.posted = worth.get((row.item_id, row.lot, row.location_id))
    return rows
