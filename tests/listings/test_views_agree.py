"""Where a unit is and whose it is: the page, CSV, XLSX and PDF say the same words, and programs get plain values."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from nameplate import listings
from nameplate.documents.lists import list_paper
from nameplate.jobs.exporting import table_file
from nameplate.ledger import Kind
from nameplate.models import LotStatus, Role, Serial
from tests import world
from tests.documents.reading import texts_of
from tests.ledger.ground import C, Ground, R, S, W

SERIALS = listings.ALL["serials"]
ASKED = {"columns": "serial,location,customer", "sort": "serial"}


@pytest.fixture
def ground(db: None) -> Ground:
    """A product with a part inside, and a unit that is expected, shipped, gone, used up, and back on the shelf."""
    ground = Ground(actor=world.user(username="reader", role=Role.ADMINISTRATOR))
    product = ground.unit(S)
    ground.unit(C, parent_id=product, customer_id=ground.customer.pk)
    planned = {"lot_id": ground.lots[LotStatus.PLANNED].pk, "source_id": ground.papers["PO"].pk}
    ground.do(Kind.PLANNED, new=ground.newcomers(1), to=planned, document=ground.papers["PO"])
    for status in (C, S, W):
        ground.brought(status)
    ground.unit(R, customer_id=ground.customer.pk)
    return ground


def test_page_and_files_say_the_same_of_every_unit(ground: Ground, client: Client) -> None:
    client.force_login(ground.actor)
    page = client.get("/serials", {**ASKED, "size": "200"}).content.decode()
    rows = re.findall(r"<tr>(<td.*?)</tr>", page.partition('id="list-rows"')[2], re.DOTALL)
    told = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    shown = [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in told]
    written = list(csv.reader(SERIALS.csv(ASKED, actor=ground.actor)))[1:]
    columns, cells = SERIALS.cells(ASKED, actor=ground.actor)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(table_file(columns, cells, "xlsx"))).get_sheet_by_index(0).to_python()
    drawn = " ".join(texts_of(list_paper(actor=ground.actor, listing=SERIALS, params=ASKED).content))
    assert shown == written == sheet[1:]
    order, customer = ground.papers["PO"].number, ground.customer.name
    part = Serial.objects.exclude(parent=None).get()
    assert {(where, whose) for _, where, whose in written} >= {
        (f"in {part.parent}", customer),
        (f"expected on {order}", ""),
        ("in an order, unit unknown", ""),
        ("at the customer", customer),
        ("gone", ""),
        (f"{ground.shelf.site.name} · {ground.shelf.name}", f"last: {customer}"),
    }
    for row in written:
        assert all(text in drawn for text in row), row


def test_programs_get_the_plain_values(ground: Ground) -> None:
    rows = SERIALS.read({"status": "shipped,written_off"}, actor=ground.actor).rows
    assert {row["location"] for row in rows} == {None}
