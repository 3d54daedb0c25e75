"""Statements of the database that fail, one after the other: whatever fails, nothing may be left of the act."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection

from nameplate.ledger import bulk, verify


class Broken(OperationalError):
    """What a disk that is full says."""


def failing_at(number: int, failed: list[str]) -> Callable[..., Any]:
    """Let the statement of this number fail, and note it."""
    seen = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number:
            failed.append(sql)
            raise Broken("the disk is full")
        return execute(sql, params, many, context)

    return wrapper


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    tables = [model._meta.db_table for model in apps.get_app_config("nameplate").get_models()]
    if connection.vendor == "sqlite":
        tables += ["nameplate_number", "sqlite_sequence", "nameplate_serial_trigram_docsize"]
    return {table: sorted(bulk.query(f"SELECT * FROM {table}"), key=repr) for table in tables}


def fails_at_every_statement(act: Callable[[], object]) -> list[str]:
    """Let each statement of the act fail in turn: nothing may be left of it. Then it works. The statements that failed."""
    before = everything()
    failed: list[str] = []
    for number in range(1, 200):
        with suppress(Broken), connection.execute_wrapper(failing_at(number, failed)):
            act()
            break
        assert everything() == before, f"statement {number} left something behind: {failed[-1]}"
    assert len(failed) == number - 1 > 10
    assert everything() != before
    assert verify() == []
    return failed
