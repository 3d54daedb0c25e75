"""A served product with a small company in it, and ways into it for people of every role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.test import Client
from pytest_django import DjangoDbBlocker

from nameplate.models import Item, Location, Party, Role, User
from tests import databases, passwords, world
from tests.serving import served

PASSWORD = "a long winter in Tallinn"


@dataclass(frozen=True)
class Shop:
    """The running product and what stands in it from the start. Each test makes its own items and orders besides."""

    url: str
    database: str
    people: dict[str, User]
    vendor: Party
    shelf: Location
    drive: Item
    """120 units in stock, A1 to A120."""

    def session_of(self, role: str) -> str:
        """A session of this person, as signing in would have made it."""
        client = Client()
        client.force_login(self.people[role])
        return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def open_shop(blocker: DjangoDbBlocker) -> Iterator[Shop]:
    """Serve a fresh database with a person per role, a vendor and a shelf."""
    with blocker.unblock():
        database = databases.copy()
        try:
            with databases.pointed_at(database):
                people = {role.value: world.user(role=role, username=role.value) for role in Role}
                hashed = passwords.at_full_cost(PASSWORD)
                for person in people.values():
                    person.password = hashed
                    person.save()
                vendor = world.vendor()
                shelf = world.location(of=world.site(name="Main plant"))
                drive = world.item(number="DRIVE-3T", description="Hard drive 3 TB")
                order = world.purchase_order(lines=[(drive, 120)], of=vendor)
                world.receipt(numbers=[f"A{count}" for count in range(1, 121)], order=order, at=shelf)
            with served(database) as running:
                yield Shop(url=running.url, database=database, people=people, vendor=vendor, shelf=shelf, drive=drive)
        finally:
            databases.drop(database)
