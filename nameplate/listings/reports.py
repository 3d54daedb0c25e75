"""Reports as lists: rejected and why, written off and why, shipped to whom. Acts undone since are in none of them."""

from __future__ import annotations

from dataclasses import replace

from nameplate.ledger.kinds import RULE, Kind
from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.conditions import contains
from nameplate.listings.engine import Listing
from nameplate.listings.narrowed import Check
from nameplate.listings.own_reasons import failure_of
from nameplate.listings.sql import Sql
from nameplate.listings.swapped import around, in_place, shipped_as
from nameplate.listings.unit_ids import number_in, of_unit
from nameplate.models import Status
from nameplate.models.entries import ENTRY_STEP
from nameplate.serial_text import fold

_ROW = f"s.entry_id * {ENTRY_STEP} + s.serial_id"
"""A row's id and place, as the index has it. It begins with a column of the row, so that it is no order of linked rows."""
_UNDONE = (
    "EXISTS (SELECT 1 FROM nameplate_entry x JOIN nameplate_movement r ON r.entry_id = x.id AND r.serial_id = s.serial_id "
    "WHERE x.reverses_id = s.entry_id)"
)
_UNDONE_SINCE = (
    "EXISTS (SELECT 1 FROM nameplate_entry x JOIN nameplate_movement r ON r.entry_id = x.id AND r.serial_id = n.serial_id "
    "WHERE x.reverses_id = n.entry_id)"
)


def _next(kind: Kind, unit: str = "s.serial_id", seq: str = "s.seq") -> str:
    """The entry in which this happened to the unit next, not undone since."""
    return (
        f"(SELECT min(n.entry_id) FROM nameplate_movement n WHERE n.serial_id = {unit} AND n.seq > {seq} "
        f"AND n.kind = {kind.value} AND NOT {_UNDONE_SINCE})"
    )


def _before(column: str) -> str:
    """A column of the unit's placement before."""
    return f"(SELECT b.{column} FROM nameplate_movement b WHERE b.serial_id = s.serial_id AND b.seq = s.seq - 1)"


def _became(alias: str, kind: Kind) -> str:
    """It happened to the unit, or it came out of a product with that fate; as the partial index has it."""
    return f"{alias}.kind IN ({kind.value}, {Kind.REMOVED.value}) AND {alias}.status = {RULE[kind].targets[0].value}"


def _unit_link(kind: Kind) -> Link:
    """The unit of the row. Units of this kind are few, and an index knows them."""
    few = f"t.id IN (SELECT m.serial_id FROM nameplate_movement m WHERE {_became('m', kind)})"
    return Link("serial", links.SERIAL, "s.serial_id", nullable=False, among=few)


_ITEM = Link("item", links.ITEM, of_unit("item_id", "s.serial_id"), nullable=False)
_ENTRY = Link("entry", links.ENTRY, "s.entry_id", nullable=False)
_PAPER = Link("document", links.DOCUMENT, "(SELECT e.document_id FROM nameplate_entry e WHERE e.id = s.entry_id)")
_SOURCE = Link("source", links.DOCUMENT, "s.source_id")
_LOT = Link("lot", links.LOT, "s.lot_id", nullable=False)
_LOT_BEFORE = Link("lot_before", links.LOT, _before("lot_id"))
_PLACE_BEFORE = Link("location_before", links.PLACE, _before("location_id"))
_RELEASED = Link("released_entry", links.ENTRY, _next(Kind.RELEASED))
_FOUND = Link("found_entry", links.ENTRY, _next(Kind.RE_ENTERED))


def _head(unit: Link, label: str) -> tuple[Column, ...]:
    """Which unit, when, and by whom."""
    return (
        Column("serial", "Serial number", "t.number", "link", unit, key="t.key", order="t.sort_key", noun="serials", ref="serial_id"),
        Column("item", "Item", "t.number", "link", _ITEM, key="t.number_key", order="t.number_key", noun="items", ref="item_id"),
        Column("happened_at", label, "t.happened_at", "time", _ENTRY, order=_ROW, noun="entries", ref="entry_id"),
        Column("by_whom", "By whom", "u.username", via=_ENTRY),
    )


