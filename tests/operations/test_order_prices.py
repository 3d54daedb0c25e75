"""Prices, currencies and days on orders: kept as typed, added up, taken over by the lot; and what is late."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from nameplate import listings
from nameplate.models import Change, Document, Item, Line, Location, Lot, LotStatus, Party, User
from nameplate.money import amount_of, written, written_sum
from nameplate.operations import purchasing
from nameplate.operations.company import edit_company
from nameplate.operations.purchasing import OrderLine
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.undoing import undo_entry
from nameplate.quantities import from_micro
from tests.operations.orders import line_of, refused


@pytest.fixture
def priced(manager: User, vendor: Party, drive: Item, screw: Item) -> Document:
    """Three drives at 92.455 and 2.5 kg of screws without a price, ordered."""
    lines = [OrderLine(drive, 3, price="92.455"), OrderLine(screw, "2.5")]
    return purchasing.order(actor=manager, order=purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=lines))


def test_a_line_comes_to_its_quantity_times_its_price_in_whole_cents(priced: Document) -> None:
    first, second = (one.line for one in purchasing.progress(priced))
    assert (first.price, first.amount, second.price, second.amount) == (92_455_000, 277_370_000, None, None)
    assert priced.purchase_order.currency == "EUR"


@pytest.mark.parametrize(
    ("quantity", "price", "currency", "amount"),
    [
        (3_000_000, 333_333, "EUR", "1.00"),
        (1_000_000, 5_000, "EUR", "0.01"),
        (1_000_000, 500_000, "JPY", "1"),
        (2_500_000, 1, "KWD", "0.000"),
    ],
)
def test_amounts_are_rounded_to_the_smallest_coin(quantity: int, price: int, currency: str, amount: str) -> None:
    assert written(from_micro(amount_of(quantity, price, currency)), currency) == amount


def test_a_price_is_written_with_as_many_decimals_as_it_has() -> None:
    assert [written(from_micro(micro), "EUR") for micro in (1_234_500_000, 12_345, 0)] == ["1,234.50", "0.012345", "0.00"]


def test_a_sum_is_written_in_whole_coins_whatever_its_costs_have() -> None:
    sums = [(79_480_282_000, "EUR"), (79_480_285_000, "EUR"), (1_500_000, "JPY"), (1_234_500, "KWD"), (0, "EUR")]
    assert [written_sum(from_micro(micro), currency) for micro, currency in sums] == ["79,480.28", "79,480.29", "2", "1.235", "0.00"]


@pytest.mark.parametrize("price", ["0.1234567", "-1", "many", "1,5", "1000000000001", "NaN"])
def test_a_price_that_is_none_is_told_at_its_line(manager: User, vendor: Party, drive: Item, price: str) -> None:
    refusal = refused(
        lambda: purchasing.create_purchase_order(
            actor=manager, vendor=vendor, lines=[OrderLine(drive, 1), OrderLine(drive, 1, price=price)]
        )
    )
    assert list(refusal.fields) == ["lines.1.price"]
    assert not Line.objects.exists()


def test_what_comes_to_more_than_can_be_kept_is_refused(manager: User, vendor: Party, drive: Item) -> None:
    one = refused(lambda: purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 10**6, price=10**7)]))
    assert list(one.fields) == ["lines.0.price"]
    many = [OrderLine(drive, 1, price=10**12)] * 2
    assert list(refused(lambda: purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=many)).fields) == ["lines"]


@pytest.mark.parametrize("currency", ["EURO", "E1R", "€", "ЕUR"])
def test_a_currency_has_three_letters(manager: User, vendor: Party, currency: str) -> None:
    refusal = refused(lambda: purchasing.create_purchase_order(actor=manager, vendor=vendor, currency=currency))
    assert list(refusal.fields) == ["currency"]


def test_another_currency_reckons_the_lines_again(manager: User, priced: Document) -> None:
    edited = purchasing.edit_purchase_order(actor=manager, order=priced, version=priced.version, currency="jpy")
    assert edited.purchase_order.currency == "JPY"
    assert line_of(priced, 1).amount == 277_000_000
    assert list(Change.objects.filter(field="currency").values_list("before", "after")) == [("EUR", "JPY")]


def test_a_price_agreed_later_is_an_edit_of_its_line(manager: User, priced: Document, drive: Item, screw: Item) -> None:
    lines = [
        OrderLine(drive, 3, line=line_of(priced, 1).pk, price="92.455"),
        OrderLine(screw, "2.5", line=line_of(priced, 2).pk, price="4"),
    ]
    purchasing.edit_purchase_order(actor=manager, order=priced, version=priced.version, lines=lines)
    assert line_of(priced, 2).amount == 10_000_000
    change = Change.objects.get(field="line 2")
    assert (change.before, change.after) == ("2.5 kg SCREW-M3", "2.5 kg SCREW-M3 at 4")


def test_the_lot_costs_what_its_line_does_until_that_is_taken_back(manager: User, priced: Document, shelf: Location) -> None:
    entry = receive(actor=manager, order=priced, lines=[LineReceipt(line_of(priced, 1).pk, ["A1"])], location_id=shelf.pk)
    costs = Lot.objects.filter(line=line_of(priced, 1)).order_by("pk").values_list("status", "cost")
    assert list(costs) == [(LotStatus.RECEIVED, 92_455_000), (LotStatus.PLANNED, None)]
    undo_entry(actor=manager, entry_id=entry.pk)
    assert list(costs.all()) == [(LotStatus.PLANNED, None), (LotStatus.CANCELED, None)]


def test_without_a_price_in_the_companys_currency_the_item_says_the_cost(
    manager: User, administrator: User, priced: Document, screw: Item, shelf: Location
) -> None:
    Item.objects.filter(pk=screw.pk).update(cost=4_000_000)
    edit_company(actor=administrator, version=0, currency="USD")
    came = [LineReceipt(line_of(priced, 1).pk, ["A1"]), LineReceipt(line_of(priced, 2).pk, quantity="1")]
    receive(actor=manager, order=priced, lines=came, location_id=shelf.pk)
    received = Lot.objects.filter(status=LotStatus.RECEIVED).order_by("line")
    assert list(received.values_list("cost", flat=True)) == [None, 4_000_000]


def test_late_is_what_should_have_come_and_has_not(manager: User, vendor: Party, drive: Item, screw: Item, shelf: Location) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    lines = [OrderLine(drive, 1), OrderLine(screw, 1, timezone.localdate())]
    order = purchasing.create_purchase_order(actor=manager, vendor=vendor, expected_on=yesterday, lines=lines)
    assert [one.is_late for one in purchasing.progress(order)] == [False, False]
    assert _due(manager, due_on="<today") == []
    purchasing.order(actor=manager, order=order)
    assert [one.is_late for one in purchasing.progress(order)] == [True, False]
    assert _due(manager, due_on="<today", sort="due_on") == [yesterday]
    receive(actor=manager, order=order, lines=[LineReceipt(line_of(order, 1).pk, ["A1"])], location_id=shelf.pk)
    assert not any(one.is_late for one in purchasing.progress(order))
    assert _due(manager, due_on="<today") == []
    assert _due(manager) == [timezone.localdate()]


def _due(actor: User, **params: str) -> list[dt.date | None]:
    return [row["due_on"] for row in listings.ALL["purchase-orders"].read(params, actor=actor).rows]


def test_the_list_adds_up_each_order(manager: User, priced: Document) -> None:
    row = listings.ALL["purchase-orders"].read({}, actor=manager).rows[0]
    assert (str(row["total"]), row["currency"]) == ("277.37", "EUR")
