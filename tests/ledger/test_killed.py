"""kill -9 while receiving: everything acknowledged is there, nothing is half there."""

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

from nameplate.ledger import verify
from nameplate.models import Entry, Line, Movement, Serial
from tests import databases, proving, world
from tests.ledger.receiver import UNITS

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120.0


def test_what_was_acknowledged_is_there_and_nothing_is_half_there(committing: str) -> None:
    world.user(username="receiver")
    place = world.location()
    order = world.purchase_order(lines=[(world.item(), 10_000_000)])
    line = Line.objects.get(document=order)
    chance = random.Random(proving.seed("kill -9 while receiving"))
    kills = proving.times(2, 50)
    acknowledged = 0
    for number in range(kills):
        prefix = f"K{number}"
        said = killed_while_receiving([prefix, str(order.pk), str(line.pk), str(place.pk)], committing, chance)
        received = {int(word) for act, word in said if act == "received"}
        undone = {int(word) for act, word in said if act == "undone"}
        acknowledged += len(said)
        check(prefix, received, undone)
        assert verify() == []
    if connection.vendor == "sqlite":
        connection.close()
        assert databases.check_sqlite(committing) == "ok"
    proving.note(
        f"kill -9 while receiving: {kills} kills, {acknowledged} acts acknowledged, none lost, none half done ({connection.vendor})"
    )


def check(prefix: str, received: set[int], undone: set[int]) -> None:
    """Each receipt is there with all its units or not at all; at most the one that was under way is there without having been said."""
    keys = Serial.objects.filter(key__startswith=f"{prefix.lower()}-").values_list("key", "withdrawn")
    units: dict[int, list[bool]] = {}
    for key, withdrawn in keys:
        units.setdefault(int(key.split("-")[1]), []).append(withdrawn)
    assert received <= units.keys()
    assert len(units.keys() - received) <= 1
    for number, marks in units.items():
        assert len(marks) == UNITS
        assert len(set(marks)) == 1, "half undone"
        if number in undone:
            assert all(marks)
        elif number % 3:
            assert not any(marks)
    entries = Entry.objects.filter(movements__serial__key__startswith=f"{prefix.lower()}-").distinct()
    assert all(Movement.objects.filter(entry=entry).count() == UNITS for entry in entries)


def killed_while_receiving(arguments: list[str], database: str, chance: random.Random) -> list[tuple[str, str]]:
    """What the receiver acknowledged before it was killed, at a random moment after its first word."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.receiver", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": databases.url(database)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
        assert ready, "it never began"
        until = time.monotonic() + chance.uniform(0, 0.6)
        while time.monotonic() < until:
            select.select([], [], [], max(0.0, until - time.monotonic()))
    finally:
        process.send_signal(signal.SIGKILL)
        output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL, errors.decode()
    # The last line may have been cut: then it was not said.
    lines = output.decode().split("\n")[:-1]
    return [(act, number) for act, number in (line.split() for line in lines)]