def _tail(unit: Link, source: Link = _SOURCE, *, vendor_shown: bool = True) -> tuple[Column, ...]:
    """Where it came from, and how it stands now."""
    vendor = Column(
        "vendor",
        "Vendor",
        "u.name",
        "link",
        source,
        key="u.name_key",
        order="u.name_key",
        nullable=True,
        noun="vendors",
        ref="vendor_id",
        ref_value="u.id",
    )
    return (
        Column(
            "source",
            "Source document",
            "t.number",
            "link",
            source,
            key="t.number_key",
            order="t.sort_key",
            noun="documents",
            ref="source_id",
            default_shown=False,
        ),
        vendor if vendor_shown else replace(vendor, default_shown=False),
        Column("status", "Status now", "t.status", "choice", unit, order="t.status", choices=choices_of(Status.choices)),
        Column("note", "Note", "t.note", via=_ENTRY, filterable=False, default_shown=False),
    )


def _scope(kind: Kind) -> Sql:
    return Sql(f"{_became('s', kind)} AND NOT {_UNDONE}")


_WHY_REJECTED = (
    "COALESCE((SELECT r.name FROM nameplate_inspectedunit w JOIN nameplate_reason r ON r.id = w.reason_id "
    f"WHERE w.serial_id = s.serial_id AND w.judged_id = s.entry_id), {failure_of('s')}, "
    "(SELECT e.reason FROM nameplate_entry e WHERE e.id = s.entry_id))"
)
"""By an inspection each unit has a reason of its own, as it is called now, and so has what failed on the bench; else that of the act."""

REJECTED = Listing(
    name="reports/rejected",
    label="Rejected and why",
    table="nameplate_movement s",
    columns=(
        *_head(_unit_link(Kind.REJECTED), "Rejected"),
        Column("reason", "Reason", _WHY_REJECTED, order=f"lower({_WHY_REJECTED})"),
        Column(
            "document", "Document", "t.number", "link", _PAPER, key="t.number_key", order="t.sort_key", noun="documents", ref="document_id"
        ),
        Column(
            "lot_before",
            "Out of lot",
            "t.number",
            "link",
            _LOT_BEFORE,
            key="t.number_key",
            order="t.sort_key",
            noun="lots",
            ref="lot_before_id",
            default_shown=False,
        ),
        Column("lot", "Into lot", "t.number", "link", _LOT, key="t.number_key", order="t.sort_key", noun="lots", ref="lot_id"),
        Column("released", "Released", "t.happened_at", "time", _RELEASED, order="t.happened_at", noun="entries", ref="released_entry_id"),
        *_tail(_unit_link(Kind.REJECTED)),
    ),
    natural=(),
    walked=(_ROW,),
    row_id=_ROW,
    section="stock",
    scope=_scope(Kind.REJECTED),
    search=number_in("s.serial_id"),
    search_tips="Serial number",
    sort="-happened_at",
)

_WHY = (
    "(SELECT COALESCE(r.name, e.reason) FROM nameplate_entry e LEFT JOIN nameplate_writeoff w ON w.document_id = e.document_id "
    "LEFT JOIN nameplate_reason r ON r.id = w.reason_id WHERE e.id = s.entry_id)"
)
"""As the reason is called now."""

WRITTEN_OFF = Listing(
    name="reports/written-off",
    label="Written off and why",
    table="nameplate_movement s",
    columns=(
        *_head(_unit_link(Kind.WRITTEN_OFF), "Written off"),
        Column("reason", "Reason", _WHY, order=f"lower({_WHY})"),
        Column(
            "document", "Document", "t.number", "link", _PAPER, key="t.number_key", order="t.sort_key", noun="documents", ref="document_id"
        ),
        Column("lot", "Lot", "t.number", "link", _LOT, key="t.number_key", order="t.sort_key", noun="lots", ref="lot_id"),
        Column(
            "location_before",
            "Where it was",
            links.PLACE_LABEL,
            "link",
            _PLACE_BEFORE,
            key="t.label_key",
            order="t.label_key",
            noun="locations",
            ref="location_before_id",
        ),
        Column(
            "found",
            "Found again",
            "t.happened_at",
            "time",
            _FOUND,
            order="t.happened_at",
            noun="entries",
            ref="found_entry_id",
            default_shown=False,
        ),
        *_tail(_unit_link(Kind.WRITTEN_OFF)),
    ),
    natural=(),
    walked=(_ROW,),
    row_id=_ROW,
    section="stock",
    scope=_scope(Kind.WRITTEN_OFF),
    search=number_in("s.serial_id"),
    search_tips="Serial number",
    sort="-happened_at",
)

