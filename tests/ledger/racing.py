"""Acts that run at once: threads with connections of their own, brought together at the statement that matters."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connection

from nameplate.models import Entry
from nameplate.refusals import Refused

PATIENCE = 1.0
"""Seconds that one waits for the others; the last may be kept from coming by a lock, which is a guard doing its work."""
CERTAIN = 20.0
"""Seconds for controls, where no guard keeps anybody."""

UNGUARDED = (("AND nameplate_serial.version = m.seq - %s", "AND m.seq > %s"), ("FOR NO KEY UPDATE", "FOR KEY SHARE"))
"""Without the check of a unit's version and without locks on documents, items, lots and units: what controls race `without`."""


def drop_the_key() -> bool:
    """Take the one movement of each number that a unit has off its table, on PostgreSQL. Whether that was done.

    SQLite lets its writers in one by one, which is its guard: there is nothing to take away.
    """
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE nameplate_movement DROP CONSTRAINT nameplate_movement_pkey CASCADE")
    return True


class Meeting:
    """Lets nobody pass the statement until all are there."""

    def __init__(self, count: int, at: str | tuple[str, ...], patience: float) -> None:
        self.barrier = threading.Barrier(count)
        self.patience = patience
        self.at = at

    def wait(self) -> None:
        """Until all are there, or too long."""
        try:
            self.barrier.wait(self.patience)
        except threading.BrokenBarrierError:
            return

    @contextmanager
    def attended(self) -> Iterator[None]:
        """Within the block this thread's first statement that begins so waits for the others'."""
        met = False

        def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal met
            if not met and sql.startswith(self.at):
                met = True
                self.wait()
            return execute(sql, params, many, context)

        with connection.execute_wrapper(wrapper):
            yield


@contextmanager
def rewritten(replaced: Sequence[tuple[str, str]]) -> Iterator[None]:
    """A guard taken off for a control: within the block these pieces of SQL are replaced."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        for old, new in replaced:
            sql = sql.replace(old, new)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


def race(
    *acts: Callable[[], Entry | None], at: str | tuple[str, ...] = "", without: Sequence[tuple[str, str]] = (), patience: float = PATIENCE
) -> list[Entry | Refused | None]:
    """Do all acts at once; what came of each. `at` is the statement before which they meet (PostgreSQL; SQLite's writers meet at the door).

    Anything but an entry or a refusal is a failure of the test.
    """
    meeting = Meeting(len(acts), at, patience)
    outcomes: list[Entry | Refused | None] = [None] * len(acts)
    failures: list[BaseException] = []

    def run(index: int) -> None:
        try:
            with ExitStack() as stack:
                stack.enter_context(rewritten(without))
                if at and connection.vendor == "postgresql":
                    stack.enter_context(meeting.attended())
                else:
                    connection.ensure_connection()
                    meeting.wait()
                outcomes[index] = attempt(acts[index])
        except BaseException as failure:  # noqa: BLE001  # shown by the test, whatever it is
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failures:
        raise failures[0]
    assert not any(thread.is_alive() for thread in threads), "somebody hangs"
    return outcomes


def attempt(act: Callable[[], Entry | None]) -> Entry | Refused | None:
    """What came of one act."""
    try:
        return act()
    except Refused as refusal:
        return refusal


def winners(outcomes: Sequence[Entry | Refused | None]) -> list[Entry]:
    """Those that were done."""
    return [outcome for outcome in outcomes if isinstance(outcome, Entry)]


def refusals(outcomes: Sequence[Entry | Refused | None]) -> list[Refused]:
    """Those that were refused."""
    return [outcome for outcome in outcomes if isinstance(outcome, Refused)]
