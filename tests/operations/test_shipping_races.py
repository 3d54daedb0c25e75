"""Two people at once: one unit goes one way, whoever is second is told; and each race is shown to be one with its guard off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection

from nameplate.ledger import verify
from nameplate.models import Document, Entry, Pick, ReasonKind, Role, Serial, Status
from nameplate.operations import reasons, sales, shipping
from nameplate.operations.writing_off import write_off
from nameplate.refusals import Busy, Conflict, Refused
from tests import proving, world
from tests.ledger.racing import CERTAIN, UNGUARDED, attempt, drop_the_key, race, refusals, winners
from tests.operations.selling import Shop, ids, lines, reserved, shop, unit

MOVEMENTS = "COPY nameplate_movement"
ROUNDS = proving.times(2, 10)
TOLD = (Conflict, Busy)


def picking(ours: Shop, paper: Document, *numbers: str) -> Callable[[], Entry | None]:
    chosen = ids(*numbers)

    def act() -> Entry:
        shipping.pick(actor=ours.actor, shipment=paper, unit_ids=chosen)
        return Entry.objects.latest("pk")

    return act


def shipping_of(ours: Shop, paper: Document) -> Callable[[], Entry]:
    return lambda: shipping.ship(actor=ours.actor, shipment=paper)


def test_two_shipments_pick_the_same_unit_at_once(committing: str) -> None:
    ours = shop()
    for index in range(ROUNDS):
        number = f"D{index + 1}"
        papers = [ours.shipment(ours.order((ours.drive, 1))) for _ in range(2)]
        outcomes = race(*(picking(ours, paper, number) for paper in papers), at=MOVEMENTS)
        assert len(winners(outcomes)) == 1
        assert isinstance(refusals(outcomes)[0], TOLD)
        assert Pick.objects.filter(serial__number=number).count() == 1
    assert verify() == []


def test_two_shipments_of_one_order_pick_the_same_reserved_unit_at_once(committing: str) -> None:
    ours = shop()
    order = ours.order((ours.drive, 2))
    ours.reserve(order, "D1", "D2")
    papers = [ours.shipment(order) for _ in range(2)]
    outcomes = race(*(picking(ours, paper, "D1") for paper in papers))
    assert len(winners(outcomes)) == 1
    [refusal] = refusals(outcomes)
    assert "in shipment" in refusal.message or isinstance(refusal, Busy)
    assert Pick.objects.filter(serial__number="D1").count() == 1


def test_control_without_the_guards_both_pick_it(committing: str) -> None:
    """Shows that the races above are races. The ledger's key and the one pick a unit has are what decides them."""
    ours = shop()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX pick_unit_once")
    order = ours.order((ours.drive, 2))
    ours.reserve(order, "D1", "D2")
    papers = [ours.shipment(order) for _ in range(2)]
    unlocked = [(" FOR NO KEY UPDATE OF", " FOR KEY SHARE OF"), (" FOR NO KEY UPDATE", " FOR KEY SHARE")]
    judged = [("LEFT JOIN nameplate_pick p ON p.serial_id = s.id", "LEFT JOIN nameplate_pick p ON p.serial_id = -s.id")]
    outcomes = race(*(picking(ours, paper, "D1") for paper in papers), without=[*unlocked, *judged], patience=CERTAIN)
    assert len(winners(outcomes)) == 2


def test_two_orders_reserve_the_last_unit_at_once(committing: str) -> None:
    ours = shop()
    sales.reserve_any(actor=ours.actor, order=ours.order((ours.drive, 9)))
    orders = [ours.order((ours.drive, 1)) for _ in range(2)]
    acts = [partial(sales.reserve_any, actor=ours.actor, order=order) for order in orders]
    outcomes = race(*acts, at='SELECT "nameplate_item"."id"')
    assert len(winners(outcomes)) == 1
    assert isinstance(refusals(outcomes)[0], TOLD)
    assert sorted(len(reserved(order)) for order in orders) == [0, 1]
    assert verify() == []


