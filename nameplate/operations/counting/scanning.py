"""Scans: each is answered and kept, per person, with its time; the same one sent again is answered as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from nameplate import access
from nameplate.ledger import bulk
from nameplate.ledger.transacting import transacting
from nameplate.models import CountScan, Document, DocumentStatus, Location, ScanVerdict, StockCount, User
from nameplate.operations.cataloguing.texts import Text, read_texts, refuse_wrong
from nameplate.operations.counting.counts import find_count, refuse_unless
from nameplate.operations.counting.judging import Bearer, Shelf, bearer, bearers_of, meant
from nameplate.operations.counting.looking_back import Past, verdict_then
from nameplate.operations.counting.sightings import aware
from nameplate.quantities import from_micro, to_micro
from nameplate.refusals import Invalid, NotFound, TooLarge
from nameplate.serial_text import canonical

MOST_AT_ONCE = 5_000
LONGEST_TEXT = 200
NOTE = {"note": Text("Note", 1_000, lines=True)}
COLUMNS = (
    "count_id", "key", "text", "verdict", "said", "serial_id", "version", "item_id", "lot_id", "location_id", "quantity", "by_id",
    "scanned_at", "recorded_at", "taken_back", "note",
)  # fmt: skip
_SEEN = (
    "SELECT c.serial_id, u.username, c.scanned_at, l.id, l.name, c.version FROM nameplate_countscan c "
    "JOIN nameplate_user u ON u.id = c.by_id LEFT JOIN nameplate_location l ON l.id = c.location_id "
    "WHERE c.count_id = %s AND NOT c.taken_back AND c.verdict <> 'seen' AND c.serial_id IN {ids}"
)


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan: the client's own key for it, what was read, where. `quantity` where goods without serial numbers are counted."""

    key: str
    text: str
    location_id: int | None = None
    quantity: str | None = None
    scanned_at: datetime | None = None
    note: str = ""
    """What is said of a thing that nobody knows; the same scan sent again may bring it later."""


@dataclass(slots=True)
class _Sighting:
    who: str
    when: datetime
    location_id: int | None
    place: str
    version: int
    """Of the unit then: where it is another by now, it may have been moved between the scans."""


@transacting()
def record_scans(*, actor: User, count: Document | int, scans: Sequence[Scan]) -> list[CountScan]:
    """Answer and keep these scans, in their order; those that this person sent before are answered as they were, and kept once.

    What nothing bears is kept too, as it was read, with its note; of a text that is too long to be a number, the beginning. Refused: a
    count that is not in progress, unless all were sent before; a place that is none of the count's; a key that is empty or too long; an
    empty text.
    """
    access.require(actor, "stock", "edit")
    if len(scans) > MOST_AT_ONCE:
        raise TooLarge("too-many", f"At most {MOST_AT_ONCE:,} scans in one go.", way_out="Send them in parts.")
    found = find_count(count)
    _refuse_unreadable(scans)
    known = _known(found, actor, scans)
    fresh = list({scan.key: scan for scan in reversed(scans) if scan.key not in known}.values())[::-1]
    if fresh:
        refuse_unless(found, DocumentStatus.IN_PROGRESS)
        bulk.insert("nameplate_countscan", COLUMNS, _Judge(actor, found, fresh).rows())
        known |= _known(found, actor, fresh)
    _note_later(found, known, scans)
    return [known[scan.key] for scan in scans]


@transacting()
def take_back(*, actor: User, count: Document | int, scan: int) -> CountScan:
    """A scan that was a mistake counts no more; it stays to be read. The next one of its unit is then the first, and judged as such.

    Refused: one of somebody else, without the right to post.
    """
    access.require(actor, "stock", "edit")
    found = find_count(count)
    refuse_unless(found, DocumentStatus.IN_PROGRESS)
    mistaken = CountScan.objects.filter(pk=scan, count=found.pk).first()
    if mistaken is None:
        raise NotFound("not-found", "There is no such scan in this count.")
    if mistaken.by_id != actor.pk:
        access.require(actor, "stock", "count")
    mistaken.taken_back = True
    mistaken.save(update_fields=["taken_back"])
    if mistaken.serial_id is not None:
        _judge_first(found, mistaken.serial_id)
    return mistaken


