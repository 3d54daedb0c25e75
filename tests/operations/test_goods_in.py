"""Goods without serial numbers into products that exist: from where, against the bill, and out again by the undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.ledger import verify
from nameplate.listings.inside import inside
from nameplate.listings.lot_ends import ends_of
from nameplate.models import Item, Location, Lot, Serial, StockMovement, Tracking, User
from nameplate.operations.assembling import Fitting, GoodsIn, begin_rework, goods_named, install_components, take_apart
from nameplate.operations.cataloguing.bills import Part
from nameplate.operations.holding import hold_lot, hold_units
from nameplate.operations.lots import Contents, create_lot
from nameplate.operations.moving import move_goods
from nameplate.operations.undoing import undo_entry
from nameplate.quantities import MILLIONTHS
from nameplate.refusals import Refused
from tests import world
from tests.operations.assemblies import at, no, spots
from tests.workshop import Workshop


@dataclass
class Fans:
    """A workshop whose racks have three fans, followed by lot, and screws that are counted alone."""

    shop: Workshop
    fan: Item
    screw: Item
    rack: Item

    def lot(self, item: Item, quantity: int, at: Location | None = None) -> Lot:
        """So much of it on the bench, or there."""
        place = (at or self.shop.shelf).pk
        contents = Contents(quantity=quantity)
        return create_lot(actor=self.shop.manager, item=item, contents=contents, location_id=place, reason="Opening stock")[0]


@pytest.fixture
def fans(db: None) -> Fans:
    shop = Workshop()
    fan, screw = world.item(number="BLOWER", tracking=Tracking.LOT), world.item(number="WASHER", tracking=Tracking.NONE)
    return Fans(shop, fan, screw, shop._made("RACK", [Part(fan, 3), Part(screw, 8), Part(shop.drive, 1, "bay 1")]))


def within(actor: User, product: int) -> list[tuple[str, int]]:
    return [(one.lot, int(one.quantity)) for one in inside(actor=actor, unit_id=product).goods]


def lying(lot: Lot) -> list[int]:
    return [row.quantity // MILLIONTHS for row in lot.stock.order_by("pk")]


def test_goods_and_units_go_in_as_one_act_and_come_out_by_its_undo(actor: User, fans: Fans) -> None:
    rack, lot = fans.shop.build(fans.rack, "R-1"), fans.lot(fans.fan, 5)
    [drive] = fans.shop.stock(fans.shop.drive, "N1")
    entry = install_components(actor=actor, fittings=[Fitting(drive, rack, "bay 1")], goods=[GoodsIn(rack, "2", lot.pk)])
    assert (within(actor, rack), spots(rack), lying(lot)) == ([(lot.number, 2)], [("bay 1", "N1")], [3])
    assert [(end.count // MILLIONTHS, end.act) for end in ends_of(lot, [lot.pk], [])] == [(2, "installed")]
    assert StockMovement.objects.get(entry=entry, lot=lot).parent_id == rack
    more = install_components(actor=actor, goods=[GoodsIn(rack, 1, lot.pk)])
    assert no(lambda: undo_entry(actor=actor, entry_id=entry.pk)).rule == "later-entries"
    for each in (more, entry):
        undo_entry(actor=actor, entry_id=each.pk)
    assert (within(actor, rack), spots(rack), lying(lot), verify()) == ([], [], [5], [])


def test_what_is_counted_alone_is_taken_from_what_expires_first(actor: User, fans: Fans) -> None:
    rack = fans.shop.build(fans.rack, "R-1")
    old, new = fans.lot(fans.screw, 3), fans.lot(fans.screw, 10)
    past = fans.lot(fans.screw, 4)
    Lot.objects.filter(pk=past.pk).update(expires_on=timezone.localdate() - timedelta(days=1))
    named = goods_named([" washer", new.number.lower()])
    assert named == [(None, fans.screw.pk), (new.pk, None)]
    install_components(actor=actor, goods=[GoodsIn(rack, 8, *named[0])])
    assert (within(actor, rack), lying(past)) == ([(old.number, 3), (new.number, 5)], [4])
    refusal = no(lambda: install_components(actor=actor, goods=[GoodsIn(rack, 6, item_id=fans.screw.pk)]))
    assert (refusal.rule, refusal.message) == ("not-enough", "Only 5 pcs of WASHER are free at Bench.")


def test_the_place_is_asked_for_where_it_lies_at_several(actor: User, fans: Fans) -> None:
    rack, lot = fans.shop.build(fans.rack, "R-1"), fans.lot(fans.fan, 5)
    other = world.location(name="Shelf", of=fans.shop.shelf.site)
    move_goods(actor=actor, lot=lot, quantity="2", from_location_id=fans.shop.shelf.pk, location_id=other.pk)
    refusal = no(lambda: install_components(actor=actor, goods=[GoodsIn(rack, 1, lot.pk)]))
    assert (refusal.rule, set(refusal.fields)) == ("which-place", {"goods.0.location"})
    install_components(actor=actor, goods=[GoodsIn(rack, 1, lot.pk, None, other.pk)])
    assert lying(lot) == [3, 1]
    nowhere = world.location(name="Empty", of=other.site).pk
    assert no(lambda: install_components(actor=actor, goods=[GoodsIn(rack, 1, lot.pk, None, nowhere)])).rule == "not-enough"


def test_what_is_at_another_site_stays_there(actor: User, fans: Fans) -> None:
    rack, far = fans.shop.build(fans.rack, "R-1"), fans.lot(fans.fan, 5, at=world.location(name="South A-01"))
    refusal = no(lambda: install_components(actor=actor, goods=[GoodsIn(rack, 1, far.pk)]))
    assert (refusal.rule, set(refusal.fields)) == ("other-site", {"goods.0.lot"})
    near = fans.lot(fans.fan, 1)
    install_components(actor=actor, goods=[GoodsIn(rack, 1, near.pk)])
    assert (lying(far), lying(near)) == ([5], [0])


def test_the_bill_is_asked_unless_it_goes_in_anyway(actor: User, fans: Fans) -> None:
    rack, grease = fans.shop.build(fans.rack, "R-1"), fans.lot(world.item(number="GREASE", tracking=Tracking.LOT), 4)
    refusal = no(lambda: install_components(actor=actor, goods=[GoodsIn(rack, 1, grease.pk)]))
    assert (refusal.rule, list(refusal.fields), refusal.offenders[0].text) == ("not-on-bill", ["anyway"], grease.number)
    install_components(actor=actor, goods=[GoodsIn(rack, 1, grease.pk)], anyway=True)
    assert within(actor, rack) == [(grease.number, 1)]
    fan = fans.lot(fans.fan, 9)
    two = [GoodsIn(rack, 2, fan.pk), GoodsIn(rack, 2, fan.pk)]
    refusal = no(lambda: install_components(actor=actor, goods=two))
    assert (refusal.rule, refusal.offenders[0].line) == ("not-on-bill", 2)
    assert refusal.offenders[0].why == "the bill of materials has only 3 of it (it is BLOWER)"
    install_components(actor=actor, goods=two, anyway=True)


def test_what_cannot_be_is_said_and_nothing_is_done(actor: User, fans: Fans) -> None:
    rack, lot = fans.shop.build(fans.rack, "R-1"), fans.lot(fans.fan, 5)
    drives = Serial.objects.get(pk=fans.shop.stock(fans.shop.drive, "N1")[0]).lot_id

    def refused(*goods: GoodsIn) -> tuple[str, list[str]]:
        found: Refused = no(lambda: install_components(actor=actor, goods=goods))
        return found.rule, list(found.fields)

    assert refused() == ("no-units", ["component"])
    assert refused(GoodsIn(rack, 0, lot.pk)) == ("not-positive", ["goods.0.quantity"])
    assert refused(GoodsIn(rack, 3, lot.pk), GoodsIn(rack, 3, lot.pk)) == ("not-enough", ["goods.1.quantity"])
    assert refused(GoodsIn(rack, 1)) == refused(GoodsIn(rack, 1, None, fans.fan.pk)) == ("which-lot", ["goods.0.lot"])
    assert refused(GoodsIn(rack, 1, drives)) == refused(GoodsIn(rack, 1, None, fans.shop.drive.pk)) == ("serials-needed", ["goods.0.lot"])
    assert refused(GoodsIn(rack, 1, lot.pk + 999)) == ("no-such-lot", ["goods.0.lot"])
    assert no(lambda: goods_named(["nothing"])).rule == "no-such-lot"
    hold_lot(actor=actor, lot=lot, reason="Recalled")
    assert refused(GoodsIn(rack, 1, lot.pk)) == ("lot-status", ["goods.0.lot"])


def test_what_is_gone_or_not_to_be_touched_takes_nothing(actor: User, fans: Fans) -> None:
    rack, lot = fans.shop.build(fans.rack, "R-1"), fans.lot(fans.fan, 5)
    goods = [GoodsIn(rack, 1, lot.pk)]
    hold = hold_units(actor=actor, unit_ids=[rack], reason="Smells")
    assert [one.text for one in no(lambda: install_components(actor=actor, goods=goods)).offenders] == ["R-1"]
    undo_entry(actor=actor, entry_id=hold.pk)
    order = begin_rework(actor=actor, unit_ids=[rack], reason="Noisy")
    entry = install_components(actor=actor, goods=goods)
    assert entry.document == order.document
    for each in (entry, order):
        undo_entry(actor=actor, entry_id=each.pk)
    apart = take_apart(actor=actor, product_ids=[rack], outcome=at(fans.shop))
    refusal = no(lambda: install_components(actor=actor, goods=goods))
    assert (refusal.rule, refusal.message) == ("not-possible", "R-1: it is used up, so nothing goes into it.")
    undo_entry(actor=actor, entry_id=apart.pk)
    fans.shop.ship(rack)
    assert no(lambda: install_components(actor=actor, goods=goods)).fields.keys() == {"reason"}
    install_components(actor=actor, goods=goods, reason="Field service")
    assert (within(actor, rack), verify()) == ([(lot.number, 1)], [])


def test_as_many_statements_for_many_products_as_for_few(actor: User, fans: Fans) -> None:
    counts = []
    for size in (2, 40):
        racks = fans.shop.build_many(fans.rack, [f"R{size}-{n}" for n in range(size)])
        goods: Sequence[GoodsIn] = [GoodsIn(rack, 2, fans.lot(fans.fan, 2).pk) for rack in racks]
        with CaptureQueriesContext(connection) as statements:
            undo_entry(actor=actor, entry_id=install_components(actor=actor, goods=goods).pk)
        counts.append(len([one for one in statements if "nameplate_" in one["sql"]]))
    assert counts[0] == counts[1]
