"""`python -m bench`: measure, print, write down. `--quick` is a short form of minutes that leaves the repository as it is."""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from pathlib import Path

from bench import acts, files, machine, reading, writing
from bench.databases import DATA, Kind, PostgresqlServer, SqliteFiles
from bench.report import printed, write_document
from bench.results import FOLDER, begin, load, newest

FULL = {100: 30, 1_000: 30, 10_000: 30, 50_000: 5}
QUICK = {100: 5, 1_000: 5, 10_000: 5}
"""Turns by units received in one call."""
FULL_FILES = {13_519: 5, 100_000: 3}
QUICK_FILES = {13_519: 2, 100_000: 1}
"""Turns by units brought in as one file."""
MEMORY_FILE = 100_000
ACTED = 10_000
FULL_ACTS, QUICK_ACTS = 8, 3
"""Turns of each act on so many units."""


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure the served product beside the bare database.")
    parser.add_argument("--quick", action="store_true", help="fewer turns, 100,000 units only, nothing written to the repository")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one of the two databases")
    parser.add_argument("--skip", choices=["reads", "writes", "acts", "files"], action="append", default=[], help="leave one part out")
    parser.add_argument("--render", action="store_true", help="only write docs/performance.md from the newest result")
    parser.add_argument(
        "--take-in", type=Path, metavar="FILE", help="put what a partial run measured again in its place in the newest result"
    )
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    if chosen.render:
        write_document(newest())
        return
    if chosen.take_in:
        whole = newest()
        whole.take_in(load(chosen.take_in))
        whole.save(FOLDER)
        write_document(whole)
        return
    kinds: list[Kind] = []
    if chosen.only != "sqlite":
        kinds.append(PostgresqlServer())
    if chosen.only != "postgresql":
        kinds.append(SqliteFiles())
    run(kinds, quick=chosen.quick, skip=chosen.skip, partial=bool(chosen.only or chosen.skip))


def run(kinds: list[Kind], *, quick: bool, skip: list[str], partial: bool) -> None:
    """Measure everything; a whole run is kept in the repository."""
    results = begin(machine.facts([kind.version() for kind in kinds]))
    for kind in kinds:
        if "writes" not in skip:
            _say(f"{kind.name}: receiving and undoing")
            results.add_written(kind.name, writing.measure(kind, QUICK if quick else FULL))
            results.add_grown(kind.name, writing.memory(kind, (10_000, 50_000)))
        if "acts" not in skip:
            _say(f"{kind.name}: acts on many units")
            results.add_acted(kind.name, acts.measure(kind, QUICK_ACTS if quick else FULL_ACTS, ACTED))
        if "files" not in skip:
            _say(f"{kind.name}: bringing in files and exporting")
            results.add_filed(kind.name, files.bring_in(kind, QUICK_FILES if quick else FULL_FILES))
            results.add_filed(kind.name, files.take_out(kind, 2 if quick else 5))
            results.add_grown(kind.name, [files.memory(kind, MEMORY_FILE)], "bring in")
        if "reads" not in skip:
            for units in (100_000,) if quick else (100_000, 1_000_000):
                _say(f"{kind.name}: reading from {units:,} units")
                results.add_read(kind.name, reading.measure(kind, units, 10 if quick else 30))
                results.add_read(kind.name, reading.measure_fields(kind, units, 10 if quick else 30))
    print(printed(results))
    kept = not quick and not partial
    path = results.save(FOLDER if kept else DATA / "results")
    _say(f"written to {path}")
    if kept:
        write_document(results)


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
