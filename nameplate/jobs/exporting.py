"""A whole list as a file: CSV or XLSX, written row by row, however many there are."""

from __future__ import annotations

import csv
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import xlsxwriter
from django.utils import timezone

from nameplate import listings
from nameplate.jobs.asking import start
from nameplate.jobs.work import EVERY, Work
from nameplate.ledger.transacting import transacting
from nameplate.listings.columns import Column
from nameplate.listings.export import cell_of, file_name, text_of
from nameplate.listings.query import refuse_mistakes
from nameplate.models import Job, JobKind, User
from nameplate.refusals import Invalid, TooLarge

CSV, XLSX = "csv", "xlsx"
FORMS: Mapping[str, str] = {CSV: "CSV", XLSX: "XLSX"}
MOST_XLSX = 1_048_575
"""Rows below the heads of a sheet."""
EXACT = 10**15
"""A sheet keeps fifteen digits of a number."""
PACKED_ABOVE = 16_000_000
"""Bytes of a CSV above which it is packed: what is kept is read into memory once."""


def start_export(*, actor: User, name: str, query: str, form: str) -> Job:
    """Begin the export of a list as `query` (an address's part behind the question mark) narrows and orders it.

    Refused: a list or form that there is not; a query with a mistake in it, each named.
    """
    listing = listings.ALL.get(name)
    wrong: dict[str, str] = {}
    if listing is None:
        wrong["list"] = f"There is no such list. There are: {', '.join(listings.ALL)}."
    if form not in FORMS:
        wrong["format"] = "Say csv or xlsx."
    if listing is None or wrong:
        raise Invalid("invalid-fields", next(iter(wrong.values())), fields=wrong)
    params = params_of(query)
    refuse_mistakes(listing.mistakes(params, actor=actor))
    with transacting():
        title = f"{listing.label} as {FORMS[form]}"
        return start(actor=actor, kind=JobKind.EXPORT, title=title, parameters={"list": name, "params": params, "form": form})


def params_of(query: str) -> dict[str, str]:
    """One text per parameter, without the place in the list; one that comes several times means either of its values."""
    found: dict[str, list[str]] = {}
    for key, value in parse_qsl(query.removeprefix("?"), errors="replace"):
        if key not in {"after", "before", "size"}:
            found.setdefault(key, []).append(value)
    return {key: ",".join(values) for key, values in found.items()}


def export(work: Work) -> None:
    """Write the list into a file and keep it with the job."""
    parameters, actor = work.job.parameters, work.job.actor
    listing, form = listings.ALL[parameters["list"]], parameters["form"]
    with tempfile.TemporaryDirectory(prefix="nameplate-export-") as folder:
        path = Path(folder) / f"{file_name(listing.name)}.{form}"
        if form == XLSX:
            columns, rows = listing.cells(parameters["params"], actor=actor)
            count = _write_xlsx(path, columns, _counted(work, rows))
        else:
            count = _write_lines(path, _counted(work, listing.csv(parameters["params"], actor=actor), heads=1))
            path = _packed(path) if path.stat().st_size > PACKED_ABOVE else path
        work.say(f"Keeping {count:,} rows", count, count)
        with transacting():
            work.finish(f"{count:,} rows.", {"rows": count}, file=path.read_bytes(), file_name=path.name)


def table_file(columns: Sequence[Column], rows: Iterator[list[Any]], form: str) -> bytes:
    """A short table as a CSV or XLSX file."""
    with tempfile.TemporaryDirectory(prefix="nameplate-export-") as folder:
        path = Path(folder) / f"table.{form}"
        (_write_xlsx if form == XLSX else _write_csv)(path, list(columns), rows)
        return path.read_bytes()


T = TypeVar("T")


def _counted(work: Work, rows: Iterable[T], *, heads: int = 0) -> Iterator[T]:
    """The rows behind so many heads, said as they go by. How many there will be nobody has counted."""
    said = 0.0
    for count, row in enumerate(rows, -heads):
        if count % 1000 == 0 and time.monotonic() - said >= EVERY:
            said = time.monotonic()
            work.say(f"{count:,} rows written")
        yield row


def _write_lines(path: Path, lines: Iterable[str]) -> int:
    """Lines of CSV, the heads' first; how many follow it. A spreadsheet takes a CSV for what its first bytes say."""
    count = -1
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        for line in lines:
            file.write(line)
            count += 1
    return count


def _write_csv(path: Path, columns: list[Column], rows: Iterator[list[Any]]) -> int:
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([column.label for column in columns])
        for row in rows:
            writer.writerow([cell_of(column, value) for column, value in zip(columns, row, strict=True)])
            count += 1
    return count


def _write_xlsx(path: Path, columns: list[Column], rows: Iterator[list[Any]]) -> int:
    """One sheet. Texts stay texts, whatever they look like; quantities are numbers, days are days."""
    book: Any = xlsxwriter.Workbook(
        path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    sheet = book.add_worksheet()
    bold, day, moment = (
        book.add_format(one) for one in ({"bold": True}, {"num_format": "yyyy-mm-dd"}, {"num_format": "yyyy-mm-dd hh:mm:ss"})
    )
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 14 if column.kind in {"number", "quantity", "date"} else 22)
        sheet.write_string(0, place, column.label, bold)
    count = 0
    for row in rows:
        count += 1
        if count > MOST_XLSX:
            raise TooLarge("too-many-rows", f"A sheet holds {MOST_XLSX:,} rows at most.", way_out="Export it as CSV, or narrow the list.")
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            if value is None or value == "":
                continue
            if column.kind in {"number", "quantity"} and isinstance(value, int | Decimal) and -EXACT < value < EXACT:
                sheet.write_number(count, place, value)
            elif isinstance(value, datetime):
                sheet.write_datetime(count, place, timezone.localtime(value).replace(tzinfo=None), moment)
            elif isinstance(value, date):
                sheet.write_datetime(count, place, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 (a sheet's days have no zone)
            else:
                sheet.write_string(count, place, text_of(column, value)[:32_767])
    book.close()
    return count


def _packed(path: Path) -> Path:
    """The file in an archive. The quickest packing already takes nine tenths away: cells repeat."""
    packed = path.with_suffix(".csv.zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(path, path.name)
    return packed
