"""Whatever is sent, the answer is a problem that says what is wrong, never a page and never a fault of ours."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.db import OperationalError
from django.http import HttpRequest, UnreadablePostError

from nameplate.api.problems import answer_to
from nameplate.models import Item, Serial, User
from tests.api.asking import Answer, Program, program_of
from tests.api.stock import Placed, placed

pytestmark = pytest.mark.usefixtures("any_database")
NO_ID = "Send an id as it was answered: a text of digits, at most 9223372036854775807, in quotes."
MEMBERS = {"type", "title", "status", "detail", "rule", "fields", "offenders", "causes", "way_out"}


@pytest.fixture
def program(manager: User) -> Program:
    return program_of(manager)


@pytest.fixture
def order(program: Program) -> Placed:
    return placed(program, {"drive": 60_000})


def is_problem(answer: Answer, status: int, rule: str = "") -> Any:
    """The problem, whose form is always the same."""
    assert answer.status == status, answer.content[:1000]
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.json) >= MEMBERS
    assert answer.json["status"] == status
    assert answer.json["detail"]
    if rule:
        assert answer.json["rule"] == rule
        assert answer.json["type"] == f"/help/refusals#{rule}"
    return answer.json


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/serials", "/serials/", "/items/x", "/items/-1"]
)
def test_unknown_addresses(program: Program, path: str) -> None:
    is_problem(program.get(path), 404, "no-such-address")
    is_problem(Program().get(path), 404, "no-such-address")


@pytest.mark.parametrize("noun", ["serials", "items", "vendors", "customers", "sites", "locations", "lots", "purchase-orders", "entries"])
@pytest.mark.parametrize("number", ["0", "999999", "9223372036854775807", "9223372036854775808", "99999999999999999999"])
def test_unknown_ids(program: Program, noun: str, number: str) -> None:
    is_problem(program.get(f"/{noun}/{number}"), 404)


def test_other_methods(program: Program) -> None:
    answer = program.ask("DELETE", "/items")
    is_problem(answer, 405, "no-such-method")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe{}", b"{'a': 1}", b"NaN", b'{"number": "\\ud800"}', b"[" * 100_000, b"a=1"])
def test_bodies_that_are_no_json(program: Program, body: bytes) -> None:
    answer = program.ask("POST", "/items", body)
    is_problem(answer, 422 if body == b"" else 400)


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"', b"true"])
def test_bodies_that_are_no_object(program: Program, body: bytes) -> None:
    assert is_problem(program.ask("POST", "/items", body), 422)["fields"] == {"body": "Send an object."}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"number": "This is needed."}),
        ({"number": 7}, {"number": "Send a text, in quotes."}),
        ({"number": None}, {"number": "Send a text, in quotes."}),
        ({"number": "x", "bought": 1}, {"bought": "Send true or false."}),
        (
            {"number": "x", "archived": True, "version": 9},
            {"archived": "There is no such field here.", "version": "There is no such field here."},
        ),
        (
            {"number": "x", "id": "5", "number_key": "y"},
            {"id": "There is no such field here.", "number_key": "There is no such field here."},
        ),
        ({"number": "x", "default_location": 5}, {"default_location": NO_ID}),
        ({"number": "x", "default_location": "9223372036854775808"}, {"default_location": NO_ID}),
        ({"number": "x", "default_location": "9" * 20}, {"default_location": NO_ID}),
        ({"number": "x", "default_location": "٣"}, {"default_location": NO_ID}),
        ({"number": "x", "tracking": "none of them"}, {"tracking": "Send one of: 'serial', 'lot' or 'none'."}),
        ({"number": "x", "notes": "a\x00b"}, {"notes": "This holds a NUL character, which nothing here does."}),
        ({"number": "x" * 1001}, {"number": "This has more than 1,000 characters."}),
    ],
)
def test_bodies_of_another_shape(program: Program, body: Any, fields: dict[str, str]) -> None:
    assert is_problem(program.post("/items", body), 422, "invalid-request")["fields"] == fields
    assert not Item.objects.exists()


def test_what_an_operation_says_no_to_is_said_by_field(program: Program) -> None:
    problem = is_problem(program.post("/items", {"number": " ", "unit": "x" * 21, "default_location": "77"}), 422, "invalid-fields")
    assert set(problem["fields"]) == {"number", "unit", "default_location"}


@pytest.mark.parametrize(
    "line",
    [
        {"line": "1", "serials": "A1"},
        {"line": "1", "serials": [1, 2]},
        {"line": "1", "serials": [None]},
        {"line": "1", "serials": [["A1"]]},
        {"line": 1, "serials": ["A1"]},
        {"line": "1", "quantity": 2.5},
        {"line": "1", "quantity": "1e3"},
        {"line": "1", "quantity": "２"},
        {"line": "1", "quantity": True},
        {"line": "1", "expires_on": "2026-02-30"},
        {"line": "1", "expires_on": "20260301"},
        {"line": "1", "expires_on": 5},
        {"line": "1", "keep": ["known"]},
        {"line": "1", "status": "shipped"},
        {"serials": ["A1"]},
    ],
)
def test_lines_of_another_shape(program: Program, order: Placed, line: Any) -> None:
    answer = program.post(f"/purchase-orders/{order.id}/receipts", {"lines": [line], "location": order.location})
    assert all(name.startswith("lines.0") for name in is_problem(answer, 422, "invalid-request")["fields"])


BAD_NUMBERS = {
    "empty": "  ",
    "a NUL": "A\x00B",
    "zero width": "A\u200bB",
    "right to left": "A\u202eB",
    "a line break": "A\nB",
    "121 characters": "A" * 121,
    "long when folded": "\ufdfa" * 100,
}


@pytest.mark.parametrize("number", BAD_NUMBERS.values(), ids=BAD_NUMBERS)
def test_numbers_that_cannot_stand_are_named_with_their_place(program: Program, order: Placed, number: str) -> None:
    answer = program.post(f"/purchase-orders/{order.id}/receipts", order.receipt(["A1", number]))
    offenders = is_problem(answer, 409, "serials-not-receivable")["offenders"]
    assert [one["line"] for one in offenders] == [2]
    assert not Serial.objects.exists()


def test_numbers_that_look_odd_and_stand_come_back_byte_for_byte(program: Program, order: Placed) -> None:
    numbers = [
        "0001",
        "001",
        "1",
        "000123456789012345",
        "12E5",
        "1..5",
        "A,B",
        'A"B',
        "=1+1",
        "A\u2013B",
        "\uff11\uff12",
        "Ä/ß.7",
        "+49",
        "@x",
        "A" * 120,
    ]
    order.receive(program, numbers)
    listed = program.get("/serials?size=500").json["items"]
    assert sorted(row["serial"] for row in listed) == sorted(numbers)
    for row in listed:
        assert program.get(f"/serials/{row['id']}").json["serial"] == row["serial"]
    known = program.post(f"/purchase-orders/{order.id}/receipts", order.receipt(numbers))
    assert [one["text"] for one in known.json["offenders"]] == numbers


def test_one_duplicate_among_fifty_thousand(program: Program, order: Placed) -> None:
    numbers = [f"A{n:05d}" for n in range(49_999)]
    answer = program.post(f"/purchase-orders/{order.id}/receipts", order.receipt([*numbers, "a00017"]))
    offenders = is_problem(answer, 409, "serials-not-receivable")["offenders"]
    assert [(one["text"], one["line"]) for one in offenders] == [("a00017", 50_000)]
    assert not Serial.objects.exists()


def test_more_than_fifty_thousand(program: Program, order: Placed) -> None:
    problem = is_problem(program.post(f"/purchase-orders/{order.id}/receipts", order.receipt(["A"] * 50_001)), 422)
    assert problem["fields"] == {"lines.0.serials": "At most 50,000 of these in one go."}
    line = {"line": order.line(), "serials": ["A"] * 25_001}
    is_problem(program.post(f"/purchase-orders/{order.id}/receipts", {"lines": [line, line], "location": order.location}), 413, "too-many")


def test_fifty_thousand_that_are_no_texts(program: Program, order: Placed) -> None:
    body = {"lines": [{"line": order.line(), "serials": [1] * 50_000}], "location": order.location}
    problem = is_problem(program.post(f"/purchase-orders/{order.id}/receipts", body), 422)
    assert len(problem["fields"]) == 100


def test_a_body_above_the_limit_is_not_read(program: Program) -> None:
    tracemalloc.start()
    answer = program.client.generic("POST", "/api/v1/items", b"", "application/json", headers=program.headers, CONTENT_LENGTH=str(1024**3))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    said = is_problem(Answer(answer.status_code, answer.headers, answer.content), 413, "too-large")
    assert (said["title"], said["detail"]) == ("Too much at once", "More was sent than the 16 MB that are taken in one go.")
    assert said["way_out"] == "Send it in parts."
    assert peak < 5_000_000
    assert program.post("/items", {"number": "x", "notes": "y" * (17 * 1024 * 1024)}).status == 413


def test_a_length_that_is_no_number(program: Program) -> None:
    answer = program.client.generic("POST", "/api/v1/items", b"", "application/json", headers=program.headers, CONTENT_LENGTH="-1")
    is_problem(Answer(answer.status_code, answer.headers, answer.content), 400)


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("A1..A999999999", "bad"),
        ("5..1", "bad"),
        ("A\u2013B", "decide"),
        ("A1 B2 C3", "decide"),
        ("A\u200bB", "bad"),
        ("x" * 200, "bad"),
    ],
)
def test_the_preview_says_what_is_wrong_with_each_piece(program: Program, order: Placed, text: str, standing: str) -> None:
    answer = program.made(f"/purchase-orders/{order.id}/receipts/preview", {"lines": [{"line": order.line(), "text": text}]})
    assert standing in {row["standing"] for row in answer["lines"][0]["verdicts"]}
    assert answer["lines"][0]["serials"] == []


def test_a_preview_with_a_nul(program: Program, order: Placed) -> None:
    answer = program.post(f"/purchase-orders/{order.id}/receipts/preview", {"lines": [{"line": order.line(), "text": "A\x00B"}]})
    assert set(is_problem(answer, 422)["fields"]) == {"lines.0.text"}


@pytest.mark.parametrize("value", ['"', "abc", "*", '"99999999999999"'])
def test_an_if_match_that_is_no_etag(program: Program, value: str) -> None:
    item = program.made("/items", {"number": "drive"})
    is_problem(program.patch(f"/items/{item['id']}", {"notes": "x"}, If_Match=value), 422, "bad-version")


def test_a_host_that_is_not_ours() -> None:
    answer = Program({"Host": "elsewhere.example"}).get("/serials")
    is_problem(answer, 400)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuntimeError("a secret"), 500),
        (OperationalError("database is locked"), 503),
        (OperationalError("no such table: a secret"), 500),
        (TooManyFieldsSent("a secret"), 400),
        (UnreadablePostError("a secret"), 400),
    ],
)
def test_faults_are_answered_without_what_they_were(error: Exception, status: int, caplog: pytest.LogCaptureFixture) -> None:
    request = HttpRequest()
    request.method, request.path = "POST", "/api/v1/items"
    answer = answer_to(request, error)
    assert answer.status_code == status
    assert b"a secret" not in answer.content
    assert ("failed" in caplog.text) == (status == 500)
    assert answer.has_header("Retry-After") == (status == 503)


def test_an_unknown_address_is_unknown_to_every_method(program: Program) -> None:
    for method in ("GET", "POST", "PATCH", "DELETE"):
        is_problem(program.ask(method, "/api/v1/no-such-thing"), 404, "no-such-address")
