"""Functions off and on: what is then refused, what is kept, and who may switch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from nameplate import functions
from nameplate.functions import EXPIRY_DATES, LOTS, MULTIPLE_SITES, QUALITY_CONTROL, RMA, SERIAL_NUMBERS
from nameplate.models import Change, Document, Entry, Item, Location, Movement, Role, Serial, StockMovement, Switch, Tracking, User
from nameplate.operations import cataloguing, manufacturing, purchasing, switching
from nameplate.operations.correcting import correct_numbers
from nameplate.operations.receiving import LineReceipt, receive
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Conflict, Forbidden, NotFound, Stale
from tests import world
from tests.operations.test_catalogue_races import at_once
from tests.pods import pod_shop


def off(name: str) -> None:
    Switch.objects.update_or_create(name=name, defaults={"on": False})


def refused(act: Callable[[], object]) -> Conflict:
    """The refusal for a switch; nothing is written by what was refused."""
    counted = [model.objects.count() for model in (Entry, Movement, StockMovement, Item, Change)]
    with pytest.raises(Conflict) as refusal:
        act()
    assert refusal.value.rule == "switched-off"
    assert counted == [model.objects.count() for model in (Entry, Movement, StockMovement, Item, Change)]
    return refusal.value


def test_whatever_is_done_to_units_is_refused_while_serial_numbers_is_off_and_possible_again_after(manager: User) -> None:
    drive, shelf = world.item(), world.location()
    entry = world.receipt(numbers=["A1", "A2"], of=drive, at=shelf)
    order = world.purchase_order(lines=[(drive, 3)])
    line = order.lines.get()
    unit = Serial.objects.get(number="A1")
    purchasing.plan_numbers(actor=manager, line=line, numbers=["P1"])
    acts: list[Callable[[], object]] = [
        lambda: receive(actor=manager, order=order, lines=[LineReceipt(line_id=line.pk, numbers=["A3"])], location_id=shelf.pk),
        lambda: purchasing.plan_numbers(actor=manager, line=line, numbers=["P2"]),
        lambda: purchasing.cancel(actor=manager, order=order),
        lambda: correct_numbers(actor=manager, numbers={unit.pk: "A9"}, reason="misread"),
        lambda: undo_entry(actor=manager, entry_id=entry.pk),
        lambda: undo_entry(actor=manager, entry_id=entry.pk, unit_ids=[unit.pk]),
        lambda: cataloguing.create_item(actor=manager, number="NEW"),
    ]
    off(SERIAL_NUMBERS)
    for act in acts:
        refusal = refused(act)
        assert "Serial numbers" in refusal.message
        assert "Settings → Functions" in refusal.way_out
    assert refused(acts[0]).message.startswith(f"Receiving {drive}")
    Switch.objects.update(on=True)
    for act in acts[3:5]:
        act()
    assert Serial.objects.filter(number="A9", withdrawn=True).exists()


def test_goods_without_serial_numbers_go_on(manager: User, placed: Document, shelf: Location) -> None:
    off(SERIAL_NUMBERS)
    off(LOTS)
    screws = placed.lines.get(item__tracking=Tracking.NONE)
    entry = receive(actor=manager, order=placed, lines=[LineReceipt(line_id=screws.pk, quantity="1")], location_id=shelf.pk)
    undo_entry(actor=manager, entry_id=entry.pk)


def test_while_lots_is_off_what_is_followed_by_lot_stays(manager: User) -> None:
    glue, shelf = world.item(tracking=Tracking.LOT), world.location()
    order = world.purchase_order(lines=[(glue, 5)])
    lines = [LineReceipt(line_id=order.lines.get().pk, quantity=2)]
    entry = receive(actor=manager, order=order, lines=lines, location_id=shelf.pk)
    off(LOTS)
    assert "Lots" in refused(lambda: receive(actor=manager, order=order, lines=lines, location_id=shelf.pk)).message
    refused(lambda: undo_entry(actor=manager, entry_id=entry.pk))
    refused(lambda: cataloguing.create_item(actor=manager, number="NEW", tracking="lot"))
    nut = cataloguing.create_item(actor=manager, number="NUT", tracking="none")
    assert refused(lambda: cataloguing.edit_item(actor=manager, item=nut, version=1, tracking="lot")).fields.keys() == {"tracking"}
    cataloguing.edit_item(actor=manager, item=glue, version=1, description="still edited", tracking="lot")


def test_no_expiry_date_is_kept_while_they_or_lots_are_off(manager: User) -> None:
    drive, shelf = world.item(), world.location()
    order = world.purchase_order(lines=[(drive, 5)])
    day = dt.date(2030, 1, 1)

    def come(number: str, expires: dt.date | None = day) -> Entry:
        line = LineReceipt(line_id=order.lines.get().pk, numbers=[number], expires_on=expires)
        return receive(actor=manager, order=order, lines=[line], location_id=shelf.pk)

    entry = come("A1")
    off(EXPIRY_DATES)
    assert refused(lambda: come("A2")).fields.keys() == {"expires_on"}
    come("A2", None)
    undo_entry(actor=manager, entry_id=entry.pk)
    Switch.objects.update(on=True)
    off(LOTS)
    assert "Lots and Expiry dates" in refused(lambda: come("A3")).way_out


def test_a_second_site_needs_multiple_sites(administrator: User) -> None:
    first, second = world.site(), world.site()
    with pytest.raises(Conflict) as more:
        switching.switch_function(actor=administrator, name=MULTIPLE_SITES, on=False, version=0, confirmed=True)
    assert more.value.rule == "more-sites"
    assert {cause.id for cause in more.value.causes} == {first.pk, second.pk}
    cataloguing.archive_site(actor=administrator, site=second, version=1)
    switching.switch_function(actor=administrator, name=MULTIPLE_SITES, on=False, version=0)
    refused(world.site)
    refused(lambda: cataloguing.restore_site(actor=administrator, site=second, version=2))


def test_what_would_stand_still_is_counted_and_named_before(administrator: User) -> None:
    drive = world.item()
    world.receipt(numbers=["A1", "A2"], of=drive)
    order = world.purchase_order(lines=[(drive, 3)])
    purchasing.plan_numbers(actor=administrator, line=order.lines.get(), numbers=["P1"])
    with pytest.raises(Conflict) as refusal:
        switching.switch_function(actor=administrator, name=SERIAL_NUMBERS, on=False, version=0)
    assert refusal.value.rule == "under-way"
    assert "2 units in stock, 1 announced number, 1 order line still to come" in refusal.value.message
    assert [cause.label for cause in refusal.value.causes] == [order.number]
    assert functions.is_on(SERIAL_NUMBERS)
    found = switching.switch_function(actor=administrator, name=SERIAL_NUMBERS, on=False, version=0, confirmed=True)
    assert (found.on, found.version) == (False, 1)
    change = Change.objects.get(noun="functions")
    assert (change.field, change.before, change.after, change.actor) == ("serial_numbers", "on", "off", administrator)


def test_what_needs_a_function_is_off_with_it(administrator: User) -> None:
    switching.switch_function(actor=administrator, name=LOTS, on=False, version=0)
    expiry = next(one for one in switching.standings(actor=administrator) if one.function.name == EXPIRY_DATES)
    assert (expiry.switched_on, expiry.on, expiry.held) == (True, False, (LOTS,))
    assert functions.off() == {LOTS, EXPIRY_DATES}


@pytest.mark.parametrize("name", [QUALITY_CONTROL, RMA, EXPIRY_DATES])
def test_switching_there_and_back_and_what_is_so_already(administrator: User, name: str) -> None:
    assert switching.switch_function(actor=administrator, name=name, on=True, version=0).version == 0
    assert switching.switch_function(actor=administrator, name=name, on=False, version=0).version == 1
    assert switching.switch_function(actor=administrator, name=name, on=True, version=1).on
    assert Change.objects.count() == 2


def test_who_may_and_what_there_is(administrator: User, manager: User) -> None:
    with pytest.raises(Forbidden):
        switching.switch_function(actor=manager, name=LOTS, on=False, version=0)
    with pytest.raises(NotFound):
        switching.switch_function(actor=administrator, name="everything", on=False, version=0)
    assert not Switch.objects.exists()


def test_of_two_who_switch_at_once_one_does(committing: str) -> None:
    administrator = world.user(role=Role.ADMINISTRATOR)
    answers = at_once(*[lambda: switching.switch_function(actor=administrator, name=RMA, on=False, version=0)] * 4)
    assert sorted(type(answer).__name__ for answer in answers) == ["Stale", "Stale", "Stale", "Standing"], answers
    assert Switch.objects.get(name=RMA).version == 1
    assert all(isinstance(answer, Stale | switching.Standing) for answer in answers)


def test_a_manufacturing_order_under_way_would_stand_still(manager: User, administrator: User) -> None:
    shop = pod_shop(manager)
    order, new = shop.order(1), shop.order(1, started=False)
    for name in (SERIAL_NUMBERS, LOTS):
        found = switching.under_way(name)
        assert {what: count for count, what in found.counts}["manufacturing"] == 1
        assert [cause.label for cause in found.causes if cause.noun == "manufacturing-orders"] == [order.number]
        with pytest.raises(Conflict) as refusal:
            switching.switch_function(actor=administrator, name=name, on=False, version=0)
        assert refusal.value.rule == "under-way"
        assert "1 manufacturing order under way" in refusal.value.message
    manufacturing.cancel(actor=manager, order=order)
    assert "manufacturing" not in switching.under_way(LOTS).words
    assert new.status == "new"
