"""The rail: which pages there are, in which sections; and the theme they are shown in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

SECTIONS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    ("Stock", (("/items", "Items", "package"), ("/lots", "Stock lots", "stack-2"), ("/serials", "Serial numbers", "barcode"))),
    ("Purchasing", (("/purchase-orders", "Purchase orders", "file-invoice"), ("/vendors", "Vendors", "building-factory-2"))),
    ("Sales", (("/customers", "Customers", "users"),)),
    ("Settings", (("/sites", "Sites and locations", "building-warehouse"),)),
    ("Ledger", (("/entries", "Journal", "history"),)),
)

THEMES = (("system", "System", "device-desktop"), ("light", "Light", "sun"), ("dark", "Dark", "moon"))
THEME_COOKIE = "theme"


def menu(path: str) -> list[dict[str, Any]]:
    """The sections with their links; the one that `path` lies under is current."""
    return [
        {
            "title": title,
            "links": [
                {"href": href, "label": label, "icon": icon, "current": path == href or path.startswith(href + "/")}
                for href, label, icon in links
            ],
        }
        for title, links in SECTIONS
    ]


def theme_of(request: HttpRequest) -> str:
    """The theme the reader chose: "light", "dark", or "system"."""
    chosen = request.COOKIES.get(THEME_COOKIE)
    return chosen if chosen in {"light", "dark"} else "system"
