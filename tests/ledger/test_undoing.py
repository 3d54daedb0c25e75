"""Undo: what exactly comes back, what stands in the way, and what is left to others."""

from __future__ import annotations

import pytest

from nameplate.ledger import Group, Kind, LotChange, Step, post, undo, verify
from nameplate.models import Component, Lot, LotStatus, Movement, Serial, Status
from nameplate.refusals import Conflict
from tests.ledger.ground import C, Ground, P, R


def row(unit: int) -> dict[str, object]:
    """A unit's row without what undo leaves behind."""
    found = Serial.objects.filter(pk=unit).values().get()
    return {name: value for name, value in found.items() if name not in {"version", "last_entry_id"}}


def edit(ground: Ground, unit: int, **values: object) -> object:
    return ground.do(Kind.EDITED, [unit], edits=[values])


def test_an_earlier_warranty_date_comes_back(ground: Ground) -> None:
    unit = ground.unit(R, warranty_until="2026-01-31")
    before = row(unit)
    entry = ground.do(Kind.EDITED, [unit], edits=[{"warranty_until": "2027-01-31"}])
    assert Movement.objects.get(entry=entry).edits == {"warranty_until": ["2026-01-31", "2027-01-31"]}
    undo(actor=ground.actor, entry=entry)
    assert row(unit) == before
    assert verify() == []


def test_a_component_does_not_keep_the_customer_of_an_undone_shipment(ground: Ground) -> None:
    product = ground.unit(R)
    part = ground.unit(C, parent_id=product)
    shipment = ground.do(Kind.SHIPPED, [product], to={"customer_id": ground.customer.pk}, document=ground.papers["S"])
    ground.do(Kind.HELD, [part], to={"hold": "recall"})
    assert Serial.objects.get(pk=part).customer_id == ground.customer.pk
    undo(actor=ground.actor, entry=shipment)
    assert Serial.objects.get(pk=part).customer_id is None
    assert verify() == []


def test_a_place_corrected_inside_a_product_is_corrected_on_the_component_too(ground: Ground) -> None:
    product = ground.unit(R)
    part = ground.unit(C, parent_id=product, place="bay 1")
    entry = ground.do(Kind.CORRECTED, [part], to={"place": "bay 2"}, reason="misread")
    assert Component.objects.get(child=part, until=None).place == "bay 2"
    assert verify() == []
    undo(actor=ground.actor, entry=entry)
    assert Component.objects.get(child=part, until=None).place == "bay 1"
    assert verify() == []


def test_undoing_the_re_entry_of_a_unit_taken_apart_does_not_build_it_into_the_order(ground: Ground) -> None:
    product = ground.unit(R)
    ground.do(Kind.USED_UP, [product], to={"used_by_id": ground.papers["MO"].pk}, document=ground.papers["MO"])
    entry = ground.do(
        Kind.RE_ENTERED, [product], to={"location_id": ground.shelf.pk, "lot_id": ground.lot().pk}, reason="it was another one"
    )
    undo(actor=ground.actor, entry=entry)
    assert not Component.objects.filter(child=product).exists()
    assert verify() == []


def test_a_unit_with_components_inside_is_not_used_up_nor_withdrawn(ground: Ground) -> None:
    product, planned = ground.unit(R), ground.unit(P)
    ground.unit(C, parent_id=product)
    ground.unit(C, parent_id=planned)
    with pytest.raises(Conflict, match="inside"):
        ground.do(Kind.USED_UP, [product], to={"used_by_id": ground.papers["MO"].pk}, document=ground.papers["MO"])
    with pytest.raises(Conflict, match="inside"):
        ground.do(Kind.WITHDRAWN, [planned])


def test_a_product_is_taken_apart_in_one_act_and_put_together_again_by_undo(ground: Ground) -> None:
    product = ground.unit(R)
    parts = ground.brought(C, 3, parent_id=product)
    before = [row(unit) for unit in (product, *parts)]
    order = ground.papers["MO"]
    entry = post(
        actor=ground.actor,
        act="taken apart",
        document=order,
        groups=[
            Group([Step(Kind.USED_UP, {"used_by_id": order.pk})], units=[product]),
            Group([Step(Kind.REMOVED, {"location_id": ground.shelf.pk, "lot_id": ground.lots[LotStatus.RECEIVED].pk})], units=parts),
        ],
    )
    assert {Serial.objects.get(pk=part).status for part in parts} == {Status.RECEIVED}
    assert verify() == []
    undo(actor=ground.actor, entry=entry)
    assert [row(unit) for unit in (product, *parts)] == before
    assert verify() == []


