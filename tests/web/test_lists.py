"""The page of a list: one address for a search, mistakes beside their filters, what a row shows, and the same as CSV."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nameplate import listings
from nameplate.models import Line, Lot, Serial, User
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.rejecting import reject_units
from nameplate.web.list_words import WORDS
from tests import world

NUMBERS = ["WD-1", "WD-2", "ST-9", "ST-10"]


@pytest.fixture
def page(client: Client, operator: User) -> Client:
    client.force_login(operator)
    return client


@pytest.fixture
def stock(operator: User) -> None:
    world.receipt(numbers=NUMBERS, of=world.item(number="HDD-3T", description="Hard drive 3 TB"))


def numbers_in(text: str) -> list[str]:
    return re.findall(r'<td[^>]*data-c="serial"[^>]*>(?:<label.*?</label>)?<a [^>]*>([^<]+)</a>', text)


def body(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer
    return answer.content.decode()


@pytest.mark.parametrize("name", sorted(WORDS))
def test_every_list_has_a_page_that_says_what_to_do_when_it_is_empty(page: Client, name: str) -> None:
    text = body(page, f"/{name}?{'q' if listings.ALL[name].search else 'size'}={'nothing-has-this' if listings.ALL[name].search else 25}")
    assert f"<h1>{WORDS[name].title}</h1>" in text
    assert 'class="np-empty"' in text or name in {"entries", "sites", "locations"}
    assert "style=" not in text
    assert "<script>" not in text


def test_every_list_of_the_product_has_its_words() -> None:
    assert set(WORDS) == set(listings.ALL)


def test_units_stand_in_natural_order_and_are_counted(page: Client, stock: None) -> None:
    text = body(page, "/serials")
    assert numbers_in(text) == ["ST-9", "ST-10", "WD-1", "WD-2"]
    assert "4 units" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("serial=WD-*", ["WD-1", "WD-2"]),
        ("serial=WD-*&sort=-serial", ["WD-2", "WD-1"]),
        ("status=received", ["ST-9", "ST-10", "WD-1", "WD-2"]),
        ("status=shipped,written_off", []),
        ("q=ST-10", ["ST-10"]),
        ("item=HDD-3T&serial=!ST-*", ["WD-1", "WD-2"]),
    ],
)
def test_the_address_is_the_search(page: Client, stock: None, query: str, expected: Sequence[str]) -> None:
    text = body(page, f"/serials?{query}")
    assert numbers_in(text) == list(expected)
    assert f"<strong>{len(expected)}</strong>" in text or query.startswith("status=received")


def test_what_narrows_the_list_stands_as_chips_that_take_it_away_again(page: Client, stock: None) -> None:
    text = body(page, "/serials?serial=WD-*&status=received,shipped&sort=-serial")
    chips = re.findall(r'<a class="np-chip" href="([^"]+)"[^>]*><span>([^<]+)</span> <b>([^<]+)</b>', text)
    assert [(label, value) for _, label, value in chips] == [("Serial number", "WD-*"), ("Status", "Received or Shipped")]
    without_serial = chips[0][0].replace("&amp;", "&")
    assert "serial=" not in without_serial
    assert "status=received%2Cshipped" in without_serial
    assert "sort=-serial" in without_serial


def test_a_form_with_empty_and_repeated_fields_gets_a_tidy_address(page: Client, stock: None) -> None:
    answer = page.get("/serials?q=&serial=WD-*&status=received&status=shipped&item=&sort=&size=")
    assert answer.status_code == 302
    assert answer["Location"] == "/serials?serial=WD-%2A&status=received%2Cshipped"


def test_a_wrong_filter_is_said_beside_it_and_the_others_hold(page: Client, stock: None) -> None:
    text = body(page, "/serials?serial=WD-*&received_on=2026-13")
    assert numbers_in(text) == ["WD-1", "WD-2"]
    beside = re.search(r'<td id="e-received_on"[^>]*>(.*?)</td>', text, re.DOTALL)
    assert beside is not None
    assert "2026-13" in beside[1]
    assert re.search(r'<input id="f-received_on"[^>]*value="2026-13"[^>]*aria-invalid="true"', text)


def test_what_was_looked_for_at_the_start_only_is_said_where_it_was_typed(page: Client, stock: None) -> None:
    text = body(page, "/serials?serial=D")
    beside = re.search(r'<td id="e-serial"[^>]*>(.*?)</td>', text, re.DOTALL)
    assert beside is not None
    assert ("at the start" in beside[1], "aria-invalid" in text, numbers_in(text)) == (True, False, [])
    assert re.search(r'<div id="list-q-said"><p class="np-understood">.*?at the start', body(page, "/serials?q=D"), re.DOTALL)
    for exact, found in (("*D*", ["WD-1", "WD-2"]), ("!D", ["ST-9", "ST-10"]), ("!*D*", ["ST-9", "ST-10"])):
        text = body(page, f"/serials?serial={exact}")
        assert (numbers_in(text), "at the start" in text) == (found, False), exact


def test_an_unknown_filter_is_named_and_not_ignored_silently(page: Client, stock: None) -> None:
    text = body(page, "/serials?colour=red")
    assert "<b>colour</b>: There is no such filter." in text


def test_heads_say_how_the_list_is_sorted_and_turn_it_round(page: Client, stock: None) -> None:
    text = body(page, "/serials?sort=-received_on,serial")
    assert re.search(r'aria-sort="descending"[^>]*><a href="/serials\?sort=received_on"', text)
    assert re.search(r'aria-sort="ascending"[^>]*>(?:<label.*?</label>)?<a href="/serials\?sort=-serial"', text)


def test_pages_follow_one_another_both_ways(page: Client, stock: None) -> None:
    first = body(page, "/serials?size=3")
    onward = re.search(r'href="([^"]+)"[^>]*data-list="next"', first)
    assert onward is not None
    second = body(page, onward[1].replace("&amp;", "&"))
    assert numbers_in(first) + numbers_in(second) == ["ST-9", "ST-10", "WD-1", "WD-2"]
    back = re.search(r'href="([^"]+)"[^>]*data-list="previous"', second)
    assert back is not None
    assert numbers_in(body(page, back[1].replace("&amp;", "&"))) == numbers_in(first)


def test_a_part_of_the_page_brings_its_address_along(page: Client, stock: None) -> None:
    answer = page.get("/serials?q=&serial=WD-*", headers={"HX-Request": "true"})
    assert answer["HX-Push-Url"] == "/serials?serial=WD-%2A"
    assert "HX-Request" in answer["Vary"]
    text = answer.content.decode()
    assert text.lstrip().startswith('<form id="list"')
    assert "<html" not in text


def test_numbers_are_shown_as_text_and_never_run(page: Client, operator: User) -> None:
    world.receipt(numbers=["<script>alert(1)</script>", '"quoted" & more', "0001"])
    text = body(page, "/serials")
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert ">0001</a>" in text


def test_csv_holds_what_the_list_shows_and_all_pages_of_it(page: Client, stock: None) -> None:
    answer = page.get("/serials.csv?serial=WD-*&size=1")
    content = answer.getvalue()
    lines = content.decode("utf-8-sig").splitlines()
    assert (content[:3], lines[0][:6]) == (b"\xef\xbb\xbf", "Serial")
    assert answer["Content-Disposition"] == 'attachment; filename="serials.csv"'
    assert len(lines) == 3
    assert [line.split(",")[0] for line in lines[1:]] == ["WD-1", "WD-2"]


def test_csv_of_a_search_with_a_mistake_goes_back_to_the_page_that_says_it(page: Client, stock: None) -> None:
    answer = page.get("/serials.csv?received_on=2026-13")
    assert answer.status_code == 302
    assert answer["Location"] == "/serials?received_on=2026-13"


def test_the_number_of_statements_does_not_grow_with_the_rows(page: Client, operator: User) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            body(page, "/serials")
        return len(captured)

    world.receipt(numbers=["A1"])
    few = statements()
    world.receipt(numbers=[f"B{n}" for n in range(60)])
    assert statements() == few


def test_an_exact_number_at_the_top_opens_its_unit_and_anything_else_searches(page: Client, stock: None) -> None:
    assert page.get("/search?q=wd-1")["Location"].startswith("/serials/")
    assert page.get("/search?q=WD-*")["Location"] == "/serials?q=WD-%2A"
    assert page.get("/search?q=")["Location"] == "/serials"


def test_the_same_number_of_two_items_is_searched_not_guessed(page: Client, stock: None, operator: User) -> None:
    order = world.purchase_order(lines=[(world.item(), 1)])
    line = LineReceipt(Line.objects.get(document=order).pk, ["WD-1"], keep=frozenset({"other-item"}))
    receive(actor=operator, order=order, lines=[line], location_id=world.location().pk)
    assert page.get("/search?q=WD-1")["Location"] == "/serials?q=WD-1"


def test_the_same_address_again_is_no_second_step_back(page: Client, stock: None) -> None:
    answer = page.get("/serials?serial=WD-*", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/serials?serial=WD-%2A"})
    assert answer["HX-Replace-Url"] == "/serials?serial=WD-%2A"
    assert "HX-Push-Url" not in answer


def test_the_head_of_the_natural_order_says_so_and_turns_it(page: Client, stock: None) -> None:
    assert re.search(r'aria-sort="ascending"[^>]*>(?:<label.*?</label>)?<a href="/serials\?sort=-serial"', body(page, "/serials"))


def test_the_sum_of_units_and_value_is_of_what_is_in_stock(page: Client, operator: User) -> None:
    world.receipt(numbers=["C-1", "C-2", "C-3"], of=world.item(number="HDD"))
    Lot.objects.update(cost=40_000_000)
    reject_units(actor=operator, unit_ids=list(Serial.objects.filter(number="C-3").values_list("pk", flat=True)), reason="Bent")
    shown = body(page, "/reports/stock-value")
    assert "what it cost: 80.00 EUR; rejected 40.00 EUR</title>" in shown
    assert '?status=rejected">40.00 EUR</a>' in shown
    assert "what it cost: 0.00 EUR; rejected 40.00 EUR</title>" in body(page, "/reports/stock-value?status=rejected")


def test_a_search_with_wildcards_is_offered_as_a_filter(page: Client, stock: None) -> None:
    text = body(page, "/serials?q=WD-*&status=received")
    assert numbers_in(text) == []
    assert "takes * and ? as they are written; in the filter of Serial number" in text
    offered = re.search(r'href="([^"]+)"[^>]*>Serial number: WD-\*</a>', text)
    assert offered
    assert numbers_in(body(page, f"/serials{offered[1].replace('&amp;', '&')}")) == ["WD-1", "WD-2"]
    assert "Serial number: WD-?</a>" not in body(page, "/serials?q=WD-?&serial=ST-*")
    assert "as they are written" not in body(page, "/serials?q=nothing-has-this")