def _judge_first(count: Document, unit: int) -> None:
    """Of the scans of a unit that stand, one is its sighting: where the others only say that it was seen, the first is judged anew.

    It is judged by how the unit stood when it was scanned.
    """
    standing = list(CountScan.objects.filter(count=count.pk, serial=unit, taken_back=False).order_by("pk"))
    if not standing or any(one.verdict != ScanVerdict.SEEN for one in standing):
        return
    first, head = standing[0], StockCount.objects.select_related("item").get(pk=count.pk)
    asked, when = bearer(unit, count=count.pk), _judged_at(first.scanned_at, head)
    item_id, item = (head.item.pk, head.item.number) if head.item else (None, "")
    stood = Past([unit], when).at(asked, when)
    first.verdict, first.said = verdict_then(asked, stood, item_id=item_id, item=item, here=first.location_id)
    first.save(update_fields=["verdict", "said"])


def _judged_at(when: datetime, count: StockCount) -> datetime:
    """The moment by which a scan is judged: none is older than the count's expectation, whatever the scanner's clock says."""
    return max(when, count.frozen_at) if count.frozen_at else when


def _note_later(count: Document, known: Mapping[str, CountScan], scans: Sequence[Scan]) -> None:
    """What is said now of unknown things that were sent before."""
    noted = []
    for scan in scans:
        row = known[scan.key]
        if row.verdict == ScanVerdict.UNKNOWN and scan.note.strip() and scan.note.strip() != row.note:
            row.note = scan.note.strip()
            noted.append(row)
    if noted:
        refuse_unless(count, DocumentStatus.IN_PROGRESS)
        CountScan.objects.bulk_update(noted, ["note"])


def _refuse_unreadable(scans: Sequence[Scan]) -> None:
    for place, scan in enumerate(scans, 1):
        if not (0 < len(scan.key) <= 64 and scan.key.isprintable()):
            raise Invalid("bad-key", f"Scan {place} has no usable key.", fields={"key": "1 to 64 printable characters."})
        text = scan.text
        storable = "\x00" not in text and text == text.encode(errors="ignore").decode()
        if not (storable and canonical(text)):
            sentence = f"1 to {LONGEST_TEXT} readable characters, please."
            raise Invalid("bad-scan", f"Scan {place} holds nothing that can be kept.", fields={"text": sentence})
        if scan.note:
            wrong: dict[str, str] = {}
            read_texts(NOTE, {"note": scan.note}, wrong)
            refuse_wrong(wrong)


def _known(count: Document, actor: User, scans: Sequence[Scan]) -> dict[str, CountScan]:
    sql = f"SELECT id FROM nameplate_countscan WHERE count_id = %s AND by_id = %s AND key IN {bulk.text_set()}"
    rows = bulk.query(sql, [count.pk, actor.pk, bulk.texts(scan.key for scan in scans)])
    if not rows:
        return {}
    within = CountScan.objects.filter(count=count.pk, by=actor, pk__gte=min(row[0] for row in rows), pk__lte=max(row[0] for row in rows))
    return {scan.key: scan for scan in within.select_related("location")}


