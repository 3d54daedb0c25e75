"""What of goods without serial numbers is reserved for order lines: the sum of what the ledger promised and freed."""

from __future__ import annotations

from collections.abc import Collection

from nameplate.ledger import bulk

_BOOKED = (
    "SELECT m.line_id, m.lot_id, m.location_id, SUM(m.reserved) FROM nameplate_stockmovement m WHERE m.line_id IN {lines} "
    "AND m.reserved IS NOT NULL GROUP BY m.line_id, m.lot_id, m.location_id HAVING SUM(m.reserved) <> 0 ORDER BY 1, 2, 3"
)

Spot = tuple[int, int, int]
"""Order line, lot, location."""


def bookings(lines: Collection[int]) -> dict[Spot, int]:
    """How much of goods without serial numbers is reserved for each of these lines, by lot and location. One statement."""
    return {row[:3]: int(row[3]) for row in bulk.query(_BOOKED.format(lines=bulk.id_set()), [bulk.ids(lines)])}
