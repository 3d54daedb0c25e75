"""Goods without serial numbers replaced in products in one step, and back by the undo."""

from __future__ import annotations

import pytest

from nameplate.ledger import verify
from nameplate.listings.inside import inside
from nameplate.models import Item, Lot, Reason, StockMovement, Tracking, User
from nameplate.operations.assembling import Fate, GoodsIn, GoodsOut, GoodsSwap, Swap, install_components, replace_components
from nameplate.operations.reasons import create_reason
from nameplate.operations.undoing import undo_entry
from nameplate.quantities import MILLIONTHS
from tests import world
from tests.operations.assemblies import at, no, spots
from tests.workshop import Workshop


@pytest.fixture
def shop(db: None) -> Workshop:
    return Workshop()


@pytest.fixture
def broken(administrator: User) -> Reason:
    return create_reason(actor=administrator, kind="write-off", name="Broken")


def within(actor: User, product: int) -> list[tuple[str, int]]:
    return [(one.lot, int(one.quantity)) for one in inside(actor=actor, unit_id=product).goods]


def lying(*lots: Lot) -> list[int]:
    return [sum(row.quantity for row in lot.stock.all()) // MILLIONTHS for lot in lots]


def test_a_lot_goes_out_for_another_beside_a_unit(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    old, new = shop.screws_into(pod, 8), shop.screws_on_shelf(10)
    [drive] = shop.stock(shop.drive, "N1")
    swaps = [Swap(shop.unit("D1-1").pk, drive)]
    goods = [GoodsSwap(GoodsOut(pod, old.pk, at(shop), 6), GoodsIn(pod, 7, new.pk))]
    entry = replace_components(actor=actor, swaps=swaps, outcome=at(shop), goods=goods)
    assert (within(actor, pod), lying(old, new)) == ([(old.number, 2), (new.number, 7)], [6, 3])
    assert ("bay 1", "N1") in spots(pod)
    undo_entry(actor=actor, entry_id=entry.pk)
    assert (within(actor, pod), lying(old, new), verify()) == ([(old.number, 8)], [0, 10], [])
    assert ("bay 1", "D1-1") in spots(pod)


def test_a_broken_one_goes_out_for_another_of_its_lot(actor: User, shop: Workshop, broken: Reason) -> None:
    pod = shop.build(shop.pod, "POD-1")
    lot = shop.screws_on_shelf(5)
    swap = [GoodsSwap(GoodsOut(pod, lot.pk, at(shop, Fate.WRITTEN_OFF), 1), GoodsIn(pod, 1, lot.pk))]
    assert no(lambda: replace_components(actor=actor, outcome=at(shop), goods=swap, write_off_reason=broken)).rule == "not-inside"
    install_components(actor=actor, goods=[GoodsIn(pod, 3, lot.pk)], anyway=True)
    entry = replace_components(actor=actor, outcome=at(shop), goods=swap, write_off_reason=broken)
    assert (within(actor, pod), lying(lot), entry.reason) == ([(lot.number, 3)], [1], "Broken")
    told = StockMovement.objects.filter(entry=entry).values_list("change", "parent")
    assert sorted((change // MILLIONTHS, parent or 0) for change, parent in told) == [(-1, 0), (-1, pod), (1, pod)]
    shipped = shop.ship(pod)
    assert no(lambda: undo_entry(actor=actor, entry_id=entry.pk)).rule == "later-entries"
    for each in (shipped, entry):
        undo_entry(actor=actor, entry_id=each.pk)
    assert (within(actor, pod), lying(lot), verify()) == ([(lot.number, 3)], [2], [])


def test_what_cannot_be_is_said_and_nothing_is_done(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    old, new = shop.screws_into(pod, 8), shop.screws_on_shelf(10)
    nut = world.item(number="NUT", tracking=Tracking.NONE)

    def refused(out: int, fate: Fate, lot: Lot | None, quantity: int = 1, item: Item | None = None) -> tuple[str, list[str]]:
        goods = [
            GoodsSwap(
                GoodsOut(pod, old.pk, at(shop, fate), out), GoodsIn(pod, quantity, lot.pk if lot else None, item.pk if item else None)
            )
        ]
        refusal = no(lambda: replace_components(actor=actor, outcome=at(shop), goods=goods, reason="Loose"))
        return refusal.rule, list(refusal.fields)

    assert refused(9, Fate.RECEIVED, new) == ("not-inside", ["goods.0.quantity"])
    assert refused(1, Fate.REJECTED, new) == ("no-such-fate", ["goods.0.fate"])
    assert refused(1, Fate.RECEIVED, new, 11) == ("not-enough", ["goods.0.new_quantity"])
    assert refused(1, Fate.WRITTEN_OFF, new) == ("no-such-reason", ["write_off_reason"])
    shop.put(nut, 5)
    assert refused(1, Fate.RECEIVED, None, 1, nut) == ("not-on-bill", ["anyway"])
    shop.ship(pod)
    assert refused(1, Fate.RECEIVED, new) == ("not-in-stock", ["goods"])
