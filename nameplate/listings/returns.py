"""Returns of customers, with how much each has on it and how many came; and all that came back, or is to, with the reason."""

from __future__ import annotations

from nameplate.listings import links
from nameplate.listings.columns import Column, Link, choices_of
from nameplate.listings.conditions import contains
from nameplate.listings.engine import Listing
from nameplate.listings.narrowed import Check
from nameplate.listings.search import search_in
from nameplate.listings.sql import Sql
from nameplate.listings.yes_no import YES_NO, yes_no
from nameplate.models import DocumentKind, DocumentStatus, ReturnOutcome, Status
from nameplate.serial_text import fold

_CUSTOMER = Link("customer", links.PARTY, "s.party_id")
_BY = Link("created_by", links.USER, "s.created_by_id", nullable=False)


def _count(which: str = "") -> str:
    return f"(SELECT count(*) FROM nameplate_returnunit u WHERE u.paper_id = s.id{f' AND {which}' if which else ''})"


_OPEN = "u.contradiction <> '' AND u.settled = ''"
_GOODS = "(SELECT {what} FROM nameplate_returngoods u WHERE u.paper_id = s.id AND {which})"
_CONTRADICTIONS = f"({_count(_OPEN)} + {_GOODS.format(what='count(*)', which=_OPEN)})"

STATUSES = choices_of(
    [
        (one.value, str(one.label))
        for one in (
            DocumentStatus.NEW,
            DocumentStatus.WAITING_INSPECTION,
            DocumentStatus.WAITING_ACTION,
            DocumentStatus.RESOLVED,
            DocumentStatus.CANCELED,
        )
    ]
)

RETURNS = Listing(
    name="returns",
    label="Returns",
    table="nameplate_document s JOIN nameplate_return o ON o.document_id = s.id",
    columns=(
        Column("number", "Number", "s.number", "link", key="s.number_key", order="s.sort_key", noun="returns", ref="id"),
        Column("status", "Status", "s.status", "choice", order="s.status", choices=STATUSES),
        Column(
            "customer", "Customer", "t.name", "link", _CUSTOMER, key="t.name_key", order="t.name_key", noun="customers", ref="customer_id"
        ),
        Column("customer_reference", "Customer’s reference", "o.customer_reference"),
        Column("units", "Units", _count(), "number", filterable=False),
        Column("received", "Came", _count("u.received_by_id IS NOT NULL"), "number", filterable=False),
        Column("goods", "Goods", _GOODS.format(what="COALESCE(SUM(u.quantity), 0)", which="1 = 1"), "quantity", filterable=False),
        Column("contradictions", "Contradictions", _CONTRADICTIONS, "number"),
        Column("created_at", "Made", "s.created_at", "time", order="s.created_at"),
        Column("created_by", "Made by", "t.username", via=_BY, default_shown=False),
        Column("notes", "Notes", "s.notes", filterable=False, default_shown=False),
    ),
    natural=("s.sort_key",),
    walked=("s.sort_key",),
    section="stock",
    scope=Sql("s.kind = %s", (DocumentKind.RETURN.value,)),
    search=search_in("s.number_key"),
    search_tips="Number",
    sort="-number",
)


_SAME = "reason_id", "received_by_id", "outcome", "shipped_on", "shipment_id", "customer_order_id", "complaint", "finding", "contradiction"


def _rows(table: str, alias: str, join: str, own: str) -> str:
    """What units and goods of returns have in common, beside what is their own."""
    return f"SELECT {own}, {', '.join(f'{alias}.{name}' for name in _SAME)}, {alias}.paper_id FROM {table} {alias} JOIN {join}"


_BACK = " UNION ALL ".join(
    (
        _rows(
            "nameplate_returnunit",
            "r",
            "nameplate_serial x ON x.id = r.serial_id",
            "r.id * 2 AS id, r.serial_id, x.item_id, CAST(NULL AS bigint) AS lot_id, 1000000 AS quantity, "
            "r.warranty_until, r.replacement_id",
        ),
        _rows(
            "nameplate_returngoods",
            "g",
            "nameplate_line o ON o.id = g.line_id",
            "g.id * 2 + 1, NULL, o.item_id, g.lot_id, g.quantity, NULL, NULL",
        ),
    )
)
"""Units with an even id, goods with an odd one."""


