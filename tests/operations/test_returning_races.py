"""The same unit taken back twice at once: one return gets it, the other is told; and a control with the guards off."""

from __future__ import annotations

from functools import partial

from nameplate.ledger import verify
from nameplate.models import Entry, ReturnGoods, ReturnUnit, Status
from nameplate.operations import returning
from nameplate.operations.returning import GoodsSaid
from nameplate.operations.shipping import GoodsShipped, ship_directly
from nameplate.refusals import Busy, Conflict
from tests.ledger.racing import CERTAIN, UNGUARDED, drop_the_key, race, refusals, winners
from tests.operations.returning import counter
from tests.operations.selling import ids, unit

MOVEMENTS = "COPY nameplate_movement"
TOLD = (Conflict, Busy)


def test_a_return_received_twice_at_once_is_received_once(committing: str) -> None:
    desk = counter()
    for number in ("D1", "D2"):
        paper = desk.announced(number)
        receive = partial(returning.receive_return, actor=desk.shop.actor, paper=paper, location_id=desk.shop.shelf.pk)
        outcomes = race(receive, receive)
        assert len(winners(outcomes)) == 1
        assert isinstance(refusals(outcomes)[0], TOLD)
        assert Entry.objects.filter(document=paper, act="returned").count() == 1
    assert verify() == []


def test_two_returns_take_the_same_unit_at_once_and_one_gets_it(committing: str) -> None:
    desk = counter()
    take = partial(
        returning.take_back,
        actor=desk.shop.actor,
        customer=desk.shop.customer,
        unit_ids=ids("D1"),
        location_id=desk.shop.shelf.pk,
    )
    outcomes = race(take, take, at=MOVEMENTS)
    assert len(winners(outcomes)) == 1
    assert isinstance(refusals(outcomes)[0], TOLD)
    assert (ReturnUnit.objects.filter(serial=unit("D1")).count(), unit("D1").status) == (1, Status.RETURNED)
    assert verify() == []


def test_two_returns_take_the_same_goods_at_once_and_one_gets_them(committing: str) -> None:
    """Six fans are with the customer; whoever comes second takes what nobody has, which wants a reason."""
    desk = counter()
    ship_directly(actor=desk.shop.actor, customer=desk.shop.customer, goods=[GoodsShipped(desk.shop.fans, 6)])
    take = partial(
        returning.take_back,
        actor=desk.shop.actor,
        customer=desk.shop.customer,
        goods=[GoodsSaid(4, lot=desk.shop.fans)],
        location_id=desk.shop.shelf.pk,
    )
    outcomes = race(take, take, at="SELECT l.item_id, i.number")
    assert len(winners(outcomes)) == 1
    assert isinstance(refusals(outcomes)[0], TOLD)
    assert sum(ReturnGoods.objects.values_list("quantity", flat=True)) == 4_000_000
    assert verify() == []


def test_control_without_the_guards_both_receive_it(committing: str) -> None:
    """Shows that the first race is one: without the return's lock and the ledger's guards both receive it, and verify says so.

    SQLite lets its writers in one by one, which is its guard: there the second still finds the unit received.
    """
    desk = counter()
    paper = desk.announced("D1")
    receive = partial(returning.receive_return, actor=desk.shop.actor, paper=paper, location_id=desk.shop.shelf.pk)
    off = drop_the_key()
    outcomes = race(receive, receive, at=MOVEMENTS, without=UNGUARDED, patience=CERTAIN)
    assert len(winners(outcomes)) == (2 if off else 1)
    assert (verify() != []) == off
