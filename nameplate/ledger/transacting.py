"""One act, one transaction; and what the database says no to, said in words.

A unique violation cannot be looked into inside the transaction that it broke. Posting therefore raises `Collision` with a question to ask
afterwards, and the outermost `transacting()` asks it once the transaction is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DatabaseError, IntegrityError, OperationalError, transaction

from nameplate.refusals import Busy, Conflict, NoRoom, Refused

_depth: ContextVar[int] = ContextVar("nameplate_transacting_depth", default=0)
_rehearsed: ContextVar[bool] = ContextVar("nameplate_transacting_rehearsed", default=False)

LOCKED = {"55P03", "40P01", "40001", "57014"}
"""PostgreSQL's lock timeout, deadlock, serialization failure and canceled statement."""
DISK_FULL = "53100"
"""PostgreSQL's word for it."""


class Collision(Exception):
    """A constraint refused a row; `explain` finds out, after the rollback, which unit and whose act it was."""

    def __init__(self, explain: Callable[[], Refused]) -> None:
        super().__init__("a constraint of the database refused a row")
        self.explain = explain


def busy() -> Busy:
    """The answer to a lock that was not had in time."""
    return Busy("busy", "Somebody else's work holds the same rows just now; nothing was changed.", way_out="Try again in a moment.")


def is_lock_failure(error: DatabaseError) -> bool:
    """Whether the database gave up waiting for another transaction (try again), rather than being broken."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in LOCKED or type(cause).__name__ == "PoolTimeout":
        return True
    return isinstance(error, OperationalError) and "locked" in str(error)


def is_full(error: DatabaseError) -> bool:
    """Whether the database has no room left to write to."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) == DISK_FULL or getattr(cause, "sqlite_errorname", None) == "SQLITE_FULL"


def refusal_of(error: DatabaseError) -> Refused | None:
    """What is said of a failure that is nobody's fault, whatever was asked; None for one that is ours."""
    if is_lock_failure(error):
        return busy()
    if is_full(error):
        return NoRoom(
            "disk-full", "The disk of the database is full; nothing was changed.", way_out="Tell your administrator, who makes room on it."
        )
    return None


def constraint_of(error: IntegrityError) -> str:
    """The violated constraint's name on PostgreSQL; SQLite's message, which names the constraint or the columns."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(diagnosis.constraint_name) if diagnosis is not None else str(error)


@contextmanager
def transacting() -> Iterator[None]:
    """Run the block in one transaction; inside another `transacting` it joins that one.

    Raises `Refused` for what the database refuses: `Busy` for locks not had in time, `NoRoom` for a full disk, `Conflict` for constraints.
    """
    depth = _depth.get()
    if depth:
        yield
        return
    token = _depth.set(depth + 1)
    try:
        with transaction.atomic():
            yield
    except Collision as collision:
        raise collision.explain() from collision
    except IntegrityError as error:
        raise Conflict(
            "changed-meanwhile",
            "Somebody else changed the same things at the same time; nothing was changed by you.",
            way_out="Load the page again and look before you repeat it.",
            extra={"constraint": constraint_of(error)},
        ) from error
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is not None:
            raise refusal from error
        raise
    finally:
        _depth.reset(token)


@contextmanager
def rehearsing() -> Iterator[None]:
    """Run the block as `transacting` does, and take back whatever it wrote; it refuses what the act would. Call it in no transaction.

    It waits for locks as the act would. Numbers of series are not taken.
    """
    token = _rehearsed.set(True)
    try:
        with transacting():
            yield
            transaction.set_rollback(True)
    finally:
        _rehearsed.reset(token)


def is_rehearsal() -> bool:
    """Whether what is done now is taken back."""
    return _rehearsed.get()
