"""The ways in which tests use a database do what they promise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.core import checks
from django.db import connection

from nameplate.models import Role, User
from tests import databases, world


def test_commits_are_real_and_seen_by_other_threads(committing: str) -> None:
    world.user(role=Role.MANAGER)

    def count() -> int:
        try:
            return User.objects.count()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(count).result() == 1


def test_each_committing_test_begins_fresh(committing: str) -> None:
    assert User.objects.count() == 0
    world.user()


def test_a_copy_is_a_database_of_its_own(committing: str) -> None:
    world.user()
    with databases.copied() as other:
        assert other != committing
        assert User.objects.count() == 0
    assert User.objects.count() == 1


def test_a_copy_keeps_the_triggers_that_hold_the_ledger(db: None) -> None:
    assert checks.run_checks(tags=["database"], databases=["default"]) == []


def test_the_settings_are_those_of_production(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1)):
                cursor.execute(f"PRAGMA {pragma}")
                assert cursor.fetchone() == (wanted,)
        else:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("15s",)
