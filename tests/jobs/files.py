"""Files that tests bring in, and the whole way from choosing one to its end, without a worker."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from nameplate.jobs import files, running
from nameplate.models import Entry, Import, Job, User
from nameplate.operations.importing.mapping import Chosen, FileMapping

HEADS = ("date", "serial_number", "model", "capacity_bytes", "failure")


def csv_of(rows: Iterable[Sequence[Any]], heads: Sequence[str] = HEADS) -> bytes:
    """A CSV with these heads."""
    out = io.StringIO()
    csv.writer(out).writerows([heads, *rows])
    return out.getvalue().encode()


def drives(count: int, *, model: str = "ST4000", first: int = 1, day: str = "2013-04-10") -> list[tuple[Any, ...]]:
    """So many drives of one model."""
    return [(day, f"Z30{number:05d}", model, 4000787030016, 0) for number in range(first, first + count)]


def mapping(**given: Any) -> FileMapping:
    """Serial, item and day by column; the vendor for the whole file."""
    columns = tuple(
        Chosen(column, target) for target, column in {"received_on": 1, "serial": 2, "item": 3, **given.pop("more", {})}.items()
    )
    constants = {"vendor": "Tolomei Distribution", "location": "Main plant · A-01", **given.pop("constants", {})}
    return FileMapping(columns=given.pop("columns", columns), constants=constants, **given)


def taken(actor: User, data: bytes, name: str = "drives.csv") -> Import:
    """The file, taken."""
    return files.take_file(actor=actor, name=name, data=data)


def ended(job: Job) -> Job:
    """The job, run here to its end."""
    running.run(job.pk, beats=False)
    job.refresh_from_db()
    return job


def checked(actor: User, found: Import, how: FileMapping) -> Job:
    """The dry run of a file."""
    return ended(files.check_file(actor=actor, import_id=found.pk, mapping=how))


def brought(actor: User, found: Import, how: FileMapping) -> Job:
    """The real run of a file."""
    return ended(files.run_file(actor=actor, import_id=found.pk, mapping=how))


def entry_of(job: Job) -> Entry:
    """The entry that it made."""
    assert job.entry is not None, job.outcome
    return job.entry
