"""The units that were ever in a lot: those that left it, moved to another one or withdrawn; and all of them, those of its splits too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nameplate.ledger import bulk
from nameplate.listings.counting import CAP
from nameplate.models import Lot

SHOWN = 100

# Movements are found by their entries; an index on their lot would cost every act. A unit comes into a lot by an entry that changes the
# lot's stock or status, or, where its number was announced, by one of the lot's source document.
_LEFT = (
    "WITH touched(id) AS (SELECT entry_id FROM nameplate_lotmovement WHERE lot_id = %s UNION "
    "SELECT entry_id FROM nameplate_stockmovement WHERE lot_id = %s UNION SELECT id FROM nameplate_entry WHERE document_id = %s) "
    "SELECT DISTINCT s.id, s.number, s.sort_key, s.lot_id, s.withdrawn FROM touched CROSS JOIN nameplate_movement m "
    "CROSS JOIN nameplate_serial s WHERE m.entry_id = touched.id AND s.id = m.serial_id AND m.lot_id = %s "
    "AND (s.withdrawn OR s.lot_id <> %s) LIMIT %s"
)

_EVER = (
    "WITH family(id) AS (SELECT l.id FROM nameplate_lot l WHERE l.id IN {ids}), touched(id) AS ("
    "SELECT m.entry_id FROM nameplate_lotmovement m JOIN family f ON f.id = m.lot_id UNION "
    "SELECT m.entry_id FROM nameplate_stockmovement m JOIN family f ON f.id = m.lot_id UNION SELECT e.id FROM nameplate_entry e "
    "JOIN nameplate_lot l ON l.source_id = e.document_id JOIN family f ON f.id = l.id) "
    "SELECT m.serial_id FROM touched CROSS JOIN nameplate_movement m WHERE m.entry_id = touched.id AND m.lot_id IN (SELECT id FROM family) "
    "UNION SELECT s.id FROM family f CROSS JOIN nameplate_serial s WHERE s.lot_id = f.id"
)


def with_splits(lot_id: int) -> list[int]:
    """The lot and all that was split off it, however often; a lot that only waits for the rest of a delivery is none of these."""
    found, fresh = [lot_id], [lot_id]
    while fresh:
        fresh = list(Lot.objects.filter(split_from__in=fresh, line=None).exclude(pk__in=found).order_by("pk").values_list("pk", flat=True))
        found += fresh
    return found


def units_ever_in(lot_ids: Sequence[int]) -> list[int]:
    """The units that were ever in one of these lots, withdrawn ones too, by id. One statement."""
    return sorted(row[0] for row in bulk.query(_EVER.format(ids=bulk.id_set()), [bulk.ids(lot_ids)]))


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where some of them went: the lot that they are in now, or were in when they were withdrawn."""

    lot: Lot
    withdrawn: bool
    count: int


@dataclass(frozen=True, slots=True)
class Left:
    """The units that left a lot. With more than are ever counted, `count` is that and `capped` says so."""

    count: int
    capped: bool
    went: Sequence[Whereabouts]
    units: Sequence[tuple[int, str]]
    """The first of them in natural order, by id and number."""


def units_that_left(lot: Lot) -> Left:
    """Two statements, however many entries the lot has."""
    rows = bulk.query(_LEFT, [lot.pk, lot.pk, lot.source_id, lot.pk, lot.pk, CAP + 1])
    counts = Counter((row[3], bool(row[4])) for row in rows[:CAP])
    lots = Lot.objects.in_bulk({lot_id for lot_id, _ in counts})
    went = [Whereabouts(lots[lot_id], withdrawn, count) for (lot_id, withdrawn), count in counts.most_common(SHOWN)]
    units = sorted((row[2], row[0], row[1]) for row in rows[:CAP])[:SHOWN]
    return Left(min(len(rows), CAP), len(rows) > CAP, went, [(unit, number) for _, unit, number in units])
