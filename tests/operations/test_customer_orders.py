"""Customer orders: made, edited within what is reserved and shipped, called off wholly or in part."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from nameplate.models import Change, Document, DocumentStatus, Entry, Line, PartyRole, User
from nameplate.operations import sales, shipping
from nameplate.operations.cataloguing.items import archive_item
from nameplate.operations.cataloguing.parties import archive_party
from nameplate.operations.sales import OrderLine
from nameplate.operations.sales.lines import MOST_LINES
from nameplate.refusals import Forbidden
from tests import world
from tests.operations.orders import refused
from tests.operations.selling import Shop, lines, packed, reserved, shop, status, stock, unit

S = DocumentStatus


@pytest.fixture
def ours(db: None) -> Shop:
    return shop()


def test_an_order_says_what_is_sold_at_which_price_and_with_how_long_a_warranty(ours: Shop) -> None:
    order = sales.create_customer_order(
        actor=ours.actor,
        customer=ours.customer,
        customer_reference="PO 4711",
        expected_on="2031-05-01",
        lines=[OrderLine(ours.drive, 3, price="92.40", warranty_months=12), OrderLine(ours.fan, "2.5", "2031-04-01")],
    )
    first, second = sales.progress(order)
    assert order.number.startswith("CO")
    assert (first.line.amount, first.warranty_months, str(first.expected_on)) == (277_200_000, 12, "2031-05-01")
    assert (second.ordered, second.line.price, str(second.expected_on), second.is_late) == (2_500_000, None, "2031-04-01", False)
    assert sales.currency_of(order) == "EUR"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quantity": "0"}, "lines.0.quantity"),
        ({"quantity": "1.5"}, "lines.0.quantity"),
        ({"quantity": "many"}, "lines.0.quantity"),
        ({"price": "-1"}, "lines.0.price"),
        ({"price": "999999999999", "quantity": "999999"}, "lines.0.price"),
        ({"warranty_months": "361"}, "lines.0.warranty_months"),
        ({"warranty_months": "a year"}, "lines.0.warranty_months"),
        ({"expected_on": "soon"}, "lines.0.expected_on"),
        ({"item": 0}, "lines.0.item"),
        ({"line": 1}, "lines.0.item"),
    ],
)
def test_what_no_line_takes_is_said_beside_its_field(ours: Shop, given: dict[str, Any], field: str) -> None:
    line = OrderLine(ours.drive, 1)._replace(**given)
    found = refused(lambda: sales.create_customer_order(actor=ours.actor, customer=ours.customer, lines=[line]))
    assert list(found.fields) == [field]
    assert not Document.objects.filter(kind="CO").exists()


def test_what_no_order_is(ours: Shop, viewer: User, operator: User) -> None:
    archive_item(actor=ours.actor, item=(gone := world.item()), version=gone.version)
    make = sales.create_customer_order
    assert refused(lambda: make(actor=ours.actor, lines=[])).fields.keys() == {"customer"}
    assert refused(lambda: make(actor=ours.actor, customer=world.vendor())).fields.keys() == {"customer"}
    archive_party(actor=ours.actor, role=PartyRole.CUSTOMER, party=(left := world.customer(name="Left")), version=left.version)
    assert "archived" in refused(lambda: make(actor=ours.actor, customer=left)).fields["customer"]
    assert "archived" in refused(lambda: make(actor=ours.actor, customer=ours.customer, lines=[OrderLine(gone, 1)])).message
    many = [OrderLine(ours.drive, 1)] * (MOST_LINES + 1)
    assert refused(lambda: make(actor=ours.actor, customer=ours.customer, lines=many)).fields.keys() == {"lines"}
    taken = ours.order()
    again = refused(lambda: make(actor=ours.actor, customer=ours.customer, number=taken.number.lower()))
    assert again.rule == "number-taken"
    for person in (viewer, operator):
        with pytest.raises(Forbidden):
            make(actor=person, customer=ours.customer)
    assert Document.objects.filter(kind="CO").count() == 1


def test_lines_are_edited_within_what_is_reserved_and_shipped(ours: Shop) -> None:
    order = ours.order((ours.drive, 4), (ours.fan, 2))
    ours.reserve(order, "D1", "D2")
    shipping.ship(actor=ours.actor, shipment=ours.picked(order, "D1"))
    first, second = (one.line for one in sales.progress(order))
    edit = sales.edit_customer_order
    version = Document.objects.get(pk=order.pk).version

    def lowered(to: int) -> Document:
        return edit(actor=ours.actor, order=order, version=version, lines=[OrderLine(ours.drive, to, line=first.pk)])

    assert "1 shipped and 1 reserved" in refused(lambda: lowered(1)).fields["lines.0.quantity"]
    other = [OrderLine(ours.fan, 4, line=first.pk)]
    assert "add a line" in refused(lambda: edit(actor=ours.actor, order=order, version=version, lines=other)).message
    assert "stays" in refused(lambda: edit(actor=ours.actor, order=order, version=version, lines=[])).fields["lines"]
    mine = world.customer(name="Another")
    assert "already" in refused(lambda: edit(actor=ours.actor, order=order, version=version, customer=mine)).fields["customer"]
    edited = lowered(2)
    assert not Line.objects.filter(pk=second.pk).exists()
    assert (status(edited), Change.objects.filter(noun="customer-orders", field="line 1").count()) == (S.PARTLY_SHIPPED, 1)
    assert refused(lambda: lowered(3)).rule == "stale"


def test_what_was_reserved_once_keeps_its_line(ours: Shop) -> None:
    order = ours.order((ours.drive, 1), (ours.fan, 2))
    sales.reserve_any(actor=ours.actor, order=order)
    for one in sales.progress(order):
        sales.free_line(actor=ours.actor, order=order, line=one.line.pk)
    found = refused(lambda: sales.edit_customer_order(actor=ours.actor, order=order, version=order.version, lines=[]))
    assert found.fields.keys() == {"lines"}


def test_another_currency_is_reckoned_with_its_own_coin(ours: Shop) -> None:
    line = OrderLine(ours.drive, 3, price="0.405")
    order = sales.create_customer_order(actor=ours.actor, customer=ours.customer, lines=[line])
    sales.edit_customer_order(actor=ours.actor, order=order, version=order.version, currency="jpy")
    assert order.lines.get().amount == 1_000_000


def test_an_order_that_is_called_off_frees_what_is_reserved_and_its_shipment(ours: Shop) -> None:
    order = ours.order((ours.drive, 3), (ours.fan, 4))
    sales.reserve_any(actor=ours.actor, order=order)
    paper = ours.picked(order, "D2")
    assert (stock(ours.fans), status(order)) == ((10, 4), S.NEW)
    sales.cancel(actor=ours.actor, order=order, reason="They went elsewhere.")
    assert (reserved(order), stock(ours.fans), packed(paper)) == ([], (10, 0), [])
    assert (status(order), status(paper)) == (S.CANCELED, S.CANCELED)
    entry = Entry.objects.get(act="order canceled")
    assert entry.reason == "They went elsewhere."
    assert refused(lambda: sales.cancel(actor=ours.actor, order=order)).rule == "wrong-status"
    assert refused(lambda: ours.reserve(order, "D1")).rule == "order-closed"
    more = [OrderLine(ours.drive, 3, line=order.lines.get(position=1).pk), OrderLine(ours.drive, 1)]
    more.append(OrderLine(ours.fan, 4, line=order.lines.get(position=2).pk))
    version = Document.objects.get(pk=order.pk).version
    call = refused(lambda: sales.edit_customer_order(actor=ours.actor, order=order, version=version, lines=more))
    assert (call.rule, order.lines.count()) == ("order-canceled", 2)


def test_the_rest_of_an_order_is_called_off_where_part_has_gone(ours: Shop, operator: User) -> None:
    order = ours.order()
    assert refused(lambda: sales.cancel_rest(actor=ours.actor, order=order)).rule == "nothing-shipped"
    ours.reserve(order, "D1", "D2", "D3")
    shipping.ship(actor=ours.actor, shipment=ours.picked(order, "D1"))
    found = refused(lambda: sales.cancel(actor=ours.actor, order=order))
    assert (found.rule, found.causes[0].noun) == ("partly-shipped", "shipments")
    with pytest.raises(Forbidden):
        sales.cancel_rest(actor=operator, order=order)
    sales.cancel_rest(actor=ours.actor, order=order)
    [line] = sales.progress(order)
    assert (status(order), reserved(order), line.to_ship, line.rest_canceled) == (S.SHIPPED, [], 0, True)
    assert unit("D2").reserved_line is None


def test_nothing_is_archived_while_an_order_of_it_is_open(ours: Shop) -> None:
    order = ours.order()
    item = refused(lambda: archive_item(actor=ours.actor, item=ours.drive, version=ours.drive.version))
    party = refused(lambda: archive_party(actor=ours.actor, role=PartyRole.CUSTOMER, party=ours.customer, version=1))
    assert {item.causes[0].noun, party.causes[0].noun} == {"customer-orders"}
    sales.cancel(actor=ours.actor, order=order)
    archive_item(actor=ours.actor, item=ours.drive, version=ours.drive.version)


def test_progress_is_in_units_of_the_item(ours: Shop) -> None:
    order = ours.order((ours.fan, "2.5"))
    sales.reserve_any(actor=ours.actor, order=order, quantities={order.lines.get().pk: Decimal("1.5")})
    [one] = sales.progress(order)
    assert (one.to_ship, one.reserved, one.to_reserve, one.to_pick) == (2_500_000, 1_500_000, 1_000_000, 2_500_000)
    assert lines(order) == [(1, 0, 0)]
