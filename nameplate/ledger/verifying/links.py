"""What hangs together by ids: components, copied columns of movements, entries and documents."""

from __future__ import annotations

from collections.abc import Iterator

from nameplate.ledger.kinds import BESIDE
from nameplate.ledger.verifying.findings import Finding, compared, same, unwanted
from nameplate.ledger.verifying.units import last

USED_UP, CONSUMED, OPENED = 19, 16, 4

WENT_INTO_NOTHING = (
    f"{USED_UP} = (SELECT k.kind FROM nameplate_movement k WHERE k.serial_id = m.serial_id AND k.used_by_id = m.used_by_id "
    f"AND k.kind IN ({USED_UP}, {CONSUMED}, {OPENED}) AND NOT EXISTS (SELECT 1 FROM nameplate_movement r "
    "JOIN nameplate_entry e ON e.id = r.entry_id WHERE r.serial_id = k.serial_id AND e.reverses_id = k.entry_id) "
    "ORDER BY k.seq DESC LIMIT 1)"
)
"""The unit was itself taken apart under that order: it is a component of nothing."""


def open_edges() -> Iterator[Finding]:
    """The open component row of each unit against its placement."""
    yield from compared(
        "nameplate_component",
        "c.id",
        [
            ("parent_id", "m.parent_id", "c.parent_id"),
            ("place", "m.place", "c.place"),
            ("order_id", "m.used_by_id", "c.order_id"),
            ("quantity", "1000000", "c.quantity"),
        ],
        f"nameplate_component c JOIN nameplate_movement m ON {last('m', 'c.child_id')}",
        where="c.until_id IS NULL",
    )
    yield from unwanted(
        "nameplate_serial",
        "parent_id",
        "an open component row for what is built in",
        f"SELECT m.serial_id, m.parent_id FROM nameplate_movement m WHERE {last('m', 'm.serial_id')} AND m.status = 3 "
        "AND NOT EXISTS (SELECT 1 FROM nameplate_component c WHERE c.child_id = m.serial_id AND c.until_id IS NULL) "
        f"AND NOT COALESCE(m.parent_id IS NULL AND {WENT_INTO_NOTHING}, FALSE) ORDER BY 1",
    )
    yield from unwanted(
        "nameplate_component",
        "until_id",
        "an end, since the unit is built into nothing",
        f"SELECT c.id, c.until_id FROM nameplate_component c JOIN nameplate_movement m ON {last('m', 'c.child_id')} "
        f"WHERE c.until_id IS NULL AND (m.status <> 3 OR COALESCE(m.parent_id IS NULL AND {WENT_INTO_NOTHING}, FALSE)) ORDER BY 1",
    )


def goods_inside() -> Iterator[Finding]:
    """Goods without numbers: what of each lot is in each product, and what each act put in or took out, against the movements of stock."""
    yield from unwanted(
        "nameplate_component",
        "quantity",
        "as much of the lot as movements of stock put into the product and did not take out",
        "SELECT x.parent || '/' || x.lot, x.inside FROM (SELECT parent, lot, sum(inside) AS inside, sum(went) AS went FROM "
        "(SELECT parent_id AS parent, lot_id AS lot, quantity AS inside, 0 AS went FROM nameplate_component "
        "WHERE child_id IS NULL AND parent_id IS NOT NULL AND until_id IS NULL UNION ALL "
        "SELECT parent_id, lot_id, 0, -change FROM nameplate_stockmovement WHERE parent_id IS NOT NULL) f GROUP BY parent, lot) x "
        "WHERE x.inside <> x.went ORDER BY 1",
    )
    act = "COALESCE((SELECT e.reverses_id FROM nameplate_entry e WHERE e.id = {entry}), {entry})"
    yield from unwanted(
        "nameplate_component",
        "since_id",
        "the entries whose movements of stock put it in and took it out",
        "SELECT x.parent || '/' || x.lot, x.act FROM (SELECT parent, lot, act, sum(went) AS went FROM "
        f"(SELECT parent_id AS parent, lot_id AS lot, {act.format(entry='since_id')} AS act, quantity AS went FROM nameplate_component "
        "WHERE child_id IS NULL AND parent_id IS NOT NULL UNION ALL "
        f"SELECT parent_id, lot_id, {act.format(entry='until_id')}, -quantity FROM nameplate_component "
        "WHERE child_id IS NULL AND parent_id IS NOT NULL AND until_id IS NOT NULL UNION ALL "
        f"SELECT parent_id, lot_id, {act.format(entry='entry_id')}, change FROM nameplate_stockmovement WHERE parent_id IS NOT NULL) f "
        "GROUP BY parent, lot, act) x WHERE x.went <> 0 ORDER BY 1",
    )


AT_ITS_END = (
    "AND NOT EXISTS (SELECT 1 FROM nameplate_movement n WHERE n.serial_id = m.serial_id AND n.seq = m.seq + 1 AND n.entry_id = m.entry_id)"
)
"""The movement is the unit's last of its entry."""
STANDS_SO = f"{same('m.parent_id', 'c.parent_id')} AND m.place = c.place AND {same('m.used_by_id', 'c.order_id')}"


