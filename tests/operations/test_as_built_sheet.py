"""The as-built grid as text: with a head and without, in another order, and wider than the product."""

from __future__ import annotations

from nameplate.models import User
from nameplate.operations import manufacturing
from nameplate.operations.manufacturing.sheet import read_sheet
from tests.pods import pod_shop


def test_what_is_too_wide_stays_where_it_stands_however_often_it_is_read(manager: User) -> None:
    columns = manufacturing.columns_of(manufacturing.progress(pod_shop(manager).order(1)))
    sheet = read_sheet(columns, "SP-1\tD01\tD02\tD03\tP01\tP02\tL1\ttoo wide")
    again = read_sheet(columns, sheet.text())
    assert sheet.rows[0].index("too wide") == len(columns) + 1
    assert (again.rows, read_sheet(columns, again.text()).rows) == (sheet.rows, sheet.rows)


def test_a_head_may_have_the_columns_in_another_order(manager: User) -> None:
    columns = manufacturing.columns_of(manufacturing.progress(pod_shop(manager).order(1)))
    assert read_sheet(columns, "Product\tbay 2\tbay 1\nSP-1\tD02\tD01").rows[0][:3] == ["SP-1", "D01", "D02"]