def test_control_without_the_guards_both_orders_reserve_the_same_unit(committing: str) -> None:
    """Shows that the races for a unit are races: both propose the same one and are told that they have it, and one of them does.

    There are more in stock, as the CHECK of what is reserved guards the last one besides. On SQLite, whose writers come in one by one,
    nothing can be taken away: there they get two.
    """
    ours = shop()
    orders = [ours.order((ours.drive, 1)) for _ in range(2)]
    off = drop_the_key()
    acts = [partial(sales.reserve_any, actor=ours.actor, order=order) for order in orders]
    assert len(winners(race(*acts, at=MOVEMENTS, without=UNGUARDED, patience=CERTAIN))) == 2
    assert sorted(len(reserved(order)) for order in orders) == ([0, 1] if off else [1, 1])
    assert (verify() != []) == off


def test_two_orders_that_reserve_any_at_once_get_different_units(committing: str) -> None:
    ours = shop()
    orders = [ours.order((ours.drive, 3)) for _ in range(2)]
    acts = [partial(sales.reserve_any, actor=ours.actor, order=order) for order in orders]
    assert len(winners(race(*acts, at='SELECT "nameplate_item"."id"'))) == 2
    assert [len(reserved(order)) for order in orders] == [3, 3]


def test_the_same_unit_is_shipped_and_written_off_at_once(committing: str) -> None:
    ours = shop()
    administrator = world.user(role=Role.ADMINISTRATOR)
    broken = reasons.create_reason(actor=administrator, kind=ReasonKind.WRITE_OFF, name="Broken")
    for index in range(ROUNDS):
        number = f"D{index + 1}"
        paper = ours.picked(ours.order((ours.drive, 1)), number)
        lost = unit(number).pk
        outcomes = race(shipping_of(ours, paper), partial(write_off, actor=ours.actor, reason=broken, unit_ids=[lost]), at=MOVEMENTS)
        assert len(winners(outcomes)) == 1
        assert isinstance(refusals(outcomes)[0], TOLD)
        assert unit(number).status in {Status.SHIPPED, Status.WRITTEN_OFF}
    assert verify() == []


def test_a_unit_leaves_between_a_write_offs_look_and_its_writing(committing: str) -> None:
    """What is at a customer is written off only where that is said: who looked when it was in stock has not said so."""
    ours = shop()
    broken = reasons.create_reason(actor=world.user(role=Role.ADMINISTRATOR), kind=ReasonKind.WRITE_OFF, name="Broken")
    paper, lost = ours.picked(ours.order((ours.drive, 1)), "D1"), unit("D1").pk
    told: list[Refused] = []

    def leaves() -> None:
        try:
            shipping.ship(actor=ours.actor, shipment=paper)
        except Refused as refusal:
            told.append(refusal)
        finally:
            connection.close()

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('INSERT INTO "nameplate_document"') and connection.vendor == "postgresql":  # SQLite has one writer at a time
            lorry = threading.Thread(target=leaves)
            lorry.start()
            lorry.join(CERTAIN)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        outcome = attempt(partial(write_off, actor=ours.actor, reason=broken, unit_ids=[lost]))
    if connection.vendor != "postgresql":
        leaves()
    assert (len(told) + isinstance(outcome, Refused), verify()) == (1, [])
    assert unit("D1").status == (Status.WRITTEN_OFF if told else Status.SHIPPED)


def test_a_shipment_leaves_once(committing: str) -> None:
    ours = shop()
    order = ours.order((ours.drive, 2))
    paper = ours.picked(order, "D1", "D2")
    outcomes = race(*[shipping_of(ours, paper)] * 2)
    assert (len(winners(outcomes)), lines(order)) == (1, [(0, 0, 2)])
    assert Serial.objects.filter(shipment=paper).count() == 2
