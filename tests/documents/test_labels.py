"""Labels, read again by a reader that had no part in making them: every number comes back as it is, or is refused by name."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
import zxingcpp
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.documents.label_layout import Label, Layout, laid_out
from nameplate.documents.label_pages import drawn, picture
from nameplate.documents.label_stock import STOCKS, Stock
from nameplate.documents.labels import Meant, Style, count_of, labels_document, labels_picture
from nameplate.documents.symbols import CODES, Code
from nameplate.models import Entry, Location, Lot, Serial, User
from nameplate.refusals import Forbidden, Invalid, TooLarge
from tests import proving, world
from tests.documents.reading import pictures_of
from tests.operations.orders import refused

HOSTILE = (
    "0001",
    "001",
    "1",
    "12E5",
    "a..b",
    "A  B c",
    "lower-CASE_01",
    "WD-WCAWZ1881335",
    "ÄÖ-Ж中文",
    "é" * 60,
    "x" * 120,
    '<a href="x">&',
)
LINES = ("HDD-3T-W", "Hard drive 3 TB, with a description that is longer than any label is wide, whatever its size", "L00012")


def read(content: bytes) -> list[str]:
    return [code.text for page in pictures_of(content) for code in zxingcpp.read_barcodes(page)]


@pytest.fixture
def entry(db: None) -> Entry:
    """Three units received in one lot."""
    return world.receipt(numbers=["B-10", "B-9", "C-1"], at=world.location())


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.name)
@pytest.mark.parametrize("stock", [STOCKS[name] for name in ("L7160", "L7651", "roll-62x29")], ids=lambda stock: stock.name)
def test_every_number_that_fits_is_read_again(stock: Stock, code: Code) -> None:
    wanted = [text for text in HOSTILE if code.carries(text)]
    layouts = {text: laid_out(Label(text, LINES), stock, code) for text in wanted}
    fitting = {text: layout for text, layout in layouts.items() if layout is not None}
    assert sorted(read(drawn(list(fitting.values()), stock))) == sorted(fitting)
    if not code.linear:
        assert set(fitting) == set(HOSTILE)


@pytest.mark.parametrize("stock", STOCKS.values(), ids=lambda stock: stock.name)
def test_nothing_on_a_label_leaves_it(stock: Stock) -> None:
    for code in CODES.values():
        for text in HOSTILE:
            layout = laid_out(Label(text, LINES), stock, code) if code.carries(text) else None
            if layout is not None:
                _inside(layout, stock)
                assert "".join(one.text for one in layout.types if one.face == "number") == text


def _inside(layout: Layout, stock: Stock) -> None:
    for x, y, wide, high in layout.bars:
        assert min(x, y) >= 0
        assert x + wide <= stock.width
        assert y + high <= stock.height
    for one in layout.types:
        assert one.x >= 0
        assert one.x + one.width <= stock.width
        assert 0 <= one.y <= stock.height


def test_the_labels_of_a_sheet_stand_within_its_page_and_apart() -> None:
    for stock in STOCKS.values():
        places = [stock.place(index) for index in range(stock.per_page)]
        assert all(x >= 0 and x + stock.width <= stock.page[0] + 0.001 for x, _ in places), stock.name
        assert all(y >= 0 and y + stock.height <= stock.page[1] + 0.001 for _, y in places), stock.name
        assert len(set(places)) == stock.per_page
    assert [round(part, 2) for part in STOCKS["L7160"].place(0)] == [7.21, 15.15]
    assert [round(part, 2) for part in STOCKS["5160"].place(4)] == [74.61, 38.1]


def test_a_thousand_labels_are_all_read_again(viewer: User) -> None:
    count = proving.times(65, 1_000)
    numbers = [f"WD-WCAWZ{number:07d}" for number in range(count)]
    receipt = world.receipt(numbers=numbers)
    printed = labels_document(actor=viewer, meant=Meant(entry=receipt.pk), style=Style(stock="L7651"))
    assert sorted(read(printed.content)) == numbers


def test_labels_of_a_receipt_a_lot_a_search_or_units(entry: Entry, viewer: User) -> None:
    lot = Lot.objects.get(serials__number="C-1")
    unit = Serial.objects.get(number="C-1").pk
    for meant, numbers in (
        (Meant(entry=entry.pk), ["B-9", "B-10", "C-1"]),
        (Meant(lot=lot.pk), ["B-9", "B-10", "C-1"]),
        (Meant(search={"serial": "B-*", "sort": "-serial"}), ["B-10", "B-9"]),
        (Meant(units=[unit]), ["C-1"]),
    ):
        content = labels_document(actor=viewer, meant=meant, style=Style(stock="roll-50x25")).content
        assert read(content) == numbers
        assert count_of(actor=viewer, meant=meant) == len(numbers)


def test_a_sheet_that_was_begun_is_used_up(entry: Entry, viewer: User) -> None:
    content = labels_document(actor=viewer, meant=Meant(entry=entry.pk), style=Style(start=20)).content
    first, second = pictures_of(content)
    assert [len(zxingcpp.read_barcodes(page)) for page in (first, second)] == [2, 1]
    assert content == labels_document(actor=viewer, meant=Meant(entry=entry.pk), style=Style(start=20)).content


def test_what_a_code_or_a_label_cannot_take_is_named(viewer: User, shelf: Location) -> None:
    receipt = world.receipt(numbers=["OK-1", "Ж-2", "y" * 110], at=shelf)
    refusal = refused(lambda: labels_document(actor=viewer, meant=Meant(entry=receipt.pk), style=Style(code="code128")))
    assert (refusal.rule, sorted(one.text for one in refusal.offenders)) == ("not-in-code", sorted(["Ж-2", "y" * 110]))
    assert "DataMatrix" in refusal.way_out
    refusal = refused(lambda: labels_document(actor=viewer, meant=Meant(entry=receipt.pk), style=Style(stock="L4731")))
    assert (refusal.rule, [one.text for one in refusal.offenders]) == ("label-too-small", ["y" * 110])


@pytest.fixture
def shelf(db: None) -> Location:
    return world.location()


@pytest.mark.parametrize("meant", [Meant(), Meant(entry=987654), Meant(lot=987654), Meant(search={"serial": "=none"}), Meant(units=[0])])
def test_no_units_make_no_labels(viewer: User, meant: Meant) -> None:
    assert refused(lambda: labels_document(actor=viewer, meant=meant, style=Style())).rule == "no-units"


def test_a_hundred_thousand_labels_are_too_many(viewer: User, monkeypatch: pytest.MonkeyPatch, entry: Entry) -> None:
    assert isinstance(refused(lambda: labels_document(actor=viewer, meant=Meant(units=range(100_000)), style=Style())), TooLarge)
    monkeypatch.setattr("nameplate.documents.labels.MOST_LABELS", 2)
    assert isinstance(refused(lambda: count_of(actor=viewer, meant=Meant(entry=entry.pk))), TooLarge)
    assert isinstance(refused(lambda: count_of(actor=viewer, meant=Meant(search={}))), TooLarge)


@pytest.mark.parametrize("style", [Style(stock="none"), Style(code="none"), Style(start=0), Style(start=22), Style(lines=("secret",))])
def test_what_there_is_not_is_refused_by_its_field(viewer: User, entry: Entry, style: Style) -> None:
    refusal = refused(lambda: labels_document(actor=viewer, meant=Meant(entry=entry.pk), style=style))
    assert isinstance(refusal, Invalid)
    assert len(refusal.fields) == 1


def test_a_search_that_cannot_be_read_prints_nothing(viewer: User, entry: Entry) -> None:
    assert refused(lambda: count_of(actor=viewer, meant=Meant(search={"received_on": "soon"}))).rule == "bad-query"


def test_who_may_not_look_prints_nothing(entry: Entry) -> None:
    nobody = world.user()
    nobody.is_active = False
    assert isinstance(refused(lambda: labels_document(actor=nobody, meant=Meant(entry=entry.pk), style=Style())), Forbidden)


def test_many_labels_ask_as_often_as_few(viewer: User, entry: Entry) -> None:
    many = world.receipt(numbers=[f"M-{number}" for number in range(60)])
    counts = []
    for one in (entry, many):
        with CaptureQueriesContext(connection) as asked:
            labels_document(actor=viewer, meant=Meant(entry=one.pk), style=Style())
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_picture_holds_texts_as_texts(viewer: User, shelf: Location) -> None:
    receipt = world.receipt(numbers=['<a href="x">&'], at=shelf)
    svg = labels_picture(actor=viewer, meant=Meant(entry=receipt.pk), style=Style())
    assert "&lt;a href=&quot;x&quot;&gt;&amp;" in svg
    assert re.findall(r"<(\w+)", svg) == ["svg", "rect", "path", *["text"] * svg.count("<text")]


def texts(layout: Layout) -> Sequence[str]:
    return [one.text for one in layout.types]


def test_a_small_label_keeps_the_number_and_drops_the_rest() -> None:
    layout = laid_out(Label("WD-WCAWZ1881335", LINES), STOCKS["L4731"], CODES["datamatrix"])
    assert layout is not None
    assert "".join(texts(layout)) == "WD-WCAWZ1881335"
    assert picture(layout, STOCKS["L4731"]).startswith("<svg")
