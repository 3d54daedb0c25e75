"""Every list by the name that its address has."""

from __future__ import annotations

from nameplate.listings.ageing import AGEING
from nameplate.listings.changes import CHANGES
from nameplate.listings.check_results import CHECK_RESULTS
from nameplate.listings.consumed import CONSUMED
from nameplate.listings.customer_orders import CUSTOMER_ORDERS
from nameplate.listings.engine import Listing
from nameplate.listings.entries import ENTRIES
from nameplate.listings.goods_spent import GOODS_SPENT
from nameplate.listings.inspections import INSPECTED_UNITS, INSPECTIONS
from nameplate.listings.items import ITEMS
from nameplate.listings.jobs import JOBS
from nameplate.listings.lots import LOTS
from nameplate.listings.manufacturing_orders import MANUFACTURING_ORDERS
from nameplate.listings.parties import CUSTOMERS, VENDORS
from nameplate.listings.purchase_orders import PURCHASE_ORDERS
from nameplate.listings.reports import REJECTED, SHIPPED, WRITTEN_OFF
from nameplate.listings.returns import RETURNED, RETURNS
from nameplate.listings.rework import REWORK
from nameplate.listings.serials import SERIALS
from nameplate.listings.shipments import SHIPMENTS
from nameplate.listings.sites import LOCATIONS, SITES
from nameplate.listings.status_over_time import STATUS_OVER_TIME
from nameplate.listings.stock_counts import STOCK_COUNTS
from nameplate.listings.stock_value import STOCK_VALUE
from nameplate.listings.transfer_orders import TRANSFER_ORDERS
from nameplate.listings.vendor_returns import VENDOR_RETURNS
from nameplate.listings.write_offs import WRITE_OFFS

ALL: dict[str, Listing] = {
    listing.name: listing
    for listing in (
        SERIALS,
        ITEMS,
        VENDORS,
        CUSTOMERS,
        SITES,
        LOCATIONS,
        LOTS,
        PURCHASE_ORDERS,
        MANUFACTURING_ORDERS,
        TRANSFER_ORDERS,
        STOCK_COUNTS,
        WRITE_OFFS,
        VENDOR_RETURNS,
        STATUS_OVER_TIME,
        STOCK_VALUE,
        AGEING,
        CONSUMED,
        REJECTED,
        WRITTEN_OFF,
        GOODS_SPENT,
        SHIPPED,
        RETURNED,
        INSPECTIONS,
        INSPECTED_UNITS,
        CHECK_RESULTS,
        REWORK,
        CUSTOMER_ORDERS,
        SHIPMENTS,
        RETURNS,
        ENTRIES,
        CHANGES,
        JOBS,
    )
}
"""The history of one unit is made for that unit: `entries.history_of`."""
