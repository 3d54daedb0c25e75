"""What the products of an order were finished without, by product, part and place, and whether it was put in later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nameplate import access
from nameplate.ledger import bulk
from nameplate.models import Document, User

_LACKING = (
    "WITH lacking AS (SELECT m.product_id, l.item_id, m.place, SUM(m.quantity) AS quantity, MAX(m.entry_id) AS entry_id, "
    "MIN(m.id) AS first FROM nameplate_missingpart m JOIN nameplate_line l ON l.id = m.line_id WHERE l.document_id = %s "
    "AND NOT EXISTS (SELECT 1 FROM nameplate_entry r WHERE r.reverses_id = m.entry_id AND (NOT r.partial "
    "OR EXISTS (SELECT 1 FROM nameplate_movement x WHERE x.serial_id = m.product_id AND x.entry_id = r.id))) "
    "GROUP BY m.product_id, l.item_id, m.place), "
    "told AS (SELECT g.*, COALESCE((SELECT SUM(CASE WHEN c.until_id IS NULL THEN c.quantity ELSE 0 END "
    "- CASE WHEN c.since_id = g.entry_id THEN c.quantity ELSE 0 END) FROM nameplate_component c "
    "LEFT JOIN nameplate_serial s ON s.id = c.child_id LEFT JOIN nameplate_lot t ON t.id = c.lot_id "
    "WHERE c.parent_id = g.product_id AND c.place = g.place AND COALESCE(s.item_id, t.item_id) = g.item_id), 0) AS later FROM lacking g) "
    "SELECT g.product_id, p.number, i.number, i.unit, g.place, g.quantity, g.later, COUNT(*) OVER () FROM told g "
    "JOIN nameplate_item i ON i.id = g.item_id LEFT JOIN nameplate_serial p ON p.id = g.product_id "
    "ORDER BY CASE WHEN g.later >= g.quantity THEN 1 ELSE 0 END, CASE WHEN g.product_id IS NULL THEN 0 ELSE 1 END, "
    "p.sort_key, p.id, g.first LIMIT %s"
)
"""Of a completion undone for some products, what the others lack counts. Later: what is there now beyond what went in with it."""


class Lacking(NamedTuple):
    """So much of a part that a product, or the order where it is not known which, was finished without; in millionths of its unit."""

    product_id: int | None
    product: str
    item: str
    unit: str
    place: str
    quantity: int
    later: int
    """How much of it was put in since, at the same place."""


def finished_without(*, actor: User, order: Document, most: int) -> tuple[Sequence[Lacking], int]:
    """At most so many, what is lacking still before what was put in later; and how many more there are. One statement."""
    access.require(actor, "production", "view")
    rows = bulk.query(_LACKING, [order.pk, most])
    found = [
        Lacking(product, number or "", item, measure, place, int(quantity), min(max(int(later), 0), int(quantity)))
        for product, number, item, measure, place, quantity, later, _ in rows
    ]
    return found, (int(rows[0][-1]) if rows else 0) - len(found)
