"""A process that receives until it is killed, and says so of each receipt that is committed (see `test_killed`)."""

from __future__ import annotations

import itertools
import os
import sys

UNITS = 40
"""In one receipt: enough that it takes longer than it takes to kill."""


def main(prefix: str, order_id: int, line_id: int, place_id: int) -> None:
    """Receive again and again, undoing every third; say so when the database has it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "nameplate.settings"
    import django

    django.setup()
    from nameplate.models import User
    from nameplate.operations.receiving import LineReceipt, receive
    from nameplate.operations.undoing import undo_entry

    actor = User.objects.get(username="receiver")
    for number in itertools.count(1):
        numbers = [f"{prefix}-{number}-{unit}" for unit in range(UNITS)]
        entry = receive(actor=actor, order=order_id, lines=[LineReceipt(line_id, numbers)], location_id=place_id)
        _say(f"received {number}")
        if number % 3 == 0:
            undo_entry(actor=actor, entry_id=entry.pk)
            _say(f"undone {number}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
