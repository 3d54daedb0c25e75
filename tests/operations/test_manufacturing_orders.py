"""Manufacturing orders: made, booked for, taken from step to step, called off."""

from __future__ import annotations

from typing import Any

import pytest

from nameplate.models import Availability, DocumentStatus, Entry, Role, Serial, User
from nameplate.operations import manufacturing
from nameplate.operations.holding import hold_units
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.manufacturing import Completion
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Forbidden, Refused
from tests import world
from tests.operations.orders import refused
from tests.pods import PodShop, line_of, pod_shop, unit

FIRST, SECOND = (["D01", "D02", "D03"], ["P01", "P02"]), (["D04", "D05", "D06"], ["P03", "P04"])


@pytest.fixture
def shop(manager: User) -> PodShop:
    return pod_shop(manager)


def why(refusal: Refused) -> dict[str, str]:
    return {one.text: one.why for one in refusal.offenders}


def test_booked_parts_serve_their_order_alone_and_what_is_left_is_freed(shop: PodShop) -> None:
    order, other = shop.order(1), shop.order(1)
    line = line_of(order, shop.drive).pk
    manufacturing.book_proposed(actor=shop.actor, order=order, line=line)
    assert unit("D01").availability == Availability.RESERVED
    refusal = refused(lambda: shop.build(other, shop.row("SP-2", *FIRST)))
    assert why(refusal)["D01"] == f"in SP-2, bay 1: it is reserved for {order}"
    standing = manufacturing.progress(order)
    assert (standing.parts[0].booked, standing.parts[0].to_book, standing.parts[0].short) == (3_000_000, 0, 0)
    shop.build(order, shop.row("SP-1", ["D01", "D02", "D04"], ["P01", "P02"]))
    assert unit("D03").availability == Availability.AVAILABLE


def test_a_proposal_goes_by_age_or_by_expiry_and_changes_nothing(shop: PodShop) -> None:
    order = shop.order(1)
    line = line_of(order, shop.drive).pk
    found = manufacturing.propose_units(actor=shop.actor, order=order, line=line, without=["d02"])
    assert [number for _, number in found.units] == ["D01", "D03", "D04"]
    soon = Contents(["E1"])
    create_lot(actor=shop.actor, item=shop.drive, contents=soon, location_id=shop.shelf.pk, reason="More", expires_on="2030-01-01")
    found = manufacturing.propose_units(actor=shop.actor, order=order, line=line, first="expiry", count=2)
    assert [number for _, number in found.units] == ["E1", "D01"]
    create_lot(
        actor=shop.actor, item=shop.drive, contents=Contents(["OLD"]), location_id=shop.shelf.pk, reason="More", expires_on="2020-01-01"
    )
    found = manufacturing.propose_units(actor=shop.actor, order=order, line=line, first="expiry", count=2)
    assert [number for _, number in found.units] == ["E1", "D01"]
    assert not Serial.objects.filter(reserved_line__isnull=False).exists()


def test_what_cannot_be_booked_is_named(shop: PodShop) -> None:
    order = shop.order(1)
    line = line_of(order, shop.drive).pk
    hold_units(actor=shop.actor, unit_ids=[unit("D05").pk], reason="noisy")
    units = [unit(number).pk for number in ("P01", "D05")]
    refusal = refused(lambda: manufacturing.book_parts(actor=shop.actor, order=order, units={line: units}))
    assert why(refusal) == {"P01": "it is a PSU, not a DRIVE", "D05": "it is on hold (noisy)"}
    four = [unit(f"D0{n}").pk for n in range(1, 5)]
    assert refused(lambda: manufacturing.book_parts(actor=shop.actor, order=order, units={line: four})).rule == "more-than-needed"
    manufacturing.book_parts(actor=shop.actor, order=order, units={line: four[:2]})
    assert refused(lambda: manufacturing.free_parts(actor=shop.actor, order=order, unit_ids=[four[3]])).rule == "not-booked"
    manufacturing.free_parts(actor=shop.actor, order=order, unit_ids=four[:1])
    assert unit("D01").availability == Availability.AVAILABLE


def test_the_steps_of_an_order(shop: PodShop) -> None:
    order = shop.order(1, started=False)
    manufacturing.schedule(actor=shop.actor, order=order)
    manufacturing.start(actor=shop.actor, order=order)
    manufacturing.pause(actor=shop.actor, order=order)
    assert refused(lambda: shop.build(order, shop.row("SP-1", *FIRST))).rule == "not-under-way"
    assert refused(lambda: manufacturing.close(actor=shop.actor, order=order)).rule == "wrong-status"
    manufacturing.start(actor=shop.actor, order=order)
    entry = shop.build(order, shop.row("SP-1", *FIRST))
    assert refused(lambda: manufacturing.cancel(actor=shop.actor, order=order)).rule == "wrong-status"
    manufacturing.close(actor=shop.actor, order=order)
    assert refused(lambda: undo_entry(actor=shop.actor, entry_id=entry.pk)).rule == "order-finished"
    manufacturing.reopen(actor=shop.actor, order=order)
    undo_entry(actor=shop.actor, entry_id=entry.pk)
    manufacturing.plan_products(actor=shop.actor, order=order, numbers=["SP-1"])
    manufacturing.book_proposed(actor=shop.actor, order=order, line=line_of(order, shop.drive).pk)
    manufacturing.cancel(actor=shop.actor, order=order, reason="not wanted")
    order.refresh_from_db()
    assert order.status == DocumentStatus.CANCELED
    assert not Serial.objects.filter(reserved_line__isnull=False).exists()


def test_the_rest_of_an_order_can_be_called_off_and_called_for_again(shop: PodShop) -> None:
    order = shop.order(3)
    assert refused(lambda: manufacturing.cancel_rest(actor=shop.actor, order=order)).rule == "nothing-made"
    shop.build(order, shop.row("SP-1", *FIRST))
    assert refused(lambda: manufacturing.cancel(actor=shop.actor, order=order)).rule == "partly-made"
    manufacturing.cancel_rest(actor=shop.actor, order=order)
    order.refresh_from_db()
    assert order.status == DocumentStatus.DONE
    undo_entry(actor=shop.actor, entry_id=Entry.objects.get(act="rest canceled").pk)
    order.refresh_from_db()
    assert order.status == DocumentStatus.IN_PROGRESS
    shop.build(order, shop.row("SP-2", *SECOND))


def test_who_may_not_build(shop: PodShop) -> None:
    order = shop.order(1)
    viewer = world.user(role=Role.VIEWER)
    with pytest.raises(Forbidden):
        manufacturing.complete(actor=viewer, order=order, completion=Completion([shop.row("SP-1", *FIRST)]))
    with pytest.raises(Forbidden):
        manufacturing.create_manufacturing_order(actor=viewer, item=shop.pod, quantity=1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": "1.5"}, "quantity"),
        ({"quantity": 1, "starts_on": "2026-05-02", "due_on": "2026-05-01"}, "due_on"),
        ({"quantity": 1, "location": 10**9}, "location"),
        ({"quantity": 1, "site": 10**9}, "site"),
    ],
)
def test_what_an_order_does_not_take(shop: PodShop, given: dict[str, Any], field: str) -> None:
    refusal = refused(lambda: manufacturing.create_manufacturing_order(actor=shop.actor, item=shop.pod, **given))
    assert field in refusal.fields


def test_an_order_is_for_what_is_made_here(shop: PodShop) -> None:
    refusal = refused(lambda: manufacturing.create_manufacturing_order(actor=shop.actor, item=shop.drive, quantity=1))
    assert refusal.fields == {"item": "DRIVE is not made here; tick “made” on the item."}
