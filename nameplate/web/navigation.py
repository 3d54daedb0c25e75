"""The rail: which pages there are, in which sections; and the theme they are shown in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from nameplate import access, functions

SECTIONS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "Stock",
        (
            ("/items", "Items", "package"),
            ("/lots", "Stock lots", "stack-2"),
            ("/serials", "Serial numbers", "barcode"),
            ("/inspections", "Inspections", "circle-check"),
            ("/rework", "Rework", "settings"),
            ("/shipments", "Shipments", "truck"),
            ("/transfer-orders", "Transfer orders", "truck"),
            ("/stock-counts", "Stock counts", "clipboard-list"),
            ("/write-offs", "Write-offs", "trash"),
            ("/vendor-returns", "Returns to vendors", "building-factory-2"),
        ),
    ),
    (
        "Purchasing",
        (
            ("/purchase-orders", "Purchase orders", "file-invoice"),
            ("/vendors", "Vendors", "building-factory-2"),
            ("/imports/new", "Bring in a file", "file-spreadsheet"),
        ),
    ),
    ("Production", (("/manufacturing-orders", "Manufacturing orders", "tools"),)),
    (
        "Sales",
        (
            ("/customer-orders", "Customer orders", "file-invoice"),
            ("/returns", "Returns", "package-import"),
            ("/customers", "Customers", "users"),
        ),
    ),
    (
        "Settings",
        (
            ("/sites", "Sites and locations", "building-warehouse"),
            ("/settings/company", "Company", "home"),
            ("/settings/functions", "Functions", "adjustments-horizontal"),
            ("/settings/purchasing", "Purchasing", "file-invoice"),
            ("/settings/numbering", "Numbering", "selector"),
            ("/settings/reasons", "Reasons", "clipboard-list"),
            ("/settings/custom-fields", "Custom fields", "notes"),
        ),
    ),
    (
        "Reports",
        (
            ("/reports/status-over-time", "Units by status over time", "history"),
            ("/reports/stock-value", "Units and value", "stack-2"),
            ("/reports/ageing", "Ageing in stock", "clock"),
            ("/reports/consumed", "Consumed in what", "stack-2"),
            ("/reports/rejected", "Rejected and why", "ban"),
            ("/reports/written-off", "Written off and why", "trash"),
            ("/reports/goods", "Goods used, rejected, written off", "package"),
            ("/reports/shipped", "Shipped to whom", "truck"),
            ("/reports/returned", "Returned and why", "package-import"),
        ),
    ),
    ("Ledger", (("/entries", "Journal", "history"), ("/changes", "Change log", "clipboard-list"), ("/jobs", "Jobs", "clock"))),
)

THEMES = (("system", "System", "device-desktop"), ("light", "Light", "sun"), ("dark", "Dark", "moon"))
THEME_COOKIE = "theme"


def menu(path: str, actor: access.Actor) -> list[dict[str, Any]]:
    """The sections with the links that this actor has a use for; the one that `path` lies under is current."""
    found = [(title, [link for link in links if _shown(link[0], actor)]) for title, links in SECTIONS]
    return [
        {
            "title": title,
            "links": [
                {"href": href, "label": label, "icon": icon, "current": path == href or path.startswith(href.removesuffix("/new") + "/")}
                for href, label, icon in links
            ],
        }
        for title, links in found
        if links
    ]


def reports() -> list[tuple[str, str, str]]:
    """Address, name and icon of each report, those of functions that are off aside."""
    off = functions.off()
    return [link for title, links in SECTIONS if title == "Reports" for link in links if functions.of_address(link[0]) not in off]


def _shown(href: str, actor: access.Actor) -> bool:
    """Whether its function is on and, for what the company set for itself, whether the actor may look at that."""
    if href.startswith("/settings/") and not access.may(actor, "settings", "view"):
        return False
    if href.startswith("/imports/") and not access.may(actor, "stock", "create"):
        return False
    function = functions.of_address(href)
    return not function or functions.is_on(function)


def first_page() -> str:
    """The list that people open most, of those whose function is on."""
    return "/serials" if functions.is_on(functions.SERIAL_NUMBERS) else "/items"


def theme_of(request: HttpRequest) -> str:
    """The theme the reader chose: "light", "dark", or "system"."""
    chosen = request.COOKIES.get(THEME_COOKIE)
    return chosen if chosen in {"light", "dark"} else "system"
