"""Pages while others write, and how many statements an order takes."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.listings.serials import SERIALS
from nameplate.models import Serial, User
from tests.listings.units import Company

MOST_FOR_RARE_HITS = 21
"""Five groups and the rows that are in none looked through, each with the question whether it was all of it."""
SORTS = [column.name for column in SERIALS.columns if column.sortable]


@pytest.mark.parametrize("sort", ["", "-serial", "item", "-customer", "shipped_on", "-received_on,serial", "lot", "-shipment"])
@pytest.mark.parametrize("cap", [10_000, 10])
def test_units_that_come_while_paging_neither_hide_nor_repeat_others(actor: User, sort: str, cap: int) -> None:
    company = Company(Random(7), 90, actor)
    before = {str(unit_id) for unit_id in Serial.objects.filter(withdrawn=False).values_list("id", flat=True)}
    listing = replace(SERIALS, cap=cap)
    params = {"size": "11", **({"sort": sort} if sort else {})}
    seen: list[str] = []
    page = listing.read(params, actor=actor)
    while True:
        seen += [row["id"] for row in page.rows]
        if page.next is None:
            break
        company.add(3)
        page = listing.read({**params, "after": page.next}, actor=actor)
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


@pytest.mark.parametrize("sort", SORTS)
def test_no_order_of_units_takes_more_than_a_handful_of_statements(actor: User, sort: str) -> None:
    Company(Random(3), 400, actor)
    for params in ({"sort": sort}, {"sort": f"-{sort}", "status": "received", "item": "*d*"}):
        with CaptureQueriesContext(connection) as captured:
            SERIALS.read(params, actor=actor)
        assert len(captured) <= MOST_FOR_RARE_HITS


@pytest.mark.parametrize("params", [{}, {"sort": "-customer,received_on"}, {"q": "a1"}, {"status": "received,shipped", "sort": "lot"}])
def test_what_stands_beside_a_row_is_what_the_list_shows_there(actor: User, params: dict[str, str]) -> None:
    Company(Random(11), 60, actor)
    rows = [int(row["id"]) for row in SERIALS.read({**params, "size": "500"}, actor=actor).rows]
    assert len(rows) > 3
    sides = zip([None, *rows[:-1]], rows, [*rows[1:], None], strict=True)
    for before, row, after in sides:
        assert SERIALS.beside(params, actor=actor, row_id=row) == (before, after)


def test_each_column_that_is_walked_has_its_index() -> None:
    """Without one a million units are sorted whole. What few units have is indexed where it is set, so that receiving does not pay."""
    leads = {index.fields[0]: index for index in Serial._meta.indexes if {"sort_key", "id"} <= set(index.fields)}
    columns = {field.name: field.attname for field in Serial._meta.fields}
    names = {f"s.{columns[lead]}": index for lead, index in leads.items()}
    assert {*SERIALS.walked, *SERIALS.walked_where_set} == names.keys()
    conditions = {column: str(names[column].condition) for column in SERIALS.walked_where_set}
    assert all("__isnull" in condition and "withdrawn" not in condition for condition in conditions.values()), conditions
