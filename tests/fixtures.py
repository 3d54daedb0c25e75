"""What tests ask for by name: a database, people, real drives, a served product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from nameplate.models import Role, User
from tests import databases, world
from tests.serving import Served, served


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Every test process works on its own copy of the migrated template; `db` rolls back in it."""
    with django_db_blocker.unblock(), databases.copied(), django_db_blocker.block():
        yield


@pytest.fixture
def committing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A fresh database in which commits are real and threads may connect. Its value is the database's name, for `databases.url`."""
    with django_db_blocker.unblock(), databases.copied() as database:
        yield database


@pytest.fixture
def demo_company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A fresh database with the demo company in it. Its value is the database's name."""
    with django_db_blocker.unblock(), databases.copied("demo") as database:
        yield database


@pytest.fixture
def any_database(request: pytest.FixtureRequest) -> None:
    """The database this test asked for: `committing` if it names it, else `db`."""
    request.getfixturevalue("committing" if "committing" in request.fixturenames else "db")


@pytest.fixture
def administrator(any_database: None) -> User:
    return world.user(role=Role.ADMINISTRATOR)


@pytest.fixture
def manager(any_database: None) -> User:
    return world.user(role=Role.MANAGER)


@pytest.fixture
def operator(any_database: None) -> User:
    return world.user(role=Role.OPERATOR)


@pytest.fixture
def viewer(any_database: None) -> User:
    return world.user(role=Role.VIEWER)


@pytest.fixture
def actor(operator: User) -> User:
    """Whoever does the work when it does not matter who."""
    return operator


@pytest.fixture(scope="session")
def real_drives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CSV of 13,519 drives: the real one where `NAMEPLATE_REAL_DATA` says it is, else one generated in its shape."""
    return world.drives_csv(tmp_path_factory.mktemp("drives") / "drives.csv")


@pytest.fixture
def product(committing: str) -> Iterator[Served]:
    """The served product on a database of this test's own, which Django here sees too."""
    with served(committing) as running:
        yield running
