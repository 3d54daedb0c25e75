"""CSV: every cell comes back as it was, and no spreadsheet runs one."""

from __future__ import annotations

import csv
import tracemalloc
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nameplate.listings.export import escaped, unescaped
from nameplate.listings.serials import SERIALS
from nameplate.models import Serial, User
from tests.listings.units import Company


@given(st.text())
def test_an_escaped_cell_gives_back_its_text_and_starts_no_formula(text: str) -> None:
    cell = escaped(text)
    assert unescaped(cell) == text
    assert cell[:1] not in {"=", "@", "\t", "\r"}
    if cell[:1] in {"+", "-"}:
        assert float(cell) is not None


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("-5", "-5"),
        ("+5.25", "+5.25"),
        ("-5+A1", "'-5+A1"),
        ("@x", "'@x"),
        ("'a", "''a"),
        ("0001", "0001"),
        ("12E5", "12E5"),
    ],
)
def test_cells_that_spreadsheets_would_run_are_escaped(text: str, cell: str) -> None:
    assert escaped(text) == cell


def test_serial_numbers_come_back_byte_for_byte(actor: User) -> None:
    Company(Random(5), 200, actor)
    rows = list(csv.DictReader(SERIALS.csv({}, actor=actor)))
    numbers = sorted(Serial.objects.filter(withdrawn=False).values_list("number", flat=True))
    assert sorted(unescaped(row["Serial number"]) for row in rows) == numbers


def test_an_export_takes_no_more_memory_for_more_rows(actor: User) -> None:
    Company(Random(5), 6000, actor)
    for _ in SERIALS.csv({"serial": "wd-*"}, actor=actor):
        pass
    tracemalloc.start()
    for _ in SERIALS.csv({}, actor=actor):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000
