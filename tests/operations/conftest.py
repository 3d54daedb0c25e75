"""What tests of operations begin and end with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nameplate.ledger import verify
from nameplate.models import (
    Document,
    Item,
    Location,
    Party,
    User,
)
from nameplate.operations import cataloguing, purchasing
from nameplate.operations.purchasing import OrderLine


@pytest.fixture(autouse=True)
def _what_stands_is_the_sum_of_what_was_done(any_database: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test of an operation. Races say for themselves what stands: their controls break it on purpose."""
    yield
    if "committing" not in request.fixturenames and request.node.get_closest_marker("laid_by_hand") is None:
        assert verify() == []


@pytest.fixture
def vendor(manager: User) -> Party:
    return cataloguing.create_vendor(actor=manager, name="Tolomei Distribution")


@pytest.fixture
def drive(manager: User) -> Item:
    return cataloguing.create_item(actor=manager, number="HDD-3T-W", description="Hard drive 3 TB WD")


@pytest.fixture
def screw(manager: User) -> Item:
    return cataloguing.create_item(actor=manager, number="SCREW-M3", tracking="none", unit="kg")


@pytest.fixture
def shelf(manager: User) -> Location:
    site = cataloguing.create_site(actor=manager, name="Main plant")
    return cataloguing.create_location(actor=manager, site=site, name="A-03-2")


@pytest.fixture
def placed(manager: User, vendor: Party, drive: Item, screw: Item) -> Document:
    """An order under way: 100 drives and 2.5 kg of screws."""
    made = purchasing.create_purchase_order(actor=manager, vendor=vendor, lines=[OrderLine(drive, 100), OrderLine(screw, "2.5")])
    return purchasing.order(actor=manager, order=made)
