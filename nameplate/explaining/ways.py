"""The ways out of refusals: what a button says, where it leads on the pages, which operation of the API does the same, and who may."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from nameplate import access, functions
from nameplate.explaining.standing import Stands


@dataclass(frozen=True, slots=True)
class Way:
    """One way out. `units`: those that it is for, where it takes several; a page that takes them is given them as a selection."""

    rel: str
    label: str
    page: str
    """The address that the button leads to; empty for the page that one is on."""
    operation: str = ""
    """The API's operation id, if it has one."""
    href: str = ""
    """The operation's address below the API's root."""
    icon: str = "arrow-right"
    units: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Asker:
    """Who was refused, with the functions that are off: nobody is led to where they may not go."""

    actor: access.Actor
    off: frozenset[str]

    def may(self, section: access.Section, right: access.Right, page: str) -> bool:
        """Whether the page is there for them."""
        return access.may(self.actor, section, right) and functions.of_address(page) not in self.off


class Act(NamedTuple):
    """What leads a unit out of one fact of it."""

    rel: str
    label: str
    many: str
    """For several; empty where the fact leads each elsewhere."""
    page: str
    """For one unit; in braces what is known of how it stands."""
    page_of_many: str
    operation: str
    href: str
    icon: str
    section: access.Section = "stock"
    right: access.Right = "edit"


ACTS: Mapping[str, Act] = {
    "number": Act(
        "number", "Give its number", "", "/lots/{lot}/numbers?unit={unit}", "", "number_lot_units", "/lots/{lot}/numbers", "barcode"
    ),
    "inspection": Act(
        "inspect", "Open its inspection", "", "/inspections/{inspection}", "", "get_inspection", "/inspections/{inspection}",
        "circle-check", right="view",
    ),
    "hold": Act(
        "free", "Free from hold", "Free {count} from hold", "/serials/{unit}/hold", "/releases/new", "create_release", "/releases",
        "circle-check",
    ),
    "transit": Act(
        "receive", "Receive the transfer", "", "/transfer-orders/{transfer}/arrivals", "", "receive_transfer_order",
        "/transfer-orders/{transfer}/arrivals", "package-import",
    ),
    "work": Act("finish", "Finish its rework", "", "/rework/{work}", "", "end_rework", "/rework/{work}/end", "settings"),
    "shipment": Act(
        "open-shipment", "Open {packed}", "", "/shipments/{pick}", "", "get_shipment", "/shipments/{pick}", "truck", right="view"
    ),
    "order": Act(
        "open-order", "Open {order}", "", "/{order_noun}/{order_id}", "", "{order_operation}", "/{order_noun}/{order_id}", "clipboard-list",
        right="view",
    ),
    "ordered": Act(
        "receive", "Receive it", "", "/purchase-orders/{source}/receipts", "", "create_receipt", "/purchase-orders/{source}/receipts",
        "package-import", right="create",
    ),
    "scheduled": Act(
        "complete", "Finish the product", "", "/manufacturing-orders/{source}/completions", "", "create_completion",
        "/manufacturing-orders/{source}/completions", "tools", "production",
    ),
    "consumed": Act(
        "take-out", "Take it out", "Take {count} out of their products", "/removals/new?unit={unit}", "/removals/new", "create_removal",
        "/removals", "package-off",
    ),
    "shipped": Act(
        "take-back", "Take back", "Take {count} back", "/returns/new?unit={unit}", "/returns/new", "create_return", "/returns",
        "package-import", right="create",
    ),
    "written_off": Act(
        "take-in", "Take in again", "Take {count} in again", "/re-entries/new?unit={unit}", "/re-entries/new", "create_re_entry",
        "/re-entries", "package-import",
    ),
    "rejected": Act(
        "release", "Release to stock", "Release {count} to stock", "/stock-releases/new?unit={unit}", "/stock-releases/new",
        "create_stock_release", "/stock-releases", "circle-check",
    ),
    "returned": Act("open-return", "Open its return", "", "/returns/{return}", "", "get_return", "/returns/{return}", "package-import"),
}  # fmt: skip
"""By fact, the most pressing first."""


class Noun(NamedTuple):
    """A kind of thing that a refusal can lead to."""

    one: str
    operation: str
    section: access.Section


NOUNS: Mapping[str, Noun] = {
    "disassemblies": Noun("disassembly", "", "stock"),
    "customer-orders": Noun("order", "get_customer_order", "sales"),
    "customers": Noun("customer", "get_customer", "catalogue"),
    "custom-fields": Noun("custom field", "get_custom_field", "settings"),
    "entries": Noun("entry", "get_entry", "stock"),
    "imports": Noun("file", "get_import", "stock"),
    "inspections": Noun("inspection", "get_inspection", "stock"),
    "items": Noun("item", "get_item", "catalogue"),
    "jobs": Noun("job", "get_job", "stock"),
    "locations": Noun("location", "get_location", "catalogue"),
    "lots": Noun("lot", "get_lot", "stock"),
    "manufacturing-orders": Noun("order", "get_manufacturing_order", "production"),
    "purchase-orders": Noun("order", "get_purchase_order", "purchasing"),
    "reasons": Noun("reason", "get_reason", "settings"),
    "returns": Noun("return", "get_return", "stock"),
    "rework": Noun("order", "get_rework", "stock"),
    "serials": Noun("unit", "get_serial", "stock"),
    "shipments": Noun("shipment", "get_shipment", "stock"),
    "sites": Noun("site", "get_site", "catalogue"),
    "stock-counts": Noun("count", "get_stock_count", "stock"),
    "transfer-orders": Noun("order", "get_transfer_order", "stock"),
    "vendor-returns": Noun("return", "get_vendor_return", "stock"),
    "vendors": Noun("vendor", "get_vendor", "catalogue"),
    "write-offs": Noun("write-off", "get_write_off", "stock"),
}

