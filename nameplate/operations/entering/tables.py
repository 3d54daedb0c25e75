"""Text files of rows, whatever program wrote them: encoding, separator, columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nameplate.operations.entering.runs import LIMIT
from nameplate.refusals import Invalid, TooLarge

LARGEST = 20_000_000
"""Bytes of a dropped file."""

_SEPARATORS = "\t;,"
_SERIAL_HEADERS = frozenset(
    ["serial", "serials", "serialnumber", "serialnumbers", "serialno", "serialnos", "serialnr", "serialnum", "serialid", "sn", "sno", "snr"]
)
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `line` is where it begins in the file, from 1. Cells are what the file holds: text, or a sheet's own types."""

    line: int
    cells: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file that are not blank; `form` says how it was read, for people."""

    rows: list[Row]
    form: str


def names_serials(header: str) -> bool:
    """Whether a column head is one of those that stand over serial numbers, like serial_number, S/N or Serial #."""
    return _NOT_LETTERS.sub("", header.casefold()) in _SERIAL_HEADERS


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding.

    Without a mark it is UTF-16 where every other byte is empty, else UTF-8, else the Western encoding of older Windows programs.
    Raises `Invalid` for what is no text.
    """
    encoding = _marked(content) or _evident_utf_16(content)
    try:
        if encoding:
            return content.decode(encoding), encoding.removesuffix("-sig").upper()
        try:
            return content.decode("utf-8"), "UTF-8"
        except UnicodeDecodeError:
            if b"\x00" in content[:4096]:
                raise
            return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        raise Invalid(
            "not-text",
            "This file is not text in any encoding known here.",
            fields={"file": "Save it as CSV UTF-8 or as .xlsx."},
            way_out="Save it from the spreadsheet as CSV UTF-8 or as .xlsx, and drop it again.",
        ) from None


def _marked(content: bytes) -> str:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            return encoding
    return ""


def _evident_utf_16(content: bytes) -> str:
    sample = content[:4096]
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if half and len(content) % 2 == 0:
        if odd > half * 0.6 and even == 0:
            return "utf-16-le"
        if even > half * 0.6 and odd == 0:
            return "utf-16-be"
    return ""


def read_text_table(content: bytes, most: int = LIMIT) -> Table:
    """The rows of a CSV or text file, `most` and a line of heads. Raises `Invalid` and `TooLarge` with what to do."""
    text, encoding = decode(content)
    separator, skipped, text = _separator_of(text)
    rows = _rows(text, separator, skipped, most)
    named = {"\t": "tabs", ";": "semicolons", ",": "commas", "": "one column"}[separator]
    return Table(rows, f"{encoding}, {named}")


def _separator_of(text: str) -> tuple[str, int, str]:
    """The separator, and the text without the line in which Excel may state it (and how many lines that took)."""
    stated, _, rest = text.partition("\n")
    if re.fullmatch(r"sep=([,;\t])\r?", stated):
        return stated[4], 1, rest
    sample = [line for line in text[:65_536].splitlines()[:50] if line.strip()]
    best = ("", 0.0)
    for separator in _SEPARATORS:
        widths = [width for width in map(len, _parsed(sample, separator)) if width]
        common = max(set(widths), key=widths.count, default=1)
        # A column is a separator that all lines have in like number; a stray comma in a few lines is text.
        score = common * widths.count(common) / len(widths) if widths else 0.0
        if common > 1 and score > best[1]:
            best = (separator, score)
    return best[0], 0, text


def _parsed(lines: Iterable[str], separator: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return []


def _rows(text: str, separator: str, skipped: int, most: int) -> list[Row]:
    """The rows. A quotation mark that never closes would swallow all lines behind it, so the strict reading goes first, which tells."""
    for strict in (True, False):
        reader = csv.reader(_lines(text), delimiter=separator or "\t", strict=strict)
        rows: list[Row] = []
        line = 1 + skipped
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    rows.append(Row(line, cells))
                    refuse_more_than(most, len(rows))
                line = 1 + skipped + reader.line_num
        except csv.Error as error:
            if strict and "expected after" in str(error):  # signs behind a closing mark: sloppy, but plain
                continue
            raise Invalid(
                "csv-broken",
                f"Around line {line} a cell never ends: a quotation mark is not closed.",
                fields={"file": f"Look at line {line}."},
                way_out="Close the quotation mark, or save the file from the spreadsheet again.",
            ) from None
        return rows
    raise AssertionError("the second reading either answers or refuses")


def _lines(text: str) -> Iterable[str]:
    """Lines with their ends. Only line feeds and carriage returns end one: `splitlines` breaks at characters that are refused later."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def refuse_more_than(most: int, rows: int) -> None:
    """Raise `TooLarge` beyond so many rows and a line of heads."""
    if rows > most + 1:
        raise TooLarge(
            "too-many-rows",
            f"The file has more than {most:,} rows.",
            fields={"file": f"At most {most:,} rows."},
            way_out="Split it and enter the parts one after the other.",
        )
