"""Stock → Serial numbers: every unit that is not withdrawn, in stock or not."""

from __future__ import annotations

from nameplate.functions import EXPIRY_DATES, LOTS, RMA
from nameplate.listings import links
from nameplate.listings.columns import Column, Hidden, Link, choices_of
from nameplate.listings.custom_fields import Customs
from nameplate.listings.engine import Listing
from nameplate.listings.in_words import WHERE, WHOSE
from nameplate.listings.narrowed import Narrowed
from nameplate.listings.search import named_exactly, search_serials
from nameplate.listings.serials_past import as_it_was
from nameplate.listings.write_offs import why_written_off
from nameplate.listings.yes_no import YES_NO, yes_no
from nameplate.models import Availability, LotStatus, Status

_PRODUCTS = "t.id IN (SELECT {key} FROM nameplate_serial p WHERE p.parent_id IS NOT NULL)"

ITEM = Link("item", links.ITEM, "s.item_id", nullable=False)
LOT = Link("lot", links.LOT, "s.lot_id", nullable=False, implied=(("s.item_id", "t.item_id"),))
PLACE = Link("location", links.PLACE, "s.location_id")
SOURCE = Link("source", links.DOCUMENT, "s.source_id")
CUSTOMER = Link("customer", links.PARTY, "s.customer_id")
ORDER = Link("customer_order", links.DOCUMENT, "s.customer_order_id")
SHIPMENT = Link("shipment", links.DOCUMENT, "s.shipment_id")
RETURN = Link("return", links.DOCUMENT, "s.return_doc_id")
WHY_RETURNED = (
    "(SELECT r.name FROM nameplate_returnunit w JOIN nameplate_reason r ON r.id = w.reason_id "
    "WHERE w.serial_id = s.id AND w.paper_id = s.return_doc_id)"
)
"""As the reason is called now."""
MADE_BY = Link("made_by", links.DOCUMENT, "s.made_by_id")
USED_BY = Link("used_by", links.DOCUMENT, "s.used_by_id")
RESERVED = Link("reserved_line", links.LINE, "s.reserved_line_id")
PARENT = Link("built_into", links.SERIAL, "s.parent_id", among=_PRODUCTS.format(key="p.parent_id"))
PRODUCT = Link("product", links.SERIAL, "NULLIF(s.outermost_id, s.id)", among=_PRODUCTS.format(key="p.outermost_id"))
LAST = Link("last_entry", links.ENTRY, "s.last_entry_id", nullable=False)

