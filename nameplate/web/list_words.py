"""What each list is called, counts, offers to do, and says when it is empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from nameplate.access import Right, Section
from nameplate.functions import EXPIRY_DATES, MULTIPLE_SITES, RMA


@dataclass(frozen=True, slots=True)
class Action:
    """A button over a list, for those who may."""

    href: str
    label: str
    icon: str
    section: Section
    right: Right
    main: bool = True
    function: str = ""
    """The function without which it is not there."""
    in_menu: bool = False
    """Among the files, in the menu of exports."""


@dataclass(frozen=True, slots=True)
class ListWords:
    """The words of one list."""

    title: str
    one: str
    many: str
    icon: str
    empty: str
    """What to do when there is nothing at all."""
    actions: tuple[Action, ...] = ()
    columns: tuple[str, ...] = ()
    """The columns shown at first, in their order; none: those that the listing shows by default."""
    past: str = ""
    """What of a past day is not told, and why nothing can be done to its rows."""
    with_these: tuple[Action, ...] = ()
    """What can be done to many rows at once: to all that a search finds, and to those that are ticked. None: no row can be ticked."""


CORRECT = Action("/serials/corrections", "Correct many…", "clipboard-list", "stock", "edit", main=False)
BRING_IN = Action("/imports/new", "Bring in a file", "file-spreadsheet", "stock", "create", main=False, in_menu=True)

_GOODS = Action("/reports/goods", "Goods without numbers", "package", "stock", "view", main=False)
"""Beside reports that have rows for units alone."""


def _files(noun: str) -> Action:
    """All of a list as files, out and in."""
    return Action(f"/{noun}/imports", "Files in and out…", "file-spreadsheet", "catalogue", "view", main=False, in_menu=True)


SOON = "soon"
"""In an address: within the days that the company wants to be warned before a lot expires."""


def _expiry(label: str, when: str, icon: str) -> Action:
    """Lots in stock by their expiry."""
    asked = urlencode({"expiry": when, "in_stock": ">0", "sort": "expiry"})
    return Action(f"/lots?{asked}", label, icon, "stock", "view", main=False, function=EXPIRY_DATES)


WITH_THESE = (
    Action("/labels", "Labels", "barcode", "stock", "view"),
    Action("/serials/edits/new", "Bulk editing…", "pencil", "stock", "edit"),
    Action("/moves/new", "Move…", "arrow-right", "stock", "edit"),
    Action("/transfer-orders/new", "Transfer…", "truck", "stock", "create", function=MULTIPLE_SITES),
    Action("/holds/new", "Put on hold…", "hand-stop", "stock", "edit"),
    Action("/releases/new", "Free from hold…", "circle-check", "stock", "edit"),
    Action("/inspections/new", "Inspect…", "circle-check", "stock", "edit"),
    Action("/rejections/new", "Reject…", "ban", "stock", "edit"),
    Action("/stock-releases/new", "Release to stock…", "circle-check", "stock", "edit"),
    Action("/reservations/new", "Reserve…", "clipboard-list", "stock", "edit"),
    Action("/direct-shipments/new", "Ship…", "truck", "sales", "create"),
    Action("/returns/new", "Take back…", "package-import", "stock", "create", function=RMA),
    Action("/write-offs/new", "Write off…", "trash", "stock", "edit"),
    Action("/vendor-returns/new", "Return to vendor…", "building-factory-2", "stock", "edit"),
    Action("/re-entries/new", "Take in again…", "package-import", "stock", "edit"),
    Action("/removals/new", "Take out of products…", "package-off", "stock", "edit"),
    Action("/rework/new", "Take into rework…", "settings", "stock", "edit"),
)
"""What can be done to many units. The first ones are buttons where rows are ticked, the others stand in a menu behind them."""
LOTS_HELD = (
    Action("/lots/holds/new", "Put on hold…", "hand-stop", "stock", "edit"),
    Action("/lots/releases/new", "Free from hold…", "circle-check", "stock", "edit"),
)
RECEIVE = Action("/purchase-orders?status=ordered,shipped", "Receive", "package-import", "stock", "create")

WORDS: Mapping[str, ListWords] = {
    "serials": ListWords(
        "Serial numbers", "unit", "units", "barcode",
        "Units appear here when their serial numbers are received on a purchase order, or announced beforehand.",
        (CORRECT, BRING_IN, RECEIVE),
        ("serial", "status", "item", "description", "availability", "location", "lot", "customer", "received_on", "source"),
        "Numbers, names, notes, custom fields, and what a lot cost and when it expires are those of today. Nothing can be done to units "
        "here, as they may stand otherwise by now.",
        WITH_THESE,
    ),
    "items": ListWords(
        "Items", "item", "items", "package",
        "Items are what you buy and make. Create the first one, then order it from a vendor.",
        (_files("items"), Action("/items/new", "New item", "plus", "catalogue", "create")),
    ),
    "lots": ListWords(
        "Stock lots", "lot", "lots", "stack-2",
        "A lot is opened for every purchase order line that is ordered, and takes what is received on it. Stock that did not come on an "
        "order is a lot made by hand.",
        (
            _expiry("Expiring", SOON, "clock"),
            _expiry("Expired", "<today", "ban"),
            Action("/lots/new", "New lot", "plus", "stock", "create"),
        ),
        with_these=LOTS_HELD,
    ),
    "vendors": ListWords(
        "Vendors", "vendor", "vendors", "building-factory-2",
        "Vendors are who your units come from. Create one, then write a purchase order to it.",
        (_files("vendors"), Action("/vendors/new", "New vendor", "plus", "catalogue", "create")),
    ),
    "customers": ListWords(
        "Customers", "customer", "customers", "users",
        "Customers are who your units go to. Create the first one here.",
        (_files("customers"), Action("/customers/new", "New customer", "plus", "catalogue", "create")),
    ),
    "sites": ListWords(
        "Sites and locations", "site", "sites", "building-warehouse",
        "A site is a warehouse or plant; its locations are bins, shelves and rooms. Create the first one here.",
        (_files("sites"), Action("/sites/new", "New site", "plus", "catalogue", "create")),
    ),
    "locations": ListWords(
        "Locations", "location", "locations", "map-pin",
        "Locations are created on the page of their site.", (Action("/sites", "Sites", "building-warehouse", "catalogue", "view"),),
    ),
    "purchase-orders": ListWords(
        "Purchase orders", "order", "orders", "file-invoice",
        "Write a purchase order, mark it as ordered, and receive its units here when they come.",
        (
            Action("/purchase-orders?due_on=%3Ctoday&sort=due_on", "Late", "clock", "purchasing", "view", main=False),
            Action("/purchase-orders/new", "New purchase order", "plus", "purchasing", "create"),
        ),
    ),
    "manufacturing-orders": ListWords(
        "Manufacturing orders", "order", "orders", "tools",
        "Write a manufacturing order for a product that has a bill of materials, book its parts, and finish its units here.",
        (
            Action(
                "/manufacturing-orders?status=new,scheduled,in_progress,paused&due_on=%3Ctoday&sort=due_on",
                "Late", "clock", "production", "view", main=False,
            ),
            Action("/manufacturing-orders/new", "New manufacturing order", "plus", "production", "create"),
        ),
    ),
    "customer-orders": ListWords(
        "Customer orders", "order", "orders", "file-invoice",
        "Write down what a customer ordered, reserve units for it, and ship them from here.",
        (
            Action("/customer-orders?due_on=%3Ctoday&sort=due_on", "Late", "clock", "sales", "view", main=False),
            Action("/customer-orders/new", "New customer order", "plus", "sales", "create"),
        ),
    ),
    "shipments": ListWords(
        "Shipments", "shipment", "shipments", "truck",
        "A shipment is made for one or several orders of a customer. Scan what goes into it, then ship it.",
        (
            Action("/direct-shipments/new", "Ship at once…", "truck", "sales", "create", main=False),
            Action("/shipments/new", "New shipment", "plus", "stock", "create"),
        ),
    ),
    "returns": ListWords(
        "Returns", "return", "returns", "package-import",
        "What customers send back is taken back here, inspected, and restocked, rejected, repaired, replaced or credited.",
        (
            Action("/returns?contradictions=%3E0", "To settle", "report-search", "stock", "view", main=False),
            Action("/shipment-swaps/new", "Swap two shipments…", "refresh", "stock", "edit", main=False),
            Action("/returns/new", "Take back", "package-import", "stock", "create"),
        ),
    ),
    "transfer-orders": ListWords(
        "Transfer orders", "order", "orders", "truck",
        "Units and goods go from one site to another by a transfer order. Within a site they are moved, without one.",
        (
            Action("/transfer-orders?to_settle=%3E0", "To settle", "report-search", "stock", "view", main=False),
            Action("/transfer-orders/new", "New transfer order", "plus", "stock", "create"),
        ),
    ),
    "stock-counts": ListWords(
        "Stock counts", "count", "counts", "clipboard-list",
        "Count a shelf or an item by scanning: each scan is answered, and the differences are posted as one act.",
        (Action("/stock-counts/new", "New stock count", "plus", "stock", "create"),),
    ),
    "write-offs": ListWords(
        "Write-offs", "write-off", "write-offs", "trash",
        "Units and goods that are lost, broken or given up are written off here, for a reason of your own.",
        (Action("/write-offs/new", "Write off", "plus", "stock", "edit"),),
    ),
    "vendor-returns": ListWords(
        "Returns to vendors", "return", "returns", "building-factory-2",
        "Units that go back to their vendor are listed here with its reference, and with what came for them.",
        (
            Action("/vendor-returns?status=shipped&sort=sent_on", "Awaited", "clock", "stock", "view", main=False),
            Action("/vendor-returns/new", "Return to vendor", "plus", "stock", "edit"),
        ),
    ),
    "reports/status-over-time": ListWords(
        "Units by status over time", "count", "counts", "history",
        "How many units stood in each status at the end of each month, week or day: once there is a unit, it is counted here.",
    ),
    "reports/stock-value": ListWords(
        "Units and value", "line", "lines", "stack-2",
        "What is in stock stands here by item, site, status and vendor, with what it cost, today or as of a past day.",
        past="Items, sites, vendors and what their lots cost are those of today.",
    ),
    "reports/ageing": ListWords(
        "Ageing in stock", "line", "lines", "clock",
        "Units that are Received stand here by item and by how long ago that was, with what they cost.",
    ),
    "reports/consumed": ListWords(
        "Consumed in what", "part", "parts", "stack-2",
        "Units, and goods built into a product that is named, stand here with the product, its place and the days.",
        (_GOODS,),
    ),
    "reports/rejected": ListWords(
        "Rejected and why", "rejection", "rejections", "ban",
        "Units that failed stand here with who rejected them when, why, and what became of them.",
        (_GOODS,),
    ),
    "reports/written-off": ListWords(
        "Written off and why", "unit written off", "units written off", "trash",
        "Units that were written off stand here with who did it when, why, and whether they were found again.",
        (_GOODS, Action("/write-offs", "Write-offs", "trash", "stock", "view", main=False)),
    ),
    "reports/goods": ListWords(
        "Goods used, rejected, written off", "line", "lines", "package",
        "Goods without serial numbers that an order used for no product in particular, that failed or were written off stand here.",
    ),
    "reports/shipped": ListWords(
        "Shipped to whom", "unit shipped", "units shipped", "truck",
        "Units that were shipped stand here with the customer, the order, the shipment and the day, and with what came back.",
        (Action("/shipments", "Shipments", "truck", "stock", "view", main=False),),
    ),
    "reports/returned": ListWords(
        "Returned and why", "line returned", "lines returned", "package-import",
        "What customers sent back stands here, each unit and each quantity of goods, with the reason, its shipment and what became of it.",
        (Action("/returns", "Returns", "package-import", "stock", "view", main=False),),
    ),
    "inspections": ListWords(
        "Inspections", "inspection", "inspections", "circle-check",
        "An inspection opens by itself when units of an item that requires it are received. Units in stock are inspected by hand.",
        (Action("/inspections/new", "New inspection", "plus", "stock", "edit"),),
    ),
    "inspected-units": ListWords(
        "Inspected units", "unit", "units", "circle-check",
        "Every unit of every inspection, with its verdict.",
        (Action("/inspections", "Inspections", "circle-check", "stock", "view", main=False),),
    ),
    "check-results": ListWords(
        "Check results", "result", "results", "clipboard-list",
        "What the checks of an inspection plan find of each unit is listed here. An item’s plan is on the item’s page.",
        (Action("/inspections", "Inspections", "circle-check", "stock", "view", main=False),),
    ),
    "rework": ListWords(
        "Rework", "repair order", "repair orders", "settings",
        "Units that go through production again are taken into rework here, or from their page.",
        (Action("/rework/new", "Take into rework", "plus", "stock", "edit"),),
    ),
    "entries": ListWords(
        "Journal", "entry", "entries", "history",
        "Every receipt, move and undo is an entry of the ledger. The first receipt makes the first one.",
    ),
    "changes": ListWords(
        "Change log", "change", "changes", "clipboard-list",
        "Whoever edits an item, a vendor, a place, an order or a setting leaves a line here for each field.",
    ),
    "jobs": ListWords(
        "Jobs", "job", "jobs", "clock",
        "Work that takes longer than a page: files that are brought in, checks, large exports. Each stays here with what came of it.",
        (Action("/imports/new", "Bring in a file", "file-spreadsheet", "stock", "create"),),
    ),
}  # fmt: skip
