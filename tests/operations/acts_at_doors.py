"""What people do to one unit in the pages, and programs over the API: each by its own door, for random histories."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.test import Client

from nameplate.ledger import Kind
from nameplate.models import Entry, Location
from nameplate.refusals import Refused
from tests.api.asking import ROOT, Program, program_of
from tests.ledger import table
from tests.operations.acts import Act, Do, Workshop

Typed = Callable[["OpenShop"], Mapping[str, Any]]


class OpenShop(Workshop):
    """The workshop with both doors open: a program with the manager's key, and the manager's browser."""

    program: Program
    browser: Client

    def __post_init__(self) -> None:
        super().__post_init__()
        self.program = program_of(self.manager)
        self.browser = Client()
        self.browser.force_login(self.manager)

    def over_api(self, path: str, body: Any = None) -> Any:
        """What a program is answered. Refused: as the API refused, which must be a problem that says what."""
        answer = self.program.post(path, body)
        if answer.status in {200, 201}:
            return answer.json
        problem = orjson.loads(answer.content)
        assert 400 <= answer.status < 500, (path, answer.status, problem)
        assert answer.headers["Content-Type"] == "application/problem+json", path
        raise Refused(problem["type"], problem["detail"])

    def in_page(self, address: str, typed: Mapping[str, Any]) -> None:
        """Fill in the form at the address and send it. Refused: as the page says, on which the form is still there."""
        page = self.browser.get(address)
        text = page.content.decode()
        if page.status_code != 200:
            assert 400 <= page.status_code < 500, (address, page.status_code)
            raise Refused("page", f"{address}: {page.status_code}")
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
        answer = self.browser.post(address.partition("?")[0], {**hidden, **typed})
        if answer.status_code != 303:
            assert 200 <= answer.status_code < 500, (address, answer.status_code)
            assert "np-form" in answer.content.decode(), address
            raise Refused("page", f"{address}: {answer.status_code}")


def label(place: Location) -> str:
    """A place as it is typed into a page."""
    return f"{place.site.name} · {place.name}"


def newest() -> Entry:
    """What was just done."""
    return Entry.objects.latest("pk")


def _api(path: str, body: Typed) -> Do:
    def do(shop: Workshop, unit: int) -> Entry:
        assert isinstance(shop, OpenShop)
        shop.over_api(path, {"units": [str(unit)], **body(shop)})
        return newest()

    return do


def _page(noun: str, typed: Typed) -> Do:
    def do(shop: Workshop, unit: int) -> Entry:
        assert isinstance(shop, OpenShop)
        shop.in_page(f"/{noun}/new?unit={unit}", typed(shop))
        return newest()

    return do


def _under_return(step: str, **more: Any) -> Do:
    """Taken back over the API, and what is decided on it then."""

    def do(shop: Workshop, unit: int) -> Entry:
        assert isinstance(shop, OpenShop)
        whose = {"customer": str(shop.customer.pk), "location": str(shop.shelf.pk), "contradiction": shop.reason}
        href = shop.over_api("/returns", {"units": [str(unit)], **whose})["href"]
        shop.over_api(f"{href.removeprefix(ROOT)}/{step}", {"units": [str(unit)], **more})
        return newest()

    return do


def _judged(shop: Workshop, unit: int) -> Entry:
    assert isinstance(shop, OpenShop)
    href = shop.over_api("/inspections", {"units": [str(unit)]})["href"]
    said = {"serial": shop.number(unit), "verdict": "failed", "reason": str(shop.failed.pk)}
    shop.over_api(f"{href.removeprefix(ROOT)}/verdicts", {"units": [said]})
    return newest()


def _sent_and_received(shop: Workshop, unit: int) -> Entry:
    assert isinstance(shop, OpenShop)
    sites = {"origin": str(shop.shelf.site_id), "destination": str(shop.far.site_id), "location": str(shop.far.pk)}
    href = shop.over_api("/transfer-orders", {"units": [str(unit)], **sites})["href"].removeprefix(ROOT)
    shop.over_api(f"{href}/shipment")
    shop.over_api(f"{href}/arrivals", {"units": [str(unit)], "location": str(shop.far.pk)})
    return newest()


def _installed(shop: Workshop, unit: int) -> Entry:
    assert isinstance(shop, OpenShop)
    fitting = {"component_serial": shop.number(unit), "product_serial": shop.number(shop.product), "place": shop.fresh()}
    shop.over_api("/installations", {"fittings": [fitting], "reason": shop.reason, "anyway": True})
    return newest()


def _corrected(shop: Workshop, unit: int) -> Entry:
    assert isinstance(shop, OpenShop)
    shop.over_api(f"/serials/{unit}/correction", {"number": shop.fresh(), "reason": shop.reason})
    return newest()


def _noted(shop: Workshop, unit: int) -> Entry:
    assert isinstance(shop, OpenShop)
    shop.over_api("/serials/edits", {"units": [str(unit)], "notes": shop.fresh()})
    return newest()


def undo(shop: OpenShop, entry: int, *, in_page: bool) -> None:
    """Undo an entry, by its page or over the API."""
    if in_page:
        shop.in_page(f"/entries/{entry}/reversal", {"scope": "all"})
    else:
        shop.over_api(f"/entries/{entry}/reversal")


AT_DOORS: tuple[Act, ...] = (
    Act("API: move", Kind.MOVED, _api("/moves", lambda s: {"location": str(s.bin.pk)})),
    Act("API: hold", Kind.HELD, _api("/holds", lambda s: {"reason": s.reason})),
    Act("API: free", Kind.FREED, _api("/releases", lambda s: {})),
    Act("API: reject", Kind.REJECTED, _api("/rejections", lambda s: {"reason": s.reason, "location": str(s.shelf.pk)})),
    Act("API: release", Kind.RELEASED, _api("/stock-releases", lambda s: {})),
    Act("API: write off", Kind.WRITTEN_OFF, _api("/write-offs", lambda s: {"reason": str(s.broken.pk)}), only=table.STOCK),
    Act(
        "API: re-enter",
        Kind.RE_ENTERED,
        _api("/re-entries", lambda s: {"location": str(s.shelf.pk), "occasion": "bought back", "reason": s.reason}),
    ),
    Act("API: send to vendor", Kind.SENT_TO_VENDOR, _api("/vendor-returns", lambda s: {"vendor": str(s.vendor.pk), "reason": s.reason})),
    Act("API: ship", Kind.SHIPPED, _api("/direct-shipments", lambda s: {"customer": str(s.customer.pk)}), only=("received",)),
    Act("API: take back and restock", Kind.RETURNED, _under_return("restocks")),
    Act("API: take back and reject", Kind.RETURNED, _under_return("rejections", reason="Dropped")),
    Act("API: judge", Kind.REJECTED, _judged, only=("received",), facts_are_fine=True),
    Act("API: send to another site and receive there", Kind.DISPATCHED, _sent_and_received),
    Act("API: install", Kind.CONSUMED, _installed, without=frozenset({"reserved"})),
    Act("API: correct", Kind.CORRECTED, _corrected),
    Act("API: edit", Kind.EDITED, _noted),
    Act("page: move", Kind.MOVED, _page("moves", lambda s: {"place": label(s.bin)})),
    Act("page: hold", Kind.HELD, _page("holds", lambda s: {"reason": s.reason})),
    Act("page: free", Kind.FREED, _page("releases", lambda s: {"reason": s.reason})),
    Act("page: reject", Kind.REJECTED, _page("rejections", lambda s: {"reason": s.reason, "place": label(s.shelf)})),
    Act("page: release", Kind.RELEASED, _page("stock-releases", lambda s: {"reason": s.reason})),
    Act("page: write off", Kind.WRITTEN_OFF, _page("write-offs", lambda s: {"reason": str(s.broken.pk)}), only=table.STOCK),
    Act(
        "page: re-enter",
        Kind.RE_ENTERED,
        _page("re-entries", lambda s: {"place": label(s.shelf), "occasion": "bought back", "reason": s.reason}),
    ),
    Act("page: send to vendor", Kind.SENT_TO_VENDOR, _page("vendor-returns", lambda s: {"vendor": s.vendor.name, "reason": s.reason})),
    Act("page: ship", Kind.SHIPPED, _page("direct-shipments", lambda s: {"customer": s.customer.name}), only=("received",)),
    Act(
        "page: take back",
        Kind.RETURNED,
        _page("returns", lambda s: {"customer": s.customer.name, "place": label(s.shelf), "contradiction": s.reason}),
    ),
    Act("page: inspect", Kind.HELD, _page("inspections", lambda s: {}), only=("received", "rejected"), facts_are_fine=True),
)
