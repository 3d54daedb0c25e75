"""Rework: units go through production again under an order, with their components swapped meanwhile."""

from __future__ import annotations

import pytest

from nameplate.models import Availability, Document, DocumentStatus, Entry, Movement, User
from nameplate.operations.assembling import Fate, Outcome, Swap, begin_rework, end_rework, replace_components
from nameplate.operations.moving import move_units
from nameplate.operations.reasons import create_reason
from nameplate.operations.undoing import undo_entry
from nameplate.operations.writing_off import write_off
from nameplate.refusals import Forbidden, NotFound
from tests import world
from tests.operations.orders import refused
from tests.workshop import Workshop


@pytest.fixture
def shop(db: None) -> Workshop:
    return Workshop()


def order_of(entry: Entry) -> Document:
    assert entry.document is not None
    entry.document.refresh_from_db()
    return entry.document


def test_a_pod_goes_through_production_again(actor: User, administrator: User, shop: Workshop) -> None:
    pod, other = shop.full_pod(), shop.build(shop.pod, "POD-2")
    begun = begin_rework(actor=actor, unit_ids=[pod, other], reason="New backplane")
    order = order_of(begun)
    assert (order.kind, order.status, order.notes) == ("RO", DocumentStatus.IN_PROGRESS, "New backplane")
    assert (shop.unit("POD-1").work, shop.unit("POD-1").availability, shop.unit("POD-1").location) == (
        order,
        Availability.IN_WORK,
        shop.shelf,
    )
    assert refused(lambda: shop.ship(pod)).rule == "not-possible"
    assert refused(lambda: move_units(actor=actor, unit_ids=[pod], location_id=world.location(of=shop.shelf.site).pk)).offenders

    broken = create_reason(actor=administrator, kind="write-off", name="Broken")
    swaps = [Swap(shop.unit("D1-1").pk, shop.stock(shop.drive, "N1")[0])]
    gone = Outcome(Fate.WRITTEN_OFF)
    swapped = replace_components(actor=actor, swaps=swaps, outcome=gone, write_off_reason=broken, reason="Noisy")
    assert (order_of(swapped), swapped.reason) == (order, "Broken: Noisy")

    end_rework(actor=actor, order=order, unit_ids=[other])
    assert order_of(begun).status == DocumentStatus.IN_PROGRESS
    ended = end_rework(actor=actor, order=order, note="Tested.")
    assert (order_of(begun).status, shop.unit("POD-1").availability) == (DocumentStatus.DONE, Availability.AVAILABLE)
    assert refused(lambda: end_rework(actor=actor, order=order)).rule == "not-in-work"
    undo_entry(actor=actor, entry_id=ended.pk)
    assert (order_of(begun).status, shop.unit("POD-1").work) == (DocumentStatus.IN_PROGRESS, order)
    end_rework(actor=actor, order=order)
    shop.ship(pod)


def test_components_of_what_is_in_somebody_elses_rework_stay(actor: User, shop: Workshop) -> None:
    first, second = shop.full_pod("POD-1"), shop.full_pod("POD-2")
    begin_rework(actor=actor, unit_ids=[first], reason="Backplane")
    begin_rework(actor=actor, unit_ids=[second], reason="Paint")
    new = shop.stock(shop.drive, "N1", "N2")
    swaps = [Swap(shop.unit("D1-1").pk, new[0]), Swap(shop.unit("D1-2").pk, new[1])]
    before = Movement.objects.count()
    assert refused(lambda: replace_components(actor=actor, swaps=swaps, outcome=Outcome(Fate.RECEIVED, shop.shelf.pk))).offenders
    assert Movement.objects.count() == before
    replace_components(actor=actor, swaps=swaps[:1], outcome=Outcome(Fate.RECEIVED, shop.shelf.pk))


def test_a_rework_begun_by_mistake_is_canceled_by_its_undo(actor: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    begun = begin_rework(actor=actor, unit_ids=[pod], reason="Backplane")
    undo_entry(actor=actor, entry_id=begun.pk)
    assert order_of(begun).status == DocumentStatus.CANCELED
    assert shop.unit("POD-1").work is None


def test_what_is_written_off_in_rework_is_no_more_in_it(actor: User, administrator: User, shop: Workshop) -> None:
    pod, other = shop.full_pod(), shop.build(shop.pod, "POD-2")
    order = order_of(begin_rework(actor=actor, unit_ids=[pod, other], reason="Backplane"))
    broken = create_reason(actor=administrator, kind="write-off", name="Broken")
    write_off(actor=actor, reason=broken, unit_ids=[pod])
    assert refused(lambda: end_rework(actor=actor, order=order, unit_ids=[pod])).rule == "not-in-work"
    end_rework(actor=actor, order=order)
    order.refresh_from_db()
    assert order.status == DocumentStatus.DONE


def test_what_cannot_be_reworked(actor: User, viewer: User, shop: Workshop) -> None:
    pod = shop.full_pod()
    before = Movement.objects.count(), Document.objects.count()
    assert refused(lambda: begin_rework(actor=actor, unit_ids=[pod], reason=" ")).fields.keys() == {"reason"}
    assert refused(lambda: begin_rework(actor=actor, unit_ids=[], reason="x")).rule == "no-units"
    assert refused(lambda: begin_rework(actor=actor, unit_ids=[shop.unit("D1-1").pk], reason="x")).rule == "not-possible"
    assert isinstance(refused(lambda: end_rework(actor=actor, order=shop.order)), NotFound)
    assert isinstance(refused(lambda: begin_rework(actor=viewer, unit_ids=[pod], reason="x")), Forbidden)
    assert isinstance(refused(lambda: end_rework(actor=viewer, order=shop.order)), Forbidden)
    assert (Movement.objects.count(), Document.objects.count()) == before
