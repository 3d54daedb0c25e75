"""The paper of a purchase order: what stands on it, whatever its texts hold and however long it is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.documents.order_pages import drawn
from nameplate.documents.paper import Head, OrderPaper, PaperLine
from nameplate.documents.purchase_orders import file_name, order_document
from nameplate.documents.typesetting import width, wrapped
from nameplate.models import Document, Item, Party, User
from nameplate.operations import cataloguing, purchasing
from nameplate.operations.company import edit_company
from nameplate.operations.purchasing import OrderLine
from nameplate.refusals import Forbidden, NotFound
from tests import proving, world
from tests.documents.reading import texts_of
from tests.operations.orders import refused

HOSTILE = "<img src='file:///etc/passwd'/> & {{ 7*7 }} שלום (א) 漢字 العربية 😀 \u200d"


@pytest.fixture
def order(manager: User, administrator: User) -> Document:
    """Three drives at 92.40 with two numbers announced, and screws without a price."""
    edit_company(actor=administrator, version=0, name="Kestrel Storage OÜ", address="Sadama 1\nTallinn", email="buy@kestrel.example")
    vendor = cataloguing.create_vendor(actor=manager, name="Tolomei Distribution", address="Via Roma 12\n20121 Milano")
    items = [cataloguing.create_item(actor=manager, number=number, description=HOSTILE) for number in ("HDD-3T", "SCREW")]
    lines = [OrderLine(items[0], 3, "2026-12-24", price="92.4"), OrderLine(items[1], 1200)]
    made = purchasing.create_purchase_order(actor=manager, vendor=vendor, vendor_reference="TD-77", lines=lines)
    placed = purchasing.order(actor=manager, order=made)
    purchasing.plan_numbers(actor=manager, line=placed.lines.get(position=1), numbers=["WD-2", "WD-10"])
    return placed


def test_it_says_what_is_ordered_from_whom_by_whom(order: Document, viewer: User) -> None:
    printed = order_document(actor=viewer, order=order.pk)
    (text,) = texts_of(printed.content)
    wanted = (
        "Kestrel Storage OÜ",
        "Sadama 1",
        "buy@kestrel.example",
        "Purchase order",
        order.number,
        "Tolomei Distribution",
        "20121 Milano",
    )
    figures = ("TD-77", "HDD-3T", "Expected on 2026-12-24", "3 pcs", "1,200 pcs", "92.40", "277.20 EUR", "not in the total", "Page 1 of 1")
    assert [part for part in (*wanted, *figures) if part not in text] == []
    assert "WD-10" not in text
    assert "<img src='file:///etc/passwd'/> & {{ 7*7 }}" in " ".join(text.split())
    assert printed.name == order.number
    (text,) = texts_of(order_document(actor=viewer, order=order.pk, with_serials=True).content)
    assert text.index("WD-2") < text.index("WD-10")


def test_the_same_order_makes_the_same_bytes(order: Document, viewer: User) -> None:
    assert order_document(actor=viewer, order=order.pk) == order_document(actor=viewer, order=order.pk)


def test_who_may_not_look_gets_none_and_what_is_none_is_not_found(order: Document, viewer: User) -> None:
    nobody = world.user()
    nobody.is_active = False
    assert isinstance(refused(lambda: order_document(actor=nobody, order=order.pk)), Forbidden)
    assert isinstance(refused(lambda: order_document(actor=viewer, order=0)), NotFound)


def test_reading_it_asks_as_often_for_many_lines_as_for_two(order: Document, manager: User, viewer: User) -> None:
    item, vendor = Item.objects.first(), Party.objects.first()
    assert item is not None
    assert vendor is not None
    many = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(item, 1, price=2)] * 60)
    counts = []
    for one in (order, many):
        with CaptureQueriesContext(connection) as asked:
            order_document(actor=viewer, order=one.pk, with_serials=True)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_long_order_breaks_well() -> None:
    count = proving.times(150, 5_000)
    numbers = tuple(f"WD-{number:07d}" for number in range(1_000))
    lines = [
        PaperLine(str(n), f"ITEM-{n}", HOSTILE * 3, "", f"{n:,} pcs", "1.00", f"{n:,}.00", numbers if n == 7 else ())
        for n in range(1, count + 1)
    ]
    paper = OrderPaper(Head("K", []), "Purchase order", "", "PO1", ["V"], [], "EUR", lines, "1.00", "")
    pages = texts_of(drawn(paper))
    assert [f"Page {n} of {len(pages)}" in text for n, text in enumerate(pages, 1)] == [True] * len(pages)
    assert all("Quantity" in text for text in pages)
    whole = "\n".join(pages)
    assert [n for n in range(1, count + 1) if f"ITEM-{n}" not in whole] == []
    assert "WD-0000999" in whole
    assert "Total" in pages[-1]


def test_no_line_of_type_is_wider_than_its_room() -> None:
    for text in (HOSTILE, "x" * 500, "a b " * 50, "", "  ", "ﷺ" * 40):
        assert all(
            width(
                line,
                "text",
                9,
            )
            <= 100
            or len(line) == 1
            for line in wrapped(text, "text", 9, 100)
        )


@pytest.mark.parametrize(
    ("number", "name"),
    [("PO00012", "PO00012"), ("../../etc/passwd", "etc-passwd"), ('a"b\r\nc', "a-b--c"), ("№", "document"), ("...", "document")],
)
def test_the_file_has_a_safe_name(number: str, name: str) -> None:
    assert file_name(number) == name
