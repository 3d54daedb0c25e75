"""Units: each row against its last movement, and where its outermost product is."""

from __future__ import annotations

from collections.abc import Iterator

from nameplate.ledger.verifying.findings import Column, Finding, compared, unwanted

REPEATED = (
    "status",
    "withdrawn",
    "lot_id",
    "transfer_id",
    "at_vendor_id",
    "parent_id",
    "place",
    "made_by_id",
    "used_by_id",
    "source_id",
    "customer_order_id",
    "shipment_id",
    "return_doc_id",
    "reserved_line_id",
    "work_id",
    "hold",
    "received_on",
    "shipped_on",
    "returned_on",
    "warranty_until",
)
"""Columns that a unit's row repeats from its last movement, whether or not it is inside a product."""

FACTS = (
    "CASE WHEN m.reserved_line_id IS NOT NULL THEN 2 ELSE 0 END + CASE WHEN m.hold <> '' THEN 4 ELSE 0 END"
    " + CASE WHEN m.transfer_id IS NOT NULL THEN 8 ELSE 0 END + CASE WHEN m.work_id IS NOT NULL THEN 16 ELSE 0 END"
)
AVAILABILITY = f"CASE WHEN m.status = 2 AND {FACTS} = 0 THEN 1 ELSE {FACTS} END"


def last(alias: str, unit: str) -> str:
    """SQL: `alias` is the last movement of `unit`."""
    return f"{alias}.serial_id = {unit} AND {alias}.seq = (SELECT max(x.seq) FROM nameplate_movement x WHERE x.serial_id = {unit})"


def unless_component(column: str, own: str) -> Column:
    """What a free unit's column must be; a component's is judged with its product."""
    return (column, f"CASE WHEN m.parent_id IS NULL THEN {own} ELSE s.{column} END", f"s.{column}")


def placements() -> Iterator[Finding]:
    """Each placement column, version, last entry and availability against the last movement."""
    columns: list[Column] = [
        ("version", "m.seq", "s.version"),
        ("last_entry_id", "m.entry_id", "s.last_entry_id"),
        ("availability", AVAILABILITY, "s.availability"),
        *((name, f"m.{name}", f"s.{name}") for name in REPEATED),
        unless_component("location_id", "m.location_id"),
        unless_component("customer_id", "m.customer_id"),
        unless_component("outermost_id", "s.id"),
    ]
    return compared("nameplate_serial", "s.id", columns, f"nameplate_serial s LEFT JOIN nameplate_movement m ON {last('m', 's.id')}")


UPWARDS = (
    "WITH RECURSIVE upwards(unit, at, parent) AS ("
    "SELECT m.serial_id, m.serial_id, m.parent_id FROM nameplate_movement m "
    f"WHERE m.parent_id IS NOT NULL AND {last('m', 'm.serial_id')} "
    f"UNION SELECT u.unit, m.serial_id, m.parent_id FROM upwards u JOIN nameplate_movement m ON {last('m', 'u.parent')})"
)
"""Each component with all its products, up to the one that is in none. UNION ends where a cycle would go on forever."""


def components() -> Iterator[Finding]:
    """A component's outermost product, and the location and customer that its row repeats from it."""
    return compared(
        "nameplate_serial",
        "s.id",
        [
            ("outermost_id", "u.at", "s.outermost_id"),
            ("location_id", "o.location_id", "s.location_id"),
            ("customer_id", "COALESCE(o.customer_id, m.customer_id)", "s.customer_id"),
        ],
        f"nameplate_serial s JOIN nameplate_movement m ON {last('m', 's.id')} AND m.parent_id IS NOT NULL "
        "LEFT JOIN upwards u ON u.unit = s.id AND u.parent IS NULL "
        f"LEFT JOIN nameplate_movement o ON {last('o', 'u.at')}",
        before=UPWARDS,
    )


def sequences() -> Iterator[Finding]:
    """The seqs of a unit's movements count from 1 without a gap, and entries follow each other in their order."""
    yield from unwanted(
        "nameplate_movement",
        "seq",
        "1, 2, 3… without a gap",
        "SELECT serial_id, max(seq) FROM nameplate_movement GROUP BY serial_id HAVING min(seq) <> 1 OR max(seq) <> count(*) ORDER BY 1",
    )
    yield from unwanted(
        "nameplate_movement",
        "entry_id",
        "an entry not before that of the seq before",
        "SELECT m.serial_id || '/' || m.seq, m.entry_id FROM nameplate_movement m JOIN nameplate_movement p "
        "ON p.serial_id = m.serial_id AND p.seq = m.seq - 1 WHERE p.entry_id > m.entry_id ORDER BY m.serial_id, m.seq",
    )


def earlier_units() -> Iterator[Finding]:
    """The link of a unit to the withdrawn one that bore its number before; units renumbered since are left out."""
    return compared(
        "nameplate_serial",
        "s.id",
        [("earlier_id", "w.id", "s.earlier_id")],
        "nameplate_serial s JOIN nameplate_movement f ON f.serial_id = s.id AND f.seq = 1 "
        "LEFT JOIN nameplate_serial w ON w.id = (SELECT max(b.id) FROM nameplate_serial b WHERE b.withdrawn AND b.item_id = s.item_id "
        "AND b.key = s.key AND b.id < s.id AND b.last_entry_id <= f.entry_id "
        "AND NOT EXISTS (SELECT 1 FROM nameplate_name n WHERE n.serial_id = b.id))",
        where="NOT EXISTS (SELECT 1 FROM nameplate_name n WHERE n.serial_id = s.id) AND NOT EXISTS "
        "(SELECT 1 FROM nameplate_name n WHERE n.serial_id = s.earlier_id)",
    )
