"""A component replaced in one step: here, in a module, at the customer’s; and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from nameplate import listings
from nameplate.models import Component, DocumentStatus, Entry, LotStatus, Reason, Serial, Status, User
from nameplate.operations.assembling import (
    Fate,
    Swap,
    replace_components,
)
from nameplate.operations.reasons import create_reason
from nameplate.operations.rejecting import reject_units
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import NotFound
from tests.operations.assemblies import at, no, spots
from tests.workshop import Workshop


@pytest.fixture
def shop(db: None) -> Workshop:
    return Workshop()


@pytest.fixture
def broken(administrator: User) -> Reason:
    return create_reason(actor=administrator, kind="write-off", name="Broken")


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
    report = listings.ALL["reports/rejected"]
    assert [(row["serial"], row["reason"]) for row in report.read({}, actor=actor).rows] == [("D2-1", "Bad sectors")]
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
    old, third = shop.unit("D2-1").pk, shop.unit("D3-1").pk
    new, other = shop.stock(shop.drive, "N1", "N2")
    entry = replace_components(actor=actor, swaps=[Swap(old, new), Swap(third, other)], outcome=at(shop))
    refusal = no(lambda: undo_entry(actor=actor, entry_id=entry.pk, unit_ids=[old]))
    assert (refusal.rule, [offender.text for offender in refusal.offenders]) == ("half-a-replacement", ["D2-1"])
    reject_units(actor=actor, unit_ids=[third], reason="Bent")
    refusal = no(lambda: undo_entry(actor=actor, entry_id=entry.pk))
    assert ([one.text for one in refusal.offenders], refusal.extra["possible"]) == (["D3-1"], sorted([old, new]))
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
    report = listings.ALL["reports/written-off"]
    assert [(row["serial"], row["reason"], row["document"]) for row in report.read({}, actor=actor).rows] == [
        ("D1-1", "Broken", paper.number)
    ]
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