PAGES: Mapping[str, tuple[str, str, access.Section | None]] = {
    "/": ("First page", "", None),
    "/account/login/": ("Sign in", "", None),
    "/customer-orders": ("Customer orders", "list_customer_orders", "sales"),
    "/entries": ("Journal", "list_entries", "stock"),
    "/help/statuses": ("The seven statuses", "", None),
    "/imports/new": ("Bring in a file", "create_import", "stock"),
    "/items": ("Items", "list_items", "catalogue"),
    "/jobs": ("Jobs", "list_jobs", "stock"),
    "/lots": ("Stock lots", "list_lots", "stock"),
    "/serials": ("Serial numbers", "list_serials", "stock"),
    "/settings/functions": ("Functions", "switch_function", "settings"),
    "/settings/purchasing": ("Purchasing", "update_purchasing_rules", "settings"),
    "/settings/reasons": ("Reasons", "list_reasons", "settings"),
    "/sites": ("Sites and locations", "list_sites", "catalogue"),
}
"""Pages that the table names: label, operation, and the section that one has to be allowed to see."""
_SAME_ADDRESS = {"switch_function": ""}


def page_way(page: str, asker: Asker) -> Way | None:
    """The button to a page of the table; None where this person does not see it."""
    label, operation, section = PAGES[page]
    right: access.Right = "edit" if section == "settings" else "view"
    if section is not None and not asker.may(section, right, page):
        return None
    return Way("open", label, page, operation, _SAME_ADDRESS.get(operation, page) if operation else "")


def thing_way(noun: str, pk: int, label: str, asker: Asker) -> Way | None:
    """The button to one thing; `label` is how people call it, empty for what is not known here."""
    found, page = NOUNS.get(noun), f"/{noun}/{pk}"
    if found is None or not asker.may(found.section, "view", page):
        return None
    shown = f"/settings{page}/edit" if found.section == "settings" else page
    return Way("open", f"Open {label or f'the {found.one}'}", shown, found.operation, page if found.operation else "")


def undo_way(entry: int, asker: Asker, unit: int | None = None) -> Way | None:
    """The button that undoes an entry, for one of its units where `unit` says so."""
    page = f"/entries/{entry}/reversal{f'?unit={unit}' if unit else ''}"
    return Way(
        "undo", f"Undo entry {entry}", page, "create_reversal", f"/entries/{entry}/reversal", "arrow-back-up", (unit,) if unit else ()
    )


def unit_ways(stands: Stands, asker: Asker) -> list[Way]:
    """What one unit needs as it stands, the most pressing first; then its page."""
    return [way for fact in stands.facts if (way := _way_of(fact, stands, asker)) is not None]


def _way_of(fact: str, stands: Stands, asker: Asker) -> Way | None:
    act = ACTS[fact]
    known = stands.known
    page = act.page.format_map(known)
    if not asker.may(act.section, act.right, page):
        return None
    label, operation, href = (text.format_map(known) for text in (act.label, act.operation, act.href))
    return Way(act.rel, label, page, operation, href, act.icon, (stands.id,))


def ways_of_many(units: Sequence[Stands], asker: Asker) -> Iterator[Way]:
    """What several units need alike, one button for all that stand so; a fact of one unit alone is a matter of its own row."""
    for fact, act in ACTS.items():
        alike = tuple(one.id for one in units if one.facts[:1] == (fact,))
        if act.many and len(alike) > 1 and asker.may(act.section, act.right, act.page_of_many):
            yield Way(act.rel, act.many.format(count=f"{len(alike):,}"), act.page_of_many, act.operation, act.href, act.icon, alike)


def list_way(units: Collection[int], asker: Asker) -> Way | None:
    """All units in the way as a list, to look at, to file or to do something with."""
    if len(units) < 2 or not asker.may("stock", "view", "/serials"):
        return None
    return Way(
        "list", f"Show the {len(units):,} in the list", "/serials", "create_selection", "/serials/selections", "barcode", tuple(units)
    )


def transfer_way(units: Collection[int], asker: Asker) -> Way | None:
    """A transfer order with the units on it."""
    page = "/transfer-orders/new"
    if not units or not asker.may("stock", "create", page):
        return None
    one = f"?unit={next(iter(units))}" if len(units) == 1 else ""
    return Way("transfer", "Make a transfer order", f"{page}{one}", "create_transfer_order", "/transfer-orders", "truck", tuple(units))


def as_json(way: Way, root: str) -> dict[str, Any]:
    """The way as the API says it."""
    return {
        "rel": way.rel,
        "label": way.label,
        "page": way.page or None,
        "operation": way.operation or None,
        "href": f"{root}{way.href}" if way.href else None,
        "unit_ids": [str(unit) for unit in way.units],
    }