_CUSTOMER = Link("customer", links.PARTY, "s.customer_id")
_SOLD = Link("customer_order", links.DOCUMENT, "s.customer_order_id")
_SHIPMENT = Link("shipment", links.DOCUMENT, "s.shipment_id")
_REFERENCE = "(SELECT o.customer_reference FROM nameplate_customerorder o WHERE o.document_id = s.customer_order_id)"
_WENT, _LEFT = in_place("serial_id"), shipped_as()
"""The unit that went in truth, by its id and by the movement with which it had left."""
_WENT_UNIT = Link(
    "serial",
    links.SERIAL,
    _WENT,
    nullable=False,
    among=f"(t.shipment_id IS NOT NULL OR {_unit_link(Kind.SHIPPED).among})",
    around=around,
)
_WENT_SOURCE = Link("source", links.DOCUMENT, in_place("source_id"))
_RETURNED = Link("returned_entry", links.ENTRY, _next(Kind.RETURNED, _WENT, _LEFT))
_TAKEN_IN = Link("found_entry", links.ENTRY, _next(Kind.RE_ENTERED, _WENT, _LEFT))


def _number_that_went(text: str) -> Check:
    """Finds the number of what went in truth, anywhere in it."""
    found = contains("t.key", fold(text.strip()))
    meant = f"SELECT t.id FROM nameplate_serial t WHERE {found.text}"
    return Check(Sql(f"{around(meant)} AND {_WENT} IN ({meant})", found.params * 2))


SHIPPED = Listing(
    name="reports/shipped",
    label="Shipped to whom",
    table="nameplate_movement s",
    columns=(
        *_head(_WENT_UNIT, "Shipped"),
        Column(
            "customer", "Customer", "t.name", "link", _CUSTOMER, key="t.name_key", order="t.name_key", noun="customers", ref="customer_id"
        ),
        Column(
            "customer_order",
            "Order",
            "t.number",
            "link",
            _SOLD,
            key="t.number_key",
            order="t.sort_key",
            noun="customer-orders",
            ref="customer_order_id",
        ),
        Column("customer_reference", "Customer’s reference", _REFERENCE, nullable=True, order=f"lower({_REFERENCE})"),
        Column(
            "shipment",
            "Shipment",
            "t.number",
            "link",
            _SHIPMENT,
            key="t.number_key",
            order="t.sort_key",
            noun="shipments",
            ref="shipment_id",
        ),
        Column("shipped_on", "Shipped on", "s.shipped_on", "date", order="s.shipped_on", nullable=True, default_shown=False),
        Column("warranty_until", "Warranty until", in_place("warranty_until"), "date", default_shown=False),
        Column("returned", "Returned", "t.happened_at", "time", _RETURNED, order="t.happened_at", noun="entries", ref="returned_entry_id"),
        Column(
            "re_entered",
            "Taken in again",
            "t.happened_at",
            "time",
            _TAKEN_IN,
            order="t.happened_at",
            noun="entries",
            ref="found_entry_id",
            default_shown=False,
        ),
        *_tail(_WENT_UNIT, _WENT_SOURCE, vendor_shown=False),
    ),
    natural=(),
    walked=(_ROW,),
    row_id=_ROW,
    section="stock",
    scope=_scope(Kind.SHIPPED),
    search=_number_that_went,
    search_tips="Serial number",
    sort="-happened_at",
)
