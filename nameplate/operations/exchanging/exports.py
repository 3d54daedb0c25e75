"""All things of a kind as a file, in every field that is typed: bringing it in again changes nothing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import xlsxwriter

from nameplate import access
from nameplate.listings.export import escaped
from nameplate.models import User
from nameplate.operations.exchanging.kinds import kind_of
from nameplate.operations.exchanging.reading import FileColumn

Form = Literal["csv", "xlsx"]
MEDIA_TYPES: Mapping[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NUMBERS = frozenset({"cost", "shelf_life_days", "warranty_months", "serial_shortest", "serial_longest"})
"""Columns whose cells a sheet may add up."""
_PLAIN = re.compile(r"[0-9]{1,11}(\.[0-9]{1,4})?\Z")
"""What a sheet's own numbers keep to the last digit."""
WIDE, NARROW = 32, 16


def export_file(*, actor: User, noun: str, form: Form) -> bytes:
    """The file, archived things and all."""
    access.require(actor, "catalogue", "view")
    columns, rows = kind_of(noun).rows()
    return _csv(columns, rows) if form == "csv" else _xlsx(columns, rows)


def _csv(columns: Sequence[FileColumn], rows: Iterable[Mapping[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([escaped(column.label) for column in columns])
    writer.writerows([escaped(row.get(column.name, "")) for column in columns] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def _xlsx(columns: Sequence[FileColumn], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Texts stay texts, whatever they look like, and are escaped as in CSV: a sheet may be saved as one."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet("Nameplate")
        head = workbook.add_format({"bold": True})
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, WIDE if column.name in {"description", "name", "notes", "address"} else NARROW)
            sheet.write_string(0, place, escaped(column.label), head)
        for line, row in enumerate(rows, 1):
            for place, column in enumerate(columns):
                text = row.get(column.name, "")
                if column.name in NUMBERS and _PLAIN.match(text):
                    sheet.write_number(line, place, float(text))
                elif text:
                    sheet.write_string(line, place, escaped(text))
    return out.getvalue()
