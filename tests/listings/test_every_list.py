"""Every list over the demo company, in which each has rows: numbers are filtered rightly, many rows take no more statements than few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from nameplate.jobs.editing import start_edit
from nameplate.listings import ALL, Listing, history_of
from nameplate.listings.columns import NUMERIC
from nameplate.listings.definitions import CUSTOM_FIELDS
from nameplate.listings.filters import NumberColumn
from nameplate.listings.grammar import parse
from nameplate.listings.matching import matches
from nameplate.listings.narrowing import grammar_column
from nameplate.listings.reasons import REASONS
from nameplate.listings.rows import Row
from nameplate.listings.serials import SERIALS
from nameplate.models import Serial, User
from tests import databases, proving, world
from tests.listings import brute_force

MOST_STATEMENTS = 10
MOST_FOR_ITS_LIMIT = 2
"""A past day is looked for within a limit of time, which PostgreSQL is told and lets go of."""
MOST_FEW = 5
COMBINATIONS = proving.times(20, 400)
ORDERS = proving.times(1, 1000)
FILTERS = proving.times(5, 1000)
SEED = proving.seed("what was done to units") if proving.PROVING else 20260301
DONE_TO_THEM = [
    "shipment",
    "built_into",
    "product",
    "made_by",
    "used_by",
    "reserved_for",
    "write_off_reason",
    "return",
    "return_reason",
    "returned_on",
]
SETTINGS = (CUSTOM_FIELDS, REASONS)
"""Lists that stand under Settings."""


@pytest.fixture(scope="module")
def _company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The demo company, with as much of everything as a list needs in order to say something."""
    with django_db_blocker.unblock(), databases.copied("demo") as database:
        actor = User.objects.get(username="manager")
        unit = Serial.objects.filter(withdrawn=False).earliest("pk")
        for number in range(6):
            world.vendor(name=f"Vendor {number}")
            world.customer(name=f"Customer {number}")
            world.site(name=f"Site {number}")
            start_edit(actor=actor, unit_ids=[unit.pk], notes=str(number))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what a server does by itself; in tests nothing does
        yield database


@pytest.fixture
def everything(_company: str, django_db_blocker: DjangoDbBlocker) -> Iterator[User]:
    """Whoever may see all of it."""
    with django_db_blocker.unblock(), databases.pointed_at(_company):
        yield User.objects.get(username="administrator")


def _readings(actor: User) -> Iterator[tuple[Listing, dict[str, str]]]:
    """Every list, today and as of a day where it can be told, and the history of the unit to which most was done."""
    yield from ((listing, {}) for listing in (*ALL.values(), *SETTINGS))
    yield from (
        (listing, {"as_of": str(timezone.localdate() - timedelta(days=90))}) for listing in ALL.values() if listing.then is not None
    )
    yield history_of(Serial.objects.latest("version").pk), {}


def _all(listing: Listing, params: dict[str, str], actor: User) -> list[Row]:
    rows: list[Row] = []
    after: str | None = ""
    while after is not None:
        page = listing.read({"size": "500", **params, **({"after": after} if after else {})}, actor=actor)
        assert not page.errors, (listing.name, params, page.errors)
        rows += page.rows
        after = page.next
    return rows


def test_a_page_of_many_rows_takes_no_more_statements_than_one_of_few(everything: User) -> None:
    """Of the rows, not of how the page is found: two rows of each list, and all its rows, five hundred at most."""
    for listing, params in _readings(everything):
        taken = {}
        listing.read(params, actor=everything)  # definitions are read once and kept
        for size in ("2", "500"):
            with CaptureQueriesContext(connection) as captured:
                page = listing.read({**params, "size": size}, actor=everything)
            taken[size] = len(captured)
        assert len(page.rows) > MOST_FEW or listing in SETTINGS, (listing.name, params, len(page.rows))
        most = MOST_STATEMENTS + (MOST_FOR_ITS_LIMIT if "as_of" in params else 0)
        assert taken["2"] == taken["500"] <= most, (listing.name, params, taken)


