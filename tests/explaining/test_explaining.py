"""What is said of units in the way: since which entry each stands so, by whom and under what, and what leads out of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nameplate.explaining import Explained, explain
from nameplate.models import ReasonKind, Role, User
from nameplate.operations import holding, moving, reasons, sales, shipping, writing_off
from nameplate.operations.undoing import undo_entry
from nameplate.refusals import Offender, Refused
from tests import world
from tests.operations.returning import Counter, counter
from tests.operations.selling import ids, unit


@pytest.fixture
def desk(any_database: None) -> Counter:
    return counter()


def told(act: Callable[[], object], actor: User, path: str = "") -> Explained:
    """What is said of the refusal of `act` to `actor`."""
    with pytest.raises(Refused) as refused:
        act()
    return explain(refused.value, actor, path=path, named=8)


def ways(found: Explained) -> list[tuple[str, str]]:
    return [(way.label, way.page) for way in found.ways]


def test_a_hold_is_named_with_its_entry_also_when_the_unit_was_moved_since(desk: Counter) -> None:
    actor, (one, two) = desk.shop.actor, ids("D7", "D8")
    held = holding.hold_units(actor=actor, unit_ids=[one], reason="scratched")
    moving.move_units(actor=actor, unit_ids=[one], location_id=world.location(name="B-01", of=desk.shop.shelf.site).pk)
    act = partial(shipping.ship_directly, actor=actor, customer=desk.shop.customer, unit_ids=[one, two])
    found = told(act, actor)
    because = found.named[0].because
    assert because is not None
    assert (because.entry, because.person, found.named[0].offender.text) == (held.pk, actor.username, "D7")
    assert ways(found)[0] == ("Free from hold", f"/serials/{one}/hold")
    assert [way.label for way in found.named[0].ways] == ["Free from hold", f"Undo entry {held.pk}"]
    holding.hold_units(actor=actor, unit_ids=[two], reason="scratched")
    found = told(act, actor)
    assert [(way.label, way.page, way.units) for way in found.ways] == [
        ("Free 2 from hold", "/releases/new", (one, two)),
        ("Show the 2 in the list", "/serials", (one, two)),
    ]
    assert told(act, world.user(role=Role.VIEWER)).ways[0].rel == "list"


def test_what_was_shipped_says_with_what_and_is_taken_back(desk: Counter) -> None:
    actor, one = desk.shop.actor, ids("D1")[0]
    found = told(lambda: moving.move_units(actor=actor, unit_ids=[one], location_id=desk.shop.shelf.pk), actor)
    because = found.named[0].because
    assert because is not None
    assert (because.entry, because.number, because.noun) == (desk.sold.pk, str(desk.sold.document), "shipments")
    assert ways(found) == [("Take back", f"/returns/new?unit={one}")]


def test_each_fact_of_a_unit_has_its_own_way(desk: Counter) -> None:
    actor = desk.shop.actor
    order = desk.shop.order((desk.shop.drive, 2))
    paper = desk.shop.picked(order, "D7")
    desk.shop.reserve(order, "D8")
    returned = desk.back("D2")
    administrator = world.user(role=Role.ADMINISTRATOR)
    lost = reasons.create_reason(actor=administrator, kind=ReasonKind.WRITE_OFF, name="Lost")
    writing_off.write_off(actor=actor, unit_ids=ids("D9"), reason=lost.pk)
    wanted = {
        "D7": f"/shipments/{paper.pk}",
        "D8": f"/customer-orders/{order.pk}",
        "D2": f"/returns/{returned.pk}",
        "D9": f"/re-entries/new?unit={ids('D9')[0]}",
        "D10": f"/serials/{ids('D10')[0]}",
    }
    for number, page in wanted.items():
        refused = Refused("not-possible", "No.", offenders=[Offender(number, "so it is", unit(number).pk)])
        assert explain(refused, actor, path="", named=8).ways[0].page == page, number


def test_undoing_a_shipment_whose_unit_came_back_names_the_return_and_offers_to_undo_that(desk: Counter) -> None:
    paper = desk.back("D1")
    entry = paper.entries.get(act="returned")
    found = told(lambda: undo_entry(actor=desk.shop.actor, entry_id=desk.sold.pk), desk.shop.actor)
    because = found.named[0].because
    assert because is not None
    assert (because.entry, because.number, because.noun) == (entry.pk, paper.number, "returns")
    assert ways(found) == [(f"Undo entry {entry.pk}", f"/entries/{entry.pk}/reversal")]


def test_what_is_wrong_with_an_order_leads_to_it(desk: Counter) -> None:
    order = desk.shop.order((desk.shop.drive, 1))
    sales.cancel(actor=desk.shop.actor, order=order, reason="Called off")
    found = told(lambda: desk.shop.reserve(order, "D7"), desk.shop.actor, f"/customer-orders/{order.pk}/reservations")
    assert [way.page for way in found.ways] == [f"/customer-orders/{order.pk}"]


def test_statements_do_not_grow_with_units(desk: Counter) -> None:
    counts = []
    for numbers in (("D7",), ("D1", "D2", "D3", "D7", "D8", "D9")):
        refused = Refused("not-possible", "No.", offenders=[Offender(number, "so it is", unit(number).pk) for number in numbers])
        with CaptureQueriesContext(connection) as asked:
            explain(refused, desk.shop.actor, path="", named=8)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4
