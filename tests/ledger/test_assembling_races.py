"""Two at once on one assembly: exactly one wins, the other is told so, and the ledger is whole. A control shows that it is a race."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.db import connection

from nameplate.ledger import verify
from nameplate.models import Entry, Serial, Status
from nameplate.operations.assembling import (
    Fate,
    Fitting,
    Outcome,
    Swap,
    begin_rework,
    end_rework,
    install_components,
    remove_components,
    replace_components,
    take_apart,
)
from nameplate.refusals import Busy, Conflict, Invalid, Refused
from tests import proving
from tests.ledger.racing import CERTAIN, race, refusals, winners
from tests.workshop import Workshop

MOVEMENTS = "COPY nameplate_movement"
ROUNDS = proving.times(1, 10)
TOLD = (Conflict, Busy, Invalid)
"""Invalid: the product is at its customer now, where nothing is changed without a reason."""


def back(shop: Workshop) -> Outcome:
    return Outcome(Fate.RECEIVED, shop.shelf.pk)


def swap(shop: Workshop, tail: int, number: str, *, by: str = "") -> Swap:
    return Swap(shop.unit(f"{number}-{tail}").pk, shop.stock(shop.drive, by or f"N-{number}-{tail}")[0])


def one_wins_or_in_turn(outcomes: Sequence[Entry | Refused | None]) -> None:
    """Where both meet, one wins. SQLite's writers come one after the other: the second act may fit what the first has done."""
    first, second = outcomes
    if isinstance(first, Entry) and isinstance(second, Entry):
        assert connection.vendor == "sqlite"
        assert first.pk < second.pk
        return
    assert len(winners(outcomes)) == 1
    assert isinstance(refusals(outcomes)[0], TOLD)


def test_a_component_is_replaced_while_its_product_ships(committing: str) -> None:
    shop = Workshop()
    for tail in range(ROUNDS):
        pod = shop.full_pod(f"POD-{tail}")
        one = swap(shop, tail, "D1")
        outcomes = race(
            partial(replace_components, actor=shop.manager, swaps=[one], outcome=back(shop)), partial(shop.ship, pod), at=MOVEMENTS
        )
        one_wins_or_in_turn(outcomes)
        if isinstance(outcomes[0], Entry):
            assert Serial.objects.get(pk=one.new_id).parent_id == pod
    assert verify() == []


def test_a_part_of_a_module_is_replaced_while_the_pod_around_it_ships(committing: str) -> None:
    shop = Workshop()
    for tail in range(ROUNDS):
        pod = shop.full_pod(f"POD-{tail}")
        one = Swap(shop.unit(f"F1-{tail}").pk, shop.stock(shop.fan, f"G-{tail}")[0])
        outcomes = race(
            partial(replace_components, actor=shop.manager, swaps=[one], outcome=back(shop)), partial(shop.ship, pod), at=MOVEMENTS
        )
        one_wins_or_in_turn(outcomes)
    assert verify() == []


def test_two_people_install_the_same_part(committing: str) -> None:
    shop = Workshop()
    for tail in range(ROUNDS):
        part = shop.stock(shop.drive, f"N-{tail}")[0]
        pods = [shop.build(shop.pod, f"POD-{tail}-{which}") for which in "AB"]
        outcomes = race(
            *(partial(install_components, actor=shop.manager, fittings=[Fitting(part, pod, "bay 1")]) for pod in pods), at=MOVEMENTS
        )
        assert len(winners(outcomes)) == 1
        assert isinstance(refusals(outcomes)[0], TOLD)
        assert Serial.objects.get(pk=part).parent_id in pods
    assert verify() == []


def fill(shop: Workshop, tail: str) -> list[partial[Entry]]:
    """Two parts of different lots into the same bay of one pod: nothing but the pod brings them together."""
    pod = shop.build(shop.pod, f"POD-{tail}")
    parts = [shop.stock(shop.drive, f"{number}-{tail}")[0] for number in ("N1", "N2")]
    return [partial(install_components, actor=shop.manager, fittings=[Fitting(part, pod, "bay 1")]) for part in parts]


def test_two_people_fill_the_same_place(committing: str) -> None:
    shop = Workshop()
    for tail in range(ROUNDS):
        outcomes = race(*fill(shop, str(tail)), at=MOVEMENTS)
        assert len(winners(outcomes)) == 1
        assert isinstance(refusals(outcomes)[0], TOLD)
        assert Serial.objects.filter(place="bay 1", parent__number=f"POD-{tail}").count() == 1
    assert verify() == []


def test_control_without_the_products_own_movement_two_stand_at_one_place(committing: str) -> None:
    """PostgreSQL alone: SQLite has one writer at a time, who looks after the other has written."""
    if connection.vendor != "postgresql":
        return
    shop = Workshop()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE nameplate_movement DROP CONSTRAINT nameplate_movement_pkey CASCADE")
    unguarded = [("AND nameplate_serial.version = m.seq - %s", "AND m.seq > %s")]
    outcomes = race(*fill(shop, "X"), at=MOVEMENTS, without=unguarded, patience=CERTAIN)
    assert len(winners(outcomes)) == 2
    assert Serial.objects.filter(place="bay 1", parent__number="POD-X").count() == 2


def test_a_component_is_removed_and_replaced_at_once(committing: str) -> None:
    shop = Workshop()
    for tail in range(ROUNDS):
        shop.full_pod(f"POD-{tail}")
        one = swap(shop, tail, "D2")
        outcomes = race(
            partial(remove_components, actor=shop.manager, unit_ids=[one.old_id], outcome=back(shop)),
            partial(replace_components, actor=shop.manager, swaps=[one], outcome=back(shop)),
            at=MOVEMENTS,
        )
        assert len(winners(outcomes)) == 1
        assert isinstance(refusals(outcomes)[0], TOLD)
    assert verify() == []


def test_a_product_is_taken_apart_while_a_part_goes_in(committing: str) -> None:
    shop = Workshop()
    for tail in range(ROUNDS):
        pod = shop.full_pod(f"POD-{tail}")
        part = shop.stock(shop.drive, f"N-{tail}")[0]
        outcomes = race(
            partial(install_components, actor=shop.manager, fittings=[Fitting(part, pod)]),
            partial(take_apart, actor=shop.manager, product_ids=[pod], outcome=back(shop)),
            at=MOVEMENTS,
        )
        one_wins_or_in_turn(outcomes)
        assert not Serial.objects.filter(parent=pod, parent__status=Status.CONSUMED).exists()
    assert verify() == []


def test_a_rework_ends_twice_at_once(committing: str) -> None:
    shop = Workshop()
    for tail in range(ROUNDS):
        order = begin_rework(actor=shop.manager, unit_ids=[shop.full_pod(f"POD-{tail}")], reason="Noisy").document
        assert order is not None
        outcomes = race(*[partial(end_rework, actor=shop.manager, order=order)] * 2)
        assert len(winners(outcomes)) == 1
        assert isinstance(refusals(outcomes)[0], TOLD)
    assert verify() == []
