"""Into which lot units go when the act does not say."""

from __future__ import annotations

from nameplate.ledger import Kind
from nameplate.ledger.verifying import verify
from nameplate.models import FieldNoun, Lot, LotStatus, Serial
from nameplate.operations.lots import LotFields, edit_lot
from tests import world
from tests.ledger.ground import B, Ground, R, S, W


def lot_of(unit: int) -> Lot:
    return Serial.objects.select_related("lot__split_from").get(pk=unit).lot


def test_rejected_units_split_off_and_come_back_to_the_lot_before(db: None, ground: Ground) -> None:
    ground.lots[LotStatus.RECEIVED].vendor_batch = "H-2211"
    ground.lots[LotStatus.RECEIVED].save()
    units = ground.brought(R, 3)
    ground.do(Kind.REJECTED, units[:2], reason="scratched")
    split = lot_of(units[0])
    assert split == lot_of(units[1])
    assert (split.status, split.split_from, split.vendor_batch) == (LotStatus.REJECTED, ground.lots[LotStatus.RECEIVED], "H-2211")
    assert lot_of(units[2]) == ground.lots[LotStatus.RECEIVED]
    ground.do(Kind.RELEASED, units[:1])
    assert lot_of(units[0]) == ground.lots[LotStatus.RECEIVED]
    assert list(verify()) == []


def test_returned_units_of_two_lots_split_off_each(db: None, ground: Ground) -> None:
    first, second = ground.unit(R), ground.unit(R, lot_id=ground.lot().pk)
    shipped = {"customer_id": ground.customer.pk, "shipment_id": ground.papers["S"].pk}
    ground.do(Kind.SHIPPED, [first, second], to=shipped, document=ground.papers["S"])
    before = [lot_of(first), lot_of(second)]
    ground.do(Kind.RETURNED, [first, second], to={"location_id": ground.shelf.pk}, document=ground.papers["RMA"])
    assert [lot_of(first).split_from, lot_of(second).split_from] == before
    assert {lot_of(first).status, lot_of(second).status} == {LotStatus.RMA_RETURNED}
    ground.do(Kind.RESTOCKED, [first, second])
    assert [lot_of(first), lot_of(second)] == before


def test_what_is_released_into_no_lot_before_gets_one(db: None, ground: Ground) -> None:
    unit = ground.unit(B)
    ground.do(Kind.RESTOCKED, [unit])
    assert (lot_of(unit).status, lot_of(unit).split_from) == (LotStatus.RECEIVED, ground.lots[LotStatus.RMA_RETURNED])


def test_a_re_entry_opens_a_lot(db: None, ground: Ground) -> None:
    unit = ground.unit(W)
    before = lot_of(unit)
    entry = ground.do(Kind.RE_ENTERED, [unit], to={"location_id": ground.shelf.pk}, reason="found behind the shelf")
    assert lot_of(unit) != before
    assert entry.lot_movements.get().lot == lot_of(unit)


def test_whatever_splits_a_lot_takes_the_same_along(db: None, ground: Ground) -> None:
    world.custom_field(noun=FieldNoun.LOTS, name="Batch card", persistent=True)
    world.custom_field(noun=FieldNoun.LOTS, name="Shelf note")
    lot = ground.lots[LotStatus.RECEIVED]
    Lot.objects.filter(pk=lot.pk).update(source=ground.papers["PO"])
    said = LotFields(vendor_batch="H-2211", expires_on="2031-05-01", cost="2", custom={"batch_card": "C-7", "shelf_note": "top"})
    edit_lot(actor=ground.actor, lot=lot, version=lot.version, **said)
    rejected, returned, found = ground.unit(R), ground.unit(S), ground.unit(W)
    ground.do(Kind.REJECTED, [rejected], reason="scratched")
    ground.do(Kind.RETURNED, [returned], to={"location_id": ground.shelf.pk}, document=ground.papers["RMA"])
    ground.do(Kind.RE_ENTERED, [found], to={"location_id": ground.shelf.pk}, reason="found behind the shelf")
    for unit, source, cost in ((rejected, ground.papers["PO"], 2_000_000), (returned, ground.papers["PO"], 2_000_000), (found, None, None)):
        split = lot_of(unit)
        assert (split.split_from, split.vendor_batch, str(split.expires_on)) == (lot, "H-2211", "2031-05-01")
        assert (split.custom, split.source, split.cost) == ({"batch_card": "C-7"}, source, cost)
    assert list(verify()) == []


def test_the_number_of_statements_does_not_grow_with_the_units(db: None, ground: Ground) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for size in (1, 200):
        units = ground.brought(R, size)
        with CaptureQueriesContext(connection) as captured:
            ground.do(Kind.REJECTED, units, reason="scratched")
        counts.append(len(captured))
    assert counts[0] == counts[1]
