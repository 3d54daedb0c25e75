"""What a lot's dossier reads: one statement for each of its sections, however many units were in the lot."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from nameplate.ledger import bulk
from nameplate.ledger.kinds import RULE, Kind
from nameplate.listings.edited import Wording
from nameplate.listings.lot_past import units_ever_in, with_splits
from nameplate.listings.own_reasons import reason_of
from nameplate.listings.standing import WHOLLY
from nameplate.listings.trace.graph import moment
from nameplate.models import DocumentKind, FieldNoun, Lot, LotMovement, Status, Tracking

CHUNK = 2_000
"""Units whose steps are read at once."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The lot, it and its splits, the units that were ever in them, and the entries that are about any of these."""

    lot: Lot
    family: Sequence[Lot]
    units: Sequence[int]
    entries: Sequence[int] = field(repr=False)

    @property
    def by_serials(self) -> bool:
        """Whether what is in it has serial numbers."""
        return self.lot.item.tracking == Tracking.SERIAL


_ENTRIES = (
    "SELECT m.entry_id FROM nameplate_lotmovement m WHERE m.lot_id IN {lots} "
    "UNION SELECT m.entry_id FROM nameplate_stockmovement m WHERE m.lot_id IN {lots} "
    "UNION SELECT m.entry_id FROM nameplate_movement m WHERE m.serial_id IN {units}"
)


def ground_of(lot: Lot) -> Ground:
    """What the sections are about."""
    lots = with_splits(lot.pk)
    family = list(Lot.objects.filter(pk__in=lots).order_by("pk"))
    units = units_ever_in(lots) if lot.item.tracking == Tracking.SERIAL else []
    sql = _ENTRIES.format(lots=bulk.id_set(), units=bulk.id_set())
    entries = sorted(row[0] for row in bulk.query(sql, [bulk.ids(lots), bulk.ids(lots), bulk.ids(units)]))
    return Ground(lot, family, units, entries)


def when(value: Any) -> str:
    """A moment of either database in the company's time zone, to the minute."""
    found = moment(value)
    return "" if found is None else timezone.localtime(found).isoformat(sep=" ", timespec="minutes")[:16]


def entries(ground: Ground, kinds: Sequence[Kind] = ()) -> list[tuple[Any, ...]]:
    """The entries, oldest first: id, act, happened, recorded, person, document, its kind, reason, note, units, undone by.

    `units` are those of the lot; with `kinds`, only the entries in which one of these happened to them, and how many it happened to.
    """
    chosen = f"m.kind IN ({', '.join(str(kind.value) for kind in kinds)})" if kinds else "m.seq > 0"
    counted = (
        f"SELECT m.entry_id, count(DISTINCT m.serial_id) AS units FROM nameplate_movement m WHERE {chosen} AND m.serial_id IN "
        f"{bulk.id_set()} GROUP BY m.entry_id"
    )
    return bulk.query(
        f"WITH counted AS ({counted}) SELECT e.id, e.act, e.happened_at, e.recorded_at, u.username, d.number, d.kind, e.reason, e.note, "
        "COALESCE(c.units, 0), (SELECT min(r.id) FROM nameplate_entry r WHERE r.reverses_id = e.id), e.reverses_id "
        "FROM nameplate_entry e JOIN nameplate_user u ON u.id = e.actor_id LEFT JOIN nameplate_document d ON d.id = e.document_id "
        f"{'JOIN' if kinds else 'LEFT JOIN'} counted c ON c.entry_id = e.id WHERE e.id IN {bulk.id_set()} ORDER BY e.id",
        [bulk.ids(ground.units), bulk.ids(ground.entries)],
    )


def documents(ground: Ground) -> list[tuple[Any, ...]]:
    """The documents under which anything was done: number, kind, status, whose, notes."""
    return bulk.query(
        "SELECT d.number, d.kind, d.status, p.name, d.notes FROM nameplate_document d LEFT JOIN nameplate_party p ON p.id = d.party_id "
        f"WHERE d.id IN (SELECT e.document_id FROM nameplate_entry e WHERE e.id IN {bulk.id_set()}) ORDER BY d.id",
        [bulk.ids(ground.entries)],
    )


def edits(ground: Ground) -> list[tuple[Any, ...]]:
    """What was written about the lots: moment, person, lot, field, before, after; what entries did and what the log of changes keeps."""
    lots = [lot.pk for lot in ground.family]
    return bulk.query(
        "SELECT c.changed_at, u.username, l.number, c.field, c.before, c.after FROM nameplate_change c "
        "JOIN nameplate_user u ON u.id = c.actor_id JOIN nameplate_lot l ON l.id = c.subject "
        f"WHERE c.noun = 'lots' AND c.subject IN {bulk.id_set()} ORDER BY c.id",
        [bulk.ids(lots)],
    )


def files(ground: Ground) -> list[tuple[Any, ...]]:
    """The files on the lots and on what they were split from: name, lot, bytes, checksum, when, by whom, when taken off (if since)."""
    return bulk.query(
        "SELECT a.name, l.number, f.size, f.sha256, a.added_at, u.username, a.removed_at FROM nameplate_attachment a "
        "JOIN nameplate_filecontent f ON f.sha256 = a.content_id JOIN nameplate_user u ON u.id = a.added_by_id "
        f"JOIN nameplate_lot l ON l.id = a.subject WHERE a.noun = 'lots' AND a.subject IN {bulk.id_set()} ORDER BY a.id",
        [bulk.ids([lot.pk for lot in [*ground.lot.origins, *ground.family]])],
    )


