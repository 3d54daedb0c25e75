"""The papers of a shipment, and its serial numbers as a file: what stands on them, before it leaves and after."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from nameplate.documents.shipments import packing_list, waybill
from nameplate.jobs.sheets import shipped_file
from nameplate.models import Document, User
from nameplate.operations import sales, shipping
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.sales import OrderLine
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Forbidden, NotFound
from tests import world
from tests.documents.reading import pictures_of, texts_of
from tests.operations.selling import Shop, ids, shop


@pytest.fixture
def ours(db: None) -> Shop:
    return shop()


@pytest.fixture
def paper(ours: Shop) -> Document:
    """Drives D1 to D4, D6 and four fans for the order PO 4711, with a carrier."""
    lines = [OrderLine(ours.drive, 5, warranty_months=12), OrderLine(ours.fan, 4)]
    order = sales.create_customer_order(actor=ours.actor, customer=ours.customer, customer_reference="PO 4711", lines=lines)
    made = shipping.create_shipment(
        actor=ours.actor, orders=[order], address="Dock 4\nTallinn", carrier="Nordlicht", tracking_number="NC-1"
    )
    shipping.pick(actor=ours.actor, shipment=made, unit_ids=ids("D1", "D2", "D3", "D4", "D6"))
    shipping.pick_goods(actor=ours.actor, shipment=made, line=order.lines.get(position=2).pk, quantity=4)
    return made


def test_the_packing_list_folds_the_numbers_and_the_waybill_is_signed(ours: Shop, paper: Document, viewer: User) -> None:
    (text,) = texts_of(packing_list(actor=viewer, shipment=paper.pk).content)
    wanted = (
        "Packing list",
        paper.number,
        "DRAFT",
        "Kestrel Archive",
        "Dock 4",
        "PO 4711",
        "NC-1",
        "HDD",
        "5 pcs",
        "D1..D4",
        "D6",
        "4 pcs",
    )
    assert [
        part for part in (*wanted, f"lot {ours.fans}: 4 pcs", "5 units with serial numbers", "“..” stands for") if part not in text
    ] == []
    shipping.ship(actor=ours.actor, shipment=paper)
    printed = waybill(actor=viewer, shipment=paper.pk)
    (text,) = texts_of(printed.content)
    said = ("Waybill", "Shipped on", "Nordlicht", ours.shelf.site.name, "D1..D4", "Handed over by", "Taken over by", "Received by")
    assert [part for part in said if part not in text] == []
    assert "DRAFT" not in text
    assert (printed.name, printed) == (f"{paper.number}-waybill", waybill(actor=viewer, shipment=paper.pk))
    assert len(pictures_of(printed.content, dpi=40)) == 1


def test_thousands_of_numbers_go_on_over_as_many_pages_as_they_need(ours: Shop, viewer: User) -> None:
    numbers = [f"Q{number * 3:07}" for number in range(3_000)]
    create_lot(actor=ours.actor, item=ours.drive, contents=Contents(numbers), location_id=ours.shelf.pk, reason="Found")
    paper = ours.shipment(ours.order((ours.drive, 3_000)))
    chosen = list(ours.drive.serials.filter(number__startswith="Q").values_list("pk", flat=True))
    shipping.pick(actor=ours.actor, shipment=paper, unit_ids=chosen)
    with CaptureQueriesContext(connection) as statements:
        pages = texts_of(waybill(actor=viewer, shipment=paper.pk).content)
    assert len(pages) > 3
    assert sum(page.count("Q0") for page in pages) == 3_000
    assert ("Handed over by" in pages[-1], "Handed over by" in pages[0]) == (True, False)
    assert len(statements) < 15


@pytest.mark.parametrize("call", [packing_list, waybill])
def test_what_there_is_not_has_no_paper(ours: Shop, call: Callable[..., object], viewer: User) -> None:
    for missing in (ours.order().pk, 2**40):
        with pytest.raises(NotFound):
            call(actor=viewer, shipment=missing)
    with pytest.raises(Forbidden):
        call(actor=User(role="owner"), shipment=1)


def rows(answer: HttpResponse) -> list[dict[str, str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_for_the_customer_has_what_went_wherever_it_is_now(ours: Shop, paper: Document, viewer: User) -> None:
    entry = shipping.ship(actor=ours.actor, shipment=paper)
    order = paper.shipment.orders.get()
    found = rows(shipped_file(actor=viewer, of="shipments", subject=paper.pk, form="csv"))
    assert [row["Serial number"] for row in found] == ["D1", "D2", "D3", "D4", "D6"]
    assert (found[0]["Order"], found[0]["Your reference"], found[0]["Shipment"]) == (order.number, "PO 4711", paper.number)
    assert found[0]["Warranty until"] > found[0]["Shipped on"]
    other = ours.picked(ours.order((ours.drive, 1)), "D9")
    shipping.ship(actor=ours.actor, shipment=other)
    counts = [
        len(rows(shipped_file(actor=viewer, of=noun, subject=pk, form="csv")))  # type: ignore[arg-type]  # one of three
        for noun, pk in (("customer-orders", order.pk), ("customers", ours.customer.pk))
    ]
    assert counts == [5, 6]
    undo_entry(actor=ours.actor, entry_id=entry.pk, unit_ids=ids("D1"))
    assert len(rows(shipped_file(actor=viewer, of="customer-orders", subject=order.pk, form="csv"))) == 4
    sheet = shipped_file(actor=viewer, of="customers", subject=ours.customer.pk, form="xlsx")
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(sheet.content)).namelist()
    assert sheet["Content-Disposition"] == f'attachment; filename="{ours.customer.number}-serials.xlsx"'


def test_there_is_no_file_of_what_there_is_not(ours: Shop, viewer: User) -> None:
    for noun, pk in (("shipments", ours.order().pk), ("customer-orders", 2**40), ("customers", world.vendor().pk)):
        with pytest.raises(NotFound):
            shipped_file(actor=viewer, of=noun, subject=pk, form="csv")  # type: ignore[arg-type]  # one of three