class _Judge:
    """Answers a batch: everything that it needs is looked up for all scans at once."""

    def __init__(self, actor: User, document: Document, scans: Sequence[Scan]) -> None:
        self.actor, self.document, self.scans, self.now = actor, document, scans, timezone.now()
        self.count = count = StockCount.objects.select_related("item").get(pk=document.pk)
        self.counted: Mapping[int, str] = {count.item.pk: count.item.number} if count.item else {}
        places = self._places()
        self.names = places[0]
        self.here = [_place(scan, places) for scan in scans]
        units = {canonical(scan.text) for scan in scans if scan.quantity is None}
        self.bearers = bearers_of(units, count=document.pk) if units else {}
        goods = {canonical(scan.text) for scan in scans if scan.quantity is not None}
        self.shelf = Shelf(goods | (units - self.bearers.keys()), count=document.pk)
        ids = [one.id for several in self.bearers.values() for one in several]
        self.past = Past(ids, min(_judged_at(self._when(scan), count) for scan in scans))
        seen = bulk.query(_SEEN.format(ids=bulk.id_set()), [document.pk, bulk.ids(ids)]) if ids else []
        self.seen = {unit: _Sighting(who, aware(when), at, place or "", version) for unit, who, when, at, place, version in seen}

    def _places(self) -> tuple[dict[int, str], bool]:
        """Where it can be scanned, by name, and whether the count itself says so; otherwise anywhere that goods can lie."""
        own = dict(self.document.stock_count.places.values_list("location", "location__name"))
        asked = {scan.location_id for scan in self.scans if scan.location_id is not None}
        anywhere = Location.objects.filter(pk__in=asked, archived=False).exclude(purpose=Location.Purpose.TRANSIT)
        return (own, True) if own else (dict(anywhere.values_list("pk", "name")), False)

    def rows(self) -> list[tuple[Any, ...]]:
        """What is kept of each scan, in the order of `COLUMNS`."""
        return [self._row(scan, here) for scan, here in zip(self.scans, self.here, strict=True)]

    def _when(self, scan: Scan) -> datetime:
        return min(scan.scanned_at or self.now, self.now)

    def _row(self, scan: Scan, here: int | None) -> tuple[Any, ...]:
        when = self._when(scan)
        last = (self.actor.pk, when, self.now, False, "")
        first = (self.document.pk, scan.key, scan.text.strip()[:LONGEST_TEXT])
        key = canonical(scan.text)
        if (length := len(scan.text.strip())) > LONGEST_TEXT:
            said = f"At most {LONGEST_TEXT} characters; this is {length:,}, perhaps several numbers read as one."
            return (*first, ScanVerdict.UNKNOWN.value, said, None, None, None, None, here, None, *last[:-1], scan.note.strip())
        if scan.quantity is not None:
            verdict, said, item, lot, quantity = self._goods(scan, key, here)
            return (*first, verdict, said, None, None, item, lot, here, quantity, *last)
        unit = meant(self.bearers.get(key, ()), item_id=next(iter(self.counted), None), here=here, seen=self.seen)
        if unit is None:
            said = self._unknown(key, here)
            return (*first, ScanVerdict.UNKNOWN.value, said, None, None, None, None, here, None, *last[:-1], scan.note.strip())
        stood = self.past.at(unit, _judged_at(when, self.count))
        verdict, said = self._unit(unit, stood, here, when)
        return (*first, verdict, said, unit.id, stood.version, unit.item_id, None, here, None, *last)

    def _unit(self, unit: Bearer, stood: Bearer, here: int | None, when: datetime) -> tuple[str, str]:
        sighting = self.seen.get(unit.id)
        if sighting is not None:
            where = f" at {sighting.place}" if sighting.place else ""
            at = f"{timezone.localtime(sighting.when):%H:%M}"
            two = None not in (here, sighting.location_id) and here != sighting.location_id and stood.version == sighting.version
            warning = " It cannot lie at both places: take the wrong scan back." if two else ""
            return ScanVerdict.SEEN.value, f"{unit.item} {unit.number} was scanned already by {sighting.who}{where}, {at}.{warning}"
        self.seen[unit.id] = _Sighting(self.actor.get_username(), when, here, self.names.get(here or 0, ""), stood.version)
        item_id, item = next(iter(self.counted.items()), (None, ""))
        verdict, said = verdict_then(unit, stood, item_id=item_id, item=item, here=here)
        return verdict.value, said

    def _unknown(self, key: str, here: int | None) -> str:
        if several := self.bearers.get(key):
            said = f"Units of {' and '.join(sorted({one.item for one in several}))} bear this number"
            elsewhere = any(one.expected_at is not None for one in several)
            return f"{said}: they are expected at other places." if elsewhere else f"{said}; none is expected here."
        goods = self.shelf.meant(key, here=here, counted=self.counted)
        return f"{goods.name} has no serial numbers: count its quantity." if goods.name else "No unit bears this number."

    def _goods(self, scan: Scan, key: str, here: int | None) -> tuple[str, str, int | None, int | None, int | None]:
        goods = self.shelf.meant(key, here=here, counted=self.counted)
        if goods.wrong:
            return ScanVerdict.UNKNOWN.value, goods.wrong, None, None, None
        if here is None:
            return ScanVerdict.UNKNOWN.value, "Say at which place this quantity lies.", None, None, None
        try:
            quantity = to_micro(scan.quantity or "")
        except Invalid as refusal:
            return ScanVerdict.UNKNOWN.value, refusal.message, None, None, None
        if quantity < 0:
            return ScanVerdict.UNKNOWN.value, "A quantity cannot be below zero; take a scan back instead.", None, None, None
        said = f"Counted {from_micro(quantity):,} {goods.unit} of {goods.name}."
        return ScanVerdict.COUNTED.value, said, goods.item_id, goods.lot_id, quantity


def _place(scan: Scan, usable: tuple[dict[int, str], bool]) -> int | None:
    places, own = usable
    if scan.location_id is None:
        if own and len(places) > 1:
            raise Invalid("no-location", "Say at which place you scan.", fields={"location": "Choose one of the count’s places."})
        return next(iter(places)) if own else None
    if scan.location_id not in places:
        raise Invalid("no-such-location", "This count is not of that place.", fields={"location": "Choose one of the count’s places."})
    return scan.location_id
