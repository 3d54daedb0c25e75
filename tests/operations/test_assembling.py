"""Components taken out, products taken apart; and what all acts on assemblies share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nameplate.models import DocumentStatus, Entry, Reason, Status, Switch, User
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
from nameplate.operations.assembling.fates import fates_for
from nameplate.operations.assembling.standing import standing
from nameplate.operations.holding import hold_lot, hold_units, release_lot
from nameplate.operations.reasons import create_reason
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Forbidden
from tests.operations.assemblies import at, no, spots
from tests.workshop import Workshop


@pytest.fixture
def shop(db: None) -> Workshop:
    return Workshop()


@pytest.fixture
def broken(administrator: User) -> Reason:
    return create_reason(actor=administrator, kind="write-off", name="Broken")


def test_each_comes_out_with_what_becomes_of_it(actor: User, shop: Workshop, broken: Reason) -> None:
    pod = shop.full_pod()
    first, second, third = (shop.unit(number).pk for number in ("D1-1", "D2-1", "D3-1"))
    outcomes = {second: at(shop, Fate.REJECTED), third: at(shop, Fate.WRITTEN_OFF)}

    def removing(**more: Any) -> Entry:
        return remove_components(actor=actor, unit_ids=[first, second, third], outcome=at(shop), outcomes=outcomes, **more)

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
    assert shop.unit("D1-1").hold == "Recalled"
    entry = remove_components(actor=actor, unit_ids=[shop.unit("D1-1").pk], outcome=at(shop))
    assert (shop.unit("D1-1").hold, shop.unit("D1-1").lot) == ("Recalled", lot)
    undo_entry(actor=actor, entry_id=entry.pk)
    assert (shop.unit("D1-1").hold, shop.unit("D1-1").place) == ("Recalled", "bay 1")
    remove_components(actor=actor, unit_ids=[shop.unit("D1-1").pk], outcome=at(shop))
    remove_components(actor=actor, unit_ids=[shop.unit("D2-1").pk], outcome=at(shop, Fate.REJECTED), reason="Recalled")
    assert (shop.unit("D2-1").status, shop.unit("D2-1").hold) == (Status.REJECTED, "")
    release_lot(actor=actor, lot=lot)
    assert shop.unit("D1-1").hold == ""


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
        refusal = no(partial(remove_components, actor=actor, unit_ids=[drive], outcome=at(shop, fate), reason="Hot"))
        assert (refusal.rule, list(refusal.fields)) == ("switched-off", ["fate"])


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
