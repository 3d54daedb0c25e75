"""Units and goods moved, held and freed; units that belong to another lot; and each act taken back."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.models import Entry, Item, Location, Lot, LotStatus, Serial, Stock, Tracking, User
from nameplate.operations.correcting import correct_lot, give_numbers
from nameplate.operations.holding import hold_goods, hold_lot, hold_units, release_goods, release_lot, release_units
from nameplate.operations.lots import Contents, add_to_lot, create_lot, edit_lot
from nameplate.operations.moving import move_goods, move_lot, move_units
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Forbidden
from tests import world
from tests.operations.orders import refused


@pytest.fixture
def shelf() -> Location:
    return world.location()


@pytest.fixture
def bench(shelf: Location) -> Location:
    return world.location(name="Bench", of=shelf.site)


@pytest.fixture
def item() -> Item:
    return world.item()


@pytest.fixture
def lot(actor: User, item: Item, shelf: Location) -> Lot:
    """Three units on the shelf."""
    return create_lot(actor=actor, item=item, contents=Contents(["A1", "A2", "A3"]), location_id=shelf.pk, reason="Opening stock")[0]


@pytest.fixture
def fans(actor: User, shelf: Location) -> Lot:
    """Ten on the shelf, without numbers."""
    fan = world.item(tracking=Tracking.LOT)
    return create_lot(actor=actor, item=fan, contents=Contents(quantity=10), location_id=shelf.pk, reason="Opening stock")[0]


def unit(number: str) -> Serial:
    return Serial.objects.get(number=number, withdrawn=False)


def there(lot: Lot) -> dict[str, tuple[int, int]]:
    """Quantity and what of it is held, by the name of the location."""
    rows = Stock.objects.filter(lot=lot, quantity__gt=0).select_related("location")
    return {row.location.name: (row.quantity // 1_000_000, row.held // 1_000_000) for row in rows}


def test_units_and_whole_lots_move_within_the_site_and_back(actor: User, lot: Lot, bench: Location) -> None:
    first = move_units(actor=actor, unit_ids=[unit("A1").pk], location_id=bench.pk)
    rest = move_lot(actor=actor, lot=lot, location_id=bench.pk)
    assert (there(lot), rest.units) == ({"Bench": (3, 0)}, 2)
    assert refused(lambda: move_lot(actor=actor, lot=lot, location_id=bench.pk)).rule == "nothing-to-move"
    undo_entry(actor=actor, entry_id=rest.pk)
    undo_entry(actor=actor, entry_id=first.pk)
    assert there(lot) == {"A-01": (3, 0)}


def test_moving_takes_as_many_statements_for_many_units_as_for_few(actor: User, item: Item, lot: Lot, shelf: Location) -> None:
    counts = []
    for name, more in (("B", 2), ("C", 300)):
        place = world.location(name=name, of=shelf.site)
        add_to_lot(actor=actor, lot=lot, contents=Contents([f"{name}{number}" for number in range(more)]), location_id=shelf.pk, reason="x")
        with CaptureQueriesContext(connection) as statements:
            move_lot(actor=actor, lot=lot, location_id=place.pk)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_another_site_needs_a_transfer_order(actor: User, lot: Lot, fans: Lot) -> None:
    far = world.location()
    for refusal in (
        refused(lambda: move_lot(actor=actor, lot=lot, location_id=far.pk)),
        refused(lambda: move_goods(actor=actor, lot=fans, quantity=1, location_id=far.pk)),
    ):
        assert refusal.rule == "another-site"
        assert "transfer order" in refusal.way_out


def test_goods_move_by_quantity_free_ones_first(actor: User, fans: Lot, bench: Location) -> None:
    hold_goods(actor=actor, lot=fans, quantity=4, reason="Bent")
    moved = move_goods(actor=actor, lot=fans, quantity="7", location_id=bench.pk)
    assert there(fans) == {"A-01": (3, 3), "Bench": (7, 1)}
    assert refused(lambda: move_goods(actor=actor, lot=fans, quantity=1, location_id=bench.pk)).rule == "which-place"
    undo_entry(actor=actor, entry_id=moved.pk)
    assert there(fans) == {"A-01": (10, 4)}
    assert refused(lambda: move_goods(actor=actor, lot=fans, quantity=11, location_id=bench.pk)).rule == "not-enough"
    assert refused(lambda: move_goods(actor=actor, lot=fans, quantity=0, location_id=bench.pk)).rule == "not-positive"
    move_lot(actor=actor, lot=fans, location_id=bench.pk)
    assert there(fans) == {"Bench": (10, 4)}


def test_a_lot_on_hold_holds_what_is_in_it_and_what_comes_later(actor: User, lot: Lot) -> None:
    own = hold_units(actor=actor, unit_ids=[unit("A1").pk], reason="Scratched")
    entry = hold_lot(actor=actor, lot=lot, reason="Wet boxes")
    add_to_lot(actor=actor, lot=lot, contents=Contents(["A4"], unreadable=1), reason="Found")
    lot.refresh_from_db()
    assert (lot.status, lot.hold, entry.units) == (LotStatus.ON_HOLD, "Wet boxes", 2)
    assert there(lot) == {"A-01": (5, 5)}
    assert refused(lambda: hold_lot(actor=actor, lot=lot, reason="Again")).rule == "on-hold"
    give_numbers(actor=actor, lot=lot, numbers=["A5"])
    assert unit("A5").hold == "Wet boxes"

    release_lot(actor=actor, lot=lot)
    assert dict(Serial.objects.exclude(hold="").values_list("number", "hold")) == {"A1": "Scratched"}
    assert refused(lambda: release_lot(actor=actor, lot=lot)).rule == "not-on-hold"
    assert refused(lambda: undo_entry(actor=actor, entry_id=entry.pk)).rule == "later-entries"
    undo_entry(actor=actor, entry_id=own.pk)
    assert not Serial.objects.exclude(hold="").exists()


def test_a_hold_is_undone_though_the_lot_was_edited_since(actor: User, lot: Lot) -> None:
    entry = hold_lot(actor=actor, lot=lot, reason="Wet boxes")
    lot.refresh_from_db()
    edit_lot(actor=actor, lot=lot, version=lot.version, notes="Dry them.")
    undo_entry(actor=actor, entry_id=entry.pk)
    lot.refresh_from_db()
    assert (lot.status, lot.hold, lot.notes) == (LotStatus.RECEIVED, "", "Dry them.")


def test_freeing_one_unit_ends_the_hold_of_the_whole(actor: User, lot: Lot) -> None:
    hold_lot(actor=actor, lot=lot, reason="Wet boxes")
    entry = release_units(actor=actor, unit_ids=[unit("A2").pk], reason="It was on top")
    lot.refresh_from_db()
    assert (lot.status, there(lot)) == (LotStatus.RECEIVED, {"A-01": (3, 2)})
    undo_entry(actor=actor, entry_id=entry.pk)
    lot.refresh_from_db()
    assert (lot.status, lot.hold) == (LotStatus.ON_HOLD, "Wet boxes")


def test_goods_are_held_and_freed(actor: User, fans: Lot) -> None:
    entry = hold_lot(actor=actor, lot=fans, reason="Bent")
    add_to_lot(actor=actor, lot=fans, contents=Contents(quantity=2), reason="Found")
    assert there(fans) == {"A-01": (12, 12)}
    release_goods(actor=actor, lot=fans, quantity=5)
    fans.refresh_from_db()
    assert (fans.status, there(fans)) == (LotStatus.RECEIVED, {"A-01": (12, 7)})
    assert refused(lambda: release_goods(actor=actor, lot=fans, quantity=8)).rule == "not-enough"
    assert refused(lambda: hold_goods(actor=actor, lot=fans, quantity=6, reason="Bent")).rule == "not-enough"
    assert Entry.objects.filter(reverses=entry).count() == 0


def test_what_cannot_be_held_or_freed(actor: User, viewer: User, lot: Lot) -> None:
    held = unit("A1").pk
    hold_units(actor=actor, unit_ids=[held], reason="Scratched")
    assert refused(lambda: hold_units(actor=actor, unit_ids=[held], reason="Dented")).rule == "not-possible"
    assert refused(lambda: release_units(actor=actor, unit_ids=[unit("A2").pk])).rule == "not-possible"
    assert refused(lambda: hold_units(actor=actor, unit_ids=[unit("A2").pk], reason=" Number  Missing ")).rule == "reserved-reason"
    assert refused(lambda: hold_units(actor=actor, unit_ids=[unit("A2").pk], reason=" ")).rule == "reason-needed"
    add_to_lot(actor=actor, lot=lot, contents=Contents(unreadable=1), reason="Found")
    missing = Serial.objects.get(hold="number missing").pk
    assert refused(lambda: release_units(actor=actor, unit_ids=[missing])).rule == "number-missing"
    with pytest.raises(Forbidden):
        hold_lot(actor=viewer, lot=lot, reason="Wet")


def test_units_belong_to_another_lot_of_the_item(actor: User, lot: Lot, item: Item, shelf: Location) -> None:
    other, _ = create_lot(actor=actor, item=item, contents=Contents(["B1"]), location_id=shelf.pk, reason="Opening stock")
    entry = correct_lot(actor=actor, unit_ids=[unit("A1").pk, unit("A2").pk], lot=other, reason="Boxes mixed up")
    assert (there(lot), there(other)) == ({"A-01": (1, 0)}, {"A-01": (3, 0)})
    stranger, _ = create_lot(actor=actor, item=world.item(), contents=Contents(["C1"]), location_id=shelf.pk, reason="Opening stock")
    for target, rule in ((other, "not-correctable"), (stranger, "not-correctable")):
        assert refused(partial(correct_lot, actor=actor, unit_ids=[unit("A1").pk], lot=target, reason="x")).rule == rule
    assert refused(lambda: correct_lot(actor=actor, unit_ids=[unit("A3").pk], lot=other, reason=" ")).rule == "reason-needed"
    undo_entry(actor=actor, entry_id=entry.pk)
    assert (there(lot), there(other)) == ({"A-01": (3, 0)}, {"A-01": (1, 0)})
