"""Chooses this run's database and data folder before Django reads its settings, and starts Django."""

from __future__ import annotations

from tests import databases

databases.begin()

import django  # noqa: E402

django.setup()

from tests import clients, passwords  # noqa: E402  # they need Django's settings

clients.share_middleware()
passwords.hash_cheaply()

pytest_plugins = ["tests.fixtures", "tests.browser.fixtures", "tests.proving"]


def pytest_unconfigure() -> None:
    databases.end()
