"""A delivery of drives and screws, and somebody who receives it."""

from __future__ import annotations

import pytest
from django.test import Client

from nameplate.models import Document, Location, Tracking, User
from tests import world


@pytest.fixture
def shelf(db: None) -> Location:
    return world.location(name="A-03-2", of=world.site(name="Main plant"))


@pytest.fixture
def order(db: None, shelf: Location) -> Document:
    drive = world.item(number="HDD-3T", description="Hard drive 3 TB")
    screw = world.item(number="SCR-M3", tracking=Tracking.NONE)
    return world.purchase_order(lines=[(drive, 5), (screw, 100)])


@pytest.fixture
def screen(client: Client, operator: User) -> Client:
    client.force_login(operator)
    return client
