"""Conditions beside the table: switches, field service, own customers, fates of what is taken out, what is inside what."""

from __future__ import annotations

import pytest

from nameplate.ledger import Kind, verify
from nameplate.models import LotStatus, Serial, Status, Switch
from nameplate.refusals import Conflict, Invalid
from tests.ledger.ground import B, C, Ground, R, S, W, X


def rejection(ground: Ground) -> dict[str, int]:
    return {"location_id": ground.shelf.pk, "lot_id": ground.lots[LotStatus.REJECTED].pk}


def test_a_function_that_is_off_is_named(ground: Ground) -> None:
    unit, shipped = ground.unit(R), ground.unit(S)
    back = {"location_id": ground.shelf.pk, "lot_id": ground.lots[LotStatus.RMA_RETURNED].pk, "customer_id": ground.customer.pk}
    Switch.objects.create(name="rma", on=False)
    with pytest.raises(Conflict, match="switched off"):
        ground.do(Kind.RETURNED, [shipped], to=back, document=ground.papers["RMA"])
    ground.do(Kind.REJECTED, [unit], to=rejection(ground), reason="scratched")
    Switch.objects.create(name="quality-control", on=False)
    with pytest.raises(Conflict, match="switched off"):
        ground.do(Kind.REJECTED, [ground.unit(R)], to=rejection(ground), reason="scratched")
    assert verify() == []


def test_field_service_needs_a_reason_and_takes_parts_of_the_same_customer_only(ground: Ground) -> None:
    product, part = ground.unit(S), ground.unit(R)
    theirs, others = ground.unit(S), ground.unit(S, customer_id=ground.other_customer.pk)
    to = {"parent_id": product}
    with pytest.raises(Conflict, match="needs a reason"):
        ground.do(Kind.CONSUMED, [part], to=to)
    with pytest.raises(Conflict, match="another customer"):
        ground.do(Kind.CONSUMED, [others], to=to, reason="repaired there")
    with pytest.raises(Conflict, match="the product is not"):
        ground.do(Kind.CONSUMED, [theirs], to={"parent_id": ground.unit(R)}, reason="repaired there")
    ground.do(Kind.CONSUMED, [part, theirs], to=to, reason="repaired there")
    assert Serial.objects.filter(parent_id=product, customer=ground.customer, location=None).count() == 2
    assert verify() == []


@pytest.mark.parametrize("status", [X, B])
def test_what_was_sent_back_goes_to_its_own_customer_only(ground: Ground, status: Status) -> None:
    unit = ground.unit(status, customer_id=ground.customer.pk)
    with pytest.raises(Conflict, match="its own customer only"):
        ground.do(Kind.SHIPPED, [unit], to={"customer_id": ground.other_customer.pk}, document=ground.papers["S"])
    ground.do(Kind.SHIPPED, [unit], to={"customer_id": ground.customer.pk}, document=ground.papers["S"])
    assert verify() == []


@pytest.mark.parametrize(
    ("product", "fate", "possible"),
    [
        *[(R, R, True), (R, X, True), (R, W, True), (R, B, False)],
        *[(S, R, False), (S, X, True), (S, W, True), (S, B, True)],
        *[(B, R, False), (B, X, True), (B, W, True), (B, B, True)],
    ],
)
def test_the_fate_of_what_is_taken_out_follows_its_product(ground: Ground, product: Status, fate: Status, possible: bool) -> None:
    outer = ground.unit(product)
    part = ground.unit(C, parent_id=ground.unit(C, parent_id=outer))
    lot = {R: LotStatus.RECEIVED, X: LotStatus.REJECTED, B: LotStatus.RMA_RETURNED}.get(fate)
    to: dict[str, int] = {"status": int(fate)}
    if lot:
        to |= {"location_id": ground.shelf.pk, "lot_id": ground.lots[lot].pk}
    if possible:
        ground.do(Kind.REMOVED, [part], to=to)
        assert Serial.objects.get(pk=part).status == fate
    else:
        with pytest.raises(Conflict):
            ground.do(Kind.REMOVED, [part], to=to)
    with pytest.raises(Invalid):
        ground.do(Kind.REMOVED, [ground.unit(C, parent_id=outer)], to={"status": int(S)})
    assert verify() == []


def test_a_product_with_a_held_unit_at_any_depth_is_not_shipped(ground: Ground) -> None:
    outer = ground.unit(R)
    part = ground.unit(C, parent_id=ground.unit(C, parent_id=outer))
    ground.do(Kind.HELD, [part], to={"hold": "recall"})
    with pytest.raises(Conflict, match="inside it is on hold"):
        ground.do(Kind.SHIPPED, [outer], to={"customer_id": ground.customer.pk}, document=ground.papers["S"])
    ground.do(Kind.FREED, [part])
    ground.do(Kind.SHIPPED, [outer], to={"customer_id": ground.customer.pk}, document=ground.papers["S"])
    assert verify() == []


def test_nothing_is_inside_itself_at_any_depth(ground: Ground) -> None:
    outer = ground.unit(R)
    inner = ground.unit(C, parent_id=outer)
    innermost = ground.unit(C, parent_id=inner)
    one, other = ground.brought(R, 2)
    for unit, parent in ((outer, innermost), (outer, inner), (outer, outer)):
        with pytest.raises(Conflict, match="inside itself"):
            ground.do(Kind.CONSUMED, [unit], to={"parent_id": parent})
    with pytest.raises(Conflict, match="inside itself"):
        ground.do(Kind.CONSUMED, [one, other], each={"parent_id": [other, one]})
    assert verify() == []


def test_components_go_where_their_outermost_product_goes(ground: Ground) -> None:
    outer = ground.unit(R)
    inner = ground.unit(C, parent_id=outer)
    parts = [inner, *ground.brought(C, 2, parent_id=inner)]
    ground.do(Kind.MOVED, [outer], to={"location_id": ground.bin.pk})
    assert Serial.objects.filter(pk__in=parts, location=ground.bin, outermost_id=outer, status=C).count() == 3
    ground.do(Kind.SHIPPED, [outer], to={"customer_id": ground.customer.pk}, document=ground.papers["S"])
    assert Serial.objects.filter(pk__in=parts, location=None, customer=ground.customer, status=C).count() == 3
    assert verify() == []
