"""Two transfers at once: one lorry takes the unit, the other is told; a failure half-way leaves nothing half there."""

from __future__ import annotations

from functools import partial
from typing import Any

from nameplate.ledger import verify
from nameplate.models import DocumentStatus, Role
from nameplate.operations import transferring
from nameplate.operations.transferring import GoodsToSend
from nameplate.refusals import Busy, Conflict
from tests import world
from tests.failing import fails_at_every_statement
from tests.ledger.racing import CERTAIN, UNGUARDED, drop_the_key, race, refusals, winners
from tests.operations.transfers import again, unit, units, yard

MOVEMENTS = "COPY nameplate_movement"


def test_the_same_unit_on_two_orders_dispatched_at_once(committing: str) -> None:
    ground = yard(world.user(role=Role.MANAGER))
    for _ in range(3):
        orders = [ground.order("A1", "A2"), ground.order("A3", "A1")]
        outcomes = race(*[partial(transferring.ship, actor=ground.actor, order=order) for order in orders])
        assert len(winners(outcomes)) == 1
        assert all(isinstance(refusal, Conflict | Busy) for refusal in refusals(outcomes))
        carrying = unit("A1").transfer_id
        assert {order.pk: again(order).status for order in orders} == {
            order.pk: DocumentStatus.SHIPPED if order.pk == carrying else DocumentStatus.NEW for order in orders
        }
        [gone] = [order for order in orders if order.pk == carrying]
        chosen = [one.id for one in transferring.standing(again(gone)).units]
        back: dict[str, Any] = {"location_id": ground.shelf.pk, "reason": "Back again"}
        transferring.receive_transfer(actor=ground.actor, order=gone, unit_ids=chosen, **back)
    assert verify() == []


def test_the_same_transfer_received_twice_at_once(committing: str) -> None:
    ground = yard(world.user(role=Role.MANAGER))
    order = ground.sent("A1", "A2")
    arrive = partial(transferring.receive_transfer, actor=ground.actor, order=order, unit_ids=units("A1", "A2"))
    outcomes = race(arrive, arrive)
    assert len(winners(outcomes)) == 1
    assert all(isinstance(refusal, Conflict | Busy) for refusal in refusals(outcomes))
    assert (again(order).status, unit("A1").location) == (DocumentStatus.RECEIVED, ground.dock)
    assert verify() == []


def test_control_without_the_guards_one_unit_leaves_on_two_lorries(committing: str) -> None:
    """Shows that the races above are races: both dispatches are done, and one order is shipped without its unit.

    Others stay on the shelf, as the CHECK of its stock guards the last one besides. On SQLite, whose writers come in one by one, nothing
    can be taken away.
    """
    ground = yard(world.user(role=Role.MANAGER))
    orders = [ground.order("A1") for _ in range(2)]
    off = drop_the_key()
    leave = [partial(transferring.ship, actor=ground.actor, order=order) for order in orders]
    outcomes = race(*leave, at=MOVEMENTS, without=UNGUARDED, patience=CERTAIN)
    assert len(winners(outcomes)) == (2 if off else 1)
    assert [again(order).status for order in orders].count(DocumentStatus.SHIPPED) == len(winners(outcomes))
    assert (verify() != []) == off


def test_control_without_the_guards_a_transfer_is_received_twice(committing: str) -> None:
    ground = yard(world.user(role=Role.MANAGER))
    arrive = partial(transferring.receive_transfer, actor=ground.actor, order=ground.sent("A1", "A2"), unit_ids=units("A1"))
    off = drop_the_key()
    outcomes = race(arrive, arrive, at=MOVEMENTS, without=UNGUARDED, patience=CERTAIN)
    assert len(winners(outcomes)) == (2 if off else 1)
    assert (verify() != []) == off


def test_a_dispatch_that_fails_at_any_statement_changes_nothing(committing: str) -> None:
    ground = yard(world.user(role=Role.MANAGER))
    order = ground.order("A1", goods=[GoodsToSend(ground.cable, 4)])
    failed = fails_at_every_statement(lambda: transferring.ship(actor=ground.actor, order=order))
    assert any("nameplate_movement" in statement for statement in failed)
    assert again(order).status == DocumentStatus.SHIPPED
