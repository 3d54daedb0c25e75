"""Shipped: wholly, in part, in several shipments, in one act; and taken back."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from nameplate.ledger import Group, Kind, Step, post, transacting
from nameplate.listings.shipment import contents
from nameplate.listings.shipments import SHIPMENTS
from nameplate.models import Document, DocumentStatus, Entry, Role, Serial, Status, User
from nameplate.operations import returning, sales, shipping
from nameplate.operations.editing import edit_units
from nameplate.operations.holding import hold_lot, hold_units
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.rejecting import reject_units
from nameplate.operations.sales import OrderLine
from nameplate.operations.shipping import GoodsShipped
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Forbidden
from tests import world
from tests.operations.orders import refused
from tests.operations.selling import Shop, ids, lines, packed, reserved, shop, status, stock, unit

S = DocumentStatus


@pytest.fixture
def ours(db: None) -> Shop:
    return shop()


def test_shipping_tells_every_unit_to_whom_on_which_order_when_and_until_when_it_is_under_warranty(ours: Shop) -> None:
    line = OrderLine(ours.drive, 2, warranty_months=13)
    order = sales.create_customer_order(actor=ours.actor, customer=ours.customer, lines=[line, OrderLine(ours.fan, 4)])
    paper = ours.picked(order, "D1", "D2")
    shipping.pick_goods(actor=ours.actor, shipment=paper, line=order.lines.get(position=2).pk, quantity=4)
    shipping.declare_ready(actor=ours.actor, shipment=paper)
    entry = shipping.ship(actor=ours.actor, shipment=paper, note="Two boxes.")
    today = timezone.localdate()
    one = unit("D1")
    assert (one.status, one.customer, one.customer_order, one.shipment) == (Status.SHIPPED, ours.customer, order, paper)
    assert (one.shipped_on, one.warranty_until) == (today, shipping.warranty_until(today, 13))
    assert (one.location, one.reserved_line, one.lot) == (None, None, ours.lot)
    assert (stock(ours.lot), stock(ours.fans), lines(order)) == ((8, 0), (6, 0), [(0, 0, 2), (0, 0, 4)])
    assert (status(order), status(paper), packed(paper)) == (S.SHIPPED, S.SHIPPED, [])
    paper.shipment.refresh_from_db()
    assert (entry.units, entry.act, entry.note, paper.shipment.shipped_on) == (2, "shipped", "Two boxes.", today)


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-12-05", 1, "2027-01-05"),
        ("2026-05-05", 1200, "2126-05-05"),
    ],
)
def test_a_warranty_ends_on_the_same_day_or_the_last_of_a_shorter_month(day: str, months: int, until: str) -> None:
    assert shipping.warranty_until(dt.date.fromisoformat(day), months).isoformat() == until


def test_without_a_length_there_is_no_warranty(ours: Shop) -> None:
    order = ours.order((ours.drive, 1))
    shipping.ship(actor=ours.actor, shipment=ours.picked(order, "D1"))
    assert unit("D1").warranty_until is None


def test_the_warranty_of_one_customer_does_not_pass_to_the_next(ours: Shop) -> None:
    shipping.ship_directly(actor=ours.actor, customer=ours.customer, unit_ids=ids("D1", "D3"), warranty_months=60)
    back = returning.take_back(actor=ours.actor, customer=ours.customer, unit_ids=ids("D1", "D3"), location_id=ours.shelf.pk)
    assert back.document is not None
    returning.restock(actor=ours.actor, paper=back.document, unit_ids=ids("D1", "D3"))
    edit_units(actor=ours.actor, unit_ids=ids("D2", "D3"), warranty_until="2031-05-05")
    order = ours.order((ours.drive, 3), of=world.customer(name="Borealis Labs"))
    entry = shipping.ship(actor=ours.actor, shipment=ours.picked(order, "D1", "D2", "D3"))
    assert [unit(one).warranty_until for one in ("D1", "D2", "D3")] == [None, dt.date(2031, 5, 5), dt.date(2031, 5, 5)]
    undo_entry(actor=ours.actor, entry_id=entry.pk)
    assert unit("D1").warranty_until == shipping.warranty_until(timezone.localdate(), 60)


def test_an_order_goes_in_several_shipments_and_a_shipment_holds_several_orders(ours: Shop) -> None:
    first, second = ours.order((ours.drive, 3)), ours.order((ours.drive, 1))
    shipping.ship(actor=ours.actor, shipment=ours.picked(first, "D1", "D2"))
    assert (status(first), lines(first)) == (S.PARTLY_SHIPPED, [(0, 0, 2)])
    paper = ours.shipment(first, second)
    shipping.pick(actor=ours.actor, shipment=paper, unit_ids=ids("D3", "D4"))
    shipping.ship(actor=ours.actor, shipment=paper)
    assert (status(first), status(second), unit("D3").customer_order, unit("D4").customer_order) == (S.SHIPPED, S.SHIPPED, first, second)
    assert refused(lambda: ours.shipment(first)).rule == "order-closed"


def test_a_shipment_that_is_undone_has_not_left(ours: Shop) -> None:
    order = ours.order((ours.drive, 2), (ours.fan, 3))
    paper = ours.picked(order, "D1", "D2")
    shipping.pick_goods(actor=ours.actor, shipment=paper, line=order.lines.get(position=2).pk, quantity=3)
    entry = shipping.ship(actor=ours.actor, shipment=paper)
    undo_entry(actor=ours.actor, entry_id=entry.pk)
    one = unit("D1")
    assert (one.status, one.customer, one.shipment, one.shipped_on, one.warranty_until) == (Status.RECEIVED, None, None, None, None)
    assert (status(paper), status(order), packed(paper)) == (S.READY, S.NEW, ["D1", "D2"])
    assert (reserved(order), lines(order), stock(ours.fans)) == (["D1", "D2"], [(2, 2, 0), (3, 3, 0)], (10, 3))
    shipping.ship(actor=ours.actor, shipment=paper)
    assert (status(paper), status(order)) == (S.SHIPPED, S.SHIPPED)


def test_undone_for_one_unit_the_others_are_gone(ours: Shop) -> None:
    order = ours.order((ours.drive, 2))
    paper = ours.picked(order, "D1", "D2")
    entry = shipping.ship(actor=ours.actor, shipment=paper)
    undo_entry(actor=ours.actor, entry_id=entry.pk, unit_ids=ids("D2"))
    assert (status(paper), status(order), lines(order), packed(paper)) == (S.SHIPPED, S.PARTLY_SHIPPED, [(1, 0, 1)], [])
    assert [one.numbers for one in contents(actor=ours.actor, shipment=Document.objects.get(pk=paper.pk))] == [["D1"]]
    assert SHIPMENTS.reader(SHIPMENTS.visible(ours.actor)).read([paper.pk], SHIPMENTS.scope)[0]["units"] == 1
    again = ours.picked(order, "D2")
    shipping.ship(actor=ours.actor, shipment=again)
    found = refused(lambda: undo_entry(actor=ours.actor, entry_id=entry.pk, unit_ids=ids("D2")))
    assert (found.rule, [one.why for one in found.offenders]) == ("undone-already", ["undone already"])
    undo_entry(actor=ours.actor, entry_id=entry.pk)
    assert (status(paper), packed(paper), status(order)) == (S.READY, ["D1"], S.PARTLY_SHIPPED)


def test_undoing_after_the_rest_was_called_off_opens_the_order_again(ours: Shop) -> None:
    order = ours.order((ours.drive, 2))
    entry = shipping.ship(actor=ours.actor, shipment=ours.picked(order, "D1"))
    sales.cancel_rest(actor=ours.actor, order=order)
    undo_entry(actor=ours.actor, entry_id=entry.pk)
    [line] = sales.progress(order)
    assert (status(order), line.to_ship, line.reserved) == (S.NEW, 2_000_000, 1_000_000)


def test_a_shipment_whose_unit_has_come_back_is_not_undone(ours: Shop) -> None:
    order = ours.order((ours.drive, 1))
    entry = shipping.ship(actor=ours.actor, shipment=ours.picked(order, "D1"))
    paper = Document.objects.create(kind="RMA", number="RMA1", number_key="rma1", sort_key="rma1", created_by=ours.actor)
    with transacting():
        step = Step(Kind.RETURNED, {"location_id": ours.shelf.pk, "return_doc_id": paper.pk})
        post(actor=ours.actor, act="returned", document=paper, groups=[Group([step], units=ids("D1"))])
    found = refused(lambda: undo_entry(actor=ours.actor, entry_id=entry.pk))
    assert (found.rule, found.offenders[0].document) == ("later-entries", "RMA1")


def test_what_cannot_go_any_more_is_named_and_nothing_leaves(ours: Shop) -> None:
    order = ours.order((ours.drive, 3), (ours.fan, 1))
    paper = ours.picked(order, "D1", "D2", "D3")
    hold_units(actor=ours.actor, unit_ids=ids("D1"), reason="Wet")
    reject_units(actor=ours.actor, unit_ids=ids("D2"), reason="Dead", location_id=None)
    found = refused(lambda: shipping.ship(actor=ours.actor, shipment=paper))
    assert {one.text: one.why for one in found.offenders} == {"D1": "on hold (Wet)", "D2": "not in stock: Rejected"}
    shipping.take_out(actor=ours.actor, shipment=paper, unit_ids=ids("D1", "D2"))
    shipping.pick_goods(actor=ours.actor, shipment=paper, line=order.lines.get(position=2).pk, quantity=1)
    hold_lot(actor=ours.actor, lot=ours.fans, reason="Wet")
    assert refused(lambda: shipping.ship(actor=ours.actor, shipment=paper)).causes[0].noun == "lots"
    assert (status(paper), unit("D3").status) == (S.NEW, Status.RECEIVED)


def test_a_product_that_holds_a_held_part_does_not_leave(ours: Shop) -> None:
    pod = world.item(number="POD")
    create_lot(actor=ours.actor, item=pod, contents=Contents(["P1"]), location_id=ours.shelf.pk, reason="Found")
    with transacting():
        step = Step(Kind.CONSUMED, {"parent_id": unit("P1").pk, "place": "bay 1"})
        post(actor=ours.actor, act="built in", groups=[Group([step], units=ids("D1"))])
    order = ours.order((pod, 1))
    paper = ours.picked(order, "P1")
    hold_units(actor=ours.actor, unit_ids=ids("D1"), reason="Recalled")
    assert refused(lambda: shipping.ship(actor=ours.actor, shipment=paper)).offenders[0].why == "a part inside it is on hold"
    answer = shipping.preview(actor=ours.actor, shipment=ours.shipment(ours.order((ours.drive, 1))), text="D1")
    assert answer.rows[0].message == "not in stock: Consumed, in P1"


def test_who_may_ship_and_when(ours: Shop, operator: User, viewer: User) -> None:
    order = ours.order((ours.drive, 2))
    paper = ours.picked(order, "D1")
    day = timezone.localdate()
    for text in ("never", (day + dt.timedelta(days=1)).isoformat(), "1969-12-31"):
        assert refused(partial(shipping.ship, actor=ours.actor, shipment=paper, shipped_on=text)).fields.keys() == {"shipped_on"}
    early = day - dt.timedelta(days=2)
    for person in (operator, viewer):
        with pytest.raises(Forbidden):
            shipping.ship(actor=person, shipment=paper, shipped_on=early)
    assert refused(lambda: shipping.ship(actor=ours.actor, shipment=paper, shipped_on=early)).fields.keys() == {"shipped_on"}
    assert refused(lambda: shipping.ship(actor=operator, shipment=paper, version=1)).rule == "stale"
    shipping.ship(actor=operator, shipment=paper)
    assert refused(lambda: shipping.ship(actor=operator, shipment=paper)).causes[0].noun == "entries"
    assert refused(lambda: shipping.ship(actor=operator, shipment=ours.shipment(order))).rule == "nothing-picked"
    canceled = refused(lambda: shipping.cancel_shipment(actor=operator, shipment=paper))
    assert (canceled.rule, canceled.way_out) == ("wrong-status", "Undo the shipment instead.")


def test_units_and_goods_are_shipped_in_one_act(ours: Shop) -> None:
    entry = shipping.ship_directly(
        actor=ours.actor,
        customer=ours.customer,
        customer_reference="PO 4711",
        unit_ids=ids("D1", "D2"),
        goods=[GoodsShipped(ours.fans, "2.5")],
        warranty_months="6",
        carrier="Nordlicht",
        shipped_on=timezone.localdate(),
    )
    paper = entry.document
    assert paper is not None
    [order] = paper.shipment.orders.all()
    assert (status(paper), status(order), order.customer_order.customer_reference) == (S.SHIPPED, S.SHIPPED, "PO 4711")
    assert (lines(order), stock(ours.fans), paper.shipment.site) == ([(0, 0, 2), (0, 0, 2)], (7, 0), ours.shelf.site)
    assert unit("D2").warranty_until == shipping.warranty_until(timezone.localdate(), 6)
    undo_entry(actor=ours.actor, entry_id=entry.pk)
    assert (status(paper), status(order), unit("D1").availability, stock(ours.fans)) == (S.NEW, S.NEW, 1, (10, 0))


def test_what_is_promised_or_not_there_is_not_shipped_in_one_act(ours: Shop, operator: User) -> None:
    order = ours.order()
    ours.reserve(order, "D1")
    far = world.location(name="Cage")
    create_lot(actor=ours.actor, item=ours.drive, contents=Contents(["F1"]), location_id=far.pk, reason="Found")
    before = Document.objects.count(), Entry.objects.count()

    def call(**given: Any) -> str:
        return refused(lambda: shipping.ship_directly(actor=ours.actor, customer=ours.customer, **given)).rule

    assert call(unit_ids=ids("D1", "D2")) == "not-shippable"
    assert call(unit_ids=ids("D2", "F1")) == "another-site"
    assert call() == "no-units"
    assert call(goods=[GoodsShipped(ours.fans, 11)]) == "not-enough"
    assert call(goods=[GoodsShipped(ours.fans, 1)] * 2) == "twice"
    assert call(goods=[GoodsShipped(ours.lot, 1)]) == "serials-needed"
    assert call(unit_ids=ids("D2"), warranty_months="361") == "invalid-fields"
    found = refused(lambda: shipping.ship_directly(actor=ours.actor, customer=world.vendor(), unit_ids=ids("D2")))
    assert found.fields.keys() == {"customer"}
    hold_lot(actor=ours.actor, lot=ours.fans, reason="Wet")
    assert call(goods=[GoodsShipped(ours.fans, 1)]) == "on-hold"
    with pytest.raises(Forbidden):
        shipping.ship_directly(actor=operator, customer=ours.customer, unit_ids=ids("D2"))
    assert (Document.objects.count(), Entry.objects.count() - 1) == before


def test_ten_thousand_units_leave_in_one_call(ours: Shop) -> None:
    numbers = [f"T{number:05}" for number in range(10_000)]
    create_lot(actor=ours.actor, item=ours.drive, contents=Contents(numbers), location_id=ours.shelf.pk, reason="Found")
    chosen = list(Serial.objects.filter(number__startswith="T").values_list("pk", flat=True))
    order = ours.order((ours.drive, 10_000))
    paper = ours.shipment(order)
    shipping.pick(actor=world.user(role=Role.OPERATOR), shipment=paper, unit_ids=chosen)
    assert shipping.ship(actor=ours.actor, shipment=paper).units == 10_000
    assert (status(order), Serial.objects.filter(shipment=paper, status=Status.SHIPPED).count()) == (S.SHIPPED, 10_000)
