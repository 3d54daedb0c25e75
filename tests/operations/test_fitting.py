"""Units built into products that exist, and said to be in them later."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.models import Document, Entry, Reason, User
from nameplate.operations import manufacturing
from nameplate.operations.assembling import (
    Fitting,
    install_components,
    place_components,
)
from nameplate.operations.assembling.bills import free_places
from nameplate.operations.assembling.lists import judge_list
from nameplate.operations.holding import hold_units
from nameplate.operations.manufacturing import Completion, ProductRow, UsedUnit
from nameplate.operations.reasons import create_reason
from nameplate.operations.undoing import undo_entry
from tests import pods
from tests.operations.assemblies import no, spots
from tests.workshop import Workshop


@pytest.fixture
def shop(db: None) -> Workshop:
    return Workshop()


@pytest.fixture
def broken(administrator: User) -> Reason:
    return create_reason(actor=administrator, kind="write-off", name="Broken")


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
        refusal = no(partial(install_components, actor=actor, fittings=[fitting]))
        assert (refusal.rule, list(refusal.fields)) == ("not-on-bill", ["anyway"])
    install_components(actor=actor, fittings=[Fitting(lamp, pod), Fitting(drive, pod, "roof")], anyway=True)
    assert spots(pod) == [("", "L1"), ("roof", "N1")]
    whatever = shop.stock(shop.stranger, "L2")[0]
    install_components(actor=actor, fittings=[Fitting(whatever, lamp, "socket")])  # a lamp has no bill


def test_no_more_goes_in_than_the_bill_has_unless_that_is_said(actor: User, shop: Workshop) -> None:
    pod, full = shop.build(shop.pod, "POD-1"), shop.full_pod("POD-2")
    drives = shop.stock(shop.drive, "N1", "N2", "N3", "N4")
    several = [Fitting(drive, pod) for drive in drives]
    refusal = no(lambda: install_components(actor=actor, fittings=several))
    assert (refusal.rule, [(one.text, one.line) for one in refusal.offenders]) == ("not-on-bill", [("N4", 4)])
    assert refusal.offenders[0].why == "the bill of materials has only 3 of it (it is DRIVE)"
    assert [row.standing for row in judge_list(actor=actor, verb="install", text="N1,POD-2\nN2,POD-1").rows] == ["bad", "good"]
    shop.use(drives[3])
    assert no(lambda: place_components(actor=actor, fittings=[Fitting(drives[3], full)])).rule == "not-on-bill"
    install_components(actor=actor, fittings=several[:3])
    place_components(actor=actor, fittings=[Fitting(drives[3], pod)], anyway=True)
    assert len(spots(pod)) == 4


def test_nothing_goes_into_itself_or_into_its_own_part(actor: User, shop: Workshop) -> None:
    pod = shop.build(shop.pod, "POD-1")
    module = shop.build(shop.module, "M1")
    install_components(actor=actor, fittings=[Fitting(module, pod, "slot A")])
    for unit, product in ((pod, pod), (pod, module)):
        refusal = no(partial(install_components, actor=actor, fittings=[Fitting(unit, product)], anyway=True))
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


def test_a_part_was_used_for_what_came_of_its_completion(manager: User) -> None:
    shop = pods.pod_shop(manager)
    first, second = shop.order(2, may_miss_parts=True), shop.order(1, may_miss_parts=True)

    def build(order: Document, number: str, used: list[str]) -> Entry:
        parts = [UsedUnit(pods.line_of(order, shop.drive).pk, one) for one in used]
        return manufacturing.complete(actor=manager, order=order, completion=Completion([ProductRow(number)], used=parts))

    def placing(*pairs: tuple[str, str]) -> Callable[[], Entry]:
        fittings = [Fitting(pods.unit(part).pk, pods.unit(product).pk) for part, product in pairs]
        return partial(place_components, actor=manager, fittings=fittings, reason="So the bench says", anyway=True)

    entry = build(first, "SP-1", ["D01", "D02"])
    build(first, "SP-2", ["D03"])
    build(second, "SP-3", [])
    for product in ("SP-2", "SP-3"):
        refusal = no(placing(("D01", "SP-1"), ("D02", product)))
        assert (refusal.rule, list(refusal.fields), [cause.id for cause in refusal.causes]) == ("other-completion", ["product"], [entry.pk])
        assert [(one.text, one.line, one.entry_id) for one in refusal.offenders] == [("D02", 2, entry.pk)]
    text = "D01,SP-1\nD02,SP-2\nD03,SP-2"
    judged = judge_list(actor=manager, verb="place", text=text, anyway=True)
    assert [row.message for row in judged.rows] == ["", f"{first} used it for other products than SP-2", ""]
    place_one, place_three = placing(("D01", "SP-1")), placing(("D01", "SP-1"), ("D02", "SP-1"), ("D03", "SP-2"))
    with CaptureQueriesContext(connection) as one:
        placed = place_one()
    undo_entry(actor=manager, entry_id=placed.pk)
    with CaptureQueriesContext(connection) as three:
        place_three()
    assert (len(one), pods.unit("D02").parent) == (len(three), pods.unit("SP-1"))
