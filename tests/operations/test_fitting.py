"""Units built into products that exist, and said to be in them later."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nameplate.models import Entry, Reason, User
from nameplate.operations.assembling import (
    Fitting,
    install_components,
    place_components,
)
from nameplate.operations.assembling.bills import free_places
from nameplate.operations.holding import hold_units
from nameplate.operations.reasons import create_reason
from nameplate.operations.undoing import undo_entry
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