@dataclass(frozen=True, slots=True)
class Shipped:
    """So much of a lot of goods that one shipment took to a customer and that did not come back, in millionths."""

    lot_id: int
    lot: str
    unit: str
    customer: str
    shipment: str
    quantity: int


_SHIPPED = (
    "SELECT l.id, l.number, i.unit, c.name, d.number, SUM(-m.change) - COALESCE((SELECT SUM(g.quantity) FROM nameplate_returngoods g "
    "WHERE g.lot_id = l.id AND g.shipment_id = d.id AND g.received_by_id IS NOT NULL), 0) FROM nameplate_stockmovement m "
    "JOIN nameplate_entry e ON e.id = m.entry_id "
    f"JOIN nameplate_document d ON d.id = e.document_id AND d.kind = '{DocumentKind.SHIPMENT.value}' "
    "JOIN nameplate_party c ON c.id = d.party_id JOIN nameplate_lot l ON l.id = m.lot_id "
    "JOIN nameplate_item i ON i.id = l.item_id AND i.tracking <> 'serial' WHERE m.parent_id IS NULL "
    f"AND {WHOLLY} AND m.lot_id IN {{which}} "
    "GROUP BY l.id, l.number, i.unit, c.name, d.id, d.number ORDER BY l.id, c.name, d.id"
)


def shipped_goods(lots: Sequence[int]) -> list[Shipped]:
    """What of these lots is with customers. One statement."""
    rows = bulk.query(_SHIPPED.format(which=bulk.id_set()), [bulk.ids(lots)])
    return [Shipped(lot, number, unit, customer, paper, int(left)) for lot, number, unit, customer, paper, left in rows if left > 0]


_STEPS = (
    "SELECT s.number, m.seq, e.happened_at, e.recorded_at, u.username, m.kind, m.status, m.withdrawn, l.number, h.name, p.name, x.number, "
    f"m.place, c.name, d.number, {reason_of('m', 'e')}, m.edits, e.id "
    "FROM nameplate_movement m JOIN nameplate_serial s ON s.id = m.serial_id "
    "JOIN nameplate_entry e ON e.id = m.entry_id JOIN nameplate_user u ON u.id = e.actor_id "
    "LEFT JOIN nameplate_lot l ON l.id = m.lot_id LEFT JOIN nameplate_location p ON p.id = m.location_id "
    "LEFT JOIN nameplate_site h ON h.id = p.site_id LEFT JOIN nameplate_serial x ON x.id = m.parent_id "
    "LEFT JOIN nameplate_party c ON c.id = m.customer_id LEFT JOIN nameplate_document d ON d.id = e.document_id "
    "WHERE m.serial_id IN {which} ORDER BY m.serial_id, m.seq"
)


def steps(ground: Ground) -> Iterator[list[str]]:
    """Every step of every unit, a few units at a time: who did what to it, and how it stood afterwards."""
    words = Wording.of(FieldNoun.SERIALS)
    for start in range(0, len(ground.units), CHUNK):
        chosen = bulk.ids(ground.units[start : start + CHUNK])
        for row in bulk.query(_STEPS.format(which=bulk.id_set()), [chosen]):
            number, seq, happened, recorded, person, kind, status, withdrawn, *after = row
            lot, site, place, inside, bay, customer, paper, why, more, entry = after
            yield [
                number,
                str(seq),
                kind_words(kind),
                when(happened),
                when(recorded),
                person,
                "Withdrawn" if withdrawn else str(Status(status).label),
                lot or "",
                f"{site} · {place}" if place is not None else "",
                " ".join(part for part in (inside, bay) if part),
                customer or "",
                paper or "",
                why,
                _told(words, more),
                str(entry),
            ]


def kind_words(kind: int) -> str:
    """What happened to a unit, in a word."""
    return RULE[Kind(kind)].label if Kind(kind) in RULE else "Undone"


def lot_edits(ground: Ground) -> list[tuple[str, ...]]:
    """What entries changed of the lots: moment, person, lot, field, before, after."""
    moved = LotMovement.objects.filter(lot__in=[lot.pk for lot in ground.family]).select_related("lot", "entry__actor")
    words = Wording.of(FieldNoun.LOTS)
    found: list[tuple[str, ...]] = []
    statuses: dict[int, str] = {}
    for row in moved.order_by("entry_id", "lot_id", "seq"):
        who, at = row.entry.actor.get_username(), when(row.entry.recorded_at)
        changes = [(name, words.value(name, before), words.value(name, after)) for name, (before, after) in (row.edits or {}).items()]
        if statuses.get(row.lot_id) != row.status:
            changes.insert(0, ("status", statuses.get(row.lot_id, ""), row.status_label))
            statuses[row.lot_id] = row.status
        found += [(at, who, row.lot.number, words.label(name), before, after) for name, before, after in changes]
    return found


def _told(words: Wording, edits: Any) -> str:
    """A step's edits, which SQLite hands over as text."""
    found = json.loads(edits) if isinstance(edits, str) else edits or {}
    return words.told((name, before, after) for name, (before, after) in found.items())
