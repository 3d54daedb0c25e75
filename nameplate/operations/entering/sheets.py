"""XLSX files, looked through before they are read: a small file can ask for all the memory there is.

The reader lays out every sheet as a full rectangle, and believes what the archive says. So the archive is inflated here first, piece
by piece and counted, and every part is parsed for what the rectangle would be, for document types (entity tricks) and for macros.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import Any
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from nameplate.operations.entering.runs import LIMIT
from nameplate.operations.entering.tables import Row, Table, refuse_more_than
from nameplate.refusals import Invalid, TooLarge
from nameplate.serial_text import Problem

_MOST_BYTES = 64_000_000
_MOST_PARTS = 1_000
_MOST_CELLS = 2_000_000
_EXACT = 10**15
"""Spreadsheets keep fifteen digits of a number."""
_CHUNK = 65_536
_LONGEST_TAG = 262_144
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})\Z")
_ROW = re.compile(r"[0-9]{1,7}\Z")
_AS_TEXT = "Format the column as text in the spreadsheet, type the number again, and drop the file again."


def is_archive(content: bytes) -> bool:
    """Whether this is a ZIP archive, as every .xlsx is."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def read_sheet(content: bytes, most: int = LIMIT) -> Table:
    """The rows of the first visible sheet. Raises `Invalid` and `TooLarge` with what to do; nothing outside the file is ever read."""
    _look_through(content, most)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
        if not visible:
            raise _refuse("sheet-none", "There is no visible sheet in this file.", "Show the sheet that holds the numbers.")
        values: list[list[Any]] = workbook.get_sheet_by_name(visible[0]).to_python(skip_empty_area=False)
    except BaseException as error:
        # The reader is compiled: where it gives up on a broken file it raises a panic, which is no Exception.
        if isinstance(error, CalamineError | OSError | ValueError) or type(error).__name__ == "PanicException":
            raise _damaged() from None
        raise
    rows = [Row(line, cells) for line, cells in enumerate(values, 1) if any(cell != "" for cell in cells)]
    refuse_more_than(most, len(rows))
    return Table(rows, f"sheet “{visible[0]}”" + (f", the first of {len(visible)}" if len(visible) > 1 else ""))


