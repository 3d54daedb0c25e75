"""Many lots put on hold in one act, and freed; what comes back into a lot on hold is on hold with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.models import Entry, Item, Location, Lot, LotStatus, Serial, Stock, Tracking, User
from nameplate.operations.assembling import Fitting, install_components
from nameplate.operations.correcting import correct_lot
from nameplate.operations.holding import hold_goods, hold_lot, hold_lots, hold_units, release_lot, release_lots, release_units
from nameplate.operations.lots import Contents, create_lot, edit_lot
from nameplate.operations.rejecting import reject_units, release_rejected
from nameplate.operations.undoing import undo_entry
from tests import world
from tests.operations.orders import refused
from tests.workshop import Workshop


@pytest.fixture
def shelf() -> Location:
    return world.location()


@pytest.fixture
def made(actor: User, shelf: Location) -> Callable[..., Lot]:
    """A lot on the shelf, of an item of its own unless one is given: these units, or a quantity of goods."""

    def lot(*numbers: str, of: Item | None = None, quantity: int | None = None) -> Lot:
        item = of or world.item(tracking=Tracking.SERIAL if numbers else Tracking.LOT)
        return create_lot(actor=actor, item=item, contents=Contents(numbers, quantity=quantity), location_id=shelf.pk, reason="Stock")[0]

    return lot


def holds() -> dict[str, str]:
    return dict(Serial.objects.filter(withdrawn=False).order_by("number").values_list("number", "hold"))


def held_goods(lot: Lot) -> int:
    return sum(Stock.objects.filter(lot=lot).values_list("held", flat=True)) // 1_000_000


def test_lots_of_units_and_of_goods_are_held_in_one_act_and_taken_back_as_one(actor: User, made: Callable[..., Lot]) -> None:
    boards, fans = made("A1", "A2"), made(quantity=10)
    hold_units(actor=actor, unit_ids=[Serial.objects.get(number="A1").pk], reason="Scratched")
    hold_goods(actor=actor, lot=fans, quantity=3, reason="Bent")
    entry = hold_lots(actor=actor, lot_ids=[boards.pk, fans.pk, boards.pk], reason=" Wet  boxes ")
    assert set(Lot.objects.values_list("status", "hold")) == {(LotStatus.ON_HOLD, "Wet boxes")}
    assert (holds(), held_goods(fans), entry.units) == ({"A1": "Scratched", "A2": "Wet boxes"}, 10, 1)
    undo_entry(actor=actor, entry_id=entry.pk)
    assert set(Lot.objects.values_list("status", "hold")) == {(LotStatus.RECEIVED, "")}
    assert (holds(), held_goods(fans)) == ({"A1": "Scratched", "A2": ""}, 3)

    hold_lots(actor=actor, lot_ids=[boards.pk, fans.pk], reason="Wet boxes")
    freed = release_lots(actor=actor, lot_ids=[boards.pk, fans.pk], reason="Dried")
    assert (holds(), held_goods(fans), freed.reason) == ({"A1": "Scratched", "A2": ""}, 0, "Dried")
    undo_entry(actor=actor, entry_id=freed.pk)
    assert set(Lot.objects.values_list("status", "hold")) == {(LotStatus.ON_HOLD, "Wet boxes")}
    assert (holds(), held_goods(fans)) == ({"A1": "Scratched", "A2": "Wet boxes"}, 10)


def test_every_lot_in_the_way_is_named_and_nothing_is_written(actor: User, made: Callable[..., Lot]) -> None:
    free, held, gone = made("A1"), made("B1"), made("C1")
    hold_lot(actor=actor, lot=held, reason="Wet boxes")
    undo_entry(actor=actor, entry_id=Entry.objects.get(lot_movements__lot=gone).pk)
    before = Entry.objects.count()
    refusal = refused(lambda: hold_lots(actor=actor, lot_ids=[free.pk, held.pk, gone.pk], reason="Recall"))
    assert refusal.rule == "on-hold"
    assert [(one.text, one.why) for one in refusal.offenders] == [
        (held.number, "it is on hold already (Wet boxes)"),
        (gone.number, "it is Canceled, not in stock"),
    ]
    assert [one.id for one in refusal.causes] == [held.pk, gone.pk]
    refusal = refused(lambda: release_lots(actor=actor, lot_ids=[free.pk, held.pk], reason="x"))
    assert (refusal.rule, [one.text for one in refusal.offenders]) == ("not-on-hold", [free.number])
    for lots, rule in (([gone.pk, gone.pk], "lot-status"), ([], "no-lots"), ([free.pk, 0], "no-such-lot"), (range(1, 10_002), "too-many")):
        assert refused(partial(hold_lots, actor=actor, lot_ids=lots, reason="Recall")).rule == rule
    assert refused(lambda: hold_lots(actor=actor, lot_ids=[free.pk], reason=" ")).rule == "reason-needed"
    assert (Entry.objects.count(), holds()["A1"]) == (before, "")


def test_many_lots_take_as_many_statements_as_two(actor: User, made: Callable[..., Lot]) -> None:
    item, counts = world.item(), []
    for name, number in (("A", 2), ("B", 60)):
        lots = [made(f"{name}{index}", of=item).pk for index in range(number)]
        for act in (partial(hold_lots, reason="x"), release_lots):
            with CaptureQueriesContext(connection) as statements:
                act(actor=actor, lot_ids=lots)
            counts.append(len(statements))
    assert counts[:2] == counts[2:]


def test_what_comes_back_into_a_lot_on_hold_is_on_hold_with_it(actor: User, made: Callable[..., Lot]) -> None:
    item = world.item()
    lot, other = made("A1", "A2", of=item), made("B1", "B2", of=item)
    first, second, third = (Serial.objects.get(number=number).pk for number in ("A1", "B1", "B2"))
    reject_units(actor=actor, unit_ids=[first, second], reason="Clicks")
    hold_lot(actor=actor, lot=lot, reason="Wet boxes")
    released = release_rejected(actor=actor, unit_ids=[second, first])
    corrected = correct_lot(actor=actor, unit_ids=[third], lot=lot, reason="Boxes mixed up")
    assert holds() == {"A1": "Wet boxes", "A2": "Wet boxes", "B1": "", "B2": "Wet boxes"}
    undo_entry(actor=actor, entry_id=corrected.pk)
    assert holds()["B2"] == ""
    release_lot(actor=actor, lot=lot)
    assert set(holds().values()) == {""}
    assert refused(lambda: undo_entry(actor=actor, entry_id=released.pk)).rule == "later-entries"
    assert Serial.objects.get(pk=third).lot == other


def test_a_lot_frees_what_it_held_and_not_what_was_held_before_in_the_same_words(actor: User, made: Callable[..., Lot]) -> None:
    item = world.item()
    lot, other = made("A1", "A2", "A3", of=item), made("B1", of=item)
    own, freed, into, late = (Serial.objects.get(number=number).pk for number in ("A1", "A2", "A3", "B1"))
    pod = Serial.objects.get(lot=made("P1")).pk
    install_components(actor=actor, fittings=[Fitting(into, pod, "slot 1")], reason="Spare", anyway=True)
    hold_units(actor=actor, unit_ids=[own], reason="Recall")
    hold_units(actor=actor, unit_ids=[into], reason="Recall")
    undo_entry(actor=actor, entry_id=hold_units(actor=actor, unit_ids=[freed], reason="Recall").pk)
    hold_lot(actor=actor, lot=lot, reason="Recall")
    correct_lot(actor=actor, unit_ids=[late], lot=lot, reason="Boxes mixed up")
    undo_entry(actor=actor, entry_id=release_units(actor=actor, unit_ids=[own]).pk)
    assert {holds()[number] for number in ("A1", "A2", "A3", "B1")} == {"Recall"}
    entry = release_lot(actor=actor, lot=lot)
    assert {number: hold for number, hold in holds().items() if hold} == {"A1": "Recall", "A3": "Recall"}
    undo_entry(actor=actor, entry_id=entry.pk)
    release_lot(actor=actor, lot=lot)
    assert {number for number, hold in holds().items() if hold} == {"A1", "A3"}
    assert Serial.objects.filter(lot=other).count() == 0


def test_a_lot_holds_its_units_inside_products_that_are_here(actor: User) -> None:
    shop = Workshop()
    shop.stock(shop.fan, "F1", "F2", "F3", "F4")
    f1, f2, f3, f4 = (shop.unit(f"F{n}").pk for n in (1, 2, 3, 4))
    sold, used, own = (shop.build(shop.module, f"M{n}", [(fan, "")]) for n, fan in ((1, f1), (2, f2), (3, f3)))
    shop.ship(shop.build(shop.pod, "POD-1", [(sold, "slot A")]))
    pod = shop.build(shop.pod, "POD-2", [(used, "slot A")])
    shop.use(f4)
    hold_units(actor=actor, unit_ids=[f3], reason="Hums")
    entry = hold_lot(actor=actor, lot=shop.unit("F1").lot, reason="Recall")
    assert ({number: hold for number, hold in holds().items() if hold}, entry.units) == ({"F2": "Recall", "F3": "Hums"}, 1)
    assert refused(lambda: shop.ship(pod)).offenders[0].why == "a unit inside it is on hold"
    undo_entry(actor=actor, entry_id=entry.pk)
    assert {number for number, hold in holds().items() if hold} == {"F3"}
    hold_lot(actor=actor, lot=shop.unit("F1").lot, reason="Recall")
    release_lot(actor=actor, lot=shop.unit("F1").lot)
    assert {number for number, hold in holds().items() if hold} == {"F3"}
    shop.ship(pod)
    assert refused(lambda: shop.ship(own)).rule == "not-possible"


def test_an_edit_of_one_lot_leaves_what_another_one_says(actor: User, made: Callable[..., Lot]) -> None:
    one, other = made("A1"), made("B1")
    one.refresh_from_db()
    edit_lot(actor=actor, lot=one, version=one.version, vendor_batch="K7", expires_on="2031-05-01", cost="12.5", notes="Keep dry.")
    one.refresh_from_db()
    hold_lots(actor=actor, lot_ids=[one.pk, other.pk], reason="Wet boxes")
    kept = Lot.objects.get(pk=one.pk)
    assert (kept.vendor_batch, str(kept.expires_on), kept.cost, kept.notes) == ("K7", "2031-05-01", 12_500_000, "Keep dry.")
    assert Lot.objects.get(pk=other.pk).vendor_batch == ""
