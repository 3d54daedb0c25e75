"""A count posted while the very unit that it misses leaves: one of the two gets the unit; and each race is shown to be one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pytest

from nameplate.ledger import verify
from nameplate.models import Document, Entry, Item, Movement, Role, Serial, Status, Tracking
from nameplate.operations import cataloguing, counting, manufacturing
from nameplate.operations.cataloguing.bills import Part, set_bill
from nameplate.operations.counting import Posted
from nameplate.operations.shipping import ship_directly
from nameplate.refusals import Busy, Conflict
from tests import proving, world
from tests.counting import CountShop, count_shop, unit
from tests.ledger.racing import CERTAIN, UNGUARDED, drop_the_key, race, winners

MOVEMENTS = "COPY nameplate_movement"
LOOKING = ('SELECT "nameplate_lot"."id"', MOVEMENTS)
"""The count about to hold still what it looks at, the other act about to write."""
ROUNDS = proving.times(1, 5)
TOLD = (Conflict, Busy)


class Counted:
    """A shelf of which all but one drive was scanned; what the posting of its count did is kept."""

    def __init__(self, shop: CountShop, missing: str) -> None:
        self.shop, self.missing = shop, missing
        self.count = shop.count(shop.shelf, item=shop.drive)
        numbers = Serial.objects.filter(location=shop.shelf, lot=shop.drives, status=Status.RECEIVED).exclude(number=missing)
        shop.scan(self.count, *numbers.values_list("number", flat=True))
        self.posted: list[Posted] = []

    def post(self) -> Entry:
        done = counting.post_count(actor=self.shop.actor, count=self.count, reason=self.shop.lost)
        self.posted.append(done)
        return done.entry


def shelf() -> CountShop:
    return count_shop(world.user(role=Role.MANAGER), world.user(role=Role.ADMINISTRATOR))


def builder(shop: CountShop) -> Callable[[str], Entry]:
    """Uses a drive of this number for a manufacturing order."""
    made: Item = cataloguing.create_item(actor=shop.actor, number="POD", made=True, tracking=Tracking.SERIAL)
    set_bill(actor=shop.actor, item=made, version=made.version, parts=[Part(shop.drive, 1)])
    order: Document = manufacturing.start(
        actor=shop.actor,
        order=manufacturing.create_manufacturing_order(actor=shop.actor, item=made, quantity=100, location=shop.shelf),
    )
    line = order.lines.get(item=shop.drive).pk

    def use(number: str) -> Entry:
        completion = manufacturing.Completion(
            rows=[manufacturing.ProductRow(f"POD-{number}", [])], used=[manufacturing.UsedUnit(line, number)]
        )
        return manufacturing.complete(actor=shop.actor, order=order, completion=completion)

    return use


def seller(shop: CountShop) -> Callable[[str], Entry]:
    """Ships a drive of this number."""
    customer = world.customer()
    return lambda number: ship_directly(actor=shop.actor, customer=customer, unit_ids=[unit(number).pk])


WAYS = {Status.SHIPPED: seller, Status.CONSUMED: builder}


@pytest.mark.parametrize("way", WAYS)
def test_a_count_is_posted_while_what_it_misses_leaves(committing: str, way: Status) -> None:
    """Either it is written off and the other is told, or it has gone and the count leaves it out, or is told: never both."""
    shop = shelf()
    leave = WAYS[way](shop)
    for index in range(ROUNDS * 2):
        missing = f"D{index + 1:02d}"
        counted = Counted(shop, missing)
        outcomes = race(counted.post, partial(leave, missing), at=LOOKING if index % 2 else MOVEMENTS)
        _one_got_it(counted, outcomes, way)
    assert verify() == []


def _one_got_it(counted: Counted, outcomes: Sequence[object], way: Status) -> None:
    count, left = outcomes
    found = unit(counted.missing)
    written = bool(counted.posted) and counted.posted[0].write_off is not None
    assert written != isinstance(left, Entry)
    assert found.status == (Status.WRITTEN_OFF if written else way)
    for refusal in outcomes:
        assert isinstance(refusal, (Entry, *TOLD))
    if isinstance(left, Entry) and isinstance(count, Entry):
        assert [(one.number, one.left_out) for one in counted.posted[0].differences.left_out] == [
            (counted.missing, "something was done to it since")
        ]


def test_control_without_the_guards_it_is_shipped_and_written_off(committing: str) -> None:
    """Shows that the races above are races: without the count's locks and the ledger's guards both have it, as its second entry.

    On SQLite, whose writers come in one by one, nothing can be taken away.
    """
    shop = shelf()
    counted = Counted(shop, "D01")
    off = drop_the_key()
    outcomes = race(counted.post, partial(seller(shop), "D01"), at=MOVEMENTS, without=UNGUARDED, patience=CERTAIN)
    both = len(winners(outcomes)) == 2 and counted.posted[0].write_off is not None
    assert both == off
    second = Movement.objects.filter(serial__number="D01", seq=2).values_list("kind", flat=True)
    assert len(set(second)) == (2 if both else 1)
