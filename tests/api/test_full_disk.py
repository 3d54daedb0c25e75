"""A disk that is full: a refusal, nothing written, and all goes on once there is room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg.errors
from django.db import OperationalError, connection
from django.test import RequestFactory

from nameplate.ledger import verify
from nameplate.models import User
from nameplate.web import errors
from tests.api.asking import program_of
from tests.api.stock import placed
from tests.failing import everything

MOST_PAGES = 1_073_741_823


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite really has no page left; PostgreSQL’s server shares its disk with everybody, so that its driver says what it would say."""
    if connection.vendor == "postgresql":
        with connection.execute_wrapper(_no_room_for_movements):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # no page is free within the file either
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 20}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA max_page_count = {MOST_PAGES}")


def _no_room_for_movements(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if sql.startswith(("COPY nameplate_movement", "INSERT INTO nameplate_movement")):
        raise OperationalError("could not extend file") from psycopg.errors.DiskFull("could not extend file")
    return execute(sql, params, many, context)


def test_a_full_disk_refuses_a_receipt_and_nothing_of_it_is_written(committing: str, manager: User) -> None:
    program = program_of(manager)
    order = placed(program, {"drive": 10_000})
    address, body = f"/purchase-orders/{order.id}/receipts", order.receipt([f"N-{number:05d}" for number in range(10_000)])
    before = everything()
    with full_disk():
        answer = program.post(address, body, Idempotency_Key="k1")
        assert (answer.status, answer.json["rule"]) == (507, "disk-full")
        assert "full" in answer.json["detail"]
        assert program.get(f"/purchase-orders/{order.id}").json["status"] == "ordered"
    assert (everything(), verify()) == (before, [])
    made = program.made(address, body, Idempotency_Key="k1")
    assert (made["units"], verify()) == (10_000, [])


def test_a_page_says_that_the_disk_is_full(rf: RequestFactory) -> None:
    answer = errors.RefusalMiddleware(errors.our_fault).process_exception(rf.get("/serials"), no_room())
    assert answer is not None
    assert answer.status_code == 507
    assert "The disk of the database is full" in answer.content.decode()


def no_room() -> OperationalError:
    try:
        raise OperationalError("could not extend file") from psycopg.errors.DiskFull("could not extend file")
    except OperationalError as error:
        return error