def test_part_of_a_disassembly_is_not_undone_into_a_product_that_stays_taken_apart(ground: Ground) -> None:
    product = ground.unit(R)
    parts = ground.brought(C, 2, parent_id=product)
    order = ground.papers["MO"]
    entry = post(
        actor=ground.actor,
        act="taken apart",
        document=order,
        groups=[
            Group([Step(Kind.USED_UP, {"used_by_id": order.pk})], units=[product]),
            Group([Step(Kind.REMOVED, {"location_id": ground.shelf.pk})], units=parts),
        ],
    )
    with pytest.raises(Conflict):
        undo(actor=ground.actor, entry=entry, unit_ids=[parts[0]])
    assert verify() == []


def test_a_receipt_is_undone_though_a_later_one_brought_the_rest(ground: Ground) -> None:
    first, rest = ground.lot(LotStatus.PLANNED), ground.lot(LotStatus.PLANNED)
    to = {"location_id": ground.shelf.pk}
    one = post(
        actor=ground.actor,
        act="received",
        groups=[Group([Step(Kind.RECEIVED, to | {"lot_id": first.pk})], new=ground.newcomers(2))],
        lot_changes=[LotChange(first.pk, LotStatus.RECEIVED), LotChange(rest.pk, LotStatus.PLANNED)],
    )
    post(
        actor=ground.actor,
        act="received",
        groups=[Group([Step(Kind.RECEIVED, to | {"lot_id": rest.pk})], new=ground.newcomers(3))],
        lot_changes=[LotChange(rest.pk, LotStatus.RECEIVED)],
    )
    undo(actor=ground.actor, entry=one)
    assert Lot.objects.get(pk=rest.pk).status == LotStatus.RECEIVED
    assert Serial.objects.filter(lot=first, withdrawn=False).count() == 0
    assert verify() == []


def test_a_receipt_is_undone_though_units_were_added_to_its_lot_by_hand(ground: Ground) -> None:
    lot = ground.lot(LotStatus.PLANNED)
    one = post(
        actor=ground.actor,
        act="received",
        groups=[Group([Step(Kind.RECEIVED, {"location_id": ground.shelf.pk, "lot_id": lot.pk})], new=ground.newcomers(2))],
        lot_changes=[LotChange(lot.pk, LotStatus.RECEIVED)],
    )
    ground.receive(3, lot=lot)
    undo(actor=ground.actor, entry=one)
    assert Lot.objects.get(pk=lot.pk).status == LotStatus.RECEIVED
    assert Serial.objects.filter(lot=lot, withdrawn=False).count() == 3
    assert verify() == []


def test_a_number_that_came_again_stands_in_the_way_of_undoing_its_withdrawal(ground: Ground) -> None:
    number = ground.newcomers(1, "AGAIN-")
    planned = ground.do(Kind.PLANNED, new=number, to={"lot_id": ground.lots[LotStatus.PLANNED].pk}, document=ground.papers["PO"])
    entry = ground.do(Kind.WITHDRAWN, ground.ids(planned))
    ground.receive(1, "AGAIN-")
    with pytest.raises(Conflict) as refusal:
        undo(actor=ground.actor, entry=entry)
    assert refusal.value.rule == "number-taken"
    assert [offender.text for offender in refusal.value.offenders] == ["AGAIN-0001"]
    assert verify() == []


def test_the_same_number_twice_in_one_act_is_named(ground: Ground) -> None:
    new = ground.newcomers(2)
    twice = type(new)(new.item_id, [new.numbers[0]] * 2, [new.keys[0]] * 2, [new.sort_keys[0]] * 2)
    with pytest.raises(Conflict) as refusal:
        ground.do(Kind.RECEIVED, new=twice, to={"location_id": ground.shelf.pk, "lot_id": ground.lots[LotStatus.RECEIVED].pk})
    assert refusal.value.rule == "number-twice"
    assert [offender.text for offender in refusal.value.offenders] == [new.numbers[0]]