def _texts_to_try(value: str) -> list[str]:
    """Filters around a value of a column of text or days."""
    texts = ["=", "!=", f'"{value}"', f'!"{value}"', f'>"{value}"', f'.."{value}"']
    return texts if value[:2] == "20" else [*texts, f'="{value}"', f'"{value[:4]}"*', f'!*"{value[-2:]}"', f'*"{value[1:3]}"*, "{value}"']


def test_in_every_order_each_row_comes_once(everything: User) -> None:
    """Walked page by page, up and down. The short form draws a column of each list, the full form of its past two."""
    random = Random(SEED)
    for listing, params in _readings(everything):
        rows = {row["id"] for row in _all(listing, params, everything)}
        names = [column.name for column in listing.columns if column.order]
        for name in random.sample(names, min(2 if params else ORDERS, ORDERS, len(names))):
            for sort in (name, f"-{name}"):
                walked = [row["id"] for row in _all(listing, {**params, "sort": sort, "size": "97"}, everything)]
                assert (len(walked), set(walked)) == (len(rows), rows), (listing.name, params, sort)


def test_units_are_found_by_what_was_done_to_them(everything: User) -> None:
    """The columns that only what was built, shipped, returned and written off has: alone and two at once."""
    random = Random(SEED)
    units = brute_force.in_order([unit for unit in brute_force.all_units() if not unit.withdrawn], "")
    values = {name: {unit.pk: brute_force.VALUES[name](unit) for unit in units} for name in DONE_TO_THEM}
    seen_as = {name: grammar_column(brute_force.COLUMNS[name]) for name in DONE_TO_THEM}
    given = {name: sorted({str(value) for value in of.values() if value}) for name, of in values.items()}
    assert all(given.values()), given
    for names in [[name] for name in DONE_TO_THEM * 3] + [random.sample(DONE_TO_THEM, 2) for _ in range(COMBINATIONS)]:
        filters = {name: random.choice(_texts_to_try(random.choice(given[name]))) for name in names}
        wanted = {name: parse(text, seen_as[name]) for name, text in filters.items()}
        expected = [unit for unit in units if all(matches(wanted[name], values[name][unit.pk], seen_as[name]) for name in filters)]
        found = SERIALS.read({**filters, "size": "25"}, actor=everything)
        assert (found.errors, found.count) == ({}, len(expected)), filters
        assert [row["id"] for row in found.rows] == [str(unit.pk) for unit in expected[:25]], filters


def _numbers_to_try(values: Sequence[Decimal]) -> list[str]:
    """Filters around what stands in a column: nothing, a value in the midst of it and beside that, its ends."""
    ordered = sorted(values) or [Decimal(0)]
    low, middle, high = ordered[0], ordered[len(ordered) // 2], ordered[-1]
    tried = ["=", "!=", "0", ">0", "<=0", f">={low}", f"<{high}", f"{middle}", f"!{middle}", f">{middle - Decimal('0.5')}"]
    return [*tried, f"{middle}..{high}", f"..{middle}, !{low}", f"<{'9' * 30}"]


def test_filters_on_numbers_find_what_the_numbers_say(everything: User) -> None:
    """The short form draws some of the filters of each column."""
    random = Random(SEED)
    tried = set()
    for listing, params in _readings(everything):
        rows = _all(listing, params, everything)
        for column in listing.visible(everything):
            if column.kind not in NUMERIC or not column.filterable:
                continue
            values = [None if row[column.name] is None else Decimal(row[column.name]) for row in rows]
            texts = _numbers_to_try([value for value in values if value is not None])
            for text in random.sample(texts, min(FILTERS, len(texts))):
                wanted = parse(text, NumberColumn())
                expected = [row["id"] for row, value in zip(rows, values, strict=True) if matches(wanted, value, NumberColumn())]
                said = f"{listing.name}?{column.name}={text} {params}"
                found = listing.read({**params, column.name: text, "size": "25"}, actor=everything)
                assert (found.errors, found.count) == ({}, len(expected)), said
                assert [row["id"] for row in found.rows] == expected[:25], said
            tried.add(f"{listing.name}?{column.name}")
    assert tried >= {
        "reports/ageing?units",
        "reports/stock-value?value",
        "reports/returned?quantity",
        "returns?contradictions",
        "history?seq",
    }
