"""Every page, on a desktop and on a phone, light and dark: no barrier for anybody, nothing beyond the edge of the screen."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from nameplate.jobs import files, running
from nameplate.ledger import Kind
from nameplate.models import Document, Entry, Import, InspectedUnit, Role, Serial, Status, Tracking
from nameplate.operations import sales, shipping
from nameplate.operations.arranging import save_search
from nameplate.operations.assembling import begin_rework
from nameplate.operations.importing.mapping import FileMapping
from nameplate.operations.inspecting.judging import Said, judge
from nameplate.operations.inspecting.opening import GoodsAsked, open_inspection
from nameplate.operations.inspecting.plans import Check, set_plan
from nameplate.operations.inspecting.results import Found, record_results
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.sales import OrderLine
from nameplate.operations.sending_back import send_to_vendor
from tests import proving, world
from tests.browser.fixtures import DESKTOP, PHONE, NewContext
from tests.browser.returns import return_page
from tests.browser.shop import Shop
from tests.browser.transfers import transfer_page
from tests.counting import half_counted
from tests.ledger.ground import Ground
from tests.listings.test_trace import build
from tests.pods import pod_shop
from tests.workshop import Workshop

AXE = Axe().axe_script

Address = Callable[[Shop], str]


def _unit(shop: Shop) -> str:
    return f"/serials/{Serial.objects.filter(item=shop.drive).earliest('pk').pk}"


def _lot(shop: Shop) -> str:
    return f"/lots/{Serial.objects.filter(item=shop.drive).earliest('pk').lot_id}"


def _trace(shop: Shop) -> str:
    """Of a product with a part that is in it, one that was, and one that may be."""
    ground = Ground(actor=shop.people["manager"])
    parts = ground.brought(Status.RECEIVED, 3)
    (product,), _ = build(ground, parts[:2])
    ground.do(Kind.REMOVED, parts[:1], to={"status": int(Status.RECEIVED), "location_id": ground.shelf.pk})
    (unsure,), _ = build(ground, [*parts[2:], product], known=False)
    return f"/serials/{unsure}/trace?direction=backward"


def _order(shop: Shop) -> Document:
    return Document.objects.filter(lines__item=shop.drive).earliest("pk")


def _receipt() -> Entry:
    key = uuid.uuid4().hex[:6]
    return world.receipt(numbers=[f"{key}-{count}" for count in range(3)])


def _new_order(placed: bool) -> str:
    return f"/purchase-orders/{world.purchase_order(lines=[(world.item(), 5)], placed=placed).pk}"


def _searches(shop: Shop) -> str:
    save_search(actor=shop.people["manager"], listing="lots", name="Full", query="in_stock=>0", shared=True, opens=True)
    return "/lists/lots/searches"


def _making(shop: Shop) -> Document:
    return pod_shop(shop.people["manager"], mark=f"{uuid.uuid4().hex[:5]}-").order()


def _file(shop: Shop) -> Import:
    data = f"sn,item,day\nA1,{shop.drive.number},2999-01-01\nZ-{uuid.uuid4().hex[:6]},New,01/02/2013\n".encode()
    return files.take_file(actor=shop.people["manager"], name="drives.csv", data=data)


def _inspection() -> str:
    """The page of an inspection with a unit that passed, one out of its limits, and goods."""
    manager, item = world.user(role=Role.MANAGER), world.item()
    set_plan(actor=manager, item=item, version=0, checks=[Check("Speed", unit="MB/s", lowest="140"), Check("Label", "yes-no")])
    fans = world.item(tracking=Tracking.LOT)
    lot = create_lot(actor=manager, item=fans, contents=Contents(quantity=9), location_id=world.location().pk, reason="Found")[0]
    numbers = [f"{uuid.uuid4().hex[:6]}-{count}" for count in range(3)]
    units = list(world.receipt(numbers=numbers, of=item).movements.values_list("serial_id", flat=True))
    paper, _ = open_inspection(actor=manager, unit_ids=units, goods=[GoodsAsked(lot, 5)])
    record_results(actor=manager, inspection=paper, found=[Found(unit, {"Speed": "96.7", "Label": True}) for unit in units[1:]])
    judge(actor=manager, inspection=paper, verdicts=[Said(units[0], True, note="Fine")])
    return f"/inspections/{paper.pk}"


def _sold(shop: Shop) -> tuple[Document, Document]:
    """A customer order of two drives and some fans, and a shipment in which one of the drives lies."""
    manager = shop.people["manager"]
    fan = world.item(tracking=Tracking.LOT)
    create_lot(actor=manager, item=fan, contents=Contents(quantity=9), location_id=shop.shelf.pk, reason="Opening stock")
    lines = [OrderLine(shop.drive, 2, price="92.4"), OrderLine(fan, 4)]
    order = sales.create_customer_order(actor=manager, customer=world.customer(), lines=lines)
    entry = sales.reserve_any(actor=manager, order=order)
    paper = shipping.create_shipment(actor=manager, orders=[order], address="Dock 4")
    shipping.pick(actor=manager, shipment=paper, unit_ids=[entry.movements.earliest("serial_id").serial_id])
    return order, paper


def _checked(shop: Shop) -> str:
    """The page of a dry run with something of everything: good and bad lines, a question about dates, an item to be made."""
    found = _file(shop)
    mapping = FileMapping.of({**found.mapping, "constants": {"vendor": shop.vendor.name}})
    job = files.check_file(actor=shop.people["manager"], import_id=found.pk, mapping=mapping)
    running.run(job.pk)
    return f"/jobs/{job.pk}"


def _pod() -> int:
    return Workshop(prefix=f"{uuid.uuid4().hex[:6]}-").full_pod(f"POD-{uuid.uuid4().hex[:6]}")


def _component() -> int:
    return Serial.objects.filter(parent=_pod()).earliest("pk").pk


def _rework() -> int:
    entry = begin_rework(actor=world.user(role=Role.MANAGER), unit_ids=[_pod()], reason="Noisy")
    assert entry.document is not None
    return entry.document.pk


def _sent_back() -> int:
    numbers = [f"{uuid.uuid4().hex[:6]}-{count}" for count in range(3)]
    units = list(world.receipt(numbers=numbers).movements.values_list("serial_id", flat=True))
    entry = send_to_vendor(actor=world.user(role=Role.MANAGER), vendor=world.vendor(), unit_ids=units, reason="Clicks")
    assert entry.document is not None
    return entry.document.pk


PAGES: dict[str, Address] = {
    "serial numbers": lambda _: "/serials?serial=A1*&size=25",
    "serial numbers, none found": lambda _: "/serials?serial=%3Dnobody&status=shipped",
    "serial numbers, wrong filters": lambda _: "/serials?received_on=someday&colour=red",
    "unit": _unit,
    "items": lambda _: "/items",
    "items as files": lambda _: "/items/imports",
    "item": lambda shop: f"/items/{shop.drive.pk}",
    "new item": lambda _: "/items/new",
    "editing an item": lambda shop: f"/items/{shop.drive.pk}/edit",
    "a bill of materials": lambda shop: f"/items/{shop.drive.pk}/bill",
    "lots": lambda _: "/lots",
    "lot": _lot,
    "trace of a lot": lambda shop: f"{_lot(shop)}/trace",
    "trace with all kinds of links": _trace,
    "units by status over time": lambda _: "/reports/status-over-time",
    "serial numbers of a past day": lambda _: f"/serials?as_of={timezone.localdate()}&status=received",
    "units and value": lambda _: "/reports/stock-value",
    "ageing in stock": lambda _: "/reports/ageing",
    "consumed in what": lambda _: "/reports/consumed",
    "rejected and why": lambda _: "/reports/rejected",
    "goods used, rejected, written off": lambda _: "/reports/goods",
    "written off and why": lambda _: "/reports/written-off",
    "shipped to whom": lambda _: "/reports/shipped",
    "new lot": lambda shop: f"/lots/new?item={shop.drive.pk}",
    "moving a lot": lambda shop: f"{_lot(shop)}/move",
    "holding lots that a search finds": lambda _: "/lots/holds/new?search=status%3Dreceived",
    "files of a lot": lambda shop: f"{_lot(shop)}/files",
    "editing a unit": lambda shop: f"{_unit(shop)}/edit",
    "columns of a list": lambda _: "/lists/serials/columns?back=serial%3DA1*",
    "saving a search": lambda _: "/lists/serials/searches?query=status%3Dreceived",
    "saved searches": _searches,
    "correcting many": lambda _: "/serials/corrections",
    "labels": lambda shop: f"/labels?lot={_lot(shop).rpartition('/')[2]}",
    "vendors": lambda _: "/vendors",
    "vendor": lambda shop: f"/vendors/{shop.vendor.pk}",
    "new vendor": lambda _: "/vendors/new",
    "customers": lambda _: "/customers",
    "sites": lambda _: "/sites",
    "site": lambda shop: f"/sites/{shop.shelf.site_id}",
    "new location": lambda shop: f"/sites/{shop.shelf.site_id}/locations/new",
    "location": lambda shop: f"/locations/{shop.shelf.pk}",
    "purchase orders": lambda _: "/purchase-orders",
    "new purchase order": lambda _: "/purchase-orders/new",
    "purchase order, new": lambda _: _new_order(placed=False),
    "purchase order, ordered": lambda _: _new_order(placed=True),
    "purchase order, received": lambda shop: f"/purchase-orders/{_order(shop).pk}",
    "editing a purchase order": lambda _: f"{_new_order(placed=True)}/edit",
    "receiving": lambda _: f"{_new_order(placed=True)}/receipts",
    "receiving what has come": lambda shop: f"/purchase-orders/{_order(shop).pk}/receipts",
    "manufacturing orders": lambda _: "/manufacturing-orders",
    "new manufacturing order": lambda _: "/manufacturing-orders/new",
    "manufacturing order": lambda shop: f"/manufacturing-orders/{_making(shop).pk}",
    "editing a manufacturing order": lambda shop: f"/manufacturing-orders/{_making(shop).pk}/edit",
    "finishing products": lambda shop: f"/manufacturing-orders/{_making(shop).pk}/completions",
    "bookings": lambda shop: f"/manufacturing-orders/{_making(shop).pk}/bookings",
    "numbers of products": lambda shop: f"/manufacturing-orders/{_making(shop).pk}/serials",
    "bringing in a file": lambda _: "/imports/new",
    "the columns of a file": lambda shop: f"/imports/{_file(shop).pk}",
    "what a file would do": _checked,
    "jobs": lambda _: "/jobs",
    "exporting": lambda _: "/exports/new?list=serials&serial=A1*",
    "functions": lambda _: "/settings/functions",
    "company": lambda _: "/settings/company",
    "numbering": lambda _: "/settings/numbering",
    "reasons": lambda _: "/settings/reasons",
    "custom fields": lambda _: "/settings/custom-fields",
    "approval": lambda _: "/settings/purchasing",
    "change log": lambda _: "/changes",
    "customer orders": lambda _: "/customer-orders",
    "new customer order": lambda _: "/customer-orders/new",
    "customer order": lambda shop: f"/customer-orders/{_sold(shop)[0].pk}",
    "editing a customer order": lambda shop: f"/customer-orders/{_sold(shop)[0].pk}/edit",
    "reserving for an order": lambda shop: f"/customer-orders/{_sold(shop)[0].pk}/reservations",
    "reserving what a search finds": lambda _: "/reservations/new?search=serial%3DA1*",
    "shipments": lambda _: "/shipments",
    "new shipment": lambda _: "/shipments/new",
    "shipment": lambda shop: f"/shipments/{_sold(shop)[1].pk}",
    "picking": lambda shop: f"/shipments/{_sold(shop)[1].pk}/picks",
    "shipping at once": lambda _: "/direct-shipments/new",
    "customer": lambda shop: f"/customers/{_sold(shop)[0].party_id}",
    "transfer orders": lambda _: "/transfer-orders",
    "new transfer order": lambda _: "/transfer-orders/new",
    "what is on a transfer order": lambda shop: f"{transfer_page(shop, sent=False)}/contents",
    "editing a transfer order": lambda shop: f"{transfer_page(shop, sent=False)}/edit",
    "transfer order that arrived short": transfer_page,
    "receiving a transfer": lambda shop: f"{transfer_page(shop)}/arrivals",
    "settling a transfer": lambda shop: f"{transfer_page(shop)}/settlements",
    "returns": lambda _: "/returns",
    "putting more on a return": lambda shop: f"{return_page(shop)}/contents",
    "taking in what nobody knew": lambda _: "/returns/unknown-units/new",
    "taking back": lambda shop: f"/returns/new?shipment={_sold(shop)[1].pk}",
    "return": return_page,
    "rejecting what came back": lambda shop: f"{return_page(shop)}/rejections",
    "a repair in one step": lambda shop: f"{return_page(shop)}/finished-repairs",
    "swapping shipments": lambda _: "/shipment-swaps/new",
    "returned and why": lambda _: "/reports/returned",
    "stock counts": lambda _: "/stock-counts",
    "new stock count": lambda shop: f"/stock-counts/new?location={shop.shelf.pk}",
    "stock count": lambda shop: f"/stock-counts/{half_counted(shop.people['manager'], shop.shelf).pk}",
    "scanning for a count": lambda shop: f"/stock-counts/{half_counted(shop.people['manager'], shop.shelf).pk}/scans",
    "posting a count": lambda shop: f"/stock-counts/{half_counted(shop.people['manager'], shop.shelf).pk}/posting",
    "write-offs": lambda _: "/write-offs",
    "writing off": lambda _: "/write-offs/new",
    "writing a unit off": lambda shop: f"/write-offs/new?unit={_unit(shop).rpartition('/')[2]}",
    "returns to vendors": lambda _: "/vendor-returns",
    "returning a unit to its vendor": lambda shop: f"/vendor-returns/new?unit={_unit(shop).rpartition('/')[2]}",
    "return to a vendor": lambda _: f"/vendor-returns/{_sent_back()}",
    "what came for a return": lambda _: f"/vendor-returns/{_sent_back()}/replacements",
    "editing a return": lambda _: f"/vendor-returns/{_sent_back()}/edit",
    "taking in again": lambda _: "/re-entries/new",
    "rejecting": lambda _: "/rejections/new",
    "inspections": lambda _: "/inspections",
    "new inspection": lambda _: "/inspections/new",
    "inspection": lambda _: _inspection(),
    "judging by two boxes": lambda _: f"{_inspection()}/verdicts",
    "judging one unit": lambda _: f"{_inspection()}/serials/{InspectedUnit.objects.latest('pk').serial_id}",
    "results of checks": lambda _: f"{_inspection()}/results",
    "judging goods": lambda _: f"{_inspection()}/goods",
    "calling an inspection off": lambda _: f"{_inspection()}/cancellation",
    "inspected units": lambda _: "/inspected-units",
    "check results": lambda _: "/check-results",
    "inspection plan": lambda shop: f"/items/{shop.drive.pk}/inspection-plan",
    "bulk editing": lambda _: "/serials/edits/new?search=serial%3DA1*",
    "moving what a search finds": lambda _: "/moves/new?search=serial%3DA1*",
    "a product": lambda _: f"/serials/{_pod()}",
    "a product on a past day": lambda _: f"/serials/{_pod()}?on={timezone.localdate()}",
    "replacing": lambda _: f"/replacements/new?old={_component()}",
    "replacing by scanning": lambda _: "/replacements/new",
    "taking out": lambda _: f"/removals/new?unit={_component()}",
    "putting in": lambda _: f"/serials/{_pod()}/installation",
    "saying where it is": lambda shop: f"{_unit(shop)}/placement",
    "building many in": lambda _: "/installations/new",
    "saying where many are": lambda _: "/placements/new",
    "taking apart": lambda _: f"/serials/{_pod()}/disassembly",
    "rework": lambda _: "/rework",
    "beginning a rework": lambda shop: f"/rework/new?unit={_unit(shop).rpartition('/')[2]}",
    "a rework": lambda _: f"/rework/{_rework()}",
    "entries": lambda _: "/entries",
    "entry": lambda _: f"/entries/{_receipt().pk}",
    "undoing": lambda _: f"/entries/{_receipt().pk}/reversal",
    "help on serial numbers": lambda _: "/help/serial-numbers",
    "usage tips": lambda _: "/help/usage-tips",
    "changing the password": lambda _: "/account/password/change/",
    "nothing there": lambda _: "/serials/999999999",
}


THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
VIEWS = tuple((viewport, theme) for viewport in (DESKTOP, PHONE) for theme in THEMES)
"""Every way in which a page is looked at, in the full form. The short form looks at each page in one of them, in turn."""


@pytest.mark.parametrize(("turn", "address"), list(enumerate(PAGES.values())), ids=PAGES)
def test_has_no_barriers(turn: int, address: Address, page: Page, shop: Shop) -> None:
    page.goto(address(shop))
    assert_no_barriers(page, turn)


def test_signing_in_has_no_barriers(stranger: Page) -> None:
    stranger.goto("/account/login/")
    assert_no_barriers(stranger, 3)


def test_a_refusal_has_no_barriers(new_context: NewContext) -> None:
    page = new_context(as_="viewer").new_page()
    page.goto("/items/new")
    assert_no_barriers(page, 2)


def assert_no_barriers(page: Page, turn: int) -> None:
    """Nothing that axe calls serious or critical, at both widths in both themes, and no sideways scrolling at either width."""
    found: list[str] = []
    page.evaluate(AXE)
    for view, (viewport, theme) in enumerate(VIEWS):
        page.set_viewport_size(viewport)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > viewport["width"]:
            found.append(f"{viewport['width']} px: {wide} px wide")
        if proving.PROVING or view == turn % len(VIEWS):
            page.emulate_media(color_scheme=theme)
            # Another theme has other colours, and is otherwise the page that was looked at in full already.
            rules = ["color-contrast"] if proving.PROVING and theme == "dark" else None
            found += [f"{viewport['width']} px, {theme}: {barrier}" for barrier in _barriers(page, rules)]
    assert not found, "\n".join([page.url, *found])


def _barriers(page: Page, rules: list[str] | None) -> list[str]:
    options = {"resultTypes": ["violations"], "preload": False, **({"runOnly": rules} if rules else {})}  # no rule reads style sheets
    violations = page.evaluate("(options) => axe.run(options).then((results) => results.violations)", options)
    return [
        f"{violation['id']}: {node['target']}: {' '.join(node['failureSummary'].split())[:240]}"
        for violation in violations
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]
