"""kill -9 on a worker that brings a file in: all of it is there or nothing, the next worker finishes it, and it is done once."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection

from nameplate.jobs import files
from nameplate.jobs.worker import Worker
from nameplate.ledger import verify
from nameplate.models import Entry, Job, JobStatus, Role, Serial
from tests import databases, proving, world
from tests.jobs.files import csv_of, drives, mapping, taken

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120.0
LINES = 1_500
"""Of one file: enough that bringing it in takes longer than it takes to kill."""


def test_a_worker_killed_at_any_moment_leaves_all_or_nothing_and_the_next_finishes(committing: str) -> None:
    manager = world.user(role=Role.MANAGER)
    world.location(of=world.site(name="Main plant"))
    chance = random.Random(proving.seed("kill -9 while a file is brought in"))
    kills, before = proving.times(2, 30), [0, 0]
    for number in range(kills):
        found = taken(manager, csv_of(drives(LINES, first=1 + number * LINES, model=f"M{number % 3}")))
        job = files.run_file(actor=manager, import_id=found.pk, mapping=mapping())
        connection.close()
        killed_worker(committing, chance)
        stored = Serial.objects.filter(item__number=f"M{number % 3}", number__gte=f"Z30{1 + number * LINES:05d}").count()
        assert stored in {0, LINES}, "half of it is there"
        before[stored > 0] += 1
        Worker(until_idle=True).work()
        job = Job.objects.get(pk=job.pk)
        assert (job.status, job.outcome.get("units")) == (JobStatus.DONE, LINES), job.outcome
        assert Serial.objects.count() == (number + 1) * LINES
        assert Entry.objects.filter(act="received").count() == number + 1
    assert verify() == []
    if connection.vendor == "sqlite":
        connection.close()
        assert databases.check_sqlite(committing) == "ok"
    proving.note(
        f"kill -9 while a file is brought in: {kills} kills, {before[0]} before it was stored, {before[1]} after; "
        f"each finished once by the next worker ({connection.vendor})"
    )


def killed_worker(database: str, chance: random.Random) -> None:
    """Start a worker and kill it at a random moment after it said that it is there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "nameplate", "worker", "--until-idle"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": databases.url(database), "NAMEPLATE_LOG_LEVEL": "info"},
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        ready, _, _ = select.select([process.stderr], [], [], PATIENCE)
        assert ready, "it never began"
        until = time.monotonic() + chance.uniform(0, 0.9)
        while time.monotonic() < until and process.poll() is None:
            select.select([], [], [], 0.01)
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)
    assert process.returncode in {-signal.SIGKILL, 0}