COLUMNS = (
    Column("serial", "Serial number", "s.number", "link", key="s.key", order="s.sort_key", noun="serials", ref="id"),
    Column("item", "Item", "t.number", "link", ITEM, key="t.number_key", order="t.number_key", noun="items", ref="item_id"),
    Column("description", "Description", "t.description", via=ITEM, key="t.description_key", order="t.description_key"),
    Column("group", "Item group", 't."group"', via=ITEM, order='t."group"', default_shown=False),
    Column("status", "Status", "s.status", "choice", order="s.status", choices=choices_of(Status.choices)),
    Column(
        "availability",
        "Availability",
        "s.availability",
        "choice",
        order="s.availability",
        choices=choices_of(Availability.choices),
        bits=True,
    ),
    Column("lot", "Lot", "t.number", "link", LOT, key="t.number_key", order="t.sort_key", noun="lots", ref="lot_id"),
    Column(
        "lot_status",
        "Lot status",
        "t.status",
        "choice",
        LOT,
        order="t.status",
        choices=choices_of(LotStatus.choices),
        default_shown=False,
        function=LOTS,
    ),
    Column("site", "Site", "u.name", "link", PLACE, key="u.name_key", order="u.name_key", noun="sites", ref="site_id", ref_value="u.id"),
    Column(
        "location",
        "Where",
        links.PLACE_LABEL,
        "link",
        PLACE,
        key="t.label_key",
        order="t.label_key",
        noun="locations",
        ref="location_id",
        told=WHERE,
    ),
    Column(
        "customer",
        "Customer",
        "t.name",
        "link",
        CUSTOMER,
        key="t.name_key",
        order="t.name_key",
        noun="customers",
        ref="customer_id",
        told=WHOSE,
    ),
    Column("received_on", "Received on", "s.received_on", "date", order="s.received_on", nullable=True),
    Column(
        "source",
        "Source document",
        "t.number",
        "link",
        SOURCE,
        key="t.number_key",
        order="t.sort_key",
        noun="documents",
        ref="source_id",
    ),
    Column(
        "vendor",
        "Vendor",
        "u.name",
        "link",
        SOURCE,
        key="u.name_key",
        order="u.name_key",
        nullable=True,
        noun="vendors",
        ref="vendor_id",
        ref_value="u.id",
        default_shown=False,
    ),
    Column("vendor_batch", "Vendor batch", "t.vendor_batch", via=LOT, order="t.vendor_batch", default_shown=False),
    Column("cost", "Cost", "t.cost", "quantity", LOT, order="t.cost", nullable=True, default_shown=False),
    Column(
        "customer_order",
        "Customer order",
        "t.number",
        "link",
        ORDER,
        key="t.number_key",
        order="t.sort_key",
        noun="customer-orders",
        ref="customer_order_id",
        default_shown=False,
    ),
    Column(
        "shipment",
        "Shipment",
        "t.number",
        "link",
        SHIPMENT,
        key="t.number_key",
        order="t.sort_key",
        noun="shipments",
        ref="shipment_id",
        default_shown=False,
    ),
    Column("shipped_on", "Shipped on", "s.shipped_on", "date", order="s.shipped_on", nullable=True, default_shown=False),
    Column(
        "built_into",
        "Built into",
        "t.number",
        "link",
        PARENT,
        key="t.key",
        order="t.sort_key",
        noun="serials",
        ref="built_into_id",
        default_shown=False,
    ),
    Column(
        "product",
        "Outermost product",
        "t.number",
        "link",
        PRODUCT,
        key="t.key",
        order="t.sort_key",
        noun="serials",
        ref="product_id",
        default_shown=False,
    ),
    Column("place", "Place in product", "s.place", order="s.place", default_shown=False),
    Column(
        "made_by",
        "Made by order",
        "t.number",
        "link",
        MADE_BY,
        key="t.number_key",
        order="t.sort_key",
        noun="manufacturing-orders",
        ref="made_by_id",
        default_shown=False,
    ),
    Column(
        "used_by",
        "Used by order",
        "t.number",
        "link",
        USED_BY,
        key="t.number_key",
        order="t.sort_key",
        noun="manufacturing-orders",
        ref="used_by_id",
        default_shown=False,
    ),
    Column(
        "reserved_for",
        "Reserved for",
        "u.number",
        "link",
        RESERVED,
        key="u.number_key",
        order="u.sort_key",
        noun="documents",
        ref="reserved_for_id",
        ref_value="u.id",
        default_shown=False,
    ),
    Column("hold", "Why on hold", "s.hold", order="s.hold", default_shown=False, within=("availability", "on_hold")),
    Column("write_off_reason", "Write-off reason", why_written_off(), order=why_written_off(), nullable=True, default_shown=False),
    Column(
        "return",
        "Return",
        "t.number",
        "link",
        RETURN,
        key="t.number_key",
        order="t.sort_key",
        noun="returns",
        ref="return_id",
        default_shown=False,
        function=RMA,
    ),
    Column("return_reason", "Return reason", WHY_RETURNED, order=WHY_RETURNED, nullable=True, default_shown=False, function=RMA),
    Column("returned_on", "Returned on", "s.returned_on", "date", order="s.returned_on", nullable=True, default_shown=False, function=RMA),
    Column(
        "expiry",
        "Expiry",
        "t.expires_on",
        "date",
        LOT,
        order="t.expires_on",
        nullable=True,
        default_shown=False,
        function=EXPIRY_DATES,
    ),
    Column("warranty_until", "Warranty until", "s.warranty_until", "date", order="s.warranty_until", nullable=True, default_shown=False),
    Column("last_change", "Last change", "t.recorded_at", "time", LAST, order="s.last_entry_id", default_shown=False),
    Column("by_whom", "By whom", "u.username", via=LAST, order="u.username", default_shown=False),
    Column("notes", "Notes", "s.notes", order="s.notes", default_shown=False),
    Column("withdrawn", "Withdrawn", yes_no("s.withdrawn"), "choice", order=yes_no("s.withdrawn"), choices=YES_NO, default_shown=False),
)

PLACELESS = frozenset({Status.PLANNED, Status.SHIPPED, Status.WRITTEN_OFF})


def _impossible(narrowed: Narrowed) -> bool:
    """A unit at a location is in stock, or inside a product that is: the database holds that."""
    chosen = {choice.expression: choice for choice in narrowed.chosen}
    status, place = chosen.get("s.status"), chosen.get("s.location_id")
    return status is not None and place is not None and not place.null and PLACELESS.issuperset(status.values)


SERIALS = Listing(
    name="serials",
    label="Serial numbers",
    table="nameplate_serial s",
    columns=COLUMNS,
    natural=("s.sort_key",),
    walked=(
        "s.lot_id",
        "s.source_id",
        "s.customer_id",
        "s.location_id",
        "s.item_id",
        "s.availability",
        "s.status",
        "s.received_on",
        "s.last_entry_id",
        "s.sort_key",
    ),
    walked_where_set=("s.shipment_id", "s.customer_order_id", "s.made_by_id", "s.used_by_id", "s.shipped_on", "s.warranty_until"),
    section="stock",
    hidden=Hidden("withdrawn", "NOT s.withdrawn", "s.withdrawn"),
    customs=(Customs("serials"), Customs("items", ITEM, "item"), Customs("lots", LOT, "lot")),
    search=search_serials,
    exact=named_exactly,
    impossible=_impossible,
    then=as_it_was,
    selectable=True,
    search_tips="Serial number, earlier number, item, lot, document, customer or vendor",
)
