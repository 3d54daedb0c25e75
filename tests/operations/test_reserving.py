"""Reserved: given units, any units, goods; never what is on hold, expired, or promised to somebody else."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.models import Entry, Role, Serial, User
from nameplate.operations import sales
from nameplate.operations.holding import hold_goods, hold_lot, hold_units
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.rejecting import reject_units
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Forbidden, NotFound
from tests import world
from tests.operations.orders import refused
from tests.operations.selling import Shop, ids, lines, reserved, shop, stock, unit


@pytest.fixture
def ours(db: None) -> Shop:
    return shop()


def test_given_units_are_reserved_and_freed(ours: Shop, operator: User, viewer: User) -> None:
    order = ours.order()
    entry = sales.reserve_units(actor=operator, order=order, unit_ids=ids("D4", "D2"), note=" For Tuesday. ")
    assert (entry.act, entry.document, entry.note, reserved(order)) == ("reserved", order, "For Tuesday.", ["D2", "D4"])
    sales.free_reserved(actor=operator, order=order, unit_ids=ids("D4"))
    assert (reserved(order), stock(ours.lot)) == (["D2"], (10, 1))
    for call in (sales.reserve_units, sales.free_reserved):
        with pytest.raises(Forbidden):
            call(actor=viewer, order=order, unit_ids=ids("D2"))


def test_each_unit_that_cannot_be_reserved_is_named_with_why(ours: Shop) -> None:
    other = ours.order(of=world.customer(name="Saltmarsh"))
    ours.reserve(other, "D1")
    hold_units(actor=ours.actor, unit_ids=ids("D2"), reason="Smells burnt")
    reject_units(actor=ours.actor, unit_ids=ids("D3"), reason="Dead", location_id=None)
    world.receipt(numbers=["X1"], of=world.item(number="SSD"), at=ours.shelf)
    order = ours.order()
    before = Entry.objects.count()
    found = refused(lambda: ours.reserve(order, "D1", "D2", "D3", "X1", "D5", "D6", "D7", "D8"))
    assert {one.text: one.why for one in found.offenders} == {
        "D1": f"reserved for {other}, Saltmarsh",
        "D2": "on hold (Smells burnt)",
        "D3": "not in stock: Rejected",
        "X1": f"{order} has no line for SSD",
        "D8": f"more than {order} still wants of HDD",
    }
    assert [cause.label for cause in found.causes] == [other.number]
    assert (found.rule, Entry.objects.count(), reserved(order)) == ("not-reservable", before, [])
    with pytest.raises(NotFound):
        sales.reserve_units(actor=ours.actor, order=order, unit_ids=[2**40])


def test_any_units_are_the_oldest_that_are_free(ours: Shop) -> None:
    """Neither on hold, nor expired, nor another's; bound at once."""
    day = timezone.localdate()
    older, _ = create_lot(
        actor=ours.actor,
        item=ours.drive,
        contents=Contents(["OLD1", "OLD2"]),
        location_id=ours.shelf.pk,
        reason="Found",
        received_on=day - timedelta(days=9),
    )
    create_lot(
        actor=ours.actor,
        item=ours.drive,
        contents=Contents(["GONE"]),
        location_id=ours.shelf.pk,
        reason="Found",
        received_on=day - timedelta(days=90),
        expires_on=(day - timedelta(days=1)).isoformat(),
    )
    soon = (day + timedelta(days=30)).isoformat()
    create_lot(actor=ours.actor, item=ours.drive, contents=Contents(["SOON"]), location_id=ours.shelf.pk, reason="Found", expires_on=soon)
    hold_units(actor=ours.actor, unit_ids=ids("OLD1"), reason="Wet")
    ours.reserve(ours.order(), "D1")
    order = ours.order((ours.drive, 3))
    entry = sales.reserve_any(actor=ours.actor, order=order, quantities={order.lines.get().pk: 2})
    assert (reserved(order), entry.units) == (["OLD2", "SOON"], 2)
    sales.reserve_any(actor=ours.actor, order=order)
    assert reserved(order) == ["D2", "OLD2", "SOON"]
    assert refused(lambda: sales.reserve_any(actor=ours.actor, order=order)).rule == "nothing-free"
    assert older.serials.filter(reserved_line=None).count() == 1


def test_more_than_is_free_or_wanted_is_refused_with_how_much_there_is(ours: Shop) -> None:
    order = ours.order((ours.drive, 12), (ours.fan, 12))
    drives, fans = (one.line.pk for one in sales.progress(order))
    for line in (drives, fans):
        short = refused(partial(sales.reserve_any, actor=ours.actor, order=order, quantities={line: 11}))
        assert (short.rule, short.fields["quantity"]) == ("not-enough", "At most 10.")
        over = refused(partial(sales.reserve_any, actor=ours.actor, order=order, quantities={line: "13"}))
        assert (over.rule, over.fields["quantity"]) == ("more-than-ordered", "At most 12.")
    for quantity, rule in (("0", "not-positive"), ("1.5", "not-whole")):
        assert refused(partial(sales.reserve_any, actor=ours.actor, order=order, quantities={drives: quantity})).rule == rule
    assert refused(lambda: sales.reserve_any(actor=ours.actor, order=order, quantities={0: 1})).rule == "no-such-line"
    assert lines(order) == [(0, 0, 0), (0, 0, 0)]


