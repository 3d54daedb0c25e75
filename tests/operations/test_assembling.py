"""Components after the build: replaced, taken out, built in later, said to be where they are; products taken apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate import listings
from nameplate.ledger import verify
from nameplate.models import Component, Document, DocumentStatus, Entry, LotStatus, Movement, Reason, Serial, Status, Switch, User
from nameplate.operations.assembling import (
    Fate,
    Fitting,
    Outcome,
    Swap,
    install_components,
    place_components,
    remove_components,
    replace_components,
    take_apart,
)
from nameplate.operations.assembling.bills import free_places
from nameplate.operations.assembling.fates import fates_for
from nameplate.operations.assembling.standing import standing
from nameplate.operations.holding import hold_lot, hold_units
from nameplate.operations.reasons import create_reason
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Forbidden, NotFound, Refused
from tests.operations.orders import refused
from tests.workshop import Workshop


@pytest.fixture(autouse=True)
def _what_stands_is_the_sum_of_what_was_done(db: None) -> Iterator[None]:
    yield
    assert verify() == []


@pytest.fixture
def shop(db: None) -> Workshop:
    return Workshop()


@pytest.fixture
def broken(administrator: User) -> Reason:
    return create_reason(actor=administrator, kind="write-off", name="Broken")


def at(shop: Workshop, fate: Fate = Fate.RECEIVED) -> Outcome:
    return Outcome(fate, None if fate is Fate.WRITTEN_OFF else shop.shelf.pk)


def no(call: Callable[[], object]) -> Refused:
    """The refusal, after which nothing was written."""
    before = Movement.objects.count(), Entry.objects.count(), Document.objects.count()
    refusal = refused(call)
    assert (Movement.objects.count(), Entry.objects.count(), Document.objects.count()) == before
    return refusal


def spots(product: int) -> list[tuple[str, str]]:
    """What is directly inside, by place and number."""
    return list(Serial.objects.filter(parent=product).order_by("place", "number").values_list("place", "number"))


# Replaced.


def test_the_old_one_comes_out_and_the_new_one_goes_in_as_one_entry(actor: User, shop: Workshop) -> None:
    pod, old = shop.full_pod(), shop.unit("D2-1").pk
    new = shop.stock(shop.drive, "N1")[0]
    entry = replace_components(actor=actor, swaps=[Swap(old, new)], outcome=at(shop, Fate.REJECTED), reason="Bad sectors")
    assert spots(pod) == [("bay 1", "D1-1"), ("bay 2", "N1"), ("bay 3", "D3-1"), ("slot A", "M1-1")]
    out = shop.unit("D2-1")
    assert (out.status, out.location, out.lot.status, out.parent) == (Status.REJECTED, shop.shelf, LotStatus.REJECTED, None)
    edges = Component.objects.filter(parent=pod, place="bay 2").order_by("pk")
    assert [(edge.child_id, edge.since_id, edge.until_id) for edge in edges][1:] == [(new, entry.pk, None)]
    assert edges[0].until_id == entry.pk
    undo_entry(actor=actor, entry_id=entry.pk)
    assert ("bay 2", "D2-1") in spots(pod)
    assert (shop.unit("N1").status, shop.unit("D2-1").lot.status) == (Status.RECEIVED, LotStatus.RECEIVED)


def test_a_part_of_a_nested_module_is_replaced_and_the_pod_knows(actor: User, shop: Workshop) -> None:
    pod, fan = shop.full_pod(), shop.unit("F1-1").pk
    new = shop.stock(shop.fan, "F9")[0]
    before = Serial.objects.get(pk=pod).version
    replace_components(actor=actor, swaps=[Swap(fan, new)], outcome=at(shop))
    assert (shop.unit("F9").outermost_id, shop.unit("F9").location) == (pod, shop.shelf)
    assert Serial.objects.get(pk=pod).version == before + 1


def test_half_of_a_replacement_is_not_undone(actor: User, shop: Workshop) -> None:
    shop.full_pod()
    old, new = shop.unit("D2-1").pk, shop.stock(shop.drive, "N1")[0]
    entry = replace_components(actor=actor, swaps=[Swap(old, new)], outcome=at(shop))
    refusal = no(lambda: undo_entry(actor=actor, entry_id=entry.pk, unit_ids=[old]))
    assert (refusal.rule, [offender.text for offender in refusal.offenders]) == ("half-a-replacement", ["D2-1"])
    undo_entry(actor=actor, entry_id=entry.pk, unit_ids=[old, new])
    assert shop.unit("D2-1").place == "bay 2"


def test_what_is_written_off_gets_the_companys_reason_and_a_paper(actor: User, shop: Workshop, broken: Reason) -> None:
    shop.full_pod()
    old, new = shop.unit("D1-1").pk, shop.stock(shop.drive, "N1")[0]
    gone = at(shop, Fate.WRITTEN_OFF)
    refusal = no(lambda: replace_components(actor=actor, swaps=[Swap(old, new)], outcome=gone))
    assert refusal.fields.keys() == {"write_off_reason"}
    entry = replace_components(actor=actor, swaps=[Swap(old, new)], outcome=gone, write_off_reason=broken, note="Smoke.")
    paper = entry.document
    assert paper is not None
    assert (paper.kind, paper.write_off.reason, entry.reason, shop.unit("D1-1").status) == ("WO", broken, "Broken", Status.WRITTEN_OFF)
    assert listings.ALL["serials"].ids({"write_off_reason": "broken"}, actor=actor, most=9) == [old]
    undo_entry(actor=actor, entry_id=entry.pk)
    paper.refresh_from_db()
    assert (paper.status, shop.unit("D1-1").place) == (DocumentStatus.CANCELED, "bay 1")


def test_in_the_field_it_needs_a_reason_and_the_old_one_is_no_stock(actor: User, shop: Workshop, broken: Reason) -> None:
    pod = shop.full_pod()
    shop.ship(pod)
    old = [shop.unit(number).pk for number in ("D1-1", "D2-1", "D3-1")]
    new = shop.stock(shop.drive, "N1", "N2", "N3")
    one = [Swap(old[0], new[0])]
    assert no(lambda: replace_components(actor=actor, swaps=one, outcome=at(shop, Fate.RETURNED))).fields.keys() == {"reason"}
    wrong = no(lambda: replace_components(actor=actor, swaps=one, outcome=at(shop), reason="Field service"))
    assert "Returned, Rejected or Written off" in wrong.message
    replace_components(actor=actor, swaps=one, outcome=at(shop, Fate.RETURNED), reason="Field service")
    back = shop.unit("D1-1")
    assert (back.status, back.customer, back.lot.status) == (Status.RETURNED, shop.customer, LotStatus.RMA_RETURNED)
    assert back.returned_on == timezone.localdate()
    assert (shop.unit("N1").status, shop.unit("N1").customer, shop.unit("N1").location) == (Status.CONSUMED, shop.customer, None)
    replace_components(actor=actor, swaps=[Swap(old[1], new[1])], outcome=at(shop, Fate.REJECTED), reason="Field service")
    assert shop.unit("D2-1").customer == shop.customer
    gone = at(shop, Fate.WRITTEN_OFF)
    replace_components(actor=actor, swaps=[Swap(old[2], new[2])], outcome=gone, reason="Field service", write_off_reason=broken)
    assert [place for place, _ in spots(pod)] == ["bay 1", "bay 2", "bay 3", "slot A"]


def test_a_part_that_was_shipped_to_the_customer_goes_into_a_product_there(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    new, other, third = shop.stock(shop.drive, "N1", "N2", "N3")
    shop.ship(pod, new)
    shop.ship(other, to=Workshop.other_customer())
    swap = [Swap(shop.unit("D1-1").pk, new)]
    elsewhere = [Swap(shop.unit("D1-1").pk, other)]
    refusal = no(lambda: replace_components(actor=actor, swaps=elsewhere, outcome=at(shop, Fate.RETURNED), reason="Field"))
    assert "another customer" in refusal.message
    replace_components(actor=actor, swaps=swap, outcome=at(shop, Fate.RETURNED), reason="Field")
    assert (shop.unit("N1").status, shop.unit("N1").customer) == (Status.CONSUMED, shop.customer)
    shop.bring_back(pod)
    swap = [Swap(shop.unit("N1").pk, third)]
    assert "Returned, Rejected" in no(lambda: replace_components(actor=actor, swaps=swap, outcome=at(shop))).message
    replace_components(actor=actor, swaps=swap, outcome=at(shop, Fate.RETURNED))


def test_only_what_is_inside_is_replaced_and_only_by_what_belongs_there(actor: User, shop: Workshop) -> None:
    shop.full_pod()
    inside, loose, lamp, used = (
        shop.unit("D1-1").pk,
        *shop.stock(shop.drive, "N1"),
        *shop.stock(shop.stranger, "L1"),
        *shop.stock(shop.fan, "U1"),
    )
    shop.use(used)

    def replacing(old: int, new: int, anyway: bool = False) -> Callable[[], Entry]:
        return lambda: replace_components(actor=actor, swaps=[Swap(old, new)], outcome=at(shop), anyway=anyway)

    assert no(replacing(loose, inside)).rule == "not-inside"
    assert no(replacing(used, loose)).way_out == "Say first which unit it is in."
    assert no(replacing(inside, inside)).rule == "twice"
    assert no(replacing(inside, shop.unit("D2-1").pk)).rule == "not-possible"
    assert no(replacing(inside, lamp)).rule == "not-on-bill"
    replacing(inside, lamp, anyway=True)()
    assert shop.unit("L1").place == "bay 1"
    assert no(lambda: replace_components(actor=actor, swaps=[], outcome=at(shop))).rule == "no-units"
    assert isinstance(no(replacing(999_999_999, loose)), NotFound)


def test_a_module_is_not_replaced_by_what_is_around_it(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    module = shop.unit("M1-1").pk
    refusal = no(lambda: replace_components(actor=actor, swaps=[Swap(module, pod)], outcome=at(shop), anyway=True))
    assert refusal.rule == "inside-itself"


# Taken out.


def test_each_comes_out_with_what_becomes_of_it(actor: User, shop: Workshop, broken: Reason) -> None:
    pod = shop.full_pod()
    first, second, third = (shop.unit(number).pk for number in ("D1-1", "D2-1", "D3-1"))
    outcomes = {second: at(shop, Fate.REJECTED), third: at(shop, Fate.WRITTEN_OFF)}

    def removing(**more: object) -> Entry:
        return remove_components(actor=actor, unit_ids=[first, second, third], outcome=at(shop), outcomes=outcomes, **more)  # type: ignore[arg-type]

    assert no(lambda: removing(write_off_reason=broken)).fields.keys() == {"reason"}
    assert no(lambda: removing(reason="Worn")).fields.keys() == {"write_off_reason"}
    lot = shop.unit("D1-1").lot
    entry = removing(reason="Worn", write_off_reason=broken)
    assert [shop.unit(number).status for number in ("D1-1", "D2-1", "D3-1")] == [Status.RECEIVED, Status.REJECTED, Status.WRITTEN_OFF]
    assert (shop.unit("D1-1").lot, shop.unit("D2-1").lot.split_from, shop.unit("D3-1").lot) == (lot, lot, lot)
    assert spots(pod) == [("slot A", "M1-1")]
    undo_entry(actor=actor, entry_id=entry.pk, unit_ids=[first])
    assert spots(pod) == [("bay 1", "D1-1"), ("slot A", "M1-1")]


def test_what_comes_back_into_a_lot_on_hold_is_on_hold(actor: User, shop: Workshop) -> None:
    shop.full_pod()
    shop.stock(shop.drive, "X1")
    lot = shop.unit("D1-1").lot
    remove_components(actor=actor, unit_ids=[shop.unit("D3-1").pk], outcome=at(shop))
    hold_lot(actor=actor, lot=lot, reason="Recalled")
    remove_components(actor=actor, unit_ids=[shop.unit("D1-1").pk], outcome=at(shop))
    assert (shop.unit("D1-1").hold, shop.unit("D1-1").lot) == ("Recalled", lot)


def test_what_an_order_used_comes_out_without_its_unit_being_known(actor: User, shop: Workshop) -> None:
    drive = shop.stock(shop.drive, "U1")[0]
    shop.use(drive)
    remove_components(actor=actor, unit_ids=[drive], outcome=at(shop))
    assert (shop.unit("U1").status, shop.unit("U1").used_by) == (Status.RECEIVED, None)


def test_what_cannot_come_out_is_named(actor: User, shop: Workshop) -> None:
    shop.full_pod()
    held, loose = shop.unit("D1-1").pk, shop.stock(shop.drive, "N1")[0]
    hold_units(actor=actor, unit_ids=[held], reason="Hot")
    refusal = no(lambda: remove_components(actor=actor, unit_ids=[held, shop.unit("D2-1").pk], outcome=at(shop)))
    assert [offender.text for offender in refusal.offenders] == ["D1-1"]
    assert no(lambda: remove_components(actor=actor, unit_ids=[loose], outcome=at(shop))).rule == "not-possible"
    assert no(lambda: remove_components(actor=actor, unit_ids=[], outcome=at(shop))).fields.keys() == {"units"}
    nowhere = no(lambda: remove_components(actor=actor, unit_ids=[shop.unit("D2-1").pk], outcome=Outcome(Fate.RECEIVED)))
    assert nowhere.fields.keys() == {"location"}


def test_rejected_and_returned_are_offered_only_while_their_function_is_on(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    drive = shop.unit("D1-1").pk
    assert fates_for(list(standing([drive]).values())) == [Fate.RECEIVED, Fate.REJECTED, Fate.WRITTEN_OFF]
    shop.ship(pod)
    assert fates_for(list(standing([drive]).values())) == [Fate.RETURNED, Fate.REJECTED, Fate.WRITTEN_OFF]
    for name in ("quality-control", "rma"):
        Switch.objects.update_or_create(name=name, defaults={"on": False})
    assert fates_for(list(standing([drive]).values())) == [Fate.WRITTEN_OFF]
    for fate in (Fate.RETURNED, Fate.REJECTED):
        refusal = no(lambda fate=fate: remove_components(actor=actor, unit_ids=[drive], outcome=at(shop, fate), reason="Hot"))  # type: ignore[misc]
        assert (refusal.rule, list(refusal.fields)) == ("switched-off", ["fate"])


# Built in later, and said to be somewhere.


def test_parts_go_into_a_product_that_exists_at_places_of_its_bill(actor: User, shop: Workshop) -> None:
    pod = shop.build(shop.pod, "POD-1")
    drives = shop.stock(shop.drive, "N1", "N2")
    assert free_places(pod, shop.pod.pk) == [("bay 1", "DRIVE"), ("bay 2", "DRIVE"), ("bay 3", "DRIVE"), ("slot A", "MODULE")]
    entry = install_components(actor=actor, fittings=[Fitting(drives[0], pod, "BAY  2"), Fitting(drives[1], pod)])
    assert spots(pod) == [("", "N2"), ("bay 2", "N1")]
    assert [place for place, _ in free_places(pod, shop.pod.pk)] == ["bay 1", "bay 3", "slot A"]
    undo_entry(actor=actor, entry_id=entry.pk, unit_ids=[drives[0]])
    assert spots(pod) == [("", "N2")]


def test_a_place_holds_one_unit(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    first, second = shop.stock(shop.drive, "N1", "N2")
    refusal = no(lambda: install_components(actor=actor, fittings=[Fitting(first, pod, "Bay 1")]))
    assert (refusal.rule, refusal.offenders[0].why) == ("place-taken", "D1-1 is at bay 1 already")
    both = [Fitting(first, pod, "bay 9"), Fitting(second, pod, "BAY 9")]
    assert no(lambda: install_components(actor=actor, fittings=both, anyway=True)).rule == "place-taken"
    assert no(lambda: install_components(actor=actor, fittings=[Fitting(first, pod, "x" * 41)])).offenders[0].line == 1


def test_what_is_not_on_the_bill_is_built_in_anyway_where_that_is_said(actor: User, shop: Workshop) -> None:
    pod = shop.build(shop.pod, "POD-1")
    lamp, drive = shop.stock(shop.stranger, "L1")[0], shop.stock(shop.drive, "N1")[0]
    for fitting in (Fitting(lamp, pod), Fitting(drive, pod, "roof")):
        refusal = no(lambda fitting=fitting: install_components(actor=actor, fittings=[fitting]))  # type: ignore[misc]
        assert (refusal.rule, list(refusal.fields)) == ("not-on-bill", ["anyway"])
    install_components(actor=actor, fittings=[Fitting(lamp, pod), Fitting(drive, pod, "roof")], anyway=True)
    assert spots(pod) == [("", "L1"), ("roof", "N1")]
    whatever = shop.stock(shop.stranger, "L2")[0]
    install_components(actor=actor, fittings=[Fitting(whatever, lamp, "socket")])  # a lamp has no bill


def test_nothing_goes_into_itself_or_into_its_own_part(actor: User, shop: Workshop) -> None:
    pod = shop.build(shop.pod, "POD-1")
    module = shop.build(shop.module, "M1")
    install_components(actor=actor, fittings=[Fitting(module, pod, "slot A")])
    for unit, product in ((pod, pod), (pod, module)):
        refusal = no(lambda u=unit, p=product: install_components(actor=actor, fittings=[Fitting(u, p)], anyway=True))  # type: ignore[misc]
        assert refusal.rule == "inside-itself"


def test_what_is_gone_or_not_to_be_touched_takes_nothing(actor: User, shop: Workshop) -> None:
    pod, drive = shop.build(shop.pod, "POD-1"), shop.stock(shop.drive, "N1")[0]

    def installing(reason: str = "") -> Callable[[], Entry]:
        return lambda: install_components(actor=actor, fittings=[Fitting(drive, pod, "bay 1")], reason=reason)

    hold = hold_units(actor=actor, unit_ids=[pod], reason="Smells")
    assert [offender.text for offender in no(installing()).offenders] == ["POD-1"]
    undo_entry(actor=actor, entry_id=hold.pk)
    shop.ship(pod)
    assert no(installing()).fields.keys() == {"reason"}
    installing(reason="Upgrade at the customer’s")()
    assert shop.unit("N1").customer == shop.customer


def test_an_unknown_unit_is_placed_later(actor: User, shop: Workshop) -> None:
    pod = shop.build(shop.pod, "POD-1")
    used, stock = shop.stock(shop.drive, "U1", "N1")
    shop.use(used)
    entry = place_components(actor=actor, fittings=[Fitting(used, pod, "bay 3")])
    assert (shop.unit("U1").place, shop.unit("U1").used_by, spots(pod)) == ("bay 3", shop.order, [("bay 3", "U1")])
    assert no(lambda: place_components(actor=actor, fittings=[Fitting(used, pod)])).rule == "not-possible"
    assert no(lambda: place_components(actor=actor, fittings=[Fitting(stock, pod)])).rule == "not-possible"
    undo_entry(actor=actor, entry_id=entry.pk)
    assert shop.unit("U1").parent is None


# Taken apart.


def test_a_product_is_taken_apart_and_its_parts_go_where_they_should(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    module = shop.unit("M1-1").pk
    entry = take_apart(
        actor=actor,
        product_ids=[pod],
        outcome=at(shop),
        outcomes={shop.unit("D1-1").pk: at(shop, Fate.REJECTED)},
        reason="End of life",
    )
    paper = entry.document
    assert paper is not None
    gone = shop.unit("POD-1")
    assert (paper.kind, gone.status, gone.parent, gone.used_by, gone.location) == ("DA", Status.CONSUMED, None, paper, None)
    assert [shop.unit(number).status for number in ("D1-1", "D2-1", "M1-1")] == [Status.REJECTED, Status.RECEIVED, Status.RECEIVED]
    assert shop.unit("F1-1").parent_id == module
    undo_entry(actor=actor, entry_id=entry.pk)
    paper.refresh_from_db()
    assert (len(spots(pod)), shop.unit("POD-1").status, paper.status) == (4, Status.RECEIVED, DocumentStatus.CANCELED)


def test_only_what_is_here_is_taken_apart(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    fan = shop.unit("F1-1").pk
    refusal = no(lambda: take_apart(actor=actor, product_ids=[pod], outcome=at(shop), outcomes={fan: at(shop)}))
    assert refusal.rule == "not-inside"
    module = shop.unit("M1-1").pk
    assert no(lambda: take_apart(actor=actor, product_ids=[module], outcome=at(shop))).rule == "not-possible"
    shop.ship(pod)
    assert no(lambda: take_apart(actor=actor, product_ids=[pod], outcome=at(shop, Fate.RETURNED))).rule == "not-possible"


# All of them.


def test_an_earlier_day_needs_a_right(operator: User, manager: User, shop: Workshop) -> None:
    today = timezone.localdate()
    drive, other = shop.stock(shop.drive, "N1", "N2", on=today - timedelta(days=9))
    pod = shop.build(shop.pod, "POD-1", [(drive, "bay 1")], on=today - timedelta(days=8))
    yesterday = today - timedelta(days=1)

    def replacing(actor: User) -> Entry:
        return replace_components(actor=actor, swaps=[Swap(drive, other)], outcome=at(shop), happened_on=yesterday)

    assert isinstance(no(lambda: replacing(operator)), Forbidden)
    entry = replacing(manager)
    assert timezone.localdate(entry.happened_at) == yesterday
    late = no(lambda: remove_components(actor=manager, unit_ids=[other], outcome=at(shop), happened_on=today + timedelta(days=1)))
    assert late.fields.keys() == {"happened_on"}
    assert spots(pod) == [("bay 1", "N2")]


def test_a_viewer_only_looks(viewer: User, shop: Workshop) -> None:
    pod, drive = shop.full_pod(), shop.unit("D1-1").pk
    acts: Sequence[Callable[[], object]] = [
        lambda: replace_components(actor=viewer, swaps=[Swap(drive, drive)], outcome=at(shop)),
        lambda: remove_components(actor=viewer, unit_ids=[drive], outcome=at(shop)),
        lambda: install_components(actor=viewer, fittings=[Fitting(drive, pod)]),
        lambda: place_components(actor=viewer, fittings=[Fitting(drive, pod)]),
        lambda: take_apart(actor=viewer, product_ids=[pod], outcome=at(shop)),
    ]
    assert {type(no(act)) for act in acts} == {Forbidden}


def test_it_takes_as_many_statements_for_many_as_for_few(actor: User, shop: Workshop) -> None:
    counts = []
    for size in (3, 60):
        old = shop.stock(shop.drive, *(f"O{size}-{n}" for n in range(size)))
        new = shop.stock(shop.drive, *(f"W{size}-{n}" for n in range(size)))
        pods = shop.build_many(shop.pod, [f"P{size}-{n}" for n in range(size)])
        own = [Fitting(unit, pod, "bay 1") for unit, pod in zip(old, pods, strict=True)]
        with CaptureQueriesContext(connection) as statements:
            install_components(actor=actor, fittings=own)
            replace_components(actor=actor, swaps=[Swap(o, n) for o, n in zip(old, new, strict=True)], outcome=at(shop))
            remove_components(actor=actor, unit_ids=new, outcome=at(shop))
            shop.use(*old)
            place_components(actor=actor, fittings=own)
            take_apart(actor=actor, product_ids=list(pods), outcome=at(shop, Fate.REJECTED), reason="End of life")
        counts.append(len([one for one in statements if "nameplate_" in one["sql"]]))
    assert counts[0] == counts[1]