def edges_in_time() -> Iterator[Finding]:
    """Each component row begins with an entry after which its unit stood so, ends with one after which it did not, and was so between."""
    # A unit has few movements, an entry may have thousands: the sum keeps SQLite from looking through the entry's for each unit.
    entry = "m.entry_id + 0"
    yield from unwanted(
        "nameplate_component",
        "since_id",
        "the entry that built the unit in",
        "SELECT c.id, c.since_id FROM nameplate_component c LEFT JOIN nameplate_movement m ON m.serial_id = c.child_id "
        f"AND {entry} = c.since_id {AT_ITS_END} WHERE c.child_id IS NOT NULL AND NOT COALESCE({STANDS_SO}, FALSE) ORDER BY 1",
    )
    yield from unwanted(
        "nameplate_component",
        "until_id",
        "the entry that took the unit out",
        "SELECT c.id, c.until_id FROM nameplate_component c LEFT JOIN nameplate_movement m ON m.serial_id = c.child_id "
        f"AND {entry} = c.until_id {AT_ITS_END} WHERE c.child_id IS NOT NULL AND c.until_id IS NOT NULL "
        f"AND (m.serial_id IS NULL OR ({STANDS_SO})) ORDER BY 1",
    )
    yield from unwanted(
        "nameplate_component",
        "until_id",
        "the first entry after which the unit stood otherwise",
        "SELECT c.id, c.until_id FROM nameplate_component c JOIN nameplate_movement m ON m.serial_id = c.child_id "
        f"AND m.entry_id > c.since_id AND (c.until_id IS NULL OR m.entry_id < c.until_id) {AT_ITS_END} "
        f"WHERE NOT ({STANDS_SO}) ORDER BY 1",
    )


COPIED = (
    ("lot_id", "nameplate_lot"),
    ("location_id", "nameplate_location"),
    ("customer_id", "nameplate_party"),
    ("at_vendor_id", "nameplate_party"),
    ("parent_id", "nameplate_serial"),
    *(
        (name, "nameplate_document")
        for name in (
            "transfer_id",
            "made_by_id",
            "used_by_id",
            "source_id",
            "customer_order_id",
            "shipment_id",
            "return_doc_id",
            "work_id",
        )
    ),
    ("reserved_line_id", "nameplate_line"),
    ("line_id", "nameplate_line"),
    ("serial_id", "nameplate_serial"),
    ("entry_id", "nameplate_entry"),
)


def dangling() -> Iterator[Finding]:
    """Ids that movements copied and that point at nothing."""
    for column, table in COPIED:
        yield from unwanted(
            "nameplate_movement",
            column,
            f"a row of {table}",
            f"SELECT m.serial_id || '/' || m.seq, m.{column} FROM nameplate_movement m WHERE m.{column} IS NOT NULL "
            f"AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = m.{column}) ORDER BY m.serial_id, m.seq",
        )


def entries() -> Iterator[Finding]:
    """How many units an entry says it was done to. Entries of earlier versions counted those as well that only stood beside."""
    beside = ", ".join(str(kind.value) for kind in sorted(BESIDE))
    return compared(
        "nameplate_entry",
        "e.id",
        [("units", "CASE WHEN e.units = m.touched OR m.units = 0 THEN m.touched ELSE COALESCE(m.units, 0) END", "e.units")],
        "nameplate_entry e LEFT JOIN (SELECT entry_id, count(DISTINCT serial_id) AS touched, "
        f"count(DISTINCT CASE WHEN kind NOT IN ({beside}) THEN serial_id END) AS units FROM nameplate_movement GROUP BY entry_id) m "
        "ON m.entry_id = e.id",
    )


def purchase_orders() -> Iterator[Finding]:
    """A purchase order under way is Received exactly when nothing of any line is expected any more."""
    expected = (
        "(SELECT 1 FROM nameplate_line l WHERE l.document_id = d.id AND l.quantity > "
        "(SELECT COALESCE(sum(m.change), 0) FROM nameplate_stockmovement m WHERE m.line_id = l.id) "
        "AND (EXISTS (SELECT 1 FROM nameplate_lot t WHERE t.line_id = l.id AND t.status = 'planned') "
        "OR NOT EXISTS (SELECT 1 FROM nameplate_lot t WHERE t.line_id = l.id)))"
    )
    yield from unwanted(
        "nameplate_document",
        "status",
        "not received: something of it is still to come",
        f"SELECT d.id, d.status FROM nameplate_document d WHERE d.kind = 'PO' AND d.status = 'received' AND EXISTS {expected} ORDER BY 1",
    )
    yield from unwanted(
        "nameplate_document",
        "status",
        "received: nothing is still to come",
        "SELECT d.id, d.status FROM nameplate_document d WHERE d.kind = 'PO' AND d.status IN ('ordered', 'shipped') AND EXISTS "
        "(SELECT 1 FROM nameplate_line l JOIN nameplate_lot t ON t.line_id = l.id WHERE l.document_id = d.id) "
        f"AND NOT EXISTS {expected} ORDER BY 1",
    )