def text_of(value: object) -> str | Problem:
    """A cell as a serial number.

    What the sheet keeps as a number is exact up to fifteen digits; beyond, and for dates and the like, the text that somebody once
    typed is lost, and that is said instead of guessed.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return Problem("cell-not-text", f"The sheet stored it as a yes/no value ({'TRUE' if value else 'FALSE'}).", _AS_TEXT)
    if isinstance(value, int | float):
        whole = int(value) if abs(value) < _EXACT else None
        if whole is not None and whole == value:
            return str(whole)
        what = f"as the number {value:g}" if whole is not None else f"as a number, {value:.5g}, which keeps only fifteen digits"
        return Problem("cell-number", f"The sheet stored it {what}; what was typed is lost.", _AS_TEXT)
    if isinstance(value, date | time | timedelta):
        return Problem("cell-not-text", f"The sheet stored it as a date or time ({value}).", _AS_TEXT)
    return Problem("cell-not-text", "The sheet stored something here that is not text.", _AS_TEXT)


def _refuse(rule: str, message: str, way_out: str) -> Invalid:
    return Invalid(rule, message, fields={"file": message}, way_out=way_out)


def _damaged() -> Invalid:
    return _refuse("file-damaged", "This file is damaged or not a workbook.", "Save it again as .xlsx, or as CSV UTF-8.")


def _too_much(message: str) -> TooLarge:
    way_out = "Copy the column of serial numbers into a new sheet and drop that."
    return TooLarge("file-bomb", message, fields={"file": message}, way_out=way_out)


def _look_through(content: bytes, most: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, EOFError):
        raise _damaged() from None
    _refuse_foreign(parts)
    total = 0
    for part in parts:
        inspector = _Inspector(most) if part.filename.lower().endswith((".xml", ".rels")) else None
        tail = b""
        for piece in _inflated(content, part):
            total += len(piece)
            if total > _MOST_BYTES:
                raise _too_much(f"Unpacked, the workbook is larger than {_MOST_BYTES // 1_000_000} MB.")
            if inspector:
                inspector.feed(piece)
            elif b"worksheet" in tail + piece:
                raise _damaged()  # a sheet under a name that would escape the look
            tail = piece[-16:]
        if inspector:
            inspector.finish()


def _refuse_foreign(parts: Sequence[zipfile.ZipInfo]) -> None:
    names = {part.filename.lower() for part in parts}
    if len(parts) > _MOST_PARTS:
        raise _too_much(f"The workbook has {len(parts):,} parts; {_MOST_PARTS:,} is the most.")
    if any(part.flag_bits & 0x1 for part in parts):
        raise _refuse("file-encrypted", "This file is protected by a password.", "Save it without a password.")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise _refuse("file-macros", "This workbook holds macros.", "Save it as .xlsx, which holds none.")
    if "xl/workbook.xml" not in names:
        raise _refuse("file-not-xlsx", "This is an archive, but no .xlsx workbook.", "Save it as .xlsx, or as CSV UTF-8.")


def _inflated(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """What `part` really unpacks to, in small pieces. The sizes that the directory states are not believed."""
    start = part.header_offset
    header = content[start : start + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04" or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _damaged()
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start += 30 + name_length + extra_length
    data = memoryview(content)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        for offset in range(0, len(data), _CHUNK):
            yield bytes(data[offset : offset + _CHUNK])
        return
    inflater = zlib.decompressobj(-15)
    try:
        for offset in range(0, len(data), _CHUNK):
            piece = inflater.decompress(data[offset : offset + _CHUNK], _CHUNK)
            while piece:
                yield piece
                piece = inflater.decompress(inflater.unconsumed_tail, _CHUNK)
    except zlib.error:
        raise _damaged() from None


class _Inspector:
    """Follows one part as it unpacks; raises for document types, macros and rectangles beyond what is read."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._element
        self._fed = 0
        self._row = self._column = self._rows = self._columns = 0

    def feed(self, piece: bytes) -> None:
        self._fed += len(piece)
        try:
            self._parser.Parse(piece, False)
        except (expat.ExpatError, LookupError):  # a damaged declaration may name an encoding that does not exist
            raise _damaged() from None
        # The parser reads an unfinished tag or comment again with every piece: a long one would cost its square.
        if self._fed - self._parser.CurrentByteIndex > _LONGEST_TAG + len(piece):
            raise _damaged()

    def finish(self) -> None:
        try:
            self._parser.Parse(b"", True)
        except (expat.ExpatError, LookupError):  # a damaged declaration may name an encoding that does not exist
            raise _damaged() from None

    def _doctype(self, *_: object) -> None:
        raise _refuse("file-entities", "This workbook holds a document type, as no spreadsheet writes it.", "Save it again as .xlsx.")

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "c":
            self._place(attributes.get("r", ""))
        elif local in ("v", "is", "f"):
            # Only a cell with a value counts: formatting reaches down to the last row of many honest sheets.
            self._reach()
        elif local == "row":
            stated = attributes.get("r", "")
            self._row = int(stated) if _ROW.match(stated) else self._row + 1
            self._column = 0
        elif "macroEnabled" in attributes.get("ContentType", ""):
            raise _refuse("file-macros", "This workbook holds macros.", "Save it as .xlsx, which holds none.")

    def _place(self, reference: str) -> None:
        self._column += 1
        if reference:
            match = _REFERENCE.match(reference)
            if match is None:
                raise _damaged()
            self._column = 0
            for letter in match[1].upper():
                self._column = self._column * 26 + ord(letter) - 64
            self._row = int(match[2])

    def _reach(self) -> None:
        self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
        if self._rows > self._most + 100:
            raise _too_much(f"The sheet has values beyond row {self._most:,}.")
        if self._rows * self._columns > _MOST_CELLS:
            raise _too_much(f"The sheet reaches over more than {_MOST_CELLS:,} cells.")
