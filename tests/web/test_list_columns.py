"""The columns and searches of a list by its pages: without scripts, and as the scripts ask for them."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nameplate.functions import EXPIRY_DATES
from nameplate.listings.arrangement import arrangement_of
from nameplate.models import User
from nameplate.operations.arranging import arrange_list, save_search
from nameplate.operations.switching import switch_function
from nameplate.web.list_words import WORDS
from tests import world
from tests.web.test_lists import body

AT = "/lists/serials/columns"


@pytest.fixture
def page(client: Client, operator: User) -> Client:
    client.force_login(operator)
    return client


@pytest.fixture
def stock(operator: User) -> None:
    world.receipt(numbers=["WD-1", "WD-2", "ST-9"], of=world.item(number="HDD-3T", description="Hard drive, 3 TB"))


def heads(text: str) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*data-c="([^"]+)"', text)


def lines(text: str) -> list[tuple[str, bool]]:
    return [(name, bool(ticked)) for name, ticked in re.findall(r'name="show" value="([^"]+)"( checked)?', text)]


def test_every_list_has_its_columns_chosen_and_its_searches_kept(page: Client) -> None:
    for name in WORDS:
        first = next(one for one, _ in lines(body(page, f"/lists/{name}/columns")))
        assert page.post(f"/lists/{name}/columns?back=size%3D25", {"act": "save", "show": first})["Location"] == f"/{name}?size=25"
        sent = {"name": "Few", "query": "size=25", "opens": "on", "idempotency_key": name}
        assert page.post(f"/lists/{name}/searches", sent)["Location"] == f"/{name}?size=25"
        assert page.get(f"/{name}")["Location"] == f"/{name}?size=25"
        text = body(page, f"/{name}?search=all")
        assert heads(text) == [first]
        assert ">Few<" in text


def test_columns_are_moved_and_ticked_by_plain_buttons(page: Client, stock: None) -> None:
    chooser = body(page, f"{AT}?back=serial%3DWD-*")
    now = lines(chooser)
    assert [name for name, ticked in now if ticked] == heads(body(page, "/serials"))
    order = [name for name, _ in now]
    sent = {"order": order, "show": ["serial", "status", "cost"], "width:status": "170", "act": "up:status"}
    moved = lines(page.post(AT, sent).content.decode())
    assert moved[:2] == [("status", True), ("serial", True)]
    answer = page.post(f"{AT}?back=serial%3DWD-*", {**sent, "order": [name for name, _ in moved], "act": "save"})
    assert answer["Location"] == "/serials?serial=WD-%2A"
    text = body(page, "/serials")
    assert heads(text) == ["status", "serial", "cost"]
    assert '<td class="np-w176" data-c="status"' in text
    assert page.post(AT, {"act": "save"}).status_code == 422
    page.post(AT, {"act": "reset"})
    assert heads(body(page, "/serials"))[:2] == ["serial", "status"]


def test_an_address_that_says_which_columns_leaves_the_kept_ones_alone(page: Client, operator: User, stock: None) -> None:
    arrange_list(actor=operator, listing="serials", columns="serial,lot", sort="-serial")
    assert heads(body(page, "/serials?columns=item,serial:200&customer=acme")) == ["item", "serial", "customer"]
    answer = page.post(f"{AT}?columns=item&back=customer%3Dacme%26columns%3Ditem", {"act": "save", "show": ["lot"]})
    assert answer["Location"] == "/serials?customer=acme&columns=lot"
    text = body(page, "/serials")
    assert heads(text) == ["serial", "lot"]
    assert re.findall(r'data-c="serial"[^>]*>(?:<label.*?</label>)?<a [^>]*>([^<]+)</a>', text.partition("<tbody")[2]) == [
        "WD-2",
        "WD-1",
        "ST-9",
    ]
    assert "There is no column “colour”" in body(page, "/serials?columns=serial,colour")


def test_the_csv_holds_the_columns_that_are_shown(page: Client, operator: User, stock: None) -> None:
    arrange_list(actor=operator, listing="serials", columns="item,serial", sort="-serial")
    text = body(page, "/serials?serial=WD-*")
    shown, whole = re.findall(r'href="(/serials\.csv[^"]*)"', text)
    lines = page.get(shown.replace("&amp;", "&")).getvalue().decode("utf-8-sig").splitlines()
    assert lines == ["Item,Serial number", "HDD-3T,WD-2", "HDD-3T,WD-1"]
    assert len(page.get(whole.replace("&amp;", "&")).getvalue().decode().splitlines()[0].split(",")) > 20
    sheet = re.search(r'href="(/exports/new[^"]*)"', text)
    assert sheet is not None
    assert parse_qs(urlsplit(sheet[1].replace("&amp;", "&")).query)["columns"] == ["item,serial"]


def test_all_that_is_kept_of_a_list_is_one_statement(page: Client, operator: User, stock: None) -> None:
    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            body(page, "/serials?search=all")
        return [query["sql"] for query in captured]

    save_search(actor=operator, listing="serials", name="First", query="status=received", opens=True)
    before = statements()
    arrange_list(actor=operator, listing="serials", columns="serial,lot", sort="-serial")
    for number in range(5):
        save_search(actor=operator, listing="serials", name=f"S{number}", query="status=received", shared=True)
    assert len(statements()) == len(before)
    kept = [sql for sql in before if "nameplate_listlayout" in sql or "nameplate_savedsearch" in sql]
    assert len(kept) == 1


def test_a_column_is_left_out_while_its_function_is_off(page: Client, operator: User, administrator: User, stock: None) -> None:
    arrange_list(actor=operator, listing="serials", columns="serial,expiry")
    switch_function(actor=administrator, name=EXPIRY_DATES, on=False, version=0, confirmed=True)
    assert heads(body(page, "/serials")) == ["serial"]


def test_a_search_is_saved_as_it_is_seen(page: Client, operator: User, stock: None) -> None:
    arrange_list(actor=operator, listing="serials", columns="serial:176,lot", sort="-serial")
    link = re.search(r'class="np-save" href="([^"]+)"', body(page, "/serials?serial=WD-*"))
    assert link is not None
    form = body(page, link[1].replace("&amp;", "&"))
    query = re.search(r'name="query" value="([^"]+)"', form)
    assert query is not None
    sent = {"name": "WD", "query": query[1].replace("&amp;", "&"), "idempotency_key": "wd"}
    address = page.post("/lists/serials/searches", sent)["Location"]
    assert parse_qs(urlsplit(address).query) == {"serial": ["WD-*"], "sort": ["-serial"], "columns": ["serial:176,lot"]}
    assert 'aria-current="true">WD<' in body(page, address)
    again = page.post("/lists/serials/searches", {**sent, "idempotency_key": "again"})
    assert again.status_code == 409
    assert "You have a search “WD” of this list already." in again.content.decode()


def test_searches_are_renamed_shared_opened_and_deleted_on_their_page(page: Client, operator: User, viewer: User) -> None:
    search = save_search(actor=operator, listing="lots", name="Full", query="in_stock=>0")
    at = f"/saved-searches/{search.pk}"
    assert (
        page.post(at, {"act": "rename", "name": "Not empty", "version": "1", "idempotency_key": "a"})["Location"] == "/lists/lots/searches"
    )
    assert page.post(at, {"act": "rename", "name": "", "version": "2", "idempotency_key": "b"}).status_code == 422
    page.post(at, {"act": "share", "version": "2", "idempotency_key": "c"})
    page.post(at, {"act": "open", "version": "3", "idempotency_key": "d"})
    (kept,) = arrangement_of("lots", operator.pk).searches
    assert (kept.name, kept.shared, kept.opens) == ("Not empty", True, True)
    page.post(f"{at}/removal", {"version": "3", "idempotency_key": "e"})
    assert arrangement_of("lots", operator.pk).searches == ()
    assert "No saved searches yet" in body(page, "/lists/lots/searches")


def test_filters_propose_what_there_is(page: Client, stock: None) -> None:
    world.item(number='"A", HDD', description="Odd")
    found = page.get("/lists/serials/lookup?column=item&text=hdd").json()["proposals"]
    assert found == [
        {"term": "=HDD-3T", "name": "HDD-3T", "detail": "Hard drive, 3 TB"},
        {"term": '="""A"", HDD"', "name": '"A", HDD', "detail": "Odd"},
    ]
    for one in found[:1]:
        assert "HDD-3T" in body(page, f"/serials?item={one['term']}").partition("<tbody")[2]
    assert page.get("/lists/serials/lookup?column=serial&text=wd").json()["proposals"] == []
    for column in ("lot", "vendor", "source", "location", "site", "customer", "shipment"):
        page.get(f"/lists/serials/lookup?column={column}&text=%00x").json()
    text = body(page, "/serials")
    assert set(re.findall(r'<input id="f-([a-z_]+)"[^>]*data-lookup>', text)) == {"item", "location", "lot", "customer", "source"}
    assert re.findall(r'data-range="([a-z]+)"', text) == ["day"]
