"""Lists over the API: pages that meet, links between them, filters by name, and the whole as CSV."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate import listings
from nameplate.models import User
from tests.api.asking import Program, program_of
from tests.api.stock import placed

pytestmark = pytest.mark.usefixtures("any_database")

NUMBERS = [f"A{number}" for number in range(1, 24)]


@pytest.fixture
def program(manager: User) -> Program:
    return program_of(manager)


@pytest.fixture
def stocked(program: Program) -> Program:
    """23 units, A1 to A23 in their natural order."""
    placed(program, {"drive": 99}).receive(program, NUMBERS)
    return program


def numbers(page: Any) -> list[str]:
    return [row["serial"] for row in page["items"]]


def test_pages_meet_forwards_and_backwards(stocked: Program) -> None:
    first = stocked.get("/serials?size=10").json
    assert (first["count"], first["count_capped"], first["previous"]) == (23, False, None)
    second = stocked.get(f"/serials?size=10&after={quote(first['next'])}").json
    third = stocked.get(f"/serials?size=10&after={quote(second['next'])}").json
    assert numbers(first) + numbers(second) + numbers(third) == NUMBERS
    assert third["next"] is None
    assert numbers(stocked.get(f"/serials?size=10&before={quote(third['previous'])}").json) == numbers(second)
    assert numbers(stocked.get(f"/serials?size=10&before={quote(second['previous'])}").json) == numbers(first)


def test_the_link_header_leads_through_the_whole_list_with_its_filters(stocked: Program) -> None:
    address, found = "/serials?sort=-serial&serial=A1*&size=4", []
    while address:
        answer = stocked.get(address)
        found += numbers(answer.json)
        links = dict(re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers.get("Link", "")))
        address = next((address for address, rel in links.items() if rel == "next"), "")
    assert found == [f"A{number}" for number in range(19, 9, -1)] + ["A1"]
    assert 'rel="prev"' in answer.headers["Link"]


def test_a_parameter_given_twice_means_either(stocked: Program) -> None:
    assert numbers(stocked.get("/serials?serial==A1&serial==A7").json) == ["A1", "A7"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("nothing=1", "nothing"),
        ("status=lost", "status"),
        ("sort=nothing", "sort"),
        ("size=0", "size"),
        ("size=501", "size"),
        ("size=%D9%A3", "size"),
        ("after=x", "after"),
        ("before=x", "before"),
        ("received_on=soon", "received_on"),
        ("serial=%00", "serial"),
        ("q=%00", "q"),
        ("item__archived=1", "item__archived"),
        ("withdrawn=perhaps", "withdrawn"),
        ("as_of=2026-02-30", "as_of"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(program: Program, query: str, field: str) -> None:
    answer = program.get(f"/serials?{query}")
    assert (answer.status, answer.json["rule"]) == (422, "bad-query")
    assert set(answer.json["fields"]) == {field}


def test_a_cursor_of_another_list_or_order_is_refused(stocked: Program) -> None:
    cursor = quote(stocked.get("/serials?size=2").json["next"])
    assert set(stocked.get(f"/serials?sort=-serial&after={cursor}").json["fields"]) == {"after"}
    assert set(stocked.get(f"/items?after={cursor}").json["fields"]) == {"after"}


def test_many_parameters_are_refused_and_not_a_fault(program: Program) -> None:
    answer = program.get("/serials?" + "&".join(f"p{number}=1" for number in range(5001)))
    assert answer.status == 400


@pytest.mark.parametrize("name", listings.ALL)
def test_every_list_is_exported_as_it_is_listed(stocked: Program, name: str) -> None:
    rows = stocked.get(f"/{name}?size=500").json["items"]
    answer = stocked.get(f"/{name}.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name.replace("/", "-")}.csv"'
    head, *lines = csv.reader(io.StringIO(answer.content.decode()))
    assert head == [column.label for column in listings.ALL[name].columns]
    assert len(lines) == len(rows)
    refused = stocked.get(f"/{name}.csv?nothing=1")
    assert refused.status == 422


def test_serial_text_is_the_same_in_every_door(program: Program) -> None:
    odd = ["000123456789012345678", "12E5", "=1+1", "-5", "@x", "A,B", 'A"B', "A\u2013B", "0001"]
    placed(program, {"drive": 99}).receive(program, odd)
    listed = numbers(program.get("/serials").json)
    exported = [line[0] for line in list(csv.reader(io.StringIO(program.get("/serials.csv").content.decode())))[1:]]
    assert sorted(listed) == sorted(odd)
    # A spreadsheet must not run a number as a formula: the export marks those with an apostrophe, and only those.
    assert [cell.removeprefix("'") for cell in exported] == listed
    assert sorted(cell for cell in exported if cell.startswith("'")) == ["'=1+1", "'@x"]


def test_a_page_takes_as_many_statements_for_one_row_as_for_all(stocked: Program) -> None:
    stocked.get("/serials")
    taken = []
    for query in ("size=1", "size=23", "size=500"):
        with CaptureQueriesContext(connection) as asked:
            stocked.get(f"/serials?{query}")
        taken.append(len(asked))
    assert len(set(taken)) == 1
    assert taken[0] <= 7


def test_a_past_day_is_told_in_every_form_and_not_acted_on(stocked: Program) -> None:
    today, before = timezone.localdate(), timezone.localdate() - timedelta(days=1)
    assert numbers(stocked.get(f"/serials?as_of={today}&size=500").json) == NUMBERS
    assert stocked.get(f"/serials?as_of={before}").json["count"] == 0
    assert stocked.get(f"/serials.csv?as_of={before}").content.decode().count("\n") == 1
    assert stocked.get(f"/serials.pdf?as_of={today}").content.startswith(b"%PDF")
    [line] = stocked.get(f"/reports/stock-value?as_of={today}").json["items"]
    assert (line["quantity"], line["status"]) == ("23", "received")
    whose = [stocked.get(f"/reports/stock-value?vendor={quote(text)}").json["count"] for text in (f"={line['vendor']}", "=")]
    assert (whose, stocked.get(f"/reports/stock-value.csv?vendor==&as_of={today}").content.decode().count("\n")) == ([1, 0], 1)
    export = stocked.post("/exports", {"list": "serials", "query": f"as_of={before}", "format": "xlsx"})
    assert export.status == 201
    search = {"search": f"status=received&as_of={today}", "expected": 23, "warranty_until": "2099-03-31"}
    refused = stocked.post("/serials/edits", search)
    assert (refused.status, set(refused.json["fields"])) == (422, {"as_of"})
    assert stocked.get("/lots?as_of=2026-01-01").status == 422


def test_a_session_reads_lists_too(stocked: Program, viewer: User) -> None:
    person = Program()
    person.client.force_login(viewer)
    assert numbers(person.get("/serials?q=a23").json) == ["A23"]


def test_a_search_that_was_narrowed_says_so(stocked: Program) -> None:
    assert stocked.get("/serials?q=A2").json["notes"].keys() == {"q"}
    assert stocked.get("/serials").json["notes"] == {}
    literal = stocked.get("/serials?q=A2*").json
    assert (numbers(literal), "as they are written" in literal["notes"]["q"]) == ([], True)
