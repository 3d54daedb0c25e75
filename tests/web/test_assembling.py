"""The pages of assemblies: what is inside on any day; replaced, taken out, put in, taken apart, reworked, from where one stands."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nameplate.ledger import verify
from nameplate.models import Document, Entry, Role, Serial, Status, User
from nameplate.operations.drafting import load_draft
from nameplate.operations.reasons import create_reason
from tests import world
from tests.workshop import Workshop


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def shop(db: None) -> Workshop:
    return Workshop()


def sent(browser: Client, address: str, **typed: object) -> tuple[int, str]:
    """The form at that address, filled in and sent: the status and the page that follows, or the form again."""
    page = browser.get(address).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    answer = browser.post(address.partition("?")[0], {**{name: text.replace("&amp;", "&") for name, text in hidden.items()}, **typed})
    return answer.status_code, words(browser.get(answer["Location"]) if answer.status_code == 303 else answer)


def words(answer: Any) -> str:
    """The text of a page."""
    text: str = answer.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def bench(shop: Workshop) -> str:
    return f"{shop.shelf.site.name} · Bench"


def test_what_is_inside_now_and_on_a_past_day(browser: Client, shop: Workshop) -> None:
    day = timezone.localdate() - timedelta(days=8)
    drive = shop.stock(shop.drive, "D1", on=day - timedelta(days=1))[0]
    pod = shop.build(shop.pod, "POD-1", [(drive, "bay 1")], on=day)
    shop.screws_into(pod, 12)
    page = browser.get(f"/serials/{pod}").content.decode()
    assert f'href="/replacements/new?old={drive}"' in page
    assert f'href="/removals/new?unit={drive}"' in page
    assert f'href="/serials/{pod}/installation"' in page
    assert f'href="/serials/{pod}/disassembly"' in page
    assert "12 pcs of lot" in words(browser.get(f"/serials/{pod}"))
    past = browser.get(f"/serials/{pod}?on={day}").content.decode()
    assert "still inside" in past
    assert "/replacements/new" not in past
    assert "Nothing was inside it then." in browser.get(f"/serials/{pod}?on=2001-01-01").content.decode()
    assert "Write the day like 2026-03-31." in browser.get(f"/serials/{pod}?on=soon").content.decode()
    assert re.search(r"Built into POD-1 bay 1, since", words(browser.get(f"/serials/{drive}")))


def test_a_viewer_looks_and_is_offered_nothing(client: Client, viewer: User, shop: Workshop) -> None:
    client.force_login(viewer)
    page = client.get(f"/serials/{shop.full_pod()}").content.decode()
    assert "D1-1" in page
    assert "/replacements/new" not in page
    assert "/removals/new" not in page
    assert "/rework/new" not in page


def test_a_component_is_replaced_from_its_products_page(browser: Client, shop: Workshop) -> None:
    shop.full_pod()
    old = shop.unit("D1-1").pk
    shop.stock(shop.drive, "N1")
    shop.stock(shop.stranger, "L1")
    address = f"/replacements/new?old={old}"
    assert f'value="{bench(shop)}"' in browser.get(address).content.decode()
    status, page = sent(browser, address, new="nobody", fate="rejected", place=bench(shop))
    assert (status, "nobody: no unit bears it." in page) == (422, True)
    status, page = sent(browser, address, new="N1", fate="rejected", place=bench(shop))
    assert (status, "Say what is wrong with it." in page) == (422, True)
    status, page = sent(browser, address, new="L1", fate="received", place=bench(shop))
    assert (status, "Tick this if it belongs there all the same." in page) == (409, True)
    status, page = sent(browser, address, new="N1", fate="received", place="Nowhere")
    assert (status, "There is no place “Nowhere”." in page) == (422, True)
    status, page = sent(browser, address, new="N1", fate="rejected", place=bench(shop), reason="Clicks", happened_on="soon")
    assert (status, "Write the day like 2026-03-31." in page) == (422, True)
    status, page = sent(browser, address, new="N1", fate="rejected", place=bench(shop), reason="Clicks")
    assert (status, "N1 is in at bay 1; D1-1 is Rejected." in page, "Inside" in page) == (303, True, True)


def test_both_are_scanned(browser: Client, shop: Workshop, administrator: User) -> None:
    pod = shop.full_pod()
    shop.ship(pod)
    shop.stock(shop.drive, "N1")
    lost = create_reason(actor=administrator, kind="write-off", name="Smoked")
    status, page = sent(browser, "/replacements/new", old="", new="N1", fate="written_off")
    assert (status, "Scan or type a serial number." in page) == (422, True)
    typed = {"old": "d1-1", "new": "n1", "fate": "written_off", "write_off_reason": lost.pk}
    status, page = sent(browser, "/replacements/new", **typed)
    assert (status, "is at its customer" in page) == (422, True)
    status, page = sent(browser, "/replacements/new", **typed, reason="Field service")
    assert (status, "D1-1 is Written off." in page) == (303, True)
    paper = Document.objects.get(kind="WO")
    assert re.search(rf"{paper.number} Done Smoked 1 ", words(browser.get("/write-offs")))


def test_fates_that_cannot_be_are_not_offered(browser: Client, shop: Workshop) -> None:
    pod = shop.full_pod()
    address = f"/removals/new?unit={shop.unit('D1-1').pk}"
    page = browser.get(address).content.decode()
    assert 'value="received"' in page
    assert 'value="returned"' not in page
    shop.ship(pod)
    page = browser.get(address).content.decode()
    assert 'value="received"' not in page
    assert 'value="returned"' in page


def test_components_are_taken_out_one_by_one_or_as_a_search_finds_them(browser: Client, shop: Workshop) -> None:
    shop.full_pod()
    drive = shop.unit("D1-1").pk
    status, page = sent(browser, f"/removals/new?unit={drive}", fate="received", place=bench(shop))
    assert (status, "D1-1 is out: back in stock." in page) == (303, True)
    assert "/removals/new?search=" in browser.get("/serials?serial=D2-1,D3-1").content.decode()
    status, page = sent(browser, "/removals/new?search=serial%3DD2-1%2CD3-1", fate="received", place=bench(shop))
    assert (status, "2 components taken out." in page) == (303, True)
    status, page = sent(browser, "/removals/new", units="D1-1", fate="received", place=bench(shop))
    assert (status, "it is Received" in page) == (409, True)


def test_a_part_is_put_in_from_the_products_page(browser: Client, shop: Workshop) -> None:
    pod = shop.build(shop.pod, "POD-1")
    used, _ = shop.stock(shop.drive, "U1", "N1")
    shop.use(used)
    address = f"/serials/{pod}/installation"
    assert '<option value="bay 2">DRIVE</option>' in browser.get(address).content.decode()
    status, page = sent(browser, address, component="N1", place="bay 1", how="install")
    assert (status, "N1 is in POD-1 at bay 1." in page) == (303, True)
    status, page = sent(browser, address, component="U1", place="bay 1", how="place")
    assert (status, "N1 is at bay 1 already" in page) == (409, True)
    status, page = sent(browser, address, component="U1", place="bay 2", how="place")
    assert (status, "U1 is in POD-1 at bay 2." in page) == (303, True)


def test_a_part_says_from_its_own_page_where_it_is(browser: Client, shop: Workshop) -> None:
    shop.build(shop.pod, "POD-1")
    used, loose = shop.stock(shop.drive, "U1", "N1")
    shop.use(used)
    assert "Say which product" in browser.get(f"/serials/{used}").content.decode()
    assert "Build it into a product" in browser.get(f"/serials/{loose}").content.decode()
    status, page = sent(browser, f"/serials/{used}/placement", product="POD-1", place="bay 3")
    assert (status, "U1 is in POD-1 at bay 3." in page) == (303, True)
    status, page = sent(browser, f"/serials/{loose}/placement", product="", place="bay 1")
    assert (status, "Scan or type a serial number." in page) == (422, True)
    status, page = sent(browser, f"/serials/{loose}/placement", product="POD-1", place="")
    assert (status, "N1 is in POD-1." in page) == (303, True)


def test_many_from_a_list_with_the_rest_as_a_draft(browser: Client, manager: User, shop: Workshop) -> None:
    shop.build(shop.pod, "POD-1")
    shop.stock(shop.drive, "N1", "N2")
    text = "N1,POD-1,bay 1\nN2,POD-1,bay 1\nnobody,POD-1"
    checked = browser.post("/installations/new", {"text": text, "action": "check"}).content.decode()
    [button] = re.findall(r'value="(do:\w+)"', checked)
    assert "bay 1 is given twice" in words(browser.post("/installations/new", {"text": text, "action": "check"}))
    stale = browser.post("/installations/new", {"text": text, "action": "do:0", "idempotency_key": "a"})
    assert (stale.status_code, Serial.objects.filter(parent__isnull=False).exists()) == (409, False)
    done = browser.post("/installations/new", {"text": text, "action": button, "idempotency_key": "b"})
    assert (done.status_code, done["Location"]) == (303, "/installations/new")
    page = browser.get("/installations/new")
    assert "1 unit built in. 2 lines stay here as a draft." in words(page)
    assert "N2,POD-1,bay 1" in page.content.decode()
    browser.post("/placements/new", {"text": "x,y", "action": "draft", "idempotency_key": "c"})
    assert load_draft(actor=manager, subject="serials/placed") == {"text": "x,y"}
    browser.post("/placements/new", {"text": "", "action": "draft", "idempotency_key": "d"})
    assert load_draft(actor=manager, subject="serials/placed") is None


def test_a_product_is_taken_apart_with_each_fate(browser: Client, shop: Workshop) -> None:
    pod = shop.full_pod()
    first, module = shop.unit("D1-1").pk, shop.unit("M1-1").pk
    address = f"/serials/{pod}/disassembly"
    common = {"fate": "received", "place": bench(shop), f"fate-{first}": "rejected", f"fate-{module}": "stays", "reason": "End of life"}
    status, page = sent(browser, address, scope="whole", **common)
    assert (status, "Nothing stays in a product" in page) == (422, True)
    status, page = sent(browser, address, scope="part", **common)
    assert (status, "3 components out of POD-1." in page) == (303, True)
    assert [shop.unit(number).status for number in ("D1-1", "D2-1", "M1-1")] == [Status.REJECTED, Status.RECEIVED, Status.CONSUMED]
    lot = shop.screws_into(pod, 8)
    assert f'name="back-{lot.pk}" value="8"' in browser.get(address).content.decode()
    status, page = sent(browser, address, scope="whole", fate="received", place=bench(shop), **{f"back-{lot.pk}": "6"})
    assert (status, "Nothing stays in a product" in page) == (422, True)
    status, page = sent(browser, address, scope="part", fate="received", place=bench(shop), **{f"back-{lot.pk}": "9"})
    assert (status, page.count(f"Only 8 pcs of lot {lot} are inside POD-1.")) == (409, 2)
    stays = {f"fate-{module}": "stays", f"back-{lot.pk}": "2"}
    status, page = sent(browser, address, scope="part", fate="received", place=bench(shop), **stays)
    assert (status, " goods of 1 lot out of POD-1." in page, "6 pcs of lot" in page) == (303, True, True)
    lost = create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind="write-off", name="Lost")
    out = {f"back-{lot.pk}": "5", f"gone-{lot.pk}": "1", "write_off_reason": lost.pk}
    status, page = sent(browser, address, scope="whole", fate="received", place=bench(shop), **out)
    assert lot.stock.get().quantity == 7_000_000
    assert (status, "POD-1 is taken apart under DA" in page) == (303, True)
    paper = Document.objects.get(kind="DA")
    assert browser.get(f"/disassemblies/{paper.pk}")["Location"] == f"/entries/{paper.entries.get().pk}"
    assert browser.get(f"/documents/{paper.pk}")["Location"] == f"/disassemblies/{paper.pk}"
    assert verify() == []


def test_a_rework_from_beginning_to_end(browser: Client, shop: Workshop) -> None:
    pod, other = shop.full_pod(), shop.build(shop.pod, "POD-2")
    status, page = sent(browser, f"/rework/new?unit={pod}", reason="")
    assert (status, "Say what is to be done." in page) == (422, True)
    status, page = sent(browser, "/rework/new", units="POD-1\nPOD-2", reason="New backplane")
    assert (status, "2 units are in rework under RO" in page, "In progress" in page) == (303, True, True)
    order = Document.objects.get(kind="RO")
    assert order.number in browser.get("/rework").content.decode()
    assert browser.get(f"/documents/{order.pk}")["Location"] == f"/rework/{order.pk}"
    status, page = sent(browser, f"/rework/{order.pk}", units="nobody", note="")
    assert (status, "no unit bears it" in page) == (422, True)
    status, page = sent(browser, f"/rework/{order.pk}", units="POD-2", note="Tested.")
    assert (status, "1 unit is done." in page, "Tested." in page) == (303, True, True)
    status, page = sent(browser, f"/rework/{order.pk}", units="", note="")
    assert (status, "Done New backplane" in page, "They are done" in page) == (303, True, False)
    assert Serial.objects.filter(work=order, pk__in=[pod, other]).count() == 0


def test_the_undo_of_a_replacement_is_offered_for_both(browser: Client, shop: Workshop) -> None:
    shop.full_pod()
    old = shop.unit("D1-1").pk
    shop.stock(shop.drive, "N1")
    sent(browser, f"/replacements/new?old={old}", new="N1", fate="received", place=bench(shop))
    entry = Entry.objects.get(act="replaced")
    page = browser.get(f"/entries/{entry.pk}/reversal?unit={old}").content.decode()
    assert re.search(r'value="all"[^>]*checked', page)


def test_so_much_of_a_lot_is_put_in_and_replaced(browser: Client, shop: Workshop) -> None:
    pod, lot = shop.build(shop.pod, "POD-1"), shop.screws_on_shelf(5)
    address = f"/serials/{pod}/installation"
    status, page = sent(browser, address, component="D1", how="install", lot=lot.number, quantity="2")
    assert (status, "not both at once" in page) == (422, True)
    status, page = sent(browser, address, how="install", lot="nothing", quantity="2")
    assert (status, "There is no lot nothing." in page) == (422, True)
    status, page = sent(browser, address, how="install", lot=lot.number, quantity="2")
    assert (status, "Tick this if it belongs there all the same." in page) == (409, True)
    status, page = sent(browser, address, how="install", lot=lot.number, quantity="9", anyway="on")
    assert (status, page.count("Only 5 pcs of lot") > 1) == (409, True)
    status, page = sent(browser, address, how="install", lot=lot.number, quantity="2", source=bench(shop), anyway="on")
    assert (status, f"Into POD-1 went 2 pcs SCREW of lot {lot}." in page, f"2 pcs of lot {lot}" in page) == (303, True, True)
    assert "2 pcs installed" in words(browser.get(f"/lots/{lot.pk}"))
    replacing = f"/replacements/new?product={pod}&out_lot={lot.pk}"
    assert replacing.replace("&", "&amp;") in browser.get(f"/serials/{pod}").content.decode()
    new = shop.screws_on_shelf(4)
    common = {"out": "2", "fate": "received", "place": bench(shop), "lot": new.number}
    status, page = sent(browser, replacing, **common, quantity="9")
    assert (status, page.count("Only 4 pcs of lot") > 1) == (409, True)
    status, page = sent(browser, replacing, **common, quantity="3")
    assert (status, f"2 pcs of lot {lot} are back in stock. Into POD-1 went 3 pcs SCREW of lot {new}." in page) == (303, True)
    assert browser.get(replacing).status_code == 404
    assert verify() == []