def test_goods_are_reserved_by_lot_and_freed_by_line(ours: Shop) -> None:
    order = ours.order((ours.fan, 6), (ours.drive, 1))
    line = order.lines.get(position=1).pk
    hold_goods(actor=ours.actor, lot=ours.fans, quantity=3, reason="Bent")
    call = sales.reserve_goods
    assert refused(lambda: call(actor=ours.actor, order=order, line=line, lot=ours.fans, quantity=7)).rule == "more-than-ordered"
    call(actor=ours.actor, order=order, line=line, lot=ours.fans, quantity="2.5")
    more, _ = create_lot(actor=ours.actor, item=ours.fan, contents=Contents(quantity=1), location_id=ours.shelf.pk, reason="Found")
    assert refused(lambda: call(actor=ours.actor, order=order, line=line, lot=more, quantity=2)).rule == "not-enough"
    assert refused(lambda: call(actor=ours.actor, order=order, line=line, lot=ours.lot, quantity=1)).rule == "lot-of-another-item"
    sales.reserve_any(actor=ours.actor, order=order, quantities={line: "3.5"})
    assert (stock(ours.fans), lines(order)[0]) == ((10, 6), (6, 0, 0))
    sales.free_line(actor=ours.actor, order=order, line=line)
    assert stock(ours.fans) == (10, 0)
    assert refused(lambda: sales.free_line(actor=ours.actor, order=order, line=line)).rule == "nothing-reserved"


def test_goods_of_a_lot_on_hold_are_not_proposed(ours: Shop) -> None:
    hold_lot(actor=ours.actor, lot=ours.fans, reason="Wet")
    order = ours.order((ours.fan, 1))
    assert refused(lambda: sales.reserve_any(actor=ours.actor, order=order)).rule == "nothing-free"


def test_a_reservation_is_undone_unless_the_order_no_longer_has_room(ours: Shop) -> None:
    order = ours.order((ours.drive, 1), (ours.fan, 3))
    entry = sales.reserve_any(actor=ours.actor, order=order)
    undo_entry(actor=ours.actor, entry_id=entry.pk)
    assert (lines(order), stock(ours.fans)) == ([(0, 0, 0), (0, 0, 0)], (10, 0))
    ours.reserve(order, "D1")
    freed = sales.free_reserved(actor=ours.actor, order=order, unit_ids=ids("D1"))
    ours.reserve(order, "D2")
    found = refused(lambda: undo_entry(actor=ours.actor, entry_id=freed.pk))
    assert (found.rule, found.causes[0].label, reserved(order)) == ("later-entries", order.number, ["D2"])


def test_goods_promised_to_another_are_not_taken_by_an_undo(ours: Shop) -> None:
    first, second = ours.order((ours.fan, 4)), ours.order((ours.fan, 4))
    entry = sales.reserve_any(actor=ours.actor, order=first)
    sales.reserve_any(actor=ours.actor, order=second)
    sales.free_line(actor=ours.actor, order=first, line=first.lines.get().pk)
    assert refused(lambda: undo_entry(actor=ours.actor, entry_id=entry.pk)).rule == "later-entries"
    assert (stock(ours.fans), lines(second)) == ((10, 4), [(4, 0, 0)])


def test_what_is_not_reserved_for_the_order_is_not_freed_by_it(ours: Shop) -> None:
    order, other = ours.order(), ours.order()
    ours.reserve(other, "D1")
    found = refused(lambda: sales.free_reserved(actor=ours.actor, order=order, unit_ids=ids("D1", "D2")))
    assert (found.rule, len(found.offenders), reserved(other)) == ("not-reserved", 2, ["D1"])


def test_the_statements_do_not_grow_with_the_units(ours: Shop) -> None:
    numbers = [f"N{number}" for number in range(60)]
    create_lot(actor=ours.actor, item=ours.drive, contents=Contents(numbers), location_id=ours.shelf.pk, reason="Found")
    counts = set()
    for few in (2, 25):
        order = ours.order((ours.drive, 2 * few))
        chosen = list(Serial.objects.filter(reserved_line=None, number__startswith="N").values_list("pk", flat=True)[:few])
        with CaptureQueriesContext(
            connection,
        ) as given:
            sales.reserve_units(actor=ours.actor, order=order, unit_ids=chosen)
        with CaptureQueriesContext(connection) as proposed:
            sales.reserve_any(actor=ours.actor, order=order)
        with CaptureQueriesContext(connection) as freed:
            sales.free_reserved(actor=ours.actor, order=order, unit_ids=chosen)
        counts.add((len(given), len(proposed), len(freed)))
    assert len(counts) == 1


def test_whoever_works_in_stock_reserves(ours: Shop) -> None:
    order = ours.order()
    sales.reserve_any(actor=world.user(role=Role.OPERATOR), order=order)
    assert unit("D1").availability == 2
