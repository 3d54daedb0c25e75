"""Chooses this run's database and data folder before Django reads its settings, and starts Django."""

from __future__ import annotations

import gc

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


def pytest_collection_finish() -> None:
    """As the served product does (nameplate/wsgi.py), the garbage collector looks seldom, and never at what is loaded by now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
