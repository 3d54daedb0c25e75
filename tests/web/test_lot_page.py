"""The page of a lot finds every unit that was ever in it, and says where it went."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nameplate.listings.lot import lot_page
from nameplate.models import Document, Item, Line, Location, Lot, LotStatus, Movement, Serial, User
from nameplate.operations.purchasing import plan_numbers
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.undoing import undo_entry
from tests import world


@pytest.fixture
def drive(db: None) -> Item:
    return world.item(number="HDD-3T")


@pytest.fixture
def order(drive: Item) -> Document:
    return world.purchase_order(lines=[(drive, 90)])


@pytest.fixture
def shelf(drive: Item) -> Location:
    return world.location()


def received(actor: User, order: Document, shelf: Location, numbers: list[str]) -> int:
    return receive(actor=actor, order=order, lines=[LineReceipt(Line.objects.get(document=order).pk, numbers)], location_id=shelf.pk).pk


def ever_in(lot: Lot) -> set[int]:
    """By the movements themselves, whatever their entries."""
    found = set(Movement.objects.filter(lot_id=lot.pk).values_list("serial_id", flat=True))
    return {unit.pk for unit in Serial.objects.filter(pk__in=found) if unit.withdrawn or unit.lot_id != lot.pk}


def test_numbers_that_moved_to_the_rest_lot_and_withdrawn_ones_are_found(
    client: Client, actor: User, order: Document, shelf: Location
) -> None:
    plan_numbers(actor=actor, line=Line.objects.get(document=order), numbers=["P-1", "P-2", "P-10"])
    first = Lot.objects.get()
    entry = received(actor, order, shelf, ["P-1", "N-1", "N-2"])
    rest = Lot.objects.get(status=LotStatus.PLANNED)
    undo_entry(actor=actor, entry_id=entry, unit_ids=[Serial.objects.get(number="N-2").pk])
    found = lot_page(actor=actor, lot_id=first.pk)
    assert {unit for unit, _ in found.left.units} == ever_in(first)
    assert {(one.lot.pk, one.withdrawn, one.count) for one in found.left.went} == {(rest.pk, False, 2), (first.pk, True, 1)}
    assert [number for _, number in found.left.units] == ["N-2", "P-2", "P-10"]
    assert [(split.pk, count) for split, count in found.splits] == [(rest.pk, 2)]
    client.force_login(actor)
    page = client.get(f"/lots/{first.pk}").content.decode()
    assert "Units that were in it" in page
    assert f'Now in <a class="np-sn" href="/lots/{rest.pk}">{rest.number}</a>' in page
    link = f"/serials?lot=%3D{first.number}&amp;withdrawn=yes"
    assert link in page
    assert "N-2" in client.get(link.replace("&amp;", "&")).content.decode()


def test_a_lot_that_nothing_left_says_nothing_of_it(client: Client, actor: User, order: Document, shelf: Location) -> None:
    received(actor, order, shelf, ["N-1"])
    lot = Lot.objects.get(status=LotStatus.RECEIVED)
    assert lot_page(actor=actor, lot_id=lot.pk).left.count == 0
    client.force_login(actor)
    assert "Units that were in it" not in client.get(f"/lots/{lot.pk}").content.decode()


def test_what_is_in_hand_of_it_is_rejected_or_inspected_from_its_page(
    client: Client, actor: User, order: Document, shelf: Location
) -> None:
    received(actor, order, shelf, ["N-1", "N-2"])
    client.force_login(actor)
    page = client.get(f"/lots/{Lot.objects.get(status=LotStatus.RECEIVED).pk}").content.decode()
    for noun in ("rejections", "inspections", "write-offs"):
        [address] = re.findall(rf'href="(/{noun}/new\?search=[^"]*)"', page)
        assert "<strong>2 units</strong>" in client.get(address).content.decode()


def test_the_number_of_statements_does_not_depend_on_what_happened(actor: User, order: Document, shelf: Location) -> None:
    lot = Lot.objects.get()
    counts = []
    for prefix, count in (("A", 2), ("B", 30)):
        entry = received(actor, order, shelf, [f"{prefix}-{n}" for n in range(count)])
        undo_entry(actor=actor, entry_id=entry)
        lot = Lot.objects.get(pk__in=Movement.objects.filter(entry=entry).values_list("lot_id"))
        with CaptureQueriesContext(connection) as statements:
            assert lot_page(actor=actor, lot_id=lot.pk).left.count >= count
        counts.append(len(statements))
    assert counts[0] == counts[1]
