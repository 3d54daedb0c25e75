"""How much a test does: a few times in `make test`, in full in `make prove`; and what it says of itself at the end.

`NAMEPLATE_PROVE=1` asks for the full counts, `NAMEPLATE_SEED` repeats a run. What tests `note` is printed after the last of them.
`NAMEPLATE_DRAW`, a number that `make test` throws, lets a run take a share of the tests of pages and doors, other ones each time: rules are
tested at the operation, and those all run; those that need no commits take turns on PostgreSQL too. CI and `make prove` take every test.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck

from tests import databases

PROVING = os.environ.get("NAMEPLATE_PROVE", "") == "1"


def times(short: int, full: int) -> int:
    """How often to do it."""
    return full if PROVING else short


def seed(what: str) -> int:
    """A seed of this run for this test: noted, so that a failure can be repeated with `NAMEPLATE_SEED`."""
    given = os.environ.get("NAMEPLATE_SEED", "")
    chosen = int(given) if given else random.SystemRandom().randrange(2**32)
    note(f"{what}: seed {chosen}")
    return chosen


def settings(*, short: int, full: int, steps: int = 50) -> hypothesis.settings:
    """Hypothesis's settings: how many examples, without a deadline (the database decides how long a step takes) or a memory of its own."""
    return hypothesis.settings(
        max_examples=times(short, full),
        stateful_step_count=steps,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


def note(line: str) -> None:
    """Say something that stands in the results: a seed, a count, a time."""
    with _notes().open("a") as file:
        file.write(f"{line}\n")


def _notes() -> Path:
    return Path(os.environ[databases.FOLDER]) / "notes.txt"


SHARES = {"tests/api/": 1 / 8, "tests/browser/": 1 / 8, "tests/web/": 1 / 8}
SHARES_ON_POSTGRESQL = {"tests/operations/": 1 / 3, "tests/listings/": 1 / 3}
"""Of what has already run on SQLite as a whole, and does nothing at the same time as others."""


def _share(item: pytest.Item) -> float:
    shares = dict(SHARES)
    if os.environ.get("DATABASE_URL", "").startswith("postgres") and "committing" not in getattr(item, "fixturenames", ()):
        shares |= SHARES_ON_POSTGRESQL
    return next((share for folder, share in shares.items() if item.nodeid.startswith(folder)), 1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not drawn. All workers of a run draw alike: by the run's number and the test's name."""
    drawing = os.environ.get("NAMEPLATE_DRAW", "")
    if not drawing or PROVING:
        return
    left = [item for item in items if random.Random(drawing + item.nodeid).random() >= _share(item)]
    items[:] = [item for item in items if item not in set(left)]
    config.hook.pytest_deselected(items=left)
    note(f"NAMEPLATE_DRAW={drawing}: {len(left):,} tests were not drawn")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the notes of all workers: always when proving, else when something failed."""
    if (PROVING or terminalreporter.stats.get("failed")) and _notes().exists():
        terminalreporter.section("what was tried, and from which seeds")
        for line in sorted(set(_notes().read_text().splitlines())):
            terminalreporter.write_line(line)
