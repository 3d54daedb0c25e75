"""The stand-ins for real data have the shape of real data."""

from __future__ import annotations

import csv
from pathlib import Path


def test_the_drives_are_as_many_as_in_the_real_file(real_drives: Path) -> None:
    with real_drives.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 13_519
    assert len({row["serial_number"] for row in rows}) == 13_519
    assert len({row["model"] for row in rows}) == 31
    assert sum(row["serial_number"].startswith("WD-") for row in rows) == 771
