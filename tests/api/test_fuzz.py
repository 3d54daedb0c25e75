"""Nonsense in every parameter of every address that reads: understood or refused, never a fault of ours."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_from_bytes

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nameplate import listings
from nameplate.listings.usage_tips import TIPS
from nameplate.models import User
from tests import proving
from tests.api.asking import Program, program_of
from tests.api.stock import placed

PATTERNS = [tip.pattern for tip in TIPS]
SIGNS = st.sampled_from(
    ["*", "?", "=", "!", "..", ">", "<", '"', ",", "%", "_", "\\", "'", ";", "\x00", "\u202e", "\ud83d\ude00", "-", "0", "\u0663"]
)
TEXTS = st.one_of(
    st.sampled_from(PATTERNS),
    st.lists(
        st.one_of(SIGNS, st.text(max_size=4), st.sampled_from(["A1", "WD-", "2026-03", "7d", "received", "99999999999999999999"]))
    ).map("".join),
    st.text(max_size=40),
    st.integers().map(str),
    st.floats().map(str),
)
VALUES = st.one_of(TEXTS.map(lambda text: quote(text, errors="replace")), st.binary(max_size=20).map(quote_from_bytes))


@st.composite
def queries(draw: st.DrawFn, name: str) -> str:
    known = [column.name for column in listings.ALL[name].columns]
    names = st.one_of(st.sampled_from([*known, "q", "sort", "size", "after", "before"]), VALUES)
    parts = draw(st.lists(st.tuples(names, VALUES), max_size=4))
    sorts = draw(st.lists(st.sampled_from([*known, *(f"-{name}" for name in known)]), max_size=3))
    return "&".join([*(f"{name}={value}" for name, value in parts), *([f"sort={','.join(sorts)}"] if sorts else [])])


@pytest.fixture
def program(db: None, manager: User) -> Program:
    program = program_of(manager)
    placed(program, {"drive": 9}).receive(program, ["A1", "A2", "WD-1"])
    return program


@pytest.mark.parametrize("name", listings.ALL)
def test_no_query_of_a_list_is_a_fault(program: Program, name: str) -> None:
    @hypothesis.seed(proving.seed(f"queries of /{name}"))
    @proving.settings(short=15, full=400)
    @given(queries(name))
    def ask(query: str) -> None:
        for suffix in ("", ".csv"):
            answer = program.get(f"/{name}{suffix}?{query}")
            assert answer.status in {200, 422}, answer.content
            if answer.status == 422:
                assert answer.json["fields"]

    ask()


def test_no_address_is_a_fault(program: Program) -> None:
    nouns = st.sampled_from(["serials", "items", "vendors", "customers", "sites", "locations", "lots", "purchase-orders", "entries"])
    tails = st.sampled_from(["", "/history", "/serials", "/lines/1", "?q=1"])

    @hypothesis.seed(proving.seed("addresses of the API"))
    @proving.settings(short=50, full=1000)
    @given(nouns, st.one_of(st.integers(-5, 2**70).map(str), VALUES), tails)
    def ask(noun: str, part: str, tail: str) -> None:
        assert program.get(f"/{noun}/{part}{tail}").status in {200, 404, 405, 422}

    ask()


NAMES = st.one_of(TEXTS, st.sampled_from(["1", "2", "A1", "2026-03-31", "rfq"]))
PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), NAMES),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
ONE = st.one_of(PLAIN, st.lists(NAMES, max_size=3))
LINES = st.lists(st.dictionaries(st.sampled_from(["line", "serials", "quantity", "text", "item", "keep"]), ONE, max_size=4), max_size=3)
FIELDS = ["number", "name", "vendor", "lines", "location", "serials", "units", "reason", "note", "version", "site", "received_on", "status"]
BODIES = st.dictionaries(st.sampled_from(FIELDS), st.one_of(ONE, LINES), max_size=5)
WRITES = (
    "/items",
    "/vendors",
    "/sites",
    "/locations",
    "/purchase-orders",
    "/purchase-orders/{order}/order",
    "/purchase-orders/{order}/receipts",
    "/purchase-orders/{order}/receipts/preview",
    "/purchase-orders/{order}/lines/{line}/serials",
    "/purchase-orders/{order}/withdrawals",
    "/entries/{entry}/reversal",
)


@pytest.mark.parametrize("path", WRITES)
def test_no_body_is_a_fault(program: Program, path: str) -> None:
    order = program.get("/purchase-orders").json["items"][0]["id"]
    line = program.get(f"/purchase-orders/{order}").json["lines"][0]["id"]
    entry = program.get("/entries").json["items"][0]["id"]
    address = path.format(order=order, line=line, entry=entry)

    @hypothesis.seed(proving.seed(f"bodies for {path}"))
    @proving.settings(short=10, full=400)
    @given(BODIES)
    def ask(body: object) -> None:
        # Half characters are written as JSON escapes, which is how they would come.
        answer = program.post(address, json.dumps(body).encode())
        assert answer.status in {200, 201, 400, 404, 409, 413, 422}, answer.content

    ask()
