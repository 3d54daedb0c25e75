"""What a trace says of each unit, lot and completion: read for a whole level, or for all of them, by one statement per kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nameplate.ledger import bulk
from nameplate.listings.trace.graph import Node, ids_of, moment
from nameplate.models import LotStatus, Status


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that is named."""

    id: int
    number: str
    kind: str


@dataclass(frozen=True, slots=True)
class Facts:
    """How a node stands now. What it has not is empty or None; `customer`, `shipment` and the like are those of its outermost product.

    `customer` is where it is now, so nobody for what is in stock again or gone.
    """

    number: str
    sort_key: str = ""
    item_id: int | None = None
    item: str = ""
    description: str = ""
    unit: str = ""
    status: int | None = None
    """Of a unit."""
    standing: str = ""
    """The status in words, of a unit or a lot."""
    lot_id: int | None = None
    lot: str = ""
    vendor_batch: str = ""
    expires_on: str = ""
    source: Paper | None = None
    vendor_id: int | None = None
    vendor: str = ""
    order: Paper | None = None
    happened_at: datetime | None = None
    outermost_id: int | None = None
    outermost: str = ""
    where: str = ""
    customer_id: int | None = None
    customer: str = ""
    customer_order: Paper | None = None
    shipment: Paper | None = None


_PAPER = "{0}.id, {0}.number, {0}.kind"
_UNITS = (
    "SELECT s.id, s.number, s.sort_key, s.item_id, i.number, i.description, i.unit, s.status, s.withdrawn, s.lot_id, l.number, "
    f"l.vendor_batch, l.expires_on, {_PAPER.format('d')}, v.id, v.name, {_PAPER.format('m')}, o.id, o.number, h.name, p.name, "
    f"c.id, c.name, {_PAPER.format('co')}, {_PAPER.format('sh')} FROM nameplate_serial s JOIN nameplate_item i ON i.id = s.item_id "
    "JOIN nameplate_lot l ON l.id = s.lot_id JOIN nameplate_serial o ON o.id = s.outermost_id "
    "LEFT JOIN nameplate_document d ON d.id = s.source_id LEFT JOIN nameplate_party v ON v.id = d.party_id AND v.role = 'vendor' "
    "LEFT JOIN nameplate_document m ON m.id = s.made_by_id LEFT JOIN nameplate_location p ON p.id = o.location_id "
    "LEFT JOIN nameplate_site h ON h.id = p.site_id "
    f"LEFT JOIN nameplate_party c ON c.id = o.customer_id AND o.status = {Status.SHIPPED.value} "
    "LEFT JOIN nameplate_document co ON co.id = o.customer_order_id LEFT JOIN nameplate_document sh ON sh.id = o.shipment_id "
    "WHERE s.id IN {which}"
)
_LOTS = (
    "SELECT l.id, l.number, l.sort_key, l.item_id, i.number, i.description, i.unit, l.status, l.vendor_batch, l.expires_on, "
    f"{_PAPER.format('d')}, v.id, v.name FROM nameplate_lot l JOIN nameplate_item i ON i.id = l.item_id "
    "LEFT JOIN nameplate_document d ON d.id = l.source_id LEFT JOIN nameplate_party v ON v.id = d.party_id AND v.role = 'vendor' "
    "WHERE l.id IN {which}"
)
_ENTRIES = (
    f"SELECT e.id, e.act, e.happened_at, {_PAPER.format('d')} FROM nameplate_entry e "
    "LEFT JOIN nameplate_document d ON d.id = e.document_id "
    "WHERE e.id IN {which}"
)


def facts_of(nodes: Iterable[Node]) -> dict[Node, Facts]:
    """What is known of these. At most three statements."""
    chosen = list(nodes)
    found = {Node("serials", row[0]): _of_unit(row) for row in _rows(_UNITS, ids_of(chosen, "serials"))}
    found |= {Node("lots", row[0]): _of_lot(row) for row in _rows(_LOTS, ids_of(chosen, "lots"))}
    return found | {Node("entries", row[0]): _of_entry(row) for row in _rows(_ENTRIES, ids_of(chosen, "entries"))}


def _rows(sql: str, wanted: list[int]) -> list[tuple[Any, ...]]:
    return bulk.query(sql.format(which=bulk.id_set()), [bulk.ids(wanted)]) if wanted else []


def _paper(columns: tuple[Any, ...]) -> Paper | None:
    return None if columns[0] is None else Paper(*columns)


def _day(value: Any) -> str:
    return "" if value is None else str(value)[:10]


def _of_unit(row: tuple[Any, ...]) -> Facts:
    return Facts(
        number=row[1],
        sort_key=row[2],
        item_id=row[3],
        item=row[4],
        description=row[5],
        unit=row[6],
        status=row[7],
        standing="Withdrawn" if row[8] else str(Status(row[7]).label),
        lot_id=row[9],
        lot=row[10],
        vendor_batch=row[11],
        expires_on=_day(row[12]),
        source=_paper(row[13:16]),
        vendor_id=row[16],
        vendor=row[17] or "",
        order=_paper(row[18:21]),
        outermost_id=row[21] if row[21] != row[0] else None,
        outermost=row[22] if row[21] != row[0] else "",
        where=f"{row[23]} · {row[24]}" if row[24] is not None else "",
        customer_id=row[25],
        customer=row[26] or "",
        customer_order=_paper(row[27:30]),
        shipment=_paper(row[30:33]),
    )


def _of_lot(row: tuple[Any, ...]) -> Facts:
    return Facts(
        number=row[1],
        sort_key=row[2],
        item_id=row[3],
        item=row[4],
        description=row[5],
        unit=row[6],
        standing=str(LotStatus(row[7]).label),
        vendor_batch=row[8],
        expires_on=_day(row[9]),
        source=_paper(row[10:13]),
        vendor_id=row[13],
        vendor=row[14] or "",
    )


def _of_entry(row: tuple[Any, ...]) -> Facts:
    order = _paper(row[3:6])
    return Facts(number=order.number if order else str(row[1]), sort_key=f"{row[0]:020}", happened_at=moment(row[2]), order=order)
