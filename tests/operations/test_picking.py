"""Picked by scanning: late binding, a verdict on every number, goods by quantity."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.models import Document, DocumentStatus, Entry, Pick, Serial, User
from nameplate.operations import sales, shipping
from nameplate.operations.drafting import load_draft
from nameplate.operations.holding import hold_units
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.rejecting import reject_units
from nameplate.operations.shipping.picking import draft_subject
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Forbidden
from tests import world
from tests.operations.orders import refused
from tests.operations.selling import Shop, ids, lines, packed, reserved, shop, status, stock, unit

S = DocumentStatus


@pytest.fixture
def ours(db: None) -> Shop:
    return shop()


def test_the_scanned_unit_takes_the_place_of_a_reserved_one(ours: Shop) -> None:
    order = ours.order()
    ours.reserve(order, "D1", "D2", "D3")
    paper = ours.shipment(order)
    done = shipping.pick(actor=ours.actor, shipment=paper, unit_ids=ids("D2", "D9"))
    assert (done.units, reserved(order), packed(paper)) == (2, ["D1", "D2", "D9"], ["D2", "D9"])
    assert done.entry is not None
    assert (done.entry.act, done.entry.document, unit("D3").reserved_line) == ("picked", paper, None)
    own = shipping.pick(actor=ours.actor, shipment=paper, unit_ids=ids("D1"))
    assert (own.entry, lines(order)) == (None, [(3, 3, 0)])


def test_without_a_reservation_the_scanned_unit_is_reserved_for_the_line(ours: Shop) -> None:
    order = ours.order()
    paper = ours.picked(order, "D5")
    assert (reserved(order), packed(paper), paper.shipment.site or Document.objects.get(pk=paper.pk).shipment.site) == (
        ["D5"],
        ["D5"],
        ours.shelf.site,
    )


def test_who_holds_a_unit_is_said_and_nothing_is_picked(ours: Shop) -> None:
    other = ours.order(of=world.customer(name="Saltmarsh"))
    ours.reserve(other, "D1")
    order = ours.order()
    elsewhere = ours.picked(order, "D2")
    paper = ours.shipment(order)
    found = refused(lambda: shipping.pick(actor=ours.actor, shipment=paper, unit_ids=ids("D1", "D2", "D3")))
    assert {one.text: one.why for one in found.offenders} == {"D1": f"reserved for {other}, Saltmarsh", "D2": f"in shipment {elsewhere}"}
    assert ({cause.label for cause in found.causes}, packed(paper)) == ({other.number, elsewhere.number}, [])


def test_every_number_of_the_box_gets_its_verdict(ours: Shop, viewer: User) -> None:
    far = world.location(name="Cage")
    day = timezone.localdate() - timedelta(days=3)
    create_lot(actor=ours.actor, item=ours.drive, contents=Contents(["F1"]), location_id=far.pk, reason="Found")
    create_lot(
        actor=ours.actor, item=ours.drive, contents=Contents(["E1"]), location_id=ours.shelf.pk, reason="Found", expires_on=day.isoformat()
    )
    ssd = world.item(number="SSD")
    contents = Contents(["X1", "D9"], keep=frozenset({"other-item"}))
    create_lot(actor=ours.actor, item=ssd, contents=contents, location_id=ours.shelf.pk, reason="Found")
    other = ours.order()
    ours.reserve(other, "D1")
    hold_units(actor=ours.actor, unit_ids=ids("D2"), reason="Wet")
    reject_units(actor=ours.actor, unit_ids=ids("D3"), reason="Dead", location_id=None)
    order = ours.order((ours.drive, 4))
    paper = ours.picked(order, "D5")
    ours.reserve(order, "D4")
    text = "D1 \nD2\nD3\nD4\nD5\nX1\nF1\nE1\nNOPE\nD6..D8\nD9\nD4"
    answer = shipping.preview(actor=ours.actor, shipment=paper, text=text)
    said = {row.text: (row.standing, row.message) for row in answer.rows}
    assert said == {
        "D1": ("bad", f"reserved for {other}, Kestrel Archive"),
        "D2": ("bad", "on hold (Wet)"),
        "D3": ("bad", "not in stock: Rejected"),
        "D4": ("decide", "Twice in this entry, line 4 and line 12. Only one is taken; remove the other."),
        "D5": ("bad", "in this shipment already"),
        "X1": ("bad", "SSD, which none of its orders has a line for"),
        "F1": ("bad", f"at {far.site} · Cage; this shipment leaves from {ours.shelf.site}"),
        "E1": ("decide", f"expired on {day}; take it if it shall go all the same"),
        "NOPE": ("bad", "no unit bears this number"),
        "D6 … D7": ("good", "free"),
        "D8": ("bad", "more than the 3 of HDD still to pick"),
        "D9": ("bad", "more than the 3 of HDD still to pick"),
    }
    assert answer.rows[3].message == f"reserved for {order}"
    assert (answer.decide, answer.duplicates) == (1, 1)
    assert (answer.numbers, int(answer.missing), answer.good, answer.stays) == (["D4", "D6", "D7"], 0, 3, 9)
    assert answer.rest == ["D1", "D2", "D3", "X1", "F1", "E1", "NOPE", "D8", "D9"]
    with pytest.raises(Forbidden):
        shipping.preview(actor=viewer, shipment=paper, text="D1")


def test_the_good_ones_are_picked_and_the_rest_is_kept(ours: Shop) -> None:
    order = ours.order((ours.drive, 3))
    paper = ours.shipment(order)
    hold_units(actor=ours.actor, unit_ids=ids("D2"), reason="Wet")
    done, answer = shipping.pick_box(actor=ours.actor, shipment=paper, text="D1..D3\nNOPE")
    assert (done.units, packed(paper), answer.stays) == (2, ["D1", "D3"], 2)
    draft = load_draft(actor=ours.actor, subject=draft_subject(paper))
    assert draft == {"text": "D2\nNOPE"}
    again, _ = shipping.pick_box(actor=ours.actor, shipment=paper, text="D1\nD3")
    assert (again.units, load_draft(actor=ours.actor, subject=draft_subject(paper))) == (0, None)
    assert refused(lambda: shipping.pick_box(actor=ours.actor, shipment=paper, text="NOPE")).rule == "nothing-good"


def test_an_expired_unit_goes_only_where_somebody_lets_it(ours: Shop) -> None:
    day = timezone.localdate() - timedelta(days=1)
    create_lot(
        actor=ours.actor, item=ours.drive, contents=Contents(["E1"]), location_id=ours.shelf.pk, reason="Found", expires_on=day.isoformat()
    )
    paper = ours.shipment(ours.order())
    assert refused(lambda: shipping.pick(actor=ours.actor, shipment=paper, unit_ids=ids("E1"))).rule == "not-pickable"
    shipping.pick(actor=ours.actor, shipment=paper, unit_ids=ids("E1"), keep=frozenset({"expired"}))
    assert packed(paper) == ["E1"]


def test_a_unit_is_picked_for_whichever_order_of_the_shipment_wants_it(ours: Shop) -> None:
    first, second = ours.order((ours.drive, 1)), ours.order((ours.drive, 2))
    ours.reserve(second, "D7")
    paper = ours.shipment(first, second)
    shipping.pick(actor=ours.actor, shipment=paper, unit_ids=ids("D1", "D7", "D8"))
    assert (reserved(first), reserved(second)) == (["D1"], ["D7", "D8"])
    assert refused(lambda: ours.shipment(first, ours.order(of=world.customer(name="Saltmarsh")))).rule == "another-customer"


def test_goods_come_from_what_is_reserved_then_from_what_is_free(ours: Shop) -> None:
    order = ours.order((ours.fan, 6))
    line = order.lines.get().pk
    more, _ = create_lot(actor=ours.actor, item=ours.fan, contents=Contents(quantity=5), location_id=ours.shelf.pk, reason="Found")
    sales.reserve_any(actor=ours.actor, order=order, quantities={line: 4})
    paper = ours.shipment(order)
    shipping.pick_goods(actor=ours.actor, shipment=paper, line=line, quantity=3)
    assert (lines(order), stock(ours.fans)) == ([(4, 3, 0)], (10, 4))
    shipping.pick_goods(actor=ours.actor, shipment=paper, line=line, quantity=2, lot=more)
    assert (lines(order), stock(ours.fans), stock(more)) == ([(5, 5, 0)], (10, 3), (5, 2))
    shipping.pick_goods(actor=ours.actor, shipment=paper, line=line, quantity="1", lot=more)
    assert Pick.objects.get(lot=more).quantity == 3_000_000
    assert refused(lambda: shipping.pick_goods(actor=ours.actor, shipment=paper, line=line, quantity=1)).rule == "more-than-ordered"
    assert shipping.take_out(actor=ours.actor, shipment=paper, lines=[line]) == 2
    assert lines(order) == [(6, 0, 0)]


def test_goods_that_are_not_there_are_not_picked(ours: Shop) -> None:
    order = ours.order((ours.fan, 20), (ours.drive, 1))
    fans, drives = (one.line.pk for one in sales.progress(order))
    paper = ours.shipment(order)

    def call(line: int = fans, quantity: Any = 1, lot: Any = None) -> str:
        return refused(lambda: shipping.pick_goods(actor=ours.actor, shipment=paper, line=line, quantity=quantity, lot=lot)).rule

    far = world.location(name="Cage")
    away, _ = create_lot(actor=ours.actor, item=ours.fan, contents=Contents(quantity=5), location_id=far.pk, reason="Found")
    shipping.pick(actor=ours.actor, shipment=paper, unit_ids=ids("D1"))
    assert call(quantity=11) == "not-enough"
    assert call(quantity=0) == "not-positive"
    assert call(line=drives) == "serials-needed"
    assert call(line=0) == "no-such-line"
    assert call(lot=ours.lot) == "lot-of-another-item"
    assert call(lot=away) == "another-site"
    assert lines(order)[0] == (0, 0, 0)


def test_what_is_taken_out_stays_reserved(ours: Shop) -> None:
    order = ours.order()
    paper = ours.picked(order, "D1", "D2")
    assert shipping.take_out(actor=ours.actor, shipment=paper, unit_ids=ids("D1")) == 1
    assert (reserved(order), packed(paper)) == (["D1", "D2"], ["D2"])
    assert refused(lambda: shipping.take_out(actor=ours.actor, shipment=paper, unit_ids=ids("D1"))).rule == "nothing-picked"


def test_what_is_ready_is_left_alone_until_it_is_opened_again(ours: Shop) -> None:
    order = ours.order()
    paper = ours.shipment(order)
    assert refused(lambda: shipping.declare_ready(actor=ours.actor, shipment=paper)).rule == "nothing-picked"
    shipping.pick(actor=ours.actor, shipment=paper, unit_ids=ids("D1"))
    shipping.declare_ready(actor=ours.actor, shipment=paper)
    for call in (shipping.pick, shipping.take_out):
        assert refused(partial(call, actor=ours.actor, shipment=paper, unit_ids=ids("D2"))).rule == "wrong-status"
    assert refused(lambda: shipping.pick_box(actor=ours.actor, shipment=paper, text="D2")).rule == "wrong-status"
    assert refused(lambda: sales.free_reserved(actor=ours.actor, order=order, unit_ids=ids("D1"))).rule == "ready-for-shipment"
    shipping.open_again(actor=ours.actor, shipment=paper)
    sales.free_reserved(actor=ours.actor, order=order, unit_ids=ids("D1"))
    assert (packed(paper), reserved(order), status(paper)) == ([], [], S.NEW)


def test_undoing_a_pick_takes_the_unit_out(ours: Shop) -> None:
    order = ours.order()
    ours.reserve(order, "D1")
    paper = ours.shipment(order)
    entry = shipping.pick(actor=ours.actor, shipment=paper, unit_ids=ids("D2")).entry
    assert entry is not None
    undo_entry(actor=ours.actor, entry_id=entry.pk)
    assert (reserved(order), packed(paper), lines(order)) == (["D1"], [], [(1, 0, 0)])


def test_a_canceled_shipment_leaves_its_units_reserved(ours: Shop) -> None:
    order = ours.order()
    paper = ours.picked(order, "D1")
    shipping.cancel_shipment(actor=ours.actor, shipment=paper)
    assert (reserved(order), packed(paper), status(paper), status(order)) == (["D1"], [], S.CANCELED, S.NEW)
    assert refused(lambda: shipping.cancel_shipment(actor=ours.actor, shipment=paper)).rule == "wrong-status"


def test_a_shipment_is_edited_until_what_is_in_it_settles_where_it_leaves_from(ours: Shop) -> None:
    first, second = ours.order((ours.drive, 1)), ours.order((ours.drive, 1))
    paper = ours.shipment(first)
    edit = shipping.edit_shipment
    edited = edit(actor=ours.actor, shipment=paper, version=1, orders=[first, second], address="Dock 4\nOstrava", carrier="Nordlicht")
    shipping.pick(actor=ours.actor, shipment=paper, unit_ids=ids("D1"))
    version = Document.objects.get(pk=paper.pk).version
    assert edited.shipment.address == "Dock 4\nOstrava"
    other = world.location().site
    assert refused(lambda: edit(actor=ours.actor, shipment=paper, version=version, site=other)).fields.keys() == {"site"}
    assert refused(lambda: edit(actor=ours.actor, shipment=paper, version=version, orders=[second])).rule == "picked-already"
    mixed = ours.order(of=world.customer(name="Saltmarsh"))
    assert refused(lambda: edit(actor=ours.actor, shipment=paper, version=version, orders=[mixed])).rule == "another-customer"
    assert refused(lambda: edit(actor=ours.actor, shipment=paper, version=1, carrier="")).rule == "stale"
    edit(actor=ours.actor, shipment=paper, version=version, orders=[first])
    assert list(paper.shipment.orders.all()) == [first]


def test_the_statements_do_not_grow_with_the_units(ours: Shop) -> None:
    numbers = [f"N{number}" for number in range(80)]
    create_lot(actor=ours.actor, item=ours.drive, contents=Contents(numbers), location_id=ours.shelf.pk, reason="Found")
    counts = set()
    for few in (2, 25):
        order = ours.order((ours.drive, few))
        sales.reserve_any(actor=ours.actor, order=order)
        paper = ours.shipment(order)
        chosen = list(Serial.objects.filter(reserved_line=None, status=2, number__startswith="N").values_list("pk", flat=True)[:few])
        with CaptureQueriesContext(connection) as seen:
            shipping.preview(actor=ours.actor, shipment=paper, text="\n".join(numbers[:few]))
        with CaptureQueriesContext(connection) as picked:
            shipping.pick(actor=ours.actor, shipment=paper, unit_ids=chosen)
        with CaptureQueriesContext(connection) as gone:
            entry = shipping.ship(actor=ours.actor, shipment=paper)
        with CaptureQueriesContext(connection) as back:
            undo_entry(actor=ours.actor, entry_id=entry.pk)
        counts.add((len(seen), len(picked), len(gone), len(back)))
        shipping.ship(actor=ours.actor, shipment=paper)
    assert len(counts) == 1
    assert Entry.objects.filter(act="shipped").count() == 4
