"""Quantities and lots: each row against the sum of its movements and the units that are there."""

from __future__ import annotations

from collections.abc import Iterator

from nameplate.ledger.verifying.findings import Finding, compared, unwanted

MILLION = 1_000_000


def stock() -> Iterator[Finding]:
    """Quantity, version, and what of goods is on hold or reserved, of each (lot, location): against the sum and number of its movements."""
    yield from compared(
        "nameplate_stock",
        "s.id",
        [
            ("quantity", "COALESCE(f.quantity, 0)", "s.quantity"),
            ("version", "COALESCE(f.movements, 0)", "s.version"),
            ("held", "CASE WHEN i.tracking = 'serial' THEN s.held ELSE COALESCE(f.held, 0) END", "s.held"),
            ("reserved", "CASE WHEN i.tracking = 'serial' THEN s.reserved ELSE COALESCE(f.reserved, 0) END", "s.reserved"),
        ],
        "nameplate_stock s JOIN nameplate_lot l ON l.id = s.lot_id JOIN nameplate_item i ON i.id = l.item_id "
        "LEFT JOIN (SELECT lot_id, location_id, sum(change) AS quantity, count(*) AS movements, sum(held) AS held, "
        "sum(reserved) AS reserved FROM nameplate_stockmovement GROUP BY lot_id, location_id) f "
        "ON f.lot_id = s.lot_id AND f.location_id = s.location_id",
    )
    yield from unwanted(
        "nameplate_stock",
        "quantity",
        "a row for each lot and location that has movements",
        "SELECT m.lot_id || '/' || m.location_id, sum(m.change) FROM nameplate_stockmovement m WHERE NOT EXISTS (SELECT 1 "
        "FROM nameplate_stock s WHERE s.lot_id = m.lot_id AND s.location_id = m.location_id) GROUP BY m.lot_id, m.location_id",
    )


def balances() -> Iterator[Finding]:
    """Seqs count from 1 without a gap; each balance is the sum of the changes up to it."""
    return compared(
        "nameplate_stockmovement",
        "m.id",
        [("seq", "m.place", "m.seq"), ("balance", "m.total", "m.balance")],
        "(SELECT id, seq, balance, row_number() OVER w AS place, sum(change) OVER w AS total FROM nameplate_stockmovement "
        "WINDOW w AS (PARTITION BY lot_id, location_id ORDER BY seq)) m",
    )


def counted() -> Iterator[Finding]:
    """For serial-tracked items: quantity, reserved and held against the units that lie there."""
    there = (
        "(SELECT lot_id, location_id, count(*) AS units, sum(CASE WHEN reserved_line_id IS NOT NULL THEN 1 ELSE 0 END) AS reserved, "
        "sum(CASE WHEN reserved_line_id IS NULL AND hold <> '' THEN 1 ELSE 0 END) AS held FROM nameplate_serial "
        "WHERE status IN (2, 6, 7) AND NOT withdrawn GROUP BY lot_id, location_id) u"
    )
    yield from compared(
        "nameplate_stock",
        "s.id",
        [(name, f"COALESCE(u.{counter}, 0) * {MILLION}", f"s.{name}") for name, counter in COUNTERS],
        "nameplate_stock s JOIN nameplate_lot l ON l.id = s.lot_id JOIN nameplate_item i ON i.id = l.item_id AND i.tracking = 'serial' "
        f"LEFT JOIN {there} ON u.lot_id = s.lot_id AND u.location_id = s.location_id",
    )
    yield from unwanted(
        "nameplate_stock",
        "quantity",
        "a row for each lot and location that has units",
        f"SELECT u.lot_id || '/' || u.location_id, u.units FROM {there} WHERE NOT EXISTS "
        "(SELECT 1 FROM nameplate_stock s WHERE s.lot_id = u.lot_id AND s.location_id = u.location_id)",
    )


COUNTERS = (("quantity", "units"), ("reserved", "reserved"), ("held", "held"))


def lots() -> Iterator[Finding]:
    """Status and version of each lot against its last movement, and the seqs of those."""
    yield from compared(
        "nameplate_lot",
        "l.id",
        [("status", "m.status", "l.status"), ("version", "m.seq", "l.version")],
        "nameplate_lot l JOIN nameplate_lotmovement m ON m.lot_id = l.id "
        "AND m.seq = (SELECT max(x.seq) FROM nameplate_lotmovement x WHERE x.lot_id = l.id)",
    )
    yield from unwanted(
        "nameplate_lot",
        "hold",
        "a reason while it is on hold, and none otherwise",
        "SELECT id, status || ' ' || hold FROM nameplate_lot WHERE (status = 'on_hold') <> (hold <> '') ORDER BY id",
    )
    yield from unwanted(
        "nameplate_lot",
        "version",
        "0, since no entry changed it",
        "SELECT id, version FROM nameplate_lot l WHERE version <> 0 AND NOT EXISTS "
        "(SELECT 1 FROM nameplate_lotmovement m WHERE m.lot_id = l.id)",
    )
    yield from unwanted(
        "nameplate_lotmovement",
        "seq",
        "1, 2, 3… without a gap",
        "SELECT min(id), max(seq) FROM nameplate_lotmovement GROUP BY lot_id HAVING min(seq) <> 1 OR max(seq) <> count(*)",
    )


def units_of_lots() -> Iterator[Finding]:
    """A unit's lot is of its item and has a status that the unit's status demands."""
    yield from compared(
        "nameplate_serial",
        "s.id",
        [("item_id", "l.item_id", "s.item_id")],
        "nameplate_serial s JOIN nameplate_lot l ON l.id = s.lot_id",
    )
    yield from unwanted(
        "nameplate_serial",
        "lot_id",
        "a lot of a status that fits the unit's",
        "SELECT s.id, l.number || ' ' || l.status FROM nameplate_serial s JOIN nameplate_lot l ON l.id = s.lot_id "
        "WHERE NOT s.withdrawn AND (s.status = 1 AND l.status NOT IN ('requested', 'planned') "
        "OR s.status = 2 AND l.status NOT IN ('received', 'on_hold') OR s.status = 6 AND l.status <> 'rejected' "
        "OR s.status = 7 AND l.status NOT IN ('rma_returned', 'rma_inspection', 'rma_repair', 'rma_ready')) ORDER BY s.id",
    )
