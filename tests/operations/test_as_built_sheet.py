"""The as-built grid as text: with a head and without, in another order, wider than the product; blocks laid over it; what is scanned."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from nameplate.models import User
from nameplate.operations import cataloguing, manufacturing
from nameplate.operations.cataloguing.bills import Part, set_bill
from nameplate.operations.lots import Contents
from nameplate.operations.manufacturing.grid import Column
from nameplate.operations.manufacturing.scanning import scan
from nameplate.operations.manufacturing.sheet import MOST_ROWS, Sheet, kept_sheet, paste, propose, read_sheet
from nameplate.refusals import Invalid, TooLarge
from tests.pods import PodShop, pod_shop


@pytest.fixture
def pods(manager: User) -> PodShop:
    return pod_shop(manager)


@pytest.fixture
def columns(pods: PodShop) -> Sequence[Column]:
    """Bays 1 to 3, left, right, and the backplane."""
    return manufacturing.columns_of(manufacturing.progress(pods.order(1)))


def test_what_is_too_wide_stays_where_it_stands_however_often_it_is_read(columns: Sequence[Column]) -> None:
    sheet = read_sheet(columns, "SP-1\tD01\tD02\tD03\tP01\tP02\tL1\ttoo wide")
    again = read_sheet(columns, sheet.text())
    assert sheet.rows[0].index("too wide") == len(columns) + 1
    assert (again.rows, read_sheet(columns, again.text()).rows) == (sheet.rows, sheet.rows)


@pytest.mark.parametrize("head", ["Product\tbay 2\tbay 1", "SERIAL  NUMBER\tBay 2\tBay 1", "\tbay 2\tbay 1"])
def test_a_head_may_have_the_columns_in_another_order(columns: Sequence[Column], head: str) -> None:
    assert read_sheet(columns, f"{head}\nSP-1\tD02\tD01").rows == [["SP-1", "D01", "D02", "", "", "", ""]]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("Product\tslot 1\tslot 2", "no place “slot 1”"),
        ("bay 2\tbay 1\tDisk", "no place “Disk”"),
        ("Serial number\tBay 1\tbay 1", "“bay 1” stands over two columns"),
        ("Product\tSerial number\tbay 1", "“Serial number” stands over two columns"),
    ],
)
def test_a_head_that_cannot_be_followed_is_refused_and_the_sheet_stays(columns: Sequence[Column], head: str, said: str) -> None:
    sheet = read_sheet(columns, "SP-1\tD01")
    before = [list(row) for row in sheet.rows]
    for lay in (lambda: read_sheet(columns, f"{head}\nA\tB\tC"), lambda: paste(sheet, f"{head}\nA\tB\tC", row=0, column=0)):
        with pytest.raises(Invalid) as refused:
            lay()
        assert (said in refused.value.message, refused.value.rule) == (True, "no-such-place")
    assert sheet.rows == before


def test_a_block_is_laid_from_its_cell_or_by_its_head(columns: Sequence[Column]) -> None:
    sheet = read_sheet(columns, "SP-1\tD01\tD02\nSP-2\tD03")
    paste(sheet, "X2\tX3\nY2\t\n\tZ3\n", row=0, column=2)
    assert [row[:4] for row in sheet.rows] == [["SP-1", "D01", "X2", "X3"], ["SP-2", "D03", "Y2", ""], ["", "", "", "Z3"]]
    laid = paste(sheet, "bay 3\tbay 1\r\nE3\tE1\r\n", row=1, column=4)
    assert (laid.rows, laid.by_head, sheet.rows[1][:4]) == (1, True, ["SP-2", "E1", "Y2", "E3"])
    # A single number that happens to be named as a place is no head, and what is too wide stands beyond.
    paste(sheet, "bay 1\nQ", row=1, column=6)
    paste(sheet, "W\tbeyond", row=0, column=6)
    assert ([row[6] for row in sheet.rows], sheet.rows[0][7]) == (["W", "bay 1", "Q"], "beyond")


def test_an_empty_cell_at_the_top_of_a_block_keeps_its_row(columns: Sequence[Column]) -> None:
    sheet = read_sheet(columns, "SP-1\nSP-2\nSP-3")
    paste(sheet, "\r\nD01\r\nD02\r\n", row=0, column=1)
    assert [row[1] for row in sheet.rows] == ["", "D01", "D02"]


def test_what_was_kept_stands_under_its_own_label_when_the_columns_changed(columns: Sequence[Column]) -> None:
    labels = ["bay 2", "bay 9", "bay 1"]
    sheet = kept_sheet(columns, labels, [["SP-1", "D02", "D09", "D01"]])
    assert sheet.rows == [["SP-1", "D01", "D02", "", "", "", "", "D09"]]
    assert kept_sheet(columns, sheet.labels(), sheet.rows).rows == sheet.rows
    # Two columns are gone, and a cell was too many before.
    assert kept_sheet(columns, ["gone", "bay 1", "gone too"], [["SP-1", "a", "D01", "b", "too wide"]]).rows == [
        ["SP-1", "D01", "", "", "", "", "", "a", "b", "too wide"]
    ]


def test_a_lot_is_proposed_only_where_it_has_enough_and_what_stands_in_the_grid_is_taken(pods: PodShop) -> None:
    pods.pod.refresh_from_db()
    set_bill(actor=pods.actor, item=pods.pod, version=pods.pod.version, parts=[Part(pods.backplane, 2)])
    first = pods.backplanes
    pods.stock(pods.backplane, Contents(quantity=1))
    third = pods.stock(pods.backplane, Contents(quantity=50)).number
    order = pods.order(31)
    standing = manufacturing.progress(order)
    sheet = Sheet(manufacturing.columns_of(standing), [["SP-0", first], *([f"SP-{n}", ""] for n in range(1, 31))])
    assert propose(sheet, actor=pods.actor, order=order, standing=standing, first="received") == {}
    assert [row[1] for row in sheet.rows] == [first] * 30 + [third]


def test_a_block_that_is_too_long_from_where_it_begins_is_refused(columns: Sequence[Column]) -> None:
    sheet = Sheet(columns, [["SP", *[""] * 6] for _ in range(10)])
    block = "\n".join(["D"] * (MOST_ROWS - 5))
    with pytest.raises(TooLarge, match="with these 1,995 it would be 2,005"):
        paste(sheet, block, row=10, column=1)
    assert (paste(sheet, block, row=5, column=1).rows, len(sheet.rows)) == (1995, MOST_ROWS)


def test_places_of_the_same_name_are_told_apart(pods: PodShop) -> None:
    parts = [Part(pods.drive, 2, "left, right"), Part(pods.supply, 2, "left, right")]
    pods.pod.refresh_from_db()
    set_bill(actor=pods.actor, item=pods.pod, version=pods.pod.version, parts=parts)
    columns = manufacturing.columns_of(manufacturing.progress(pods.order(1)))
    assert [column.label for column in columns] == ["left (DRIVE)", "right (DRIVE)", "left (PSU)", "right (PSU)"]
    sheet = read_sheet(columns, "SP-1\tD01\tD02\tP01\tP02")
    assert read_sheet(columns, sheet.text()).rows == sheet.rows


def test_a_scan_that_can_be_no_product_opens_no_row(pods: PodShop) -> None:
    other = cataloguing.create_item(actor=pods.actor, number="FAN")
    pods.stock(other, Contents(["F1"]))
    pods.build(pods.order(1), pods.row("SP-9", ["D01", "D02", "D03"], ["P01", "P02"]))
    pods.pod.refresh_from_db()
    cataloguing.edit_item(actor=pods.actor, item=pods.pod, version=pods.pod.version, serial_format="SP-*")
    order = pods.order(1)
    standing = manufacturing.progress(order)
    sheet = Sheet(manufacturing.columns_of(standing))
    answers = {code: scan(sheet, order=order, standing=standing, text=code, row=0) for code in ("F1", "SP-9", "XX-1", "\x07")}
    for code, said in (
        ("F1", "is a FAN: no part of this order"),
        ("SP-9", "cannot be made: known already: Received"),
        ("XX-1", "no number of a POD: It does not fit"),
        ("\x07", "no number of a POD"),
    ):
        assert (answers[code].good, said in answers[code].said) == (False, True), answers[code]
    assert sheet.rows == []
    assert scan(sheet, order=order, standing=standing, text="SP-10", row=0).good
    assert scan(sheet, order=order, standing=standing, text="D04", row=0).good
    assert sheet.rows[0][:2] == ["SP-10", "D04"]