def _search(text: str) -> Check:
    found = contains("t.key", fold(text.strip()))
    return Check(Sql(f"s.serial_id IN (SELECT t.id FROM nameplate_serial t WHERE {found.text})", found.params))


_UNIT = Link("serial", links.SERIAL, "s.serial_id")
_ITEM = Link("item", links.ITEM, "s.item_id", nullable=False)
_LOT = Link("lot", links.LOT, "s.lot_id")
_PAPER = Link("return", links.DOCUMENT, "s.paper_id", nullable=False)
_REASON = Link("reason", links.REASON, "s.reason_id")
_SHIPMENT = Link("shipment", links.DOCUMENT, "s.shipment_id")
_ORDER = Link("customer_order", links.DOCUMENT, "s.customer_order_id")
_CAME = Link("received_entry", links.ENTRY, "s.received_by_id")
_INSTEAD = Link("replacement", links.SERIAL, "s.replacement_id")
_OUTCOMES = choices_of([("", "Not decided"), *((one.value, str(one.label)) for one in ReturnOutcome)])

RETURNED = Listing(
    name="reports/returned",
    label="Returned and why",
    table=f"({_BACK}) s",
    columns=(
        Column("serial", "Serial number", "t.number", "link", _UNIT, key="t.key", order="t.sort_key", noun="serials", ref="serial_id"),
        Column("item", "Item", "t.number", "link", _ITEM, key="t.number_key", order="t.number_key", noun="items", ref="item_id"),
        Column("quantity", "Quantity", "s.quantity", "quantity", order="s.quantity"),
        Column("unit", "Unit", "t.unit", via=_ITEM, filterable=False),
        Column(
            "lot", "Lot", "t.number", "link", _LOT, key="t.number_key", order="t.sort_key", noun="lots", ref="lot_id", default_shown=False
        ),
        Column("reason", "Reason", "t.name", via=_REASON, key="t.name_key", order="t.name_key", nullable=True),
        Column("return", "Return", "t.number", "link", _PAPER, key="t.number_key", order="t.sort_key", noun="returns", ref="return_id"),
        Column(
            "customer",
            "Customer",
            "u.name",
            "link",
            _PAPER,
            key="u.name_key",
            order="u.name_key",
            noun="customers",
            ref="customer_id",
            ref_value="u.id",
        ),
        Column("returned", "Came back", "t.happened_at", "time", _CAME, order="t.happened_at", noun="entries", ref="received_entry_id"),
        Column("outcome", "Outcome", "s.outcome", "choice", order="s.outcome", choices=_OUTCOMES),
        Column("shipped_on", "Shipped on", "s.shipped_on", "date", order="s.shipped_on", nullable=True, default_shown=False),
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
            default_shown=False,
        ),
        Column(
            "customer_order",
            "Customer order",
            "t.number",
            "link",
            _ORDER,
            key="t.number_key",
            order="t.sort_key",
            noun="customer-orders",
            ref="customer_order_id",
            default_shown=False,
        ),
        Column(
            "warranty_until", "Warranty until", "s.warranty_until", "date", order="s.warranty_until", nullable=True, default_shown=False
        ),
        Column("complaint", "What is wrong", "s.complaint", filterable=False, default_shown=False),
        Column("finding", "Found", "s.finding", filterable=False, default_shown=False),
        Column("contradiction", "Contradiction", yes_no("s.contradiction <> ''"), "choice", choices=YES_NO, default_shown=False),
        Column(
            "replacement",
            "Replaced by",
            "t.number",
            "link",
            _INSTEAD,
            key="t.key",
            order="t.sort_key",
            noun="serials",
            ref="replacement_id",
            default_shown=False,
        ),
        Column("status", "Status now", "t.status", "choice", _UNIT, order="t.status", choices=choices_of(Status.choices)),
    ),
    natural=(),
    walked=("s.id",),
    section="stock",
    scope=Sql("s.paper_id IN (SELECT d.id FROM nameplate_document d WHERE d.kind = 'RMA' AND d.status <> 'canceled')"),
    search=_search,
    search_tips="Serial number",
    sort="-returned",
)
